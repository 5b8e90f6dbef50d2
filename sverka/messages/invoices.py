"""The sentences of the letter with an invoice, and of the one that reminds of it: facts in, Russian out."""

from __future__ import annotations

from collections.abc import Sequence

from sverka.domain.messaging.invoices import Invoice, InvoiceLine
from sverka.domain.messaging.kinds import INVOICE_UNPAID
from sverka.domain.quantity import units
from sverka.domain.russian import NBSP, counted, day, roubles_exact
from sverka.messages import purposes
from sverka.messages.clients import firm, of_order, short, sms_person, stopped
from sverka.messages.layout import COLUMNS, cut, fold, one_line

LINES_SHOWN = 12
"""In a letter; the invoice itself has them all."""

ATTACHED = "Счёт — во вложении, в PDF, с QR-кодом для оплаты."
LETTER, MESSAGE = "письмо", "сообщение"
_SENT = {LETTER: "Высылаем", MESSAGE: "Выставили вам"}
_NAME, _INDENT = 62, "  "
_LONGEST_NUMBER, _LONGEST_NAME = 40, 60


def subject(letter: Invoice, kind: str) -> str:
    """Say which invoice it is, and from whom."""
    about = f"{named(letter)} ждёт оплаты" if kind == INVOICE_UNPAID else named(letter)
    return f"{about}: {short(firm(letter.buyer.name), _LONGEST_NAME)} и {short(firm(letter.company), _LONGEST_NAME)}"


def named(letter: Invoice) -> str:
    """Name the invoice: `Счёт № 4507 от 24.11.2026`."""
    return f"Счёт №{NBSP}{cut(one_line(letter.number), _LONGEST_NUMBER)} от{NBSP}{letter.issued_on:%d.%m.%Y}"


def news(letter: Invoice, kind: str, to: str) -> str:
    """Say what comes with the letter, or what is waited for. to: what this is, `письмо` or `сообщение`."""
    order = f" по заказу{of_order(letter.order)}" if letter.order else ""
    if kind == INVOICE_UNPAID:
        return f"Напоминаем: с{named(letter)[1:]}{order} ещё не оплачен."
    instead = (
        f" Он взамен счёта {one_line(letter.replaces)}: прежний, пожалуйста, не оплачивайте." if letter.replaces else ""
    )
    return f"{_SENT[to]} с{named(letter)[1:]}{order}.{instead}"


def rows(letter: Invoice) -> list[tuple[str, str]]:
    """Say how much, for whom and until when, a label and what stands beside it."""
    told = (
        ("Сумма", f"{roubles_exact(letter.sum_kopecks)}{NBSP}руб."),
        ("Плательщик", f"{one_line(letter.buyer.name)}{f', ИНН{NBSP}{letter.buyer.inn}' if letter.buyer.inn else ''}"),
        ("Куда везём", one_line(letter.delivery)),
        ("Оплатить до", day(letter.pay_until) if letter.pay_until else ""),
    )
    return [(label, said) for label, said in told if said]


def ask(letter: Invoice, kind: str, to: str) -> str:
    """Say what to do. to: what is answered, `письмо` or `сообщение`."""
    held = f"Цены и резерв держим до {day(letter.pay_until)}. " if letter.pay_until else ""
    if kind == INVOICE_UNPAID:
        return (
            f"{held}Если вы уже оплатили — спасибо! Пришлите, пожалуйста, платёжное поручение. Если заказ больше не нужен, просто "
            f"ответьте на это {to}: снимем его и не будем напоминать."
        )
    how = "Сам счёт — в письме; если его нет, напишите нам адрес почты. " if to == MESSAGE else ""
    return f"{held}{how}Нужно что-то изменить? Просто ответьте на это {to}: пришлём новый счёт."


def requisites(letter: Invoice) -> str:
    """Say whereto to pay: a buyer with a contract gets no new requisites by letter."""
    return "Реквизиты прежние, как в договоре." if letter.contract else "Реквизиты указаны в счёте."


def purpose(letter: Invoice) -> str:
    """Say what to write into the payment order."""
    return f"«{purposes.of_invoice(letter)}»"


def figures(letter: Invoice) -> list[tuple[str, str, str]]:
    """Return the lines of the invoice, the first ones, and what they come to: a name, a note, a sum."""
    more = letter.lines[LINES_SHOWN:]
    shown = [
        (one_line(line.name), amount(line), roubles_exact(line.sum_kopecks)) for line in letter.lines[:LINES_SHOWN]
    ]
    rest = [
        (
            f"И ещё {counted(len(more), 'позиция|позиции|позиций')}",
            "",
            roubles_exact(sum(line.sum_kopecks for line in more)),
        )
    ]
    return [*shown, *(rest if more else []), ("Итого, руб.", "", roubles_exact(letter.sum_kopecks))]


def amount(line: InvoiceLine) -> str:
    """Write amount and price: `12 шт × 1 250,00`."""
    many = f"{quantity(line)}{NBSP}{one_line(line.unit)}".strip(NBSP)
    return f"{many}{NBSP}×{NBSP}{roubles_exact(line.price_kopecks)}"


def quantity(line: InvoiceLine) -> str:
    """Write how many: `12`, `1,5`."""
    return units(line.amount_thousandths).replace(".", ",")


def table(letter: Invoice) -> str:
    """Lay the lines out as text, the sums in their column."""
    return "\n".join(_row(name if not note else f"{name}, {note}", sum_) for name, note, sum_ in figures(letter))


def _row(text: str, sum_: str) -> str:
    *above, last = fold(text, _INDENT, _INDENT * 2).splitlines() or [""]
    if len(last) > _NAME:
        above, last = [*above, last], ""
    return "\n".join([*above, f"{last:<{_NAME}}{sum_:>{COLUMNS - _NAME}}"])


def sms(letter: Invoice, kind: str, brief: int) -> str:
    """Say in a line that there is an invoice, without its sum, and whom to ask."""
    what = f"с{named(letter)[1:]}"
    until = f", резерв до {day(letter.pay_until)}" if letter.pay_until else ""
    said = f"напоминаем, {what} ещё не оплачен{until}." if kind == INVOICE_UNPAID else f"выставили вам {what}{until}."
    person = sms_person(letter, brief)
    return f"{said}{f' Вопросы: {stopped(person)}' if person else ''}"


def taxes(letter: Invoice) -> Sequence[tuple[str, str]]:
    """Return the tax by rate, a label and a sum each; that there is none, where there is none."""
    if not letter.vat_kopecks:
        return [("Без НДС", "—")]
    return [(f"В том числе НДС {percent}{NBSP}%", roubles_exact(sum_)) for percent, sum_ in letter.vat_kopecks.items()]
