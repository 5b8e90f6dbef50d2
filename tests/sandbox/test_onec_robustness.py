"""Whatever is asked or written, the answer is the platform's, and the infobase stays whole."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onec_desk import ORDER, PAYMENT, Desk

_WORDS = (
    "eq", "ne", "gt", "le", "and", "or", "not", "add", "sub", "mul", "div", "(", ")", ",", "/", ":", "=", "+", "'", "''", "any", "all", "d",
    "like", "substring", "substringof", "startswith", "endswith", "concat", "round", "cast", "isof", "year", "dayofweek", "true", "false",
    "Date", "Number", "Posted", "СуммаДокумента", "Контрагент", "Контрагент_Key", "Партнер", "Description", "Товары", "ДокументОснование",
    "ДокументОснование_Type", "'[z-a]%'", "'x'", "1", "-2.5", "99999999999999999999", "datetime'2026-01-01T00:00:00'",
    "guid'00000000-0000-0000-0000-000000000000'", "'Document_ЗаказКлиента'", "Нет",
)  # fmt: skip
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5) | st.sampled_from(
        ["00000000-0000-0000-0000-000000000000", "11111111-2222-3333-4444-555555555555", "2026-01-01T00:00:00", "Закрыт",
         "StandardODATA.Document_ЗаказКлиента", "StandardODATA.Undefined", "1e400", "-0", "NaN"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["LineNumber", "Сумма", "х"]), inner, max_size=3),
    max_leaves=4,
)  # fmt: skip


@pytest.fixture(scope="module")
def desk() -> Desk:
    desk = Desk()
    desk.order(desk.client(), 100)
    return desk


def _is_answered(desk: Desk, verb: str, path: str, *options: str, body: Any = None) -> None:
    reply = desk.ask(verb, path, "$format=json", *options, body=body)
    answer = json.loads(reply.body) if reply.body and reply.content_type.startswith("application/json") else {}
    assert reply.status < 400 or answer["odata.error"]["message"]["value"], (reply.status, reply.body)


@pytest.mark.parametrize(
    "condition",
    [
        "like(Number,'[z-a]%')", "like(Number,'[')", "substring(Number,-1,99999999999999999999) eq ''", "substring(Number,0,-5) eq ''",
        "round(СуммаДокумента,99999999999999999999) eq 1", "СуммаДокумента mul 99999999999999999999 gt 1", "СуммаДокумента div 0 eq 1",
        "cast(ДокументОснование,'Document_ЗаказКлиента')/Number eq '1'", "ДокументОснование eq ДокументОснование",
        "Товары/any(d: d/Номенклатура/Артикул eq '1')", "not not Posted", "year(Date) add 1 gt 5", "(" * 300 + "Posted" + ")" * 300,
    ],
)  # fmt: skip
def test_a_tricky_condition_is_answered(desk: Desk, condition: str) -> None:
    _is_answered(desk, "GET", ORDER, f"$filter={condition}")


@pytest.mark.parametrize("total", ["NaN", "Infinity", "1e25", "1e400", -5, 0.005, True, [1]], ids=str)
def test_a_tricky_sum_harms_nobody(total: Any) -> None:
    desk = Desk()
    payment = desk.send(
        "POST", PAYMENT, {"СуммаДокумента": total, "ПроведеноБанком": True, "НазначениеПлатежа": "\ud800"}
    )
    desk.send("POST", f"{PAYMENT}(guid'{payment['Ref_Key']}')/Post")
    expected = {"1e25": -1e25, 0.005: -0.01}.get(total if not isinstance(total, list) else "", 0)
    assert (desk.total(), payment["НазначениеПлатежа"]) == (expected, "")


@settings(max_examples=150)
@given(words=st.lists(st.sampled_from(_WORDS), min_size=1, max_size=9))
def test_any_condition_is_obeyed_or_refused(words: list[str], desk: Desk) -> None:
    _is_answered(desk, "GET", ORDER, f"$filter={' '.join(words)}")


@settings(max_examples=60)
@given(
    words=st.lists(st.sampled_from(_WORDS), min_size=1, max_size=4),
    option=st.sampled_from(["$select", "$orderby", "$expand", "$top"]),
)
def test_any_other_option_is_obeyed_or_refused(words: list[str], option: str, desk: Desk) -> None:
    _is_answered(desk, "GET", ORDER, f"{option}={'/'.join(words)}")


@settings(max_examples=60)
@given(text=st.text(alphabet="()'/,=Bд1 -", max_size=12))
def test_any_address_leads_somewhere_or_is_refused(text: str, desk: Desk) -> None:
    for path in (f"{ORDER}{text}", f"AccumulationRegister_РасчетыСКлиентами/Balance({text})"):
        _is_answered(desk, "GET", path)


_FIELDS = (
    "Date", "Number", "Статус", "Товары", "ЭтапыГрафикаОплаты", "РасшифровкаПлатежа", "СуммаДокумента", "Договор", "Договор_Type",
    "Договор_Key", "Контрагент_Key", "МаксимальныйКодСтроки", "СкидкиРассчитаны", "ПроведеноБанком", "DeletionMark", "Ref_Key",
)  # fmt: skip


@settings(max_examples=40)
@given(body=st.dictionaries(st.sampled_from(_FIELDS), _VALUES, max_size=6))
def test_any_body_is_written_or_refused_and_what_is_written_can_be_posted_and_read(body: dict[str, Any]) -> None:
    desk = Desk({"onec.takes_ref_key": True})
    for name in (ORDER, PAYMENT):
        _is_answered(desk, "POST", name, body=body)
        for row in desk.get(name):
            _is_answered(desk, "POST", f"{name}(guid'{row['Ref_Key']}')/Post")
    for path in ("AccumulationRegister_РасчетыСКлиентами/Balance", "InformationRegister_СостоянияЗаказовКлиентов"):
        desk.get(path)
