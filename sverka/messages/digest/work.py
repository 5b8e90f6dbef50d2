"""What was done, what was left alone and why, and what people should know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sverka.domain.digest import DealLink, Done, LeftAlone, Notice, Period, Tally, Troubles
from sverka.domain.russian import NBSP, counted, day, days_between, grouped, money, money_exact, plural
from sverka.messages.digest.phrase import Name, Phrase, deal_names, named

NOTICES_SHOWN = 7
TODO_SHOWN = 10
"""So many things that need a manager's hand stand in one letter."""

TROUBLES_SHOWN = 5

_DEALS = "сделка|сделки|сделок"
_OF_DEALS = "сделке|сделкам|сделкам"
_ORDERS = "заказ|заказа|заказов"
_RESERVES = "резерв|резерва|резервов"


def done_title(period: Period) -> str:
    """Name the time in which things were done."""
    if period.since is None:
        return "Сделано с начала работы"
    if period.is_long:
        return f"Сделано за период {days_between(period.since, period.until)}"
    return "Сделано за сутки" if period.since < period.until else "Сделано сегодня"


def done(facts: Done) -> list[Phrase]:
    """Say what really changed, a sentence for each kind."""
    return [Phrase(text) for text in (*_orders_done(facts), *_reserves_done(facts))]


def _orders_done(facts: Done) -> Iterator[str]:
    if facts.orders:
        yield f"{_did('Создан|Созданы|Создано', facts.orders, _ORDERS)} в Бизнес.ру{_worth(facts.orders)}"
    if facts.clients:
        yield f"{_did('Заведён|Заведены|Заведено', Tally(facts.clients), 'клиент|клиента|клиентов')} в Бизнес.ру"
    if facts.lines:
        difference = f": разница {money_exact(facts.lines.sum_kopecks)}" if facts.lines.sum_kopecks else ""
        yield f"Состав исправлен в {counted(facts.lines.count, 'заказе|заказах|заказах')}{difference}"
    if facts.cancelled:
        of_lost = plural(facts.cancelled.count, "проигранной сделки|проигранных сделок|проигранных сделок")
        yield f"{_did('Отменён|Отменены|Отменено', facts.cancelled, _ORDERS)} {of_lost}{_worth(facts.cancelled)}"
    if facts.reopened:
        verb = "Возвращён в работу|Возвращены в работу|Возвращено в работу"
        yield f"{_did(verb, facts.reopened, _ORDERS)}{_worth(facts.reopened)}"
    if facts.numbers:
        yield f"В {counted(facts.numbers, 'сделке|сделках|сделках')} записан номер заказа"


def _reserves_done(facts: Done) -> Iterator[str]:
    if facts.reserves:
        verb = "Поставлен|Поставлены|Поставлено"
        yield f"{_did(verb, facts.reserves, _RESERVES)}: товар{_worth(facts.reserves)} ждёт своих клиентов"
    if facts.reserves_back:
        yield f"{_did('Возвращён|Возвращены|Возвращено', facts.reserves_back, _RESERVES)}{_worth(facts.reserves_back)}"
    if facts.reserve_lines:
        yield f"Состав исправлен в {counted(facts.reserve_lines, 'резерве|резервах|резервах')}"
    if facts.released:
        yield f"{_did('Снят|Сняты|Снято', facts.released, _RESERVES)}: товар{_worth(facts.released)} снова в продаже"


def _did(verbs: str, what: Tally, nouns: str) -> str:
    return f"{plural(what.count, verbs)} {counted(what.count, nouns)}"


def _worth(what: Tally | Notice) -> str:
    return f" на {money(what.sum_kopecks)}" if what.sum_kopecks else ""


def done_for(deals: Sequence[DealLink]) -> Phrase:
    """Name the deals for which something was done."""
    return named("", deal_names(deals), lead="Сделки:")


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
    is_old = item.since < period.until
    if item.topic == "product" and item.count > 1:
        return _products(item, f"Так с{NBSP}{day(item.since)}." if is_old else "")
    if item.count == 1 or item.topic not in _SEVERAL:
        return Phrase(
            item.text,
            about=item.deals[0] if item.deals else None,
            tail=f"Так с{NBSP}{day(item.since)}." if is_old else "",
        )
    matter = _SEVERAL[item.topic]
    text = f"{counted(len(item.deals), matter.nouns)}{_worth(item)} {matter.wrong}: {matter.remedy}"
    return named(text, deal_names(item.deals), f"Самая давняя — с{NBSP}{day(item.since)}." if is_old else "")


def _products(item: Notice, tail: str) -> Phrase:
    count = len(item.things)
    what = f"{counted(count, 'товар|товара|товаров')} {plural(count, 'не найден|не найдены|не найдено')} в Бизнес.ру по артикулу"
    waiting = (
        f"{'их' if count > 1 else 'его'} {plural(len(item.deals), 'ждёт|ждут|ждут')} {counted(len(item.deals), _DEALS)}"
    )
    return named(f"{what}, {waiting}{_worth(item)}", tuple(Name(thing) for thing in item.things), tail)
