"""The first contact with a system: whether it lets us in, and whose mistake it is if not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sverka.domain.clock import Clock
from sverka.systems.addresses import Place
from sverka.systems.errors import (
    AnswerLost,
    BadAnswer,
    Busy,
    ContractBroken,
    NoAccess,
    NotFound,
    SystemTrouble,
    Unreachable,
)
from sverka.work.checkup.lines import Line, error


@dataclass(frozen=True)
class Door:
    """How a system is entered. address, secrets: the variables that hold them; source: where a person finds the right ones."""

    about: str
    place: Place
    address: str
    secrets: str
    source: str


@dataclass(frozen=True)
class Visit:
    """What a visit brought. ahead: how far the system's clock is ahead of the machine's, None if it told nothing."""

    lines: list[Line]
    ahead: timedelta | None


def visit(door: Door, ask_time: Callable[[], datetime], clock: Clock, look: Callable[[], Iterable[Line]]) -> Visit:
    """Ask a system for its time, and look at it if it answers. A trouble on the way costs the lines after it only."""
    lines = list(_in_the_open(door))
    before = clock.real()
    try:
        said = ask_time()
    except SystemTrouble as trouble:
        return Visit([*lines, closed(door, trouble)], None)
    after = clock.real()
    try:
        for line in look():
            lines.append(line)  # noqa: PERF402 (what came before a trouble is kept)
    except SystemTrouble as trouble:
        lines.append(_broke_off(door, trouble))
    return Visit(lines, said - (before + (after - before) / 2))


def closed(door: Door, trouble: SystemTrouble) -> Line:
    """Say why a system did not let us in at all."""
    trouble = trouble.__cause__ if isinstance(trouble.__cause__, SystemTrouble) else trouble
    said = trouble.what.rstrip(".")
    what, mend = next((words for kinds, *words in _REASONS if isinstance(trouble, kinds)), _REFUSES)
    named = {"address": door.address, "secrets": door.secrets, "source": door.source, "system": door.about}
    return error(
        door.about, f"{door.place.site or 'the address'} {what.format(**named)} ({said})", mend.format(**named)
    )


_REFUSES = ["refuses", "check {address}, and the plan and the settings of the account"]
_REASONS: tuple[tuple[type[SystemTrouble] | tuple[type[SystemTrouble], ...], str, str], ...] = (
    (NoAccess, "does not let us in", "copy {secrets} anew: {source}"),
    (Busy, "takes no more requests now", "try again in ten minutes; if it stays so, see who else uses this account"),
    (
        Unreachable,
        "cannot be reached",
        "check the host in {address}, the network here, and SVERKA_CA_FILE if the certificate is your own",
    ),
    (AnswerLost, "took the question and gave no answer", "try again; if it stays so, check the host in {address}"),
    (
        (BadAnswer, ContractBroken, NotFound),
        "answers, but not as {system} does",
        "check the host in {address} and copy {secrets} anew: {source}",
    ),
)


def _broke_off(door: Door, trouble: SystemTrouble) -> Line:
    text = f"{trouble.where}: {trouble.what.rstrip('.')}, so the rest was not looked at"
    return error(door.about, text, f"{trouble.remedy}, then check again")


def _in_the_open(door: Door) -> Iterator[Line]:
    if door.place.is_open:
        text = f"{door.place.site} is asked without encryption, so the secret and all data can be read on their way"
        yield error(door.about, text, f"write https:// in {door.address}")
