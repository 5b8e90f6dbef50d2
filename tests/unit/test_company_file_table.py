"""Contradictions of the state table in a company file: each is told once, where it stands, with what to change."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.company_file import TEXT, line_of, mistakes_of


def _table(*rows: str) -> tuple[str, str]:
    """Put rows in place of the facts of the service funnel."""
    begin, end = TEXT.index("    facts:\n      - {when: {work_order: opened}"), TEXT.index("\n# Who wins")
    return TEXT[begin:end], "".join(f"    {row}\n" for row in rows)


def _decided(*changes: str) -> list[str]:
    said = {"field": "field: paid_at_desk", "is": 'is: "да"', "at": "at: [Заявка]"}
    said |= {change.partition(":")[0]: change for change in changes}
    return ["decided:", f"- {{{', '.join(said.values())}}}"]


OPENED = "- {when: {work_order: opened}, from: [Закрыт на приезд], to: Открыт заказ/наряд}"


@pytest.mark.parametrize(
    ("rows", "path", "said"),
    [
        (
            ["facts:", OPENED, OPENED.replace("to: Открыт", "to: Открт")],
            "facts[1].to",
            "did you mean `Открыт заказ/наряд`?",
        ),
        (
            ["facts:", OPENED.replace("Закрыт на приезд", "Закрыт приезд")],
            "facts[0].from[0]",
            "did you mean `Закрыт на приезд`?",
        ),
        (
            ["facts:", OPENED, "- {when: {payment: full}, from: [Закрыт на приезд], to: won}"],
            "facts[1]",
            "exclude each other",
        ),
        (
            ["facts:", "- {when: {work_order: closed}, from: [Открыт заказ/наряд], to: Заявка}"],
            "facts[0]",
            "only move a deal forward",
        ),
        (["facts:", "- {when: {payment: full}, from: [Заявка], to: lost}"], "facts[0]", "only a person may do that"),
        (["facts:", "- {when: {work_order: closed}, from: [Заявка], to: Обработан}"], "facts[0]", "repaired for ever"),
        (
            ["facts:", "- {when: {payment: full}, from: [Заявка], to: Оценка качества}"],
            "facts[0]",
            "add `work_order: closed`",
        ),
        (["facts:", "- {when: {}, from: [Заявка], to: won}"], "facts[0].when", "payment, shipment, work_order"),
        (
            ["facts:", "- {when: {payment: part}, from: [Заявка], to: won}"],
            "facts[0].when.payment",
            "allowed: full, none",
        ),
        (["facts:", "- {when: {payment: full}, to: won}"], "facts[0].from", "add `from: …`"),
        (_decided("field: paid_at_dsk", "do: [payment]"), "decided[0].field", "did you mean `paid_at_desk`?"),
        (_decided("field: visit_at", "do: [payment]"), "decided[0].field", "take a box or a list"),
        (_decided('is: "нет"', "do: [payment]"), "decided[0].is", 'write `is: "да"`'),
        (_decided("field: installation", "is: может быть", "do: [payment]"), "decided[0].is", "allowed: да, нет"),
        (
            _decided("field: cash_desk", "is: Касса Москв", "do: [payment]"),
            "decided[0].is",
            "did you mean `Касса Москва`?",
        ),
        (_decided("at: [Заявк]", "do: [payment]"), "decided[0].at[0]", "did you mean `Заявка`?"),
        (_decided("do: [pay]"), "decided[0].do[0]", "did you mean `payment`?"),
        (_decided("do: [move]"), "decided[0]", "add `to: funnel/stage`"),
        (_decided("do: [payment]", "to: service/Обработан"), "decided[0]", "drop `to`"),
        (_decided("do: [move]", "to: service/Обработ"), "decided[0].to", "did you mean `service/Обработан`?"),
        (_decided("do: [move]", "to: servis/Обработан"), "decided[0].to", "did you mean `service/Обработан`?"),
        (_decided("do: [move]", "to: Обработан"), "decided[0].to", "did you mean `service/Обработан`?"),
        (_decided("do: [move]", "to: service/Заявка"), "decided[0]", "to where it stands"),
        (_decided("do: [close_order]"), "decided[0]", "add `payment` or `shipment`"),
        (
            _decided("do: [move]", "at: [Обработан]", "field: installation", "to: shop/Резерв"),
            "decided[0]",
            "round in a circle",
        ),
    ],
    ids=[
        "to a stage that does not exist",
        "from a stage that does not exist",
        "two facts that fight",
        "backwards",
        "to a loss",
        "to a stage that denies the fact",
        "to a stage that wants more than the fact says",
        "a fact without a condition",
        "an unknown state",
        "no origin",
        "an unknown field",
        "a decision by a date",
        "a box that is not ticked",
        "an option that the list lacks",
        "a cash desk that no branch has",
        "a decision at an unknown stage",
        "an unknown deed",
        "a move to nowhere",
        "a goal without a move",
        "a move to an unknown stage",
        "a move to an unknown funnel",
        "a move to no funnel",
        "a move on the spot",
        "an order closed for nothing",
        "to and fro between two funnels",
    ],
)
def test_a_contradiction_of_the_state_table_is_told_where_it_stands(
    tmp_path: Path, rows: list[str], path: str, said: str
) -> None:
    edit = _table(*rows)
    (mistake,) = mistakes_of(tmp_path, edit)
    assert mistake.path == f"funnels.service.{path}"
    assert said in str(mistake)
    assert mistake.line == line_of(rows[-1], TEXT.replace(*edit))


def test_a_stage_that_contradicts_itself_is_told_in_itsline_of(tmp_path: Path) -> None:
    (mistake,) = mistakes_of(tmp_path, ("Заявка:                {request", "Заявка: {reserve: all, request"))
    assert (mistake.line, mistake.path) == (line_of("      Заявка:"), "funnels.service.stages.Заявка")
    assert mistake.remedy == "goods are held for an order, so add `order: open`"
