"""What a client is told of a visit: when it is booked or moved, on the eve, two hours before, and that it does not take place.

Rules
- A deal at a stage with `notice: visits`, with a moment in its field for the visit that is still to come. The meaning of each message is
  the visit's moment and its branch: a visit that is moved is told anew, with the moment that was told before, and reminded of anew.
- At booking: at once, up to two hours before the visit; up to half an hour before one so early that no reminder comes, and before one of
  which the client was told another hour. Who was booked before the company's cut-off knows it. Moved or cancelled within ten minutes of
  what was told: once the ten minutes are over, as it stands then (`sverka.domain.messaging.manners`).
- On the eve: at 19:00, or an hour before messages may go no more; for two hours. Two hours before: within 45 minutes, then it would be
  stale. A reminder that would come before messages may go is dropped; the evening's says the hour.
- Who is told of the booking less than four hours before the evening's reminder, or less than two before the last one, is not reminded;
  where no message reaches them, it counts when a person was asked to tell them.
- What holds anew, after the client was told otherwise, is told anew: a visit moved there and back, or booked again after it was cancelled.
- A visit that the client was told of and that does not take place, for the deal is lost or its field is empty, is told so, if it was
  still to come. Whoever moves the deal elsewhere has something else in mind.
- Hours are those of the company: that is where the client comes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from itertools import pairwise

from sverka.domain.contacts import name_or_nothing
from sverka.domain.messaging.facts import Visit
from sverka.domain.messaging.kinds import (
    KIND_BY_NAME,
    VISIT_BOOKED,
    VISIT_CANCELLED,
    VISIT_EVE,
    VISIT_SOON,
)
from sverka.domain.messaging.wishes import Wish
from sverka.domain.policy import Branch, Policy
from sverka.domain.rows import Client, Deal
from sverka.domain.russian import clock, day, quoted
from sverka.domain.state_table import LOST, VISITS, Stage

EVE_AT_MIN, BEFORE_CLOSING_MIN, BEFORE = 19 * 60, 60, timedelta(hours=2)
AT_THE_LATEST = timedelta(minutes=30)
"""Before a visit that nothing reminds of two hours before, or that was told otherwise, its booking is told until then."""
_TIMES = "#"
"""Parts a visit's meaning from how often it was told before with something else between; no branch holds it."""
_REMINDED_BY_BOOKING: Mapping[str, timedelta] = {VISIT_EVE: timedelta(hours=4), VISIT_SOON: timedelta(hours=2)}
"""Who was told of the visit so shortly before a reminder needs none."""


@dataclass(frozen=True)
class ToldVisit:
    """A message about the deal's visit. at: business time. went: whether it may have been sent; else a person took it back."""

    kind: str
    occasion: str
    at: datetime
    went: bool = True


@dataclass(frozen=True)
class VisitCase:
    """A deal with all that matters of its visit. works: names of the services that were agreed. manager: the CRM's user.

    left_to_people: since when a person is to tell of a booking, or has, by its meaning.
    """

    deal: Deal
    stage: Stage | None
    client: Client | None
    branch: Branch | None
    works: tuple[str, ...] = ()
    manager: str = ""
    manager_name: str = ""
    told: Sequence[ToldVisit] = field(default=())
    left_to_people: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def card(self) -> str:
        """The deal's card."""
        return f"deal:{self.deal.ext_id}"

    @property
    def visit_at(self) -> datetime | None:
        """When the client comes, None if nobody has said."""
        written = self.deal.custom("visit_at")
        return datetime.fromisoformat(written) if written else None


def wishes(case: VisitCase, policy: Policy, now: datetime) -> tuple[Wish, ...]:
    """Return what the client is to be told of the visit, now or later."""
    at = case.visit_at
    if case.client is None:
        return ()
    if case.stage is not None and case.stage.notice == VISITS and at is not None:
        return tuple(_coming(case, policy, at, now)) if at > now and case.branch is not None else ()
    if at is None or (case.stage is not None and case.stage.name == LOST):
        return tuple(_cancelled(case, policy, now))
    return ()


def _coming(case: VisitCase, policy: Policy, at: datetime, now: datetime) -> Iterator[Wish]:
    opens_min, closes_min = policy.manners.hours["service"]
    midnight = datetime.combine(at.astimezone(policy.zone).date(), time(0), policy.zone)
    eve = midnight - timedelta(days=1) + timedelta(minutes=min(EVE_AT_MIN, closes_min - BEFORE_CLOSING_MIN))
    booking = _booking(case, policy, at, is_reminded=at - BEFORE >= midnight + timedelta(minutes=opens_min))
    yield booking
    for kind, moment in ((VISIT_EVE, eve), (VISIT_SOON, at - BEFORE)):
        held = "just_told" if _is_told_about(case, booking, kind, moment, now) else ""
        yield _wish(case, policy, kind, at, moment, moment + KIND_BY_NAME[kind].useful, held)


