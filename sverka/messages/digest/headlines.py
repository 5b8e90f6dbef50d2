"""The parts of a subject line, and the line that a mail client shows beside it: worth reading alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from sverka.domain.digest import Digest, Done, ManagerDigest, OwnerDigest, Source, Standing
from sverka.domain.russian import address, capital, counted, grouped, in_words, money, money_short, plural, typeset
from sverka.messages.digest.state import name_of, source_line

_DEALS = "сделка|сделки|сделок"
_QUESTIONS = "вопрос|вопроса|вопросов"


def owner(letter: OwnerDigest) -> str:
    """Say what the owner must know: trouble with the data, agreement, what was done, how many questions."""
    if letter.is_quiet:
        return "всё сошлось, вопросов нет"
    # What failed matters more than what went well, and a subject has room for one of them.
    work = [_troubles(letter)] if letter.troubles else [*_done(letter.done)]
    return ", ".join([*_sources(letter), *_standing(letter.standing), *work, _asked(letter)])


def owner_preview(letter: OwnerDigest) -> str:
    """Say what a mail client shows beside the subject: the first question, else the goods that are held."""
    if letter.questions:
        return typeset(letter.questions[0].text)
    held = letter.reserves.held
    goods = f"В резерве товар на {money(held.sum_kopecks)}. " if held else ""
    return f"{goods}{source_line(letter)}"


def manager(letter: ManagerDigest) -> str:
    """Say what the manager has to do today, or what was done without their hand."""
    if todo := [*_questions(letter), *_notices(letter)]:
        return f"на сегодня: {', '.join(todo)}"
    told = ", ".join(_done(letter.done))
    return f"вопросов нет: {told}" if told else "вопросов нет"


def manager_preview(letter: ManagerDigest) -> str:
    """Say what a mail client shows beside the subject: the first thing to do, else how fresh the data is."""
    texts = [item.text for item in letter.questions] + [item.text for item in letter.notices]
    return typeset(texts[0]) if texts else source_line(letter)


def addressed(line: str, letter: Digest) -> str:
    """Put the reader's name before a line: `Ольга, на сегодня: …`."""
    name = address(letter.name)
    return f"{name}, {line}" if name else capital(line)


def _sources(letter: Digest) -> Iterator[str]:
    for source in letter.sources:
        if not source.is_sound:
            yield _trouble(source)


def _trouble(source: Source) -> str:
    if source.read_at is None:
        return f"{name_of(source)} ещё не прочитан"
    return f"{name_of(source)} прочитан не полностью" if source.missing else f"данные {name_of(source)} устарели"


def _standing(standing: Standing) -> Iterator[str]:
    if not standing.deals:
        return
    if standing.is_whole and standing.deals > 1:
        yield f"сошлись все {counted(standing.deals, _DEALS)}"
    elif standing.agreeing:
        verb = plural(standing.agreeing, "сошлась|сошлись|сошлись")
        yield f"{verb} {counted(standing.agreeing, _DEALS)} из {grouped(standing.deals)}"
    else:
        yield f"не сошлась ни одна из {counted(standing.deals, 'сделки|сделок|сделок')}"


def _done(done: Done) -> Iterator[str]:
    if done.orders:
        worth = f" на {money_short(done.orders.sum_kopecks)}" if done.orders.sum_kopecks and not done.repairs else ""
        yield f"{plural(done.orders.count, 'создан|созданы|создано')} {counted(done.orders.count, 'заказ|заказа|заказов')}{worth}"
    if done.repairs:
        verb = plural(done.repairs, "исправлено|исправлены|исправлено")
        yield f"{verb} {counted(done.repairs, 'расхождение|расхождения|расхождений')}"


def _troubles(letter: OwnerDigest) -> str:
    count = len(letter.troubles.failed) + len(letter.troubles.unknown)
    return f"не получилось {counted(count, 'действие|действия|действий')}"


def _asked(letter: Digest) -> str:
    count = len(letter.questions)
    return in_words(count, _QUESTIONS) if count else "вопросов нет"


def _questions(letter: Digest) -> Iterator[str]:
    if letter.questions:
        yield counted(len(letter.questions), _QUESTIONS)


_TODO: Mapping[str, str] = {
    "branch": "сделка без филиала|сделки без филиала|сделок без филиала",
    "client": "сделка без клиента|сделки без клиента|сделок без клиента",
    "lines": "сделка без товаров|сделки без товаров|сделок без товаров",
    "product": "товар не найден|товара не найдены|товаров не найдено",
    "behind": "сделка впереди заказа|сделки впереди заказов|сделок впереди заказов",
    "other": "замечание|замечания|замечаний",
}
"""Topics by which notices are counted in a subject; the rest are counted as `other`."""


def _notices(letter: Digest) -> Iterator[str]:
    topics = Counter(item.topic if item.topic in _TODO else "other" for item in letter.notices)
    for topic, nouns in _TODO.items():
        if topics[topic]:
            yield counted(topics[topic], nouns)
