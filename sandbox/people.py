"""Acting as a person of a company: what people do with deals in Bitrix24 and with orders in Бизнес.ру.

Everything goes over the vendors' real HTTP interfaces with the person's own credentials, and things are named as
people see them on the screen: «Интернет-магазин», «Резерв», «Дата отгрузки», «Выполнен».
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from sandbox.calls import Ledger, Portal, VendorError

DEAL, CONTACT, COMPANY = 2, 3, 4
Number = int | str | Decimal
Line = tuple[str, Number, Number]
"""A product's article or name, the quantity, the price of a piece in roubles."""


class Person:
    """One person of one company. `ready` is what the sandbox printed or returned when it was ready."""

    def __init__(self, ready: Mapping[str, Any], company: str, name: str) -> None:
        self.name = name
        self._systems = ready["companies"][company]["systems"]
        self._keys = ready["companies"][company]["people"][name]

    def bitrix(self, method: str, params: Mapping[str, Any] | None = None) -> Any:
        """Call a method of Bitrix24 and return its `result`; raises VendorError with the vendor's words."""
        return self._portal.call(method, params or {})

    def ledger(self, verb: str, model: str, params: Mapping[str, Any] | None = None) -> Any:
        """Call Бизнес.ру (`GET`, `POST`, `PUT`, `DELETE`) and return its `result`; raises VendorError."""
        return self._ledger.call(verb, model, params or {})

    def make_deal(self, funnel: str, stage: str, client: str, lines: Iterable[Line] = (), **fields: Any) -> int:
        """Make a deal for a client and return its id; `fields` are named by their titles, or by the vendor's names."""
        category = self._category(funnel)
        values = {
            "title": f"{funnel}: {client}",
            "categoryId": category,
            "stageId": self._stage(category, stage),
            **self._client(client),
            **self._values(fields),
        }
        wish = {"entityTypeId": DEAL, "fields": values, "useOriginalUfNames": "Y"}
        deal = int(self.bitrix("crm.item.add", wish)["item"]["id"])
        if rows := list(lines):
            self.set_lines(deal, rows)
        return deal

    def move_deal(self, deal: int, stage: str) -> None:
        """Move a deal to another stage of its funnel; `won` and `lost` mean the final ones."""
        item = self.bitrix("crm.item.get", {"entityTypeId": DEAL, "id": deal})["item"]
        self._update(deal, {"stageId": self._stage(item["categoryId"], stage)})

    def set_field(self, deal: int, title: str, value: Any) -> None:
        """Fill a field of a deal; a list's option is given by its text, yes and no as booleans, None empties."""
        self._update(deal, self._values({title: value}))

    def set_lines(self, deal: int, lines: Iterable[Line]) -> None:
        """Replace all lines of a deal."""
        rows = [self._row(line) for line in lines]
        self.bitrix("crm.item.productrow.set", {"ownerType": "D", "ownerId": deal, "productRows": rows})

    def add_line(self, deal: int, product: str, quantity: Number, price: Number) -> int:
        """Add a line to a deal and return the row's id; the price of a piece is in roubles."""
        row = {"ownerType": "D", "ownerId": deal, **self._row((product, quantity, price))}
        return int(self.bitrix("crm.item.productrow.add", {"fields": row})["productRow"]["id"])

    def order_of(self, deal: int) -> dict[str, Any] | None:
        """Find the ledger's order that bears `deal:N` as a word of its comment; None when there is none."""
        orders = self._ledger.walk("customerorders", {})
        return next((order for order in orders if f"deal:{deal}" in (order["comment"] or "").split()), None)

    def order_lines(self, order_id: str) -> list[dict[str, Any]]:
        """Return the lines of an order."""
        return list(self._ledger.walk("customerordergoods", {"customer_order_id": order_id}))

    def add_order_line(self, order_id: str, good: str, amount: Number, price: Number) -> str:
        """Add a line to an order and return its id; the good by article or name, the price in roubles."""
        line = {"customer_order_id": order_id, "good_id": self._good(good), "amount": str(amount), "price": str(price)}
        return str(self.ledger("POST", "customerordergoods", line)["id"])

    def change_line_amount(self, order_id: str, good: str, amount: Number) -> None:
        """Set the amount of the only line of an order that has this good."""
        self.ledger("PUT", "customerordergoods", {"id": self._line(order_id, good), "amount": str(amount)})

    def change_line_price(self, order_id: str, good: str, price: Number) -> None:
        """Set the price, in roubles, of the only line of an order that has this good."""
        self.ledger("PUT", "customerordergoods", {"id": self._line(order_id, good), "price": str(price)})

    def set_order_status(self, order_id: str, status: str) -> None:
        """Give an order the status with this name."""
        statuses = self.ledger("GET", "customerorderstatus", {"name": status})
        self.ledger("PUT", "customerorders", {"id": order_id, "status_id": _only(statuses, f"status {status!r}")["id"]})

    @cached_property
    def _portal(self) -> Portal:
        return Portal(self._keys["bitrix24"])

    @cached_property
    def _ledger(self) -> Ledger:
        own = self._keys["business_ru"]
        return Ledger(self._systems["business_ru"]["http"], own["app_id"], own["secret"])

    def _update(self, deal: int, fields: Mapping[str, Any]) -> None:
        change = {"entityTypeId": DEAL, "id": deal, "fields": fields, "useOriginalUfNames": "Y"}
        self.bitrix("crm.item.update", change)

    def _category(self, funnel: str) -> int:
        funnels = self.bitrix("crm.category.list", {"entityTypeId": DEAL})["categories"]
        return int(_only([one for one in funnels if one["name"] == funnel], f"funnel {funnel!r}")["id"])

    def _stage(self, category: int, stage: str) -> str:
        directory = f"DEAL_STAGE_{category}" if category else "DEAL_STAGE"
        stages = self.bitrix("crm.status.list", {"filter": {"ENTITY_ID": directory}, "order": {"SORT": "ASC"}})
        final = {"won": "S", "lost": "F"}.get(stage)
        fitting = [one for one in stages if (one["SEMANTICS"] == final if final else one["NAME"] == stage)]
        if not fitting:
            raise LookupError(f"The funnel has no stage {stage!r}.")
        return str(fitting[0]["STATUS_ID"])

    def _client(self, name: str) -> dict[str, Any]:
        companies = self._found(COMPANY, {"=title": name})
        if companies:
            return {"companyId": _only(companies, f"company {name!r}")["id"]}
        first, _, last = name.partition(" ")
        contacts = self._found(CONTACT, {"=name": first, "=lastName": last})
        return {"contactIds": [_only(contacts, f"client {name!r}")["id"]]}

    def _found(self, entity: int, conditions: Mapping[str, Any]) -> list[dict[str, Any]]:
        params = {"entityTypeId": entity, "select": ["id"], "filter": conditions}
        return list(self._portal.walk("crm.item.list", params, "items"))

    def _row(self, line: Line) -> dict[str, Any]:
        product, quantity, price = line
        try:
            product_id = self._products[product]
        except KeyError:
            raise LookupError(f"The portal has no product {product!r}.") from None
        return {"productId": product_id, "quantity": str(quantity), "price": str(price)}

    @cached_property
    def _products(self) -> dict[str, int]:
        """Product ids by article and by name."""
        catalogue = self.bitrix("catalog.catalog.list")["catalogs"][0]["iblockId"]
        params = {"select": ["id", "iblockId", "name", "xmlId"], "filter": {"iblockId": catalogue}}
        rows = list(self._portal.walk("catalog.product.list", params, "products"))
        return {row[key]: row["id"] for key in ("name", "xmlId") for row in rows}

    @cached_property
    def _fields(self) -> dict[str, tuple[str, dict[str, Any]]]:
        """The vendor's name and the description of each field of a deal, by title and by name."""
        fields = self.bitrix("crm.item.fields", {"entityTypeId": DEAL, "useOriginalUfNames": "Y"})["fields"]
        known = {name: (name, field) for name, field in fields.items()}
        return known | {field["title"]: (name, field) for name, field in fields.items()}

    def _values(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        values = {}
        for title, value in fields.items():
            if title not in self._fields:
                raise LookupError(f"A deal has no field {title!r}.")
            name, field = self._fields[title]
            values[name] = _value(field, value)
        return values

    def _good(self, good: str) -> str:
        goods = self.ledger("GET", "goods", {"part": good}) or self.ledger("GET", "goods", {"name": good})
        return str(_only(goods, f"good {good!r}")["id"])

    def _line(self, order_id: str, good: str) -> str:
        good_id = self._good(good)
        lines = [line for line in self.order_lines(order_id) if str(line["good_id"]) == good_id]
        return str(_only(lines, f"line with {good!r}")["id"])


def _value(field: Mapping[str, Any], value: Any) -> Any:
    if value is None:
        return ""
    if field["type"] == "enumeration":
        return _only([item for item in field["items"] if item["VALUE"] == value], f"option {value!r}")["ID"]
    if isinstance(value, bool):
        return "Y" if value else "N"
    return value.isoformat() if hasattr(value, "isoformat") else value


def _only(rows: list[dict[str, Any]], what: str) -> dict[str, Any]:
    if len(rows) != 1:
        raise LookupError(f"There should be one {what}, there are {len(rows)}.")
    return rows[0]


__all__ = ["Person", "VendorError"]
