"""One method, run for one person: the checks before it, the answer, its price, its trace in the journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox import kit
from sandbox.systems.bitrix24 import access, limits
from sandbox.systems.bitrix24.calls import Actor, Answer, Call, Method, Rows, Spoiler
from sandbox.systems.bitrix24.methods.registry import METHODS
from sandbox.systems.bitrix24.state import State
from sandbox.systems.bitrix24.wire import moments
from sandbox.systems.bitrix24.wire.errors import ApiError, no_such_method
from sandbox.systems.bitrix24.wire.requests import Params

NAME = "bitrix24"


@dataclass(frozen=True)
class Done:
    """A method's answer and its `time`."""

    answer: Answer | Rows
    time: dict[str, Any]


@dataclass(frozen=True)
class Session:
    """A person at the portal, for the length of one HTTP request."""

    setting: kit.Setting
    state: State
    actor: Actor
    switches: Mapping[str, Any]
    spoiler: Spoiler | None

    @property
    def limited(self) -> bool:
        """Say whether the portal counts requests and time."""
        return self.setting.limits == "vendor"

    def run(self, name: str, params: Params, *, billed_to: str = "") -> Done:
        """Run a method; raise ApiError when it is refused. `billed_to` is whose time it uses up, its own by default."""
        start = self.setting.clock.now()
        method = find(name)
        try:
            access.permit(method, self.actor, self.switches["insufficient_scope_status"])
            self._spend(method, billed_to, start.timestamp())
            answer = method.handler(self._call(params, start))
        except ApiError as refusal:
            raise refusal.with_empty_code() if method.empty_codes else refusal from None
        if method.write and answer.result is not False:
            self.setting.journal.effect(self.setting.company, NAME, method.name, self.actor.person, dict(params.raw))
        if self.spoiler and isinstance(answer, Rows):
            answer = self.spoiler.spoilt(answer, moments.seconds(start))
        return Done(answer, self.time(start, billed_to or method.name))

    def check(self, billed_to: str) -> None:
        """Refuse what has no time left."""
        if self.limited:
            now = self.setting.clock.now().timestamp()
            limits.check(self.state.usage, self.actor.user_id, billed_to, now, self.switches["operating_limit_s"])

    def time(self, start: datetime, billed_to: str = "") -> dict[str, Any]:
        """Return the `time` of an answer, with the counters of what it was billed to where the portal has them."""
        finish = self.setting.clock.now()
        printed = moments.time_object(start, finish)
        if self.limited and self.switches["operating"] and billed_to:
            printed |= limits.counters(self.state.usage, self.actor.user_id, billed_to, finish.timestamp())
        return printed

    def _spend(self, method: Method, billed_to: str, now: float) -> None:
        if not self.limited:
            return
        if not billed_to:
            self.check(method.name)
        limits.charge(self.state.usage, self.actor.user_id, billed_to or method.name, now, limits.price_ms(method))

    def _call(self, params: Params, start: datetime) -> Call:
        return Call(self.state, self.actor, params, moments.seconds(start), self.switches, self.spoiler)


def find(name: str) -> Method:
    """Return a method by its name, in any letter case."""
    method = METHODS.get(name.lower())
    if method is None:
        raise no_such_method()
    return method
