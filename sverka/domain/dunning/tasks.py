"""What people have to do about a customer's debts, as long as its reason stands: the task closes by itself with it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sverka.domain.dunning import ageing, gates
from sverka.domain.dunning import ladder as ladders
from sverka.domain.dunning.decision import AccountDecision, HoldChange, How, Task
from sverka.domain.dunning.facts import DisputeReason, Outcome, Touch
from sverka.domain.dunning.gates import Case
from sverka.domain.dunning.policy import ACCOUNTANT, DIRECTOR, HEAD, MANAGER, Step
from sverka.domain.dunning.promises import Judged, Word


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


def of_customer(case: Case, hold: HoldChange) -> Iterator[Task]:
    """Yield the tasks about a customer as a whole."""
    yield from _of_promises(case)
    for dispute in case.customer.disputes:
        if dispute.closed_on is not None:
            continue
        documents = [found for each in dispute.documents if (found := case.standing.document(each)) is not None]
        owed = ageing.residual(documents)
        if dispute.reason is DisputeReason.PAID_ALREADY:
            yield Task("paid_already", ACCOUNTANT, dispute.id, dispute.documents, owed)
        if case.settings.workdays.between(dispute.opened_on, case.today) > case.settings.dispute_sla_bd:
            yield Task("dispute_late", HEAD, dispute.id, dispute.documents, owed)
    began = case.customer.cycle.began_on
    for receipt in case.customer.receipts:
        if (
            receipt.sum_kopecks < 0
            and case.customer.cycle.is_open
            and began is not None
            and receipt.received_on >= began
        ):
            yield Task("returned", MANAGER, receipt.id, (), -receipt.sum_kopecks)
    if hold.awaits_notice and "limit_stop" in hold.reasons:
        yield Task("limit_warning", HEAD, case.customer.key)


def _of_promises(case: Case) -> Iterator[Task]:
    broken = [each for each in _of_cycle(case, case.standing.words(Word.BROKEN)) if not _was_called(case, each)]
    renewed = {each.promise.renews for each in case.standing.judged}
    part = _of_cycle(case, case.standing.words(Word.PART))
    owes = bool(case.standing.held)
    if owes:
        yield from (_about("promise_broken", each) for each in broken)
        yield from (
            _about("promise_part", each)
            for each in part
            if each.promise.id not in renewed and not _was_called(case, each)
        )
    if owes and len(_of_cycle(case, case.standing.words(Word.BROKEN))) >= 2:
        yield Task("tier_review", HEAD, f"{case.customer.key} {case.customer.cycle.number}")


def _of_cycle(case: Case, judged: Iterable[Judged]) -> list[Judged]:
    began = case.customer.cycle.began_on
    is_open = case.customer.cycle.is_open and began is not None
    return [each for each in judged if is_open and began is not None and each.promise.made_on >= began]


def _was_called(case: Case, judged: Judged) -> bool:
    return any(day > judged.over_on for day in case.customer.calls)


def _about(reason: str, judged: Judged) -> Task:
    missing = judged.promise.sum_kopecks - judged.received_kopecks
    return Task(reason, MANAGER, judged.promise.id, judged.promise.documents, missing)


def strange_steps(case: Case) -> tuple[str, ...]:
    """Return ids of steps that were taken in this cycle and that the ladder does not have any more: a person looks at them."""
    return ladders.strange(case.ladder, ladders.taken(case.customer.touches, case.customer.cycle.number))
