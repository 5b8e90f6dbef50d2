"""Brakes by hand and by what became of effects: switches, refusals, quarrels, an old copy of the store; and what the proofs would find.

The emulators' own records are the judge: what the ledger was made to do.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from sverka import app as application
from sverka.app import WrongUsage
from sverka.commands import braking
from sverka.domain import brakes
from sverka.store import outbox
from sverka.work import guard
from sverka.work.brakes import Gate
from sverka.work.mark import Mark
from tests.e2e.test_brakes import (
    LAMP,
    LENS,
    company_of_one_deal,
    held,
    new_deal,
    owners_letter,
    risky,
    texts,
)
from tests.e2e.town import COMPANY, Town
from tests.soak import SOAK

DEALS = 500 if SOAK else 3


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One company for all of it."""
    with company_of_one_deal(tmp_path_factory.mktemp("by_hand")) as opened:
        yield opened


@pytest.mark.soak
def test_a_kill_switch_lets_people_see_and_nothing_go(place: Town) -> None:
    deal, mark = new_deal(place), place.mark()
    place.app.settings.stop_file.touch()
    try:
        report = place.run()
        assert (report["outcome"], risky(place, mark), place.effects(mark)) == ("held", [], [])
        assert f"rm {place.app.settings.stop_file}" in "".join(report["sentences"])
        assert held(place) == [brakes.ALL]
        place.run("digest")
        assert {row["system"] for row in place.effects(mark)} <= {"mail"}
        assert "работа остановлена" in owners_letter(place).partition("\n")[0]
    finally:
        place.app.settings.stop_file.unlink()
    assert (place.run()["outcome"], len(place.orders_of(deal))) == ("done", 1)


@pytest.mark.soak
@pytest.mark.parametrize(
    "scope", ["all", COMPANY, "business_ru", "orders", f"{COMPANY}/orders", "risk>=2", f"{COMPANY}/risk>=1"]
)
def test_a_brake_that_a_person_trips_holds_until_it_is_reset(place: Town, scope: str) -> None:
    deal, mark = new_deal(place), place.mark()
    assert braking.trip(place.app, scope, "Ирина", "инвентаризация")
    assert not braking.trip(place.app, scope, "Ирина", "инвентаризация")
    assert (place.run()["outcome"], risky(place, mark)) == ("held", [])
    assert "инвентаризация" in owners_letter(place)
    braking.reset(place.app, scope, "Ирина", "закончили")
    assert (place.run()["outcome"], len(place.orders_of(deal))) == ("done", 1)


def test_a_brake_needs_a_scope_that_covers_something_and_a_person(place: Town) -> None:
    for scope in ("nowhere", "order", "risk>=9", f"{COMPANY}/", "nowhere/orders", f"{COMPANY}/deal:"):
        with pytest.raises(WrongUsage, match="covers nothing"):
            braking.trip(place.app, scope, "Ирина", "почему-то")
    for somebody in ("", " ", "Sverka"):
        with pytest.raises(WrongUsage, match="name of a person"):
            braking.reset(place.app, "all", somebody, "так")
    with pytest.raises(WrongUsage, match="sverka db adopt"):
        braking.reset(place.app, "store", "Ирина", "так")


def thrown_after(place: Town, writes: int) -> Callable[[], int]:
    """Throw the switch while the ledger carries out a write; return a count of those that came after it."""
    transport, count = place.transport, [0]
    assert transport is not None

    def look(request: httpx.Request) -> bool:
        if request.method in ("POST", "PUT", "DELETE") and "/api/" in request.url.path:
            count[0] += 1
            if count[0] == writes:
                place.app.settings.stop_file.touch()
        return False

    transport.lose = look
    return lambda: count[0] - writes


def run_stopped(place: Town) -> int:
    """Stop a run in the middle of many effects; return how many the ledger met after that."""
    deals = [new_deal(place) for _ in range(DEALS)]
    after = thrown_after(place, writes=DEALS)
    try:
        assert place.run()["outcome"] == "held"
        return after()
    finally:
        assert place.transport is not None
        place.transport.lose = lambda _request: False
        place.app.settings.stop_file.unlink()
        place.run()
        assert [len(place.orders_of(deal)) for deal in deals] == [1] * DEALS, "what waited goes on, once each"


def test_after_the_switch_is_thrown_at_most_the_effect_in_flight_is_completed(place: Town) -> None:
    after = run_stopped(place)
    print(f"T21: {DEALS} deals, {after} writes after the switch was thrown")  # noqa: T201
    assert after <= 1


