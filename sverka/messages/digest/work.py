"""What did not work, what was left alone and why, what people are late with, and what they should know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from sverka.domain.digest import LeftAlone, Notice, Period, Troubles
from sverka.domain.russian import NBSP, counted, day, grouped, money, plural
from sverka.messages.digest.phrase import Name, Phrase, deal_names, named

NOTICES_SHOWN = 7
TO_DO_SHOWN = 10
"""So many things that need a manager's hand stand in one letter."""

LATE_SHOWN = 5
"""So many deals with which a manager is late stand under each of the titles."""

TROUBLES_SHOWN = 5

_DEALS = "сделка|сделки|сделок"
_OF_DEALS = "сделке|сделкам|сделкам"
_MANAGERS_SHOWN = 4


def troubles(facts: Troubles) -> list[Phrase]:
    """Say what was tried and did not work, and what is not known yet."""
    told = [*facts.failed, *(f"Пока не знаем, дошло ли изменение. {reason}" for reason in facts.unknown)]
    rest = len(told) - TROUBLES_SHOWN
    return [
        *(Phrase(text) for text in told[:TROUBLES_SHOWN]),
        *([Phrase(f"И ещё {grouped(rest)}")] if rest > 0 else []),
    ]


class _Why(NamedTuple):
    before: str
    nouns: str
    after: str


_LEFT_ALONE: Mapping[str, _Why] = {
    "incomplete_read": _Why("По ", _OF_DEALS, "ждём полных данных: по неполным ничего не создаём и не снимаем"),
    "switched_off": _Why("По ", _OF_DEALS, "изменения остановлены: сработала защита или их остановили вручную"),
    "mode_propose": _Why("По ", _OF_DEALS, "изменения готовы и ждут вашего разрешения"),
    "mode_watch": _Why("По ", _OF_DEALS, "только наблюдаем: менять пока не разрешено"),
    "over_cap": _Why("По ", _OF_DEALS, "изменения подождут: за один раз меняем не больше, чем вы разрешили"),
    "in_flight": _Why("По ", _OF_DEALS, "данные изменили только что: посмотрим ещё раз, прежде чем исправлять"),
    "own_effect_pending": _Why("По ", _OF_DEALS, "ещё не закончено прежнее изменение"),
    "too_late": _Why("По ", _OF_DEALS, "товар уже отгружен или оплачен: дальше решает человек"),
    "ignored": _Why("", "сделку|сделки|сделок", "оставили как есть: так решили вы или коллеги"),
}
"""By the reasons of `digest_facts.REASONS_TOLD`."""


def left_alone(item: LeftAlone) -> Phrase:
    """Say which deals were left alone, and why."""
    why = _LEFT_ALONE[item.reason]
    return named(f"{why.before}{counted(len(item.deals), why.nouns)} {why.after}", deal_names(item.deals))


class _Matter(NamedTuple):
    nouns: str
    wrong: str
    remedy: str


_SEVERAL: Mapping[str, _Matter] = {
    "branch": _Matter(_DEALS, "без филиала", "резерв не поставить, укажите филиал"),
    "client": _Matter(_DEALS, "без клиента", "заказ не создать, укажите компанию или контакт"),
    "lines": _Matter(_DEALS, "без товаров и услуг", "заказ не создать, заполните товары"),
    "notice": _Matter(_DEALS, "собраны, а клиентам не сообщить", "укажите способ получения, адрес и дату"),
    "behind": _Matter(_DEALS, "впереди своих заказов в Бизнес.ру", "проверьте, кто забыл — продавец или склад"),
    "late": _Matter(
        "проигранная сделка|проигранные сделки|проигранных сделок", "с отгруженным, оплаченным или выполненным заказом",
        "оформите возврат или верните сделку",
    ),
    "unknown_stage": _Matter(
        _DEALS, "на стадиях, о которых нам ничего не сказано", "добавьте стадии в настройки или переведите сделки"
    ),
}  # fmt: skip
"""How several findings of a topic are told as one: `4 сделки` на … `без филиала`: `резерв не поставить`."""


