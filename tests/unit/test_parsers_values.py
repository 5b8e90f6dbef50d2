"""The laws of single values: exact or refused, by the one error that the parser declares, whatever anybody writes."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sverka.domain import contacts
from sverka.domain.money import BadNumberError, parse_kopecks, roubles
from sverka.domain.quantity import parse_thousandths, units
from sverka.systems import values
from sverka.systems.bitrix24.batch import BatchAnswer
from sverka.systems.bitrix24.custom_fields import FieldInfo
from sverka.systems.bitrix24.directory import read_directory
from sverka.systems.business_ru.models import moment, written
from sverka.systems.errors import SystemTrouble
from sverka.systems.values import BadValueError, parse_json
from tests.contract.portal_world import FIELDS, vocabulary
from tests.strategies import ABSENT, UGLY, anything, examples, is_sound, spoiled_once

NOON = datetime(2026, 11, 24, 9, tzinfo=UTC)
DEEP: Any = []
for _ in range(5_000):
    DEEP = [DEEP]

Parser = Callable[[Any], Any]
LIST = FieldInfo("UF_CRM_1", "enumeration", {"41": "Москва"})
SHOWN = {name: FieldInfo("UF_CRM_2", name).shown for name in ("string", "boolean", "date", "datetime", "money", "user")}
PARSERS: dict[str, tuple[Parser, type | tuple[type, ...], type[Exception]]] = {
    "text": (values.text, str, BadValueError),
    "id": (values.ident, str, BadValueError),
    "id or none": (values.ident_or_none, str, ()),  # type: ignore[dict-item]
    "yes or no": (values.flag, bool, BadValueError),
    "moment of the portal": (values.iso_moment, (datetime, type(None)), BadValueError),
    "moment of the ledger": (moment, (datetime, type(None)), BadValueError),
    "required id": (values.must(values.ident), str, BadValueError),
    "kopecks": (parse_kopecks, int, BadNumberError),
    "kopecks or nothing": (values.kopecks_or_zero, int, BadNumberError),
    "thousandths": (parse_thousandths, int, BadNumberError),
    "option of a list": (LIST.shown, str, BadValueError),
    **{f"field of type {name}": (shown, str, BadValueError) for name, shown in SHOWN.items()},
}  # fmt: skip


def check(name: str, value: object) -> None:
    """Parse a value: what comes is of the right kind and sound, or it is refused in a short sentence."""
    parse, kind, refusal = PARSERS[name]
    try:
        parsed = parse(value)
    except refusal as error:
        said = str(error)
    else:
        _is_sound_and_ours(parsed, kind)
        return
    assert len(said) < 200


def _is_sound_and_ours(parsed: Any, kind: type | tuple[type, ...]) -> None:
    assert isinstance(parsed, kind)
    assert isinstance(parsed, bool) is (kind is bool)
    assert is_sound(parsed)
    if isinstance(parsed, datetime):
        assert parsed.tzinfo is UTC
    if isinstance(parsed, int):
        assert -(2**63) <= parsed < 2**63


@pytest.mark.parametrize("name", PARSERS)
def test_whatever_comes_is_understood_or_refused_by_the_parsers_own_error(name: str) -> None:
    for value in (*UGLY, DEEP, {"a": DEEP}):
        check(name, None if value is ABSENT else value)


@pytest.mark.parametrize("name", PARSERS)
@given(value=anything)
@examples(soak=10_000, short=30)
def test_whatever_may_come_is_understood_or_refused_by_the_parsers_own_error(name: str, value: object) -> None:
    check(name, None if value is ABSENT else value)


@given(
    value=st.integers(1)
    | st.integers(max_value=-1)
    | st.text("0123456789abcXYZ-_:", min_size=1).filter(lambda it: it != "0")
)
@examples(soak=10_000, short=50)
def test_an_id_comes_through_letter_by_letter(value: int | str) -> None:
    assert values.ident(parse_json(json.dumps(value).encode())) == str(value)


def half_up(number: Fraction) -> int:
    """Round as people do, half away from zero, in exact numbers."""
    whole = math.floor(abs(number) + Fraction(1, 2))
    return -whole if number < 0 else whole


NUMBERS = st.builds(
    lambda sign, whole, rest: f"{sign}{whole}{'.' + rest if rest else ''}",
    st.sampled_from(["", "-"]), st.integers(0, 10**13 - 1), st.text("0459", max_size=40),
)  # fmt: skip


@given(number=NUMBERS)
@example("0.00499999999999999999999999999999999999999")
@example("-1.00499999999999999999999999999999999999999")
@example("0.005")
@examples(soak=10_000, short=150)
def test_money_and_quantities_are_exact_in_every_dress(number: str) -> None:
    exact = Fraction(number)
    whole, dot, rest = number.partition(".")
    grouped = re.sub(r"(?<=\d)(?=(\d{3})+$)", "\u00a0", whole) + dot + rest
    for dress in (
        number,
        number.replace(".", ","),
        f" {number} ",
        parse_json(number.encode()),
        grouped,
    ):
        assert parse_kopecks(dress) == half_up(exact * 100)
        assert parse_thousandths(dress) == half_up(exact * 1000)


@given(amount=st.integers(-(10**15) + 1, 10**15 - 1))
@examples(soak=10_000, short=50)
def test_what_is_written_is_read_back(amount: int) -> None:
    assert parse_kopecks(roubles(amount)) == amount
    assert parse_thousandths(units(amount)) == amount


@given(at=st.datetimes(datetime(1992, 1, 1), datetime(2100, 1, 1), timezones=st.timezones()))  # noqa: DTZ001 (the zones are drawn)
@examples(soak=10_000, short=50)
def test_a_moment_is_read_back_to_the_second_in_any_zone(at: datetime) -> None:
    utc = at.astimezone(UTC).replace(microsecond=0)
    assert values.iso_moment(utc.isoformat()) == utc
    assert values.iso_moment(at.replace(microsecond=0).isoformat()) == utc
    shown = moment(written(utc))
    assert shown is not None
    assert abs((shown - utc).total_seconds()) in (0, 3600), "the hour that Moscow had twice"


@pytest.mark.parametrize(
    "tidy", [contacts.tidy_phone, contacts.tidy_name, contacts.tidy_address], ids=lambda it: it.__name__
)
@given(written=st.text(max_size=30) | st.sampled_from([value for value in UGLY if isinstance(value, str)]))
@examples(soak=10_000, short=100)
def test_what_is_tidy_stays_as_it_is(tidy: Callable[[str], str], written: str) -> None:
    once = tidy(written)
    assert tidy(once) == once


@given(
    written=st.text(max_size=30) | st.emails() | st.sampled_from([value for value in UGLY if isinstance(value, str)])
)
@examples(soak=10_000, short=100)
def test_an_e_mail_is_one_address_in_one_line_or_none(written: str) -> None:
    email = contacts.email_or_nothing(written)
    assert email in ("", written.strip())
    assert email.isascii()
    assert not set(email) & set('\r\n\0 ,;<>"()')
    assert email.count("@") == bool(email)


PLACES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "funnel": lambda known: known["crm.category.list"]["categories"][1],
    "stage": lambda known: known["crm.status.list"][2],
    "source": lambda known: known["crm.status.list"][4],
    "catalogue": lambda known: known["catalog.catalog.list"]["catalogs"][0],
    "user": lambda known: known["profile"],
    "field": lambda known: known["crm.item.fields"]["fields"]["UF_CRM_2"],
    "list": lambda known: known["crm.item.fields"]["fields"]["UF_CRM_1"],
    "option": lambda known: known["crm.item.fields"]["fields"]["UF_CRM_1"]["items"][0],
    "fields": lambda known: known["crm.item.fields"]["fields"],
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_one_bad_word_of_the_portals_vocabulary_harms_itself_only(place: str) -> None:
    good = _vocabulary(vocabulary())
    untouched = {"C9:LOSE", "NEW", "WON"} if place != "funnel" else {"NEW", "WON"}
    for name, value, spoiled in spoiled_once(PLACES[place](vocabulary()), sorted(PLACES[place](vocabulary()))):
        known = vocabulary()
        inner = PLACES[place](known)
        inner.clear()
        inner.update(spoiled)
        found = _vocabulary(known)
        assert {stage for stage in good.stages if stage.ext_id in untouched} <= set(found.stages), (name, value)
        assert found.layout["company"].get("trusted") == good.layout["company"]["trusted"] or place == "fields", (
            name,
            value,
        )
        assert all(is_sound(text) for stage in found.stages for text in (stage.ext_id, stage.name)), (name, value)
        assert all(abs(stage.sort) < 2**31 for stage in found.stages), (name, value)


@pytest.mark.parametrize("method", list(vocabulary()))
def test_a_vocabulary_of_another_shape_is_no_crash(method: str) -> None:
    for value in UGLY:
        try:
            _vocabulary({**vocabulary(), method: None if value is ABSENT else value})
        except SystemTrouble:
            continue


def _vocabulary(known: dict[str, Any]) -> Any:
    def read(commands: dict[str, Any]) -> BatchAnswer:
        results = {key: known[command.method] for key, command in commands.items()}
        return BatchAnswer(results, {}, {}, {}, {}, NOON)

    return read_directory(SimpleNamespace(read=read), FIELDS)  # type: ignore[arg-type]
