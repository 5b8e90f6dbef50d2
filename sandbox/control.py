"""The control server: what tests and the demo ask of the world itself, and tell it. JSON both ways.

No vendor knows these paths; errors are one English sentence under the key `error`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from random import Random
from typing import Any, Protocol, cast
from urllib.parse import parse_qs

from sandbox.faults import DEFAULT_SECONDS, KINDS, MAIL_KINDS, Fault
from sandbox.front import Delivery
from sandbox.kit import Reply, Request, SandboxError, stamp
from sandbox.world import Company, World


class _NotFound(SandboxError):
    """What was named does not exist."""


class Carrier(Protocol):
    """What an emulator offers that brings messages to clients' phones and mailboxes: a phone is here whatever they are reached by.

    For a wrong wish every method raises SandboxError, LookupError or ValueError; the text is a sentence for whoever wished.
    """

    channels: tuple[str, ...]

    def behave(self, channel: str, phone: str, how: str, **more: Any) -> None:
        """Let a phone be `how` from now on; a wrong word is answered with the list of the right ones.

        An empty phone stands for the company's own account, where it has states that may change.
        """
        ...

    def delivered(self, channel: str, phone: str) -> list[dict[str, str]]:
        """Return what a phone has received by now, {text, at}, in the order in which it came."""
        ...

    def receive(self, channel: str, phone: str, text: str) -> None:
        """Take a message that somebody writes to the company from a phone."""
        ...


class Control:
    """Answer the requests of the control address."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._routes: dict[tuple[str, str], Callable[[Request], Any]] = {
            ("GET", "/_world"): self._look,
            ("POST", "/_world/clock"): self._set_clock,
            ("POST", "/_world/faults"): self._set_faults,
            ("GET", "/_world/effects"): lambda request: world.journal.effects_since(_since(request)),
            ("GET", "/_world/requests"): lambda request: world.journal.requests_since(_since(request)),
            ("POST", "/_world/reset"): self._reset,
            ("POST", "/_world/phones"): self._set_phone,
            ("POST", "/_world/incoming"): self._write_from_phone,
            ("GET", "/_world/handset"): self._look_at_phone,
        }

    def __call__(self, request: Request) -> Delivery:
        """Answer one request; a mistake of the asker is 400 or 404 with a sentence."""
        try:
            return _answer(HTTPStatus.OK, self._route(request)(request))
        except _NotFound as error:
            return _answer(HTTPStatus.NOT_FOUND, {"error": str(error)})
        except SandboxError as error:
            return _answer(HTTPStatus.BAD_REQUEST, {"error": str(error)})

    def _route(self, request: Request) -> Callable[[Request], Any]:
        try:
            return self._routes[request.method, request.path.rstrip("/")]
        except KeyError:
            known = ", ".join(f"{method} {path}" for method, path in self._routes)
            raise _NotFound(f"There is no {request.method} {request.path} here; there are: {known}.") from None

    def _look(self, _: Request) -> dict[str, Any]:
        counts = {name: company.counts() for name, company in self._world.companies.items()}
        return {"now": stamp(self._world.clock.now()), "counts": counts}

    def _set_clock(self, request: Request) -> dict[str, str]:
        order = _body(request)
        if order.keys() == {"now"}:
            self._world.clock.set(_moment(order["now"]))
        elif order.keys() == {"forward_s"}:
            self._forward(_number(order, "forward_s"))
        else:
            raise SandboxError('The clock takes either {"now": ISO with an offset} or {"forward_s": seconds}.')
        return {"now": stamp(self._world.clock.now())}

    def _forward(self, seconds: float) -> None:
        try:
            self._world.clock.forward(seconds)
        except OverflowError:
            raise SandboxError("The clock cannot go that far.") from None

    def _set_faults(self, request: Request) -> dict[str, Any]:
        order = _body(request)
        if order.get("clear") is True:
            self._world.faults.clear()
        else:
            self._world.faults.arm(self._fault(order))
        return {"faults": self._world.faults.armed()}

    def _fault(self, order: Mapping[str, Any]) -> Fault:
        company, system = self._target(order)
        kind, kinds = str(order.get("kind")), MAIL_KINDS if system == "mail" else KINDS
        if kind not in kinds:
            raise SandboxError(f"{system} has no fault of the kind {kind!r}; there are: {', '.join(kinds)}.")
        if "count" in order and "share" in order:
            raise SandboxError("A fault takes either a count of requests or a share of them, not both.")
        share = _number(order, "share", most=1.0) if "share" in order else None
        left = None if "share" in order else int(_number(order, "count", default=1.0))
        seconds = _number(order, "seconds", default=DEFAULT_SECONDS.get(kind, 0.0))
        lot = Random(int(_number(order, "seed")))
        return Fault(company, system, kind, left, share, lot, seconds)

    def _target(self, order: Mapping[str, Any]) -> tuple[str, str]:
        company, system = self._company(order), order.get("system")
        if system not in company.parts():
            raise _NotFound(f"{company.name} has no system {system!r}; it has: {', '.join(company.parts())}.")
        return company.name, str(system)

    def _company(self, order: Mapping[str, Any]) -> Company:
        name = order.get("company")
        company = self._world.companies.get(str(name))
        if company is None:
            raise _NotFound(f"There is no company {name!r}; there are: {', '.join(self._world.companies)}.")
        return company

    def _set_phone(self, request: Request) -> dict[str, str]:
        order = _body(request)
        company, channel = self._company(order), _text(order, "channel")
        more = {name: value for name, value in order.items() if name not in {"company", "channel", "phone", "is"}}
        phone = _text(order, "phone") if "phone" in order else ""
        with _attended(company, channel) as carrier:
            carrier.behave(channel, phone, _text(order, "is"), **more)
        return {"now": stamp(self._world.clock.now())}

    def _write_from_phone(self, request: Request) -> dict[str, str]:
        order = _body(request)
        company, channel = self._company(order), _text(order, "channel")
        with _attended(company, channel) as carrier:
            carrier.receive(channel, _text(order, "from"), _text(order, "text"))
        return {"now": stamp(self._world.clock.now())}

    def _look_at_phone(self, request: Request) -> list[dict[str, str]]:
        order = {name: values[-1] for name, values in parse_qs(request.query).items()}
        company, channel = self._company(order), _text(order, "channel")
        with _attended(company, channel) as carrier:
            return carrier.delivered(channel, _text(order, "phone"))

    def _reset(self, _: Request) -> dict[str, str]:
        self._world.reset()
        return {"now": stamp(self._world.clock.now())}


