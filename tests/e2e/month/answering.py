"""How people answer what they are asked, and mend what they are told of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from sverka.store import findings, outbox
from sverka.store.errors import StoreError
from sverka.store.findings import OpenFinding
from tests.e2e.month.keeping import CLOSED, NEW, OPENED, STORES, Keepers
from tests.e2e.month.staff import basket_of, pair_values
from tests.e2e.month.view import DealView, OrderView, goods_of
from tests.e2e.town import COMPANY

_FIELD = "Ответ Сверке"
_NONSENSE = ("сам разберись", "да", "???", "оставить до 31.02.2026")
_CHOICES = {"сделка": "take-owner", "Бизнес.ру": "take-mirror", "магазин": "take-mirror", "новый": "take-owner"}
_OWNED_BY_THE_LEDGER = ("deal_lines", "availability", "ledger_order")
_PAIRS = {"Заказ магазина №": "shop", "Заказ №": "order"}


class Answerers(Keepers):
    """People who answer."""

    def answer_one(self, *, soberly: bool = False) -> bool:
        """Answer a question that stands open: by a word in the deal or by the command line; sometimes not to the point."""
        asked = [
            task for task in self.view.tasks if task["STATUS"] != 5 and task["TITLE"].startswith("Вопрос по сделке")
        ]
        if not asked:
            return False
        task = self.dice.choice(asked)
        deal = self.view.deals[int(task["UF_CRM_TASK"][0][2:])]
        if not soberly and self.dice.random() < 0.15:
            return self.write_answer(deal, self.dice.choice(_NONSENSE))
        word = self._word(task["DESCRIPTION"], soberly=soberly)
        if self.dice.random() < 0.3 and self._decide(deal, task["DESCRIPTION"], word):
            return True
        self._remember(deal, task["DESCRIPTION"], word)
        return self.write_answer(deal, word)

    def write_answer(self, deal: DealView, word: str) -> bool:
        """Write a word into the deal's field for answers."""
        text = f"manager answers «{word}» in deal {deal.id}"
        return self.attempt(text, lambda: self.person("manager").set_field(deal.id, _FIELD, word or None))

    def _word(self, text: str, *, soberly: bool) -> str:
        offered = text.rpartition("Ответьте")[2]
        words = [word for word in ("сделка", "Бизнес.ру", "магазин", "новый") if f"«{word}»" in offered]
        if "номер подходящего" in offered:
            words.append(self.dice.choice(re.findall(r"№ (\d+)\)", text) or ["1"]))
        if "«оставить»" in offered and (not words or (not soberly and self.dice.random() < 0.1)):
            return "оставить"
        return self.dice.choice(words)

    def _decide(self, deal: DealView, text: str, word: str) -> bool:
        """Answer by the door of the command line, as `sverka queue decide` does."""
        with self.town.app.store.reading() as tx:
            items = [item for item in findings.open_items(tx, COMPANY) if item.finding.text == text.partition("\n")[0]]
        choice = _CHOICES.get(word, "")
        if not items or not choice:
            return False
        if items[0].finding.aspect in _OWNED_BY_THE_LEDGER:
            choice = {"take-owner": "take-mirror", "take-mirror": "take-owner"}[choice]
        try:
            with self.town.app.store.writing() as tx:
                findings.answer(tx, items[0].id, choice, "head", "по телефону", self.town.app.clock.real())
        except StoreError as refusal:
            self.tell(f"head decides question {items[0].id} of deal {deal.id}: {choice} — refused: {refusal}")
            return False
        self._remember(deal, text, word)
        self.tell(f"head decides question {items[0].id} of deal {deal.id} by the command line: {choice}")
        return True

    def _remember(self, deal: DealView, text: str, word: str) -> None:
        pair = next((pair for words, pair in _PAIRS.items() if text.startswith(words)), "")
        shop, order = self.view.shop_of(deal.id), self.view.order_of(deal.id)
        other = {"shop": shop, "order": order}.get(pair)
        if other is not None and word != "оставить":
            self.known.answered.add((pair, deal.id, pair_values(deal.lines, other.lines)))
        order_is_over = order is not None and (order.status != NEW or bool(order.shipped))
        if (
            word == "оставить"
            or (word == "Бизнес.ру" and not pair)
            or (word == "сделка" and pair == "order" and order_is_over)
        ):
            self.known.left.add((deal.id, pair or text.partition("\n")[0]))

    def was_closed(self, deal: int) -> bool:
        """Tell whether a person closed a question about a deal without answering it."""
        return any(
            task["XML_ID"] in self.known.closed
            for task in self.view.tasks
            if f"D_{deal}" in task.get("UF_CRM_TASK", ())
        )

    def read_the_letter(self) -> None:
        """Answer by the command line what somebody closed in the CRM: it still stands in the morning's letter."""
        with self.town.app.store.reading() as tx:
            items = [item for item in findings.open_items(tx, COMPANY) if item.finding.asks and not item.answer]
        for item in items:
            kind, _, number = item.finding.subject.partition(":")
            if kind == "deal" and self.was_closed(int(number)) and not self.view.questions(int(number)):
                self._decide(self.view.deals[int(number)], item.finding.text, "сделка")

    def mend_all(self) -> None:
        """Do what the open findings tell people to do."""
        with self.town.app.store.reading() as tx:
            items = findings.open_items(tx, COMPANY)
        for item in items:
            self._mend(item)

    def _mend(self, item: OpenFinding) -> None:
        finding = item.finding
        kind, _, number = finding.subject.partition(":")
        if finding.kind == "ambiguous" and kind == "shop":
            self._name_the_buyer(item)
        if finding.kind == "unanswered":
            self._send_again(int(finding.aspect.removeprefix("effect ")))
        if kind != "deal" or int(number) not in self.view.deals:
            return
        deal, order = self.view.deals[int(number)], self.view.order_of(int(number))
        mend = _MENDING.get((finding.kind, finding.aspect))
        if mend is None and finding.aspect.startswith("notice "):
            mend = Answerers.name_the_way_out
        if mend:
            mend(self, deal, order)

    def _name_the_buyer(self, item: OpenFinding) -> None:
        choice = f"bind:{item.finding.values.split(',')[0]}"
        with self.town.app.store.writing() as tx:
            findings.answer(tx, item.id, choice, "head", "", self.town.app.clock.real())
        self.tell(f"head names the buyer of {item.finding.subject}: {choice}")

    def _send_again(self, effect_id: int) -> None:
        """Say that an effect did not happen, as `sverka outbox retry` does: a person looked."""
        with self.town.app.store.writing() as tx:
            outbox.retry(tx, effect_id, "head", self.town.app.clock.real())
        self.tell(f"head has effect {effect_id} sent again")

    def buy_what_is_missing(self, deal: DealView, order: OrderView | None) -> None:
        if not deal.branch:
            self.name_a_branch(deal)
            return
        for article, amount in (order.goods if order else goods_of(deal.lines)).items():
            self.receive(article, STORES[deal.branch], amount // 1000)

    def put_among_open(self, deal: DealView, order: OrderView | None) -> None:
        """Mend an order whose status does not fit the deal's stage."""
        wanted = {"Открыт заказ/наряд": OPENED, "Оценка качества": CLOSED}.get(deal.stage, NEW)
        if deal.funnel == "Интернет-магазин" and deal.stage == "Оценка качества":
            self.move(deal, "Самовывоз/доставка")
        elif order:
            self.set_status(deal, order, wanted, "warehouse")

    def settle_debt(self, deal: DealView, order: OrderView | None) -> None:
        if order and order.sum > order.bank + order.cash:
            self.pay(deal, order, order.sum - order.bank - order.cash)

    def bring_to_life(self, deal: DealView, order: OrderView | None) -> None:
        if deal.stage == "lost":
            self.move(deal, self.known.before_lost[deal.id])

    def drop_own_papers(self, deal: DealView, order: OrderView | None) -> None:
        """Let go what the warehouse holds by papers of its own: the worker never touches these."""
        own = [paper for paper in order.reserves if paper.held and not paper.deal] if order else []
        for paper in own:
            change = {"id": paper.id, "held": 0}
            text = f"warehouse lets its own reserve {paper.id} of deal {deal.id} go"
            self.attempt(text, partial(self.person("warehouse").ledger, "PUT", "reservations", change))

    def open_in_the_store(self, deal: DealView, order: OrderView | None) -> None:
        """Take back that an order of the store is cancelled, for its deal came back to life."""
        basket = self.view.shop_of(deal.id)
        if basket is not None:
            wish = {"id": basket.id, "fields": {"canceled": "N"}}
            text = f"owner opens the store's order {basket.id} of deal {deal.id} again"
            self.attempt(text, lambda: self.person("owner").bitrix("sale.order.update", wish))

    def put_the_store_right(self, deal: DealView, order: OrderView | None) -> None:
        """Change an order of the store to what its deal holds, for work was begun on it or goods have left."""
        basket = self.view.shop_of(deal.id)
        if basket is not None:
            lines = basket_of(deal.lines)
            text = f"owner changes the store's order {basket.id} to what deal {deal.id} holds: {lines}"
            self.attempt(text, lambda: self.person("owner").set_shop_lines(basket.id, lines))

    def give_up(self, deal: DealView, order: OrderView | None) -> None:
        if order is None or not (order.shipped or order.bank or order.cash):
            self.move(deal, "lost")

    def choose_a_branch(self, deal: DealView, order: OrderView | None) -> None:
        self.name_a_branch(deal)

    def fill_the_deal(self, deal: DealView, order: OrderView | None) -> None:
        lines = self.some_lines(services=False)
        self.attempt(f"manager fills deal {deal.id}: {lines}", lambda: self.person("manager").set_lines(deal.id, lines))

    def name_the_way_out(self, deal: DealView, order: OrderView | None) -> None:
        self.name_the_way(deal)

    def clear_the_answer(self, deal: DealView, order: OrderView | None) -> None:
        self.write_answer(deal, "")

    def throw_drafts_away(self, deal: DealView, order: OrderView | None) -> None:
        if order:
            self.delete_drafts(deal, order)


_MENDING: Mapping[tuple[str, str], Any] = {
    ("missing", "shipment stock"): Answerers.buy_what_is_missing,
    ("missing", "notice goods"): Answerers.buy_what_is_missing,
    ("missing", "reserve goods"): Answerers.buy_what_is_missing,
    ("missing", "shop order"): Answerers.open_in_the_store,
    ("missing", "visit goods"): Answerers.buy_what_is_missing,
    ("missing", "shipment draft"): Answerers.throw_drafts_away,
    ("missing", "branch"): Answerers.choose_a_branch,
    ("missing", "cash_desk"): Answerers.choose_a_branch,
    ("missing", "lines"): Answerers.fill_the_deal,
    ("missing", "answer"): Answerers.clear_the_answer,
    ("missing", "order"): Answerers.give_up,
    ("behind_fact", "debt"): Answerers.settle_debt,
    ("behind_fact", "underpaid"): Answerers.settle_debt,
    ("differs", "reserve"): Answerers.drop_own_papers,
    ("behind_fact", "reserve"): Answerers.let_go,
    ("behind_fact", "order_status"): Answerers.put_among_open,
    ("conflict", "order_status too late"): Answerers.bring_to_life,
    ("conflict", "shop paid"): Answerers.bring_to_life,
    ("conflict", "shop too late"): Answerers.put_the_store_right,
    ("conflict", "shop cancelled"): Answerers.give_up,
}
