"""Every kind of fault: what the client sees, and whether the system has executed the request."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from core_echo import Scene, scene

from sandbox.faults import KINDS, Fault, Faults


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        ("http_429", 429, {"error": "http_429"}),
        ("http_500", 500, {"error": "http_500"}),
        ("http_503", 503, {"error": "http_503"}),
        ("wrong_token", 401, {"error": "NO_AUTH_FOUND"}),
        ("http_502_html", 502, "<h1>502 Bad Gateway</h1>"),
        ("html_200", 200, "<title>Авторизация</title>"),
        ("maintenance", 503, "Technical works"),
    ],
)
def test_a_refusal_leaves_no_effect_and_strikes_once(world: Scene, kind: str, status: int, body: Any) -> None:
    world.arm(kind, count=1)
    seen_status, seen = world.call("POST", f"{world.http}/owner", {"n": 1})
    assert seen_status == status
    assert seen == body if isinstance(body, dict) else body in seen
    assert world.effects() == []
    assert world.call("POST", f"{world.http}/owner", {"n": 2})[0] == 200
    assert world.effects() == [{"n": 2}]
    assert world.statuses() == [status, 200]


@pytest.mark.parametrize(
    ("kind", "executed"),
    [("timeout_before", False), ("reset", False), ("timeout_after", True), ("half_body", True)],
)
def test_a_broken_line_keeps_or_loses_the_effect(world: Scene, kind: str, *, executed: bool) -> None:
    world.arm(kind, count=1, seconds=0.05)
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        world.call("POST", f"{world.http}/owner", {"n": 1})
    assert world.effects() == ([{"n": 1}] if executed else [])


@pytest.mark.parametrize("kind", ["timeout_before", "timeout_after"])
def test_a_client_that_gives_up_frees_the_held_line(world: Scene, kind: str) -> None:
    world.arm(kind, count=1)
    before = threading.active_count()
    with pytest.raises(TimeoutError):
        world.call("GET", f"{world.http}/owner", timeout_s=0.1)
    deadline = time.monotonic() + 2
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() <= before
    assert world.statuses() == [0]


def test_a_reset_is_a_tcp_reset(world: Scene) -> None:
    world.arm("reset", count=1)
    with pytest.raises(ConnectionResetError) as caught:
        world.call("GET", f"{world.http}/owner")
    assert not isinstance(caught.value, http.client.RemoteDisconnected)


def test_half_a_body_comes_under_a_right_head(world: Scene) -> None:
    world.arm("half_body", count=1)
    with pytest.raises(http.client.IncompleteRead) as caught:
        world.call("GET", f"{world.http}/owner")
    assert caught.value.partial == b'{"rows'[: len(caught.value.partial)]
    assert caught.value.partial


def test_a_slow_answer_is_a_right_one(world: Scene) -> None:
    world.arm("slow", count=1, seconds=0.2)
    began = time.monotonic()
    assert world.call("POST", f"{world.http}/owner", {"n": 1}) == (200, {"id": 1})
    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize("kind", ["half_page", "rows_move", "duplicate_rows"])
def test_spoilt_rows_wait_for_a_list_call(world: Scene, kind: str) -> None:
    world.arm(kind, count=1)
    assert world.call("POST", f"{world.http}/owner", {"n": 1}) == (200, {"id": 1})
    assert world.call("GET", f"{world.http}/owner") == (200, {"spoilt": kind})
    assert world.call("GET", f"{world.http}/owner") == (200, {"rows": [{"n": 1}]})


def test_a_held_line_does_not_hold_the_company(world: Scene) -> None:
    world.arm("timeout_after", count=1, seconds=30)
    with pytest.raises(TimeoutError):
        world.call("POST", f"{world.http}/owner", {"n": 1}, timeout_s=0.1)
    began = time.monotonic()
    assert world.call("GET", f"{world.http}/owner")[0] == 200
    assert time.monotonic() - began < 1


def test_clearing_disarms_everything(world: Scene) -> None:
    world.arm("http_500", share=1.0)
    world.arm("reset", count=5)
    world.call("POST", f"{world.control}/_world/faults", {"clear": True})
    assert world.call("GET", f"{world.http}/owner")[0] == 200


def _strikes(seed: int) -> list[bool]:
    faults = Faults()
    faults.arm(Fault("acme", "echo", "http_500", None, 0.3, Random(seed), 0))
    return [faults.draw("acme", "echo") is not None for _ in range(1000)]


def test_a_share_strikes_by_its_seed() -> None:
    assert _strikes(7) == _strikes(7) != _strikes(8)
    assert 250 < sum(_strikes(7)) < 350


def test_faults_strike_only_their_own_system_in_the_order_of_arming() -> None:
    faults = Faults()
    for kind in ("http_500", "reset"):
        faults.arm(Fault("acme", "echo", kind, 1, None, Random(0), 0))
    assert faults.draw("acme", "mail") is None
    assert faults.draw("other", "echo") is None
    drawn = [faults.draw("acme", "echo") for _ in range(3)]
    assert [fault and fault.kind for fault in drawn] == ["http_500", "reset", None]


def test_every_kind_can_be_armed_and_survived(world: Scene) -> None:
    for kind in KINDS:
        world.arm(kind, count=1, seconds=0.01)
        try:
            world.call("GET", f"{world.http}/owner")
        except (http.client.HTTPException, ConnectionError):
            continue
    assert world.call("GET", f"{world.http}/owner") == (200, {"rows": []})
