"""The sheets of a letter's table: each list of facts behind the figures, row by row. Facts in, columns out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sverka.domain.digest import Aged, Details, Digest, Notice, Question
from sverka.domain.digest_receivables import Debtor
from sverka.domain.digest_values import BANK, DealLink, Payment, Pick, Work
from sverka.domain.messaging.talked import Message
from sverka.domain.quantity import units
from sverka.domain.report import Line, Report
from sverka.domain.russian import typeset
from sverka.messages.book import DAY, LINK, MOMENT, MONEY, NUMBER, TEXT, Book, Cell, Column, Sheet, bound
from sverka.messages.digest.goods import WAY_NAMES
from sverka.messages.digest.receivables import HOLD_NAMES, WANTED_NAMES, reason_text
from sverka.messages.digest.sales import STRETCHES, TABLES, name_of_line
from sverka.messages.digest.talked import row
from sverka.messages.digest.work import DELAY_TITLES

_DEAL = (Column("Сделка", TEXT, 38), Column("Карточка", LINK, 14))
_SUM = Column("Сумма, ₽", MONEY, 14)
_DAYS = Column("Дней", NUMBER, 8)


def book(letter: Digest) -> Book | None:
    """Return the table that goes with a letter; None for a letter without one, and where there is nothing behind its figures."""
    details = letter.details
    return bound(letter.now.date(), (make(letter, details) for make in _SHEETS)) if details else None


def _questions(letter: Digest, _details: Details) -> Sheet:
    columns = (
        Column("№", NUMBER, 7),
        Column("Спросили", DAY, 11),
        Column("Вопрос", TEXT, 80),
        _SUM,
        Column("Менеджер", TEXT, 22),
        *_DEAL,
    )
    return Sheet("Вопросы", columns, tuple(map(_question, letter.questions)))


def _question(each: Question) -> tuple[Cell, ...]:
    return each.number, each.asked_on.isoformat(), typeset(each.text), each.sum_kopecks, each.manager, *_deal(each.deal)


def _matters(_letter: Digest, details: Details) -> Sheet:
    columns = (
        Column("О чём", TEXT, 24),
        Column("С какого дня", DAY, 13),
        Column("Что", TEXT, 80),
        _SUM,
        Column("Менеджер", TEXT, 22),
        *_DEAL,
    )
    return Sheet("Требует внимания", columns, tuple(map(_matter, details.matters)))


def _matter(each: Notice) -> tuple[Cell, ...]:
    managers = ", ".join(name for name, _ in each.managers)
    about = DELAY_TITLES.get(each.topic, "Поправить")
    return (
        about,
        each.since.isoformat(),
        typeset(each.text),
        each.sum_kopecks,
        managers,
        *_deal(next(iter(each.deals), None)),
    )


def _debts(_letter: Digest, details: Details) -> Sheet:
    return Sheet("Долги", (_DAYS, _SUM, *_DEAL), tuple(map(_aged, details.debts)))


def _debtors(letter: Digest, _details: Details) -> Sheet:
    columns = (
        Column("Клиент", TEXT, 38), Column("Должен, ₽", MONEY, 14), Column("Просрочено, ₽", MONEY, 14),
        Column("Без споров и обещаний, ₽", MONEY, 16), Column("Дней", NUMBER, 8), Column("Ограничение", TEXT, 22),
        Column("Предложено", TEXT, 24), Column("Почему не пишем", TEXT, 50), Column("Менеджер", TEXT, 22), Column("Карточка", LINK, 14),
    )  # fmt: skip
    return Sheet("Должники", columns, tuple(map(_debtor, letter.receivables.debtors if letter.receivables else ())))


def _debtor(each: Debtor) -> tuple[Cell, ...]:
    proposed = WANTED_NAMES.get(each.wanted, "") if each.wanted > each.hold else ""
    return (
        each.card.title, each.owed_kopecks, each.overdue_kopecks, each.net_kopecks, each.late_days, HOLD_NAMES.get(each.hold, ""),
        proposed, reason_text(each.reason) if each.reason else "", each.manager, each.card.url,
    )  # fmt: skip


def _reserves(_letter: Digest, details: Details) -> Sheet:
    return Sheet("Резервы", (_DAYS, _SUM, *_DEAL), tuple(map(_aged, details.reserves)))


def _aged(each: Aged) -> tuple[Cell, ...]:
    return each.days, each.sum_kopecks, *_deal(each.deal)


def _payments(_letter: Digest, details: Details) -> Sheet:
    columns = (Column("День", DAY, 11), _SUM, Column("Куда", TEXT, 24), Column("Заказ", TEXT, 12), *_DEAL)
    return Sheet("Оплаты", columns, tuple(map(_payment, details.payments)))


def _payment(each: Payment) -> tuple[Cell, ...]:
    where = "Банк" if each.source == BANK else each.desk or "Касса"
    return each.on.isoformat(), each.sum_kopecks, where, each.order, *_deal(each.deal)


def _picks(_letter: Digest, details: Details) -> Sheet:
    columns = (
        Column("День", DAY, 11), Column("Как уходит", TEXT, 14), Column("Филиал", TEXT, 18), Column("Заказ", TEXT, 10),
        Column("Товар", TEXT, 46), Column("Сколько", TEXT, 10), Column("Не хватает", TEXT, 11), *_DEAL,
    )  # fmt: skip
    return Sheet("Собрать", columns, tuple(row for pick in details.picks for row in _goods(pick)))


def _goods(pick: Pick) -> Iterator[tuple[Cell, ...]]:
    for good in pick.goods:
        lacking = _amount(good.lacking_thousandths) if good.lacking_thousandths else ""
        day = pick.on.isoformat() if pick.on else ""
        yield (
            day,
            pick.carrier or WAY_NAMES[pick.way],
            pick.branch,
            pick.order,
            good.name,
            _amount(good.amount_thousandths),
            lacking,
            *_deal(pick.deal),
        )


def _amount(thousandths: int) -> str:
    return units(thousandths).replace(".", ",")


def _works(_letter: Digest, details: Details) -> Sheet:
    columns = (Column("Когда", MOMENT, 16), Column("Что сделано", TEXT, 90), _SUM, *_DEAL)
    return Sheet("Сделано", columns, tuple(map(_work, details.works)))


def _work(each: Work) -> tuple[Cell, ...]:
    return each.at.strftime("%Y-%m-%dT%H:%M"), typeset(each.text), each.sum_kopecks or "", *_deal(each.deal)


def _messages(_letter: Digest, details: Details) -> Sheet:
    columns = (
        Column("Когда", MOMENT, 16), Column("Что", TEXT, 32), Column("Кому", TEXT, 34), Column("Чем", TEXT, 11),
        Column("Как", TEXT, 22), Column("Почему", TEXT, 60), *_DEAL,
    )  # fmt: skip
    return Sheet("Сообщения", columns, tuple(map(_message, details.messages)))


def _message(each: Message) -> tuple[Cell, ...]:
    return each.at.strftime("%Y-%m-%dT%H:%M"), *row(each), *_deal(each.deal)


def _sales(letter: Digest, _details: Details) -> Sheet:
    columns = (
        Column("Разрез", TEXT, 14), Column("Кто или что", TEXT, 28), Column("Срок", TEXT, 10), Column("В работе", NUMBER, 10),
        Column("Новых", NUMBER, 9), Column("Выиграно", NUMBER, 10), Column("Проиграно", NUMBER, 10), _SUM,
    )  # fmt: skip
    return Sheet("Заявки и продажи", columns, tuple(_report(letter.report) if letter.report else ()))


def _report(report: Report) -> Iterator[tuple[Cell, ...]]:
    yield from _lines("Всё", [("Все сделки", report.total)])
    for grouping, lines in report.tables.items():
        yield from _lines(TABLES[grouping][0], [(name_of_line(grouping, line), line) for line in lines])


def _lines(title: str, lines: Sequence[tuple[str, Line]]) -> Iterator[tuple[Cell, ...]]:
    for name, line in lines:
        for stretch, score in zip(STRETCHES, line.scores, strict=True):
            yield title, name, stretch, line.in_work, score.new, score.won.count, score.lost, score.won.sum_kopecks


def _deal(link: DealLink | None) -> tuple[Cell, Cell]:
    return (link.title, link.url) if link else ("", "")


_SHEETS: tuple[Callable[[Any, Details], Sheet], ...] = (
    _questions, _matters, _picks, _debtors, _debts, _payments, _reserves, _works, _messages, _sales,
)  # fmt: skip
"""In the order of the tabs."""
