"""The harness catches clients that are wrong: each bug here is planted, and a few schedules tell of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest

from sandbox.serve import Sandbox
from sverka.domain.effects import Answer, Outcome, Probe
from sverka.systems import outcomes
from sverka.systems.errors import AnswerLost, BadAnswer, SystemTrouble
from tests.faults.law import Side, Write, try_client
from tests.faults.ledger_side import LedgerSide, ledger_side
from tests.faults.mail_side import mail_side
from tests.faults.portal_side import PortalSide, portal_side

Plant = Callable[[pytest.MonkeyPatch], None]
Open = Callable[[Sandbox], AbstractContextManager[Side]]


def taken_for(kind: type[SystemTrouble], answer: Answer) -> Plant:
    """Let the clients take a trouble for another answer than it is."""
    wrong = tuple((each, answer if each is kind else right) for each, right in outcomes.ANSWERS)
    return lambda monkeypatch: monkeypatch.setattr(outcomes, "ANSWERS", wrong)


def sure_of_every_look(monkeypatch: pytest.MonkeyPatch) -> None:
    def look(side: PortalSide, write: Write) -> Probe:
        return replace(side.client.look(write.kind, write.payload, side.directory), complete=True)

    monkeypatch.setattr(PortalSide, "look", look)


def naive_repetition(monkeypatch: pytest.MonkeyPatch) -> None:
    once = LedgerSide.send

    def send(side: LedgerSide, write: Write) -> Outcome:
        outcome = once(side, write)
        return once(side, write) if outcome.answer is Answer.AMBIGUOUS else outcome

    monkeypatch.setattr(LedgerSide, "send", send)


def no_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("bounds", "transport"):
        monkeypatch.setattr(f"sverka.systems.{module}.left_s", lambda silence_s: silence_s)


def kept_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sverka.systems.transport._KEPT_LINES", 10)


@pytest.mark.parametrize(
    ("plant", "opened", "toxics", "told"),
    [
        (taken_for(AnswerLost, Answer.NOT_EXECUTED), portal_side, ["closed after"], "not_executed, but it happened"),
        (taken_for(AnswerLost, Answer.NOT_EXECUTED), ledger_side, ["late"], "not_executed, but it happened"),
        (taken_for(BadAnswer, Answer.REFUSED), portal_side, ["fault afterwards"], "refused, but it happened"),
        (taken_for(BadAnswer, Answer.REFUSED), ledger_side, ["fault afterwards"], "refused, but it happened"),
        (sure_of_every_look, portal_side, ["fault afterwards"], "surely did not find what is there"),
        (naive_repetition, ledger_side, ["closed after"], "more than once"),
        (no_deadline, portal_side, ["dripped body", "dripped head"], "it took"),
        pytest.param(no_deadline, mail_side, ["dripped"], "it took", marks=pytest.mark.soak),
        (kept_connections, portal_side, ["twice"], "nothing was wrong, yet it is not accepted"),
    ],
    ids=[
        "a lost answer of the portal is no execution", "a late one of the ledger neither", "a portal's fault is a refusal",
        "a ledger's fault is a refusal", "every look-up is complete", "what is lost is repeated", "no deadline for http",
        "no deadline for letters", "connections are kept",
    ],
)  # fmt: skip
def test_a_planted_bug_is_told(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, plant: Plant, opened: Open, toxics: list[str], told: str
) -> None:
    plant(monkeypatch)
    with opened(sandbox) as side:
        side.toxics = toxics
        for seed in range(2, 22):
            figures = try_client(side, 2, seed)
            if any(told in breach for breach in figures.broken):
                return
    raise AssertionError(f"the bug went through: {figures}")
