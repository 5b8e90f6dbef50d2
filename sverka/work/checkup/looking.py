"""All of it, in the order in which a person would mend it."""

from __future__ import annotations

from collections.abc import Iterator

from sverka.companies.company import Company
from sverka.work.checkup import clocks, ledger, mail, people, portal
from sverka.work.checkup.doors import Door, visit
from sverka.work.checkup.lines import Line
from sverka.work.checkup.seen import Seen
from sverka.work.desk import Desk


def check_up(
    company: Company, desk: Desk, *, create_fields: bool = False, runs_an_hour: int | None = None
) -> Iterator[Line]:
    """Look at a company's systems; one that cannot be reached costs its own lines only.

    create_fields: make the custom fields that the portal lacks, and nothing else. runs_an_hour: how many runs of the crontab read both
    systems.
    """
    seen = Seen()
    webhook, account = company.connection.bitrix24.webhook, company.connection.business_ru
    bitrix24 = Door(portal.ABOUT, desk.portal.place, webhook, webhook, portal.SOURCE)
    business_ru = Door(
        ledger.ABOUT, desk.ledger.place, account.url, f"{account.app_id} and {account.secret}", ledger.SOURCE
    )
    visits = {
        "bitrix24": visit(
            bitrix24,
            desk.portal.server_time,
            desk.clock,
            lambda: portal.portal(company, desk, seen, create_fields=create_fields),
        ),
        "business_ru": visit(
            business_ru, desk.ledger.server_time, desk.clock, lambda: ledger.ledger(company, desk, seen)
        ),
    }
    for each in visits.values():
        yield from each.lines
    if seen.users and seen.employees:
        yield from people.across(seen.users, seen.employees)
    seen.ahead = {system: each.ahead for system, each in visits.items() if each.ahead is not None}
    yield from clocks.clocks(seen)
    yield from clocks.limits(seen, account.requests_per_5min, runs_an_hour)
    yield from mail.smtp(company, desk)
    yield from mail.imap(company, desk, desk.clock.real())
