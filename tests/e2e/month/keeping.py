"""What the warehouse, the master and the accountant do in the ledger: work, and mistakes."""

from __future__ import annotations

from tests.e2e.month.selling import Sellers
from tests.e2e.month.staff import GOODS, SERVICES, Weighted, is_one_of, is_open_for_sale
from tests.e2e.month.view import SERVICE, SHOP, DealView, OrderView, Paper

NEW, OPENED, CLOSED, DONE, CANCELLED = "Новый", "Заказ-наряд открыт", "Заказ-наряд закрыт", "Выполнен", "Отменён"
STORES = {"Москва": "Склад Москва", "Санкт-Петербург": "Склад Санкт-Петербург"}


class Keepers(Sellers):
    """The warehouse, the master and the accountant."""

    def keeping(self) -> Weighted:
        """Return their acts with weights."""
        return (
            (6, self.change_an_order), (4, self.change_both), (1, self.change_a_status), (2, self.let_a_reserve_go),
            (1, self.delete_a_reserve), (1, self.hold_by_hand), (1, self.delete_a_draft), (1, self.draft_by_hand), (6, self.open_work),
            (5, self.add_work), (6, self.close_work), (4, self.pay_by_bank), (3, self.receive_goods), (2, self.sell_over_the_counter),
            (1, self.delete_an_order), (1, self.write_a_comment),
        )  # fmt: skip

    def change_an_order(self) -> bool:
        found = self.an_order(_is_correctable)
        return self.change_lines_of(*found) if found else False

    def change_lines_of(self, deal: DealView, order: OrderView) -> bool:
        """Change one line of an order, add one or delete one."""
        warehouse, rows = self.person("warehouse"), [(article, amount) for (article, _), amount in order.lines.items()]
        what = self.dice.choice(("amount", "amount", "price", "add", "delete")) if rows else "add"
        text = f"warehouse in order {order.id} of deal {deal.id}:"
        if what == "add":
            article = self.dice.choice(sorted(GOODS))
            return self.attempt(
                f"{text} adds {article}", lambda: warehouse.add_order_line(order.id, article, 1, GOODS[article])
            )
        article, amount = self.dice.choice(rows)
        if what == "price":
            price = GOODS.get(article, 1000) - 100
            return self.attempt(
                f"{text} {article} at {price}", lambda: warehouse.change_line_price(order.id, article, price)
            )
        if what == "delete":
            line = next(row for row in warehouse.order_lines(order.id) if row["good_id"] == warehouse._good(article))
            return self.attempt(
                f"{text} deletes {article}",
                lambda: warehouse.ledger("DELETE", "customerordergoods", {"id": line["id"]}),
            )
        pieces = amount // 1000 % 5 + 1
        if len([each for each, _ in rows if each == article]) > 1:
            return False
        return self.attempt(
            f"{text} {article} × {pieces}", lambda: warehouse.change_line_amount(order.id, article, pieces)
        )

    def change_both(self) -> bool:
        """Let the manager and the warehouse change one thing to two values within a minute."""
        found = self.an_order(lambda deal, order: _is_correctable(deal, order) and is_open_for_sale(deal))
        if found is None:
            return False
        deal, order = found
        lines = self.other_lines(deal.lines)
        text = f"manager changes the lines of deal {deal.id} to {lines}, and"
        return self.attempt(text, lambda: self.person("manager").set_lines(deal.id, lines)) and self.change_lines_of(
            deal, order
        )

    def change_a_status(self) -> bool:
        found = self.an_order(lambda deal, order: not order.shipments and deal.stage != "won")
        if found is None:
            return False
        deal, order = found
        return self.set_status(deal, order, self.dice.choice((NEW, CANCELLED, DONE)), "warehouse")

    def set_status(self, deal: DealView, order: OrderView, status: str, who: str) -> bool:
        """Give an order another status."""
        text = f"{who} puts order {order.id} of deal {deal.id} from «{order.status}» to «{status}»"
        return self.attempt(text, lambda: self.person(who).set_order_status(order.id, status))

    def let_a_reserve_go(self) -> bool:
        found = self.an_order(lambda deal, order: any(_is_free(order, each) and each.held for each in order.reserves))
        if found is None:
            return False
        return self.let_go(*found)

    def let_go(self, deal: DealView, order: OrderView) -> bool:
        """Let the goods go that an order holds."""
        paper = next(each for each in order.reserves if each.held)
        text = f"warehouse lets reserve {paper.id} of deal {deal.id} go"
        return self.attempt(
            text, lambda: self.person("warehouse").ledger("PUT", "reservations", {"id": paper.id, "held": 0})
        )

    def delete_a_reserve(self) -> bool:
        found = self.an_order(lambda deal, order: any(_is_free(order, each) for each in order.reserves))
        if found is None:
            return False
        deal, order = found
        paper = order.reserves[0]
        text = f"warehouse deletes reserve {paper.id} of deal {deal.id}"
        return self.attempt(text, lambda: self.person("warehouse").ledger("DELETE", "reservations", {"id": paper.id}))

    def hold_by_hand(self) -> bool:
        found = self.an_order(
            lambda deal, order: order.status == NEW and bool(order.goods and deal.branch and not order.shipments)
        )
        if found is None:
            return False
        deal, order = found
        paper = {**self._header(order), "store_id": self.person("warehouse")._store_id(STORES[deal.branch]), "held": 1}
        good = self.dice.choice(sorted(order.goods))

        def hold() -> None:
            warehouse = self.person("warehouse")
            made = warehouse.ledger("POST", "reservations", {**paper, "comment": "придержать"})["id"]
            warehouse.ledger(
                "POST", "reservationgoods", {"reservation_id": made, "good_id": warehouse._good(good), "amount": "1"}
            )

        return self.attempt(f"warehouse holds {good} for deal {deal.id} by a paper of its own", hold)

    def delete_a_draft(self) -> bool:
        found = self.an_order(lambda deal, order: any(not each.held for each in order.shipments))
        return self.delete_drafts(*found) if found else False

    def delete_drafts(self, deal: DealView, order: OrderView) -> bool:
        """Delete the drafts of an order's shipments."""
        drafts = [each.id for each in order.shipments if not each.held]
        warehouse = self.person("warehouse")
        text = f"warehouse deletes the drafts {drafts} of deal {deal.id}"
        return self.attempt(text, lambda: [warehouse.ledger("DELETE", "realizations", {"id": each}) for each in drafts])

    def draft_by_hand(self) -> bool:
        found = self.an_order(
            lambda deal, order: order.status == NEW and bool(order.goods and deal.branch and not order.shipments)
        )
        if found is None:
            return False
        deal, order = found
        paper = {**self._header(order), "store_id": self.person("warehouse")._store_id(STORES[deal.branch])}
        text = f"warehouse begins a shipment for deal {deal.id} by hand"
        return self.attempt(text, lambda: self.person("warehouse").ledger("POST", "realizations", paper))

    def open_work(self) -> bool:
        found = self.an_order(
            lambda deal, order: is_one_of(deal, SERVICE, ("Закрыт на приезд",)) and order.status == NEW
        )
        return self.set_status(*found, OPENED, "master") if found else False

    def add_work(self) -> bool:
        found = self.an_order(lambda deal, order: order.status == OPENED)
        if found is None:
            return False
        deal, order = found
        prices = SERVICES | {"SEAL-ORCA-45": 1450, "LAMP-H7-OSRAM": 2350}
        article = self.dice.choice(sorted(prices))
        text = f"master adds {article} to the work order of deal {deal.id}"
        return self.attempt(text, lambda: self.person("master").add_order_line(order.id, article, 1, prices[article]))

    def close_work(self) -> bool:
        found = self.an_order(lambda deal, order: order.status == OPENED)
        return self.set_status(*found, CLOSED, "master") if found else False

    def pay_by_bank(self) -> bool:
        found = self.an_order(
            lambda deal, order: (
                _may_be_paid(deal) and not order.is_paid and order.sum > 0 and deal.id not in self.known.paid
            )
        )
        if found is None:
            return False
        deal, order = found
        part = 1 if deal.stage == "Отгружено/не оплачено" else 2
        return self.pay(deal, order, max(1, (order.sum - order.bank - order.cash) // part))

    def pay(self, deal: DealView, order: OrderView, kopecks: int) -> bool:
        """Enter money that came to the bank for an order."""
        text = f"accountant enters {kopecks / 100:.2f} for order {order.id} of deal {deal.id}"
        return self.attempt(text, lambda: self.person("accountant").pay_bank(order.id, f"{kopecks / 100:.2f}"))

    def receive_goods(self) -> bool:
        return self.receive(
            self.dice.choice(sorted(GOODS)), self.dice.choice(sorted(STORES.values())), self.dice.randint(1, 6)
        )

    def receive(self, article: str, store: str, pieces: int) -> bool:
        """Put goods into a store."""
        text = f"warehouse receives {pieces} × {article} into {store}"
        return self.attempt(text, lambda: self.person("warehouse").receive_stock(article, store, pieces))

    def sell_over_the_counter(self) -> bool:
        article, store = self.dice.choice(sorted(GOODS)), self.dice.choice(sorted(STORES.values()))
        text = f"warehouse sells 1 × {article} out of {store} over the counter"
        return self.attempt(text, lambda: self.person("warehouse").take_stock(article, store, 1))

    def delete_an_order(self) -> bool:
        """Delete an order of a deal that can be given up afterwards: the ledger brings no order back."""
        found = self.an_order(
            lambda deal, order: (
                order.status == NEW and not (order.shipments or order.bank or order.cash or self.view.shop_of(deal.id))
            )
        )
        if found is None or self.dice.random() < 0.5:
            return False
        deal, order = found
        text = f"warehouse deletes order {order.id} of deal {deal.id}"
        return self.attempt(text, lambda: self.person("warehouse").ledger("DELETE", "customerorders", {"id": order.id}))

    def write_a_comment(self) -> bool:
        found = self.an_order(lambda deal, order: True)
        if found is None:
            return False
        deal, order = found
        text = f"warehouse writes a comment on order {order.id} of deal {deal.id}"
        return self.attempt(text, lambda: self.person("warehouse").comment_order(order.id, "позвонить заранее"))

    def _header(self, order: OrderView) -> dict[str, object]:
        row = self.person("warehouse").ledger("GET", "customerorders", {"id": order.id})[0]
        names = ("partner_id", "organization_id", "author_employee_id", "responsible_employee_id")
        return {"customer_order_id": order.id, **{name: row[name] for name in names}}


def _is_correctable(deal: DealView, order: OrderView) -> bool:
    """Whether somebody at the warehouse might change the lines: nothing has left, no work was done."""
    return order.status == NEW and not any(each.held for each in order.shipments) and not deal.is_over


def _is_free(order: OrderView, paper: Paper) -> bool:
    return not any(each.held for each in order.shipments)


def _may_be_paid(deal: DealView) -> bool:
    return is_one_of(deal, SHOP, ("Резерв", "Самовывоз/доставка", "Отгружено/не оплачено"))
