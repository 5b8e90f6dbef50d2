"""Which customer is reminded of what is overdue, by which step, and what keeps it back; decided anew from the facts at every tick.

Rules
- A customer is spoken to of all that is overdue together, in one statement for each of the company's own legal entities. The oldest
  document that may be spoken of leads; of equally old ones the biggest, then the lowest number.
- May be spoken of: shipped on deferral, not too small, not disputed, not promised, no pause. Overdue is what is a working day past its due
  day. Money that belongs to no document is applied to the oldest first, in calculation only.
- The ladder is climbed by the age of the leading document, a mandatory step never skipped, one step a day, each so many working days after
  the last contact. A document continues from the step that listed it; one never shown begins with the first, worded as figures to be
  compared if it is old. The end of the ladder waits for the head, and is told once a cycle.
- What keeps a step back is asked in order, and the first is the reason (`sverka.domain.dunning.gates`): stopped, only watching, 1C not read
  far enough, excluded, money to be allocated, nothing that may be spoken of, too little, no step due or too soon, too many messages,
  nobody to write to, not the hour, the manager not forewarned or against it, too many customers today.
- Who cannot be written to is told by a person, and the ladder goes on. Warnings and stops are drafts that the head releases, and do not go
  on the eve of a long holiday.
- After a partial payment that is much of the leading document, or of all, the ladder rests for three working days.
- What is planned or waits for release stands as long as the same would be decided again; else it is withdrawn. What may have gone is
  never said again. So any number of ticks in a day says one thing once.
- Before the due day a notice of payments due soon goes on its own: outside the gates of debts, not on a day with a step of the ladder, and
  of no document twice.
- Over all customers a day's number, share and sum are capped: the furthest on the ladder first, the rest waits for the next working day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from reconcilers import holds
from sverka.domain.dunning import ageing, caps, cycle, gates, tasks
from sverka.domain.dunning import ladder as ladders
from sverka.domain.dunning.decision import AccountDecision, Blocked, Decision, Gate, HoldChange, How, Said, Task
from sverka.domain.dunning.facts import COUNTING, Customer, Document, Hold, Outcome, Touch
from sverka.domain.dunning.gates import Case, Circumstances
from sverka.domain.dunning.policy import CONTEXTUAL_SOFT, Ladder, Settings, Step
from sverka.domain.dunning.standing import Account, Standing, stand
from sverka.domain.policy import Mode

IN_FLIGHT = (Outcome.PLANNED, Outcome.DRAFT)
"""Touches that have surely not gone and may be withdrawn."""


def decide(
    customer: Customer, ladder: Ladder, settings: Settings, around: Circumstances, now: datetime, *, over: bool = False,
    over_service: bool = False,
) -> Decision:  # fmt: skip
    """Return what is decided of a customer at a moment.

    over, over_service: the caps over all customers leave no place for a step, or for a notice of payments due soon (`daily` says so).
    """
    standing = stand(customer, around.freshness, settings, now)
    customer = replace(customer, cycle=cycle.advance(customer, standing))
    hold = holds.decide(customer, ladder, settings, standing)
    settled = replace(customer, touches=tuple(each for each in customer.touches if each.outcome not in IN_FLIGHT))
    cases = [_case(settled, ladder, settings, around, now, standing, account, hold) for account in standing.accounts]
    accounts = tuple(_capped(_account(case, customer), over=over, over_service=over_service) for case in cases)
    every: list[Task] = []
    for case, decided in zip(cases, accounts, strict=True):
        every += tasks.of_account(case, decided)
    every += tasks.of_customer(customer, standing, settings, hold)
    is_escalated = any(each.goes and each.said is not None and each.said.step.waits_for_head for each in accounts)
    if is_escalated:
        customer = replace(customer, cycle=replace(customer.cycle, escalated_on=standing.today))
    return Decision(
        customer.key, standing, customer.cycle, accounts, hold, tuple(sorted(set(every), key=_name)), is_escalated,
        ladders.strange(ladder, ladders.taken(settled.touches, settled.cycle.number)),
    )  # fmt: skip


def _name(task: Task) -> tuple[str, str]:
    return task.reason, task.occasion


def _case(
    customer: Customer, ladder: Ladder, settings: Settings, around: Circumstances, now: datetime, standing: Standing,
    account: Account, hold: HoldChange,
) -> Case:  # fmt: skip
    carrying = account.carrying
    age = ageing.age_bd(carrying, standing.today, settings.workdays) if carrying else 0
    return Case(customer, ladder, settings, around, now, standing, account, age, max(hold.now, hold.wanted))


def _account(case: Case, customer: Customer) -> AccountDecision:
    """Decide of an account, and compare it with what is planned. customer: with all touches."""
    in_flight = [each for each in customer.touches if each.outcome in IN_FLIGHT and each.entity == case.account.entity]
    decided = _debt(case)
    has_step = decided.goes or any(each.at.astimezone(case.settings.zone).date() == case.today for each in case.touches)
    service = None if has_step else _service(case)
    debts = [each for each in in_flight if each.at_bd >= 0 and _stands(each, decided.said)]
    notices = [each for each in in_flight if each.at_bd < 0 and _stands(each, service)]
    return replace(
        decided, is_standing=bool(debts), service=service, is_service_standing=bool(notices),
        withdrawn=tuple(sorted((each for each in in_flight if each not in (*debts, *notices)), key=_moment)),
    )  # fmt: skip


def _moment(touch: Touch) -> tuple[datetime, str]:
    """Return by what touches stand in order, whatever order they were read in: when they were made, then all they hold."""
    return touch.at, repr(touch)


def _capped(decided: AccountDecision, *, over: bool, over_service: bool) -> AccountDecision:
    """Keep back what the caps leave no place for."""
    if over_service:
        decided = replace(decided, service=None)
    if not over or decided.said is None or decided.is_standing or not decided.said.step.channels:
        return decided
    blocked = Blocked("over_cap") if decided.goes else decided.blocked
    return replace(decided, blocked=blocked, goes=False, is_over_cap=True)


def _stands(touch: Touch, said: Said | None) -> bool:
    """Whether what is planned says what would be said now."""
    if said is None:
        return False
    again = said.touch(touch.at)
    names = ("step", "cycle", "carrying", "documents", "sum_kopecks")
    return said.how in (How.MESSAGE, How.DRAFT) and all(getattr(touch, name) == getattr(again, name) for name in names)


def _debt(case: Case) -> AccountDecision:
    """Decide of what is overdue."""
    account, carrying = case.account, case.account.carrying
    if not account.late:
        return AccountDecision(account.entity)
    blocked = next(gates.company_wide(case), None) or next(gates.of_facts(case), None)
    decided = AccountDecision(account.entity, carrying, case.age_bd, blocked=blocked)
    if blocked is not None or carrying is None:
        return decided
    step = ladders.next_step(case.ladder, case.touches, carrying.id, case.age_bd)
    blocked = next(gates.of_step(case, step), None)
    if blocked is not None or step is None:
        return replace(decided, blocked=blocked)
    said = _said(case, step, carrying, account.overdue)
    against = list(gates.of_saying(case, said))
    goes = all(each.gate is Gate.CONTACT for each in against)
    is_for_list = bool(against) and all(_is_for_list(each, case) for each in against)
    return replace(decided, said=said, blocked=next(iter(against), None), goes=goes, is_for_list=is_for_list)


def _is_for_list(blocked: Blocked, case: Case) -> bool:
    """Whether a step that something keeps back may still go today, once the manager knows."""
    if blocked.reason == "hours" and blocked.until is not None:
        return blocked.until.astimezone(case.settings.zone).date() == case.today
    return blocked.reason == "not_forewarned"


def _said(
    case: Case, step: Step, carrying: Document, overdue: tuple[Document, ...], due_soon: tuple[Document, ...] = ()
) -> Said:
    """Return all that a step would say. due_soon: what it is about; over holidays that is further off than what is told beside."""
    account, today = case.account, case.today
    channels = gates.verified(case, step)
    soon = max(today + timedelta(days=case.settings.coming_days), *(each.due_on for each in due_soon), today)
    coming = (each for each in account.eligible if each not in account.overdue and today <= each.due_on <= soon)
    is_first = not any(carrying.id in each.documents for each in case.touches)
    is_old = case.ladder.entry == CONTEXTUAL_SOFT and ladders.is_catching_up(case.ladder, step, case.age_bd)
    return Said(
        customer=case.customer.key, entity=account.entity, cycle=case.customer.cycle.number, step=step, carrying=carrying.id,
        how=_how(case, step, channels), overdue=overdue, coming=tuple(coming),
        disputed=tuple(each for each in account.late if account.excused.get(each.id) == "dispute"),
        money_kopecks=account.money_kopecks, received_kopecks=_received(case), channels=channels, stops_on=_stops_on(case, step),
        is_reconciliation=is_first and is_old and not step.is_service,
    )  # fmt: skip


def _how(case: Case, step: Step, channels: tuple[str, ...]) -> How:
    if step.repeats_bd:
        return How.DIGEST
    if not channels:
        return How.TASK
    return How.DRAFT if step.is_draft or case.around.mode is Mode.PROPOSE else How.MESSAGE


def _received(case: Case) -> int:
    """Return what came in the cycle since the last step."""
    began = case.customer.cycle.began_on
    days = [each.at.astimezone(case.settings.zone).date() for each in case.touches]
    since = max(days, default=began)
    if since is None:
        return 0
    came = (
        each.sum_kopecks
        for each in case.customer.receipts
        if each.entity == case.account.entity and each.received_on >= since
    )
    return max(0, sum(came))


def _stops_on(case: Case, step: Step) -> date | None:
    """Return from which day shipments stop, for a warning, or are stopped, for the step that says so."""
    age, workdays = case.ladder.hold.stop_age_bd, case.settings.workdays
    if not step.is_notice or age is None or case.account.carrying is None:
        return case.today if step.hold is Hold.STOP_SHIP and step.channels else None
    return max(workdays.plus(case.today, case.ladder.hold.notice_bd), workdays.plus(case.account.carrying.due_on, age))


def _service(case: Case) -> Said | None:
    """Return the notice of payments that are due soon; None if nothing new is, or it may not go now."""
    step = next((each for each in case.ladder.steps if each.is_service), None)
    if step is None or next(gates.company_wide(case), None) is not None:
        return None
    told = {
        name for each in case.customer.touches if each.at_bd < 0 and each.outcome in COUNTING for name in each.documents
    }
    ages = {each.id: ageing.age_bd(each, case.today, case.settings.workdays) for each in case.account.eligible}
    soon = [each for each in case.account.eligible if step.at_bd <= ages[each.id] < 0 and each.id not in told]
    if not soon:
        return None
    said = _said(case, step, soon[0], (), tuple(soon))
    is_to_go = said.how in (How.MESSAGE, How.DRAFT) and not list(gates.of_saying(case, said))
    return said if is_to_go else None


def daily(
    customers: Iterable[tuple[Customer, Ladder]], settings: Settings, around: Circumstances, now: datetime
) -> tuple[Decision, ...]:
    """Return what is decided of all customers, each with its ladder, by their keys: G13 is asked of what nothing else keeps back."""
    every = sorted(customers, key=lambda pair: pair[0].key)
    decided = [decide(customer, ladder, settings, around, now) for customer, ladder in every]
    day = [caps.Reached.of(*pair, one, settings) for pair, one in zip(every, decided, strict=True)]
    over, over_services = caps.over(day, settings.caps), caps.over_services(day, settings.caps)
    return tuple(
        decide(*pair, settings, around, now, over=one.customer in over, over_service=one.customer in over_services)
        if one.customer in over | over_services
        else one
        for pair, one in zip(every, decided, strict=True)
    )
