"""Bugs to be planted into the worker, to see whether the harness finds them: each takes away one of the rules of sending."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sverka.domain.effects import Probe
from sverka.store import outbox
from sverka.store.ledgers import outbox as table
from sverka.work import sending


def _repeat_blindly() -> None:
    """What was claimed and has no end is sent again, without a look."""
    sending.Sender._probe = lambda *_: Probe(found=False, complete=True)


def _look_at_once() -> None:
    """A lost answer is looked up while the system may still be at work on the request."""
    sending.SETTLE = dict.fromkeys(sending.SETTLE, timedelta())


def _send_after_a_pause() -> None:
    """Nobody asks how long ago the claim was, nor whose lease it is."""
    sending.Permit.__call__ = lambda _self: True


def _claim_after_the_call() -> None:
    """The claim is written when the answer is there."""

    def claim(self: Any, rows: Any) -> float:
        return float(self._desk.clock.monotonic())

    sending.Sender._claim = claim
    original = outbox.finish

    def finish(tx: Any, effect_id: int, fence: int, *rest: Any, **more: Any) -> bool:
        tx.change(table.update().where(table.c.id == effect_id).values(state="claimed", fence=fence))
        return original(tx, effect_id, fence, *rest, **more)

    outbox.finish = finish
    outbox.is_claimed_under = lambda *_: True


BUGS: Mapping[str, Callable[[], None]] = {
    "repeat blindly": _repeat_blindly,
    "look at once": _look_at_once,
    "send after a pause": _send_after_a_pause,
    "claim after the call": _claim_after_the_call,
}


def plant(bug: str) -> None:
    """Break this process in one way; "" leaves it whole."""
    if bug:
        BUGS[bug]()
