"""The gates G1 to G12 for one account: what may keep a step back, in the order in which it is asked. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sverka.domain.dunning import freshness
from sverka.domain.dunning import ladder as ladders
from sverka.domain.dunning.decision import Blocked, How, Said
from sverka.domain.dunning.facts import Customer, Freshness, Hold, Touch
from sverka.domain.dunning.policy import Ladder, Settings, Step
from sverka.domain.dunning.standing import Account, Standing
from sverka.domain.policy import Mode


@dataclass(frozen=True)
class Circumstances:
    """What holds for all customers at a moment. is_stopped: a kill switch is on. mode: how far dunning may go by itself."""

    freshness: Freshness = field(default_factory=Freshness)
    mode: Mode = Mode.AUTO
    is_stopped: bool = False


@dataclass(frozen=True)
class Case:
    """A customer's account with all that decides about it: the customer with today's cycle, and without touches that may be withdrawn.

    age_bd: of the document that leads. hold: as the facts of today want it.
    """

    customer: Customer
    ladder: Ladder
    settings: Settings
    around: Circumstances
    now: datetime
    standing: Standing
    account: Account
    age_bd: int
    hold: Hold = Hold.NONE

    @property
    def today(self) -> date:
        """The day by the company's clock."""
        return self.standing.today

    @property
    def touches(self) -> tuple[Touch, ...]:
        """The touches of this cycle and account."""
        return ladders.taken(self.customer.touches, self.customer.cycle.number, self.account.entity)


def company_wide(case: Case) -> Iterator[Blocked]:
    """Yield what of G1 to G4 keeps everything back, notices of payments due soon as well."""
    if case.around.is_stopped:
        yield Blocked("stopped")
    if case.around.mode is Mode.WATCH:
        yield Blocked("watching")
    if not freshness.are_payments_fresh(case.around.freshness, case.settings, case.now):
        yield Blocked("payments_unknown")
    if not freshness.are_shipments_fresh(case.around.freshness, case.settings, case.now):
        yield Blocked("shipments_unknown")
    if case.customer.exclusion is not None:
        yield Blocked(case.customer.exclusion.value)


def of_facts(case: Case) -> Iterator[Blocked]:
    """Yield what of G5 to G7 keeps a debt from being spoken of."""
    if is_unallocated(case.account, case.customer, case.settings):
        yield Blocked("unallocated")
    if not case.account.overdue:
        yield _nothing_eligible(case)
    if case.standing.is_tail or not case.account.carrying:
        yield Blocked("tail")


def is_unallocated(account: Account, customer: Customer, settings: Settings) -> bool:
    """Whether money that belongs to no document is so much that it has to be allocated first."""
    oldest = next(iter(account.overdue), None)
    if oldest is None or account.money_kopecks <= 0:
        return False
    since = sum(
        each.unallocated_kopecks
        for each in customer.receipts
        if each.entity == account.entity and each.received_on >= oldest.due_on
    )
    share = account.money_kopecks * 100 >= account.overdue_kopecks * settings.unallocated_percent
    return share or since >= oldest.residual_kopecks


def _nothing_eligible(case: Case) -> Blocked:
    """Return what excuses all that is late: the gravest excuse, else that it is small, else that no working day has passed."""
    why = {case.account.excused.get(each.id, "") for each in case.account.late}
    for excuse in ("promise", "dispute", "pause"):
        if excuse in why:
            return Blocked(excuse)
    return Blocked("tail" if "small" in why and "" not in why else "not_yet")


