"""Who may come in: the web server's limits, the login and password, the sessions (contract §1.2, §2.2, §4.4)."""

from __future__ import annotations

import hmac
from base64 import b64decode
from collections.abc import Mapping
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie
from typing import Any

from sandbox.kit import Request
from sandbox.systems.onec.base import Base
from sandbox.systems.onec.errors import ODataError, PageError
from sandbox.systems.onec.paths import decoded
from sandbox.systems.onec.switches import QUERY_BYTES, REUSE_SESSIONS, SEGMENT_LETTERS, SESSIONS

IDLE_S = 20.0
"""A session that the platform keeps by itself lives so long after its last request."""
_COOKIE, _HEADER = "ibsession", "ibsession"


def password_of(company: str, person: str) -> str:
    """Return the password of a person, the same at every start; it holds what an address may not."""
    return f"{sha256(f'{company}/onec/{person}'.encode()).hexdigest()[:12]}@:/%+ё"


def caller_of(request: Request, company: str, people: Mapping[str, str]) -> str | None:
    """Return the person whose login and password a request bears, as UTF-8, or None. people: person → login."""
    scheme, _, said = request.headers.get("authorization", "").partition(" ")
    try:
        login, colon, password = b64decode(said, validate=True).decode().partition(":")
    except ValueError:
        return None
    if scheme.lower() != "basic" or not colon:
        return None
    for person, own in people.items():
        if own == login and hmac.compare_digest(password.encode(), password_of(company, person).encode()):
            return person
    return None


def check_length(request: Request, switches: Mapping[str, Any]) -> None:
    """Raise PageError for an address that the web server would not let through."""
    most = switches[SEGMENT_LETTERS]
    if most and any(len(part) > most for part in decoded(request.path).split("/")):
        raise PageError(400, "Bad Request - Invalid URL")
    most = switches[QUERY_BYTES]
    if most and len(request.query) > most:
        raise PageError(404, "404.15 - Query String Too Long")


def session(base: Base, request: Request, person: str, switches: Mapping[str, Any]) -> dict[str, str]:
    """Start, go on with or finish a session, and return the headers that say so; raises ODataError."""
    wish = request.headers.get(_HEADER, "").lower()
    if switches[REUSE_SESSIONS] != "use":
        return {}
    given = _cookie(request)
    if wish == "start" and not given:
        if len(base.sessions) >= switches[SESSIONS]:
            raise ODataError(406, -1, "Не удалось начать сеанс. Не обнаружено свободной лицензии!")
        new = base.next_guid()
        base.sessions[new] = person
        return {"Set-Cookie": f"{_COOKIE}={new}"}
    if given and base.sessions.get(given) != person:
        raise ODataError(400, -1, "Сеанс отсутствует или удален")
    if given and wish == "finish":
        del base.sessions[given]
    return {}


def is_cold(base: Base, person: str, now: float) -> bool:
    """Tell whether the platform must begin a session for this request, and remember that it was made."""
    last = base.heard.get(person)
    base.heard[person] = now
    return last is None or not 0 <= now - last < IDLE_S


def _cookie(request: Request) -> str:
    try:
        found = SimpleCookie(request.headers.get("cookie", "")).get(_COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""
