"""Which rows a GET asks for: equality, sets, ranges (both ends included), and the filters that only one model has.

A parameter that is no field of the model is ignored, as the vendor ignores it: it filters nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from sandbox.systems.business_ru.books import Books, Row
from sandbox.systems.business_ru.calls import Call
from sandbox.systems.business_ru.errors import Refusal
from sandbox.systems.business_ru.models.catalogue import MODELS
from sandbox.systems.business_ru.models.shape import Field
from sandbox.systems.business_ru.php import Params, is_index
from sandbox.systems.business_ru.stock import stock_of

Test: TypeAlias = Callable[[Row], bool]

_OFF = frozenset({"", "0", "false"})


def find(books: Books, call: Call) -> list[Row]:
    """Return the rows that the call asks for, in no order; raises Refusal on a value that cannot be read."""
    rows = _candidates(books, call)
    for test in (*_field_tests(call), *_additional_tests(call), *_own_tests(books, call)):
        rows = filter(test, rows)
    return list(rows)


def parsed(field: Field, text: str) -> Any:
    """Read one value of a field; raises Refusal."""
    try:
        return field.kind.parse(text)
    except ValueError:
        raise Refusal(f"Неверное значение параметра {field.name}: {text[:64]}") from None


def _field_tests(call: Call) -> list[Test]:
    fields = MODELS[call.model].by_name
    tests = [_test(fields[name], value) for name, value in call.params.items() if name in fields]
    return tests if "deleted" in call.params else [*tests, _not_deleted]


def _not_deleted(row: Row) -> bool:
    return not row["deleted"]


def _test(field: Field, value: str | Params) -> Test:
    if _is_range(value):
        return _between(field, value)
    name, wanted = field.name, _wanted(field, value)
    return lambda row: row[name] in wanted


def _is_range(value: str | Params) -> bool:
    return isinstance(value, dict) and not value.keys().isdisjoint({"from", "to"})


def _wanted(field: Field, value: str | Params) -> frozenset[Any]:
    members = value.values() if isinstance(value, dict) else (value,)
    return frozenset(parsed(field, member) for member in members if isinstance(member, str))


def _between(field: Field, value: str | Params) -> Test:
    name = field.name
    low, high = (_bound(field, value, end) for end in ("from", "to"))

    def test(row: Row) -> bool:
        held = row[name]
        return held is not None and (low is None or held >= low) and (high is None or held <= high)

    return test


def _bound(field: Field, value: str | Params, end: str) -> Any:
    text = value.get(end, "") if isinstance(value, dict) else ""
    return parsed(field, text) if isinstance(text, str) and text else None


def _additional_tests(call: Call) -> list[Test]:
    return [_additional(name, value) for name, value in call.params.items() if is_index(name)]


def _additional(name: str, value: str | Params) -> Test:
    return lambda row: row.get(name) == (value or None)


def _candidates(books: Books, call: Call) -> Iterable[Row]:
    table, model = books.tables[call.model], MODELS[call.model]
    for name in ("id", *model.indexed):
        value = call.params.get(name)
        if value is not None and not _is_range(value):
            wanted = _wanted(model.by_name[name], value)
            ids = wanted if name == "id" else (row_id for one in wanted for row_id in table.index[name].get(one, ()))
            return [table.rows[row_id] for row_id in ids if row_id in table.rows]
    return table.rows.values()


def _own_tests(books: Books, call: Call) -> list[Test]:
    own = _OWN_FILTERS.get(call.model, {})
    return [own[name](books, call) for name in call.params if name in own and not _OFF.issuperset(call.members(name))]


def _partners_by_phone(books: Books, call: Call) -> Test:
    digits = call.members("phone")
    owners = {row["partner_id"] for row in books.rows("partnercontactinfo") if row["phone"] in digits}
    return lambda row: row["id"] in owners


def _partners_by_email(books: Books, call: Call) -> Test:
    emails, kind = call.members("email"), books.named("contactinfotypes", "Email")["id"]
    contacts = (row for row in books.rows("partnercontactinfo") if row["contact_info_type_id"] == kind)
    owners = {row["partner_id"] for row in contacts if row["contact_info"] in emails}
    return lambda row: row["id"] in owners


def _goods_in_groups(books: Books, call: Call) -> Test:
    groups = set(call.members("group_ids"))
    while children := {row["id"] for row in books.rows("groupsofgoods") if row["parent_id"] in groups} - groups:
        groups |= children
    return lambda row: row["group_id"] in groups


def _goods_with_remains(books: Books, call: Call) -> Test:
    stores = call.members("store_ids")
    return lambda row: sum(stock["amount"] for stock in stock_of(books, row["id"], stores)) > 0


def _goods_with_free_remains(books: Books, call: Call) -> Test:
    stores = call.members("store_ids")
    return lambda row: sum(stock["amount"] - stock["reserved"] for stock in stock_of(books, row["id"], stores)) > 0


_OWN_FILTERS: dict[str, dict[str, Callable[[Books, Call], Test]]] = {
    "partners": {"phone": _partners_by_phone, "email": _partners_by_email},
    "goods": {
        "group_ids": _goods_in_groups,
        "filter_positive_remains": _goods_with_remains,
        "filter_positive_free_remains": _goods_with_free_remains,
    },
}