def of_step(case: Case, step: Step | None) -> Iterator[Blocked]:
    """Yield what of G8 keeps the next step back."""
    zone, workdays = case.settings.zone, case.settings.workdays
    if any(each.at.astimezone(zone).date() == case.today for each in case.touches):
        yield Blocked("said_today")
    if step is None:
        yield Blocked("not_due")
        return
    if step.waits_for_head and case.customer.cycle.escalated_on is not None:
        yield Blocked("escalated")
    if step.repeats_bd:
        yield from _of_repeat(case, step)
        return
    last = ladders.last_contact(case.customer, case.ladder, case.today, zone)
    if last is not None and workdays.between(last, case.today) < ladders.gap_bd(case.ladder, step, case.settings):
        yield Blocked("gap")
    cooling = ladders.cooling_since(case.customer, case.account, case.settings, zone)
    if cooling is not None and workdays.between(cooling, case.today) < case.settings.cooling_bd:
        yield Blocked("cooling")
    if step.requires_call and not has_called(case):
        yield Blocked("no_call")
    if step.requires_notice_bd and not _is_noticed(case, step):
        yield Blocked("no_notice")


def has_called(case: Case) -> bool:
    """Whether a debt call was logged in this cycle."""
    began = case.customer.cycle.began_on
    return any(began is not None and began <= day <= case.today for day in case.customer.calls)


def _is_noticed(case: Case, step: Step) -> bool:
    documents = (each.id for each in case.account.overdue)
    warned = ladders.warned_on(case.customer, case.ladder, documents, case.settings.zone)
    is_early = warned is not None and case.settings.workdays.between(warned, case.today) >= step.requires_notice_bd
    return is_early and (not case.ladder.hold.is_on or case.hold >= step.hold)


def _of_repeat(case: Case, step: Step) -> Iterator[Blocked]:
    days = [each.at.astimezone(case.settings.zone).date() for each in case.touches if step.is_called(each.step)]
    if days and case.settings.workdays.between(max(days), case.today) < step.repeats_bd:
        yield Blocked("not_due")


def verified(case: Case, step: Step) -> tuple[str, ...]:
    """Return the ways of a step by which the customer may be told: known to be right, and not tried in vain for it yet."""
    oldest = case.today - timedelta(days=case.settings.contact_known_days)
    known = {
        each.name
        for each in case.customer.reach
        if each.is_confirmed or (each.delivered_on is not None and each.delivered_on >= oldest)
    }
    carrying = case.account.carrying
    tried = {
        each.channel
        for each in case.customer.touches
        if each.cycle == case.customer.cycle.number and each.entity == case.account.entity and each.outcome == "undeliverable"
        and step.is_called(each.step) and carrying is not None and each.carrying == carrying.id
    }  # fmt: skip
    return tuple(channel for channel in step.channels if channel in known and channel not in tried)


def of_saying(case: Case, said: Said) -> Iterator[Blocked]:
    """Yield what of G9 to G12 keeps a step back that is due."""
    is_message = said.how in (How.MESSAGE, How.DRAFT)
    if is_message and case.customer.attention_spent >= case.settings.attention_per_day:
        yield Blocked("attention")
    if not is_message and not said.step.is_inside:
        yield Blocked("no_contact")
    opens = _opening(case, said)
    if opens > case.now:
        yield Blocked("hours", opens)
    if case.today in case.customer.vetoed_on and not said.step.is_inside:
        yield Blocked("vetoed")
    before = case.settings.forewarn_before
    if said.how is How.MESSAGE and before is not None:
        yield from _of_forewarning(case, before)


def _opening(case: Case, said: Said) -> datetime:
    """Return when a step may be taken: a message at its hour, a task, or a draft for a person, at any hour of a working day."""
    if said.how is How.MESSAGE:
        return freshness.opening(said.channels[0], said.step, case.customer.zone, case.settings, case.now)
    whole_day = replace(case.settings, send_window=(0, 24 * 60))
    return freshness.opening("email:", said.step, None, whole_day, case.now)


def _of_forewarning(case: Case, before: timedelta) -> Iterator[Blocked]:
    told_at = case.customer.forewarned_at
    is_of_today = told_at is not None and told_at.astimezone(case.settings.zone).date() == case.today
    if told_at is None or not is_of_today:
        yield Blocked("not_forewarned")
    elif case.now < told_at + before:
        yield Blocked("not_forewarned", told_at + before)
