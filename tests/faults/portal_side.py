"""The portal's client against its emulator, through the proxy: every kind of write that it knows by a mark or by what stands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any, cast

from sandbox.serve import Sandbox
from sandbox.systems.bitrix24 import Bitrix24
from sverka.domain.clock import MachineClock
from sverka.domain.effects import Outcome, Probe
from sverka.domain.secret import Secret
from sverka.systems.bitrix24.portal import Portal
from sverka.systems.http import HttpSettings
from tests.contract.portal_world import COMPANY
from tests.contract.vendors import always, no_jitter, no_pause
from tests.faults.law import HTTP, Record, Write
from tests.faults.spoiler import HARMLESS, TOXICS, BehindSpoiler, Spoiler, spoiling

KINDS = (
    "deal.create", "contact.create", "company.create", "comment.create", "task.create", "todo.create", "notice.send",
    "deal.field", "deal.stage", "deal.lines",
)  # fmt: skip
FUNNEL = "Интернет-магазин"


class PortalSide(BehindSpoiler):
    """See `law.Side`."""

    toxics: Sequence[str] = tuple(TOXICS)
    harmless = HARMLESS
    blind = frozenset(("notice.send",))
    requests = 2

    def __init__(self, sandbox: Sandbox, spoiler: Spoiler, client: Portal) -> None:
        super().__init__(spoiler)
        self.client = client
        self._journal, self._company = sandbox.world.journal, sandbox.world.companies[COMPANY]
        self._now = sandbox.world.clock.now
        self._portal = cast("Bitrix24", self._company.emulators["bitrix24"])
        fields = self._company.config["fields"]
        self.directory = client.directory(
            {part: {key: field["title"] for key, field in named.items()} for part, named in fields.items()}
        )
        shown = [row for row in self.directory.stages if row.funnel_name == FUNNEL]
        self._first, self._second = shown[0].ext_id, shown[1].ext_id
        self._funnel = shown[0].funnel_id

    def write(self, number: int, random: Random) -> Write:
        kind, mark = random.choice(KINDS), f"mark{number:09d}"
        with self._company.lock:
            added = self._portal.add_deal(
                stage="Новая заявка", funnel="shop", title=f"Deal {number}", responsible_id=1, created_at=self._now(), lines=[]
            )  # fmt: skip
        return Write(
            kind, self._payload(kind, mark, str(added)), [lambda record: _is_of(record, kind, mark, str(added))]
        )

    def _payload(self, kind: str, mark: str, deal: str) -> Mapping[str, Any]:
        marks = {"originator": "sverka", "origin": mark}
        words = {"title": "Позвонить", "text": "Пожалуйста"}
        line = {"product": "", "name": mark, "price_kopecks": 700, "amount_thousandths": 1000}
        payloads: dict[str, Mapping[str, Any]] = {
            "deal.create": {
                "title": mark, "client": "", "responsible": "", "fields": {}, "funnel": self._funnel, "stage": self._first, **marks,
            },
            "contact.create": {"first_name": "Анна", "last_name": "К", "phone": "", "email": "", "responsible": "", **marks},
            "company.create": {"title": "ООО «Вектор»", "phone": "", "email": "", "responsible": "", **marks},
            "comment.create": {"card": f"deal:{deal}", "text": "x", "mark": mark},
            "task.create": {**words, "responsible": "1", "deadline": "", "deal": deal, "mark": mark},
            "todo.create": {
                **words, "owner": f"deal:{deal}", "deadline": "2026-11-24T10:00:00+03:00", "responsible": "", "mark": mark,
            },
            "notice.send": {"user": "1", "text": mark, "tag": mark},
            "deal.field": {"deal": deal, "field": "ledger_order", "value": mark},
            "deal.stage": {"deal": deal, "from_stage": self._first, "stage": self._second, "funnel": ""},
            "deal.lines": {"deal": deal, "lines": [line]},
        }  # fmt: skip
        return payloads[kind]

    def send(self, write: Write) -> Outcome:
        (outcome,) = self.client.send([(write.kind, write.payload)], self.directory, always)
        return outcome

    def look(self, write: Write) -> Probe:
        return self.client.look(write.kind, write.payload, self.directory)

    def records(self) -> Sequence[Record]:
        return self._journal.effects


def _is_of(record: Record, kind: str, mark: str, deal: str) -> bool:
    payload = record["payload"]
    if kind == "deal.stage":
        return record["kind"] == "crm.item.update" and payload.get("id") == deal and "stageId" in payload["fields"]
    return mark in json.dumps(payload, ensure_ascii=False)


@contextmanager
def portal_side(sandbox: Sandbox, http: HttpSettings = HTTP, kind: type[Portal] = Portal) -> Iterator[PortalSide]:
    """Put the client behind the proxy."""
    systems = sandbox.ready["companies"][COMPANY]["systems"]
    address = systems["bitrix24"]["http"]
    with spoiling(address) as spoiler:
        webhook = sandbox.ready["env"]["HEADLIGHTS_BITRIX24_WEBHOOK"].replace(address, spoiler.url)
        with kind(Secret(webhook), http, MachineClock(no_pause), no_jitter, limits_off=True) as client:
            yield PortalSide(sandbox, spoiler, client)
