"""What both sides were last seen to agree on: the base of the three-way comparison."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select

from sverka.domain.plan import Agreed
from sverka.store.chunks import distinct, in_chunks
from sverka.store.engine import Transaction
from sverka.store.ledgers import agreement


def bases(tx: Transaction, company: str, subjects: Iterable[str]) -> dict[tuple[str, str], str]:
    """Return the last agreed value by (subject, aspect); what never agreed is missing."""
    columns = (agreement.c.subject, agreement.c.aspect, agreement.c.value)
    found: dict[tuple[str, str], str] = {}
    for chunk in in_chunks(distinct(subjects)):
        query = select(*columns).where(agreement.c.company == company, agreement.c.subject.in_(chunk))
        found.update(((subject, aspect), value) for subject, aspect, value in tx.all(query))
    return found


def put(tx: Transaction, company: str, agreed: Iterable[Agreed], run_id: int) -> int:
    """Keep agreed values, the last of equal aspects; return how many were new or different."""
    statement = tx.insert(agreement)
    new = statement.excluded
    upsert = statement.on_conflict_do_update(
        index_elements=["company", "subject", "aspect"],
        set_={"value": new.value, "run_id": new.run_id},
        where=agreement.c.value != new.value,
    )
    latest = {(each.subject, each.aspect): each for each in agreed}
    ours = {"company": company, "run_id": run_id}
    return sum(tx.change(upsert, [vars(each) | ours for each in chunk]) for chunk in in_chunks(latest.values()))


def forget(tx: Transaction, company: str, subject: str, aspects: Iterable[str]) -> None:
    """Forget what was agreed on some aspects of a subject; what never agreed is no trouble."""
    ours = (agreement.c.company == company, agreement.c.subject == subject)
    for chunk in in_chunks(distinct(aspects)):
        tx.change(delete(agreement).where(*ours, agreement.c.aspect.in_(chunk)))
