"""Rows of leads, deals, contacts and companies: making, changing, deleting, and the stamps that each leaves.

Three clocks move apart: `DATE_MODIFY` on an edit, `MOVED_TIME` on a change of stage, `LAST_ACTIVITY_TIME` on an
activity. A change that changes nothing moves none of them. A deleted row leaves no trace.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sandbox.systems.bitrix24.calls import Actor
from sandbox.systems.bitrix24.crm import custom, lines, stages
from sandbox.systems.bitrix24.crm.objects import COMPANY, CONTACT, DEAL, OBJECT_TYPES, ObjectType
from sandbox.systems.bitrix24.data.tables import Row
from sandbox.systems.bitrix24.state import State
from sandbox.systems.bitrix24.wire import moments
from sandbox.systems.bitrix24.wire.errors import access_denied, invalid_value, not_found, unknown_type, unsupported_type

_OLD_INVOICE = 5
_LINKS = {CONTACT.type_id: ("COMPANY_ID", "COMPANY_IDS"), DEAL.type_id: ("CONTACT_ID", "CONTACT_IDS")}
_TARGETS = {"COMPANY_ID": COMPANY, "COMPANY_IDS": COMPANY, "CONTACT_ID": CONTACT, "CONTACT_IDS": CONTACT}
_WORDS = {"lead": "Лид", "deal": "Сделка", "contact": "Контакт", "company": "Компания"}


def object_type(type_id: int | None) -> ObjectType:
    """Return the object type of an `entityTypeId`; refuse what the portal does not have."""
    if type_id == _OLD_INVOICE:
        raise unsupported_type()
    kind = None if type_id is None else OBJECT_TYPES.get(type_id)
    if kind is None:
        raise unknown_type()
    return kind


def visible(actor: Actor, row: Row) -> bool:
    """Say whether the actor may see a row of the CRM."""
    return not actor.own_rows_only or row.get("ASSIGNED_BY_ID") == actor.user_id


def find(state: State, actor: Actor, kind: ObjectType, row_id: int | None) -> Row:
    """Return a row; refuse one that does not exist or that the actor may not see."""
    row = state.objects[kind.type_id].get(row_id)
    if row is None:
        raise not_found()
    if not visible(actor, row):
        raise access_denied()
    return row


def create(state: State, kind: ObjectType, fields: dict[str, Any], by: int, now: int) -> Row:
    """Make a row of kept values and fill in what the portal fills in; write the history of stages."""
    row = _defaults(kind, by, now) | custom.defaults(state, kind)
    changes = dict(fields)
    _relate(state, kind, row, changes)
    if kind.stage:
        stages.settle(state, kind, row, changes)
    row |= {name: value for name, value in changes.items() if value is not None}
    state.objects[kind.type_id].add(row)
    _name(kind, row)
    if kind.stage:
        stages.record(state, kind, row, stages.CREATED, now)
    return row


def update(state: State, kind: ObjectType, row: Row, fields: dict[str, Any], by: int, now: int) -> bool:
    """Change a row; say whether anything changed. Stamps move only if it did."""
    changes = dict(fields)
    _relate(state, kind, row, changes)
    if kind.stage:
        stages.settle(state, kind, row, changes)
    lines.keep_sum(state, kind, row, changes)
    changes = {name: value for name, value in changes.items() if not _same(name, row.get(name), value)}
    if not changes:
        return False
    moved = kind.stage in changes
    if changes.get("CLOSED") == "Y" and "CLOSEDATE" not in changes:
        changes["CLOSEDATE"] = moments.day_of(now)
    _write(row, changes | {"DATE_MODIFY": now, "MODIFY_BY_ID": by})
    if moved:
        _write(row, {"MOVED_TIME": now, "MOVED_BY_ID": by})
        stages.record_move(state, kind, row, refunnelled="CATEGORY_ID" in changes, now=now)
    return True


def delete(state: State, kind: ObjectType, row: Row) -> None:
    """Delete a row with all that belongs to it, and take it out of the rows that point to it."""
    row_id = row["ID"]
    state.lines.delete_owned(kind.abbreviation, row_id)
    state.comments.delete_owned(kind.word, row_id)
    state.activities.delete_owned(kind.type_id, row_id)
    state.requisites.delete_owned(kind.type_id, row_id)
    state.order_links.delete_owned(kind.type_id, row_id)
    if kind.stage:
        state.histories[kind.type_id].delete_owned(row_id)
    state.objects[kind.type_id].delete(row_id)
    _unlink(state, kind, row_id)


def touch_activity(state: State, type_id: int, row_id: int, by: int, now: int) -> None:
    """Note that something happened in a row's timeline; only the clock of activities moves."""
    row = state.objects[type_id].get(row_id) if type_id in state.objects else None
    if row is not None:
        row |= {"LAST_ACTIVITY_TIME": now, "LAST_ACTIVITY_BY": by}


