"""Letters to clients between the rules and the outbox: facts become the text that is frozen, and what was told is remembered.

Belongs here: when a letter's text is written and with what it is compared. Does not belong here: who is told what (`reconcilers.notices`),
and how it reads (`sverka.messages`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sverka.domain.actions import Action, Payload
from sverka.domain.effects import Effect, State
from sverka.domain.notices import ORDER_READY, OrderReady, Told, letter_subject
from sverka.domain.plan import Plan
from sverka.domain.rows import Deal
from sverka.messages.render import render
from sverka.store import outbox
from sverka.store.engine import Transaction
from sverka.work.desk import Desk, Look

KIND = "letter.client"
_FACTS = {ORDER_READY: OrderReady.from_json}
_WORDING = ("subject", "text", "html")
_OURS = "cancelled by sverka:"
"""How a row begins to explain itself that we cancelled because the facts had changed; then the letter may be written again."""


def worded(plan: Plan) -> Plan:
    """Return a plan whose letters to clients bear their text beside the facts that it rests on."""
    return replace(plan, actions=tuple(_worded(action) for action in plan.actions))


def unworded(payload: Payload) -> Mapping[str, Any]:
    """Return a payload as its rule made it: a letter to a client without its text, any other as it is."""
    if "template" not in payload:
        return payload
    return {name: value for name, value in payload.items() if name not in _WORDING}


def told(tx: Transaction, desk: Desk, look: Look, deals: Iterable[Deal]) -> dict[str, tuple[Told, ...]]:
    """Return, by the id of the deal, the letters to its client that went out or that a person cancelled, the oldest first."""
    subjects = {letter_subject(deal.ext_id): deal for deal in deals}
    written = {subject for _, _, subject in outbox.made_all(tx, desk.company, subjects, (KIND,)).values()}
    for subject, deal in subjects.items():
        stage, _, _ = look.stage_of(desk.policy, deal.stage_id)
        if stage is not None and stage.notice:  # only there a cancelled letter matters
            written.add(subject)
    found = {subject: _of(tx, desk, look, subject) for subject in sorted(written)}
    return {subjects[subject].ext_id: letters for subject, letters in found.items() if letters}


def _worded(action: Action) -> Action:
    if action.kind != KIND:
        return action
    template = action.payload["template"]
    letter = render(template, _FACTS[template](action.payload["facts"]))
    return replace(
        action, after=letter.subject,
        payload={**action.payload, "subject": letter.subject, "text": letter.text, "html": letter.html},
    )  # fmt: skip


def _of(tx: Transaction, desk: Desk, look: Look, subject: str) -> tuple[Told, ...]:
    rows = outbox.listing(tx, desk.company, states=(State.DONE, State.CANCELLED), subject=subject)
    return tuple(_told(row, look) for row in reversed(rows) if not row.detail.startswith(_OURS))


def _told(row: Effect, look: Look) -> Told:
    """Read a row; real time becomes business time by how far the two are apart now."""
    sent_at = look.now - (look.read_at - row.claimed_at) if row.state is State.DONE and row.claimed_at else None
    occasion = row.key.removeprefix(f"{row.kind}|{row.subject}|")
    return Told(occasion, row.payload["to"], row.payload["to_name"], row.payload["subject"], sent_at)
