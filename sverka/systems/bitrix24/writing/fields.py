"""Sets of single fields of deals and clients: many in one request, each read before and after within it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sverka.domain.actions import Payload
from sverka.domain.effects import Answer, Outcome, Probe
from sverka.systems.bitrix24.batch import LIMIT, BatchAnswer
from sverka.systems.bitrix24.client import PortalApi
from sverka.systems.bitrix24.custom_fields import STANDARD_FIELDS, FieldInfo
from sverka.systems.bitrix24.directory import Directory
from sverka.systems.bitrix24.encoding import Command
from sverka.systems.bitrix24.writing.aims import card_type, item_update, refused
from sverka.systems.errors import SystemTrouble
from sverka.systems.outcomes import answer_of, outcome_of
from sverka.systems.values import BadValueError

_READ_BACK = 2
"""Commands of a batch that read a kind of cards, before and after."""

_CLIENTS = {"client": "company", "contact": "contact"}
_SEVERAL = {"deal": "deals", "company": "companies", "contact": "contacts"}

_FIRST_BATCH = 10
_LONGEST_BATCH_S = 30.0
"""The portal cuts a request off at 60 s, and what ran before the cut stays written."""


@dataclass(frozen=True)
class FieldSet:
    """One field of one card. kind: `deal`, `company` or `contact`; number: the card's; wanted: the field's canonical text."""

    kind: str
    number: str
    info: FieldInfo
    wanted: str

    @classmethod
    def of(cls, payload: Payload, directory: Directory) -> FieldSet:
        """Read {deal or client, field, value}. Raises BadValueError with a sentence if the portal has no such field or value."""
        kind, number = _card(payload)
        found = field_info(kind, payload["field"], directory)
        return cls(kind, number, found, found.shown(found.written(payload["value"])))

    @property
    def place(self) -> tuple[str, str, str]:
        """What it sets."""
        return self.kind, self.number, self.info.name

    def update(self) -> Command:
        """Return the write."""
        return item_update(self.kind, self.number, {self.info.name: self.info.written(self.wanted)})


def _card(payload: Payload) -> tuple[str, str]:
    """Return the kind and the number of the card that a payload names: a deal, or a client by its key."""
    if "deal" in payload:
        return "deal", payload["deal"]
    prefix, _, number = payload["client"].partition(":")
    return _CLIENTS[prefix], number


class FieldWriter:
    """Sends sets of fields, in batches sized by how long an update was seen to take."""

    def __init__(self, api: PortalApi) -> None:
        self._api = api
        self._seconds_each: float | None = None

    def send(self, payloads: Sequence[Payload], directory: Directory, permit: Callable[[], bool]) -> list[Outcome]:
        """Send effects that set a field; return one outcome for each, in order.

        After a batch that failed as a whole the rest is not sent.
        """
        outcomes: dict[int, Outcome] = {}
        sets: dict[int, FieldSet] = {}
        for place, payload in enumerate(payloads):
            try:
                sets[place] = FieldSet.of(payload, directory)
            except BadValueError as error:
                outcomes[place] = refused(str(error))
        outcomes |= zip(sets, self._send(list(sets.values()), permit), strict=True)
        return [outcomes[place] for place in range(len(payloads))]

    def look(self, payload: Payload, directory: Directory) -> Probe:
        """Say whether a card already stands as an effect wants it."""
        try:
            wish = FieldSet.of(payload, directory)
            answer = self._api.read(_lists("now", [wish]))
            answer.result(f"now_{wish.kind}")
        except (SystemTrouble, BadValueError) as trouble:
            return Probe(found=False, complete=False, detail=str(trouble))
        value = _values(answer, "now", [wish]).get(wish.place)
        detail = f"the {wish.kind} is not there" if value is None else f"the field holds «{value}»"
        return Probe(found=value == wish.wanted, complete=True, detail=detail)

    def _send(self, sets: Sequence[FieldSet], permit: Callable[[], bool]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        while len(outcomes) < len(sets):
            batch = sets[len(outcomes) : len(outcomes) + self._size(sets)]
            try:
                outcomes += self._send_batch(batch, permit)
            except SystemTrouble as trouble:
                outcomes += [outcome_of(trouble)] * len(batch)
                not_sent = Outcome(Answer.NOT_EXECUTED, changed=False, detail=f"not sent, for before it: {trouble}")
                outcomes += [not_sent] * (len(sets) - len(outcomes))
        return outcomes

    def _send_batch(self, sets: Sequence[FieldSet], permit: Callable[[], bool]) -> list[Outcome]:
        updates = {f"set{number}": wish.update() for number, wish in enumerate(sets)}
        answer = self._api.write({**_lists("before", sets), **updates, **_lists("after", sets)}, permit)
        self._learn(answer)
        before, after = _values(answer, "before", sets), _values(answer, "after", sets)
        return [
            _outcome(answer.errors.get(key), wish.wanted, before.get(wish.place), after.get(wish.place))
            for key, wish in zip(updates, sets, strict=True)
        ]

    def _size(self, sets: Sequence[FieldSet]) -> int:
        if self._seconds_each is None:
            return _FIRST_BATCH
        fitting = int(_LONGEST_BATCH_S / self._seconds_each) if self._seconds_each else LIMIT
        return max(1, min(LIMIT - _READ_BACK * len({wish.kind for wish in sets}), fitting))

    def _learn(self, answer: BatchAnswer) -> None:
        seconds = [each for key, each in answer.seconds.items() if key.startswith("set")]
        if seconds:
            self._seconds_each = sum(seconds) / len(seconds)


def field_info(kind: str, ours: str, directory: Directory) -> FieldInfo:
    """Return the portal's field of a kind of cards by our name. Raises BadValueError with a sentence if there is none."""
    standard = STANDARD_FIELDS.get(ours) if kind == "deal" else None
    found = standard or directory.layout.get(kind, {}).get(ours)
    if found is None:
        raise BadValueError(f"the portal has no such field in {_SEVERAL[kind]}: {ours}")
    return found


