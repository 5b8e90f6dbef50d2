"""A person's keys to all systems, and the small tools that all their work needs."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from sandbox.calls import Infobase, Ledger, Portal

DEAL, CONTACT, COMPANY = 2, 3, 4
Number = int | str | Decimal
Line = tuple[str, Number, Number]
"""A product's article or name, the quantity, the price of a piece in roubles."""


class Keys:
    """Who somebody is in one company. `ready` is what the sandbox printed or returned when it was ready."""

    def __init__(self, ready: Mapping[str, Any], company: str, name: str) -> None:
        self.name = name
        self._systems = ready["companies"][company]["systems"]
        self._people = ready["companies"][company]["people"]
        self._keys = self._people[name]
        self._descriptions: dict[int, dict[str, dict[str, Any]]] = {}

    def bitrix(self, method: str, params: Mapping[str, Any] | None = None) -> Any:
        """Call a method of Bitrix24 and return its `result`; raises VendorError with the vendor's words."""
        return self._portal.call(method, params or {})

    def ledger(self, verb: str, model: str, params: Mapping[str, Any] | None = None) -> Any:
        """Call Бизнес.ру (`GET`, `POST`, `PUT`, `DELETE`) and return its `result`; raises VendorError."""
        return self._ledger.call(verb, model, params or {})

    @cached_property
    def _portal(self) -> Portal:
        return Portal(self._keys["bitrix24"])

    @cached_property
    def _ledger(self) -> Ledger:
        own = self._keys["business_ru"]
        return Ledger(self._systems["business_ru"]["http"], own["app_id"], own["secret"])

    @cached_property
    def _base(self) -> Infobase:
        own = self._keys["onec"]
        return Infobase(self._systems["onec"]["http"], own["login"], own["password"])

    @cached_property
    def _products(self) -> dict[str, dict[str, Any]]:
        """The portal's products by article and by name."""
        catalogue = self.bitrix("catalog.catalog.list")["catalogs"][0]["iblockId"]
        params = {"select": ["id", "iblockId", "name", "xmlId"], "filter": {"iblockId": catalogue}}
        rows = list(self._portal.walk("catalog.product.list", params, "products"))
        return {row[key]: row for key in ("name", "xmlId") for row in rows}

    def _product(self, product: str) -> dict[str, Any]:
        try:
            return self._products[product]
        except KeyError:
            raise LookupError(f"The portal has no product {product!r}.") from None

    def _described(self, entity: int) -> dict[str, dict[str, Any]]:
        """Return the description of each field of a kind of card by the vendor's name, asked for once."""
        if entity not in self._descriptions:
            wish = {"entityTypeId": entity, "useOriginalUfNames": "Y"}
            self._descriptions[entity] = dict(self.bitrix("crm.item.fields", wish)["fields"])
        return self._descriptions[entity]

    def _values(self, entity: int, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Return values as the vendor takes them, by its names of the fields, which may be named by their titles."""
        known = self._described(entity)
        named = {field["title"]: name for name, field in known.items()} | {name: name for name in known}
        if unknown := [title for title in fields if title not in named]:
            raise LookupError(f"There is no field {unknown[0]!r}.")
        return {named[title]: _value(known[named[title]], value) for title, value in fields.items()}

    def _user(self, person: str) -> int:
        """Return the user's id of a person, which is part of their webhook's address."""
        if person not in self._people:
            raise LookupError(f"The company has no {person!r}.")
        return int(self._people[person]["bitrix24"].rstrip("/").split("/")[-2])


def only(rows: list[dict[str, Any]], what: str) -> dict[str, Any]:
    """Return the one row that there should be; raises LookupError."""
    if len(rows) != 1:
        raise LookupError(f"There should be one {what}, there are {len(rows)}.")
    return rows[0]


def _value(field: Mapping[str, Any], value: Any) -> Any:
    if value is None:
        return ""
    if field["type"] == "enumeration":
        return only([item for item in field["items"] if item["VALUE"] == value], f"option {value!r}")["ID"]
    if isinstance(value, bool):
        return "Y" if value else "N"
    return value.isoformat() if hasattr(value, "isoformat") else value


def shown(field: Mapping[str, Any], value: Any) -> str:
    """Return a field's value as people see it in a card."""
    if value is None or value == "" or isinstance(value, list):
        return ""
    if field["type"] == "enumeration":
        return next((str(item["VALUE"]) for item in field["items"] if item["ID"] == str(value)), "")
    if field["type"] == "boolean":
        return "да" if value == "Y" else "нет"
    return str(value)[:10] if field["type"] == "date" else str(value)
