"""Effects on the portal: sets of deal fields, many in one batch, each read before and after within the same request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from sverka.domain.actions import Payload
from sverka.domain.effects import Answer, Outcome, Probe
from sverka.systems.bitrix24.batch import LIMIT, BatchAnswer
from sverka.systems.bitrix24.client import PortalApi
from sverka.systems.bitrix24.directory import ENTITY_TYPES, Directory, FieldInfo
from sverka.systems.bitrix24.encoding import Command
from sverka.systems.errors import SystemTrouble
from sverka.systems.outcomes import answer_of, outcome_of
from sverka.systems.values import BadValueError, ident

LEDGER_ORDER = "deal.ledger_order"

_NO_FIELD = "the portal has no such field in deals"
_READ_BACK = 2
"""Commands of a batch that read, before and after."""

_FIRST_BATCH = 10
_LONGEST_BATCH_S = 30.0
"""The portal cuts a request off at 60 s, and what ran before the cut stays written."""


class FieldWriter:
    """Sends sets of deal fields, in batches sized by how long an update was seen to take."""

    def __init__(self, api: PortalApi) -> None:
        self._api = api
        self._seconds_each: float | None = None

    def send(
        self, effects: Sequence[tuple[str, Payload]], directory: Directory, permit: Callable[[], bool]
    ) -> list[Outcome]:
        """Send `deal.ledger_order` effects {deal, value}; return one outcome for each, in order.

        After a batch that failed as a whole the rest is not sent. Raises KeyError for another kind.
        """
        info = _field(effects, directory)
        if info is None:
            return [Outcome(Answer.REFUSED, changed=False, detail=_NO_FIELD)] * len(effects)
        outcomes: list[Outcome] = []
        while len(outcomes) < len(effects):
            batch = effects[len(outcomes) : len(outcomes) + self._size()]
            try:
                outcomes += self._send_batch([payload for _, payload in batch], info, permit)
            except SystemTrouble as trouble:
                outcomes += [outcome_of(trouble)] * len(batch)
                not_sent = Outcome(Answer.NOT_EXECUTED, changed=False, detail=f"not sent, for before it: {trouble}")
                outcomes += [not_sent] * (len(effects) - len(outcomes))
        return outcomes

    def look(self, kind: str, payload: Payload, directory: Directory) -> Probe:
        """Say whether a deal already stands as an effect wants it."""
        info = _field([(kind, payload)], directory)
        if info is None:
            return Probe(found=False, complete=False, detail=_NO_FIELD)
        try:
            answer = self._api.read({"deals": _list([payload], info)})
        except SystemTrouble as trouble:
            return Probe(found=False, complete=False, detail=str(trouble))
        if "deals" in answer.errors:
            return Probe(found=False, complete=False, detail=str(answer.errors["deals"]))
        value = _values(answer, "deals", info).get(payload["deal"])
        detail = "the deal is not there" if value is None else f"the field holds «{value}»"
        return Probe(found=value == payload["value"], complete=True, detail=detail)

    def _send_batch(self, payloads: Sequence[Payload], info: FieldInfo, permit: Callable[[], bool]) -> list[Outcome]:
        commands = {
            "before": _list(payloads, info),
            **{f"set{number}": _update(payload, info) for number, payload in enumerate(payloads)},
            "after": _list(payloads, info),
        }
        answer = self._api.write(commands, permit)
        self._learn(answer)
        before, after = _values(answer, "before", info), _values(answer, "after", info)
        troubles = (answer.errors.get(f"set{number}") for number in range(len(payloads)))
        return [
            _outcome(trouble, payload["value"], before.get(payload["deal"]), after.get(payload["deal"]))
            for trouble, payload in zip(troubles, payloads, strict=True)
        ]

    def _size(self) -> int:
        if self._seconds_each is None:
            return _FIRST_BATCH
        fitting = int(_LONGEST_BATCH_S / self._seconds_each) if self._seconds_each else LIMIT
        return max(1, min(LIMIT - _READ_BACK, fitting))

    def _learn(self, answer: BatchAnswer) -> None:
        seconds = [each for key, each in answer.seconds.items() if key.startswith("set")]
        if seconds:
            self._seconds_each = sum(seconds) / len(seconds)


def _outcome(trouble: SystemTrouble | None, wanted: str, before: str | None, after: str | None) -> Outcome:
    """Judge one set by its own answer and by what was read around it. Pure."""
    if trouble is not None and after != wanted:
        return Outcome(answer_of(trouble), changed=False, detail=str(trouble), retry_after_s=trouble.retry_after_s)
    if after is None:
        return Outcome(Answer.AMBIGUOUS, detail="accepted, but the deal could not be read back")
    if after != wanted:
        return Outcome(Answer.REFUSED, changed=False, detail=f"accepted, but the field holds «{after}»")
    return Outcome(Answer.ACCEPTED, changed=before != wanted)


def _field(effects: Sequence[tuple[str, Payload]], directory: Directory) -> FieldInfo | None:
    for kind, _ in effects:
        if kind != LEDGER_ORDER:
            raise KeyError(kind)
    return directory.layout["deal"].get("ledger_order")


def _update(payload: Payload, info: FieldInfo) -> Command:
    deal = {"entityTypeId": ENTITY_TYPES["deal"], "id": int(payload["deal"]), "useOriginalUfNames": "Y"}
    return Command("crm.item.update", {**deal, "fields": {info.name: payload["value"]}})


def _list(payloads: Sequence[Payload], info: FieldInfo) -> Command:
    params: Mapping[str, Any] = {
        "entityTypeId": ENTITY_TYPES["deal"],
        "useOriginalUfNames": "Y",
        "select": ["id", info.name],
        "filter": {"@id": [int(payload["deal"]) for payload in payloads]},
        "order": {"id": "ASC"},
        "start": -1,
    }
    return Command("crm.item.list", params)


def _values(answer: BatchAnswer, key: str, info: FieldInfo) -> dict[str, str]:
    """Return the field's value by deal; a deal whose value cannot be understood is left out."""
    result = answer.results.get(key)
    items = result.get("items") if isinstance(result, dict) else None
    values: dict[str, str] = {}
    for each in items if isinstance(items, list) else ():
        with suppress(BadValueError, AttributeError):
            values[ident(each.get("id"))] = info.shown(each.get(info.name))
    return values
