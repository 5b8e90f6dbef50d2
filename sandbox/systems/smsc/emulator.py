"""The emulator itself: the doors through which the sandbox asks, disturbs and resets it, and through which phones live."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime
from hashlib import sha256
from operator import itemgetter
from typing import Any
from urllib.parse import quote

from sandbox.kit import Reply, Request, SandboxError, Setting, stamp
from sandbox.systems.smsc import switches
from sandbox.systems.smsc.account import Account
from sandbox.systems.smsc.answers import TOO_MANY_AT_ONCE, NotHere, Refusal, demand_form, plain, refused, reply
from sandbox.systems.smsc.calls import SEND, Call, read_call
from sandbox.systems.smsc.numbers import number_of
from sandbox.systems.smsc.phones import DELIVERED, manner
from sandbox.systems.smsc.sending import SYSTEM, send
from sandbox.systems.smsc.statuses import SPOILERS, Spoiler, status


class Smsc:
    """The SMSC.RU account of one company. All of the company's people share its one login, and the worker is who uses it."""

    name = SYSTEM
    channels = ("sms",)

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self.state = Account(switches.effective(setting.switches)[switches.BALANCE_KOPECKS])

    def handle(self, request: Request) -> Reply:
        """Answer as the vendor would."""
        return self._answer(request)

    def spoil(self, kind: str, request: Request) -> Reply | None:
        """Answer a list of statuses spoilt; None, with nothing done, for any other call."""
        call = read_call(request)
        return self._answer(request, SPOILERS[kind]) if call and call.asks_for_list else None

    def refuse_token(self, request: Request) -> Reply:
        """Refuse the login."""
        call = read_call(request)
        return reply(call, refused(call, Refusal(2)), is_known=False) if call else _no_such_page(request)

    def refuse(self, kind: str, request: Request) -> Reply:
        """Answer http_429 with error 9 under HTTP 200, as this vendor does to 15 requests at once; others by their status."""
        call = read_call(request)
        if call is None:
            return _no_such_page(request)
        if kind == "http_429":
            return reply(call, refused(call, Refusal(9, words=TOO_MANY_AT_ONCE)), is_known=self._knows(call))
        code, text = (503, "Service Unavailable") if kind == "http_503" else (500, "Internal Server Error")
        return plain(code, text, api=call.page, by="worker" if self._knows(call) else "", write=call.writes)

    def counts(self) -> dict[str, int]:
        """Return how many messages were accepted."""
        return {"messages": len(self.state.messages)}

    def credential(self, person: str, base_url: str) -> dict[str, str]:
        """Return the account's login and password, and the key that stands for both; the same for everybody."""
        digest = sha256(f"{self._setting.company}/{SYSTEM}".encode()).hexdigest()
        # The password holds what an address may not, so that whoever puts it into one must quote it.
        return {"login": self._setting.company, "password": f"{digest[:12]}@:/%+", "apikey": digest[12:52]}

    def environment(self, base_url: str) -> dict[str, str]:
        """Return the worker's variable: the address with the login and the password in it."""
        own = self.credential("worker", base_url)
        userinfo = f"{quote(own['login'], safe='')}:{quote(own['password'], safe='')}@"
        return {self._setting.config["systems"][SYSTEM]["account"]: base_url.replace("//", f"//{userinfo}", 1)}

    def behave(self, channel: str, phone: str, how: str, **more: Any) -> None:
        """Let a phone be `how` from now on; raises SandboxError for words that nobody knows."""
        new = manner(how, self._now(), more)
        self.state.phones.setdefault(_number(phone), []).append(new)

    def delivered(self, channel: str, phone: str) -> list[dict[str, str]]:
        """Return what a phone has received by now, {text, at}, in the order in which it came."""
        now = self._now()
        ends = [(self.state.fate(message, now), message.text) for message in self.state.sent_to(_number(phone))]
        came = sorted(((end.at, text) for end, text in ends if end.status == DELIVERED), key=itemgetter(0))
        return [{"text": text, "at": stamp(datetime.fromtimestamp(at, UTC))} for at, text in came]

    def receive(self, channel: str, phone: str, text: str) -> None:
        """Raise SandboxError: the company has no number at SMSC to which a client could write."""
        raise SandboxError("SMS go one way: the company has no number to which a client could answer.")

    def _answer(self, request: Request, spoil: Spoiler | None = None) -> Reply:
        call = read_call(request)
        if call is None:
            return _no_such_page(request)
        try:
            demand_form(call)
            body = self._obeyed(call, spoil)
        except NotHere as missing:
            return plain(501, str(missing), api=call.page, by="worker" if self._knows(call) else "", write=call.writes)
        except Refusal as refusal:
            body = refused(call, refusal)
        return reply(call, body, is_known=self._knows(call))

    def _obeyed(self, call: Call, spoil: Spoiler | None) -> bytes:
        if not self._knows(call):
            raise Refusal(2)
        if call.page == SEND:
            return send(self._setting, self.state, call)
        return status(self._setting, self.state, call, spoil)

    def _knows(self, call: Call) -> bool:
        own = self.credential("worker", "")
        by_login = _same(call.text("login"), own["login"]) and _same(call.text("psw"), own["password"])
        return by_login or _same(call.text("apikey"), own["apikey"])

    def _now(self) -> float:
        return self._setting.clock.now().timestamp()


def _same(given: str, own: str) -> bool:
    return hmac.compare_digest(given.encode(), own.encode())


def _number(phone: str) -> str:
    number = number_of(phone)
    if number is None:
        raise SandboxError(f"{phone!r} is no telephone number.")
    return number


def _no_such_page(request: Request) -> Reply:
    return plain(404, "Not Found", api=f"{request.method} {request.path}", write=request.method not in {"GET", "HEAD"})
