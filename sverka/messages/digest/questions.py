"""What a question offers, and what holds until it is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote

from sverka.domain.digest import Digest, Question
from sverka.domain.mailbox import AnswerLink
from sverka.domain.russian import NBSP, counted, day, money, quoted

SHOWN = 3
"""So many questions are put in one letter; nobody answers more."""

HOW_TO_SEND = "Вариант открывает готовое письмо: отправьте его как есть. Ответ действует один раз, в течение недели."


class _Offer(NamedTuple):
    choices: tuple[str, ...]
    meanwhile: str


_LEAVE = "«оставить»"
_SIDES = ("«сделка»", "«Бизнес.ру»", _LEAVE)
_OFFERS: Mapping[str, _Offer] = {
    "lines": _Offer(_SIDES, "состав заказа не меняем"),
    "order_status": _Offer(_SIDES, "заказ оставляем как есть"),
    "stage": _Offer(("«сделка» — не переводить", "«Бизнес.ру» — перевести снова"), "сделку не переводим"),
    "shop_lines": _Offer(("«сделка»", "«магазин»", _LEAVE), "состав не меняем ни там, ни там"),
    "client": _Offer(("номер контрагента", "«новый»", _LEAVE), "заказ не создаём"),
    "buyer": _Offer(("выбрать клиента в заказе магазина",), "сделку по заказу не заводим"),
    "order": _Offer(("восстановить заказ", "перевести сделку"), "новый заказ не создаём"),
    "bind_order": _Offer(("номер заказа", _LEAVE), "сделку и заказ не трогаем"),
    "bind_product": _Offer(("выбрать товар",), "заказы с этим товаром ждут"),
    "bind_person": _Offer(("выбрать сотрудника",), "ответственным в заказах ставим служебного сотрудника"),
    "other": _Offer((), "ничего не меняем"),
}
"""By the topics of `digest_facts.QUESTIONS`. What stands in quotes is a word that the deal's field of answers understands."""


def how_to_answer(letter: Digest) -> str:
    """Say how an answer comes to us: by mending what is asked about, by a word in the deal, or through a person."""
    is_linked = bool(letter.questions and letter.questions[0].links)
    how = "Можно ответить и иначе" if is_linked else "Как ответить"
    mend = f"{how}: исправьте сделку или заказ, и вопрос закроется сам, либо"
    if letter.answer_field:
        word = "вариант одним словом" if is_linked else "вариант, который стоит в кавычках,"
        return f"{mend} впишите {word} или номер в поле сделки {quoted(letter.answer_field)}."
    return f"{mend} передайте номер вопроса и ваш вариант тому, кто ведёт у вас «Сверку»."


def choices(question: Question) -> tuple[str, ...]:
    """Return the answers that a question offers; beside links, those that no link can give."""
    offered = _OFFERS[question.topic].choices
    return tuple(each for each in offered if not each.startswith("«")) if question.links else offered


def choices_title(question: Question) -> str:
    """Say what the choices are."""
    return "Можно и так" if question.links else "Варианты"


def answer_address(link: AnswerLink, question: Question) -> str:
    """Return what a link opens: a letter to us, ready to be sent; its reader sees what it decides."""
    about = f"вопрос № {question.number}"
    subject = f"Ответ: {quoted(link.word)} — {about} [{link.token}]"
    deal = f", сделка {quoted(question.deal.title)}" if question.deal else ""
    body = f"Мой ответ: {quoted(link.word)} ({about}{deal})."
    return f"mailto:{quote(link.to, safe='@+')}?subject={quote(subject, safe='')}&body={quote(body, safe='')}"


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
