"""POST, PATCH, PUT and DELETE of objects, Post and Unpost of documents (contract §4.1–4.3).

What nobody knows is passed over in silence, what is too long is cut; what 1C raises is refused with nothing done.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.systems.onec.base import Base, Row, Work
from sandbox.systems.onec.calls import Call
from sandbox.systems.onec.errors import ODataError, bad_value, no_method, no_segment, not_allowed, raised
from sandbox.systems.onec.laws.entry import enter, numbered
from sandbox.systems.onec.laws.posting import check_posting, post, unpost
from sandbox.systems.onec.model import kinds
from sandbox.systems.onec.model.kinds import Ignored
from sandbox.systems.onec.model.shape import Field, Resource, Section, What
from sandbox.systems.onec.query.virtual import unquoted
from sandbox.systems.onec.reading import found_by_key, published
from sandbox.systems.onec.switches import IF_MATCH, LOCKED, REFUSES_WRITING, TAKES_KEYS

_LOCKED = "Конфликт блокировок при выполнении транзакции: объект заблокирован другим пользователем или сеансом"
_OPERATIONAL = "PostingModeOperational"


@dataclass(frozen=True)
class Written:
    """What a write did. row: None when it is gone. payload: what the journal tells."""

    resource: Resource
    row: Row | None
    payload: dict[str, Any]
    created: bool = False
    silent: bool = False
    """Whether the answer bears no body: posting and what is gone."""


def write(work: Work, call: Call) -> Written:
    """Carry out a write; raises ODataError with nothing done."""
    head, *rest = call.segments
    resource = published(work, head.name)
    if head.inner is None:
        return _create(work, call, resource, bare=not rest)
    if not resource.is_object or len(rest) > 1:
        raise not_allowed(call.verb) if not rest else no_segment(rest[-1].name)
    row = found_by_key(work, resource, head.inner)
    if rest:
        return _command(work, call, resource, row)
    if call.verb not in ("PATCH", "PUT", "DELETE"):
        raise not_allowed(call.verb)
    _check_hold(work, call, row)
    return _delete(work, resource, row) if call.verb == "DELETE" else _change(work, call, resource, row)


def _create(work: Work, call: Call, resource: Resource, *, bare: bool) -> Written:
    if resource.what is What.ROWS:
        raise ODataError(400, 13, "Непосредственное создание строк табличной части запрещено")
    if call.verb != "POST" or not bare or not resource.is_object:
        raise not_allowed(call.verb)
    body = _body(call)
    changes = _given(resource, body)
    _check_handlers(work)
    own = _own_key(work.base, resource, body) if work.switches[TAKES_KEYS] else {}
    row = enter(work.base, resource, None, changes | own, work.now)
    return Written(resource, row, {**body, "Ref_Key": row["Ref_Key"]}, created=True)


def _change(work: Work, call: Call, resource: Resource, row: Row) -> Written:
    body = _body(call)
    changes = _given(resource, body)
    if call.verb == "PUT":
        changes = _blank(resource, row) | changes
    if changes.get("DeletionMark") and row.get("Posted"):
        raise raised("Нельзя пометить на удаление проведенный документ!")
    _check_handlers(work)
    enter(work.base, resource, row, changes, work.now)
    return Written(resource, row, {**body, "Ref_Key": row["Ref_Key"]})


def _delete(work: Work, resource: Resource, row: Row) -> Written:
    if row.get("Posted"):
        unpost(work.base, resource.name, row, work.now)
    del work.base.tables[resource.name][row["Ref_Key"]]
    return Written(resource, None, {"Ref_Key": row["Ref_Key"]}, silent=True)


def _command(work: Work, call: Call, resource: Resource, row: Row) -> Written:
    (command,) = call.segments[1:]
    if command.name not in resource.functions:
        raise no_method(command.name)
    if call.verb != "POST":
        raise not_allowed(call.verb)
    _check_hold(work, call, row)
    if command.name == "Unpost":
        unpost(work.base, resource.name, row, work.now)
    else:
        said = call.option(_OPERATIONAL) or (command.inner or "").partition("=")[2]
        check_posting(resource.name, row, work.switches, operational=unquoted(said.strip()).lower() == "true")
        post(work.base, resource.name, row, work.now)
    return Written(resource, row, {"Ref_Key": row["Ref_Key"]}, silent=True)


def _check_hold(work: Work, call: Call, row: Row) -> None:
    said = call.headers.get("if-match", "").removeprefix("W/").strip('"')
    if work.switches[IF_MATCH] == "enforce" and said not in ("", "*", row["DataVersion"]):
        raise ODataError(412, -1, "Версия данных объекта не соответствует указанной в заголовке If-Match")
    if row["Ref_Key"] in work.switches[LOCKED]:
        raise raised(_LOCKED)


def _check_handlers(work: Work) -> None:
    if work.switches[REFUSES_WRITING]:
        words = work.switches[REFUSES_WRITING]
        raise raised(f"Ошибка при выполнении обработчика - 'ПередЗаписью': {words}")


def _body(call: Call) -> dict[str, Any]:
    if "atom" in call.headers.get("content-type", ""):
        raise ODataError(400, 3, "Представление тела запроса не поддерживается")
    try:
        body = json.loads(call.body, parse_float=Decimal)
    except ValueError:
        raise raised("Ошибка при чтении JSON") from None
    if not isinstance(body, dict):
        raise ODataError(400, 2, "Неверный формат тела запроса")
    return body


def _own_key(base: Base, resource: Resource, body: Mapping[str, Any]) -> Row:
    if "Ref_Key" not in body:
        return {}
    key = kinds.guid(body["Ref_Key"])
    if base.row(resource.name, key) is not None:
        raise ODataError(400, 15, f'Сущность "{resource.name}" с таким ключом уже существует')
    return {"Ref_Key": key}


def _blank(resource: Resource, row: Row) -> Row:
    """Return the empty values of all that a caller may write."""
    empty: Row = {section.name: [] for section in resource.sections}
    for one in resource.fields:
        if not one.computed and one.name not in ("Number", "Date", "Code"):
            empty |= one.empty()
    return empty | {name: row[name] for name in ("DeletionMark",)}


def _given(resource: Resource, body: Mapping[str, Any]) -> Row:
    changes = dict(_values(resource.by_prop, body))
    for section in resource.sections:
        if section.name in body:
            changes[section.name] = _lines(section, body[section.name])
    return changes


def _values(fields: Mapping[str, Field], body: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for prop, one in fields.items():
        if prop not in body or one.computed:
            continue
        try:
            yield from _value(one, body).items()
        except Ignored:
            continue


def _value(one: Field, body: Mapping[str, Any]) -> Row:
    said = body[one.prop]
    if one.is_composite:
        return _composite(one, said, body.get(one.type_prop))
    if said is None:
        return one.empty()
    value = one.kind.read(said)
    if one.members and value and value not in one.members:
        raise bad_value(one.prop)
    return {one.prop: value[: one.length] if one.length else value}


def _composite(one: Field, said: Any, of_type: Any) -> Row:
    if said in ("", None, kinds.EMPTY_REF) or of_type == kinds.UNDEFINED:
        return one.empty()
    if not isinstance(of_type, str):
        raise Ignored
    if of_type.removeprefix("StandardODATA.") not in one.targets:
        raise bad_value(one.type_prop)
    return {one.prop: kinds.guid(said), one.type_prop: of_type}


def _lines(section: Section, said: Any) -> list[Row]:
    if not isinstance(said, list) or not all(isinstance(line, dict) for line in said):
        raise ODataError(400, 2, "Неверный формат тела запроса")
    if any("LineNumber" not in line for line in said):
        raise raised(f'Не указан номер строки табличной части "{section.name}"')
    if [str(line["LineNumber"]) for line in said] != [str(number) for number in range(1, len(said) + 1)]:
        raise ODataError(400, 4, f'Неверная последовательность номеров строк табличной части "{section.name}"')
    own = {one.prop: one for one in section.own}
    return numbered((dict(_values(own, line)) for line in said), section.fields)