def _defaults(kind: ObjectType, by: int, now: int) -> Row:
    people = {"ASSIGNED_BY_ID": by, "CREATED_BY_ID": by, "MODIFY_BY_ID": by, "LAST_ACTIVITY_BY": by, "OPENED": "Y"}
    row: Row = people | {"DATE_CREATE": now, "DATE_MODIFY": now, "LAST_ACTIVITY_TIME": now}
    if kind.stage:
        row |= {"MOVED_TIME": now, "MOVED_BY_ID": by, "CURRENCY_ID": "RUB", "IS_MANUAL_OPPORTUNITY": "N"}
    if kind is DEAL:
        today = moments.day_of(now)
        week_later = (date.fromisoformat(today) + timedelta(days=7)).isoformat()
        flags = dict.fromkeys(("IS_NEW", "IS_RECURRING", "IS_RETURN_CUSTOMER", "IS_REPEATED_APPROACH"), "N")
        row |= flags | {"CATEGORY_ID": 0, "BEGINDATE": today, "CLOSEDATE": week_later}
    if kind.communications:
        row |= {"HAS_PHONE": "N", "HAS_EMAIL": "N"}
    if kind is COMPANY:
        row |= {"IS_MY_COMPANY": "N"}
    return row


def _name(kind: ObjectType, row: Row) -> None:
    name = "NAME" if kind is CONTACT else "TITLE"
    if not row.get("TITLE") and not row.get("NAME") and not row.get("LAST_NAME"):
        row[name] = f"{_WORDS[kind.word]} #{row['ID']}"


def _relate(state: State, kind: ObjectType, row: Row, changes: dict[str, Any]) -> None:
    """Check that what the row will point to exists, and keep the primary link and the list of links in step."""
    if "ASSIGNED_BY_ID" in changes and state.users.get(changes["ASSIGNED_BY_ID"]) is None:
        raise invalid_value("ASSIGNED_BY_ID")
    if kind.type_id in _LINKS:
        _keep_links_in_step(*_LINKS[kind.type_id], row, changes)
    for name, target in _TARGETS.items():
        value = changes.get(name)
        for each in value if isinstance(value, list) else [value]:
            if each and state.objects[target.type_id].get(each) is None:
                raise invalid_value(name)


def _keep_links_in_step(single: str, several: str, row: Row, changes: dict[str, Any]) -> None:
    if several in changes:
        ids = list(dict.fromkeys(changes[several] or ()))
        primary = next((each for each in (changes.get(single), row.get(single), *ids) if each in ids), None)
        changes |= {several: ids or None, single: primary}
    elif single in changes:
        others = [each for each in row.get(several, []) if each not in {row.get(single), changes[single]}]
        changes[several] = ([changes[single]] if changes[single] else []) + others or None


def _unlink(state: State, kind: ObjectType, row_id: int) -> None:
    if kind not in {CONTACT, COMPANY}:
        return
    for client in [
        row for row in state.order_clients if (row["ENTITY_TYPE_ID"], row["ENTITY_ID"]) == (kind.type_id, row_id)
    ]:
        state.order_clients.delete(client["ID"])
    single, several = f"{kind.word.upper()}_ID", f"{kind.word.upper()}_IDS"
    for table in state.objects.values():
        for row in table:
            if row_id in row.get(several, ()):
                _write(row, {several: [each for each in row[several] if each != row_id] or None})
            if row.get(single) == row_id:
                _write(row, {single: next(iter(row.get(several, ())), None)})


def _write(row: Row, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        if value is None:
            row.pop(name, None)
        else:
            row[name] = value


def _same(name: str, old: Any, new: Any) -> bool:
    """Say whether two kept values are one; all empty values are, but an unset custom number is not zero."""
    empty: tuple[Any, ...] = (None, "", []) if name.startswith("UF_") else (None, "", [], 0)
    return old == new or (old in empty and new in empty)
