"""What a dry run shows, what `plan` writes down and what a run does are one and the same, whatever people have just done.

A town lives through generated mornings. On each, the dry run and the written plan are compared with what the next run takes into its
outbox; and of a plan on which somebody acted meanwhile, what went stale is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sverka import app as application
from sverka.commands import reviewing
from sverka.domain.plan import Plan
from sverka.store import outbox
from sverka.work import runner
from tests.e2e.town import COMPANY, Town, town
from tests.soak import SOAK

STATES = 300 if SOAK else 2
STALE = 60 if SOAK else 1
SHOP = "Интернет-магазин"
GOODS = ("HL-HELLA-3R-5", "LAMP-D2S-PHILIPS")
CLIENTS = ("Алексей Воронцов", "Марина Соловьёва")
STAGES = ("Новая заявка", "Резерв", "Отгружено/не оплачено", "Самовывоз/доставка", "lost")
Actions = Mapping[str, Any]
"""Key of an action → its payload."""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path, sockets=False) as opened:
        opened.set_clock("2026-11-24T10:00:00+03:00")
        yield opened


def act(place: Town, lot: Random) -> None:
    """Let a manager do something, or several things."""
    manager = place.person()
    for _ in range(lot.randint(1, 3)):
        deals = manager.find_deals()
        basket = [(good, lot.randint(1, 3), lot.randint(100, 9000)) for good in lot.sample(GOODS, lot.randint(1, 2))]
        what = lot.choice(("deal", "move", "lines", "order", "call")) if deals else "deal"
        if what == "deal":
            manager.make_deal(SHOP, lot.choice(STAGES[:3]), lot.choice(CLIENTS), basket, Филиал="Москва")
        elif what == "move":
            manager.move_deal(lot.choice(deals), lot.choice(STAGES))
        elif what == "lines":
            manager.set_lines(lot.choice(deals), basket)
        elif what == "order":
            manager.place_shop_order(lot.choice(CLIENTS), basket)
        else:
            manager.missed_call(lot.choice(CLIENTS))
    place.later(minutes=lot.choice((1, 20)))


def dry_run(place: Town) -> Actions:
    _, plans = application.run(place.app, "agreement", COMPANY, dry_run=True)
    return {action.key: dict(action.payload) for action in plans[COMPANY].actions}


def written_plan(place: Town, file: Path) -> Actions:
    reviewing.make(place.app, "agreement", COMPANY, None, file)
    rows = json.loads(file.read_text(encoding="utf-8"))["companies"][COMPANY]
    return {row["key"]: row["payload"] for row in rows}


def kept(place: Town, since: int) -> Actions:
    """Return what came into the outbox after an effect."""
    with place.app.store.reading() as tx:
        rows = outbox.listing(tx, COMPANY, limit=100_000)
    return {row.key: dict(row.payload) for row in rows if row.id > since}


def last_effect(place: Town) -> int:
    with place.app.store.reading() as tx:
        return max((row.id for row in outbox.listing(tx, COMPANY, limit=1)), default=0)


def test_a_dry_run_a_plan_and_the_run_itself_want_the_same(
    place: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = 0
    for seed in range(STATES):
        act(place, Random(seed))
        mark, before = place.mark(), last_effect(place)
        shown, file = dry_run(place), tmp_path / f"{seed}.json"
        assert written_plan(place, file) == shown, seed
        assert place.kinds(mark) == [], "a dry run wrote something"
        planned += len(shown)
        if seed % 2:
            _, refused = reviewing.apply(place.app, file)
            assert (refused, kept(place, before)) == ([], shown), seed
        else:
            with monkeypatch.context() as patch:
                first = _first_pass(patch)
                assert place.run()["outcome"] == "done", seed
            assert first == [shown], seed
            assert kept(place, before).items() >= shown.items(), seed
    print(f"{STATES} states, {planned} actions")  # noqa: T201 (the figures of the proof)
    assert planned > STATES


def test_of_a_plan_what_went_stale_is_refused_and_the_rest_is_done(place: Town, tmp_path: Path) -> None:
    stale = 0
    for seed in range(STALE):
        lot = Random(f"stale {seed}")
        deals = [
            place.person().make_deal(SHOP, "Резерв", client, [(GOODS[0], 1, 8900)], Филиал="Москва")
            for client in CLIENTS
        ]
        place.later(minutes=1)
        shown, before = written_plan(place, file := tmp_path / f"{seed}.json"), last_effect(place)
        fallen = lot.choice(deals)
        place.person().move_deal(fallen, lot.choice(("lost", "Новая заявка")))
        _, refused = reviewing.apply(place.app, file)
        gone = {key for key in shown if key.split("|")[1] == f"deal:{fallen}" and key.startswith(("order", "reserve"))}
        assert gone, shown
        assert not gone & kept(place, before).keys(), seed
        assert len(refused) >= len(gone), refused
        assert place.orders_of(fallen) == []
        assert len(place.orders_of(next(deal for deal in deals if deal != fallen))) == 1
        stale += len(gone)
    print(f"{STALE} plans, {stale} actions went stale and were refused")  # noqa: T201 (the figures of the proof)


def _first_pass(patch: pytest.MonkeyPatch) -> list[Actions]:
    """Note what the first pass of a run keeps."""
    keep, noted = runner._keep, []

    def noting(desk: Any, look: Any, plan: Plan, *rest: Any) -> Any:
        if not noted:
            noted.append({action.key: dict(action.payload) for action in plan.actions})
        return keep(desk, look, plan, *rest)

    patch.setattr(runner, "_keep", noting)
    return noted
