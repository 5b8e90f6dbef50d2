"""The numbers of the daily letters: how fresh the data is, how many deals agree, what is held for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sverka.domain.digest import Aged, Source, Standing
from sverka.domain.digest_facts import is_about_people, reserve_values
from sverka.domain.digest_values import DealLink
from sverka.domain.rows import Deal, LedgerOrder, LedgerOrderLine, Reserve, ReserveLine, Shipment
from sverka.domain.suspects import suspects
from sverka.domain.tally import Tally
from sverka.store import bindings, counting, findings, mirror, proofs
from sverka.store.engine import Transaction
from sverka.work import casework
from sverka.work.desk import Desk
from sverka.work.polling import LEDGER_FAMILIES, PORTAL_FAMILIES

TOO_OLD = timedelta(hours=2)
"""A system that was not read in full for so long is told to be out of date."""

_FAMILIES = {"bitrix24": (*PORTAL_FAMILIES, "lines"), "business_ru": LEDGER_FAMILIES}


def sources(tx: Transaction, desk: Desk, until: datetime) -> tuple[Source, ...]:
    """Say how fresh each system is; `until` is real time."""
    read = [system for system in _FAMILIES if desk.policy.has_ledger or system != LedgerOrder.system]
    return tuple(_source(tx, desk, system, _FAMILIES[system], until) for system in read)


def _source(tx: Transaction, desk: Desk, system: str, families: Sequence[str], until: datetime) -> Source:
    complete = [proofs.last(tx, desk.company, system, family) for family in families]
    latest = [proofs.last(tx, desk.company, system, family, complete_only=False) for family in families]
    ages = [proofs.age(tx, desk.company, system, family, until) for family in families]
    moments = [proof.server_at for proof in complete if proof]
    return Source(
        system=system, read_at=min(moments).astimezone(desk.policy.zone) if len(moments) == len(families) else None,
        missing=tuple(proof.family for proof in latest if proof and not proof.complete),
        is_old=any(age is not None and age > TOO_OLD for age in ages),
    )  # fmt: skip


def standing(tx: Transaction, desk: Desk) -> tuple[Standing, Tally]:
    """Count the deals that require an order and how many agree, and the orders of lost deals that still live.

    A deal agrees if its order and reserve equal it as they stand in the mirror, and nothing is found about it but that somebody is late.
    """
    snapshot = casework.snapshot(tx, desk)
    deals, lines = snapshot.deals, snapshot.deal_lines
    requiring = deals[deals["requires_order"]]["deal_key"]
    lines = lines[lines["deal_key"].isin(requiring)]
    sums = (lines["price_kopecks"] * lines["amount_thousandths"] + 500) // 1000
    ids = _ids(tx, desk, requiring)
    apart = _ids(tx, desk, suspects(snapshot)) | _troubled(tx, desk.company)
    lost = _ids(tx, desk, deals[deals["is_lost"] & deals["order_is_live"]]["deal_key"])
    return Standing(len(ids), len(ids - apart), len(lines), int(sums.sum())), _lost_orders(tx, desk, lost)


def _ids(tx: Transaction, desk: Desk, keys: Iterable[int]) -> set[str]:
    return set(counting.ids_of_keys(tx, desk.company, Deal, (int(key) for key in keys)))


def _troubled(tx: Transaction, company: str) -> set[str]:
    found = [each.finding for each in findings.open_items(tx, company)]
    return {finding.subject.removeprefix("deal:") for finding in found if not is_about_people(finding)}


def _lost_orders(tx: Transaction, desk: Desk, deal_ids: Iterable[str]) -> Tally:
    deals = mirror.by_ids(tx, desk.company, Deal, deal_ids).values()
    recent = [deal.ext_id for deal in deals if deal.moved_at and deal.moved_at >= desk.policy.history_cutoff]
    orders = mirror.by_ids(tx, desk.company, LedgerOrder, bindings.rights(tx, desk.company, "order", recent).values())
    return Tally(len(orders), sum(order.sum_kopecks for order in orders.values()))


@dataclass(frozen=True)
class Held:
    """A reserve that holds goods for a deal (`deal:71`)."""

    subject: str
    reserve: Reserve
    sum_kopecks: int

    def aged(self, deal: DealLink, now: datetime) -> Aged:
        """Return it with its age in whole days of the company's zone."""
        since = self.reserve.reserved_at or self.reserve.updated_at or now
        return Aged(deal, max(0, (now.date() - since.astimezone(now.tzinfo).date()).days), self.sum_kopecks)


def held(tx: Transaction, company: str) -> list[Held]:
    """Return the reserves that hold goods for a deal and were not used up by a shipment, valued at the prices of its order."""
    standing = mirror.where(tx, company, Reserve, held=True, deleted=False)
    order_ids = tuple({row.order_id for row in standing})
    shipments = mirror.where(tx, company, Shipment, order_id=order_ids, held=True, deleted=False)
    used_up = {row.reserve_id for row in shipments}
    reserves = {row.ext_id: row for row in standing if row.ext_id not in used_up}
    deal_of = bindings.lefts(tx, company, "order", order_ids)
    order_lines = mirror.where(tx, company, LedgerOrderLine, order_id=order_ids, deleted=False)
    lines = mirror.where(tx, company, ReserveLine, reserve_id=tuple(reserves), deleted=False)
    values = reserve_values(
        ((line.order_id, line.good_id, line.price_kopecks, line.amount_thousandths) for line in order_lines),
        (
            (line.reserve_id, reserves[line.reserve_id].order_id, line.good_id, line.amount_thousandths)
            for line in lines
        ),
    )
    return [
        Held(f"deal:{deal_of[row.order_id]}", row, values.get(row.ext_id, 0))
        for row in reserves.values()
        if row.order_id in deal_of
    ]
