"""Bugs to be planted into the sender, to see whether its laws are watched: each takes away one of the rules of sending."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from sverka.domain.effects import Answer, Effect, Outcome
from sverka.store import outbox
from sverka.store.ledgers import outbox as table
from sverka.work import sending


def lost_means_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not answered is taken for not executed."""
    finish = sending.Sender._finish

    def hasty(self: sending.Sender, row: Effect, outcome: Outcome, ms: int) -> float | None:
        is_lost = outcome.answer is Answer.AMBIGUOUS
        return finish(self, row, replace(outcome, answer=Answer.NOT_EXECUTED) if is_lost else outcome, ms)

    monkeypatch.setattr(sending.Sender, "_finish", hasty)


def look_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lost answer is looked up while the system may still be at work on the request."""
    monkeypatch.setattr(sending, "SETTLE", dict.fromkeys(sending.SETTLE, timedelta()))


def end_without_fence(monkeypatch: pytest.MonkeyPatch) -> None:
    """The end of an attempt is written whoever claimed the effect last."""
    finish = outbox.finish

    def trusting(tx: Any, effect_id: int, _fence: int, *rest: Any, **more: Any) -> bool:
        fence = tx.scalar(select(table.c.fence).where(table.c.id == effect_id))
        return finish(tx, effect_id, fence, *rest, **more)

    monkeypatch.setattr(outbox, "is_claimed_under", lambda *_: True)
    monkeypatch.setattr(outbox, "finish", trusting)


def send_after_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asks before the call how long ago the claim was, nor whose lease it is."""
    monkeypatch.setattr(sending.Permit, "__call__", lambda _self: True)
