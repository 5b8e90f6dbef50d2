"""The names of the company's file as ids of its systems: statuses, stores, desks, stages, people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sverka.domain.cases import LedgerIds
from sverka.domain.policy import Policy
from sverka.domain.rows import Department, Employee, Reference, Stage, User
from sverka.domain.staff import Staff
from sverka.domain.state_table import FINAL_STAGES, LOST, WON
from sverka.store import mirror
from sverka.store.engine import Transaction
from sverka.work.desk import Desk

_FINAL: Mapping[str, str] = {"S": WON, "F": LOST}


def ledger_ids(tx: Transaction, desk: Desk) -> LedgerIds:
    """Resolve the names of the company's file in the ledger's directories and in the funnels of the portal."""
    rows = mirror.where(tx, desk.company, Reference, deleted=False)
    by_name = {(row.kind, row.name): row.ext_id.partition(":")[2] for row in rows}
    employees = {row.email.casefold(): row.ext_id for row in mirror.where(tx, desk.company, Employee, deleted=False)}
    policy = desk.policy
    return LedgerIds(
        organization=by_name.get(("organization", policy.organization), ""),
        author=employees.get(policy.author_email.casefold(), ""),
        statuses={word: by_name.get(("order_status", name), "") for word, name in policy.order_statuses.items()},
        stores={branch.name: by_name.get(("store", branch.store), "") for branch in policy.branches},
        cash_desks={name: ext_id for (kind, name), ext_id in by_name.items() if kind == "cash"},
        stages=_stages(tx, desk.company),
    )


def missing_names(policy: Policy, ids: LedgerIds) -> Iterator[tuple[str, str]]:
    """Yield the names without which no document can be made and which the ledger does not know, with what they name."""
    if not policy.has_ledger:
        return
    if not ids.organization:
        yield "организация", policy.organization
    if not ids.author:
        yield "сотрудник с почтой", policy.author_email
    for word in ("open", "cancelled"):
        if not ids.statuses.get(word):
            yield "статус заказа", policy.order_statuses.get(word, word)


def staff(tx: Transaction, desk: Desk) -> Staff:
    """Return the company's people as the CRM knows them."""
    return Staff.of(mirror.where(tx, desk.company, User), mirror.where(tx, desk.company, Department))


def _stages(tx: Transaction, company: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Return (funnel, stage) → ids; of several final stages of a funnel the first stands for `won` and `lost`."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for stage in sorted(mirror.where(tx, company, Stage), key=lambda stage: stage.sort):
        name = _FINAL.get(stage.semantics, stage.name)
        key = (stage.funnel_name, name)
        if name not in FINAL_STAGES or key not in found:
            found[key] = (stage.funnel_id, stage.ext_id)
    return found
