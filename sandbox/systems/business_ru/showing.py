"""How rows look in an answer, with what a GET may ask to be nested in them."""

from __future__ import annotations

from typing import Any

from sandbox.systems.business_ru.books import Books, Row, in_place
from sandbox.systems.business_ru.calls import Call
from sandbox.systems.business_ru.models.catalogue import MODELS
from sandbox.systems.business_ru.models.shape import Field, Model
from sandbox.systems.business_ru.php import is_index
from sandbox.systems.business_ru.stock import stock_of
from sandbox.systems.business_ru.values import show_quantity

Shown = dict[str, Any]

_ROUBLE = {"id": "1", "model": "currencies", "name": "Российский рубль", "short_name": "руб."}


def show_row(model: Model, row: Row) -> Shown:
    """Return the fields of a row in the ledger's own notation."""
    return {one.name: _show(one, row[one.name]) for one in model.fields}


def _show(field: Field, value: Any) -> Any:
    return None if value is None else field.kind.show(value)


def show_page(books: Books, call: Call, rows: list[Row]) -> list[Shown]:
    """Return the rows of one page with all that the call wants to see in them."""
    model = MODELS[call.model]
    return [show_row(model, row) | _nested(books, call, model, row) for row in rows]


def describe(model: Model) -> Shown:
    """Return the fields of a model as `help=1` shows them."""
    return {"name": model.name, "title": model.title, "params": {one.name: _describe(one) for one in model.fields}}


def _describe(field: Field) -> Shown:
    facts = {"type": field.kind.word, "required": "post" if field.needed else "", "model": field.target}
    return {name: fact for name, fact in facts.items() if fact}


def _nested(books: Books, call: Call, model: Model, row: Row) -> Shown:
    shown: Shown = {}
    if call.wants("with_additional_fields"):
        shown |= {name: value for name, value in row.items() if is_index(name)}
    if call.wants("extended"):
        shown |= {one.name.removesuffix("_id"): _reference(books, one, row) for one in model.fields if one.is_reference}
    if call.wants("with_goods") and model.lines:
        shown["goods"] = _lines(books, MODELS[model.lines], row)
    if call.text("extend") == "partnercontactinfo" and model.name == "partners":
        shown["partnercontactinfo"] = _rows_of(books, "partnercontactinfo", "partner_id", row)
    if call.wants("with_remains") and model.name == "goods":
        shown["remains"] = _remains(books, row, call.members("store_ids"))
    if call.wants("with_prices") and model.name == "goods":
        shown["prices"] = _prices(books, row, call.members("type_price_ids"))
    return shown


def _lines(books: Books, lines: Model, row: Row) -> list[Shown]:
    return _rows_of(books, lines.name, lines.header, row)


def _rows_of(books: Books, model: str, reference: str, row: Row) -> list[Shown]:
    return [show_row(MODELS[model], one) for one in in_place(books.rows_where(model, reference, row["id"]))]


def _reference(books: Books, field: Field, row: Row) -> Shown | None:
    target = books.tables[field.target].rows.get(row[field.name])
    return {"id": target["id"], "name": _title(target)} if target else None


def _title(row: Row) -> str | None:
    if "last_name" in row:
        return " ".join(filter(None, (row["last_name"], row["first_name"], row["middle_name"])))
    return row.get("name") or row.get("number")


def _named(books: Books, model: str, row_id: str) -> Shown:
    return {"id": row_id, "model": model, "name": books.tables[model].rows[row_id]["name"]}


def _remains(books: Books, good: Row, stores: tuple[str, ...]) -> list[Shown]:
    return [
        {
            "store": _named(books, "stores", stock["store_id"]),
            "amount": {
                "total": show_quantity(stock["amount"]),
                "reserved": show_quantity(stock["reserved"]),
                "remains_min": None if stock["remains_min"] is None else show_quantity(stock["remains_min"]),
            },
        }
        for stock in stock_of(books, good["id"], stores)
    ]


def _prices(books: Books, good: Row, kinds: tuple[str, ...]) -> list[Shown]:
    prices = books.rows_where("currentprices", "good_id", good["id"])
    return [_price(books, one) for one in prices if not kinds or one["price_type_id"] in kinds]


def _price(books: Books, price: Row) -> Shown:
    kind = books.tables["salepricetypes"].rows[price["price_type_id"]]
    organization = _named(books, "organizations", kind["organization_id"])
    return {
        "price_type": _named(books, "salepricetypes", kind["id"]) | {"organization": organization, "currency": _ROUBLE},
        "measure_id": price["measure_id"],
        # Here, and only here, the vendor writes money without needless digits: 950.
        "price": show_quantity(price["price"] * 10),
    }
