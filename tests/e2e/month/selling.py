"""What managers and buyers do: deals on their way through both funnels, lines, the online store, calls, to-dos."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.e2e.month.staff import BRANCHES, CLIENTS, Staff, Weighted, basket_of, is_one_of, is_open_for_sale, sum_of
from tests.e2e.month.view import SERVICE, SHOP, DealView

_ON = {
    (SHOP, "Новая заявка"): ("Недозвон", "Запрос на товар", "Резерв", "Резерв"),
    (SHOP, "Недозвон"): ("Запрос на товар", "Резерв"),
    (SHOP, "Запрос на товар"): ("Резерв",),
    (SHOP, "Резерв"): ("Самовывоз/доставка", "Самовывоз/доставка", "Отгружено/не оплачено", "Запрос на товар"),
    (SHOP, "Оценка качества"): ("won",),
    (SERVICE, "Заявка"): ("Недозвон", "Обработан", "Обработан"),
    (SERVICE, "Недозвон"): ("Обработан",),
    (SERVICE, "Обработан"): ("Закрыт на приезд",),
    (SERVICE, "Оценка качества"): ("won",),
}
_BUYERS = (
    ("иван  петров", "8 (916) 777-88-99", "ivan@pochta.example"), ("ОЛЬГА Круглова", "+7 916 2223344", ""),
    ("Марина Соловьёва", "+79162345602", ""), ("пётр", "89035550011", "petr@pochta.example"), ("Лев Орлов", "", "orlov@pochta.example"),
)  # fmt: skip


class Sellers(Staff):
    """Managers, buyers and callers."""

    def selling(self) -> Weighted:
        """Return their acts with weights."""
        return (
            (7, self.make_a_deal), (4, self.take_a_request), (14, self.move_on), (8, self.change_lines), (2, self.lose),
            (2, self.bring_back), (5, self.mark_as_paid), (2, self.order_installation), (4, self.agree_a_visit),
            (1, self.move_to_another_branch), (2, self.type_over_a_field), (4, self.order_in_the_store), (3, self.change_the_basket),
            (1, self.cancel_in_the_store), (1, self.pay_in_the_store), (2, self.ring_in_vain), (2, self.ring_back), (3, self.do_a_todo),
            (1, self.close_a_task), (1, self.save_anew), (2, self.both_change),
        )  # fmt: skip

    def make_a_deal(self) -> bool:
        stage, client = (
            self.dice.choice(("Новая заявка", "Запрос на товар", "Резерв", "Резерв")),
            self.dice.choice(CLIENTS),
        )
        lines, branch = self.some_lines(services=False), self.dice.choice(BRANCHES)
        text = f"manager makes a deal of {client} at «{stage}» in {branch}: {lines}"
        return self.attempt(text, lambda: self.person("manager").make_deal(SHOP, stage, client, lines, Филиал=branch))

    def take_a_request(self) -> bool:
        stage, client = self.dice.choice(("Заявка", "Обработан")), self.dice.choice(CLIENTS)
        lines, branch = self.some_lines(services=True), self.dice.choice(BRANCHES)
        text = f"manager takes a request of {client} for the service at «{stage}» in {branch}: {lines}"
        return self.attempt(
            text, lambda: self.person("manager").make_deal(SERVICE, stage, client, lines, Филиал=branch)
        )

    def move_on(self) -> bool:
        deal = self.a_deal(lambda each: (each.funnel, each.stage) in _ON)
        if deal is None:
            return False
        stages = [stage for stage in _ON[deal.funnel, deal.stage] if stage != "Отгружено/не оплачено" or deal.trusted]
        return self.move(deal, self.dice.choice(stages))

    def move(self, deal: DealView, stage: str) -> bool:
        """Move a deal; to a stage where goods leave before they are paid only trusted clients' deals go."""
        if stage == "lost":
            self.known.before_lost[deal.id] = deal.stage
        if stage == "Отгружено/не оплачено" and deal.trusted:
            self.known.may_ship.add(deal.id)
        if not deal.branch and stage != "lost" and self.dice.random() < 0.8:
            self.name_a_branch(deal)
        if stage == "Самовывоз/доставка" and not deal.fields["delivery"] and self.dice.random() < 0.8:
            self.name_the_way(deal)
        text = f"manager moves deal {deal.id} from «{deal.stage}» to «{stage}»"
        return self.attempt(text, lambda: self.person("manager").move_deal(deal.id, stage))

    def name_a_branch(self, deal: DealView) -> bool:
        """Name the branch of a deal that came from the online store."""
        branch = self.dice.choice(BRANCHES)
        text = f"manager names {branch} as the branch of deal {deal.id}"
        return self.attempt(text, lambda: self.person("manager").set_field(deal.id, "Филиал", branch))

    def name_the_way(self, deal: DealView) -> bool:
        """Say how the client gets the goods."""
        way = self.dice.choice(("самовывоз", "самовывоз", "доставка"))
        manager = self.person("manager")

        def name() -> None:
            manager.set_field(deal.id, "Способ получения", way)
            manager.set_field(deal.id, "Адрес доставки", "ул.Ленина,  5")
            manager.set_field(deal.id, "Дата отгрузки", (self.now() + timedelta(days=2)).date())

        return self.attempt(f"manager notes «{way}» for deal {deal.id}", name)

    def change_lines(self) -> bool:
        deal = self.a_deal(is_open_for_sale)
        if deal is None:
            return False
        lines = self.other_lines(deal.lines)
        text = f"manager changes the lines of deal {deal.id} to {lines}"
        return self.attempt(text, lambda: self.person("manager").set_lines(deal.id, lines))

    def lose(self) -> bool:
        deal = self.a_deal(lambda each: not each.is_over and each.stage != "Оценка качества")
        return self.move(deal, "lost") if deal else False

    def bring_back(self) -> bool:
        deal = self.a_deal(lambda each: each.stage == "lost" and each.id in self.known.before_lost)
        return self.move(deal, self.known.before_lost[deal.id]) if deal else False

    def mark_as_paid(self) -> bool:
        deal = self.a_deal(
            lambda each: is_one_of(each, SHOP, ("Самовывоз/доставка",)) and not each.fields["paid_at_desk"]
        )
        if deal is None:
            return False
        self.known.paid[deal.id] = sum_of(deal.lines)
        self.known.may_ship.add(deal.id)
        text = f"manager marks deal {deal.id} as paid at the desk"
        return self.attempt(text, lambda: self.person("manager").set_field(deal.id, "Оплачено в кассе", True))

    def order_installation(self) -> bool:
        deal = self.a_deal(lambda each: is_one_of(each, SHOP, ("Резерв",)))
        if deal is None:
            return False
        text = f"manager orders installation for deal {deal.id}"
        return self.attempt(text, lambda: self.person("manager").set_field(deal.id, "Установка", "да"))

    def agree_a_visit(self) -> bool:
        deal = self.a_deal(lambda each: is_one_of(each, SERVICE, ("Обработан", "Закрыт на приезд")))
        if deal is None:
            return False
        now = self.now()
        visit = datetime.combine(now.date(), datetime.min.time(), now.tzinfo) + timedelta(
            days=self.dice.randint(1, 3), hours=8
        )
        text = f"manager agrees on a visit for deal {deal.id} at {visit}"
        return self.attempt(text, lambda: self.person("manager").set_field(deal.id, "Дата и время визита", visit))

    def move_to_another_branch(self) -> bool:
        deal = self.a_deal(lambda each: is_one_of(each, SHOP, ("Запрос на товар", "Резерв")))
        if deal is None:
            return False
        branch = "Москва" if deal.branch != "Москва" else "Санкт-Петербург"
        text = f"manager moves deal {deal.id} to {branch}"
        return self.attempt(text, lambda: self.person("manager").set_field(deal.id, "Филиал", branch))

    def type_over_a_field(self) -> bool:
        title, value = self.dice.choice(
            (
                ("Заказ в Бизнес.ру", "999"),
                ("Наличие", "вроде есть"),
                ("Ответ поставщика", "через неделю"),
                ("Название", "Клиент просил срочно"),
            )
        )
        deal = self.a_deal(lambda each: not each.is_over)
        if deal is None:
            return False
        text = f"manager types «{value}» into «{title}» of deal {deal.id}"
        return self.attempt(text, lambda: self.person("manager").set_field(deal.id, title, value))

    def order_in_the_store(self) -> bool:
        lines = self.some_lines(services=False)
        name, phone, email = self.dice.choice(_BUYERS)
        client = self.dice.choice((None, None, "Наталья Гусева"))
        text = f"{client or name} orders in the store: {lines}"
        order = lambda: self.person("owner").place_shop_order(name, lines, phone=phone, email=email, client=client)  # noqa: E731
        return self.attempt(text, order)

    def change_the_basket(self) -> bool:
        found = [each for each in self.view.shop.values() if not each.cancelled and not each.paid][-8:]
        if not found:
            return False
        order = self.dice.choice(found)
        deal = next((self.view.deals[each] for each in order.deals), None)
        if deal and not is_open_for_sale(deal):
            return False
        lines = self.other_lines(order.lines)
        text = f"the buyer changes the store's order {order.id} (deal {deal.id if deal else '-'}) to {lines}"
        return self.attempt(text, lambda: self.person("owner").set_shop_lines(order.id, lines))

    def cancel_in_the_store(self) -> bool:
        found = [each for each in self.view.shop.values() if not each.cancelled and not each.paid][-8:]
        if not found:
            return False
        order = self.dice.choice(found)
        text = f"the buyer cancels the store's order {order.id} (deals {sorted(order.deals)})"
        return self.attempt(text, lambda: self.person("owner").cancel_shop_order(order.id, "передумал"))

    def pay_in_the_store(self) -> bool:
        found = [each for each in self.view.shop.values() if not each.cancelled and not each.paid][-8:]
        if not found:
            return False
        order = self.dice.choice(found)
        return self.attempt(
            f"the buyer pays the store's order {order.id}", lambda: self.person("owner").pay_shop_order(order.id)
        )

    def ring_in_vain(self) -> bool:
        client = self.dice.choice(CLIENTS)
        return self.attempt(f"{client} rings, nobody answers", lambda: self.person("manager").missed_call(client))

    def ring_back(self) -> bool:
        waiting = [call for call in self.view.calls if call["COMPLETED"] == "N"]
        if not waiting:
            return False
        call = self.dice.choice(waiting)
        client = call["SUBJECT"].removeprefix("Пропущенный звонок от ")
        return self.attempt(f"manager rings back {client}", lambda: self.person("manager").call_back(client))

    def do_a_todo(self) -> bool:
        waiting = [todo for todo in self.view.todos if todo["COMPLETED"] == "N"]
        if not waiting:
            return False
        todo = self.dice.choice(waiting)
        text = f"manager ticks off «{todo['SUBJECT']}» of deal {todo['OWNER_ID']}"
        return self.attempt(text, lambda: self.person("manager").complete_todo(todo["ID"]))

    def close_a_task(self) -> bool:
        waiting = [task for task in self.view.tasks if task["STATUS"] != 5]
        if not waiting:
            return False
        task = self.dice.choice(waiting)
        self.known.closed.add(task["XML_ID"])
        text = f"owner closes the task «{task['TITLE']}» {task.get('UF_CRM_TASK', '')} unanswered"
        return self.attempt(text, lambda: self.person("owner").complete_task(task["ID"]))

    def both_change(self) -> bool:
        """Let the buyer and the manager change one thing to two values within a minute."""
        deal = self.a_deal(lambda each: is_open_for_sale(each) and self.view.shop_of(each.id) is not None)
        order = self.view.shop_of(deal.id) if deal else None
        if deal is None or order is None or order.cancelled or order.paid:
            return False
        mine, theirs = self.other_lines(deal.lines), self.other_lines(order.lines)
        if mine == theirs:
            return False
        self.attempt(
            f"manager changes the lines of deal {deal.id} to {mine}",
            lambda: self.person("manager").set_lines(deal.id, mine),
        )
        text = f"and the buyer those of the store's order {order.id} to {theirs}"
        return self.attempt(text, lambda: self.person("owner").set_shop_lines(order.id, theirs))

    def save_anew(self) -> bool:
        """Save a deal's lines once more as they are: rows get new ids, nothing else."""
        deal = self.a_deal(is_open_for_sale)
        if deal is None:
            return False
        lines = basket_of(deal.lines)
        text = f"manager saves the lines of deal {deal.id} anew as they are"
        return self.attempt(text, lambda: self.person("manager").set_lines(deal.id, lines))
