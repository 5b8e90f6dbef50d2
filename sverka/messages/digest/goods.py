"""What leaves the stores: for the owner in a few sentences, for the warehouse order by order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from sverka.domain.digest import OwnerDigest
from sverka.domain.digest_values import CARRIED, LEAVING, VISIT, DealLink, Good, Pick
from sverka.domain.digest_warehouse import Freed, WarehouseDigest, groups
from sverka.domain.quantity import units
from sverka.domain.russian import NBSP, POSITIONS, clock, counted, day, grouped, money, plural
from sverka.messages.digest.phrase import Phrase, deal_names, named

WAY_NAMES: Mapping[str, str] = {"pickup": "Самовывоз", "delivery": "Доставка", CARRIED: "Перевозчиком", VISIT: "Визит"}
"""By `digest_values.LEAVING`."""

LINES_SHOWN = 55
GOODS_SHOWN = 12
"""So many lines of orders and goods are written out, and so many goods of one order; the attached table holds them all."""

_GROUPS: Mapping[str, str] = {"pickup": "Самовывоз", "delivery": "Доставка", CARRIED: "Перевозчик", VISIT: "К визитам"}
_ORDERS = "заказ|заказа|заказов"
_VISITS = "визит|визита|визитов"


@dataclass(frozen=True)
class Row:
    """An order to pick: its deal, what is known beside it, and its goods as (name, how many, what is missing)."""

    deal: DealLink
    note: str
    goods: tuple[tuple[str, str, str], ...]


def today(letter: OwnerDigest) -> list[Phrase]:
    """Say what leaves today, what was promised earlier, what is missing, and which visits there are."""
    return list(_today(letter))


def _today(letter: OwnerDigest) -> Iterator[Phrase]:
    orders = [pick for pick in letter.picks if pick.way != VISIT]
    visits = [pick for pick in letter.picks if pick.way == VISIT]
    if orders:
        worth = sum(pick.sum_kopecks for pick in orders)
        sums = f" на {money(worth)}" if worth else ""
        yield Phrase(f"Отгрузить {counted(len(orders), _ORDERS)}{sums}{_ways(orders)}")
    if late := [pick for pick in orders if pick.is_late(letter.now.date())]:
        yield named(f"С прошлых дней — {grouped(len(late))}", deal_names(pick.deal for pick in late))
    if visits:
        hours = [clock(pick.at) for pick in visits if pick.at]
        yield Phrase(f"{counted(len(visits), _VISITS)} сегодня: в {', '.join(hours)}")
    if short := [pick for pick in letter.picks if pick.is_short]:
        to = plural(len(short), "заказу|заказам|заказам")
        yield named(f"К {grouped(len(short))}{NBSP}{to} товар собран не весь", deal_names(pick.deal for pick in short))


def _ways(picks: Sequence[Pick]) -> str:
    """Say how orders leave, where there is more than one way."""
    counts = [(way, sum(pick.way == way for pick in picks)) for way in LEAVING]
    told = [f"{WAY_NAMES[way].lower()}{NBSP}— {grouped(count)}" for way, count in counts if count]
    return f": {', '.join(told)}" if len(told) > 1 else f", {told[0].partition(NBSP)[0]}" if told else ""


def picking(letter: WarehouseDigest) -> list[tuple[str, list[Row]]]:
    """Return what leaves today under the titles of its way and branch, or carrier, as much of it as a letter holds."""
    fitting = _fitting(letter.picks)
    return [(_title(*key), [_row(pick, letter) for pick in picks]) for key, picks in groups(fitting).items()]


def _fitting(picks: Sequence[Pick]) -> Sequence[Pick]:
    lines = accumulate(1 + min(len(pick.goods), GOODS_SHOWN) for pick in picks)
    return picks[: sum(line <= LINES_SHOWN for line in lines)]


def tomorrow(letter: WarehouseDigest) -> list[Row]:
    """Return tomorrow's visits for which something is missing."""
    return [_row(pick, letter) for pick in _fitting([pick for pick in letter.tomorrow if pick.is_short])]


