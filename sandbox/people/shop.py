"""What buyers and the store do with orders of the online store.

The store works through the owner's webhook, for only an administrator may call `sale.*`; the journal says `owner`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from sandbox.calls import Portal
from sandbox.people.clients import ClientWork
from sandbox.people.keys import COMPANY, Line, only

_INDIVIDUAL, _LEGAL_ENTITY = "CRM_CONTACT", "CRM_COMPANY"
_CURRENCY, _BANK_CARD = "RUB", 8


class ShopWork(ClientWork):
    """Orders of the online store."""

    def place_shop_order(
        self,
        buyer: str,
        lines: Iterable[Line],
        phone: str = "",
        email: str = "",
        client: str | None = None,
        comment: str = "",
        address: str = "",
        responsible: str = "manager",
    ) -> int:
        """Let somebody order in the store and return the order's id.

        buyer, phone, email, address: what they type in. client: the card of the CRM as which the store recognises them.
        responsible: the person whom the store's settings put in charge.
        """
        card = self._card(client) if client else None
        payer = _LEGAL_ENTITY if card and card[0] == COMPANY else _INDIVIDUAL
        clients = [{"entityTypeId": card[0], "entityId": card[1], "isPrimary": "Y"}] if card else []
        person_types = self._store.call("sale.persontype.list", {})["personTypes"]
        kind = only([one for one in person_types if one["code"] == payer], f"payer {payer}")["id"]
        order = {
            "lid": "s1",
            "personTypeId": kind,
            "currency": _CURRENCY,
            "userDescription": comment,
            "responsibleId": self._user(responsible),
            "clients": clients,
        }
        order_id = int(self._store.call("sale.order.add", {"fields": order})["order"]["id"])
        name = "FIO" if payer == _INDIVIDUAL else "CONTACT_PERSON"
        self._answer(order_id, kind, {name: buyer, "PHONE": phone, "EMAIL": email, "ADDRESS": address})
        self._fill_basket(order_id, lines)
        return order_id

    def shop_order(self, order_id: int) -> dict[str, Any]:
        """Return an order with its basket, payments, shipments, clients and the buyer's answers."""
        return dict(self._store.call("sale.order.get", {"id": order_id})["order"])

    def set_shop_lines(self, order_id: int, lines: Iterable[Line]) -> None:
        """Replace the basket of an order."""
        for item in self.shop_order(order_id)["basketItems"]:
            self._store.call("sale.basketitem.delete", {"id": item["id"]})
        self._fill_basket(order_id, lines)

    def cancel_shop_order(self, order_id: int, reason: str = "") -> None:
        """Cancel an order; its basket stays."""
        fields = {"canceled": "Y", "reasonCanceled": reason}
        self._store.call("sale.order.update", {"id": order_id, "fields": fields})

    def pay_shop_order(self, order_id: int) -> int:
        """Pay all of an order by card in the store and return the payment's id."""
        fields = {"orderId": order_id, "paySystemId": _BANK_CARD, "paid": "Y"}
        return int(self._store.call("sale.payment.add", {"fields": fields})["payment"]["id"])

    def deal_of_shop_order(self, order_id: int) -> int | None:
        """Return the deal to which an order is linked, or None."""
        wish = {"filter": {"=orderId": order_id, "=ownerTypeId": 2}, "select": ["ownerId"]}
        links = self._store.call("crm.orderentity.list", wish)["orderEntity"]
        return int(links[0]["ownerId"]) if links else None

    @cached_property
    def _store(self) -> Portal:
        return Portal(self._people["owner"]["bitrix24"])

    def _answer(self, order_id: int, person_type: int, answers: dict[str, str]) -> None:
        asked = self._store.call("sale.property.list", {"filter": {"personTypeId": person_type}})["properties"]
        values = [{"orderPropsId": one["id"], "value": answers.get(one["code"], "")} for one in asked]
        order = {"id": order_id, "propertyValues": values}
        self._store.call("sale.propertyvalue.modify", {"fields": {"order": order}})

    def _fill_basket(self, order_id: int, lines: Iterable[Line]) -> None:
        for product, quantity, price in lines:
            fields = {
                "orderId": order_id,
                "productId": self._product(product)["id"],
                "name": self._product(product)["name"],
                "currency": _CURRENCY,
                "quantity": str(quantity),
                "customPrice": "Y",
                "price": str(price),
                "basePrice": str(price),
                "discountPrice": 0,
            }
            self._store.call("sale.basketitem.addCatalogProduct", {"fields": fields})
