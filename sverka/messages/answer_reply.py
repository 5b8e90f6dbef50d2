"""The sentences of the letter to somebody whose answer by letter was not taken: facts in, Russian out."""

from __future__ import annotations

from collections.abc import Mapping

from sverka.domain.answer_reply import AnswerReply
from sverka.domain.russian import NBSP, address
from sverka.domain.verdicts import Verdict

_NEXT = "Если вопрос ещё открыт, он будет в следующем письме «Сверки», с новыми ссылками."
_TITLES: Mapping[Verdict, str] = {
    Verdict.USED: "Этот ответ уже принят",
    Verdict.EXPIRED: "Срок ссылки вышел",
    Verdict.CHANGED: "С тех пор всё изменилось",
    Verdict.OTHERS: "Ссылка из чужого письма",
    Verdict.UNKNOWN: "Не узнали ответ",
}
_REASONS: Mapping[Verdict, str] = {
    Verdict.USED: "Такой ответ мы от вас уже получили и приняли, второй раз его присылать не нужно. Каждая ссылка действует один раз.",
    Verdict.EXPIRED: f"Но ссылки в письмах действуют неделю, а этой больше. {_NEXT}",
    Verdict.CHANGED: (
        "Но пока письмо шло, вопрос решился или данные изменились, и применять этот ответ мы не стали: он был о другом. " + _NEXT
    ),
    Verdict.OTHERS: (
        "Но эта ссылка — из письма другому сотруднику: у каждого они свои, и чужую мы не принимаем. Пусть ответит тот, кто получил "
        "письмо, или ответьте по ссылке из своего."
    ),
    Verdict.UNKNOWN: (
        "Но ссылку, по которой он пришёл, мы не узнали: наверное, тема письма изменилась по дороге. Откройте последнее письмо "
        "«Сверки», нажмите на вариант ещё раз и отправьте письмо, не меняя темы."
    ),
}  # fmt: skip


def hail(letter: AnswerReply) -> str:
    """Greet by name."""
    return f"{address(letter.name)}, здравствуйте!" if letter.name else "Здравствуйте!"


def headline(letter: AnswerReply) -> str:
    """Say in a few words what happened."""
    if letter.verdict is Verdict.ANSWERED:
        return f"На вопрос{_numbered(letter)} ответ уже есть"
    return f"{_TITLES[letter.verdict]}{': вопрос' + _numbered(letter) if letter.number is not None else ''}"


def reason(letter: AnswerReply) -> str:
    """Say why the answer was not taken, and what to do."""
    if letter.verdict is not Verdict.ANSWERED:
        return f"Спасибо за ответ! {_REASONS[letter.verdict]}"
    who = f"раньше вас ответили: {letter.answered_by}" if letter.answered_by else "вы ответили на этот вопрос раньше"
    return (
        f"Спасибо за ответ! Но {who}, и тот ответ остаётся в силе. Если решение нужно поменять, скажите об этом тому, кто ведёт у вас "
        "«Сверку»."
    )


def _numbered(letter: AnswerReply) -> str:
    return f" №{NBSP}{letter.number}" if letter.number is not None else ""
