"""Бизнес.ру: whether the account has what the file names, and whether all that a run reads can be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from sverka.companies.company import Company
from sverka.domain.proofs import Reading
from sverka.domain.rows import Employee, Reference
from sverka.domain.russian import quoted
from sverka.systems.business_ru.ledger import Ledger
from sverka.work.checkup import people
from sverka.work.checkup.lines import Line, counted, error, meant, right
from sverka.work.checkup.seen import Seen
from sverka.work.polling import LEDGER_FAMILIES

ABOUT = "Бизнес.ру"
SOURCE = "in the account, the settings of the integration (API) show its id and secret key"


def ledger(company: Company, account: Ledger, seen: Seen) -> Iterator[Line]:
    """Look at the account. Raises SystemTrouble."""
    references = account.references()
    yield right(ABOUT, f"{account.place.site} lets us in")
    yield from _unread([references])
    if references.proof.complete:
        yield from _names(company, references)
    (employees,) = account.changes({"employees": None})
    seen.employees = tuple(row for row in employees.rows if isinstance(row, Employee))
    yield from _unread([employees]) if employees.proof.trouble else people.in_ledger(company, seen.employees)
    before = account.sent
    readings = account.changes(dict.fromkeys(LEDGER_FAMILIES, account.server_time()))
    seen.quiet["business_ru"] = account.sent - before
    yield from _unread(reading for reading in readings if reading.proof.family != "employees")


def _names(company: Company, references: Reading) -> Iterator[Line]:
    policy, place = company.policy, company.file.name
    sought: tuple[tuple[str, str, str, Iterable[str]], ...] = (
        ("organization", "organization", "systems.business_ru.organization", [policy.organization]),
        ("store", "store", "branches", [branch.store for branch in policy.branches]),
        ("cash", "cash desk", "branches", [branch.cash_desk for branch in policy.branches]),
        ("order_status", "order status", "order_statuses", policy.order_statuses.values()),
    )
    lines = [
        line
        for kind, what, key, names in sought
        for line in _named(references, kind, what, f"{place}, `{key}`", dict.fromkeys(names))
    ]
    yield from lines or [right(ABOUT, _summary(company))]


def _summary(company: Company) -> str:
    stores = {branch.store for branch in company.policy.branches}
    desks = {branch.cash_desk for branch in company.policy.branches}
    statuses = company.policy.order_statuses
    return (
        f"{quoted(company.policy.organization)}, {counted(len(stores), 'store')}, {counted(len(desks), 'cash desk')}, "
        f"{counted(len(statuses), 'order status', 'order statuses')} of the file"
    )


def _named(references: Reading, kind: str, what: str, place: str, wanted: Iterable[str]) -> Iterator[Line]:
    rows = [row for row in references.rows if isinstance(row, Reference) and row.kind == kind and not row.deleted]
    known = Counter(row.name for row in rows)
    for name in wanted:
        if not known[name]:
            hint = f"{meant(name, [each for each in known if known[each]])} The name stands in {place}"
            yield error(ABOUT, f"there is no {what} «{name}»", f"{hint}; or make one in Бизнес.ру")
        elif known[name] > 1:
            text = f"{known[name]} entries are called «{name}» where one {what} is meant"
            yield error(ABOUT, text, f"rename all but one in Бизнес.ру, or name another in {place}")


def _unread(readings: Iterable[Reading]) -> Iterator[Line]:
    for reading in readings:
        if reading.proof.trouble:
            family = reading.proof.family.replace("_", " ")
            text = (
                f"the list of {family} cannot be read ({reading.proof.trouble.rstrip('.')}), so nothing can be decided"
            )
            yield error(
                ABOUT,
                text,
                "give the integration the right to it in the account's settings, and check that the module is on",
            )
