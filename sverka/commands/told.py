"""Messages to clients as `sverka explain` shows them: what became of each, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sverka.commands.showing import moment
from sverka.domain.effects import State
from sverka.domain.messaging.wishes import GOES, RULES, TOLD, Past
from sverka.store import messages, outbox
from sverka.store.engine import Transaction
from sverka.store.messages import Remembered

_DIGITS = 18
"""No database counts further."""

_ENDS: Mapping[State, str] = {
    State.PLANNED: "is to go", State.CLAIMED: "was sent, its answer is looked for", State.DONE: "was taken by the provider",
    State.FAILED: "was refused", State.UNKNOWN: "may have gone, nobody can tell", State.EXPIRED: "came too late",
    State.CANCELLED: "was taken back before it was sent",
}  # fmt: skip


def about(tx: Transaction, company: str, card: str) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the messages about a card, or for a client, the latest last: for programs and for people."""
    found = list(reversed(messages.listing(tx, company, cards=[card])))
    past = _by_key(tx, company, found)
    facts = [_facts(each, past.get(each.key, [])) for each in found]
    return facts, [
        f"message:{each.id}  {moment(each.last_at)}  {each.kind} {each.occasion}: {standing(each, past.get(each.key, []))}"
        for each in found
    ]


def one(tx: Transaction, company: str, number: str) -> tuple[Remembered, dict[str, Any], list[str]] | None:
    """Return a message by its number, for programs and for people; None if the company has none."""
    found = messages.get(tx, int(number)) if number.isdecimal() and len(number) <= _DIGITS else None
    if found is None or found.company != company:
        return None
    past = _by_key(tx, company, [found]).get(found.key, [])
    texts = outbox.payloads(tx, [each.effect_id for each in past])
    lines = [
        f"for {found.recipient}, about {found.card}", found.reason,
        f"from {moment(found.not_before)} until {moment(found.expires_at)}", standing(found, past),
        *(f"{moment(each.at)}  {each.channel} {each.address}: {_end(each)}" for each in past),
    ]  # fmt: skip
    last = texts.get(past[-1].effect_id, {}) if past else {}
    return (
        found,
        {**_facts(found, past), "text": last.get("text", "")},
        [*lines, "", *last.get("text", "").splitlines()],
    )


def standing(each: Remembered, past: Iterable[Past]) -> str:
    """Say in a few words how a message stands."""
    tried = list(past)
    if each.verdict in (GOES, TOLD) and tried:
        return f"by {tried[-1].channel}, {_end(tried[-1])}"
    rule = f" ({RULES[each.rule]})" if each.rule in RULES else ""
    return f"{each.verdict}{rule}{f', until {moment(each.until)}' if each.until else ''}"


def _end(past: Past) -> str:
    delivery = f", {past.delivery}" if past.state is State.DONE else ""
    return f"{_ENDS[past.state]}{delivery}"


def _by_key(tx: Transaction, company: str, found: Iterable[Remembered]) -> dict[str, list[Past]]:
    by_key: dict[str, list[Past]] = {}
    for each in messages.past(tx, company, (), [row.key for row in found]):
        by_key.setdefault(each.key, []).append(each)
    return by_key


def _facts(each: Remembered, past: Iterable[Past]) -> dict[str, Any]:
    return {
        "id": each.id, "kind": each.kind, "card": each.card, "recipient": each.recipient, "occasion": each.occasion,
        "verdict": each.verdict, "rule": each.rule, "until": moment(each.until) if each.until else None,
        "tries": [
            {
                "channel": row.channel, "address": row.address, "at": moment(row.at), "state": str(row.state),
                "delivery": str(row.delivery), "effect": row.effect_id,
            }
            for row in past
        ],
    }  # fmt: skip