@contextmanager
def _attended(company: Company, channel: str) -> Iterator[Carrier]:
    """Give the emulator that carries a channel, under the company's lock; what it says against a wish is told to the asker."""
    carrier = _carrier(company, channel)
    try:
        with company.lock:
            yield carrier
    except (LookupError, TypeError, ValueError) as error:
        raise SandboxError(str(error)) from error


def _carrier(company: Company, channel: str) -> Carrier:
    carriers = [cast("Carrier", part) for part in company.parts().values() if hasattr(part, "channels")]
    for carrier in carriers:
        if channel in carrier.channels:
            return carrier
    known = ", ".join(name for carrier in carriers for name in carrier.channels) or "none"
    raise _NotFound(f"{company.name} reaches nobody by {channel!r}; its channels are: {known}.")


def _answer(status: int, content: Any) -> Delivery:
    return Delivery(Reply(status, json.dumps(content, ensure_ascii=False).encode()))


def _body(request: Request) -> dict[str, Any]:
    try:
        content = json.loads(request.body)
    except ValueError:
        raise SandboxError("The body is not JSON.") from None
    if not isinstance(content, dict):
        raise SandboxError("The body is not a JSON object.")
    return content


def _text(order: Mapping[str, Any], key: str) -> str:
    value = order.get(key)
    if not isinstance(value, str) or not value:
        raise SandboxError(f"{key} is a text, not {value!r}.")
    return value


def _since(request: Request) -> int:
    value = parse_qs(request.query).get("since", ["0"])[-1]
    if not (value.isascii() and value.isdigit()):
        raise SandboxError(f"since is the number of the last record already seen, not {value!r}.")
    return int(value)


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise SandboxError(f"{value!r} is not a moment such as 2026-11-23T09:00+03:00.") from None
    if moment.tzinfo is None:
        raise SandboxError(f"{value!r} has no offset; say 2026-11-23T09:00+03:00.")
    return moment


def _number(order: Mapping[str, Any], key: str, *, default: float = 0.0, most: float = 1e12) -> float:
    value = order.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise SandboxError(f"{key} is a number from 0 to {most:g}, not {value!r}.")
    return float(value)
