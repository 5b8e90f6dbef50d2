"""The owner's letter: money, what waits for a decision, what leaves today, what was done; once a week the report."""

from __future__ import annotations

from collections.abc import Iterable

from sverka.domain import digest_facts as facts
from sverka.domain.digest import Details, Digest, OwnerDigest, Troubles
from sverka.domain.digest_warehouse import in_order
from sverka.domain.effects import Effect, State
from sverka.domain.messaging.channels import CHANNEL_BY_ACTION
from sverka.domain.messaging.talked import Message
from sverka.domain.report import Score
from sverka.messages.masking import shown
from sverka.work import summary
from sverka.work.daily import OWNER, DailyLetter, Reader, named
from sverka.work.summary import Day, History


def tell(day: Day, reader: Reader, history: History) -> Digest:
    """Return the whole company; the first letter of a week brings the report, the others what became of yesterday."""
    last, today = history.last, day.now.date()
    ended, weekly = summary.since(day, last), summary.is_weekly(day, last)
    told = frozenset(each.finding.subject for each in day.matters if each.finding.asks or facts.is_told(each.finding))
    links = {subject: known.link for subject, known in day.deals.items()}
    messages = summary.messages(day, last)
    return OwnerDigest(
        name=reader.name, company=day.company, now=day.now, sources=day.sources, period=summary.period(day, last), standing=day.standing,
        answer_field=day.answer_field, income=summary.income(day, last), owed_before_kopecks=history.week_ago.get("owed_kopecks"),
        reserves=facts.aging([reserve for _, reserve in day.held]), debts=facts.aging(facts.debts(day.matters, today)),
        lost_orders=day.lost_orders, questions=facts.questions(day.matters), delays=facts.delays(day.matters, grouped=True),
        notices=facts.notices(day.matters, grouped=True), done=summary.done_of(day, ended), picks=in_order(day.picks, today),
        left_alone=facts.left_alone(day.skips, links, told), troubles=_troubles(ended, day.effects),
        yesterday=Score() if weekly else day.sales.yesterday, report=day.sales.report if weekly else None,
        weeks=day.sales.weeks if weekly else (), talked=summary.talked_of(day, messages, last),
        receivables=summary.owed(day, history),
        details=_details(day, history, ended, messages),
    )  # fmt: skip


def _details(day: Day, history: History, ended: Iterable[Effect], messages: tuple[Message, ...]) -> Details:
    today = day.now.date()
    return Details(
        matters=(*facts.delays(day.matters, grouped=False), *facts.notices(day.matters, grouped=False)),
        debts=facts.debts(day.matters, today),
        reserves=facts.oldest_first(reserve for _, reserve in day.held),
        payments=summary.income(day, history.last).payments,
        picks=in_order(day.picks, today),
        works=summary.works(day, ended),
        messages=messages,
    )


def _troubles(ended: Iterable[Effect], effects: Iterable[Effect]) -> Troubles:
    """Return what did not work; a message that one channel refuses goes by the next, and is told among the messages."""
    return Troubles(
        failed=tuple(shown(each.reason) for each in ended if each.state is State.FAILED and not _is_message(each)),
        unknown=tuple(shown(each.reason) for each in effects if each.state is State.UNKNOWN and not _is_message(each)),
    )


def _is_message(effect: Effect) -> bool:
    return effect.kind in CHANNEL_BY_ACTION


LETTER = DailyLetter(OWNER, named(OWNER), tell)
