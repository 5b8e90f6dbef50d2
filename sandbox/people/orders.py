"""What people do with orders and their money in the ledger."""

from __future__ import annotations

from typing import Any

from sandbox.people.keys import Keys, Number, only

WORK_OPENED, WORK_CLOSED = "Заказ-наряд открыт", "Заказ-наряд закрыт"
_FROM_BUYER = "Оплата от покупателя"


class OrderWork(Keys):
    """Work with orders of the ledger. A good is named by its article or name, sums are roubles."""

    def order_of(self, deal: int) -> dict[str, Any] | None:
        """Find the ledger's order that bears `deal:N` as a word of its comment; None when there is none."""
        orders = self._ledger.walk("customerorders", {})
        return next((order for order in orders if f"deal:{deal}" in (order["comment"] or "").split()), None)

    def order_lines(self, order_id: str) -> list[dict[str, Any]]:
        """Return the lines of an order."""
        return list(self._ledger.walk("customerordergoods", {"customer_order_id": order_id}))

    def add_order_line(self, order_id: str, good: str, amount: Number, price: Number) -> str:
        """Add a line to an order and return its id."""
        line = {"customer_order_id": order_id, "good_id": self._good(good), "amount": str(amount), "price": str(price)}
        return str(self.ledger("POST", "customerordergoods", line)["id"])

    def change_line_amount(self, order_id: str, good: str, amount: Number) -> None:
        """Set the amount of the only line of an order that has this good."""
        self.ledger("PUT", "customerordergoods", {"id": self._line(order_id, good), "amount": str(amount)})

    def change_line_price(self, order_id: str, good: str, price: Number) -> None:
        """Set the price of the only line of an order that has this good."""
        self.ledger("PUT", "customerordergoods", {"id": self._line(order_id, good), "price": str(price)})

    def set_order_status(self, order_id: str, status: str) -> None:
        """Give an order the status with this name."""
        statuses = self.ledger("GET", "customerorderstatus", {"name": status})
        self.ledger("PUT", "customerorders", {"id": order_id, "status_id": only(statuses, f"status {status!r}")["id"]})

    def open_work_order(self, order_id: str) -> None:
        """Open the work order: the order takes on the status that says so."""
        self.set_order_status(order_id, WORK_OPENED)

    def close_work_order(self, order_id: str) -> None:
        """Close the work order: the order takes on the status that says so."""
        self.set_order_status(order_id, WORK_CLOSED)

    def order_status(self, order_id: str) -> str:
        """Return the name of an order's status."""
        order = only(self.ledger("GET", "customerorders", {"id": order_id, "extended": True}), f"order {order_id}")
        return str(order["status"]["name"])

    def comment_order(self, order_id: str, text: str) -> None:
        """Write another comment on an order; the words of the old one stay in front of it."""
        order = only(self.ledger("GET", "customerorders", {"id": order_id}), f"order {order_id}")
        self.ledger("PUT", "customerorders", {"id": order_id, "comment": f"{order['comment'] or ''} {text}".strip()})

    def pay_bank(self, order_id: str, roubles: Number) -> str:
        """Enter money that came to the bank for an order, bind it to the order, and return the payment's id."""
        order = only(self.ledger("GET", "customerorders", {"id": order_id}), f"order {order_id}")
        operations = self.ledger("GET", "paymentinoperations", {"name": _FROM_BUYER})
        payment = {
            "partner_id": order["partner_id"],
            "organization_id": order["organization_id"],
            "author_employee_id": order["author_employee_id"],
            "responsible_employee_id": order["responsible_employee_id"],
            "current_account_id": self.ledger("GET", "currentaccounts")[0]["id"],
            "operation_id": only(operations, f"operation {_FROM_BUYER!r}")["id"],
            "sum": str(roubles),
            "held": 1,
        }
        payment_id = str(self.ledger("POST", "paymentin", payment)["id"])
        link = {"paymentin_id": payment_id, "customer_order_id": order_id, "sum": str(roubles)}
        self.ledger("POST", "paymentintocustomerorder", link)
        return payment_id

    def cash_receipts(self, order_id: str) -> list[dict[str, Any]]:
        """Return the cash that is bound to an order: each receipt with `cash` (the desk's name) and `linked`, the sum."""
        desks = {desk["id"]: desk["name"] for desk in self.ledger("GET", "cash")}
        receipts = []
        for link in self._ledger.walk("cashincustomerorder", {"customer_order_id": order_id}):
            row = only(self.ledger("GET", "cashin", {"id": link["cashin_id"]}), f"receipt {link['cashin_id']}")
            receipts.append({**row, "cash": desks[row["cash_id"]], "linked": link["sum"]})
        return receipts

    def _good(self, good: str) -> str:
        goods = self.ledger("GET", "goods", {"part": good}) or self.ledger("GET", "goods", {"name": good})
        return str(only(goods, f"good {good!r}")["id"])

    def _line(self, order_id: str, good: str) -> str:
        good_id = self._good(good)
        lines = [line for line in self.order_lines(order_id) if str(line["good_id"]) == good_id]
        return str(only(lines, f"line with {good!r}")["id"])
