"""The lists of the portal that we read: which question brings which rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sverka.systems.bitrix24 import read
from sverka.systems.bitrix24.directory import ENTITY_TYPES, Directory
from sverka.systems.bitrix24.question import Dialect, Question
from sverka.systems.bitrix24.walk import PAGE

_USERS = Dialect(id_field="ID", filter_key="FILTER", sort_key="sort")
_ITEM = "crm.item.list"
_IDS_IN_QUESTION = PAGE - 1
"""One less than a page, so that the page is short and ends the walk."""

_OWNERS_IN_QUESTION = 200
"""The portal parses a command as a form, and PHP reads no more than 1,000 variables of one."""


def questions(family: str, since: datetime | None, directory: Directory) -> list[Question]:
    """Return what has to be walked for a family: `deals`, `clients`, `products` or `users`. Raises KeyError for another."""
    if family == "users":
        return [_users()]
    return {"deals": _deals, "clients": _clients, "products": _products}[family](since, directory)


def deals_by_id(ids: Sequence[str], directory: Directory) -> list[Question]:
    """Return the questions for given deals."""
    return [
        _deal_question(f"deals{number}x", directory, None, {"@id": [int(each) for each in group]})
        for number, group in enumerate(_groups(ids, _IDS_IN_QUESTION))
    ]


def lines_of(deal_ids: Sequence[str], expected_rows: int) -> list[Question]:
    """Return the questions for the product rows of given deals, of which there will be about `expected_rows`."""
    return [
        Question(
            f"lines{number}x", "crm.item.productrow.list", ("productRows",), read.deal_line,
            filter={"=ownerType": "D", "=ownerId": [int(each) for each in group]}, owner_field="ownerId",
            expected_rows=expected_rows * len(group) // len(deal_ids),
        )
        for number, group in enumerate(_groups(deal_ids, _OWNERS_IN_QUESTION))
    ]  # fmt: skip


def _deals(since: datetime | None, directory: Directory) -> list[Question]:
    return [_deal_question("deals", directory, since, {})]


def _deal_question(name: str, directory: Directory, since: datetime | None, narrower: dict[str, object]) -> Question:
    custom = tuple(info.name for info in directory.layout["deal"].values())
    return Question(
        name, _ITEM, ("items",), partial(read.deal, layout=directory.layout),
        filter={"isRecurring": "N", **narrower},  # a recurring deal is a template, not a deal
        select=(*read.DEAL_FIELDS, *custom),
        params={"entityTypeId": ENTITY_TYPES["deal"], "useOriginalUfNames": "Y"},
        since=since,
    )  # fmt: skip


def _clients(since: datetime | None, directory: Directory) -> list[Question]:
    own_entities_apart = {"isMyCompany": "N"}
    return [
        Question(
            kind_of_rows, _ITEM, ("items",), partial(parse, layout=directory.layout), filter=narrower,
            # phones and mails come with `*` only; whether custom fields do too is not documented
            select=("*", *(info.name for info in directory.layout[kind].values())),
            params={"entityTypeId": ENTITY_TYPES[kind], "useOriginalUfNames": "Y"}, since=since, ext_prefix=prefix,
        )
        for kind_of_rows, kind, parse, narrower, prefix in (
            ("companies", "company", read.company, own_entities_apart, "client:"),
            ("contacts", "contact", read.contact, {}, "contact:"),
        )
    ]  # fmt: skip


def _products(since: datetime | None, directory: Directory) -> list[Question]:
    return [
        Question(
            f"products{catalog}x", "catalog.product.list", ("products",), read.product, filter={"iblockId": catalog},
            select=read.PRODUCT_FIELDS, witness_select=("id", "iblockId"), since=since, moved_field="timestampX",
        )
        for catalog in directory.catalogs
    ]  # fmt: skip


def _users() -> Question:
    """Users are few and always read in full: a date that `user.get` does not understand would look like "no change"."""
    return Question("users", "user.get", (), read.user, select=read.USER_FIELDS, witness_select=("ID",), dialect=_USERS)


def _groups(ids: Sequence[str], size: int) -> list[Sequence[str]]:
    in_order = sorted(set(ids), key=int)
    return [in_order[start : start + size] for start in range(0, len(in_order), size)]
