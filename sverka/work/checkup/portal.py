"""Bitrix24: whose webhook it is, what it may do, and whether the portal has what the file names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sverka.companies.company import Company
from sverka.domain.obstacles import CURRENCY
from sverka.domain.proofs import Reading
from sverka.domain.rows import User
from sverka.systems.bitrix24.directory import Directory
from sverka.systems.bitrix24.rights import SCOPES, Rights
from sverka.work.checkup import fields, making, people, stages
from sverka.work.checkup.lines import Line, error, meant, right, warning
from sverka.work.checkup.seen import Seen
from sverka.work.desk import Desk
from sverka.work.polling import PORTAL_FAMILIES, SHOP_FAMILY

ABOUT = "Bitrix24"
SOURCE = "on the portal, Приложения, Разработчикам, Интеграции"
"""Where an administrator finds the webhook."""

LOST_SCOPES: Mapping[str, str] = {
    "crm": "nothing can be read",
    "catalog": "the goods of deals are not found in the ledger",
    "user": "nobody can be told of anything",
    "department": "no head learns what is late",
    "tasks": "no tasks are set or completed",
    "im": "nobody is told at once",
    "sale": "orders of the online store do not become deals",
}
"""The first word of methods → what is lost while the webhook may not call them."""

_SHOP = "sale"


def portal(company: Company, desk: Desk, seen: Seen, *, create_fields: bool) -> Iterator[Line]:
    """Look at the portal; make the missing fields first if that is wanted. Raises SystemTrouble."""
    rights = desk.portal.rights()
    yield from _moved(company, desk)
    yield _welcome(desk, rights)
    yield from _scopes(company, rights)
    if "crm" not in rights.scopes:
        return
    yield from _administrator(company, rights)
    if create_fields:
        yield from making.make_missing(company, desk)
    before = desk.portal.sent
    directory = desk.portal.directory(desk.field_titles)
    yield from stages.stages(company, directory.stages)
    yield from stages.robots(company)
    yield from fields.fields(company, directory)
    yield from _source(company, directory)
    yield from _currency(rights)
    readings = _readings(company, desk, directory)
    seen.quiet["bitrix24"] = desk.portal.sent - before + 1  # lines of deals come in one more
    yield from _unread(readings, rights)
    seen.users = tuple(row for reading in readings for row in reading.rows if isinstance(row, User))
    if seen.users:
        yield from people.on_portal(company, rights, seen.users)


def _welcome(desk: Desk, rights: Rights) -> Line:
    administrator = ", an administrator" if rights.is_admin else ""
    return right(ABOUT, f"{desk.portal.place.site} lets us in as {rights.user_name or 'a user'}{administrator}")


def _moved(company: Company, desk: Desk) -> Iterator[Line]:
    if host := desk.portal.moved_to:
        text = f"the portal was renamed to {host}: it can still be read, but nothing can be written"
        yield error(ABOUT, text, f"write the new host in {company.connection.bitrix24.webhook}")


def _scopes(company: Company, rights: Rights) -> Iterator[Line]:
    needed = [word for word in SCOPES if word != _SHOP or company.policy.shop]
    missing = [word for word in needed if not rights.scopes.intersection(SCOPES[word])]
    for word in missing:
        text = f"the webhook lacks the scope `{SCOPES[word][0]}`, so {LOST_SCOPES[word]}"
        yield error(ABOUT, text, f"{SOURCE}: open the webhook, add `{SCOPES[word][0]}` to its rights, save")
    if not missing:
        yield right(ABOUT, f"scopes {', '.join(SCOPES[word][0] for word in needed)}")


def _administrator(company: Company, rights: Rights) -> Iterator[Line]:
    if rights.is_admin:
        return
    mend = f"make {rights.user_name} an administrator, or make the webhook as one and put it into {company.connection.bitrix24.webhook}"
    if company.policy.shop:
        text = (
            f"{rights.user_name} is no administrator, and orders of the online store are shown to administrators only"
        )
        yield error(ABOUT, text, mend)
    else:
        text = f"{rights.user_name} is no administrator: what that user may not see is missing without a word, as if it did not exist"
        yield warning(ABOUT, text, mend)


def _source(company: Company, directory: Directory) -> Iterator[Line]:
    shop = company.policy.shop
    if shop and directory.sources and shop.source not in directory.sources:
        text = f"there is no source of deals with the code «{shop.source}»"
        hint = meant(shop.source, directory.sources)
        yield error(ABOUT, text, f"{hint} The code stands in {company.file.name}, `shop.source`")


def _currency(rights: Rights) -> Iterator[Line]:
    if rights.currencies and rights.currencies[0] != CURRENCY:
        text = f"new deals are in {rights.currencies[0]}, the portal's base currency, and a deal not in {CURRENCY} gets no order"
        yield warning(ABOUT, text, f"on the portal, CRM, Настройки, Валюты: make {CURRENCY} the base currency")


def _readings(company: Company, desk: Desk, directory: Directory) -> tuple[Reading, ...]:
    """Read what a quiet run reads: all lists, of which nothing changed this very second."""
    now = desk.portal.server_time()
    families = (*PORTAL_FAMILIES, SHOP_FAMILY) if company.policy.shop else PORTAL_FAMILIES
    return desk.portal.changes(dict.fromkeys(families, now), directory)


_SCOPE_OF_FAMILY = {
    "products": "catalog", "users": "user", "departments": "department", "tasks": "tasks", "shop_orders": "sale", "shop_lines": "sale",
}  # fmt: skip


def _unread(readings: tuple[Reading, ...], rights: Rights) -> Iterator[Line]:
    """Tell which lists cannot be read, unless the reason was told already: a scope that lacks, the store's need for an administrator."""
    for reading in readings:
        word = _SCOPE_OF_FAMILY.get(reading.proof.family, "crm")
        if reading.proof.trouble and rights.scopes.intersection(SCOPES[word]) and (rights.is_admin or word != _SHOP):
            family, why = reading.proof.family.replace("_", " "), reading.proof.trouble.rstrip(".")
            lost = LOST_SCOPES[word] if word != "crm" else "nothing can be decided"
            mend = f"give {rights.user_name} the right to it, or make the webhook as an administrator"
            yield error(ABOUT, f"the list of {family} cannot be read ({why}), so {lost}", mend)
