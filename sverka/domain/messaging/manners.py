"""Whether, when and by which channel a message goes: decided for all wishes alike, from what went before and the moment. Pure.

What was sent before counts by address, whichever card bore it. The rules stand in `wishes.RULES`; here they are asked in this order: did
it go already, is it too late or too early, may we write, can we reach them, is it a fit hour, is it too much, which channel is well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sverka.domain.actions import card_of
from sverka.domain.effects import State
from sverka.domain.messaging import ladder
from sverka.domain.messaging.channels import ARRIVED, CHANNEL_BY_NAME, Delivery
from sverka.domain.messaging.health import while_tried
from sverka.domain.messaging.kinds import ORDER_READY, SHIPPING, VISIT_BOOKED, VISIT_CANCELLED, VISIT_SOON, Sort
from sverka.domain.messaging.wishes import (
    ByHand,
    Go,
    Held,
    Manners,
    Past,
    Recipient,
    Sick,
    Told,
    Verdict,
    Wait,
    Wish,
)
from sverka.domain.messaging.zones import Span, day_everywhere, lawful, window

COUNTS = (State.PLANNED, State.CLAIMED, State.DONE, State.UNKNOWN)
"""What went, or may have gone, or is about to go."""
TRIED = (State.DONE, State.FAILED)
"""What shows that a channel was tried for a message."""
UNASKED = (Sort.CARE, Sort.ADVERT)
"""What nobody waits for."""

ONE_PERSON = timedelta(days=90)
"""So long one thing that nobody waits for is not said twice to who has two cards."""

_NEWS = (ORDER_READY, *SHIPPING, VISIT_BOOKED, VISIT_CANCELLED)
_TOGETHER = timedelta(minutes=10)
"""What becomes of an order or a visit within this time of what was told of it is told together, as it stands then."""

DEBT_CAPS = (("per_month", 16), ("per_week", 4), ("per_day", 2))
"""Messages about debts to one person in a calendar month, week and day, each try of each channel counted (230-FZ, article 7)."""


@dataclass(frozen=True)
class _Case:
    """A wish with all that decides about it. mine: what was done for the same meaning; others: what else went to the same person."""

    wish: Wish
    recipient: Recipient
    mine: tuple[Past, ...]
    others: tuple[Past, ...]
    manners: Manners
    sick: Mapping[str, Sick]
    now: datetime
    company_zone: ZoneInfo

    @property
    def sort(self) -> Sort:
        return self.wish.kind.sort

    @property
    def hours_zone(self) -> ZoneInfo | None:
        """Whose clock says whether it is a fit hour, None if nobody knows."""
        return self.wish.zone or self.recipient.zone

    @property
    def days_zone(self) -> ZoneInfo:
        """Whose midnight parts the days in which messages are counted: one for all wishes for a person."""
        return self.recipient.zone or self.company_zone

    def day(self, moment: datetime) -> date:
        return moment.astimezone(self.days_zone).date()


def decide(
    wish: Wish, recipient: Recipient, past: Iterable[Past], manners: Manners, sick: Iterable[Sick], now: datetime,
    company_zone: ZoneInfo,
) -> Verdict:  # fmt: skip
    """Return what becomes of a wish now.

    past: all messages to the recipient and all of the wish's key, in any order; what is neither does not count.
    """
    theirs = frozenset(map(ladder.as_compared, ladder.addresses(recipient)))
    rows, key = tuple(past), wish.key
    mine = tuple(each for each in rows if each.key == key)
    others = tuple(each for each in rows if each.key != key and ladder.as_compared(each.address) in theirs)
    ill = _by_name(sick)
    if wish.by:
        manners = replace(manners, channels=tuple(each for each in manners.channels if each in wish.by))
    case = _Case(wish, recipient, mine, others, manners, ill, now, company_zone)
    verdicts = (rule(case) for rule in _RULES)
    return next((verdict for verdict in verdicts if verdict is not None), None) or _by_channel(case)


def decide_all(
    asked: Iterable[tuple[Wish, Recipient]], past: Mapping[str, Sequence[Past]], manners: Manners, sick: Iterable[Sick],
    now: datetime, company_zone: ZoneInfo,
) -> list[tuple[Wish, Verdict]]:  # fmt: skip
    """Decide all wishes of a run, the most important first, whatever the order in which they come.

    past: by the recipient's key. What goes now counts for the wishes that come later, whichever card bears them, and a channel that
    a message tries again is left alone by the others.
    """
    ill, going, decided = _by_name(sick), _Going(), []
    for wish, recipient in sorted(asked, key=_precedence):
        before, beside = past.get(recipient.key, ()), going.beside(wish, recipient)
        verdict = decide(wish, recipient, [*before, *beside], manners, ill.values(), now, company_zone)
        if isinstance(verdict, Wait | Held) and verdict.rule in ("gap", "per_day") and beside:
            alone = decide(wish, recipient, before, manners, ill.values(), now, company_zone)
            verdict = replace(verdict, rule="gave_way") if isinstance(alone, Go) else verdict
        if isinstance(verdict, Go):
            going.add(wish, verdict, now)
            ill |= {each.channel: while_tried(each, now) for each in ill.values() if each.channel == verdict.channel}
        decided.append((wish, verdict))
    return decided


class _Going:
    """What goes in this run, found by its meaning and by where it goes."""

    def __init__(self) -> None:
        self._found: dict[str, list[Past]] = defaultdict(list)

    def add(self, wish: Wish, go: Go, now: datetime) -> None:
        """Keep a message."""
        kind = wish.kind
        planned = Past(wish.key, kind.name, kind.sort, go.channel, go.address, State.PLANNED, now, go.again)
        for name in (wish.key, ladder.as_compared(go.address)):
            self._found[name].append(planned)

    def beside(self, wish: Wish, recipient: Recipient) -> list[Past]:
        """Return what goes for the same meaning, and what else goes to a recipient."""
        theirs, key = map(ladder.as_compared, ladder.addresses(recipient)), wish.key
        others = [each for address in theirs for each in self._found.get(address, ()) if each.key != key]
        return [*self._found.get(key, ()), *others]


def _by_name(sick: Iterable[Sick]) -> dict[str, Sick]:
    """Return what ails each channel; of two ails the one that lasts longer."""
    return {each.channel: each for each in sorted(sick, key=lambda each: each.until)}


def _precedence(asked: tuple[Wish, Recipient]) -> tuple[int, datetime, str, str]:
    wish, recipient = asked
    return wish.kind.rank, wish.not_before, wish.key, recipient.key


def _went(case: _Case) -> Verdict | None:
    """Whether it arrived, is on its way, or may have gone; None if a channel is to be tried, or another one."""
    states = {each.state for each in case.mine}
    done = [each for each in case.mine if each.state is State.DONE]
    if any(each.delivery in ARRIVED for each in done):
        return Told()
    if states & {State.PLANNED, State.CLAIMED}:
        return Wait("pending")
    if State.UNKNOWN in states:
        return Wait("not_sure")
    hopeful = [each for each in done if each.delivery is not Delivery.UNDELIVERABLE]
    if not hopeful:
        return None
    is_late = case.now >= case.wish.expires_at  # no other channel would be tried any more
    if is_late or not all(CHANNEL_BY_NAME[each.channel].tells for each in hopeful):
        return Told()
    return _may_arrive(case, hopeful)


def _may_arrive(case: _Case, hopeful: Sequence[Past]) -> Verdict | None:
    """Wait for as long as a provider may tell that it arrived; None if another channel is to be tried.

    Of what nobody waits for, silence counts only from a provider that was heard meanwhile: twice is worse than late.
    """
    until = max(map(_patient_until, hopeful))
    if case.now < until:
        return Wait("pending", until)
    return None if case.sort not in UNASKED or all(map(_is_heard_of, hopeful)) else Wait("pending")


def _is_heard_of(past: Past) -> bool:
    """Whether its provider has told all that it will, or was heard after a message should have arrived."""
    return past.is_final or (past.asked_at is not None and past.asked_at >= _patient_until(past))


def _patient_until(past: Past) -> datetime:
    """Return until when its provider may tell that a message has arrived."""
    return past.at + CHANNEL_BY_NAME[past.channel].patience


def _in_time(case: _Case) -> Verdict | None:
    if case.wish.held:
        return Held(case.wish.held)
    if case.now >= case.wish.expires_at:
        return Held("too_late")
    return Wait(case.wish.waits_for or "not_due", case.wish.not_before) if case.now < case.wish.not_before else None


def _permitted(case: _Case) -> Verdict | None:
    """Whether they want it; debts are pressed no further by a machine (law_and_etiquette §7)."""
    if case.recipient.unwritten and case.sort in UNASKED:
        return Held("unwritten")
    if case.sort is Sort.ADVERT and not case.recipient.consents_to_adverts:
        return Held("no_consent")
    if case.sort is not Sort.SERVICE and ladder.wants_no_care(case.recipient):
        return ByHand("opted_out") if case.sort is Sort.DEBT else Held("opted_out")
    return Held("in_dispute") if case.sort in UNASKED and case.recipient.in_dispute else None


def _ever_fit(case: _Case) -> Verdict | None:
    """Whether there is a fit hour before it comes too late; two hours before a visit is then or never, for the evening's said the hour."""
    is_soon, due = case.wish.kind.name == VISIT_SOON, case.wish.not_before
    if _opening(case, case.now) is None or (is_soon and _opening(case, due) != due):
        return Held("early_visit" if is_soon else "hours")
    return None


