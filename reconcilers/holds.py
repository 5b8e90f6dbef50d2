"""What a customer may still be given on deferral: nothing held, watched, prepayment only, no shipments.

Rules
- A hold follows from facts alone, whatever could be said to the customer: how old the oldest undisputed debt is, promised or not, how much
  of the limit is used, whether 1C's contract forbids shipments while anything is overdue. What is too small to be spoken of holds nothing
  by its age; money that came and belongs to no document counts as paid, but does not lessen what is used of the limit.
- WATCH: 80 % of the limit is used, or something is a working day overdue. Left under 75 %, with nothing overdue.
- PREPAY_ONLY: over 100 %, or 7 working days, or a promise was broken and its debt stands. Left under 90 % and 3 days. A confirmed promise
  suspends it for the documents that the promise covers.
- STOP_SHIP: over 110 %, or 15 working days, or 1C's ban with something overdue. Left at 100 % and under 3 days, no ban. Before it the
  customer was warned, or a person was given the task to, at least 2 working days ago; not where the ban is 1C's own. No promise lifts it.
- While the money of the last banking day is not known, nothing beyond WATCH is entered and nothing is lifted.
- WATCH is set by itself. What is beyond it is proposed to the head, unless the company's file says that holds are set by themselves; to
  some customers shipments are never stopped without a person. A hold is lifted without a person.
- Under a hold pass: what was shipped, returns, warranty, what is paid ahead; with PREPAY_ONLY also an order whose goods are reserved.
  A new order on deferral does not pass if it would use more than the limit, whatever the hold. Reserves are not dropped; under a hold they
  are not prolonged. An order that is opened again is judged again.
- A head may let pass: one order or any of the customer's, up to a sum, until a day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sverka.domain.dunning import ageing, credit
from sverka.domain.dunning import ladder as ladders
from sverka.domain.dunning.credit import Usage
from sverka.domain.dunning.decision import HOLD_REASONS, HoldChange
from sverka.domain.dunning.facts import Customer, Hold, Override
from sverka.domain.dunning.policy import HoldRule, Ladder, Settings
from sverka.domain.dunning.promises import Word
from sverka.domain.dunning.standing import Standing


@dataclass(frozen=True)
class _Facts:
    """By what a hold goes. ages in working days, 0 for nothing overdue. age_bd: of all debts; unpromised_bd: of those no promise covers."""

    usages: tuple[Usage, ...]
    age_bd: int
    unpromised_bd: int
    is_banned: bool
    is_promise_broken: bool
    is_late_warned: bool
    is_limit_warned: bool

    def is_over(self, percent: int) -> bool:
        return any(usage.is_over(percent) for usage in self.usages)

    def reaches(self, percent: int) -> bool:
        return any(usage.reaches(percent) for usage in self.usages)


def decide(customer: Customer, ladder: Ladder, settings: Settings, standing: Standing) -> HoldChange:
    """Return the hold that a customer's facts come to. customer: with the cycle as it stands today."""
    rule, now = ladder.hold, customer.hold
    if not rule.is_on:
        return HoldChange(now, Hold.NONE, Hold.NONE)
    facts = _facts(customer, ladder, settings, standing)
    entered = dict(_entered(facts, rule))
    stops = {reason for reason, hold in entered.items() if hold is Hold.STOP_SHIP}
    unwarned = {reason for reason in stops if not _is_warned(facts, reason)}
    reached = max((hold for reason, hold in entered.items() if reason not in unwarned), default=Hold.NONE)
    awaits = bool(unwarned) and reached < Hold.STOP_SHIP and now < Hold.STOP_SHIP
    if not standing.is_read:
        wanted = max(now, min(reached, Hold.WATCH))
        return HoldChange(now, wanted, wanted, ("not_read",) if wanted is not reached else tuple(entered))
    stays = _stays(facts, rule, now)
    wanted = max(reached, stays)
    reasons = [*entered, "not_left"] if stays > reached else list(entered)
    in_order = tuple(reason for reason in HOLD_REASONS if reason in reasons)
    return HoldChange(now, wanted, _by_itself(now, wanted, rule, settings), in_order, awaits_notice=awaits)