def further_picks(letter: WarehouseDigest) -> str:
    """Say how many orders stand in the table only, "" for none."""
    rest = len(letter.picks) - len(_fitting(letter.picks))
    return f"И ещё {counted(rest, _ORDERS)} — в приложенной таблице." if rest > 0 else ""


def freed(items: Sequence[Freed]) -> list[Phrase]:
    """Say which goods nobody holds any more."""
    worth = sum(item.sum_kopecks for item in items)
    sums = f" на {money(worth)}" if worth else ""
    deals = dict.fromkeys(item.deal for item in items)
    return [named(f"{_released(len(items))}: товар{sums} снова в продаже", deal_names(deals))]


def _released(count: int) -> str:
    return f"{plural(count, 'Снят|Сняты|Снято')} {counted(count, 'резерв|резерва|резервов')}"


def _title(way: str, heap: str) -> str:
    if way == CARRIED:
        return f"{_GROUPS[way]}: {heap}" if heap else f"{_GROUPS[way]} не указан"
    return f"{_GROUPS[way]}, {heap}" if heap else f"{_GROUPS[way]}, филиал не указан"


def _row(pick: Pick, letter: WarehouseDigest) -> Row:
    late = f"обещали {day(pick.on)}" if pick.on and pick.is_late(letter.now.date()) else ""
    no_order = "" if pick.way == CARRIED else "заказа ещё нет"
    order = f"заказ №{NBSP}{pick.order}" if pick.order else no_order
    note = ", ".join(part for part in (f"в{NBSP}{clock(pick.at)}" if pick.at else "", order, late) if part)
    goods = sorted(pick.goods, key=lambda good: not good.lacking_thousandths)  # what is missing is never cut off
    rest = len(goods) - GOODS_SHOWN
    more = [(f"и ещё {counted(rest, POSITIONS)}", "", "")] if rest > 0 else []
    return Row(pick.deal, note, (*map(_good, goods[:GOODS_SHOWN]), *more))


def _good(good: Good) -> tuple[str, str, str]:
    lacking = f"не хватает {_amount(good.lacking_thousandths)}" if good.lacking_thousandths else ""
    return good.name, _amount(good.amount_thousandths), lacking


def _amount(thousandths: int) -> str:
    return f"{units(thousandths).replace('.', ',')}{NBSP}шт"


def warehouse_headline(letter: WarehouseDigest) -> str:
    """Say what is to be picked today and what is missing."""
    return ", ".join([*(_picks(letter) or ["на сегодня отгрузок нет"]), *_besides(letter)])


def warehouse_subject(letter: WarehouseDigest) -> str:
    """Say the same for a subject line."""
    line = warehouse_headline(letter)
    return f"на сегодня: {line}" if letter.picks else line


def _picks(letter: WarehouseDigest) -> list[str]:
    orders = sum(pick.way != VISIT for pick in letter.picks)
    visits, short = len(letter.picks) - orders, _short(letter.picks)
    parts = [
        f"собрать {counted(orders, _ORDERS)}" if orders else "",
        f"{'и' if orders else 'собрать'} товар на {counted(visits, _VISITS)}" if visits else "",
    ]
    missing = f"к {counted(short, 'заказу|заказам|заказам')} не хватает товара" if short else ""
    return [part for part in (" ".join(part for part in parts if part), missing) if part]


def _besides(letter: WarehouseDigest) -> Iterator[str]:
    if soon := _short(letter.tomorrow):
        yield f"на завтра не хватает товара к {counted(soon, 'визиту|визитам|визитам')}"
    if drafts := sum(item.topic == "stock" for item in letter.delays):
        yield f"{counted(drafts, 'заказ ждёт|заказа ждут|заказов ждут')} товара"
    if letter.freed and not letter.picks:
        yield f"{plural(len(letter.freed), 'снят|сняты|снято')} {counted(len(letter.freed), 'резерв|резерва|резервов')}"


def _short(picks: Iterable[Pick]) -> int:
    return sum(pick.is_short for pick in picks)
