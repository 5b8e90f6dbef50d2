"""The accountant's letter: money that came, what does not fit its order, who owes, which orders were closed."""

from __future__ import annotations

from collections.abc import Iterable

from sverka.domain import digest_facts as facts
from sverka.domain.digest import Aged, Details, Digest
from sverka.domain.digest_accountant import AccountantDigest, Unfit
from sverka.domain.digest_facts import Matter
from sverka.domain.tally import Tally
from sverka.work import summary
from sverka.work.daily import DailyLetter, Reader, named
from sverka.work.summary import Day, History

_UNFIT = {"overpaid": True, "underpaid": False}
"""Aspect of a finding → whether there is too much money."""

_ABOUT_MONEY = ("cash_desk", "shop paid", "currency")
"""Aspects of what else an accountant can put right."""


def tell(day: Day, reader: Reader, history: History) -> Digest:
    """Return the company's money as far as the mirror knows it: payments that are bound to orders, and what is owed."""
    ended = summary.since(day, history.last)
    done, income = summary.done_of(day, ended), summary.income(day, history.last)
    debtors = facts.debts(day.matters, day.now.date())
    about_money = [matter for matter in day.matters if matter.finding.aspect in _ABOUT_MONEY]
    unfit = tuple(_unfit(day, day.matters))
    return AccountantDigest(
        name=reader.name, now=day.now, sources=day.sources, period=summary.period(day, history.last), income=income, unfit=unfit,
        notices=facts.notices(about_money, grouped=False), debts=facts.aging(debtors), debtors=debtors,
        owed_before_kopecks=history.week_ago.get("owed_kopecks"), done=done,
        closed=Tally(
            done.completed.count + done.closed.count, done.completed.sum_kopecks + done.closed.sum_kopecks,
        ),
        receivables=summary.owed(day, history),
        details=Details(matters=facts.notices(about_money, grouped=False), debts=debtors, payments=income.payments),
    )  # fmt: skip


def _unfit(day: Day, matters: Iterable[Matter]) -> Iterable[Unfit]:
    found = [matter for matter in matters if matter.finding.aspect in _UNFIT and matter.deal is not None]
    for matter in sorted(found, key=lambda each: -each.finding.money_kopecks):
        if matter.deal is not None:
            age_days = (day.now.date() - matter.since).days
            yield Unfit(Aged(matter.deal, age_days, matter.finding.money_kopecks), _UNFIT[matter.finding.aspect])


LETTER = DailyLetter("accountant", named("accountant"), tell)
