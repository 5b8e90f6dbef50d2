"""Brakes in a company at work: each trips on what it is for, nothing risky happens, people are told, and a person lets it go.

The emulators' own records are the judge: what the ledger was made to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jobs import digest
from sverka.commands import braking
from sverka.domain.runs import CompanyReport, RunReport, exit_code
from sverka.settings import NotConnected
from sverka.store import brakes as remembered
from sverka.store import findings
from tests.e2e.town import COMPANY, Town, town
from tests.soak import SOAK

SHOP = "Интернет-магазин"
LENS, LAMP = "HL-HELLA-3R-5", "LAMP-D2S-PHILIPS"


@contextmanager
def company_of_one_deal(folder: Path) -> Iterator[Town]:
    """Open a company in agreement, in which time is not moved on purpose."""
    with town(folder, sockets=False, jumps=False) as opened:
        new_deal(opened)
        opened.settle()
        yield opened


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One company for all of it."""
    with company_of_one_deal(tmp_path_factory.mktemp("brakes")) as opened:
        yield opened


def new_deal(place: Town, good: str = LAMP) -> int:
    """Let somebody make a deal that wants an order, with goods held."""
    return place.person().make_deal(SHOP, "Резерв", "Алексей Воронцов", [(good, 1, 4200)], Филиал="Москва")


def risky(place: Town, mark: int) -> list[str]:
    """Return what the ledger was made to do, and letters to clients: all that has risk 2 and above here."""
    staff = ("owner@", "head@", "manager@", "warehouse@", "accountant@")
    return [
        row["kind"]
        for row in place.effects(mark)
        if row["system"] == "business_ru" or (row["system"] == "mail" and not row["payload"]["to"][0].startswith(staff))
    ]


def held(place: Town) -> list[str]:
    """Return the scopes that `sverka breaker list` shows."""
    return [hold.scope for hold in braking.holds(place.app)]


def owners_letter(place: Town) -> str:
    """Return the owner's letter as it would go now."""
    (company,) = place.app.chosen(COMPANY)
    desk = place.app.desk(company)
    assert not isinstance(desk, NotConnected)
    letter = digest.preview(desk, place.sandbox.world.clock.now())
    desk.close()
    return f"{letter['subject']}\n{' '.join(str(letter['text']).split())}"


def portal(place: Town) -> Any:
    return place.sandbox.world.companies[COMPANY].emulators["bitrix24"]


@contextmanager
def products(place: Town, share: float) -> Iterator[None]:
    """Let the portal have only a share of its products, those of the deals among them as far as they go."""
    table = portal(place).state.products
    rows, ids = dict(table.rows), list(table.ids)
    for row_id in ids[: len(ids) - int(len(ids) * share)]:
        table.delete(row_id)
    try:
        yield
    finally:
        table.rows, table.ids = rows, ids


@contextmanager
def other_products(place: Town) -> Iterator[None]:
    """Let all products bear other names than ever, without having been edited."""
    table = portal(place).state.products
    names = {row["ID"]: row["NAME"] for row in table}
    for row in table:
        row["NAME"] = f"{row['NAME']} (новое)"
    try:
        yield
    finally:
        for row in table:
            row["NAME"] = names[row["ID"]]


@contextmanager
def without_branches(place: Town) -> Iterator[None]:
    """Let the field be deleted on the portal in which deals name their branch."""
    fields = portal(place).state.custom[2]
    (name,) = [name for name, field in fields.items() if field.title == "Филиал"]
    gone = fields.pop(name)
    try:
        yield
    finally:
        fields[name] = gone


@dataclass
class Shifted:
    """A clock that goes wrong."""

    right: Any
    by: timedelta

    def now(self) -> datetime:
        moment: datetime = self.right.now() + self.by
        return moment

    def __getattr__(self, name: str) -> Any:
        return getattr(self.right, name)


@contextmanager
def portal_clock(place: Town, **by: float) -> Iterator[None]:
    emulator = portal(place)
    setting = emulator._setting
    emulator._setting = replace(setting, clock=Shifted(setting.clock, timedelta(**by)))
    try:
        yield
    finally:
        emulator._setting = setting


@contextmanager
def world_clock(place: Town, **by: float) -> Iterator[None]:
    clock = place.sandbox.world.clock
    clock.set(clock.now() + timedelta(**by))
    try:
        yield
    finally:
        clock.set(clock.now() - timedelta(**by))


