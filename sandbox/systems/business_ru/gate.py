"""Who may come in: the window first, then the token and the signature.

What a call does once it is in belongs to `reading.py` and `writing.py`.
"""

from __future__ import annotations

from sandbox.systems.business_ru.books import Books
from sandbox.systems.business_ru.calls import REPAIR, Call
from sandbox.systems.business_ru.errors import over_the_limit, wrong_signature
from sandbox.systems.business_ru.integrations import Integration
from sandbox.systems.business_ru.signature import request_signatures
from sandbox.systems.business_ru.window import CALLS_PER_WINDOW, calls_in_window


def count_call(books: Books, now: float, *, limited: bool) -> None:
    """Count one more call at the Unix moment `now`; raises TurnedAway when the window is full and `limited`."""
    if calls_in_window(books.calls, now) >= CALLS_PER_WINDOW and limited:
        raise over_the_limit()
    books.calls.append(now)


def caller_of(books: Books, call: Call) -> Integration | None:
    """Return the integration that the call claims to come from, unproved, or None."""
    return next((one for one in books.integrations.values() if str(one.app_id) == call.app_id), None)


def admit(books: Books, call: Call, now: float, token_lifetime_s: float | None) -> tuple[Integration, str]:
    """Return the integration and the token with which the call was signed; raises TurnedAway when it was not.

    The token of a repair is the empty one.
    """
    integration = caller_of(books, call)
    if integration is None:
        raise wrong_signature()
    integration.expire(now, token_lifetime_s)
    token = "" if call.model == REPAIR else integration.token
    if call.model != REPAIR and not token:
        raise wrong_signature()
    signed = {**call.params, "app_id": call.app_id}
    if call.app_psw not in request_signatures(signed, token=token, secret=integration.secret):
        raise wrong_signature()
    return integration, token
