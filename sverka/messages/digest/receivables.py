"""What customers owe by 1C's books: the figures, what was done about it, and to whom nothing is written and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sverka.domain.digest import Aged, Digest
from sverka.domain.digest_receivables import Debtor, Promised, Receivables
from sverka.domain.dunning.ageing import BUCKETS
from sverka.domain.dunning.decision import REASONS
from sverka.domain.dunning.facts import Hold
from sverka.domain.report import Days
from sverka.domain.russian import NBSP, counted, days_between, grouped, money, money_short, roubles
from sverka.messages.digest.phrase import Name, Phrase, named
from sverka.messages.digest.state import Figure, compared

OWED_TITLE = "Расчёты с клиентами по 1С"
WORK_TITLE = "Работа с долгами"
SILENT_TITLE = "О долге сегодня не пишем и почему"
TO_FILL_TITLE = "Нужно заполнить в 1С"
LATE_TITLE = "Просрочено у ваших клиентов"

LATE_BANDS = tuple(f"больше{NBSP}60" if name == "60+" else name.replace("-", "–") for name, _ in BUCKETS)
"""The buckets of 1C's report, in calendar days."""

_CLIENTS = "клиент|клиента|клиентов"
_TO_CLIENTS = "клиенту|клиентам|клиентам"
_PAYMENTS = "платёж|платежа|платежей"
_DOCUMENTS = "документ|документа|документов"

_STEPS: Mapping[str, str] = {
    "pre": "скоро срок оплаты", "soft": "вежливое напоминание", "remind": "напоминание", "call": "позвонить об оплате",
    "stmt": "выписка с просьбой назвать день оплаты", "warn": "предупреждение об остановке отгрузок",
    "stop": "сообщение об остановке отгрузок", "human": "решить, что делать с долгом", "weekly": "напомнить о старом долге",
}  # fmt: skip
"""What a step of a ladder is, by its id without the days."""

HOLD_NAMES: Mapping[Hold, str] = {Hold.PREPAY_ONLY: "только предоплата", Hold.STOP_SHIP: "отгрузки остановлены"}
WANTED_NAMES: Mapping[Hold, str] = {Hold.PREPAY_ONLY: "требовать предоплату", Hold.STOP_SHIP: "остановить отгрузки"}


def owed_figures(owed: Receivables) -> list[Figure]:
    """Return what is owed, what is late, what came and what is due, without the zero rows."""
    return [*_owed(owed), *_overdue(owed), *_moving(owed), *_strangers(owed)]


def _owed(owed: Receivables) -> Iterator[Figure]:
    if owed.owed:
        yield Figure("Нам должны", money(owed.owed.sum_kopecks), (counted(owed.owed.count, _CLIENTS),))


def _overdue(owed: Receivables) -> Iterator[Figure]:
    overdue = owed.overdue.sum_kopecks
    if not overdue:
        return
    bands = zip(LATE_BANDS, owed.ages, strict=True)
    shares = tuple(f"{name}{NBSP}дн.:{NBSP}{roubles(sum_kopecks)}" for name, sum_kopecks in bands if sum_kopecks)
    left = (
        ()
        if owed.net_kopecks == overdue
        else (f"без споров, обещаний и неразнесённых денег — {money(owed.net_kopecks)}",)
    )
    notes = (counted(owed.overdue.count, _CLIENTS), *compared(overdue, owed.before_kopecks), *left)
    yield Figure("Из них просрочено", money(overdue), notes, shares)


def _moving(owed: Receivables) -> Iterator[Figure]:
    if owed.came:
        yield Figure(f"Пришло {_when(owed.days)}", money(owed.came.sum_kopecks), (counted(owed.came.count, _PAYMENTS),))
    if owed.due_today:
        yield Figure("Ждём сегодня", money(owed.due_today.sum_kopecks), (counted(owed.due_today.count, _DOCUMENTS),))


def _strangers(owed: Receivables) -> Iterator[Figure]:
    if owed.strangers:
        who = counted(owed.strangers.count, "контрагент|контрагента|контрагентов")
        yield Figure("Долги без карточки клиента", money(owed.strangers.sum_kopecks), (who,))


def _when(days: Days) -> str:
    return "вчера" if days.first == days.last else days_between(days.first, days.last)


def owed_work(owed: Receivables) -> list[Phrase]:
    """Say what was told, what goes today, who is held, and how promises stand."""
    return [Phrase(text, title=title) for title, text in _work(owed) if text]


def _work(owed: Receivables) -> Iterator[tuple[str, str]]:
    when = _when(owed.days)
    if owed.today:
        yield "Сегодня напомним", f"{counted(owed.today.count, _TO_CLIENTS)}, {money(owed.today.sum_kopecks)}"
    yield f"Отправлено {when}", _steps(owed.told)
    yield f"Поручено людям {when}", _steps(owed.by_hand)
    yield "Действуют ограничения", _counts(owed.held, HOLD_NAMES)
    yield "Предложено, решает руководитель", _counts(owed.proposed, WANTED_NAMES)
    yield "Обещания по нынешним долгам", ", ".join(_promised(owed.promised))


def _steps(steps: Sequence[tuple[str, int]]) -> str:
    return ", ".join(f"{step_name(step)}{NBSP}— {grouped(count)}" for step, count in steps)


def step_name(step: str) -> str:
    """Say what a step is; one that is in no ladder any more is only called so."""
    return _STEPS.get(step.rstrip("0123456789"), "обращение")


def _counts(holds: Sequence[tuple[Hold, int]], names: Mapping[Hold, str]) -> str:
    return ", ".join(f"{names[hold]}{NBSP}— {counted(count, _CLIENTS)}" for hold, count in holds)


def _promised(promised: Promised) -> Iterator[str]:
    if promised.kept:
        yield f"сдержано{NBSP}{grouped(promised.kept)}"
    if promised.part:
        yield f"сдержано частично{NBSP}{grouped(promised.part)}"
    if promised.broken:
        yield f"не сдержано{NBSP}{grouped(promised.broken)}"
    if promised.live:
        count = counted(promised.live.count, "обещанию|обещаниям|обещаниям")
        yield f"ждём по {count} {money(promised.live.sum_kopecks)}"


def owed_silent(owed: Receivables) -> list[Phrase]:
    """Say for each reason to whom nothing is written today."""
    return [_silent(reason, debtors) for reason, debtors in owed.silent]


def _silent(reason: str, debtors: Sequence[Debtor]) -> Phrase:
    why = reason_text(reason)
    total = money(sum(each.overdue_kopecks for each in debtors))
    names = [Name(each.card.title, each.card.url) for each in debtors]
    return named(f"{why}: {counted(len(debtors), _CLIENTS)}, {total}", names)


def reason_text(reason: str) -> str:
    """Say why nothing is written."""
    return REASONS[reason][1]


def owed_late(owed: Receivables) -> tuple[Aged, ...]:
    """Return who is late, with the days of the oldest document, the most money first."""
    return tuple(Aged(each.card, each.late_days, each.overdue_kopecks) for each in owed.debtors if each.overdue_kopecks)


def overdue_headline(letter: Digest) -> list[str]:
    """Say in a subject what is overdue, if anything is."""
    overdue = letter.receivables.overdue if letter.receivables else None
    return [f"просрочено {money_short(overdue.sum_kopecks)}"] if overdue else []
