"""The kinds of message: how important each is, to whose hours it keeps, what may not stand in it.

A company switches a kind on by naming it in its file; how it reads is a folder of `templates/`. A company's own kinds need no Python:
they have a text, a sort, and the facts of `Generic`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Sort(StrEnum):
    """What the law and good manners tell apart."""

    SERVICE = "service"
    """About a person's own order, payment or visit."""
    CARE = "care"
    """A greeting, a welcome, a question whether all was well: nobody waits for it."""
    DEBT = "debt"
    ADVERT = "advert"


@dataclass(frozen=True)
class MessageKind:
    """A kind. rank: who goes first where not all may go, the smallest first. useful: so long after its moment it may still go."""

    name: str
    sort: Sort
    rank: int
    useful: timedelta


ORDER_READY, VISIT_BOOKED, VISIT_CANCELLED = "order_ready", "visit_booked", "visit_cancelled"
VISIT_EVE, VISIT_SOON = "visit_eve", "visit_soon"
SHIPPING_TODAY, SHIPPING_MOVED, SHIPPED = "shipping_today", "shipping_moved", "shipped"
THANKS_REVIEW, BIRTHDAY, WELCOME = "thanks_review", "birthday", "welcome"
INVOICE, INVOICE_UNPAID, PAYMENTS_DUE = "invoice", "invoice_unpaid", "payments_due"
DEBT_SOFT, DEBT_STATEMENT, DEBT_WARNING = "debt_soft", "debt_statement", "debt_warning"
DEBT_STOP, DEBT_LIFTED = "debt_stop", "debt_lifted"

KINDS: tuple[MessageKind, ...] = (
    MessageKind(ORDER_READY, Sort.SERVICE, 10, timedelta(days=3)),
    MessageKind(SHIPPING_MOVED, Sort.SERVICE, 11, timedelta(days=3)),
    MessageKind(SHIPPED, Sort.SERVICE, 12, timedelta(days=3)),
    MessageKind(SHIPPING_TODAY, Sort.SERVICE, 13, timedelta(hours=10)),
    MessageKind(VISIT_SOON, Sort.SERVICE, 20, timedelta(minutes=45)),
    MessageKind(VISIT_CANCELLED, Sort.SERVICE, 21, timedelta(hours=12)),
    MessageKind(VISIT_BOOKED, Sort.SERVICE, 22, timedelta(hours=12)),
    MessageKind(VISIT_EVE, Sort.SERVICE, 23, timedelta(hours=2)),
    MessageKind(INVOICE, Sort.SERVICE, 30, timedelta(days=3)),
    MessageKind(DEBT_LIFTED, Sort.SERVICE, 31, timedelta(days=2)),
    MessageKind(DEBT_STOP, Sort.SERVICE, 32, timedelta(hours=4)),
    MessageKind(DEBT_WARNING, Sort.SERVICE, 33, timedelta(hours=4)),
    MessageKind(DEBT_STATEMENT, Sort.SERVICE, 34, timedelta(hours=4)),
    MessageKind(DEBT_SOFT, Sort.SERVICE, 35, timedelta(hours=4)),
    MessageKind(PAYMENTS_DUE, Sort.SERVICE, 36, timedelta(hours=4)),
    MessageKind(INVOICE_UNPAID, Sort.SERVICE, 37, timedelta(hours=4)),
    MessageKind(THANKS_REVIEW, Sort.CARE, 40, timedelta(days=2)),
    MessageKind(BIRTHDAY, Sort.CARE, 50, timedelta(hours=9)),
    MessageKind(WELCOME, Sort.CARE, 60, timedelta(days=2)),
)
"""Priority: shipment > visit > payment > review > birthday > repeat offer (law_and_etiquette §8)."""

KIND_BY_NAME: Mapping[str, MessageKind] = {kind.name: kind for kind in KINDS}
SHIPPING = (SHIPPING_TODAY, SHIPPING_MOVED, SHIPPED)
VISITS = (VISIT_BOOKED, VISIT_CANCELLED, VISIT_EVE, VISIT_SOON)
STATEMENTS = (PAYMENTS_DUE, DEBT_SOFT, DEBT_STATEMENT, DEBT_WARNING, DEBT_STOP, DEBT_LIFTED)
"""About how a company that buys stands with us; debts of persons would be of the sort `debt` (230-FZ is about them)."""
INVOICES = (INVOICE, INVOICE_UNPAID)