def _booking(case: VisitCase, policy: Policy, at: datetime, *, is_reminded: bool) -> Wish:
    booked_at, news = case.deal.moved_at or case.deal.created_at, _news(case)
    latest = at - (BEFORE if is_reminded and not news else AT_THE_LATEST)
    held = "known" if booked_at < policy.history_cutoff and not news else ""
    return _wish(case, policy, VISIT_BOOKED, at, booked_at, latest, held)


def _is_told_about(case: VisitCase, booking: Wish, kind: str, moment: datetime, now: datetime) -> bool:
    """Whether the client was told of the booking so shortly before a reminder's moment that none is needed, or is told now."""
    near = moment - _REMINDED_BY_BOOKING[kind]
    told = [each.at for each in case.told if each.kind == VISIT_BOOKED and each.occasion == booking.occasion]
    if not told and booking.occasion in case.left_to_people:
        told = [case.left_to_people[booking.occasion]]
    goes_now = not told and not booking.held and max(booking.not_before, near) <= now < booking.expires_at
    return goes_now or any(each >= near for each in told)


def _wish(
    case: VisitCase, policy: Policy, kind: str, at: datetime, not_before: datetime, expires_at: datetime, held: str = ""
) -> Wish:
    local = at.astimezone(policy.zone)
    when = f"{day(local.date())} в {clock(local)}"
    facts, who = _facts(case, policy, kind, local).as_json(), case.client.ext_id if case.client else ""
    return Wish(
        KIND_BY_NAME[kind], case.card, who, _occasion(case, policy, at), facts,
        not_before=not_before, expires_at=expires_at, reason=f"Сделка {quoted(case.deal.title)}: визит {when}{_WHY[kind]}.",
        manager=case.manager, zone=policy.zone, held=held,
    )  # fmt: skip


_WHY: Mapping[str, str] = {
    VISIT_BOOKED: " записан — подтверждаем клиенту", VISIT_EVE: " — напоминаем накануне",
    VISIT_SOON: " — напоминаем за два часа", VISIT_CANCELLED: " не состоится — сообщаем клиенту",
}  # fmt: skip


def _cancelled(case: VisitCase, policy: Policy, now: datetime) -> Iterator[Wish]:
    """Wish to tell of the visit that was told last, if that was still to come."""
    told = [each for each in case.told if each.kind != VISIT_CANCELLED and each.went]
    if not told:
        return
    last = max(told, key=lambda each: each.at)
    at, place = _moment(last), policy.branch(last.occasion.partition(" ")[2].partition(_TIMES)[0])
    if at > now and place is not None:
        case, since = replace(case, branch=place), case.deal.moved_at or last.at
        wish = _wish(case, policy, VISIT_CANCELLED, at, max(since, last.at), at)
        yield replace(wish, occasion=last.occasion)


def _occasion(case: VisitCase, policy: Policy, at: datetime) -> str:
    """Return the visit's meaning, `2026-11-24T10:00+03:00 Москва`; with `#2` where the client was told otherwise meanwhile."""
    branch = case.branch.name if case.branch else ""
    meaning = f"{at.astimezone(policy.zone).isoformat(timespec='minutes')} {branch}"
    told = [(each.kind, each.occasion) for each in _news(case)]
    left = sum(
        before[0] == VISIT_BOOKED and before[1].partition(_TIMES)[0] == meaning and after != before
        for before, after in pairwise(told)
    )
    return f"{meaning}{_TIMES}{left + 1}" if left else meaning


def _news(case: VisitCase) -> list[ToldVisit]:
    """Return what the client was told of when the visit is, reminders left out, the latest last."""
    return sorted(
        (each for each in case.told if each.kind in (VISIT_BOOKED, VISIT_CANCELLED) and each.went),
        key=lambda each: each.at,
    )


def _moment(told: ToldVisit) -> datetime:
    return datetime.fromisoformat(told.occasion.partition(" ")[0])


def _facts(case: VisitCase, policy: Policy, kind: str, local: datetime) -> Visit:
    assert case.branch is not None
    return Visit(
        company=policy.title, name=name_or_nothing(case.client.first_name) if case.client else "", branch=case.branch.name,
        address=case.branch.address, at=local, was_at=_told_before(case, policy, local) if kind == VISIT_BOOKED else None,
        works=case.works, manager=case.manager_name,
    )  # fmt: skip


def _told_before(case: VisitCase, policy: Policy, local: datetime) -> datetime | None:
    """Return the other moment that the client was told last, None if there is none or it was cancelled."""
    news = [each for each in _news(case) if each.occasion != _occasion(case, policy, local)]
    if not news or news[-1].kind == VISIT_CANCELLED:
        return None
    was = _moment(news[-1]).astimezone(policy.zone)
    return was if was != local else None