def _facts(customer: Customer, ladder: Ladder, settings: Settings, standing: Standing) -> _Facts:
    today, workdays = standing.today, settings.workdays
    is_small = standing.held_kopecks < standing.tail_kopecks
    counted = () if is_small else standing.held
    ages = {each.id: ageing.age_bd(each, today, workdays) for each in counted}
    warned = ladders.warned_on(customer, ladder, (each.id for each in standing.held), settings.zone)
    return _Facts(
        usages=credit.usages(customer, settings.no_limit),
        age_bd=max(ages.values(), default=0),
        unpromised_bd=max((age for name, age in ages.items() if name not in standing.promised), default=0),
        is_banned=any(credit.bans_overdue(customer.terms, each.contract) for each in standing.held),
        is_promise_broken=bool(ages) and is_broken(customer, standing),
        is_late_warned=_is_since(warned, today, ladder.hold, settings),
        is_limit_warned=_is_since(customer.limit_warned_on, today, ladder.hold, settings),
    )


def is_broken(customer: Customer, standing: Standing) -> bool:
    """Whether a promise of this cycle was broken."""
    began = customer.cycle.began_on
    return customer.cycle.is_open and any(
        began is not None and each.promise.made_on >= began for each in standing.words(Word.BROKEN)
    )


def _is_since(day: date | None, today: date, rule: HoldRule, settings: Settings) -> bool:
    return day is not None and settings.workdays.between(day, today) >= rule.notice_bd


def _entered(facts: _Facts, rule: HoldRule) -> Iterator[tuple[str, Hold]]:
    """Yield which holds the facts lead to, and why."""
    if facts.is_banned:
        yield "ban", Hold.STOP_SHIP
    if rule.stop_age_bd is not None and facts.age_bd >= rule.stop_age_bd:
        yield "age_stop", Hold.STOP_SHIP
    if facts.is_over(rule.stop_percent):
        yield "limit_stop", Hold.STOP_SHIP
    if facts.is_promise_broken:
        yield "promise_broken", Hold.PREPAY_ONLY
    if rule.prepay_age_bd is not None and facts.unpromised_bd >= rule.prepay_age_bd:
        yield "age_prepay", Hold.PREPAY_ONLY
    if facts.is_over(rule.prepay_percent):
        yield "limit", Hold.PREPAY_ONLY
    if facts.reaches(rule.watch_percent):
        yield "limit_near", Hold.WATCH
    if rule.watch_age_bd is not None and facts.age_bd >= rule.watch_age_bd:
        yield "overdue", Hold.WATCH


def _is_warned(facts: _Facts, reason: str) -> bool:
    """Whether a stop may follow from a reason: 1C's own ban needs no warning of ours."""
    return reason == "ban" or (facts.is_limit_warned if reason == "limit_stop" else facts.is_late_warned)


def _stays(facts: _Facts, rule: HoldRule, now: Hold) -> Hold:
    """Return how far the hold in force is not left yet; a ban of 1C enters it anew anyway."""
    if now is Hold.STOP_SHIP and (facts.is_over(rule.stop_left_percent) or facts.age_bd >= rule.left_age_bd):
        return Hold.STOP_SHIP
    if now >= Hold.PREPAY_ONLY and (
        facts.is_promise_broken or facts.reaches(rule.prepay_left_percent) or facts.unpromised_bd >= rule.left_age_bd
    ):
        return Hold.PREPAY_ONLY
    is_watched = facts.reaches(rule.watch_left_percent) or facts.age_bd >= 1
    return Hold.WATCH if now >= Hold.WATCH and is_watched else Hold.NONE