def _outcome(trouble: SystemTrouble | None, wanted: str, before: str | None, after: str | None) -> Outcome:
    """Judge one set by its own answer and by what was read around it. Pure."""
    if trouble is not None and after != wanted:
        return Outcome(answer_of(trouble), changed=False, detail=str(trouble), retry_after_s=trouble.retry_after_s)
    if after is None:
        return Outcome(Answer.AMBIGUOUS, detail="accepted, but the card could not be read back")
    if after != wanted:
        return refused(f"accepted, but the field holds «{after}»")
    return Outcome(Answer.ACCEPTED, changed=before != wanted)


def _lists(name: str, sets: Sequence[FieldSet]) -> dict[str, Command]:
    """Return the commands that read the places, one for each kind of cards: `before_deal`."""
    kinds = dict.fromkeys(wish.kind for wish in sets)
    return {f"{name}_{kind}": _list(kind, [wish for wish in sets if wish.kind == kind]) for kind in kinds}


def _list(kind: str, sets: Sequence[FieldSet]) -> Command:
    params: Mapping[str, Any] = {
        **card_type(kind),
        "select": ["id", *dict.fromkeys(wish.info.name for wish in sets)],
        "filter": {"@id": list(dict.fromkeys(int(wish.number) for wish in sets))},
        "order": {"id": "ASC"},
        "start": -1,
    }
    return Command("crm.item.list", params)


def _values(answer: BatchAnswer, name: str, sets: Sequence[FieldSet]) -> dict[tuple[str, str, str], str]:
    """Return what stands in each place; one whose value cannot be understood is left out."""
    cards = {
        (kind, str(item.get("id"))): item
        for kind in dict.fromkeys(wish.kind for wish in sets)
        for item in _items(answer.results.get(f"{name}_{kind}"))
    }
    values: dict[tuple[str, str, str], str] = {}
    for wish in sets:
        if card := cards.get((wish.kind, wish.number)):
            with suppress(BadValueError):
                values[wish.place] = wish.info.shown(card.get(wish.info.name))
    return values


def _items(result: object) -> list[dict[str, Any]]:
    items = result.get("items") if isinstance(result, dict) else None
    return [each for each in items if isinstance(each, dict)] if isinstance(items, list) else []
