"""From a request to a reply: the web server, the door, the base's answer, its representation, the notes for the journals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sandbox.kit import Reply, Request, Setting
from sandbox.systems.onec import gate, reading, writing
from sandbox.systems.onec.base import Base, Now, Work
from sandbox.systems.onec.calls import METADATA, Call, read_call
from sandbox.systems.onec.errors import ODataError, PageError, not_allowed
from sandbox.systems.onec.model.catalogue import RESOURCES
from sandbox.systems.onec.query.selection import columns, shown
from sandbox.systems.onec.reading import Spoiler
from sandbox.systems.onec.switches import COLD_START_S, UNPUBLISHED, effective
from sandbox.systems.onec.wire import answers, atom, edmx

SYSTEM = "onec"
_VERSION = {"DataServiceVersion": "3.0"}
_PAGE = "<!DOCTYPE html><html><head><title>{0}</title></head><body><h2>{0}</h2></body></html>"
_FAULTS = {
    "http_429": (429, "Too Many Requests"),
    "http_503": (503, "Информационная база заблокирована для обслуживания"),
}


@dataclass(frozen=True)
class Office:
    """Where requests are served. people: person → login."""

    setting: Setting
    base: Base
    people: Mapping[str, str]
    now: Now

    def work(self) -> Work:
        """Return what a request works with."""
        return Work(self.base, self.now, effective(self.setting.switches))


def serve(office: Office, request: Request, spoil: Spoiler | None = None) -> Reply:
    """Answer a request as the publication would, its rows spoilt if asked for, and tell the journal of an accepted write."""
    work = office.work()
    try:
        gate.check_length(request, work.switches)
        call = read_call(request)
    except PageError as error:
        return _noted(_page(error.status, error.title), request, None, "")
    except ODataError as error:
        return _noted(_error(request, error), request, None, "")
    if call is None:
        return _noted(_page(404, "404 Not Found"), request, None, "")
    person = gate.caller_of(request, office.setting.company, office.people)
    if person is None:
        return _noted(_unauthorized(), request, call, "")
    cold = gate.is_cold(office.base, person, office.now.unix)
    try:
        more = gate.session(office.base, request, person, work.switches)
        reply = _obeyed(office, work, call, person, spoil)
        reply = replace(reply, headers={**reply.headers, **more})
    except ODataError as error:
        reply = _error(request, error)
    wait_s = work.switches[COLD_START_S] if cold else 0.0
    return replace(_noted(reply, request, call, person), wait_s=wait_s)


def refuse(office: Office, request: Request, kind: str) -> Reply:
    """Answer with a page of the web server: nothing is executed."""
    status, title = _FAULTS.get(kind, (500, "1C:Enterprise 8 application error"))
    return _turned_away(office, request, _page(status, title))


def refuse_login(office: Office, request: Request) -> Reply:
    """Answer as to a login that nobody has."""
    return _turned_away(office, request, _unauthorized())


def call_of(request: Request) -> Call | None:
    """Return the call of a request, or None where there is none that could be read."""
    try:
        return read_call(request)
    except ODataError:
        return None


def _turned_away(office: Office, request: Request, reply: Reply) -> Reply:
    person = gate.caller_of(request, office.setting.company, office.people)
    return _noted(reply, request, call_of(request), person or "")


def _noted(reply: Reply, request: Request, call: Call | None, by: str) -> Reply:
    api = call.api if call else f"{request.method} {request.path}"
    return replace(reply, api=api, by=by, write=call.writes if call else request.method not in ("GET", "HEAD"))


def _obeyed(office: Office, work: Work, call: Call, person: str, spoil: Spoiler | None) -> Reply:
    if call.writes and call.segments:
        written = writing.write(work, call)
        office.setting.journal.effect(office.setting.company, SYSTEM, call.api, person, written.payload)
        return _written(work, call, written)
    if call.verb != "GET":
        raise not_allowed(call.verb)
    names = [name for name in RESOURCES if name not in work.switches[UNPUBLISHED]]
    if not call.segments:
        return _document(call, names)
    if call.segments[0].name == METADATA:
        return Reply(200, edmx.edmx({name: RESOURCES[name] for name in names}), atom.XML, _VERSION)
    return _found(call, reading.read(work, call, spoil))


def _document(call: Call, names: list[str]) -> Reply:
    if call.wants_json:
        return Reply(200, answers.service_document(call, names), answers.JSON, _VERSION)
    return Reply(200, atom.service_document(call, names), atom.XML, _VERSION)


def _found(call: Call, found: reading.Found) -> Reply:
    if found.text is not None:
        return Reply(200, found.text.encode(), "text/plain;charset=utf-8", _VERSION)
    if found.one:
        return _entity(call, 200, found)
    if call.wants_json:
        return Reply(200, answers.collection(call, found.shape, found.rows, found.count), answers.JSON, _VERSION)
    return Reply(200, atom.feed(call, found.shape, found.rows, found.count), atom.FEED, _VERSION)


def _entity(call: Call, status: int, found: reading.Found) -> Reply:
    (row,) = found.rows
    if call.wants_json:
        return Reply(status, answers.entity(call, found.shape, row), answers.JSON, _VERSION)
    return Reply(status, atom.entry(call, found.shape, row), atom.ENTRY, _VERSION)


def _written(work: Work, call: Call, written: writing.Written) -> Reply:
    if written.row is None:
        return Reply(204, b"", answers.JSON, _VERSION)
    if written.silent:
        return Reply(200, b"", answers.JSON, _VERSION)
    row = shown(work.base, written.row, columns(written.resource, None, None))
    reply = _entity(call, 201 if written.created else 200, reading.Found(written.resource, [row], one=True))
    if not written.created:
        return reply
    place = f"{call.root}/{answers.address(written.resource, row)}"
    return replace(reply, headers={**reply.headers, "Location": place.encode().decode("latin-1")})


def _error(request: Request, error: ODataError) -> Reply:
    wants_json = "json" in request.query or "json" in request.headers.get("accept", "")
    if wants_json:
        return Reply(error.status, answers.failure(error), answers.JSON, _VERSION)
    return Reply(error.status, atom.failure(error), atom.XML, _VERSION)


def _unauthorized() -> Reply:
    reply = _page(401, "401 - Unauthorized: Access is denied due to invalid credentials.")
    return replace(reply, headers={"WWW-Authenticate": 'Basic realm="1C:Enterprise 8.3"'})


def _page(status: int, title: str) -> Reply:
    return Reply(status, _PAGE.format(title).encode(), "text/html; charset=utf-8")
