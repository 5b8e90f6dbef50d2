"""The sentences of the letter that an order is ready: facts in, Russian out; text, HTML and short messages share them."""

from __future__ import annotations

from sverka.domain.notices import OrderReady, Ware
from sverka.domain.quantity import THOUSANDTHS_IN_UNIT, units
from sverka.domain.russian import NBSP, day, money_exact, weekday
from sverka.messages.clients import NO_PERSON, WHOLE, joined, of_order
from sverka.messages.layout import COLUMNS, fold, one_line

_NAME, _INDENT = 54, "  "


def headline(letter: OrderReady) -> str:
    """Say in a few words what there is to say."""
    order = f"Ваш заказ{of_order(letter.order)}"
    when = f" {day(letter.day)}" if letter.day else ""
    if letter.is_delivery:
        return f"{order} собран, привезём его{when}"
    return f"{order} собран и ждёт вас{f' с{NBSP}{when.strip()}' if when else ''}"


def places(letter: OrderReady) -> list[tuple[str, str]]:
    """Say where and when, a label and what stands beside it."""
    if letter.is_delivery:
        return [("Куда", joined(letter.address)), ("Когда", weekday(letter.day) if letter.day else "")]
    return [
        ("Где", joined(letter.address)),
        ("Когда", f"с{NBSP}{day(letter.day)}" if letter.day else "уже можно забирать"),
    ]


def sums(letter: OrderReady) -> list[tuple[str, str]]:
    """Say what the order comes to, and what of that is to be paid."""
    total = money_exact(letter.sum_kopecks)
    if letter.due_kopecks == letter.sum_kopecks:
        return [("Итого к оплате", total)]
    left = ("Осталось оплатить", money_exact(letter.due_kopecks)) if letter.due_kopecks else ("Оплачено", "полностью")
    return [("Итого", total), left]


def amount(ware: Ware) -> str:
    """Write amount and price, `2 × 8 900 ₽`; "" for one piece, whose price is the sum."""
    if ware.amount_thousandths == THOUSANDTHS_IN_UNIT:
        return ""
    return f"{units(ware.amount_thousandths).replace('.', ',')}{NBSP}×{NBSP}{money_exact(ware.price_kopecks)}"


def cost(ware: Ware) -> str:
    """Write what a line comes to."""
    return money_exact(ware.sum_kopecks)


def answer(letter: OrderReady, to: str) -> str:
    """Say how to answer. to: what is answered, `письмо` or `сообщение`."""
    other = "Нужен другой день или адрес" if letter.is_delivery else "Удобнее другой день"
    return f"{other}, есть вопрос? Просто ответьте на это {to}."


def sms_due(letter: OrderReady, brief: int) -> str:
    """Say what is to be paid; that nothing is, where there is room."""
    if letter.due_kopecks:
        return "" if brief >= NO_PERSON else f"К оплате {money_exact(letter.due_kopecks)}."
    return "Оплачен полностью." if brief <= WHOLE else ""


def ware_row(ware: Ware) -> str:
    """Write a line of the order as text: the name, amount and price if there are several, and the sum in its column."""
    return sum_row((", ".join(part for part in (one_line(ware.name), amount(ware)) if part), cost(ware)))


def sum_row(pair: tuple[str, str]) -> str:
    """Write what something comes to as text, with the sum in its column."""
    *above, last = fold(pair[0], _INDENT, _INDENT * 2).splitlines() or [""]
    if len(last) > _NAME:
        above, last = [*above, last], ""
    return "\n".join([*above, f"{last:<{_NAME}}{pair[1]:>{COLUMNS - _NAME}}"])
