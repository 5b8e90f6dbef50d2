"""What a portal holds before anybody calls it: the company's YAML, and rows that a loader adds without a trace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sandbox import kit
from sandbox.systems.bitrix24.crm import communications, custom, entities, lines, staff, stages
from sandbox.systems.bitrix24.crm.objects import COMPANY, CONTACT, DEAL, ObjectType
from sandbox.systems.bitrix24.state import State
from sandbox.systems.bitrix24.wire import moments

Line = tuple[int, int, int]
"""(product id, quantity in thousandths, price in kopecks)"""

_TRUSTED = "trusted"


def new_state(setting: kit.Setting) -> State:
    """Return the portal of a company as its YAML describes it, without any rows of clients."""
    state, now = State(), moments.seconds(setting.clock.now())
    staff.build(state, setting.config, now)
    stages.build(state, setting.config.get("funnels", {}))
    custom.build(state, setting.config)
    state.stores.add({"TITLE": "Основной склад", "ACTIVE": "Y", "SORT": 100, "DATE_MODIFY": now})
    return state


def add_client(
    state: State,
    kind: ObjectType,
    fields: Mapping[str, Any],
    *,
    phone: str | None,
    email: str | None,
    trusted: bool,
    now: int,
) -> int:
    """Add a company or a contact; `trusted` is the YAML's custom field of that name, where it has one."""
    written = {"PHONE": phone, "EMAIL": email}
    entries = [communications.entry(state, type_id, value) for type_id, value in written.items() if value]
    known = {field.key for field in state.custom[kind.type_id].values()}
    flags = custom.from_words(state, kind, {_TRUSTED: trusted} if _TRUSTED in known else {})
    changes = dict(fields) | flags | (communications.flags(entries) if entries else {})
    return int(entities.create(state, kind, changes, staff_owner(state), now)["ID"])


def add_company(state: State, title: str, *, phone: str | None, email: str | None, trusted: bool, now: int) -> int:
    """Add a company and return its id."""
    return add_client(state, COMPANY, {"TITLE": title}, phone=phone, email=email, trusted=trusted, now=now)


def add_requisite(state: State, company_id: int, inn: str, kpp: str, now: int) -> int:
    """Add the requisites of a company, in the first form that there is, and return their id."""
    owner = {"ENTITY_TYPE_ID": COMPANY.type_id, "ENTITY_ID": company_id, "PRESET_ID": state.presets.ids[0]}
    written = {"NAME": "Организация", "ACTIVE": "Y", "RQ_INN": inn, "RQ_KPP": kpp, "DATE_CREATE": now}
    return int(state.requisites.add(owner | written)["ID"])


def add_contact(
    state: State,
    first_name: str,
    last_name: str,
    *,
    phone: str | None,
    email: str | None,
    company_id: int | None,
    birthdate: date | None,
    trusted: bool,
    now: int,
) -> int:
    """Add a contact and return its id."""
    fields: dict[str, Any] = {"NAME": first_name, "LAST_NAME": last_name}
    if company_id:
        fields["COMPANY_ID"] = company_id
    if birthdate:
        fields["BIRTHDATE"] = moments.parse_day(birthdate.isoformat())
    return add_client(state, CONTACT, fields, phone=phone, email=email, trusted=trusted, now=now)


def add_deal(
    state: State,
    *,
    title: str,
    funnel: str,
    stage: str,
    company_id: int | None,
    contact_id: int | None,
    responsible_id: int,
    rows: Iterable[Line],
    fields: Mapping[str, Any],
    originator_id: str | None,
    origin_id: str | None,
    created_at: datetime,
    moved_at: datetime | None,
) -> int:
    """Add a deal that was made at its funnel's first stage and moved once, if it stands at another."""
    category, codes = state.funnels[funnel]
    links = {"COMPANY_ID": company_id, "CONTACT_ID": contact_id, "ASSIGNED_BY_ID": responsible_id}
    origin = {"ORIGINATOR_ID": originator_id, "ORIGIN_ID": origin_id}
    written = {"TITLE": title, "CATEGORY_ID": category} | links | origin | custom.from_words(state, DEAL, fields)
    known = {name: value for name, value in written.items() if value is not None}
    deal = entities.create(state, DEAL, known, responsible_id, moments.seconds(created_at))
    for product_id, quantity_thousandths, price_kopecks in rows:
        row = {"PRODUCT_ID": product_id, "QUANTITY": quantity_thousandths, "PRICE": price_kopecks}
        lines.add(state, DEAL, deal["ID"], row)
    deal["OPPORTUNITY"] = lines.total_kopecks(state, DEAL, deal["ID"])
    moved = moments.seconds(moved_at or created_at)
    entities.update(state, DEAL, deal, {DEAL.stage: codes[stage]}, responsible_id, moved)
    return int(deal["ID"])


def staff_owner(state: State) -> int:
    """Return the id of the employee who made what nobody else did: the owner, or else the first."""
    words = {row["PERSON"]: row["ID"] for row in state.users}
    return int(words.get(staff.OWNER, state.users.ids[0]))