def _reachable(case: _Case) -> Verdict | None:
    if case.recipient.unwritten:
        return ByHand("unwritten")
    if _left(case):
        return None
    if _tried(case):
        return ByHand("nowhere")
    if not ladder.reaching(case.recipient, case.manners, case.sort):
        return ByHand("no_address")
    return Held("opted_out") if case.sort in UNASKED else ByHand("opted_out")


def _fit_hour(case: _Case) -> Verdict | None:
    opens = _opening(case, case.now)
    return Wait("hours", opens) if opens is not None and opens > case.now else None


def _restrained(case: _Case) -> Verdict | None:
    """Whether this person has had enough for now; what was done for the same meaning is one message, but for debts."""
    if case.sort is Sort.DEBT:
        dunned = [each for each in (*case.mine, *case.others) if each.sort == Sort.DEBT and each.state in COUNTS]
        held = (_over(case, rule, most, dunned, lambda each: each) for rule, most in DEBT_CAPS)
        return next((verdict for verdict in held if verdict is not None), None)
    counted = [each for each in case.others if each.state in COUNTS]
    if case.sort not in UNASKED:
        return _merged(case, counted)
    if any(_is_the_same(case, each) for each in counted):
        return Held("just_told")
    until = max((each.at for each in counted), default=case.now) + timedelta(minutes=case.manners.gap_min)
    if counted and case.now < until:
        return _later(case, "gap", until)
    return _over(case, "per_day", case.manners.per_day, counted, lambda each: each.key)


