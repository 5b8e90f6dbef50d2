"""Reading 1C: all there is, but nothing anew that is remembered and stands unchanged; a base that does not answer is told of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sverka.domain.account_rows import Advance, Contract, Counterparty, Debt, Entity, Receipt, Settled, Terms
from sverka.domain.proofs import Proof, Reading
from sverka.domain.rows import Row
from sverka.store import mirror, proofs
from sverka.store.engine import Transaction
from sverka.systems.errors import SystemTrouble
from sverka.systems.onec.accounts import Accounts
from sverka.systems.onec.known import Analytic, Known, Paper

SYSTEM = Debt.system
FAMILIES: Mapping[str, type[Row]] = {
    "entities": Entity, "counterparties": Counterparty, "contracts": Contract, "terms": Terms, "debts": Debt, "advances": Advance,
    "settled": Settled, "receipts": Receipt,
}  # fmt: skip
"""What each family of 1C's readings brings."""
_VERSIONED = ("entities", "counterparties", "contracts", "terms", "receipts")
"""Families whose rows bear 1C's mark of their last writing."""


def read(
    accounts: Accounts, since: Mapping[str, datetime | None], remembered: Known, now: datetime
) -> tuple[list[Reading], bool]:
    """Read families, and say whether 1C answered; where it did not, its readings are incomplete and dated `now`.

    That ends no run: other systems are read in it too, and most bases are closed for a while each night.
    """
    try:
        return list(accounts.changes(since, remembered)), True
    except SystemTrouble as trouble:
        unread = (
            Proof(SYSTEM, family, full=True, complete=False, rows=0, server_at=now, trouble=str(trouble))
            for family in since
        )
        return [Reading(proof, ()) for proof in unread], False


def read_in(tx: Transaction, company: str, run_id: int) -> datetime | None:
    """Return the real time at which a run has read 1C; None if it has not, or not all of it, or not all could be understood."""
    moments = [proofs.whole_in(tx, company, SYSTEM, family, run_id) for family in FAMILIES]
    return min((each for each in moments if each is not None), default=None) if None not in moments else None


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
