"""The letter to the head of sales: who waits for whom, what managers did, where the deals stand; once a week the report."""

from __future__ import annotations

from sverka.domain import digest_facts as facts
from sverka.domain.digest import Details, Digest
from sverka.domain.digest_head import HeadDigest, waiting
from sverka.work import summary
from sverka.work.daily import DailyLetter, Reader, named
from sverka.work.summary import Day, History

_LATE = ("answer", "call", "allowed")
"""Topics of delays that the managers' work is about; goods are the warehouse's."""


def tell(day: Day, reader: Reader, history: History) -> Digest:
    """Return the company's sales; of the questions those that belong to no deal, for the others are their managers'."""
    weekly = summary.is_weekly(day, history.last)
    nobodys = [matter for matter in day.matters if matter.deal is None]
    messages = summary.messages(day, history.last)
    late = [matter for matter in day.matters if facts.notice_topic(matter.finding) in _LATE]
    return HeadDigest(
        name=reader.name, now=day.now, sources=day.sources, period=summary.period(day, history.last), answer_field=day.answer_field,
        questions=facts.questions(nobodys), delays=facts.delays(late, grouped=True), waiting=waiting(day.matters),
        activities=day.sales.activities, yesterday=day.sales.yesterday, funnels=day.sales.funnels,
        report=day.sales.report if weekly else None, talked=summary.talked_of(day, messages, history.last),
        receivables=summary.owed(day, history),
        details=Details(matters=facts.delays(late, grouped=False), messages=messages),
    )  # fmt: skip


LETTER = DailyLetter("head", named("head"), tell)