CASES: dict[str, tuple[str, str, Callable[[Town], Any], str]] = {
    "nothing comes": ("sweep", "bitrix24:products", lambda place: products(place, 0), "пришло записей — 0"),
    "half comes": ("sweep", "bitrix24:products", lambda place: products(place, 0.5), "пришло записей — 19"),
    "60 % come": ("sweep", "bitrix24:products", lambda place: products(place, 0.6), "обычно их около 38"),
    "everything is different": ("sweep", "bitrix24:products", other_products, "изменилось записей — 38 из 38"),
    "a field is gone": ("agreement", "bitrix24:fields", without_branches, "больше нет полей: «Филиал»"),
    "the portal's clock is fast": ("agreement", "clock", lambda place: portal_clock(place, hours=1), "часы систем расходятся на"),
    "the portal's clock is slow": ("agreement", "clock", lambda place: portal_clock(place, hours=-1), "часы систем расходятся на"),
    "all clocks went back": ("agreement", "clock", lambda place: world_clock(place, hours=-1), "отстают от времени прошлого запуска"),
    "all clocks are ten years ahead": ("agreement", "clock", lambda place: world_clock(place, days=3652), "ушли вперёд на 36"),
}  # fmt: skip
"""What goes wrong: the job that meets it, what is held, and what the owner reads."""


SHORT = (
    "half comes",
    "everything is different",
    "a field is gone",
    "the portal's clock is fast",
    "all clocks are ten years ahead",
)
PLAYED = tuple(CASES) if SOAK else SHORT


def test_what_cannot_be_relied_upon_stops_what_is_risky_and_is_told(place: Town) -> None:
    deal, mark = new_deal(place), place.mark()
    for case in PLAYED:
        job, what, spoil, told = CASES[case]
        with spoil(place):
            report = place.run(job)
            assert (report["outcome"], risky(place, mark)) == ("held", []), case
            assert exit_code([RunReport(job, "", (CompanyReport(COMPANY, outcome=report["outcome"]),))]) == 3
            assert f"{COMPANY}/{what}" in held(place), case
            assert any(f"sverka breaker reset {COMPANY}/{what} --by" in sentence for sentence in report["sentences"]), (
                case
            )
            assert told in "".join(texts(place)), case
            if SOAK or case == SHORT[0]:
                letter = owners_letter(place)
                assert "работа остановлена" in letter.partition("\n")[0], case
                assert f"sverka breaker reset {COMPANY}/{what} --by ИМЯ --reason ПРИЧИНА" in letter, case
        with place.app.store.writing() as tx:
            remembered.lift(tx, [f"{COMPANY}/{what}"], place.app.clock.real())
    print(f"T20: {len(PLAYED)} faults, each tripped its brake, {len(risky(place, mark))} risky effects")  # noqa: T201
    assert place.run("sweep")["outcome"] == "done", "what is over holds nothing"
    assert (held(place), len(place.orders_of(deal))) == ([], 1)


def texts(place: Town) -> list[str]:
    """Return what people are told of brakes, as the letters and `sverka queue list` have it."""
    with place.app.store.reading() as tx:
        return [
            item.finding.text.replace("\u00a0", " ")
            for item in findings.open_items(tx, COMPANY)
            if item.finding.kind == "held"
        ]


@pytest.mark.parametrize("case", ["everything is different", *(("60 % come", "all clocks went back") if SOAK else ())])
def test_a_person_may_say_that_it_is_right_so(place: Town, case: str) -> None:
    job, what, spoil, _ = CASES[case]
    with spoil(place):
        for _ in range(2 if SOAK else 1):
            assert place.run(job)["outcome"] == "held", "nobody has said anything"
        assert braking.reset(place.app, f"{COMPANY}/{what}", "Ирина", "так и надо")
        assert not braking.reset(place.app, f"{COMPANY}/{what}", "Ирина", "ещё раз")
        for _ in range(2 if SOAK else 1):
            assert (place.run(job)["outcome"], held(place)) == ("done", [])
    if place.run(job)["outcome"] == "held":
        braking.reset(place.app, f"{COMPANY}/{what}", "Ирина", "теперь снова так")
        assert place.run(job)["outcome"] == "done"


@pytest.mark.soak
def test_the_word_of_a_person_about_vendors_that_disagree_changes_no_clock(place: Town) -> None:
    with portal_clock(place, hours=1):
        assert place.run()["outcome"] == "held"
        braking.reset(place.app, f"{COMPANY}/clock", "Ирина", "не страшно")
        assert place.run()["outcome"] == "held"
    assert place.run()["outcome"] == "done"


@pytest.mark.soak
def test_a_moment_given_by_hand_declares_a_jump(place: Town) -> None:
    far = place.sandbox.world.clock.now() + timedelta(days=40)
    assert place.run(at=far)["outcome"] == "done"
    assert place.run()["outcome"] == "done", "and it is not remembered as the time of the last run"
