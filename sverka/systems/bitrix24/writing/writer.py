"""The written tables of what we do on the portal, kind by kind, and the one way in to all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType

from sverka.domain.actions import Payload
from sverka.domain.effects import Outcome, Probe
from sverka.systems.bitrix24.client import PortalApi
from sverka.systems.bitrix24.directory import Directory
from sverka.systems.bitrix24.writing import aims, clients, creations, deals, office, requisites, store
from sverka.systems.bitrix24.writing.aims import Aim
from sverka.systems.bitrix24.writing.creations import Creation
from sverka.systems.bitrix24.writing.fields import FieldWriter

FIELDS = frozenset(("deal.field", "client.field"))

SETS: Mapping[str, Callable[[Payload, Directory], Aim]] = MappingProxyType({
    "client.contacts": clients.client_contacts,
    "deal.lines": deals.deal_lines,
    "deal.stage": deals.deal_stage,
    "shop.cancel": store.shop_cancel,
    "shop.lines": store.shop_lines,
    "shop.link": store.shop_link,
    "task.complete": office.task_complete,
    "todo.complete": office.todo_complete,
})  # fmt: skip

CREATIONS: Mapping[str, Creation] = MappingProxyType({
    "comment.create": office.COMMENT_CREATION,
    "company.create": clients.COMPANY,
    "contact.create": clients.CONTACT,
    "deal.create": deals.DEAL,
    "notice.send": office.NOTICE_CREATION,
    "requisite.create": requisites.REQUISITE,
    "task.create": office.TASK_CREATION,
    "todo.create": office.TODO_CREATION,
})  # fmt: skip

KINDS = frozenset((*FIELDS, *SETS, *CREATIONS))


class Writer:
    """Carries effects out on one portal."""

    def __init__(self, api: PortalApi) -> None:
        self._api = api
        self._fields = FieldWriter(api)

    def send(
        self, effects: Sequence[tuple[str, Payload]], directory: Directory, permit: Callable[[], bool]
    ) -> list[Outcome]:
        """Carry effects out in order, sets of fields that follow each other together. Raises KeyError for an unknown kind."""
        if strange := [kind for kind, _ in effects if kind not in KINDS]:
            raise KeyError(strange[0])
        outcomes: list[Outcome] = []
        for kind, group in groupby(effects, lambda effect: effect[0]):
            payloads = [payload for _, payload in group]
            if kind in FIELDS:
                outcomes += self._fields.send(payloads, directory, permit)
            else:
                outcomes += [self._send_one(kind, payload, directory, permit) for payload in payloads]
        return outcomes

    def look(self, kind: str, payload: Payload, directory: Directory) -> Probe:
        """Say whether an effect stands on the portal. Raises KeyError for an unknown kind."""
        if kind in FIELDS:
            return self._fields.look(payload, directory)
        if kind in SETS:
            return aims.look(self._api, SETS[kind](payload, directory))
        return creations.look(self._api, CREATIONS[kind], payload, directory)

    def _send_one(self, kind: str, payload: Payload, directory: Directory, permit: Callable[[], bool]) -> Outcome:
        if kind in SETS:
            return aims.carry_out(self._api, SETS[kind](payload, directory), permit)
        return creations.create(self._api, CREATIONS[kind], payload, directory, permit)
