"""What people have to do about a customer's debts, as long as its reason stands: the task closes by itself with it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sverka.domain.dunning import ageing, gates
from sverka.domain.dunning.decision import AccountDecision, HoldChange, How, Task
from sverka.domain.dunning.facts import Customer, DisputeReason, Outcome, Touch
from sverka.domain.dunning.gates import Case
from sverka.domain.dunning.policy import ACCOUNTANT, DIRECTOR, HEAD, MANAGER, Settings, Step
from sverka.domain.dunning.promises import Word
from sverka.domain.dunning.standing import Standing


def of_account(case: Case, decided: AccountDecision) -> Iterator[Task]:
    """Yield the tasks about an account with an own entity."""
    if gates.is_unallocated(case.account, case.customer, case.settings):
        oldest = case.account.overdue[0]
        yield Task(
            "allocate", ACCOUNTANT, f"{case.account.entity} {oldest.id}", (oldest.id,), case.account.money_kopecks
        )
    touches = [*case.touches]
    if decided.said is not None and decided.goes:
        if decided.said.how is How.DRAFT:
            yield _task("release", HEAD, case, decided.said.touch(case.now))
        elif decided.said.how is How.TASK:
            touches.append(decided.said.touch(case.now))
    for touch in touches:
        step = case.ladder.step(touch.step)
        if step is not None and _still_open(case, touch) and touch.outcome is Outcome.BY_HAND:
            yield from _of_touch(case, touch, step)
    if decided.blocked is not None and decided.blocked.reason == "no_call" and decided.carrying is not None:
        yield Task(
            "no_call", HEAD, f"{case.account.entity} {case.customer.cycle.number} {decided.carrying.id}",
            (decided.carrying.id,), case.account.net_kopecks,
        )  # fmt: skip


def _of_touch(case: Case, touch: Touch, step: Step) -> Iterator[Task]:
    """Yield the tasks of a step that was given to people and whose debt stands."""
    day = touch.at.astimezone(case.settings.zone).date()
    if step.waits_for_head:
        yield _task("decide", HEAD, case, touch)
        if case.settings.workdays.between(day, case.today) > step.sla_bd:
            yield _task("decide_late", DIRECTOR, case, touch)
    elif not any(call >= day for call in case.customer.calls) and not step.repeats_bd:
        yield _task("call" if step.is_call else "tell", MANAGER, case, touch)


def _still_open(case: Case, touch: Touch) -> bool:
    """Whether something that a touch listed is overdue still and may be spoken of."""
    overdue = {each.id for each in case.account.led}
    return bool(overdue & set(touch.documents))


def _task(reason: str, role: str, case: Case, touch: Touch) -> Task:
    occasion = f"{touch.entity} {touch.cycle} {touch.step} {touch.carrying}".strip()
    listed = tuple(each for each in case.account.overdue if each.id in touch.documents)
    return Task(reason, role, occasion, tuple(each.id for each in listed), ageing.residual(listed))


def of_customer(customer: Customer, standing: Standing, settings: Settings, hold: HoldChange) -> Iterator[Task]:
    """Yield the tasks about a customer as a whole."""
    yield from _of_promises(customer, standing)
    for dispute in customer.disputes:
        if dispute.closed_on is not None:
            continue
        documents = [found for each in dispute.documents if (found := standing.document(each)) is not None]
        owed = ageing.residual(documents)
        if dispute.reason is DisputeReason.PAID_ALREADY:
            yield Task("paid_already", ACCOUNTANT, dispute.id, dispute.documents, owed)
        if settings.workdays.between(dispute.opened_on, standing.today) > settings.dispute_sla_bd:
            yield Task("dispute_late", HEAD, dispute.id, dispute.documents, owed)
    for receipt in customer.receipts:
        if receipt.sum_kopecks < 0 and _is_of_cycle(customer, receipt.received_on):
            yield Task("returned", MANAGER, receipt.id, (), -receipt.sum_kopecks)
    if hold.awaits_notice and "limit_stop" in hold.reasons:
        yield Task("limit_warning", HEAD, customer.key)


def _of_promises(customer: Customer, standing: Standing) -> Iterator[Task]:
    """Yield the tasks about promises that were not kept, as long as something is overdue and nobody has called since."""
    if not standing.held:
        return
    broken = [each for each in standing.words(Word.BROKEN) if _is_of_cycle(customer, each.promise.made_on)]
    part = [each for each in standing.words(Word.PART) if _is_of_cycle(customer, each.promise.made_on)]
    renewed = {each.promise.renews for each in standing.judged}
    for reason, judged in (("promise_broken", broken), ("promise_part", part)):
        for each in judged:
            if each.promise.id not in renewed and not any(day > each.over_on for day in customer.calls):
                missing = each.promise.sum_kopecks - each.received_kopecks
                yield Task(reason, MANAGER, each.promise.id, each.promise.documents, missing)
    if len(broken) >= 2:
        yield Task("tier_review", HEAD, f"{customer.key} {customer.cycle.number}")


def _is_of_cycle(customer: Customer, day: date) -> bool:
    began = customer.cycle.began_on
    return customer.cycle.is_open and began is not None and day >= began
