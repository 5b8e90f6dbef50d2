"""All of it, in the order in which a person would mend it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sverka.companies.company import Company
from sverka.work.checkup import accounts, clocks, ledger, mail, people, portal
from sverka.work.checkup.doors import Door, Visit, visit
from sverka.work.checkup.lines import Line
from sverka.work.checkup.seen import Seen
from sverka.work.desk import Desk


def check_up(
    company: Company, desk: Desk, *, create_fields: bool = False, runs_an_hour: int | None = None
) -> Iterator[Line]:
    """Look at a company's systems; one that cannot be reached costs its own lines only.

    create_fields: make the custom fields that the portal lacks, and nothing else. runs_an_hour: how many runs of the crontab read all
    systems.
    """
    seen = Seen()
    visits = {
        "bitrix24": _portal(company, desk, seen, create_fields=create_fields),
        **_ledger(company, desk, seen),
        **_accounts(company, desk),
    }
    for each in visits.values():
        yield from each.lines
    if seen.users and seen.employees:
        yield from people.across(seen.users, seen.employees)
    seen.ahead = {system: each.ahead for system, each in visits.items() if each.ahead is not None}
    yield from clocks.clocks(seen)
    account = company.connection.business_ru
    yield from clocks.limits(seen, account.requests_per_5min if account else 0, runs_an_hour)
    yield from mail.smtp(company, desk)
    yield from mail.imap(company, desk, desk.clock.real())


def _portal(company: Company, desk: Desk, seen: Seen, *, create_fields: bool) -> Visit:
    webhook = company.connection.bitrix24.webhook
    door = Door(portal.ABOUT, desk.portal.place, webhook, webhook, portal.SOURCE)
    look = partial(portal.portal, company, desk, seen, create_fields=create_fields)
    return visit(door, desk.portal.server_time, desk.clock, look)


def _ledger(company: Company, desk: Desk, seen: Seen) -> dict[str, Visit]:
    account, books = company.connection.business_ru, desk.ledger
    if account is None or books is None:
        return {}
    door = Door(ledger.ABOUT, books.place, account.url, f"{account.app_id} and {account.secret}", ledger.SOURCE)
    return {"business_ru": visit(door, books.server_time, desk.clock, partial(ledger.ledger, company, books, seen))}


def _accounts(company: Company, desk: Desk) -> dict[str, Visit]:
    named, base = company.connection.onec, desk.accounts
    if named is None or base is None:
        return {}
    door = Door(accounts.ABOUT, base.place, named.url, named.url, accounts.SOURCE)
    return {"onec": visit(door, base.server_time, desk.clock, partial(accounts.accounts, base))}
