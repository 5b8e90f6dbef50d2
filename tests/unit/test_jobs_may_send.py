"""Which jobs may send which effects that wait in the outbox: a job that tells clients something sends nobody else's words."""

from __future__ import annotations

import pytest

from jobs import JOBS
from sverka.app import job
from sverka.domain.actions import Action
from sverka.domain.effects import Effect, State
from sverka.domain.messaging.wishes import kind_of
from tests.make import NOW

BOOKED, GREETING = "letter:deal:71/visit_booked", "letter:contact:7/birthday"
OUT = "letter:deal:71/shipping"
HEARD, FROM_NOBODY = "letter:deal:71/heard", "letter:nobody/heard"
FOR_ALL = {"agreement", "sweep", "outbox"}
"""Jobs that send what any of them planned."""


def effect(kind: str, subject: str, occasion: str) -> Effect:
    """A row of the outbox."""
    action = Action(kind, subject, occasion, {}, reason="Так надо.")
    return Effect(
        id=1, company="headlights", key=action.key, kind=kind, system=action.spec.system, subject=subject, risk=action.spec.risk,
        payload={}, reason=action.reason, before="", after="", money_kopecks=0, state=State.PLANNED, attempts=0, planned_at=NOW,
        not_before=None, claimed_at=None, fence=0, external_id="", changed=None, detail="", run_id=1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "subject", "occasion", "jobs"),
    [
        pytest.param("message.max", BOOKED, "2026-11-24T10:00+03:00 Москва", {"visits"} | FOR_ALL, id="a visit"),
        pytest.param("message.sms", "letter:deal:71/visit_eve", "2026~1", {"visits"} | FOR_ALL, id="by a second channel"),
        pytest.param("message.email", "letter:deal:71/order_ready", "1", FOR_ALL, id="an order that is ready"),
        pytest.param("message.whatsapp", "letter:deal:71/thanks_review", "1", {"reviews"} | FOR_ALL, id="thanks"),
        pytest.param("message.max", GREETING, "2026", {"birthdays"} | FOR_ALL, id="a greeting"),
        pytest.param("message.sms", "letter:contact:7/welcome", "welcome", {"welcome"} | FOR_ALL, id="a welcome"),
        pytest.param("comment.create", "deal:71", "letter visit_booked 2026", {"visits"} | FOR_ALL, id="a visit's trace"),
        pytest.param("comment.create", "contact:7", "letter birthday 2026", {"birthdays"} | FOR_ALL, id="a greeting's trace"),
        pytest.param("comment.create", "deal:71", "letter order_ready 1", FOR_ALL, id="the trace of an order"),
        pytest.param("comment.create", "deal:71", "another", FOR_ALL, id="another comment"),
        pytest.param("todo.create", BOOKED, "message 2026", {"visits"} | FOR_ALL, id="to say a visit by word"),
        pytest.param("todo.complete", BOOKED, "1201", {"visits"} | FOR_ALL, id="said by word"),
        pytest.param("todo.create", "deal:71", "activity 1", FOR_ALL, id="another to-do"),
        pytest.param("notice.send", GREETING, "message birthday 2026", {"birthdays"} | FOR_ALL, id="of whose birthday it is"),
        pytest.param("notice.send", "deal:71", "notice 1", FOR_ALL, id="another notice"),
        pytest.param("comment.create", HEARD, "max 1", {"inbox"} | FOR_ALL, id="what a client wrote"),
        pytest.param("notice.send", HEARD, "message max 1", {"inbox"} | FOR_ALL, id="that a client wrote"),
        pytest.param("todo.create", HEARD, "message max 1", {"inbox"} | FOR_ALL, id="that a client may ask for silence"),
        pytest.param("notice.send", FROM_NOBODY, "message max 1", {"inbox"} | FOR_ALL, id="that somebody wrote"),
        pytest.param("todo.create", "letter:deal:71/visit_heard", "1", FOR_ALL, id="of a kind whose name ends alike"),
        pytest.param("message.sms", "letter:deal:71/shipped", "1", {"ship_today"} | FOR_ALL, id="that goods left"),
        pytest.param("comment.create", "deal:71", "letter shipped 1", {"ship_today"} | FOR_ALL, id="its trace"),
        pytest.param("deal.stage", OUT, "to 2026-11-24", {"ship_today"} | FOR_ALL, id="a move of the day"),
        pytest.param("task.create", OUT, "picking 2026-11-24", {"ship_today"} | FOR_ALL, id="a task to pick"),
        pytest.param("deal.stage", "deal:71", "", FOR_ALL, id="another move"),
        pytest.param("task.create", "deal:71", "purchase 1", FOR_ALL, id="another task"),
        pytest.param("letter.reply", "letter:0123", "reply", {"inbox", "outbox"}, id="an answer to a colleague"),
        pytest.param("letter.digest", "letter:owner", "2026-11-24", {"digest", "outbox"}, id="a daily letter"),
        pytest.param("order.create", "deal:71", "1", FOR_ALL, id="an order"),
        pytest.param("message.max", "letter:deal:71/our_own", "1", FOR_ALL, id="a company's own kind"),
    ],
)  # fmt: skip
def test_a_job_sends_its_own_messages_and_what_goes_with_them(
    kind: str, subject: str, occasion: str, jobs: set[str]
) -> None:
    assert {name for name in JOBS if job(name).may_send(effect(kind, subject, occasion))} == jobs


@pytest.mark.parametrize(
    ("kind", "subject", "occasion", "told"),
    [
        ("message.max", "letter:deal:71/visit_eve", "1", "visit_eve"), ("comment.create", "deal:71", "letter visit_eve 1", "visit_eve"),
        ("comment.create", "deal:71", "a letter", ""), ("todo.create", "deal:71", "letter visit_eve 1", ""),
        ("letter.digest", "letter:owner", "2026-11-24", ""), ("order.create", "deal:71", "1", ""),
    ],
    ids=["a message", "its trace", "another comment", "another to-do", "a daily letter", "an order"],
)  # fmt: skip
def test_an_effect_names_the_kind_of_message_that_it_is_or_goes_with(
    kind: str, subject: str, occasion: str, told: str
) -> None:
    made = effect(kind, subject, occasion)
    assert kind_of(made.key, made.subject) == told
