"""A company's store filled as runs would fill it, for tests of the daily letters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jobs import digest
from sverka.domain.actions import Action
from sverka.domain.effects import State
from sverka.domain.plan import Bind, Finding, Plan, Skip
from sverka.domain.proofs import Proof
from sverka.domain.rows import (
    DealLine,
    Good,
    LedgerOrder,
    LedgerOrderLine,
    Reference,
    Reserve,
    ReserveLine,
    Row,
    Stage,
    User,
)
from sverka.store import bindings, findings, mirror, outbox, proofs, runs
from sverka.store.engine import Store
from sverka.work import summary
from sverka.work.daily import Reader
from sverka.work.desk import Desk, Look
from sverka.work.polling import LEDGER_FAMILIES, PORTAL_FAMILIES
from sverka.work.summary import Covered, History
from tests import make
from tests.databases import fresh_file

COMPANY = "headlights"
MORNING = datetime(2026, 11, 24, 5, 55, tzinfo=UTC)  # 08:55 in Moscow
OWNER, OLGA, STEPAN = ("Андрей Ковалёв", "owner@fary.example"), "6", "7"


class Clock:
    """Real time of the tests, one minute a look."""

    def __init__(self) -> None:
        self.now = MORNING

    def real(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


class Portal:
    """As much of a portal as a letter needs."""

    def card_url(self, deal_id: str) -> str:
        return f"https://fary.example/crm/deal/details/{deal_id}/"


class Office:
    """A company's store, filled as runs would fill it."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock = store, Clock()
        self.sources: dict[str, str] = {}
        anything: Any = None
        portal: Any = Portal()
        clock: Any = self.clock
        self.desk = Desk(
            make.policy(), "f", {}, portal, anything, anything, store, clock, readers={"owner": {"owner": OWNER}}
        )
        self._run = 0

    def put(self, *rows: Row) -> None:
        with self.store.writing() as tx:
            for row in rows:
                mirror.merge(tx, COMPANY, [row], 1)

    def deal(
        self,
        number: int,
        *,
        title: str = "",
        responsible: str = OLGA,
        stage: str = "hold",
        agrees: bool = True,
        days: int = 0,
    ) -> None:
        """Put a deal of one lamp at 1,000 roubles with its order and reserve, held since `days`."""
        deal = make.deal(
            ext_id=str(number),
            title=title or f"Заказ {number}",
            responsible_id=responsible,
            stage_id=stage,
            opportunity_kopecks=1_000_00,
        )
        price = 1_000_00 if agrees else 900_00
        self.put(
            replace(deal, semantics=make.SEMANTICS.get(stage, "P")),
            DealLine(
                ext_id=f"l{number}", deal_id=str(number), product_id="p1", name="Лампа", price_kopecks=1_000_00, amount_thousandths=1_000,
            ),
            LedgerOrder(
                ext_id=f"o{number}", number=str(number), status_id="1", partner_id="50", sum_kopecks=1_000_00, comment="",
                deal_mark=str(number), ordered_at=MORNING,
            ),
            LedgerOrderLine(ext_id=f"ol{number}", order_id=f"o{number}", good_id="g1", price_kopecks=price, amount_thousandths=1_000),
            Reserve(
                ext_id=f"r{number}", order_id=f"o{number}", store_id="11", held=True, comment="", deal_mark=str(number),
                reserved_at=MORNING - timedelta(days=days),
            ),
            ReserveLine(ext_id=f"rl{number}", reserve_id=f"r{number}", good_id="g1", amount_thousandths=1_000),
        )  # fmt: skip
        with self.store.writing() as tx:
            bindings.bind(tx, COMPANY, [Bind("order", str(number), f"o{number}", "T0")], 1)

    def find(self, *found: Finding, at: datetime = MORNING) -> None:
        with self.store.writing() as tx:
            findings.record(tx, COMPANY, [each.subject for each in found], found, 1, at)

    def do(self, *actions: Action, state: State = State.DONE, changed: bool = True, external_id: str = "") -> None:
        """Carry out actions now."""
        with self.store.writing() as tx:
            fence = runs.acquire(tx, "test", "me", 600, self.clock.now)
            assert fence is not None
            for effect_id in outbox.put(tx, COMPANY, actions, 1, self.clock.real()).ids:
                assert outbox.claim_many(tx, [effect_id], "test", fence, self.clock.now)
                outbox.finish(tx, effect_id, fence, state, now=self.clock.now, changed=changed, external_id=external_id)

    def leave(self, *skips: Skip, job: str = "agreement") -> None:
        """Let a run of a job leave deals alone."""
        self._run += 1
        with self.store.writing() as tx:
            run_id = runs.start(tx, COMPANY, job, f"t{self._run}", MORNING, MORNING, "f")
            assert run_id is not None
            runs.note_skips(tx, COMPANY, run_id, skips)
            runs.finish(tx, run_id, "done", {}, MORNING)

    def prove(self, *, at: datetime = MORNING, **incomplete: bool) -> None:
        """Read both systems in full, but for the families that are named."""
        with self.store.writing() as tx:
            for system, families in (("bitrix24", (*PORTAL_FAMILIES, "lines")), ("business_ru", LEDGER_FAMILIES)):
                for family in families:
                    proofs.add(
                        tx,
                        COMPANY,
                        Proof(system, family, full=False, complete=family not in incomplete, rows=1, server_at=at),
                        1,
                        at,
                    )

    def plan(self, now: datetime = MORNING) -> Plan:
        directory: Any = SimpleNamespace(sources=self.sources)
        look = Look(1, now, self.clock.real(), directory)
        return digest.plan(self.desk, look)

    def letters(self, now: datetime = MORNING) -> dict[str, Any]:
        """Plan the letters and carry them out; return their payloads by reader."""
        actions = self.plan(now).actions
        self.do(*actions)
        return {action.subject.removeprefix("person:"): action.payload for action in actions}

    def day(self) -> summary.Day:
        return summary.read(self.desk, MORNING, self.clock.real(), self.sources)


def tell(letter: Any, day: summary.Day, last: Covered | None = None, user: User | None = None) -> Any:
    """Return the facts of a letter (a module of `sverka.work.digests`) for the owner or a user, whose last letter is given."""
    reader = Reader.of(user) if user else Reader("owner", *OWNER)
    return letter.LETTER.facts(day, reader, History(last))


@contextmanager
def open_office(folder: Path) -> Iterator[Office]:
    """Open an office with two managers, one product, and sources that were read in full at the morning."""
    with Store.open(fresh_file(folder)) as store:
        opened = Office(store)
        names = {"hold": "Резерв", "lost": "Проиграна", "new": "Новая заявка"}
        opened.put(
            *(
                Stage(
                    ext_id=key,
                    name=name,
                    funnel_id="0",
                    funnel_name="Интернет-магазин",
                    semantics=make.SEMANTICS.get(key, "P"),
                    sort=1,
                )
                for key, name in names.items()
            ),
            User(ext_id=OLGA, name="Ольга Климова", email="manager@fary.example", active=True),
            User(ext_id=STEPAN, name="Степан Рогов", email="warehouse@fary.example", active=True),
            Good(ext_id="g1", name="Лампа", article="L1", is_service=False),
            Reference(ext_id="order_status:1", kind="order_status", name="Новый"),
            Reference(ext_id="order_status:5", kind="order_status", name="Отменён"),
        )
        with store.writing() as tx:
            bindings.bind(tx, COMPANY, [Bind("product", "p1", "g1", "T2")], 1)
        opened.prove()
        yield opened
