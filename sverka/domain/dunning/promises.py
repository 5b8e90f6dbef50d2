"""A customer's word: whether it was kept, what it covers, what else may be promised; and which documents are disputed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sverka.domain.dunning import ageing
from sverka.domain.dunning.facts import Customer, Dispute, Document, Promise, Receipt
from sverka.domain.dunning.policy import PromiseRule
from sverka.domain.messaging.workdays import Workdays


class Word(StrEnum):
    """How a promise stands."""

    PROPOSED = "proposed"
    LIVE = "live"
    KEPT = "kept"
    PART = "part"
    BROKEN = "broken"


@dataclass(frozen=True)
class Judged:
    """A promise, how it stands, how much came for it, and since when it is judged (its last day of grace)."""

    promise: Promise
    word: Word
    received_kopecks: int
    over_on: date

    @property
    def open_kopecks(self) -> int:
        """Return what is still to come for a live one."""
        return max(0, self.promise.sum_kopecks - self.received_kopecks) if self.word is Word.LIVE else 0


def judge(
    promises: Iterable[Promise], receipts: Iterable[Receipt], read_through: date | None, today: date, rule: PromiseRule,
    workdays: Workdays,
) -> tuple[Judged, ...]:  # fmt: skip
    """Return how promises stand, the first due first.

    Money from the day of the promise until its grace is over counts, whatever it was allocated to, once only. read_through: the last
    banking day whose payments are known; without it no promise is broken.
    """
    left, judged = _came(receipts), []
    for each in sorted(promises, key=lambda one: (one.due_on, one.made_on, one.id)):
        over_on = workdays.plus(each.due_on, rule.grace_bd)
        received = _take(left, each, over_on) if each.is_confirmed else 0
        is_over = today > over_on and read_through is not None and read_through >= over_on
        judged.append(Judged(each, _word(each, received, rule, is_over=is_over), received, over_on))
    return tuple(judged)


def _word(promise: Promise, received: int, rule: PromiseRule, *, is_over: bool) -> Word:
    if not promise.is_confirmed:
        return Word.PROPOSED
    if received * 100 >= promise.sum_kopecks * rule.kept_percent:
        return Word.KEPT
    if not is_over:
        return Word.LIVE
    return Word.PART if received * 100 >= promise.sum_kopecks * rule.part_percent else Word.BROKEN


@dataclass
class _Pot:
    """Money of a day that no promise has claimed yet."""

    day: date
    kopecks: int

    def draw(self, wanted: int) -> int:
        drawn = min(self.kopecks, max(0, wanted))
        self.kopecks -= drawn
        return drawn


def _came(receipts: Iterable[Receipt]) -> list[_Pot]:
    """Return money that came and stayed: what went back is taken from what came last before it."""
    pots: list[_Pot] = []
    for each in sorted(receipts, key=lambda one: (one.received_on, -one.sum_kopecks, one.id)):
        if each.sum_kopecks > 0:
            pots.append(_Pot(each.received_on, each.sum_kopecks))
            continue
        back = -each.sum_kopecks
        for pot in reversed(pots):
            back -= pot.draw(back)
    return pots


def _take(pots: list[_Pot], promise: Promise, over_on: date) -> int:
    """Take from the pots what came for a promise in time, and return how much."""
    taken = 0
    for pot in pots:
        if promise.made_on <= pot.day <= over_on:
            taken += pot.draw(promise.sum_kopecks - taken)
    return taken


def covered(judged: Sequence[Judged], rests: Sequence[tuple[Document, int]], rule: PromiseRule) -> frozenset[str]:
    """Return ids of documents that live promises cover wholly, give or take what counts as kept.

    rests: undisputed documents in the order in which they lead, with what is left of each after money that belongs to none.
    """
    found: set[str] = set()
    for each in judged:
        sum_kopecks = each.open_kopecks
        for document, rest in rests:
            if sum_kopecks <= 0 or not _is_about(each.promise, document) or document.id in found or not rest:
                continue
            if sum_kopecks * 100 >= rest * rule.kept_percent:
                found.add(document.id)
            sum_kopecks -= rest
    return frozenset(found)


def _is_about(promise: Promise, document: Document) -> bool:
    return document.id in promise.documents if promise.documents else document.due_on <= promise.due_on


def refusal(
    promise: Promise, customer: Customer, judged: Sequence[Judged], net_kopecks: int, today: date, rule: PromiseRule,
    workdays: Workdays, *, is_by_head: bool,
) -> str:  # fmt: skip
    """Return why a new promise cannot be taken, a key of REFUSALS; "" if it can."""
    if not 0 < promise.sum_kopecks <= net_kopecks:
        return "sum"
    if not today <= promise.due_on <= workdays.plus(today, rule.max_bd):
        return "day"
    renewed = next((each for each in judged if each.promise.id == promise.renews), None)
    if promise.renews and not _may_renew(promise, renewed, judged):
        return "renewal"
    since = customer.cycle.began_on
    made = [each for each in customer.promises if each.is_confirmed and since is not None and each.made_on >= since]
    return "" if is_by_head or len(made) < rule.max_per_cycle else "too_many"


REFUSALS: Mapping[str, str] = {
    "sum": "сумма обещания больше просроченного долга или не указана",
    "day": "день обещания уже прошёл или слишком далёк",
    "renewal": "продлить можно один раз, на меньший срок и только обещание, исполненное частично",
    "too_many": "обещаний за эту просрочку уже достаточно: следующее принимает руководитель",
}


def _may_renew(promise: Promise, renewed: Judged | None, judged: Sequence[Judged]) -> bool:
    if renewed is None or renewed.word is not Word.PART or renewed.promise.renews:
        return False
    if any(each.promise.renews == renewed.promise.id for each in judged):
        return False
    return promise.due_on - promise.made_on < renewed.promise.due_on - renewed.promise.made_on


def kept_percent(judged: Iterable[Judged]) -> int | None:
    """Return which share of the promises whose day is over was kept, None if there were none."""
    over = [each.word is Word.KEPT for each in judged if each.word in (Word.KEPT, Word.PART, Word.BROKEN)]
    return sum(over) * 100 // len(over) if over else None


def disputed(disputes: Iterable[Dispute], *, with_proposed: bool) -> frozenset[str]:
    """Return ids of documents under dispute. One that nobody took up yet stops letters, but no hold."""
    standing = (each for each in disputes if each.closed_on is None and (each.is_confirmed or with_proposed))
    return frozenset(document for each in standing for document in each.documents)


def rests(documents: Iterable[Document], money_kopecks: int) -> list[tuple[Document, int]]:
    """Return documents in order with what is left of each once money that belongs to none was applied."""
    return list(ageing.after_money(ageing.in_order(documents), money_kopecks))
