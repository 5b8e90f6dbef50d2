"""From a call to a reply: the door, the ledger's answer, its envelope, and the notes for the journals."""

from __future__ import annotations

from sandbox.kit import Reply, Setting
from sandbox.systems.business_ru import envelope
from sandbox.systems.business_ru.books import Books
from sandbox.systems.business_ru.calls import REPAIR, Call
from sandbox.systems.business_ru.errors import Refusal, TurnedAway, not_allowed
from sandbox.systems.business_ru.gate import admit, caller_of, count_call
from sandbox.systems.business_ru.integrations import Integration
from sandbox.systems.business_ru.laws.entry import Clerk
from sandbox.systems.business_ru.models.catalogue import MODELS
from sandbox.systems.business_ru.reading import Spoiler, read
from sandbox.systems.business_ru.values import moscow_wall
from sandbox.systems.business_ru.writing import write

SYSTEM = "business_ru"

TOKEN_LIFETIME_S = "business_ru.token_lifetime_s"  # noqa: S105 - the name of a switch
"""Switch: tokens die so many seconds after they were issued. Left out, they do not age."""
ROTATE_TOKENS = "business_ru.rotate_tokens"
"""Switch: each answer brings a new token and kills the one before."""
LINE_MOVES_HEADER = "business_ru.line_moves_header"
"""Switch: an edit of a line moves its header's `updated`."""
SHIPS_RESERVED = "business_ru.ships_reserved"
"""Switch: a realization may ship what others hold in reserve. Left out, only free goods and its own reserve are shipped."""


def serve(setting: Setting, books: Books, call: Call, spoil: Spoiler | None = None) -> Reply:
    """Answer a call as the vendor would, its rows spoilt if asked for, and tell the journal of an accepted write."""
    now = setting.clock.now().timestamp()
    try:
        count_call(books, now, limited=setting.limits != "off")
        integration, token = admit(books, call, now, setting.switches.get(TOKEN_LIFETIME_S))
        body = (
            _repaired(integration, now) if call.model == REPAIR else _obeyed(setting, books, call, integration, spoil)
        )
    except TurnedAway as turned_away:
        return turn_away(books, call, turned_away)
    if setting.switches.get(ROTATE_TOKENS):
        integration.issue(now)
    sealed = envelope.sealed(
        body,
        signed_with=token,
        secret=integration.secret,
        token=integration.token,
        request_count=len(books.calls),
    )
    return Reply(200, sealed, api=call.api, by=integration.person, write=call.writes)


def turn_away(books: Books, call: Call, reason: TurnedAway) -> Reply:
    """Answer a call that is stopped at the door."""
    caller = caller_of(books, call)
    by = caller.person if caller else ""
    return plain(reason.status, reason.text, api=call.api, by=by, write=call.writes)


def plain(status: int, text: str, *, api: str = "", by: str = "", write: bool = False) -> Reply:
    """Answer with a plain text."""
    return Reply(status, text.encode(), "text/plain; charset=utf-8", api=api, by=by, write=write)


def _repaired(integration: Integration, now: float) -> envelope.Body:
    integration.issue(now)
    return {}


def _obeyed(
    setting: Setting, books: Books, call: Call, integration: Integration, spoil: Spoiler | None
) -> envelope.Body:
    if call.model not in MODELS or call.verb not in MODELS[call.model].verbs:
        raise not_allowed(call.verb, call.model)
    now = moscow_wall(setting.clock.now())
    try:
        if not call.writes:
            return envelope.found(read(books, call, now, spoil))
        switched = {"line_moves_header": LINE_MOVES_HEADER, "ships_reserved": SHIPS_RESERVED}
        clerk = Clerk(books, now, **{name: bool(setting.switches.get(switch)) for name, switch in switched.items()})
        row = write(clerk, call)
    except Refusal as refusal:
        return envelope.refused(refusal)
    setting.journal.effect(setting.company, SYSTEM, call.api, integration.person, {**call.params, "id": row["id"]})
    return envelope.written(call, row)