def _merged(case: _Case, counted: Iterable[Past]) -> Verdict | None:
    """Whether something was told of the same order or visit just now, and this need not be told before it stands."""
    if case.wish.kind.name not in _NEWS:
        return None
    until = max(
        (each.at + _TOGETHER for each in counted if card_of(each.key.split("|", 2)[1]) == case.wish.card),
        default=case.now,
    )
    return Wait("together", until) if case.now < until and _opening(case, until) == until else None


def _is_the_same(case: _Case, past: Past) -> bool:
    """Whether the same was said to this person lately because of another card of theirs."""
    kind, occasion = case.wish.kind.name, case.wish.occasion
    return past.kind == kind and past.key.endswith(f"/{kind}|{occasion}") and case.now - past.at < ONE_PERSON


_RULES: tuple[Callable[[_Case], Verdict | None], ...] = (
    _went, _in_time, _permitted, _ever_fit, _reachable, _fit_hour, _restrained,
)  # fmt: skip


def _by_channel(case: _Case) -> Verdict:
    left, given_up = _left(case), _given_up(case)
    others = [each for each in left if each not in given_up]
    channel = ladder.next_channel(others, case.sick, case.now) or ladder.next_channel(left, case.sick, case.now)
    if channel is None:
        well = min(case.sick[each].until for each in left)
        is_hopeless = case.sort is Sort.SERVICE and well >= case.wish.expires_at
        return ByHand("sick_till_late") if is_hopeless else Wait("all_sick", well)
    return Go(channel, case.recipient.address(channel), len(_tried(case)))


