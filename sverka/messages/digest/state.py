"""How things stand: the freshness of the sources, and the owner's numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sverka.domain.digest import Aged, Aging, Digest, OwnerDigest, Source
from sverka.domain.digest_receivables import Receivables
from sverka.domain.report import Score
from sverka.domain.russian import (
    NBSP,
    address,
    as_of,
    capital,
    counted,
    day,
    greeting,
    grouped,
    money,
    plural,
    quoted,
    roubles,
)
from sverka.domain.tally import Tally

BANDS = (f"до{NBSP}7{NBSP}дней", "8–14", "15–30", f"больше{NBSP}30")
"""Names of the age bands of `AGES_DAYS`."""

_NAMES: Mapping[str, str] = {"bitrix24": "Битрикс24", "business_ru": "Бизнес.ру"}

_FAMILIES: Mapping[str, str] = {
    "deals": "сделки", "lines": "товары в сделках", "clients": "клиенты", "products": "товары", "users": "сотрудники", "stages": "стадии",
    "orders": "заказы", "order_lines": "состав заказов", "reserves": "резервы", "reserve_lines": "состав резервов",
    "shipments": "отгрузки", "payments": "оплаты", "goods": "товары", "partners": "контрагенты", "employees": "сотрудники",
    "references": "справочники", "departments": "отделы", "activities": "дела и звонки", "tasks": "задачи",
    "shop_orders": "заказы магазина", "shop_lines": "состав заказов магазина", "shipment_lines": "состав отгрузок", "stock": "остатки",
}  # fmt: skip
"""What is read, as people call it."""

_YOUNG_DAYS = 7
"""Reserves or debts of which none is older are not told apart."""


@dataclass(frozen=True)
class Figure:
    """A row of the letter's numbers; `notes` explain the value, of which `shares` are parts."""

    label: str
    value: str
    notes: tuple[str, ...]
    shares: tuple[str, ...] = ()


def salutation(letter: Digest) -> str:
    """Greet the reader by name and time of day."""
    name = address(letter.name)
    return f"{name}, {greeting(letter.now)}!" if name else f"{capital(greeting(letter.now))}!"


def name_of(source: Source) -> str:
    """Return a system's name as people know it."""
    return _NAMES[source.system]


def source_line(letter: Digest) -> str:
    """Say up to which moment each system is known."""
    known = [
        f"{name_of(each)} — на {as_of(each.read_at, letter.now.date())}" for each in letter.sources if each.read_at
    ]
    known += _books_line(letter.receivables, letter.now) if letter.receivables is not None else []
    return f"Данные: {', '.join(known)}." if known else ""


def warnings(letter: Digest) -> list[str]:
    """Say aloud which system the letter may not rest on, and what follows from that."""
    books = _books_warnings(letter.receivables, letter.now) if letter.receivables is not None else []
    return [*(_warning(each, letter) for each in letter.sources if not each.is_sound), *books]


def _books_line(owed: Receivables, now: datetime) -> list[str]:
    """Say up to when 1C is known, and until which day the bank's documents are in it."""
    read = [f"1С — на {as_of(owed.read_at, now.date())}"] if owed.read_at else []
    return [*read, f"банк — по {day(owed.bank_on)}"] if owed.bank_on else read


def _books_warnings(owed: Receivables, now: datetime) -> list[str]:
    """Say aloud that 1C is not known, or was not read today."""
    if owed.read_at is None:
        return ["1С ещё ни разу не прочитана целиком: о долгах сказать нечего."]
    if owed.read_at < datetime.combine(now.date(), time(), now.tzinfo):
        known = as_of(owed.read_at, now.date())
        return [f"Последние полные данные 1С — на {known}. Долги ниже могли с тех пор измениться."]
    return []