def notices(items: Sequence[Notice], period: Period) -> list[Phrase]:
    """Say the weightiest notices, and how many more there are."""
    rest = len(items) - NOTICES_SHOWN
    more = [Phrase(f"И ещё {counted(rest, 'замечание|замечания|замечаний')}")] if rest > 0 else []
    return [*(notice(item, period) for item in items[:NOTICES_SHOWN]), *more]


def notice(item: Notice, period: Period) -> Phrase:
    """Say what people should know: one finding in its own words, several of a topic together."""
    if item.topic == "product" and item.count > 1:
        return _products(item, period)
    if item.count == 1 or item.topic not in _SEVERAL:
        return _itself(item, period)
    matter = _SEVERAL[item.topic]
    text = f"{counted(len(item.deals), matter.nouns)}{_worth(item)} {matter.wrong}: {matter.remedy}"
    return named(text, deal_names(item.deals), _oldest(item, period))


DELAY_TITLES: Mapping[str, str] = {
    "answer": "Заявки без ответа",
    "call": "Пропущенные звонки",
    "visit": "К визиту не отложен товар",
    "stock": "Не хватает товара",
    "allowed": "Стоят дольше положенного",
}
"""By the topics of `digest_facts.DELAYS`."""


def delay(item: Notice, period: Period) -> Phrase:
    """Say what people are late with: one finding in its own words, several with whose they are and since when."""
    return _itself(item, period) if item.count == 1 else late(item, period)


def late(item: Notice, period: Period) -> Phrase:
    """Say in few words, one or several: how many, whose, since when; a single call by who had called."""
    if item.topic == "call" and item.count == 1:
        return _itself(item, period)
    how_many = grouped(item.count) if item.topic in ("answer", "call") else counted(len(item.deals), _DEALS)
    text = f"{how_many}{_worth(item)}{_whose(item.managers)}"
    return replace(named(text, deal_names(item.deals), _oldest(item, period)), title=DELAY_TITLES[item.topic])


def _whose(managers: Sequence[tuple[str, int]]) -> str:
    """Say in parentheses who is responsible, with the number of deals where there are several people."""
    if len(managers) < 2:
        return "".join(f" ({name})" for name, _ in managers)
    shown = [f"{name}{NBSP}— {grouped(count)}" for name, count in managers[:_MANAGERS_SHOWN]]
    rest = sum(count for _, count in managers[_MANAGERS_SHOWN:])
    return f" ({', '.join([*shown, *([f'у других{NBSP}— {grouped(rest)}'] if rest else [])])})"


def delays_by_topic(items: Iterable[Notice]) -> list[tuple[str, list[Notice]]]:
    """Put what people are late with under its titles."""
    return [(DELAY_TITLES[topic], list(found)) for topic, found in groupby(items, key=lambda item: item.topic)]


def _itself(item: Notice, period: Period) -> Phrase:
    return Phrase(item.text, about=item.deals[0] if item.deals else None, tail=_since(item, period))


def _oldest(item: Notice, period: Period) -> str:
    first = "Самый давний" if item.topic == "call" else "Самая давняя"
    return f"{first} — с{NBSP}{day(item.since)}." if item.since < period.until else ""


def _worth(item: Notice) -> str:
    return f" на {money(item.sum_kopecks)}" if item.sum_kopecks else ""


def _products(item: Notice, period: Period) -> Phrase:
    count = len(item.things)
    what = f"{counted(count, 'товар|товара|товаров')} {plural(count, 'не найден|не найдены|не найдено')} в Бизнес.ру по артикулу"
    waiting = (
        f"{'их' if count > 1 else 'его'} {plural(len(item.deals), 'ждёт|ждут|ждут')} {counted(len(item.deals), _DEALS)}"
    )
    return named(f"{what}, {waiting}{_worth(item)}", tuple(Name(thing) for thing in item.things), _since(item, period))


def _since(item: Notice, period: Period) -> str:
    return f"Так с{NBSP}{day(item.since)}." if item.since < period.until else ""