def _given_up(case: _Case) -> set[str]:
    """Return the sick channels that this very message has tried: others may see whether they are well, it has waited long enough."""
    return {each.channel for each in case.mine if each.state is State.CANCELLED and each.channel in case.sick}


def _tried(case: _Case) -> set[str]:
    return {each.channel for each in case.mine if each.state in TRIED}


def _left(case: _Case) -> list[str]:
    """Return the channels by which it may still go, in order."""
    tried = _tried(case)
    return [each for each in ladder.allowed(case.recipient, case.manners, case.sort) if each not in tried]


def _over(
    case: _Case, rule: str, most: int, counted: Iterable[Past], one: Callable[[Past], object]
) -> Verdict | None:  # fmt: skip
    """Return what follows if a period's messages are used up. one: what makes two of them the same message."""
    first, following = _period(rule, case.day(case.now))
    used = {one(each) for each in counted if first <= case.day(each.at) < following}
    return _later(case, rule, datetime.combine(following, time(0), case.days_zone)) if len(used) >= most else None


def _period(rule: str, day: date) -> tuple[date, date]:
    """Return the first day of the day's calendar period, and of the one after it."""
    if rule == "per_month":
        first = day.replace(day=1)
        return first, (first + timedelta(days=31)).replace(day=1)
    days = 7 if rule == "per_week" else 1
    first = day - timedelta(days=day.weekday() if days == 7 else 0)
    return first, first + timedelta(days=days)


def _later(case: _Case, rule: str, moment: datetime) -> Verdict:
    """Let it wait for the first fit hour from a moment on, and hold it back if there is none in time."""
    opens = _opening(case, moment)
    return Held(rule) if opens is None else Wait(rule, opens)


def _opening(case: _Case, moment: datetime) -> datetime | None:
    """Return the first fit moment from `moment` on, None if it would be too late then."""
    for opens, closes in _windows(case, moment):
        start = max(opens, moment)
        if start >= case.wish.expires_at:
            return None
        if start < closes:
            return start
    return None


def _windows(case: _Case, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield between which moments it may go, day by day; a window that ends before it begins is none."""
    zone = case.hours_zone or case.company_zone
    is_anywhere = case.hours_zone is None and case.manners.unknown_zone == "anywhere"
    day = moment.astimezone(zone).date()
    while True:
        opens, closes = window(day, _span(case, day), zone)
        if is_anywhere:
            first, last = day_everywhere(day, case.manners.workdays)
            opens, closes = max(opens, first), min(closes, last)
        yield opens, closes
        day += timedelta(days=1)


def _span(case: _Case, day: date) -> Span:
    """Return the hours of a sort on a day."""
    opens, closes = case.manners.hours[case.sort]
    if case.sort is not Sort.DEBT:
        return opens, closes
    bounds = [(opens, closes), lawful(day, case.manners.workdays)]
    if case.manners.workdays.is_day_off(day):
        bounds.append(case.manners.debt_on_days_off)
    return max(each[0] for each in bounds), min(each[1] for each in bounds)
