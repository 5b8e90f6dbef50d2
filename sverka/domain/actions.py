"""What may be done to the outside world, as data: actions, their kinds, their keys.

An action says everything about one effect: what, on which subject, why (in Russian, for people), on what evidence, under which
key. It is frozen when planned; it may hold `ref(key)` in place of an id that an earlier action of the same subject will bring.
`KINDS` is the written list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sverka.domain.messaging.channels import CHANNELS

MESSAGES, FAMILY = "messages", "message"
"""The rule of all messages to clients, and what their keys begin with, whichever channel carries them."""

LETTER = "letter:"
"""What the subject of a message begins with, before the card that it is about and its kind."""

_ABOUT = re.compile(r"letter:((?:deal|contact|client):\d+)/")

Payload = Mapping[str, Any]
"""JSON: text, whole numbers, booleans, lists and objects of these."""


@dataclass(frozen=True)
class Kind:
    """A kind of action.

    creation: its key is taken for ever, but where surely nothing was made; otherwise the action is a repair, an absolute set whose key
    is unique while it waits.
    risk: R0 note .. R5 irreversible. batchable: may be sent with up to 49 others in one request. family: what keys begin with, for kinds
    of which only one may carry the same meaning at a time; "" for the kind's own name.
    """

    name: str
    rule: str
    system: str
    risk: int
    creation: bool = False
    batchable: bool = False
    family: str = ""


KINDS: tuple[Kind, ...] = (
    Kind("company.create", "clients", "bitrix24", 2, creation=True),
    Kind("requisite.create", "clients", "bitrix24", 2, creation=True),
    Kind("contact.create", "deals", "bitrix24", 2, creation=True),
    Kind("deal.create", "deals", "bitrix24", 2, creation=True),
    Kind("shop.link", "deals", "bitrix24", 1),
    Kind("partner.create", "partners", "business_ru", 2, creation=True),
    Kind("partner.contacts", "partners", "business_ru", 1),
    Kind("order.create", "orders", "business_ru", 2, creation=True),
    Kind("reserve.release", "releases", "business_ru", 3),
    Kind("order.status", "statuses", "business_ru", 2),
    Kind("order.lines", "lines", "business_ru", 2),
    Kind("reserve.create", "reserves", "business_ru", 3, creation=True),
    Kind("reserve.hold", "reserves", "business_ru", 3),
    Kind("reserve.lines", "reserves", "business_ru", 3),
    Kind("shipment.create", "shipments", "business_ru", 5, creation=True),
    Kind("shipment.lines", "shipments", "business_ru", 5),
    Kind("shipment.post", "shipments", "business_ru", 5),
    Kind("cash.create", "payments", "business_ru", 5, creation=True),
    Kind("cash.link", "payments", "business_ru", 5),
    Kind("order.close", "statuses", "business_ru", 2),
    Kind("shop.lines", "shop", "bitrix24", 2),
    Kind("shop.cancel", "shop", "bitrix24", 2),
    Kind("client.contacts", "contacts", "bitrix24", 1),
    Kind("client.field", "fields", "bitrix24", 1, batchable=True),
    Kind("deal.field", "fields", "bitrix24", 1, batchable=True),
    Kind("deal.lines", "deal_lines", "bitrix24", 1),
    Kind("deal.stage", "stages", "bitrix24", 1),
    Kind("todo.complete", "tasks", "bitrix24", 0),
    Kind("task.complete", "tasks", "bitrix24", 0),
    Kind("todo.create", "tasks", "bitrix24", 0, creation=True),
    Kind("task.create", "tasks", "bitrix24", 0, creation=True),
    Kind("notice.send", "tasks", "bitrix24", 0, creation=True),
    *(Kind(channel.action, MESSAGES, channel.system, 4, creation=True, family=FAMILY) for channel in CHANNELS),
    Kind("comment.create", "tasks", "bitrix24", 0, creation=True),
    Kind("letter.digest", "letters", "mail", 0, creation=True),
    Kind("letter.reply", "letters", "mail", 0, creation=True),
)
"""In the order in which the actions of one subject are carried out: let go before holding, parents before children, stages
before messages, a message before the comment that tells of it."""

KIND_BY_NAME: Mapping[str, Kind] = {kind.name: kind for kind in KINDS}
RANK: Mapping[str, int] = {kind.name: place for place, kind in enumerate(KINDS)}


@dataclass(frozen=True)
class Action:
    """One intended effect.

    key: its identity among all actions of the company, made of kind, subject and occasion.
    before, after: what stood and what shall stand, in short words. money_kopecks: what is at stake. settles: (field, value) pairs
    on which both sides agree once the effect is accepted, so that our own change is never taken for somebody else's.
    """

    kind: str
    subject: str
    occasion: str
    payload: Payload
    reason: str
    evidence: tuple[str, ...] = ()
    before: str = ""
    after: str = ""
    money_kopecks: int = 0
    settles: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """The key of the effect, unique by its kind's rule."""
        return f"{self.spec.family or self.kind}|{self.subject}|{self.occasion}"

    @property
    def spec(self) -> Kind:
        """The kind's row in the written list."""
        return KIND_BY_NAME[self.kind]


def ref(key: str) -> dict[str, str]:
    """Stand in a payload for the id that the action with `key` will bring."""
    return {"ref": key}


def refs_in(payload: Payload) -> tuple[str, ...]:
    """Return the keys of the actions that a payload waits for."""
    return tuple(value["ref"] for value in payload.values() if isinstance(value, dict) and set(value) == {"ref"})


def resolve(payload: Payload, ids: Mapping[str, str]) -> dict[str, Any]:
    """Put the ids that earlier actions brought in place of their refs. Raises KeyError for one that has none yet."""
    return {
        name: ids[value["ref"]] if isinstance(value, dict) and set(value) == {"ref"} else value
        for name, value in payload.items()
    }


def card_of(subject: str) -> str:
    """Return the card that a message is about: messages have subjects of their own, `letter:deal:71/visit_eve` beside `deal:71`.

    A server that is down, or a message of which nobody knows whether it went, must not hold up the deal's documents. Any other subject
    is returned as it is.
    """
    found = _ABOUT.match(subject)
    return found.group(1) if found else subject


@dataclass(frozen=True)
class Subject:
    """A subject as people name it on the command line: `headlights/deal:71`; the company may be missing."""

    kind: str
    ext_id: str
    company: str = field(default="")

    @classmethod
    def parse(cls, text: str) -> Subject:
        """Read `[company/]kind:id`. Raises ValueError with a sentence."""
        company, _, rest = text.rpartition("/")
        kind, colon, ext_id = rest.partition(":")
        if not colon or not kind or not ext_id:
            raise ValueError(f"«{text}» is no subject: write kind:id, such as deal:71 or headlights/order:12")
        return cls(kind, ext_id, company)
