"""Whether the worker decided what only a person may: it watches every write to lines of which both sides were changed.

A pair is a deal's lines and those of its order, or a deal's lines and the basket of its order of the online store. What people do
happens between two runs, so the towns before and after a run, and the order of the worker's effects, tell who changed what. A pair
clashes when both its sides were changed, to different values, since they were last equal: the worker may then write neither until a
person answered, and must ask.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.e2e.month.staff import Known, pair_values
from tests.e2e.month.view import SERVICE, SHOP, Lines, View, kopecks, marked, summed, thousandths
from tests.e2e.town import COMPANY, Town

COMPARED = {
    (SHOP, "Резерв"), (SHOP, "Самовывоз/доставка"), (SHOP, "Отгружено/не оплачено"), (SHOP, "Оценка качества"),
    (SERVICE, "Обработан"), (SERVICE, "Закрыт на приезд"), (SERVICE, "Открыт заказ/наряд"), (SERVICE, "Оценка качества"),
}  # fmt: skip
"""Stages at which a deal and its order are to hold the same."""


@dataclass
class Side:
    """One side of a pair. by_people: whether it was changed by somebody, or after somebody, since the two were last equal."""

    value: Lines
    by_people: bool = False


@dataclass
class Pair:
    """Two sides that are to be equal. common: the values that they held together since the worker last surely saw them so."""

    left: Side
    right: Side
    common: list[Lines] = field(default_factory=list)

    @property
    def clashes(self) -> bool:
        left, right = self.left, self.right
        both = left.by_people and right.by_people
        return both and left.value != right.value and left.value not in self.common and right.value not in self.common

    def people_left(self, left: Lines, right: Lines) -> None:
        """Take in how people left the two sides."""
        for side, value in ((self.left, left), (self.right, right)):
            side.by_people |= side.value != value
            side.value = value
        if left == right:
            self.common.append(left)

    def worker_left(self, left: Lines, right: Lines, *, surely: bool) -> None:
        """Take in how the worker left them. surely: whether it has seen both sides whole, and compares them."""
        for side, value in ((self.left, left), (self.right, right)):
            side.by_people &= side.value == value
            side.value = value
        if left != right:
            return
        self.left.by_people = self.right.by_people = False
        self.common = [left] if surely else [*self.common, left]


Name = tuple[str, int]
"""The kind of a pair (`order` or `shop`) and the deal's number."""


