"""All that the portal holds: plain data, copied whole when the sandbox remembers its start and goes back to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sandbox.systems.bitrix24.data.fields import Field
from sandbox.systems.bitrix24.data.tables import Table


class Stage(NamedTuple):
    """What a stage's code means. `semantics`: P in work, S won, F lost."""

    category: int
    semantics: str


class Funnel(NamedTuple):
    """A funnel of the company's YAML on this portal. `codes`: names of stages, `won` and `lost` → codes."""

    category: int
    codes: dict[str, str]


@dataclass
class Usage:
    """What the limiter remembers.

    buckets: source address → (requests in the bucket, moment). baskets: (user id, method) → [minute, first call, ms].
    """

    buckets: dict[str, tuple[float, float]] = field(default_factory=dict)
    baskets: dict[tuple[int, str], list[tuple[int, float, int]]] = field(default_factory=dict)


def _object_tables() -> dict[int, Table]:
    """Give each type ids of its own range: on a portal that has lived, the id of a deal is seldom one of a client."""
    return {
        type_id: Table(first_id=first, stamp_key="DATE_MODIFY")
        for type_id, first in ((1, 71), (2, 1001), (3, 401), (4, 201))
    }


def _histories() -> dict[int, Table]:
    return {type_id: Table(first_id=7001, owner_keys=("OWNER_ID",)) for type_id in (1, 2)}


def _currencies() -> list[dict[str, Any]]:
    """Roubles, and nothing else: what a Russian portal has before anybody adds more."""
    look = {
        "FORMAT_STRING": "# &#8381;",
        "DEC_POINT": ".",
        "THOUSANDS_SEP": "&nbsp;",
        "DECIMALS": "2",
        "DATE_UPDATE": None,
    }
    rate = {"AMOUNT_CNT": "1", "AMOUNT": "1.0000", "SORT": "100", "BASE": "Y"}
    return [{"CURRENCY": "RUB", **rate, "FULL_NAME": "Российский рубль", "LID": "ru", **look}]


def _presets() -> Table:
    """Make the forms of requisites that every portal in Russia begins with."""
    table = Table()
    for name, xml_id in (
        ("Организация", "#CRM_REQUISITE_PRESET_DEF_RU_COMPANY#"), ("ИП", "#CRM_REQUISITE_PRESET_DEF_RU_INDIVIDUAL#"),
        ("Физ. лицо", "#CRM_REQUISITE_PRESET_DEF_RU_PERSON#"),
    ):  # fmt: skip
        table.add({"ENTITY_TYPE_ID": 8, "COUNTRY_ID": 1, "NAME": name, "XML_ID": xml_id, "ACTIVE": "Y", "SORT": 500})
    return table


@dataclass
class State:
    """The portal's tables and directories.

    objects, histories, custom, stages: by `entityTypeId`. custom: fields by their original names. funnels: by YAML key.
    """

    users: Table = field(default_factory=Table)
    departments: Table = field(default_factory=Table)
    objects: dict[int, Table] = field(default_factory=_object_tables)
    histories: dict[int, Table] = field(default_factory=_histories)
    custom: dict[int, dict[str, Field]] = field(default_factory=lambda: {1: {}, 2: {}, 3: {}, 4: {}})
    stages: dict[int, dict[str, Stage]] = field(default_factory=lambda: {1: {}, 2: {}})
    funnels: dict[str, Funnel] = field(default_factory=dict)
    categories: list[dict[str, Any]] = field(default_factory=list)
    currencies: list[dict[str, Any]] = field(default_factory=_currencies)
    statuses: Table = field(default_factory=lambda: Table(first_id=101))
    user_fields: Table = field(default_factory=lambda: Table(first_id=301))
    lines: Table = field(default_factory=lambda: Table(first_id=5001, owner_keys=("OWNER_TYPE", "OWNER_ID")))
    comments: Table = field(default_factory=lambda: Table(first_id=901, owner_keys=("ENTITY_TYPE", "ENTITY_ID")))
    activities: Table = field(
        default_factory=lambda: Table(first_id=1201, stamp_key="LAST_UPDATED", owner_keys=("OWNER_TYPE_ID", "OWNER_ID"))
    )
    tasks: Table = field(default_factory=lambda: Table(first_id=3701, stamp_key="CHANGED_DATE"))
    notifications: Table = field(default_factory=lambda: Table(first_id=12001))
    products: Table = field(default_factory=lambda: Table(first_id=451, stamp_key="TIMESTAMP_X"))
    stores: Table = field(default_factory=Table)
    store_products: Table = field(default_factory=Table)
    orders: Table = field(default_factory=lambda: Table(first_id=236, stamp_key="DATE_UPDATE"))
    basket_items: Table = field(
        default_factory=lambda: Table(first_id=6_701, stamp_key="DATE_UPDATE", owner_keys=("ORDER_ID",))
    )
    property_values: Table = field(default_factory=lambda: Table(first_id=1_514, owner_keys=("ORDER_ID",)))
    payments: Table = field(default_factory=lambda: Table(first_id=1_037, owner_keys=("ORDER_ID",)))
    shipments: Table = field(default_factory=lambda: Table(first_id=2_467, owner_keys=("ORDER_ID",)))
    order_clients: Table = field(default_factory=lambda: Table(first_id=901, owner_keys=("ORDER_ID",)))
    order_links: Table = field(default_factory=lambda: Table(owner_keys=("OWNER_TYPE_ID", "OWNER_ID")))
    requisites: Table = field(default_factory=lambda: Table(first_id=27, owner_keys=("ENTITY_TYPE_ID", "ENTITY_ID")))
    presets: Table = field(default_factory=_presets)
    addresses: Table = field(default_factory=Table)
    usage: Usage = field(default_factory=Usage)
    next_communication_id: int = 156
    next_option_id: int = 45
