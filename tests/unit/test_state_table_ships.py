"""The way out in the state table: it leads on, and each stage has its place on it."""

from __future__ import annotations

import pytest

from sverka.domain.state_table import GONE, LOST, TODAY, WAITING, WON, Decision, Funnel, Ships, Stage, StateTable
from sverka.domain.table_lint import lint


def way_out(ships: Ships, *more: Stage) -> tuple[Stage, ...]:
    return (Stage("Ждёт", ships=ships), Stage("Сегодня"), Stage("Ушло"), *more, Stage(WON), Stage(LOST))


def linted(stages: tuple[Stage, ...], *decided: Decision) -> list[str]:
    return lint(StateTable((Funnel("shop", "Магазин", stages, (), decided),)))


WAYS = {
    "sound": (way_out(Ships("Сегодня", "Ушло")), ""),
    "sound, people move it on": (way_out(Ships("Сегодня")), ""),
    "to where it stands": (way_out(Ships("Ждёт")), "does not come later"),
    "back on the way": (way_out(Ships("Ушло", "Сегодня")), "does not come later"),
    "on to where it stands": (way_out(Ships("Сегодня", "Сегодня")), "does not come later"),
    "to the end": (way_out(Ships(WON)), "only a person may end it"),
    "on to the end": (way_out(Ships("Сегодня", LOST)), "only a person may end it"),
    "two of them": (way_out(Ships("Сегодня"), Stage("Ждёт ещё", ships=Ships("Сегодня"))), "drop `ships` at «Ждёт ещё»"),
}


@pytest.mark.parametrize(("stages", "said"), WAYS.values(), ids=WAYS)
def test_a_way_out_leads_on(stages: tuple[Stage, ...], said: str) -> None:
    found = linted(stages)
    assert bool(found) == bool(said)
    assert all(said in sentence for sentence in found)


def test_a_way_out_and_a_decision_make_no_circle() -> None:
    again = Decision("installation", "да", ("Ушло",), ("move",), ("shop", "Ждёт"))
    assert any("circle" in sentence for sentence in linted(way_out(Ships("Сегодня", "Ушло")), again))


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("Ждёт", WAITING),
        ("Сегодня", TODAY),
        ("Ушло", GONE),
        (WON, GONE),
        (LOST, ""),
        ("До того", ""),
        ("Нет такой", ""),
    ],
)
def test_each_stage_has_its_place_on_the_way_out(name: str, where: str) -> None:
    place = Funnel("shop", "Магазин", (Stage("До того"), *way_out(Ships("Сегодня")))).place(name)
    assert (place.where if place else "") == where
    assert Funnel("shop", "Магазин", (Stage("Ждёт"), Stage("Сегодня"))).place(name) is None
