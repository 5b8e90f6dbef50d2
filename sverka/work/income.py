"""Money that the ledger holds bound to orders, as the letters tell it: when, where, for which deal.

The ledger's bindings name no day of payment, so a payment counts on the day on which it was bound or last changed there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, tzinfo

from sverka.domain.digest_values import BANK, CASH, DealLink, Payment
from sverka.domain.policy import Policy
from sverka.domain.rows import Deal, LedgerOrder, PaymentLink
from sverka.messages.masking import shown, title
from sverka.store import bindings, mirror
from sverka.store.engine import Transaction
from sverka.work.desk import Desk

_NAME_LIMIT = 40


def read(tx: Transaction, desk: Desk, since: date, zone: tzinfo) -> tuple[Payment, ...]:
    """Return the payments bound since a day of the company's calendar, the oldest first."""
    links = [
        (link.updated_at.astimezone(zone).date(), link)
        for link in mirror.where(tx, desk.company, PaymentLink, deleted=False)
        if link.updated_at
    ]
    told = sorted((each for each in links if each[0] >= since), key=lambda each: (each[0], each[1].ext_id))
    orders = mirror.by_ids(tx, desk.company, LedgerOrder, sorted({link.order_id for _, link in told}))
    deal_ids = bindings.lefts(tx, desk.company, "order", list(orders))
    deals = mirror.by_ids(tx, desk.company, Deal, sorted(deal_ids.values()))
    by_order = {order_id: deals[deal_id] for order_id, deal_id in deal_ids.items() if deal_id in deals}
    return tuple(_payments(desk, told, orders, by_order))


def _payments(
    desk: Desk, told: Iterable[tuple[date, PaymentLink]], orders: Mapping[str, LedgerOrder], deals: Mapping[str, Deal]
) -> Iterable[Payment]:
    for day, link in told:
        order, deal = orders.get(link.order_id), deals.get(link.order_id)
        is_bank = link.ext_id.startswith(f"{BANK}:")
        yield Payment(
            on=day, source=BANK if is_bank else CASH, sum_kopecks=link.sum_kopecks, order=order.number if order else "",
            desk="" if is_bank or deal is None else _desk(desk.policy, deal),
            deal=DealLink(title(deal.title), desk.portal.card_url(deal.ext_id)) if deal else None,
        )  # fmt: skip


def _desk(policy: Policy, deal: Deal) -> str:
    """Return the desk that the deal names, else its branch's."""
    branch = policy.branch(deal.branch)
    return shown(deal.custom("cash_desk") or (branch.cash_desk if branch else ""), _NAME_LIMIT)
