"""The letter to the head of sales: who waits for whom, what managers did, where the deals stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sverka.domain.digest_head import HeadDigest, Standing, Waiting, total
from sverka.domain.report import Score
from sverka.domain.russian import NBSP, counted, grouped, in_words, money, money_short, plural
from sverka.messages.digest.phrase import Phrase
from sverka.messages.digest.receivables import overdue_headline
from sverka.messages.digest.sales import Entry
from sverka.messages.digest.state import Figure

ACTIVITY_COLUMNS = ("звонков", "писем", "новых", "выигр.", "сумма,\u00a0₽")
"""Heads of the columns of what managers did."""

_NO = "—"
_DEALS = "сделка|сделки|сделок"
_QUESTIONS = "вопрос|вопроса|вопросов"
_REQUESTS = "заявка|заявки|заявок"


def headline(letter: HeadDigest) -> str:
    """Say who waits: requests, deals, money that is late, questions; else what yesterday brought."""
    return ", ".join([*_waits(letter), *overdue_headline(letter), *_questions(letter)]) or _brought(letter.yesterday)


def _waits(letter: HeadDigest) -> Iterator[str]:
    if unanswered := sum(item.count for item in letter.delays if item.topic == "answer"):
        yield f"{counted(unanswered, _REQUESTS)} без ответа"
    if calls := sum(item.count for item in letter.delays if item.topic == "call"):
        yield counted(calls, "пропущенный звонок|пропущенных звонка|пропущенных звонков")
    if standing := sum(item.count for item in letter.delays if item.topic == "allowed"):
        yield counted(standing, "сделка стоит слишком долго|сделки стоят слишком долго|сделок стоят слишком долго")


def _questions(letter: HeadDigest) -> Iterator[str]:
    if letter.questions:
        yield in_words(len(letter.questions), _QUESTIONS)


def _brought(score: Score) -> str:
    parts = [
        f"вчера {counted(score.new, 'новая заявка|новые заявки|новых заявок')}" if score.new else "",
        f"выиграно {grouped(score.won.count)}{_worth(score.won.sum_kopecks)}" if score.won else "",
    ]
    return ", ".join(part for part in parts if part) or "никто не ждёт ответа"


def _worth(sum_kopecks: int) -> str:
    return f" на {money_short(sum_kopecks)}" if sum_kopecks else ""


def waiting(lines: Sequence[Waiting]) -> list[Phrase]:
    """Say of each manager what waits for them."""
    return [Phrase(", ".join(_waiting(line)), title=line.name or "Без ответственного") for line in lines]


def _waiting(line: Waiting) -> Iterator[str]:
    if line.unanswered:
        yield f"{counted(line.unanswered, _REQUESTS)} без ответа"
    if line.standing:
        worth = f" на {money(line.sum_kopecks)}" if line.sum_kopecks else ""
        stands = plural(line.standing, "стоит|стоят|стоят")
        yield f"{counted(line.standing, _DEALS)}{worth} {stands} дольше положенного"
    if line.questions:
        yield f"{counted(line.questions, _QUESTIONS)} без ответа"


def activities(letter: HeadDigest) -> list[Entry]:
    """Return what each manager did yesterday as a row of numbers."""
    return [
        Entry(
            each.name or "Без ответственного", _lost(each.score),
            (("вчера", (*(map(_count, (each.calls, each.letters, each.score.new, each.score.won.count))), _sum(each.score))),),
        )
        for each in letter.activities
    ]  # fmt: skip


def _lost(score: Score) -> str:
    return f"проиграно{NBSP}{grouped(score.lost)}" if score.lost else ""


def _sum(score: Score) -> str:
    return money_short(score.won.sum_kopecks).removesuffix(f"{NBSP}₽") if score.won.sum_kopecks else _NO


def _count(number: int) -> str:
    return grouped(number) if number else _NO


def funnels(letter: HeadDigest) -> list[tuple[str, list[Figure]]]:
    """Return under the name of each funnel its stages with what stands there, and what came yesterday."""
    return [(f"{name}: {_all(lines)}", [_stage(line) for line in lines]) for name, lines in letter.funnels]


def _all(lines: Sequence[Standing]) -> str:
    deals = total(lines)
    return f"{counted(deals.count, _DEALS)}{_worth(deals.sum_kopecks)}"


def _stage(line: Standing) -> Figure:
    came = f"вчера {plural(line.came, 'пришла|пришли|пришло')} {grouped(line.came)}" if line.came else ""
    worth = money(line.deals.sum_kopecks) if line.deals.sum_kopecks else ""
    notes = ", ".join(part for part in (worth, came) if part)
    return Figure(line.stage, grouped(line.deals.count), (notes,) if notes else ())