def test_the_proof_finds_a_switch_that_is_asked_once_a_run(place: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[int, frozenset[str]] = {}
    scopes = Gate.scopes
    monkeypatch.setattr(Gate, "scopes", lambda self, tx: asked.setdefault(id(self), scopes(self, tx)))
    deals = [new_deal(place) for _ in range(3)]
    after = thrown_after(place, writes=2)
    place.run()
    assert after() > 1
    assert place.transport is not None
    place.transport.lose = lambda _request: False
    place.app.settings.stop_file.unlink()
    monkeypatch.undo()
    place.settle()
    assert [len(place.orders_of(deal)) for deal in deals] == [1, 1, 1]


def test_the_proof_finds_a_guard_that_ignores_brakes(place: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    deal = new_deal(place)
    braking.trip(place.app, COMPANY, "Ирина", "инвентаризация")
    assert planned(place) == []
    for module in (brakes, guard):
        monkeypatch.setattr(module, "covers", lambda *_: False)
    assert f"order.create|deal:{deal}|1" in planned(place)
    monkeypatch.undo()
    braking.reset(place.app, COMPANY, "Ирина", "закончили")
    place.run()


def planned(place: Town) -> list[str]:
    """Return what a run would send."""
    _, plans = application.run(place.app, "agreement", COMPANY, dry_run=True)
    return [action.key for action in plans[COMPANY].actions]


@pytest.mark.soak
def test_what_is_planned_dry_is_what_a_run_plans(place: Town) -> None:
    for good in (LAMP, LENS)[: 2 if SOAK else 1]:
        new_deal(place, good)
        _, plans = application.run(place.app, "agreement", COMPANY, dry_run=True)
        dry = {action.key: dict(action.payload) for action in plans[COMPANY].actions}
        _, again = application.run(place.app, "agreement", COMPANY, dry_run=True)
        assert {action.key: dict(action.payload) for action in again[COMPANY].actions} == dry != {}
        place.run()
        with place.app.store.reading() as tx:
            kept = {row.key: dict(row.payload) for row in outbox.listing(tx, COMPANY)}
        assert {key: kept.get(key) for key in dry} == dry


@pytest.mark.soak
def test_a_rule_whose_effects_are_refused_is_stopped_and_the_others_go_on(place: Town) -> None:
    deals, mark = [new_deal(place) for _ in range(15)], place.mark()
    transport = place.transport
    assert transport is not None
    transport.refuse = lambda request: request.method == "POST" and "/customerorders." in request.url.path
    try:
        report = place.run()
    finally:
        transport.refuse = lambda _request: False
    assert (report["outcome"], held(place)) == ("failed", [f"{COMPANY}/orders"])
    assert report["failed"] == brakes.FEW_TRIES, "the eleventh is not tried"
    assert place.run()["outcome"] == "held"
    assert [kind for kind in place.kinds(mark) if "customerorders" in kind] == []
    assert "отклонили 10 из 10" in owners_letter(place)
    braking.reset(place.app, f"{COMPANY}/orders", "Ирина", "там починили")
    place.later(days=1)
    place.run()
    assert [len(place.orders_of(deal)) for deal in deals] == [1] * 15


@pytest.mark.soak
def test_a_field_that_is_fought_over_freezes_its_deal_and_no_other(place: Town) -> None:
    deal, other = new_deal(place), new_deal(place)
    place.settle()
    for turn in range(3):
        place.person().set_field(deal, "Заказ в Бизнес.ру", f"чужой {turn}")
        for _ in range(2):
            place.forward(minutes=12)
            report = place.run()
    assert (report["outcome"], held(place)) == ("held", [f"{COMPANY}/deal:{deal}"])
    assert "и каждый раз это меняли обратно" in owners_letter(place)
    place.person().move_deal(other, "lost")
    place.run()
    assert not any(row["held"] for row in place.reserves_of(place.order_of(other))), "the others go on"
    braking.reset(place.app, f"{COMPANY}/deal:{deal}", "Ирина", "договорились")
    assert place.run()["outcome"] == "done"


# An old copy of the store, put back.


@contextmanager
def put_back(place: Town, copy: Path) -> Iterator[Town]:
    """Work with another file as the store, under the same mark."""
    environ = {**place.app.environ, "SVERKA_DATABASE_URL": f"sqlite:///{copy}"}
    with application.opened(environ, clock=place.clock, http=place.app.http) as app:
        yield Town(place.sandbox, app, place.transport, place.clock)


def forgotten(place: Town, folder: Path) -> tuple[Path, int]:
    """Take a copy, let a deal get its order, and return the copy, which knows nothing of it."""
    store = Path(place.app.settings.database_shown)
    copy = folder / "old.db"
    shutil.copy(store, copy)
    deal = new_deal(place)
    place.settle()
    assert len(place.orders_of(deal)) == 1
    return copy, deal


def test_an_old_copy_that_was_put_back_does_nothing_risky_until_somebody_adopts_it(
    place: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy, deal = forgotten(place, tmp_path)
    other, mark = new_deal(place), place.mark()
    with put_back(place, copy) as old:
        with monkeypatch.context() as planted:
            planted.setattr(Gate, "_old_copy", lambda _self: None)
            assert f"order.create|deal:{other}|1" in planned(old), "a mark that nobody reads holds nothing"
        assert (old.run()["outcome"], risky(old, mark), held(old)) == ("held", [], ["store"])
        assert "восстановлена прежняя копия" in "".join(texts(old))
        assert "sverka db adopt --by ИМЯ --reason ПРИЧИНА" in "".join(texts(old))
        assert braking.adopt(old.app, "Ирина", "диск сгорел", "epoch-2")
        assert not braking.adopt(old.app, "Ирина", "ещё раз", "epoch-3")
        old.settle()
        assert held(old) == []
        assert [len(old.orders_of(each)) for each in (deal, other)] == [1, 1], (
            "what stood there was found, not made again"
        )
        assert len(old.reserves_of(old.order_of(deal))) == 1
        assert old.lines_of(old.order_of(deal))[0][1:] == ("1", "4200.00")
    place.run()
    assert held(place) == ["store"], "the store that was given up is another one now"
    braking.adopt(place.app, "Ирина", "всё-таки эта", "epoch-4")
    place.run()


@pytest.mark.soak
def test_the_mark_rises_with_each_run(place: Town) -> None:
    mark = Mark(place.app.settings.mark_file)
    first = mark.read()
    place.run()
    second = mark.read()
    assert first is not None
    assert second is not None
    assert second.reaches(first)
    assert not first.reaches(second)
