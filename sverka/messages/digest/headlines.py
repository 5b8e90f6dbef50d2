"""The parts of a subject line, and the line that a mail client shows beside it: worth reading alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from sverka.domain.digest import Digest, ManagerDigest, OwnerDigest, Source, Standing
from sverka.domain.digest_facts import HELD
from sverka.domain.digest_values import Income
from sverka.domain.done import Done
from sverka.domain.russian import address, capital, counted, grouped, in_words, money, money_short, plural, typeset
from sverka.domain.tally import Tally
from sverka.messages.digest.receivables import overdue_headline
from sverka.messages.digest.state import name_of, source_line

_DEALS = "сделка|сделки|сделок"
_ORDERS = "заказ|заказа|заказов"
_QUESTIONS = "вопрос|вопроса|вопросов"
_WORKS_SHOWN = 2
"""So many kinds of work fit into a subject."""


def owner(letter: OwnerDigest) -> str:
    """Say what the owner must know: trouble with the data, agreement, what was done, how many questions."""
    came = [*_came(letter.income), *overdue_headline(letter)]
    if letter.is_quiet:
        return ", ".join([*came, "всё сошлось, вопросов нет"])
    # What failed matters more than what went well, and a subject has room for one of them.
    work = [_troubles(letter)] if letter.troubles else _done(letter.done)[: _WORKS_SHOWN - len(came)]
    return ", ".join(
        [
            *_held(letter),
            *_sources(letter),
            *came,
            *_standing(letter.standing),
            *work,
            *_unanswered(letter),
            _asked(letter),
        ]
    )


def owner_preview(letter: OwnerDigest) -> str:
    """Say what a mail client shows beside the subject: the first question, else the goods that are held."""
    if letter.questions:
        return typeset(letter.questions[0].text)
    held = letter.reserves.total
    goods = f"В резерве товар на {money(held.sum_kopecks)}. " if held else ""
    return f"{goods}{source_line(letter)}"


def manager(letter: ManagerDigest) -> str:
    """Say what the manager has to do today, or what was done without their hand."""
    if todo := [*_unanswered(letter), *_calls(letter), *_questions(letter), *_notices(letter)]:
        return f"на сегодня: {', '.join(todo)}"
    told = ", ".join(_done(letter.done))
    return f"вопросов нет: {told}" if told else "вопросов нет"


def first_preview(letter: Digest) -> str:
    """Say what a mail client shows beside the subject: the first thing to do, else how fresh the data is."""
    texts = [item.text for items in (letter.questions, letter.delays, letter.notices) for item in items]
    return typeset(texts[0]) if texts else source_line(letter)


def addressed(line: str, letter: Digest) -> str:
    """Put the reader's name before a line: `Ольга, на сегодня: …`."""
    name = address(letter.name)
    return f"{name}, {line}" if name else capital(line)


def _came(income: Income | None) -> list[str]:
    return [f"пришло {money_short(income.total.sum_kopecks)}"] if income and income.payments else []


def _held(letter: Digest) -> list[str]:
    return ["работа остановлена"] if any(notice.topic == HELD for notice in letter.notices) else []


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


def _done(done: Done) -> list[str]:
    """Return the weightiest kinds of work."""
    return [*_works(done)][:_WORKS_SHOWN]


def _works(done: Done) -> Iterator[str]:
    shipped = Tally(done.completed.count + done.shipped.count, done.completed.sum_kopecks + done.shipped.sum_kopecks)
    if shipped:
        yield f"{plural(shipped.count, 'отгружен|отгружены|отгружено')} {counted(shipped.count, _ORDERS)}{_worth(shipped)}"
    if done.orders:
        worth = "" if done.repairs or shipped else _worth(done.orders)
        yield f"{plural(done.orders.count, 'создан|созданы|создано')} {counted(done.orders.count, _ORDERS)}{worth}"
    if done.repairs:
        verb = plural(done.repairs, "исправлено|исправлены|исправлено")
        yield f"{verb} {counted(done.repairs, 'расхождение|расхождения|расхождений')}"
    if moved := sum(count for _, count in done.moves):
        yield f"{plural(moved, 'переведена|переведены|переведено')} {counted(moved, _DEALS)}"


def _worth(what: Tally) -> str:
    return f" на {money_short(what.sum_kopecks)}" if what.sum_kopecks else ""


def _troubles(letter: OwnerDigest) -> str:
    count = len(letter.troubles.failed) + len(letter.troubles.unknown)
    return f"не получилось {counted(count, 'действие|действия|действий')}"


def _asked(letter: Digest) -> str:
    count = len(letter.questions)
    return in_words(count, _QUESTIONS) if count else "вопросов нет"


def _unanswered(letter: Digest) -> Iterator[str]:
    if count := sum(item.count for item in letter.delays if item.topic == "answer"):
        yield f"{counted(count, 'заявка|заявки|заявок')} без ответа"


def _calls(letter: ManagerDigest) -> Iterator[str]:
    if clients := len({each.client for each in letter.to_say}):
        yield f"позвонить {counted(clients, 'клиенту|клиентам|клиентам')}"


def _questions(letter: Digest) -> Iterator[str]:
    if letter.questions:
        yield counted(len(letter.questions), _QUESTIONS)


_OTHER = "other"
_TOPICS_SHOWN = 2
"""So many topics of notices fit into a subject by name; one more is no longer than saying that there is more."""

_TO_DO: Mapping[str, str] = {
    "visit": "визит без товара|визита без товара|визитов без товара",
    "stock": "сделке не хватает товара|сделкам не хватает товара|сделкам не хватает товара",
    "allowed": "сделка стоит слишком долго|сделки стоят слишком долго|сделок стоит слишком долго",
    "branch": "сделка без филиала|сделки без филиала|сделок без филиала",
    "client": "сделка без клиента|сделки без клиента|сделок без клиента",
    "lines": "сделка без товаров|сделки без товаров|сделок без товаров",
    "product": "товар не найден|товара не найдены|товаров не найдено",
    "behind": "сделка впереди заказа|сделки впереди заказов|сделок впереди заказов",
    _OTHER: "замечание|замечания|замечаний",
}
"""Topics by which notices are counted in a subject; the rest are counted as `other`."""


def _notices(letter: Digest) -> Iterator[str]:
    """Count notices by topic; those for whose topics there is no room come together."""
    items = [*(item for item in letter.delays if item.topic != "answer"), *letter.notices]
    topics = Counter(item.topic if item.topic in _TO_DO else _OTHER for item in items)
    named = [topic for topic in _TO_DO if topics[topic]]
    shown = named if len(named) <= _TOPICS_SHOWN + 1 else [topic for topic in named if topic != _OTHER][:_TOPICS_SHOWN]
    for topic in shown:
        yield counted(topics[topic], _TO_DO[topic])
    if rest := len(items) - sum(topics[topic] for topic in shown):
        yield counted(rest, _TO_DO[_OTHER])
