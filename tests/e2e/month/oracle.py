"""Whether the two systems agree, judged from their state and from what people decided: the issue in the words of a bookkeeper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tests.e2e.month.keeping import CANCELLED, CLOSED, DONE, NEW, OPENED, STORES
from tests.e2e.month.staff import Known
from tests.e2e.month.view import SERVICE, SHOP, DealView, OrderView, View, goods_of, total

_STATUSES = {
    (SHOP, "Резерв"): (NEW, OPENED), (SHOP, "Самовывоз/доставка"): (NEW, OPENED), (SHOP, "Отгружено/не оплачено"): (NEW, OPENED),
    (SHOP, "Оценка качества"): (DONE,), (SERVICE, "Закрыт на приезд"): (NEW,), (SERVICE, "Открыт заказ/наряд"): (OPENED,),
    (SERVICE, "Оценка качества"): (CLOSED, DONE),
}  # fmt: skip
"""What a stage demands of the order, which must be there."""
_RESERVED = {(SHOP, "Резерв"), (SHOP, "Самовывоз/доставка"), (SERVICE, "Обработан"), (SERVICE, "Закрыт на приезд")}


@dataclass(frozen=True)
class Trouble:
    """Something that is not as the issue wants it. aspect: order, lines, status, reserve, shop, shipment, payment, stage, number."""

    deal: int
    aspect: str
    text: str


def troubles(view: View, known: Known) -> list[Trouble]:
    """Return every disagreement of a deal with what belongs to it."""
    return [trouble for deal in view.deals.values() for trouble in _of(view, deal, known)]


def _of(view: View, deal: DealView, known: Known) -> Iterator[Trouble]:
    orders, place = view.orders_of(deal.id), (deal.funnel, deal.stage)
    if len(orders) > 1:
        yield Trouble(deal.id, "order", f"has {len(orders)} orders")
    if place in _STATUSES and not orders:
        yield Trouble(deal.id, "order", f"has no order at «{deal.stage}»")
    yield from _shop(view, deal)
    for order in orders:
        if deal.fields["ledger_order"] != order.number:
            yield Trouble(deal.id, "number", f"shows {deal.fields['ledger_order']!r}, not {order.number!r}")
        if deal.stage == "lost":
            yield from _lost(deal, order)
        elif place in _STATUSES or place == (SERVICE, "Обработан"):
            yield from _living(deal, order, known)


def _shop(view: View, deal: DealView) -> Iterator[Trouble]:
    order = view.shop_of(deal.id)
    if order is None or deal.stage == "won":
        return
    if deal.stage == "lost":
        if not order.cancelled:
            yield Trouble(deal.id, "shop", f"is lost, the store's order {order.id} lives")
    elif order.cancelled:
        if (card := view.order_of(deal.id)) and (card.shipped or card.bank or card.cash):
            return  # it is for people to agree with the buyer
        yield Trouble(deal.id, "shop", f"lives, the store's order {order.id} is cancelled")
    elif order.lines != deal.lines:
        yield Trouble(deal.id, "shop", f"{deal.lines}, the store's order {order.lines}")


def _lost(deal: DealView, order: OrderView) -> Iterator[Trouble]:
    if order.status != CANCELLED and (order.shipped or order.bank or order.cash):
        yield Trouble(deal.id, "status", f"is lost, its order «{order.status}» is shipped or paid")
        return
    if order.status != CANCELLED:
        yield Trouble(deal.id, "status", f"is lost, its order is «{order.status}»")
    if held := [paper.id for paper in order.reserves if paper.held]:
        yield Trouble(deal.id, "reserve", f"is lost, but reserves {held} hold goods")


def _living(deal: DealView, order: OrderView, known: Known) -> Iterator[Trouble]:
    place = (deal.funnel, deal.stage)
    if order.status not in _STATUSES.get(place, (NEW, OPENED)):
        yield Trouble(deal.id, "status", f"at «{deal.stage}», its order is «{order.status}»")
    if deal.lines != order.lines and (order.status != OPENED or order.shipped):
        yield Trouble(deal.id, "lines", f"{deal.lines}, the order {order.lines}")
    if place in _RESERVED and order.status == NEW and not order.shipped:
        yield from _reserve(deal, order)
    yield from _shipment(deal, order, known)
    if place == (SHOP, "Резерв") and order.status == NEW and deal.lines and deal.fields["installation"] == "да":
        yield Trouble(deal.id, "stage", "needs installation and stays at the reserve")


def _reserve(deal: DealView, order: OrderView) -> Iterator[Trouble]:
    store, wanted = STORES.get(deal.branch, ""), goods_of(deal.lines)
    if order.held(store) != wanted:
        yield Trouble(deal.id, "reserve", f"{wanted} should be held in «{store}», there is {order.held(store)}")
    if elsewhere := [paper.id for paper in order.reserves if paper.held and paper.deal and paper.store != store]:
        yield Trouble(deal.id, "reserve", f"reserves {elsewhere} hold its goods in another branch")


def _shipment(deal: DealView, order: OrderView, known: Known) -> Iterator[Trouble]:
    is_decided = deal.stage == "Отгружено/не оплачено" and deal.trusted
    is_marked = deal.stage == "Самовывоз/доставка" and deal.fields["paid_at_desk"]
    if (is_decided or is_marked) and order.goods and not order.is_shipped:
        yield Trouble(deal.id, "shipment", f"{order.goods} should have left, {order.shipped} has")
    if is_marked and not order.is_paid:
        yield Trouble(
            deal.id, "payment", f"marked as paid, {order.bank + order.cash} of {order.sum} kopecks registered"
        )
    used = {paper.uses for paper in order.shipments if paper.held}
    if order.is_shipped and (
        idle := [paper.id for paper in order.reserves if paper.held and paper.deal and paper.id not in used]
    ):
        yield Trouble(deal.id, "reserve", f"all has left, but reserves {idle} still hold goods")
    if deal.stage in ("Самовывоз/доставка", "Отгружено/не оплачено") and order.is_shipped and order.is_paid:
        yield Trouble(deal.id, "stage", f"all shipped and paid, but it stands at «{deal.stage}»")


def breaches(view: View, known: Known) -> list[str]:
    """Return what must never be, at no moment: something doubled, shipped or received without a decision, less than nothing in stock."""
    return [*_stock(view), *_shipments(view, known), *_receipts(view, known), *_doubles(view), *_chores(view)]


def _stock(view: View) -> Iterator[str]:
    for (store, article), (amount, _) in view.stock.items():
        if amount < 0:
            yield f"«{store}» holds {amount} of {article}"


def _shipments(view: View, known: Known) -> Iterator[str]:
    for order in view.orders.values():
        ours = [paper for paper in order.shipments if paper.deal]
        if any(paper.held for paper in ours) and order.deal not in known.may_ship:
            yield f"deal {order.deal}: goods left, and nobody decided it"
        if len([paper for paper in ours if not paper.held]) > 1:
            yield f"deal {order.deal}: two drafts of shipments of ours"
        gone = total(paper.goods for paper in ours if paper.held)
        if over := {good: amount for good, amount in gone.items() if amount > order.goods.get(good, 0)}:
            yield f"deal {order.deal}: more left than was ordered: {over}"


def _receipts(view: View, known: Known) -> Iterator[str]:
    made = Counter(receipt["deal"] for receipt in view.receipts if receipt["deal"])
    for deal, times in made.items():
        if times > 1:
            yield f"deal {deal}: {times} cash receipts"
        if deal not in known.paid:
            yield f"deal {deal}: a cash receipt, and nobody marked it as paid"


def receipts(before: View, after: View, known: Known) -> list[str]:
    """Return what is wrong about the cash that was bound to orders between two moments: it is what was marked, or what was owed."""
    return [
        f"deal {order.deal}: a receipt of {order.cash}, marked {known.paid.get(order.deal)}, the order comes to {order.sum}"
        for order in after.orders.values()
        if order.cash and (was := before.orders.get(order.id)) and not was.cash
        if order.cash not in {sum_ - order.bank for sum_ in (order.sum, was.sum, known.paid.get(order.deal, 0))}
    ]


def _doubles(view: View) -> Iterator[str]:
    for what, names in (
        ("partners", view.partners),
        ("contacts made for one order", [row["ORIGIN_ID"] for row in view.contacts if row.get("ORIGIN_ID")]),
        ("contacts with one phone", [_phone(row) for row in view.contacts if _phone(row)]),
        ("deals of one order of the store", [deal.origin for deal in view.deals.values() if deal.origin]),
    ):
        if twice := [name for name, times in Counter(names).items() if times > 1]:
            yield f"{what}, twice: {twice}"
    for shop in view.shop.values():
        if len(shop.deals) > 1:
            yield f"the store's order {shop.id} has deals {sorted(shop.deals)}"
    for order in view.orders.values():
        ours = Counter(paper.store for paper in order.reserves if paper.deal and paper.held)
        if any(times > 1 for times in ours.values()):
            yield f"deal {order.deal}: two reserves of ours in one store"


def _phone(contact: object) -> str:
    entries = contact.get("FM", []) if isinstance(contact, dict) else []
    return next((str(entry["VALUE"]) for entry in entries if entry["TYPE_ID"] == "PHONE"), "")


def _chores(view: View) -> Iterator[str]:
    tasks = [
        (task["UF_CRM_TASK"][0], task["TITLE"].partition(":")[0])
        for task in view.tasks
        if task["STATUS"] != 5 and task.get("UF_CRM_TASK")
    ]
    todos = [(todo["OWNER_ID"], todo["SUBJECT"]) for todo in view.todos if todo["COMPLETED"] == "N"]
    marks = [task["XML_ID"] for task in view.tasks if task.get("XML_ID")]
    for what, rows in (
        ("tasks for one reason", tasks),
        ("to-dos for one reason", todos),
        ("tasks with one mark", marks),
    ):
        if twice := [row for row, times in Counter(rows).items() if times > 1]:
            yield f"{what}, twice: {twice}"