def _by_itself(now: Hold, wanted: Hold, rule: HoldRule, settings: Settings) -> Hold:
    """Return what is set without a person: what is lifted, and what the company's file allows."""
    if wanted <= now:
        return wanted
    allowed = Hold.WATCH
    if settings.holds_by_themselves:
        allowed = Hold.PREPAY_ONLY if rule.stop_needs_person else Hold.STOP_SHIP
    return max(now, min(wanted, allowed))


class OrderKind(StrEnum):
    """What an order asks for."""

    NEW = "new"
    """Goods that have not left."""
    SHIPPED = "shipped"
    RETURN = "return"
    WARRANTY = "warranty"


@dataclass(frozen=True)
class Order:
    """An order that is to pass. id: its number. paid_kopecks: what was paid for it ahead. has_reserve: its goods are reserved already."""

    id: str
    sum_kopecks: int
    contract: str = ""
    kind: OrderKind = OrderKind.NEW
    paid_kopecks: int = 0
    has_reserve: bool = False


@dataclass(frozen=True)
class Passage:
    """Whether an order passes. reason: of PASSAGES. override: the head's leave that let it pass; its use is to be counted.

    deferred_kopecks: what of it is on deferral. is_prolonged: whether its reserve may be prolonged; none is dropped.
    """

    passes: bool
    reason: str
    deferred_kopecks: int = 0
    override: str = ""
    is_prolonged: bool = True


PASSAGES = {
    "not_new": "отгружено, возврат или гарантия: ограничения не касаются",
    "prepaid": "заказ оплачен заранее",
    "free": "ограничений нет, лимита хватает",
    "reserved": "товар в резерве до ограничения: резерв не снимаем и не продлеваем",
    "override": "руководитель разрешил",
    "stop_ship": "отгрузки остановлены: нужна оплата долга или решение руководителя",
    "prepay_only": "только предоплата",
    "limit": "заказ не помещается в лимит: предоплата или решение о лимите",
}
"""Why an order passes or does not: the written list."""


def may_pass(order: Order, customer: Customer, ladder: Ladder, settings: Settings, today: date) -> Passage:
    """Return whether an order may be reserved or shipped, as the customer's hold in force and limit stand."""
    if order.kind is not OrderKind.NEW:
        return Passage(passes=True, reason="not_new")
    deferred = max(0, order.sum_kopecks - order.paid_kopecks)
    if deferred == 0:
        return Passage(passes=True, reason="prepaid")
    is_held = ladder.hold.is_on and customer.hold >= Hold.PREPAY_ONLY
    why = _against(order, deferred, customer, ladder, settings) if ladder.hold.is_on else ""
    if not why:
        reason = "reserved" if is_held else "free"
        return Passage(passes=True, reason=reason, deferred_kopecks=deferred, is_prolonged=not is_held)
    leave = next((each for each in customer.overrides if _allows(each, order, deferred, today)), None)
    if leave is not None:
        return Passage(passes=True, reason="override", deferred_kopecks=deferred, override=leave.id)
    return Passage(passes=False, reason=why, deferred_kopecks=deferred, is_prolonged=not is_held)


def _against(order: Order, deferred: int, customer: Customer, ladder: Ladder, settings: Settings) -> str:
    """Return what speaks against an order on deferral, of PASSAGES; "" for nothing."""
    if customer.hold is Hold.STOP_SHIP:
        return "stop_ship"
    if order.has_reserve:
        return ""
    if customer.hold is Hold.PREPAY_ONLY:
        return "prepay_only"
    used = credit.usage_of(customer, order.contract, settings.no_limit, without_order=order.id)
    return "limit" if used.plus(deferred).is_over(ladder.hold.prepay_percent) else ""


def _allows(override: Override, order: Order, deferred: int, today: date) -> bool:
    is_for_it = override.order in ("", order.id) and today <= override.until
    return override.is_by_head and is_for_it and override.used_kopecks + deferred <= override.max_kopecks
