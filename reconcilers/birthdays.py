"""Whom to greet on a birthday, and whose manager is told of it.

Rules
- A contact with a birthday who ever had a deal: on the day, from the company's hour on, by the clock of whoever is greeted, until 19:00.
  A day that was missed is missed; nobody is greeted late.
- Once a year for a person, whatever becomes of the date in the card: the meaning of a greeting is the year alone. Who has two cards with
  one phone is one person (see `manners`).
- Who was born on 29 February is greeted on 28 February of other years, or on 1 March, as the company has it.
- The manager of the latest deal is told in the morning of the day, greeted or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sverka.domain.contacts import name_or_nothing
from sverka.domain.messaging.facts import Greeting
from sverka.domain.messaging.kinds import BIRTHDAY, KIND_BY_NAME
from sverka.domain.messaging.wishes import GREETED_UNTIL, Birthdays, Wish
from sverka.domain.policy import Policy
from sverka.domain.reminders import Reminder
from sverka.domain.rows import Client
from sverka.domain.russian import day, quoted

TOLD_FROM = time(9)
_LEAP_DAY = "02-29"
_AROUND = timedelta(days=1)
"""Where the day begins earlier or ends later than here, it is another date."""


@dataclass(frozen=True)
class BirthdayCase:
    """A contact whose birthday is near. zone: the contact's own, None if nobody knows. manager: of the latest deal."""

    client: Client
    zone: ZoneInfo | None
    manager: str
    manager_name: str


def days_near(now: datetime, greets: Birthdays) -> tuple[str, ...]:
    """Return the birthdays, as `02-29`, of those whose day it may be anywhere at a moment."""
    dates = {now.date() + _AROUND * step for step in (-1, 0, 1)}
    return tuple(sorted({born for date_ in dates for born in _born_on(date_, greets)}))


def wishes(case: BirthdayCase, policy: Policy, greets: Birthdays, now: datetime) -> tuple[Wish, ...]:
    """Return the greeting that is due on the contact's day, if it is today."""
    today = _today(case, policy, greets, now)
    if today is None:
        return ()
    zone = case.zone or policy.zone
    begins, ends = (datetime.combine(today, at, zone) for at in (greets.at, GREETED_UNTIL))
    facts = Greeting(company=policy.title, name=name_or_nothing(case.client.first_name), manager=case.manager_name)
    return (
        Wish(
            KIND_BY_NAME[BIRTHDAY], case.client.ext_id, case.client.ext_id, str(today.year), facts.as_json(), begins, ends,
            reason=f"У клиента {quoted(case.client.name)} день рождения, {day(today)}: поздравляем.", manager=case.manager,
        ),
    )  # fmt: skip


def reminders(case: BirthdayCase, policy: Policy, greets: Birthdays, now: datetime) -> Iterator[Reminder]:
    """Yield the notice to the manager, on the contact's day, by the company's clock."""
    today = _today(case, policy, greets, now)
    local = now.astimezone(policy.zone)
    if today is None or not case.manager or local.time() < TOLD_FROM or local.date() != today:
        return
    phone = f", {case.client.phone}" if case.client.phone else ""
    text = f"{case.client.name}{phone}. Поздравьте, пожалуйста, лично, если знакомы."
    yield Reminder("notice", "message", f"birthday {today.year}", "Сегодня день рождения у клиента", text, case.manager)


def _today(case: BirthdayCase, policy: Policy, greets: Birthdays, now: datetime) -> date | None:
    """Return the contact's date if it is the birthday there."""
    local = now.astimezone(case.zone or policy.zone).date()
    return local if case.client.birthday in _born_on(local, greets) else None


def _born_on(day_: date, greets: Birthdays) -> tuple[str, ...]:
    """Return the birthdays that are kept on a day."""
    own = f"{day_:%m-%d}"
    has_leap_day = day_.year % 4 == 0 and (day_.year % 100 != 0 or day_.year % 400 == 0)
    return (own, _LEAP_DAY) if own == greets.leap_day and not has_leap_day else (own,)
