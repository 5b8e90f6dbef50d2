"""The emulator itself: the doors through which the sandbox builds, asks, disturbs and resets it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sandbox.kit import Reply, Request, Setting, stamp
from sandbox.systems.green_api import course, errors, names
from sandbox.systems.green_api.calls import Call, read_call
from sandbox.systems.green_api.errors import TurnedAway
from sandbox.systems.green_api.habits import read_habit
from sandbox.systems.green_api.instances import Instance, Message
from sandbox.systems.green_api.methods import METHODS, SYSTEM
from sandbox.systems.green_api.serving import SPOILERS, noted, serve, turned_away
from sandbox.systems.green_api.switches import read_switches

_REFUSALS = {
    "http_429": errors.too_many_requests(),
    "http_500": TurnedAway(500, "Internal Server Error"),
    "http_503": TurnedAway(503, "Service Unavailable"),
}


class GreenApi:
    """The gateway of one company: an instance for each channel that the company's file names.

    Whoever calls anything but the plain questions for credentials holds the company's lock, as the sandbox's service does.
    """

    name = SYSTEM

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._variables: dict[str, str] = setting.config["systems"][SYSTEM]
        self.channels = tuple(channel for channel in names.CHANNELS if channel in self._variables)
        self.state = {channel: Instance(setting.company, channel) for channel in self.channels}
        read_switches(setting.switches)  # a wrong name is seen at the start

    def handle(self, request: Request) -> Reply:
        """Answer as the vendor would."""
        call = read_call(request)
        return serve(self._setting, self.state.values(), call) if call else _no_such_path(request)

    def spoil(self, kind: str, request: Request) -> Reply | None:
        """Answer a list call with its rows spoilt; None, with nothing done, for any other call and for rows that move."""
        call = read_call(request)
        if call is None or kind not in SPOILERS or not _lists_rows(call):
            return None
        return serve(self._setting, self.state.values(), call, SPOILERS[kind])

    def refuse_token(self, request: Request) -> Reply:
        """Answer as to a token that the instance does not know."""
        return _refused(request, errors.unauthorized())

    def refuse(self, kind: str, request: Request) -> Reply:
        """Answer http_429, http_500 or http_503 in the vendor's words."""
        return _refused(request, _REFUSALS[kind])

    def counts(self) -> dict[str, int]:
        """Return how many messages of ours left, and how many still wait."""
        instances = [self._instance(channel) for channel in self.channels]
        left = sum(not message.incoming for instance in instances for message in instance.messages)
        return {"messages": left, "queued": sum(len(instance.queue) for instance in instances)}

    def credential(self, person: str, base_url: str) -> dict[str, str]:
        """Return the address of each instance; whoever knows it may do everything."""
        return {channel: self._address(channel, base_url) for channel in self.channels}

    def environment(self, base_url: str) -> dict[str, str]:
        """Return the addresses under the names that the company's file gives them."""
        return {self._variables[channel]: self._address(channel, base_url) for channel in self.channels}

    def behave(self, channel: str, phone: str = "", how: str = "notAuthorized", **more: Any) -> None:
        """Let a phone behave in the way of one of `habits.WORDS`, or, with no phone, the instance be in a state.

        more: for `off_until`, the moment `until`. Raises LookupError for a channel that the company does not have,
        ValueError for a phone, a word or a moment that is none.
        """
        if not phone:
            if more:
                raise ValueError(f"A state takes nothing more, not {', '.join(more)}.")
            self.set_state(channel, how)
            return
        instance = self._instance(channel)
        course.change_habit(instance, names.digits_of(phone), read_habit(how, more), self._now())

    def set_state(self, channel: str, word: str) -> None:
        """Bring an instance into a state; raises LookupError for an unknown channel, ValueError for an unknown word."""
        instance = self._instance(channel)
        if word not in instance.states:
            raise ValueError(f"{channel} has no state {word!r}; there are: {', '.join(instance.states)}.")
        course.change_state(instance, word, self._now(), read_switches(self._setting.switches))

    def receive(self, channel: str, phone: str, text: str) -> None:
        """Let a person write to the company; raises LookupError as `behave`, ValueError where nobody can write so."""
        instance, digits = self._instance(channel), names.digits_of(phone)
        if channel == names.MAX and not names.is_max_phone(digits):
            raise ValueError(f"{phone} is no phone of Russia or Belarus, and MAX knows no others.")
        if not instance.has_account(digits):
            raise ValueError(f"{phone} has no account in {channel}.")
        chat_id = names.chat_of(self._setting.company, channel, digits)
        message = Message(instance.new_id(), chat_id, digits, text, self._now(), incoming=True)
        course.come(instance, message, self._now())

    def delivered(self, channel: str, phone: str) -> list[dict[str, str]]:
        """Return what is in a person's hands by now, as it came: [{text, at}]; raises as `behave`."""
        instance, digits = self._instance(channel), names.digits_of(phone)
        mine = [message for message in instance.messages if message.phone == digits and not message.incoming]
        arrived = [(at, message.text) for message in mine if (at := message.delivered_at) is not None]
        return [{"text": text, "at": stamp(datetime.fromtimestamp(at, UTC))} for at, text in arrived]

    def _instance(self, channel: str) -> Instance:
        if channel not in self.state:
            has = ", ".join(self.channels) or "none"
            raise LookupError(f"{self._setting.company} has no channel {channel!r}; there are: {has}.")
        instance = self.state[channel]
        course.advance(instance, self._now(), read_switches(self._setting.switches))
        return instance

    def _now(self) -> float:
        return self._setting.clock.now().timestamp()

    def _address(self, channel: str, base_url: str) -> str:
        instance = self.state[channel]
        prefix = "/v3" if channel == names.MAX else ""
        return f"{base_url}{prefix}/waInstance{instance.id}/{instance.token}"


def _lists_rows(call: Call) -> bool:
    return call.method in METHODS and METHODS[call.method].lists_rows


def _refused(request: Request, reason: TurnedAway) -> Reply:
    call = read_call(request)
    return turned_away(noted(call), reason) if call else _no_such_path(request)


def _no_such_path(request: Request) -> Reply:
    return turned_away(Reply(404, b"", api=f"{request.method} {request.path}"), errors.not_found())