def _warning(source: Source, letter: Digest) -> str:
    if source.read_at is None:
        return f"{name_of(source)} ещё ни разу не прочитан целиком. По неполным данным ничего не создаём и не снимаем."
    if source.missing:
        return (
            f"{name_of(source)} прочитан не полностью, не дошли: {', '.join(_missing(source))}. "
            "Пока не прочитаем целиком, по этим данным ничего не создаём и не снимаем."
        )
    known = as_of(source.read_at, letter.now.date())
    return f"Последние полные данные {name_of(source)} — на {known}. Цифры ниже могли с тех пор измениться."


def _missing(source: Source) -> list[str]:
    return list(dict.fromkeys(_FAMILIES.get(family, "прочие данные") for family in source.missing))


def figures(letter: OwnerDigest) -> list[Figure]:
    """Return how deals, goods and requests stand, without the zero rows."""
    return [
        *_standing(letter),
        *aging_figures("Товар в резерве по сделкам", letter.reserves, "резерв|резерва|резервов", "самый старый"),
        *_lost(letter.lost_orders),
        *yesterday(letter.yesterday),
    ]


def _standing(letter: OwnerDigest) -> Iterator[Figure]:
    standing = letter.standing
    if not standing.deals:
        return
    apart = standing.deals - standing.agreeing
    note = f"{plural(apart, 'не сошлась|не сошлись|не сошлось')} {grouped(apart)}" if apart else "сошлись все"
    yield Figure("Сделки, которым нужен заказ", grouped(standing.deals), (note,))
    if standing.positions:
        positions = counted(standing.positions, "позиция|позиции|позиций")
        yield Figure("Товары и услуги в них", money(standing.sum_kopecks), (positions,))


def aging_figures(label: str, items: Aging, nouns: str, oldest: str) -> Iterator[Figure]:
    """Return a row for reserves or debts; told by age, and with the oldest, where that is older than a week."""
    if not items.total:
        return
    count, value = counted(items.total.count, nouns), money(items.total.sum_kopecks)
    if items.oldest and items.oldest.days > _YOUNG_DAYS:
        yield Figure(label, value, (count, f"{oldest} — {age(items.oldest)}"), _by_age(items.by_age))
    else:
        yield Figure(label, value, (count,))


def compared(now_kopecks: int, before_kopecks: int | None) -> tuple[str, ...]:
    """Say how much less or more a sum is than a week ago; nothing where that is not known, and where it is the same."""
    if before_kopecks is None or now_kopecks == before_kopecks:
        return ()
    more = "больше" if now_kopecks > before_kopecks else "меньше"
    return (f"{more}, чем неделю назад, на {money(abs(now_kopecks - before_kopecks))}",)


def _by_age(bands: Sequence[Tally]) -> tuple[str, ...]:
    return tuple(f"{label}:{NBSP}{roubles(band.sum_kopecks)}" for label, band in zip(BANDS, bands, strict=True) if band)


def age(item: Aged) -> str:
    """Say for how many days goods are held or a debt stands, and for which deal."""
    return f"{counted(item.days, 'день|дня|дней')}, {quoted(item.deal.title)}"


def in_all(items: Sequence[Aged]) -> str:
    """Say after a title what debts come to: ` — 612 000 ₽`."""
    total = sum(item.sum_kopecks for item in items)
    return f"{NBSP}— {money(total)}" if total else ""


def _lost(orders: Tally) -> Iterator[Figure]:
    if orders:
        still = plural(orders.count, "ещё не отменён|ещё не отменены|ещё не отменено")
        note = f"{counted(orders.count, 'заказ|заказа|заказов')} {still}"
        yield Figure("Заказы проигранных сделок", money(orders.sum_kopecks), (note,))


def yesterday(score: Score) -> list[Figure]:
    """Say in a row how many requests came yesterday and how many deals came to an end; nothing for nothing."""
    if not score:
        return []
    ended = []
    if score.won:
        worth = f" на {money(score.won.sum_kopecks)}" if score.won.sum_kopecks else ""
        ended.append(f"выиграно {grouped(score.won.count)}{worth}")
    if score.lost:
        ended.append(f"проиграно {grouped(score.lost)}")
    value = counted(score.new, "новая|новые|новых") if score.new else "новых нет"
    return [Figure("Заявки за вчера", value, tuple(ended))]
