"""The sentences about an order on its way out: facts in, Russian out; letters, messengers and SMS share them."""

from __future__ import annotations

from sverka.domain.messaging.facts import Shipping
from sverka.domain.russian import day
from sverka.messages.clients import BAREST, WHOLE, joined, of_order, on_day, stopped, uncapital
from sverka.messages.layout import cut, one_line

_LONGEST_CARRIER, _LONGEST_TRACK = 60, 40
"""Characters; no carrier's number is longer."""


def today(letter: Shipping) -> str:
    """Say that the order leaves today."""
    return f"Ваш заказ{of_order(letter.order)} отгружаем сегодня, {day(letter.day)}"


def moved(letter: Shipping) -> str:
    """Say that it leaves later than was told."""
    return f"Отгрузка вашего заказа{of_order(letter.order)} переносится: отгрузим {on_day(letter.day)}"


def shipped(letter: Shipping) -> str:
    """Say that it left."""
    return f"Ваш заказ{of_order(letter.order)} отгружен"


def rows(letter: Shipping) -> list[tuple[str, str]]:
    """Say who carries it and where to: a label and what stands beside it."""
    told = (("Перевозчик", _carrier(letter)), ("Куда", joined(letter.address)))
    return [(label, said) for label, said in told if said]


def parcel(letter: Shipping) -> list[tuple[str, str]]:
    """Say under which number it travels, by whom and where to."""
    return [("Номер отправления", _track(letter)), *rows(letter)]


def sms_today(letter: Shipping, brief: int) -> str:
    """Say in the middle of a line that it leaves today, and by whom."""
    return stopped(", ".join([uncapital(today(letter)), *_by(letter, brief)]))


def sms_shipped(letter: Shipping, brief: int) -> str:
    """Say in the middle of a line that it left, under which number and by whom."""
    return stopped(", ".join([uncapital(shipped(letter)), *_by(letter, brief), f"номер отправления {_track(letter)}"]))


def sms_person(letter: Shipping, brief: int) -> str:
    """Say who knows more, where there is room."""
    return f"Ваш менеджер: {letter.manager}." if letter.manager and brief <= WHOLE else ""


def asked(_: Shipping, to: str) -> str:
    """Say how to ask. to: what is answered, `письмо` or `сообщение`."""
    return f"Есть вопрос? Просто ответьте на это {to}."


def other_day(_: Shipping, to: str) -> str:
    """Say what to do whom the other day does not suit."""
    return f"Этот день не подходит? Просто ответьте на это {to}: подберём другой."


def amiss(_: Shipping, to: str) -> str:
    """Say what to do when something is wrong with the goods, or they do not come."""
    return f"Если груз задержится или что-то будет не так, просто ответьте на это {to}: разберёмся."


def _by(letter: Shipping, brief: int) -> list[str]:
    return [f"перевозчик {carrier}"] if brief < BAREST and (carrier := _carrier(letter)) else []


def _track(letter: Shipping) -> str:
    return cut(one_line(letter.track), _LONGEST_TRACK)


def _carrier(letter: Shipping) -> str:
    return cut(one_line(letter.carrier), _LONGEST_CARRIER)
