"""The control server: the clock, the journals, the counts, the way back to the start, and its plain refusals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from core_echo import START, Scene, scene

from sandbox.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as opened:
        yield opened


def _now(world: Scene) -> datetime:
    return datetime.fromisoformat(world.call("GET", f"{world.control}/_world")[1]["now"])


def test_the_world_tells_its_time_and_its_counts(world: Scene) -> None:
    world.call("POST", f"{world.http}/owner", {"n": 1})
    status, answer = world.call("GET", f"{world.control}/_world")
    assert status == 200
    assert answer["counts"] == {"acme": {"echo": {"rows": 1}, "mail": {"letters": 0}}}
    assert timedelta(0) <= datetime.fromisoformat(answer["now"]) - START < timedelta(seconds=5)


def test_the_clock_is_set_and_moved_and_runs_on(world: Scene) -> None:
    world.call("POST", f"{world.control}/_world/clock", {"now": "2027-01-01T00:00:00+03:00"})
    assert _now(world) >= datetime(2026, 12, 31, 21, tzinfo=UTC)
    world.call("POST", f"{world.control}/_world/clock", {"forward_s": 3600})
    first = _now(world)
    assert first >= datetime(2026, 12, 31, 22, tzinfo=UTC)
    assert world.world.clock.now() > first


def test_time_stands_still_until_the_world_begins() -> None:
    ticks = iter(range(1000))
    world = World(START, lambda: float(next(ticks)))
    assert world.clock.now() == world.clock.now() == START
    world.begin()
    assert world.clock.now() == START + timedelta(seconds=1)


def test_effects_and_requests_are_listed_above_a_number(world: Scene) -> None:
    for n in range(3):
        world.call("POST", f"{world.http}/owner", {"n": n})
    world.call("GET", f"{world.http}/worker")
    effects = world.call("GET", f"{world.control}/_world/effects?since=1")[1]
    assert [row.pop("at")[:10] for row in effects] == ["2026-11-23"] * 2
    common = {"company": "acme", "system": "echo", "kind": "POST rows", "by": "owner"}
    assert effects == [{"n": 2, **common, "payload": {"n": 1}}, {"n": 3, **common, "payload": {"n": 2}}]
    requests = world.call("GET", f"{world.control}/_world/requests?since=3")[1]
    assert requests[0].pop("at")
    assert requests == [
        {"n": 4, "company": "acme", "system": "echo", "method": "GET rows", "status": 200, "by": "worker",
         "write": False, "commands": []}
    ]  # fmt: skip
    assert world.call("GET", f"{world.control}/_world/effects?since=99")[1] == []


def test_a_reset_returns_to_the_state_and_the_clock_of_the_start(world: Scene) -> None:
    world.call("POST", f"{world.http}/owner", {"n": 1})
    world.call("POST", f"{world.control}/_world/clock", {"forward_s": 86400})
    world.arm("http_500", share=1)
    assert world.call("POST", f"{world.control}/_world/reset")[0] == 200
    assert world.call("GET", f"{world.http}/owner") == (200, {"rows": []})
    assert world.call("GET", f"{world.control}/_world/effects")[1] == []
    assert _now(world) - START < timedelta(seconds=5)
    world.call("POST", f"{world.http}/owner", {"n": 2})
    world.call("POST", f"{world.control}/_world/reset")
    assert world.call("GET", f"{world.http}/owner") == (200, {"rows": []})


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "sentence"),
    [
        ("GET", "/", None, 404, "There is no GET / here"),
        ("POST", "/_world", {}, 404, "There is no POST /_world here"),
        ("POST", "/_world/clock", {"now": "soon"}, 400, "'soon' is not a moment"),
        ("POST", "/_world/clock", {"now": 5}, 400, "5 is not a moment"),
        ("POST", "/_world/clock", {"now": "2026-01-01T00:00"}, 400, "has no offset"),
        ("POST", "/_world/clock", {"forward_s": "1"}, 400, "forward_s is a number"),
        ("POST", "/_world/clock", {"forward_s": -1}, 400, "forward_s is a number"),
        ("POST", "/_world/clock", {"forward_s": 1e12}, 400, "cannot go that far"),
        ("POST", "/_world/clock", {}, 400, "The clock takes either"),
        ("POST", "/_world/clock", [1], 400, "not a JSON object"),
        ("GET", "/_world/effects?since=x", None, 400, "since is the number"),
        ("POST", "/_world/faults", {"company": "no"}, 404, "There is no company 'no'; there are: acme."),
        ("POST", "/_world/faults", {"company": "acme", "system": "no"}, 404, "acme has no system 'no'"),
        ("POST", "/_world/faults", {"company": "acme", "system": "echo", "kind": "no"}, 400, "no fault of the kind 'no'"),
        ("POST", "/_world/faults", {"company": "acme", "system": "mail", "kind": "html_200"}, 400, "mail has no fault"),
        ("POST", "/_world/faults", {"company": "acme", "system": "echo", "kind": "reset", "share": 2}, 400, "from 0 to 1"),
        ("POST", "/_world/faults", {"company": "acme", "system": "echo", "kind": "reset", "share": 1, "count": 1}, 400, "both"),
    ],
)  # fmt: skip
def test_a_mistake_is_answered_with_a_sentence(
    world: Scene, method: str, path: str, body: Any, status: int, sentence: str
) -> None:
    seen_status, seen = world.call(method, world.control + path, body)
    assert (seen_status, sentence in seen["error"]) == (status, True), seen