class Watch:
    """Watches the pairs of a town over the runs of the worker."""

    def __init__(self, town: Town, known: Known) -> None:
        self._town, self._known = town, known
        self._pairs: dict[Name, Pair] = {}
        self.troubles: list[str] = []

    def before(self, view: View) -> None:
        """Take in what people did since the last run."""
        for name, (left, right) in sides(view).items():
            if name not in self._pairs:
                self._pairs[name] = Pair(Side(left), Side(right))
            self._pairs[name].people_left(left, right)

    def after(self, before: View, after: View, effects: Sequence[Mapping[str, Any]], *, surely: bool) -> None:
        """Judge what the worker wrote in a run. surely: whether it read everything and nothing failed."""
        handed_on = list(self._judged(before, after, effects))
        for name, (left, right) in sides(after).items():
            if name not in self._pairs:
                self._pairs[name] = Pair(Side(left), Side(right))
            deal = after.deals[name[1]]
            self._pairs[name].worker_left(left, right, surely=surely and (deal.funnel, deal.stage) in COMPARED)
        for name in handed_on:
            if name in self._pairs:
                self._pairs[name].left.by_people = True

    def clashing(self, view: View) -> list[Name]:
        """Return the pairs that stand and about which only a person may decide now."""
        standing = sides(view)
        return [name for name, pair in self._pairs.items() if name in standing and self._needs_a_person(name, pair)]

    def _judged(self, before: View, after: View, effects: Sequence[Mapping[str, Any]]) -> Iterator[Name]:
        """Go through the worker's writes in their order; yield the pairs whose left side was changed on a person's behalf."""
        now = dict(sides(before))
        for kind, deal, lines in self._writes(before, after, effects):
            if kind:
                self._check([(kind, deal)], now, f"{kind} lines of deal {deal} written")
                now[kind, deal] = (now.get((kind, deal), ({}, {}))[0], sides(after).get((kind, deal), ({}, {}))[1])
                continue
            pairs = [name for name in (("order", deal), ("shop", deal)) if name in now]
            sources = [name for name in pairs if now[name][1] == lines]
            if not sources and pairs:
                self.troubles.append(
                    f"deal {deal} got lines that stood nowhere: {lines}; there were {[now[name] for name in pairs]}"
                )
            self._check(sources, now, f"lines of deal {deal} set to {lines}")
            by_people = any(self._pairs[name].right.by_people for name in sources if name in self._pairs)
            for name in pairs:
                now[name] = (lines, now[name][1])
                if by_people and name not in sources:
                    yield name

    def _check(self, names: Sequence[Name], now: Mapping[Name, tuple[Lines, Lines]], what: str) -> None:
        """Note a write that none of its reasons allows."""
        judged = [(name, self._as_it_stands(name, *now[name])) for name in names if name in self._pairs and name in now]
        if judged and all(self._needs_a_person(name, pair) for name, pair in judged):
            told = "; ".join(
                f"{name}: {pair.left.value} | {pair.right.value}, last equal {pair.common}" for name, pair in judged
            )
            self.troubles.append(f"decided silently: {what}, though both sides had been changed: {told}")

    def _as_it_stands(self, name: Name, left: Lines, right: Lines) -> Pair:
        pair = self._pairs[name]
        return Pair(
            Side(left, pair.left.by_people or left != pair.left.value),
            Side(right, pair.right.by_people and right == pair.right.value),
            pair.common,
        )

    def _needs_a_person(self, name: Name, pair: Pair) -> bool:
        return pair.clashes and (*name, pair_values(pair.left.value, pair.right.value)) not in self._known.answered

    def _writes(
        self, before: View, after: View, effects: Sequence[Mapping[str, Any]]
    ) -> Iterator[tuple[str, int, Lines]]:
        """Yield (pair whose right side was written, deal, {}) or ("", deal, the deal's new lines), in the order of the writes."""
        emulators = self._town.sandbox.world.companies[COMPANY].emulators
        portal, ledger = emulators["bitrix24"].state, emulators["business_ru"].state
        articles = {row["ID"]: row["XML_ID"] for row in portal.products}
        for effect in effects:
            kind, payload = effect["kind"], effect["payload"]
            if kind == "crm.item.productrow.set":
                rows = [
                    (articles[int(row["productId"])], kopecks(row["price"]), thousandths(row["quantity"]))
                    for row in payload["productRows"]
                ]
                yield "", int(payload["ownerId"]), summed(rows)
            elif kind.endswith(" customerordergoods"):
                line = ledger.tables["customerordergoods"].rows[str(payload["id"])]
                yield "order", marked(ledger.tables["customerorders"].rows[line["customer_order_id"]]["comment"]), {}
        for deal, card in before.deals.items():
            if card.lines and not after.deals[deal].lines:  # the portal forgets whose the deleted rows were
                yield "", deal, {}
        for order in before.shop.values():
            if after.shop[order.id].lines != order.lines:
                yield from (("shop", deal, {}) for deal in order.deals)


def sides(view: View) -> dict[Name, tuple[Lines, Lines]]:
    """Return the two sides of every pair that stands."""
    orders = {
        ("order", deal): (card.lines, order.lines)
        for deal, card in view.deals.items()
        if (order := view.order_of(deal))
    }
    baskets = {
        ("shop", deal): (view.deals[deal].lines, order.lines)
        for order in view.shop.values()
        for deal in order.deals
        if deal in view.deals
    }
    return orders | baskets
