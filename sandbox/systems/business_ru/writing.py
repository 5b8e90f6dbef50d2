"""POST, PUT and DELETE: parameters are read and checked by the table of models, then entered into the books.

Unknown parameters are ignored; a numeric name is an additional field. DELETE moves a row to the trash.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.systems.business_ru import values
from sandbox.systems.business_ru.books import Books, Row
from sandbox.systems.business_ru.calls import Call
from sandbox.systems.business_ru.errors import Refusal
from sandbox.systems.business_ru.filters import parsed
from sandbox.systems.business_ru.laws.entry import Clerk
from sandbox.systems.business_ru.models.catalogue import MODELS
from sandbox.systems.business_ru.models.shape import Field, Model, Preset
from sandbox.systems.business_ru.php import Params, is_index


def write(clerk: Clerk, call: Call) -> Row:
    """Carry out a POST, PUT or DELETE and return the row; raises Refusal with nothing done."""
    row = None if call.verb == "POST" else _row_of(clerk.books, call)
    if call.verb == "DELETE":
        return clerk.enter(call.model, row, {"deleted": True})
    given = dict(_given(clerk.books, call, row))
    _check_needed(MODELS[call.model], row, given)
    if call.model == "comments":
        _check_document(clerk.books, {**(row or {}), **given})
    return clerk.enter(call.model, row, given if row else given | _presets(clerk, MODELS[call.model], given))


def _row_of(books: Books, call: Call) -> Row:
    row = books.row(call.model, call.text("id"))
    if row is None:
        raise Refusal(f"Запись не найдена: {call.model} {call.text('id') or ''}".rstrip())
    return row


def _given(books: Books, call: Call, row: Row | None) -> Iterator[tuple[str, Any]]:
    fields = MODELS[call.model].by_name
    for name, value in call.params.items():
        if name in fields and not fields[name].computed:
            read = _read(fields[name], value)
            if row is None or row[name] != read:
                _check_reference(books, fields[name], read)
            if row is not None or read is not None:
                yield name, read
        elif is_index(name) and isinstance(value, str):
            yield name, value or None


def _read(field: Field, value: str | Params) -> Any:
    if field.kind is values.IDENTIFIERS and isinstance(value, dict):
        return tuple(one for item in value.values() if isinstance(item, str) for one in parsed(field, item))
    if not isinstance(value, str):
        raise Refusal(f"Неверное значение параметра {field.name}")
    read = parsed(field, value)
    if field.least is not None and read is not None and read < field.least:
        raise Refusal(f"Неверное значение параметра {field.name}: {value[:64]}")
    return read


def _check_reference(books: Books, field: Field, value: Any) -> None:
    for row_id in value if isinstance(value, tuple) else (value,):
        if field.target and row_id is not None and books.row(field.target, row_id) is None:
            raise Refusal(f"Неизвестная ссылка {field.name}: {field.target} {row_id}")


def _check_needed(model: Model, row: Row | None, given: Row) -> None:
    for field in model.fields:
        missing = given.get(field.name) in (None, ()) if row is None or field.name in given else False
        if field.needed and missing:
            raise Refusal(f"Не заполнено обязательное поле {field.name}")


def _check_document(books: Books, comment: Row) -> None:
    known = comment["model_name"] in MODELS
    if not known or books.row(comment["model_name"], str(comment["document_id"])) is None:
        raise Refusal(f"Неизвестная ссылка document_id: {comment['model_name']} {comment['document_id']}")


def _presets(clerk: Clerk, model: Model, given: Row) -> Row:
    left_out = (one for one in model.fields if isinstance(one.preset, Preset) and one.name not in given)
    return {one.name: _preset(clerk, model, one) for one in left_out}


def _preset(clerk: Clerk, model: Model, field: Field) -> str | None:
    if field.preset is Preset.NOW:
        return clerk.now
    if field.preset is Preset.NEXT_NUMBER:
        return clerk.books.next_number(model.name)
    return next((row["id"] for row in clerk.books.rows(field.target) if row["default"]), None)
