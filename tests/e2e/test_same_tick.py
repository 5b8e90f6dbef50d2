"""One day in which every job runs over and over: whatever is said to anybody is said once.

What was said is counted where it arrives: in the emulators' journal and in people's mailboxes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs import JOBS
from sverka import app as application
from sverka.systems.bitrix24.portal import Portal
from sverka.work.crontab import parse
from sverka.work.schedule import Tick
from tests.e2e.town import COMPANY, Town, town
from tests.house.tree import ROOT
from tests.soak import SOAK

ROUNDS = 1_000 if SOAK else 2
OFTEN = JOBS if SOAK else ("agreement", "digest")
"""The jobs that say something; in the long form the others run between them."""
SHOP = "Интернет-магазин"
LENS, LAMP = "HL-HELLA-3R-5", "LAMP-D2S-PHILIPS"
LINES = parse((ROOT / "crontab").read_text(encoding="utf-8"), JOBS)
DAY_S = 8 * 3600
"""From ten to six in the evening."""

_OF_THE_VENDOR = {"id", "DEADLINE", "deadline"}
"""What differs though the same is said."""


@pytest.fixture
def morning(tmp_path: Path) -> Iterator[Town]:
    """A morning with something to say to everybody."""
    with town(tmp_path, sockets=False) as place:
        place.set_clock("2026-11-24T10:00:00+03:00")
        manager = place.person()
        manager.make_deal(SHOP, "Резерв", "Алексей Воронцов", [(LENS, 50, 8900)], Филиал="Москва")
        manager.make_deal(SHOP, "Новая заявка", "Марина Соловьёва")
        manager.missed_call("Марина Соловьёва")
        manager.place_shop_order("Алексей Воронцов", [(LAMP, 2, 4321)])
        yield place


def test_the_same_tick_a_thousand_times_in_a_day_says_everything_once(
    morning: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = morning.sandbox.world.clock.now()
    for _ in range(ROUNDS):
        for job in OFTEN:
            assert morning.run(job)["outcome"] == "done"
            application.run_tick(morning.app, Tick(job, COMPANY, now), LINES)
        morning.later(seconds=DAY_S // ROUNDS)
    said = messages(morning)
    print(f"{ROUNDS} rounds of {len(OFTEN)} jobs: {said.total()} messages, {len(said)} meanings")  # noqa: T201 (the figures of the proof)
    assert {kind for kind, _ in said} >= {
        "send",
        "im.notify.personal.add",
        "tasks.task.add",
        "POST customerorders",
        "crm.item.add",
    }
    assert doubled(morning) == []
    stammer(monkeypatch)
    morning.person().make_deal(SHOP, "Новая заявка", "Марина Соловьёва")
    morning.run()
    assert doubled(morning), "a worker that says everything twice is not noticed"


def messages(place: Town) -> Counter[tuple[str, str]]:
    """Return all that the worker made or told, by kind and meaning."""
    made = [row for row in place.effects() if row["kind"].startswith("POST ") or row["kind"].endswith((".add", "send"))]
    return Counter((row["kind"], _meaning(row)) for row in made)


def doubled(place: Town) -> list[object]:
    """Return what was said twice, or lies in a mailbox twice."""
    inboxes = {name: place.person(name).letters() for name in ("owner", "head", "manager", "warehouse", "accountant")}
    letters = Counter((name, letter["headers"]["Subject"]) for name, found in inboxes.items() for letter in found)
    return [each for counted in (messages(place), letters) for each, times in counted.items() if times > 1]


def stammer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the worker send everything twice to the portal."""
    send = Portal.send
    monkeypatch.setattr(Portal, "send", lambda *given: send(*given) and send(*given))


def _meaning(row: dict[str, object]) -> str:
    payload = row["payload"]
    assert isinstance(payload, dict)
    if row["kind"] == "send":
        heads = payload["headers"]
        return f"{heads['To']} {heads['Subject']}"
    inner = payload.get("fields", payload)
    return repr(sorted((name, value) for name, value in inner.items() if name not in _OF_THE_VENDOR))
