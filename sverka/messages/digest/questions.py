"""What a question offers, and what holds until it is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sverka.domain.digest import Question
from sverka.domain.russian import NBSP, counted, day, money

SHOWN = 3
"""So many questions are put in one letter; nobody answers more."""

HOW_TO_ANSWER = (
    "Как ответить: исправьте сделку или заказ, и вопрос закроется сам, либо передайте номер вопроса и ваш вариант тому, "
    "кто ведёт у вас «Сверку»."
)


class _Offer(NamedTuple):
    choices: tuple[str, ...]
    meanwhile: str


_SIDES = ("как в сделке", "как в Бизнес.ру")
_OFFERS: Mapping[str, _Offer] = {
    "lines": _Offer(_SIDES, "состав заказа не меняем"),
    "order_status": _Offer(_SIDES, "заказ оставляем как есть"),
    "shop_lines": _Offer(("как в сделке", "как в заказе магазина"), "состав не меняем ни там, ни там"),
    "client": _Offer(("выбрать контрагента", "завести нового"), "заказ не создаём"),
    "order": _Offer(("восстановить заказ", "перевести сделку"), "новый заказ не создаём"),
    "bind_order": _Offer(("выбрать заказ",), "сделку и заказ не трогаем"),
    "bind_product": _Offer(("выбрать товар",), "заказы с этим товаром ждут"),
    "bind_person": _Offer(("выбрать сотрудника",), "ответственным в заказах ставим служебного сотрудника"),
    "other": _Offer((), "ничего не меняем"),
}
"""By the topics of `digest_facts.QUESTIONS`."""


def choices(question: Question) -> tuple[str, ...]:
    """Return the answers that a question offers."""
    return _OFFERS[question.topic].choices


def until_answered(questions: Sequence[Question]) -> str:
    """Say for each question, by its place in the list, what happens on silence."""
    if len(questions) == 1:
        return f"Пока вы не ответили, {_OFFERS[questions[0].topic].meanwhile}."
    parts = (f"{place}{NBSP}— {_OFFERS[question.topic].meanwhile}" for place, question in enumerate(questions, 1))
    return f"Пока вы не ответили: {', '.join(parts)}."


def further(questions: Sequence[Question]) -> str:
    """Say how many questions wait behind those shown."""
    stake = sum(question.sum_kopecks for question in questions)
    about = f" на {money(stake)}" if stake else ""
    return f"Ещё {counted(len(questions), 'вопрос|вопроса|вопросов')}{about} — после этих."


def signature(question: Question) -> str:
    """Say under which number the question stands, since when, what money is at stake and whose deal it is."""
    number = f"Вопрос №{NBSP}{question.number} от{NBSP}{day(question.asked_on)}"
    stake = money(question.sum_kopecks) if question.sum_kopecks else ""
    return " · ".join(part for part in (number, stake, question.manager) if part)
