"""A manager's letter: the deals that the person is responsible for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sverka.domain import digest_facts as facts
from sverka.domain.digest import Digest, ManagerDigest
from sverka.domain.done import is_change
from sverka.domain.messaging.talked import talked
from sverka.work import summary
from sverka.work.daily import DailyLetter, Reader, owners
from sverka.work.desk import Desk
from sverka.work.summary import Day, History
from sverka.work.talked import to_say

OLD_RESERVE_DAYS = 14
"""From then on a manager is reminded of goods that they hold."""


def readers(desk: Desk, day: Day) -> Iterator[Reader]:
    """Yield everybody who is at work and in the CRM, but whoever gets the owner's letter."""
    for user in day.users if desk.writes_to_managers else ():
        if user.active and user.email.casefold() not in owners(desk):
            yield Reader.of(user)


def tell(day: Day, reader: Reader, history: History) -> Digest:
    """Return what concerns the deals that the reader is responsible for."""
    mine = {subject for subject, known in day.deals.items() if known.row.responsible_id == reader.person}
    matters = [replace(matter, manager="") for matter in day.matters if matter.finding.subject in mine]
    messages = [each for each in summary.messages(day, history.last) if each.responsible == reader.person]
    ended = [effect for effect in summary.since(day, history.last) if effect.subject in mine]
    changed = dict.fromkeys(day.deals[effect.subject].link for effect in ended if is_change(effect))
    old = [reserve for subject, reserve in day.held if subject in mine and reserve.days > OLD_RESERVE_DAYS]
    return ManagerDigest(
        name=reader.name, now=day.now, sources=day.sources, period=summary.period(day, history.last), answer_field=day.answer_field,
        questions=facts.questions(matters), delays=facts.delays(matters, grouped=False), notices=facts.notices(matters, grouped=False),
        done=summary.done_of(day, ended), done_deals=tuple(changed), debts=facts.debts(matters, day.now.date()),
        old_reserves=facts.oldest_first(old), talked=talked(messages),
        receivables=summary.owed(day, history, reader.person), to_say=to_say(day.talks, reader.person),
    )  # fmt: skip


LETTER = DailyLetter("manager", readers, tell)
