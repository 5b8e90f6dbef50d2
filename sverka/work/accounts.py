"""What is remembered of 1C, so that only what is new is asked for."""

from __future__ import annotations

from collections.abc import Mapping

from sverka.domain.account_rows import Advance, Contract, Counterparty, Debt, Entity, Receipt, Settled, Terms
from sverka.domain.rows import Row
from sverka.store import mirror
from sverka.store.engine import Transaction
from sverka.systems.onec.known import Analytic, Known, Paper

FAMILIES: Mapping[str, type[Row]] = {
    "entities": Entity, "counterparties": Counterparty, "contracts": Contract, "terms": Terms, "debts": Debt, "advances": Advance,
    "settled": Settled, "receipts": Receipt,
}  # fmt: skip
"""What each family of 1C's readings brings."""
_VERSIONED = ("entities", "counterparties", "contracts", "terms", "receipts")
"""Families whose rows bear 1C's mark of their last writing."""


def known(tx: Transaction, company: str) -> Known:
    """Return what 1C told before."""
    rows = {name: {row.ext_id: row for row in mirror.where(tx, company, FAMILIES[name])} for name in _VERSIONED}
    analytics = {
        row.analytic_id: Analytic(row.entity_id, row.partner_id, row.counterparty_id, row.contract_id)
        for row in mirror.where(tx, company, Settled)
    }
    papers = {
        row.document_id: Paper(row.number, row.issued_on, row.sum_kopecks)
        for row in mirror.where(tx, company, Debt)
        if row.document_id
    }
    return Known(rows, analytics, papers)
