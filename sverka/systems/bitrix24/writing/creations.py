"""Creations: one write each, never repeated here, and how what was made is known again by its mark after a lost answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sverka.domain.actions import Payload
from sverka.domain.effects import Answer, Outcome, Probe
from sverka.systems.bitrix24.client import PortalApi
from sverka.systems.bitrix24.directory import ENTITY_TYPES, Directory
from sverka.systems.bitrix24.encoding import Command
from sverka.systems.bitrix24.question import Question
from sverka.systems.bitrix24.walk import read_whole
from sverka.systems.bitrix24.writing.aims import Unfit, refused
from sverka.systems.errors import SystemTrouble
from sverka.systems.outcomes import outcome_of
from sverka.systems.values import BadValueError, Json, ident, text


def _nothing(_payload: Payload) -> Mapping[str, Command]:
    return {}


@dataclass(frozen=True)
class Creation:
    """A kind of thing that we make.

    command: the write; raises Unfit or BadValueError if the payload cannot be written. made: the external id in the write's result,
    "" if it names none; raises Unfit if nothing was made. bearers: external ids of what bears the payload's mark; raises
    SystemTrouble or BadValueError if that cannot be told for sure. before: what is read in the same request, for the write to refer to.
    """

    command: Callable[[Payload, Directory], Command]
    made: Callable[[Any], str]
    bearers: Callable[[PortalApi, Payload, Directory], Sequence[str]]
    before: Callable[[Payload], Mapping[str, Command]] = _nothing


def create(
    api: PortalApi, creation: Creation, payload: Payload, directory: Directory, permit: Callable[[], bool]
) -> Outcome:
    """Make it."""
    try:
        answer = api.write({**creation.before(payload), "create": creation.command(payload, directory)}, permit)
        ext_id = creation.made(answer.result("create"))
    except SystemTrouble as trouble:
        return outcome_of(trouble)
    except (Unfit, BadValueError) as why:
        return refused(str(why))
    if not ext_id:
        return Outcome(Answer.AMBIGUOUS, detail="accepted, but the answer names no id")
    return Outcome(Answer.ACCEPTED, external_id=ext_id)


def look(api: PortalApi, creation: Creation, payload: Payload, directory: Directory) -> Probe:
    """Look for what bears the payload's mark."""
    try:
        found = creation.bearers(api, payload, directory)
    except (SystemTrouble, BadValueError) as trouble:
        return Probe(found=False, complete=False, detail=str(trouble))
    if len(found) > 1:
        return Probe(found=False, complete=False, detail=f"two or more bear the mark: {', '.join(found)}")
    return Probe(found=bool(found), complete=True, external_id="".join(found))


def named(result: Any, *path: str) -> str:
    """Return the id at a path in a result, "" if there is none."""
    for step in path:
        result = result.get(step) if isinstance(result, dict) else None
    return ident(result) if isinstance(result, int | str) and not isinstance(result, bool) else ""


def card_bearers(api: PortalApi, kind: str, payload: Payload) -> list[str]:
    """Return the ids of the cards that bear the payload's external source and external code."""
    wanted = {"originatorId": payload["originator"], "originId": payload["origin"]}

    def bearer(raw: Json) -> tuple[str, bool]:
        return ident(raw.get("id")), all(text(raw.get(name)) == value for name, value in wanted.items())

    question = Question(
        "marked", "crm.item.list", ("items",), bearer, filter=wanted, select=("id", *wanted),
        params={"entityTypeId": ENTITY_TYPES[kind]},
    )  # fmt: skip
    return [ext_id for ext_id, bears in read_whole(api, question) if bears]
