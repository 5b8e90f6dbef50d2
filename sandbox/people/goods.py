"""What people do with goods in the ledger's stores."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sandbox.people.keys import Number, only
from sandbox.people.orders import OrderWork


class GoodsWork(OrderWork):
    """Work with stock and shipments. Stores and goods are named as people see them."""

    def stock(self, good: str, store: str) -> tuple[Decimal, Decimal]:
        """Return how much of a good lies in a store, and how much of that is reserved."""
        rows = self.ledger("GET", "storegoods", {"good_id": self._good(good), "store_id": self._store_id(store)})
        amount, reserved = (sum((Decimal(row[name]) for row in rows), Decimal(0)) for name in ("amount", "reserved"))
        return amount, reserved

    def receive_stock(self, good: str, store: str, amount: Number) -> str:
        """Put goods into a store by a posted receipt («оприходование») and return its id."""
        clerk = self.ledger("GET", "employees")[0]["id"]
        receipt = {
            "organization_id": self.ledger("GET", "organizations")[0]["id"],
            "author_employee_id": clerk,
            "responsible_employee_id": clerk,
            "store_id": self._store_id(store),
        }
        receipt_id = str(self.ledger("POST", "postings", receipt)["id"])
        line = {"posting_id": receipt_id, "good_id": self._good(good), "amount": str(amount)}
        self.ledger("POST", "postinggoods", line)
        self.ledger("PUT", "postings", {"id": receipt_id, "held": 1})
        return receipt_id

    def take_stock(self, good: str, store: str, amount: Number) -> str:
        """Sell goods over the counter, past every deal, and return the shipment's id."""
        clerk = self.ledger("GET", "employees")[0]["id"]
        sale = {
            "organization_id": self.ledger("GET", "organizations")[0]["id"],
            "partner_id": self.ledger("GET", "partners")[0]["id"],
            "author_employee_id": clerk,
            "responsible_employee_id": clerk,
            "store_id": self._store_id(store),
        }
        sale_id = str(self.ledger("POST", "realizations", sale)["id"])
        line = {"realization_id": sale_id, "good_id": self._good(good), "amount": str(amount), "price": "0"}
        self.ledger("POST", "realizationgoods", line)
        self.ledger("PUT", "realizations", {"id": sale_id, "held": 1})
        return sale_id

    def shipments(self, order_id: str) -> list[dict[str, Any]]:
        """Return the shipments of an order, drafts too, each with its lines under `goods`."""
        return list(self._ledger.walk("realizations", {"customer_order_id": order_id, "with_goods": 1}))

    def reserves(self, order_id: str) -> list[dict[str, Any]]:
        """Return the reservations of an order, released ones too, each with its lines under `goods`."""
        return list(self._ledger.walk("reservations", {"customer_order_id": order_id, "with_goods": 1}))

    def _store_id(self, store: str) -> str:
        return str(only(self.ledger("GET", "stores", {"name": store}), f"store {store!r}")["id"])
