"""The tables of the mirror: one for each type of row, derived from its fields.

What we remember besides the mirror stands in `ledgers.py`; both lie in one `metadata`. A change here needs a migration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any, get_type_hints

from sqlalchemy import BigInteger, Boolean, Column, Index, MetaData, Table, Text, UniqueConstraint
from sqlalchemy.types import TypeEngine

from sverka.domain.rows import Row
from sverka.domain.tables import TABLES
from sverka.store.columns import ROW_KEY, Day, Json, UtcDateTime

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

_LOOKED_UP: Mapping[str, tuple[str, ...]] = {
    "deal": ("stage_id", "company_id", "contact_id"),
    "deal_line": ("deal_id",),
    "client": ("name", "birthday", "works_for"),
    "requisite": ("client_key", "inn"),
    "product": ("article", "name"),
    "crm_user": ("name",),
    "activity": ("owner",),
    "crm_task": ("deal_id", "mark"),
    "shop_order": ("deal_id",),
    "shop_order_line": ("order_id",),
    "ledger_order": ("deal_mark", "number"),
    "ledger_order_line": ("order_id",),
    "reserve": ("order_id", "deal_mark"),
    "reserve_line": ("reserve_id",),
    "shipment": ("order_id", "deal_mark"),
    "shipment_line": ("shipment_id",),
    "stock": ("good_id",),
    "payment_link": ("order_id",),
    "good": ("article", "name"),
    "partner": ("name", "client_mark"),
    "employee": ("name",),
    "reference": ("name",),
    "counterparty": ("inn", "partner_id"),
    "contract": ("counterparty_id", "partner_id"),
    "terms": ("partner_id",),
    "debt": ("counterparty_id", "partner_id", "document_id"),
    "advance": ("counterparty_id", "partner_id"),
    "settled": ("counterparty_id", "partner_id"),
    "receipt": ("counterparty_id",),
}
"""Table → fields by which rows are looked for, besides their own ids."""

_TYPES: Mapping[Any, tuple[TypeEngine[Any] | type[TypeEngine[Any]], bool]] = {
    str: (Text, False),
    int: (BigInteger, False),
    int | None: (BigInteger, True),
    bool: (Boolean, False),
    datetime: (UtcDateTime, False),
    datetime | None: (UtcDateTime, True),
    date | None: (Day, True),
    Mapping[str, str]: (Json, False),
}
"""Annotation of a field → type of its column, and whether it may be missing."""


def field_names(row_type: type[Row]) -> tuple[str, ...]:
    """Return the fields of a type of row, which are also its columns."""
    return tuple(field.name for field in fields(row_type))


def _mirror_table(row_type: type[Row]) -> Table:
    hints = get_type_hints(row_type)
    columns = [Column(name, _TYPES[hints[name]][0], nullable=_TYPES[hints[name]][1]) for name in field_names(row_type)]
    name = row_type.table
    return Table(
        name,
        metadata,
        Column("key", ROW_KEY, primary_key=True),
        Column("company", Text, nullable=False),
        *columns,
        Column("changed_run", BigInteger, nullable=False),
        UniqueConstraint("company", "ext_id"),
        Index(f"ix_{name}_changed_run", "changed_run"),
        *(Index(f"ix_{name}_{column}", "company", column) for column in _LOOKED_UP.get(name, ())),
        sqlite_autoincrement=True,  # a key that was given once is never given again
    )


MIRROR: Mapping[type[Row], Table] = {row_type: _mirror_table(row_type) for row_type in TABLES}
"""Type of row → its table. `key` is our own, `changed_run` the run that last wrote the row."""
