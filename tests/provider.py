"""Outside systems in a few lines, for laws of sending: what really happened out there, however little of it was answered.

They know no protocol. What befalls the next calls is laid down in `script`; a request may be executed long after the caller gave up.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sverka.domain.effects import Answer, Outcome, Probe

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
LIMIT_S = {"bitrix24": 60.0, "business_ru": 100.0, "mail": 550.0, "smsc": 80.0}
"""How long a system works on a request, at most: less than what the worker waits before it looks."""

FAULTS = (
    "none", "none", "refused", "not executed", "window closed", "overtaken", "lost before", "lost after", "lost after", "late", "late",
    "crash before", "crash after", "crash late", "pause", "long pause", "long pause",
)  # fmt: skip
_PAUSES_S = {"pause": 20.0, "long pause": 400.0}
SETS = frozenset({"deal.field", "order.lines"})
"""Kinds that set a value, here one of the subject as a whole."""


class Killed(BaseException):
    """The process is gone in this very moment."""


@dataclass
class Time:
    """Time that passes when it is told to; the machine's clock may be wrong about it, what runs on the quiet is not."""

    passed_s: float = 0.0
    wrong_by: timedelta = timedelta()
    later: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    def real(self) -> datetime:
        return START + timedelta(seconds=self.passed_s) + self.wrong_by

    def monotonic(self) -> float:
        return self.passed_s

    def wait(self, seconds: float) -> None:
        until = self.passed_s + max(seconds, 0)
        for due, happen in sorted(self.later, key=lambda each: each[0]):
            if due <= until:
                self.later.remove((due, happen))
                self.passed_s = max(self.passed_s, due)
                happen()
        self.passed_s = until


@dataclass
class World:
    """What stands outside.

    made: the meaning of a creation or a letter → how often it really happened. values: subject → its values, the first one first.
    lost: meaning → how many answers to it were lost. blind: systems that cannot tell what they did. fences: of the requests, in order.
    """

    time: Time
    script: deque[str] = field(default_factory=deque)
    made: Counter[str] = field(default_factory=Counter)
    values: dict[str, list[str]] = field(default_factory=dict)
    lost: Counter[str] = field(default_factory=Counter)
    fences: list[int] = field(default_factory=list)
    blind: bool = False
    could_not_tell: set[str] = field(default_factory=set)
    held_up: set[str] = field(default_factory=set)
    """What a caller was about to send when it was paused."""
    meanwhile: Callable[[], None] = lambda: None
    """What others do while a caller is paused."""

    def stands(self, kind: str, payload: Mapping[str, Any]) -> bool:
        """Whether what an effect wants is so."""
        if kind in SETS:
            return self.values.get(payload["of"], [""])[-1] == payload["value"]
        return self.made[payload["meaning"]] > 0

    def happen(self, kind: str, payload: Mapping[str, Any]) -> None:
        """Carry a request out; a value that stands already is not set."""
        if kind not in SETS:
            self.made[payload["meaning"]] += 1
        elif not self.stands(kind, payload):
            self.values.setdefault(payload["of"], []).append(payload["value"])


@dataclass
class Line:
    """One worker's line to one system."""

    world: World
    system: str
    fence: Callable[[], int]

    def prepare(self, *_: object) -> None:
        """Draw nothing, ask nothing."""

    def look(self, kind: str, payload: Mapping[str, Any], *_: object) -> Probe:
        """Say whether an effect happened, if that can be told."""
        if self.world.blind:
            self.world.could_not_tell.add(payload["meaning"])
            return Probe(found=False, complete=False, detail="it does not answer")
        found = self.world.stands(kind, payload)
        return Probe(found=found, complete=True, external_id=_id_of(payload) if found else "")

    def call(self, commands: Sequence[tuple[str, Mapping[str, Any]]], permit: Callable[[], bool]) -> list[Outcome]:
        """Carry out a request of one or several commands, as the script has it."""
        fault = self.world.script.popleft() if self.world.script else "none"
        if fault in _PAUSES_S:
            self.world.held_up |= {payload["meaning"] for _, payload in commands}
            self.world.time.wait(_PAUSES_S[fault])
            self.world.meanwhile()
        if not permit():
            return [Outcome(Answer.NOT_EXECUTED, detail="not permitted")] * len(commands)
        if fault == "crash before":
            raise Killed
        refusal = _REFUSALS.get(fault)
        if refusal is not None:
            return [refusal] * len(commands)
        return self._executed(fault, commands)

    def _executed(self, fault: str, commands: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Outcome]:
        world = self.world
        world.fences.append(self.fence())
        changed = [not world.stands(*command) for command in commands]
        if fault != "lost before":
            self._carry_out(fault, commands)
        if fault.startswith(("lost", "late", "crash")):
            world.lost.update(payload["meaning"] for _, payload in commands)
            if fault.startswith("crash"):
                raise Killed
            return [Outcome(Answer.AMBIGUOUS, detail="no answer")] * len(commands)
        told = zip(commands, changed, strict=True)
        return [Outcome(Answer.ACCEPTED, changed=new, external_id=_id_of(payload)) for (_, payload), new in told]

    def _carry_out(self, fault: str, commands: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        def happen() -> None:
            for command in commands:
                self.world.happen(*command)

        if "late" in fault:
            self.world.time.later.append((self.world.time.passed_s + LIMIT_S[self.system], happen))
        else:
            happen()


class Portal(Line):
    """The portal takes several commands in one request."""

    def send(
        self, commands: Sequence[tuple[str, Any]], _directory: object, permit: Callable[[], bool]
    ) -> list[Outcome]:
        return self.call(commands, permit)


class Ledger(Line):
    """The ledger takes one."""

    def send(self, kind: str, payload: Mapping[str, Any], permit: Callable[[], bool]) -> Outcome:
        return self.call([(kind, payload)], permit)[0]


class PostBox(Line):
    """Letters go one by one, and nobody can look them up."""

    def send(self, payload: Mapping[str, Any], permit: Callable[[], bool]) -> Outcome:
        return self.call([("letter", payload)], permit)[0]


class Phones(Line):
    """Short messages go one by one, and can be looked up."""

    def send(self, kind: str, payload: Mapping[str, Any], _now: datetime, permit: Callable[[], bool]) -> Outcome:
        return self.call([(kind, payload)], permit)[0]


_REFUSALS = {
    "refused": Outcome(Answer.REFUSED, detail="no"),
    "not executed": Outcome(Answer.NOT_EXECUTED, detail="no connection"),
    "window closed": Outcome(Answer.NOT_EXECUTED, detail="the window is closed", retry_after_s=120),
    "overtaken": Outcome(Answer.NOT_EXECUTED, changed=False, detail="somebody was faster", overtaken=True),
}


def _id_of(payload: Mapping[str, Any]) -> str:
    return f"id of {payload['meaning']}"
