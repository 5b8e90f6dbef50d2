"""From an HTTP request to an HTTP answer: admission, the method or the batch, and the envelope."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sandbox import kit
from sandbox.systems.bitrix24 import access, batch, limits, switches
from sandbox.systems.bitrix24.calls import Actor, Method, Rows, Spoiler
from sandbox.systems.bitrix24.methods.registry import METHODS
from sandbox.systems.bitrix24.session import Done, Session
from sandbox.systems.bitrix24.state import State
from sandbox.systems.bitrix24.wire import requests
from sandbox.systems.bitrix24.wire.errors import ApiError, no_auth
from sandbox.systems.bitrix24.wire.requests import Params, Route


def serve(setting: kit.Setting, state: State, request: kit.Request, spoiler: Spoiler | None = None) -> kit.Reply:
    """Answer a request as the portal would, with the fault of `spoiler` if one is given."""
    switched = switches.effective(setting.switches)
    route, params = requests.route(request.path), requests.params(request)
    actor = _actor(setting, state, route, switched)
    try:
        _admit(setting, state, request, switched)
        if actor is None:
            raise no_auth()
        body = _body(Session(setting, state, actor, switched, spoiler), route.method, params)
    except ApiError as refusal:
        return reply(refusal.status, refusal.body(), route, params, actor)
    return reply(200, body, route, params, actor)


def refuse(setting: kit.Setting, state: State, request: kit.Request, refusal: ApiError) -> kit.Reply:
    """Answer with a refusal, without doing anything."""
    route, params = requests.route(request.path), requests.params(request)
    actor = (
        None
        if refusal.status == no_auth().status
        else _actor(setting, state, route, switches.effective(setting.switches))
    )
    return reply(refusal.status, refusal.body(), route, params, actor)


def lists(request: kit.Request) -> bool:
    """Say whether a request, or a command of its batch, asks for rows."""
    called = _called(requests.route(request.path), requests.params(request))
    return any(method.lists for method in called if method)


def reply(status: int, body: Any, route: Route, params: Params, actor: Actor | None) -> kit.Reply:
    """Put a body into an HTTP answer, with the notes for the journal of requests."""
    return kit.Reply(
        status,
        json.dumps(body, separators=(",", ":")).encode(),
        api=_spelled(route.method),
        by=actor.person if actor else "",
        write=any(method.write for method in _called(route, params) if method),
        commands=tuple(_spelled(name) for name in _named(route, params)),
    )


def _body(session: Session, name: str, params: Params) -> dict[str, Any]:
    if _is_batch(name):
        start = session.setting.clock.now()
        result = batch.run(session, params)
        billed_to = batch.NAME if session.switches["batch_billing"] == batch.NAME else ""
        return {"result": result, "time": session.time(start, billed_to)}
    return _envelope(session.run(name, params))


def _envelope(done: Done) -> dict[str, Any]:
    body: dict[str, Any] = {"result": done.answer.result}
    if isinstance(done.answer, Rows):
        counters = {"next": done.answer.next, "total": done.answer.total}
        body |= {name: value for name, value in counters.items() if value is not None}
    return body | {"time": done.time}


def _admit(setting: kit.Setting, state: State, request: kit.Request, switched: Mapping[str, Any]) -> None:
    if switched["require_https"] and not request.secure:
        raise ApiError("INVALID_REQUEST", "Https required")
    if setting.limits == "vendor":
        limits.pour(state.usage, request.client_ip, setting.clock.now().timestamp(), switched)


def _actor(setting: kit.Setting, state: State, route: Route, switched: Mapping[str, Any]) -> Actor | None:
    try:
        return access.authenticate(state, setting.company, route, switched["webhooks"])
    except ApiError:
        return None


def _named(route: Route, params: Params) -> list[str]:
    """Return the names of a batch's methods as written; none for a single call."""
    return [batch.method_of(command) for command in batch.commands(params).values()] if _is_batch(route.method) else []


def _called(route: Route, params: Params) -> list[Method | None]:
    names = _named(route, params) or [route.method]
    return [METHODS.get(name.lower()) for name in names]


def _is_batch(name: str) -> bool:
    return name.lower() == batch.NAME


def _spelled(name: str) -> str:
    method = METHODS.get(name.lower())
    return method.name if method else name.lower() if _is_batch(name) else name
