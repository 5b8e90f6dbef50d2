"""Money: what came and where, what is owed, what does not fit; for the owner and the accountant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sverka.domain.digest import Aging, OwnerDigest
from sverka.domain.digest_accountant import AccountantDigest, Unfit
from sverka.domain.digest_values import BANK, CASH, Income, Payment
from sverka.domain.russian import NBSP, counted, days_between, money, money_short, quoted, roubles
from sverka.messages.digest.receivables import overdue_headline
from sverka.messages.digest.state import Figure, aging_figures, compared

_PAYMENTS = "платёж|платежа|платежей"
_DEALS = "сделка|сделки|сделок"
_MONTHS = (
    "январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
)  # fmt: skip
_PLACES: Mapping[str, str] = {BANK: "Банк", CASH: "Касса не указана"}


def owner_money(letter: OwnerDigest) -> list[Figure]:
    """Return what came, and what is owed, without the zero rows."""
    return [*_income(letter.income), *_owed(letter.debts, letter.owed_before_kopecks)]


def accountant_money(letter: AccountantDigest) -> list[Figure]:
    """Return what came by bank and desks, what is owed, and what was closed, without the zero rows."""
    return [*_income(letter.income), *_owed(letter.debts, letter.owed_before_kopecks), *_closed(letter)]


def _income(income: Income | None) -> Iterator[Figure]:
    if income is None:
        return
    if income.payments:
        places = income.by_desk()
        parts = tuple(f"{desk or _PLACES[source]}:{NBSP}{roubles(tally.sum_kopecks)}" for source, desk, tally in places)
        yield Figure(
            f"Оплачено {_when(income)}",
            money(income.total.sum_kopecks),
            (counted(income.total.count, _PAYMENTS),),
            parts,
        )
    if income.month.count > income.total.count:
        count = counted(income.month.count, _PAYMENTS)
        yield Figure(f"Оплачено за {_MONTHS[income.days.last.month - 1]}", money(income.month.sum_kopecks), (count,))


def _when(income: Income) -> str:
    one = income.days.first == income.days.last
    return "вчера" if one else days_between(income.days.first, income.days.last)


def _owed(debts: Aging, before_kopecks: int | None) -> Iterator[Figure]:
    for figure in aging_figures("Отгружено и не оплачено", debts, _DEALS, "самый давний долг"):
        notes = (*figure.notes, *compared(debts.total.sum_kopecks, before_kopecks))
        yield Figure(figure.label, figure.value, notes, figure.shares)


def _closed(letter: AccountantDigest) -> Iterator[Figure]:
    if letter.closed:
        note = counted(letter.closed.count, "заказ|заказа|заказов")
        yield Figure("Закрыто заказов на сумму", money(letter.closed.sum_kopecks), (note,))


def unfit(item: Unfit) -> str:
    """Say what does not fit: too much money, or too little, and since when."""
    what = "оплачено больше суммы заказа" if item.is_over else "оплачено не полностью"
    days = counted(item.what.days, "день|дня|дней")
    return f"{what}, {days}" if item.what.days else what


def unfit_line(item: Unfit) -> str:
    """Write the same as a line of text."""
    return f"{quoted(item.what.deal.title)}: {money(item.what.sum_kopecks)}, {unfit(item)}"


def stray(payment: Payment) -> str:
    """Name a payment whose order no deal knows."""
    order = f"заказ №{NBSP}{payment.order}" if payment.order else "заказ без номера"
    return f"{order}: {money(payment.sum_kopecks)}, {payment.desk or ('банк' if payment.source == BANK else 'касса')}"


def accountant_headline(letter: AccountantDigest) -> str:
    """Say what came, what does not fit, what is owed."""
    return ", ".join(_headline(letter)) or "новых оплат нет"


def _headline(letter: AccountantDigest) -> Iterator[str]:
    if letter.income.payments:
        yield f"пришло {money_short(letter.income.total.sum_kopecks)}"
    elif letter.receivables and letter.receivables.came:
        yield f"пришло {money_short(letter.receivables.came.sum_kopecks)}"
    yield from overdue_headline(letter)
    if over := sum(item.is_over for item in letter.unfit):
        yield counted(over, "переплата|переплаты|переплат")
    if under := len(letter.unfit) - over:
        yield f"{counted(under, 'заказ оплачен|заказа оплачены|заказов оплачено')} не полностью"
    if letter.closed:
        yield f"{counted(letter.closed.count, 'заказ закрыт|заказа закрыты|заказов закрыто')}"
    if letter.debts.total:
        yield f"нам должны {money_short(letter.debts.total.sum_kopecks)}"
