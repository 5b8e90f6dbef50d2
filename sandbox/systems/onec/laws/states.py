"""The register СостоянияЗаказовКлиентов: how far each posted order has come, computed from what is posted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from sandbox.systems.onec.base import Row
from sandbox.systems.onec.laws.facts import Fact, Ordered, Paid, Shipped
from sandbox.systems.onec.laws.objects import typed
from sandbox.systems.onec.model import catalogs as sets

_STATE_TYPE = "UnavailableEnums.СостоянияЗаказовКлиентов"


def order_states(facts: Iterable[Fact]) -> Iterator[Row]:
    """Yield a row for each order that stands posted."""
    posted = list(facts)
    for order in posted:
        if isinstance(order, Ordered):
            shipments = [one for one in posted if isinstance(one, Shipped) and one.order == order.recorder]
            paid = _paid(posted, order.party.settled)
            event = max([order.period, *(one.period for one in shipments)])
            yield _state_row(order, sum((one.total for one in shipments), Decimal()), paid, event)


def _paid(facts: Iterable[Fact], settled: str) -> Decimal:
    parts = (part for fact in facts if isinstance(fact, Paid) for party, part in fact.parts if party.settled == settled)
    return sum(parts, Decimal())


def _state_row(order: Ordered, shipped: Decimal, paid: Decimal, event: str) -> Row:
    debt = max(shipped - paid, Decimal())
    return {
        **typed(sets.ORDER, "Заказ", order.recorder),
        "Состояние": _state(order, shipped, paid),
        "Состояние_Type": _STATE_TYPE,
        "ДатаСобытия": event,
        "СуммаОплаты": paid,
        "ПроцентОплаты": _share(paid, order.total),
        "СуммаОтгрузки": shipped,
        "ПроцентОтгрузки": _share(shipped, order.total),
        "СуммаДолга": debt,
        "ПроцентДолга": _share(debt, order.total),
    }


def _state(order: Ordered, shipped: Decimal, paid: Decimal) -> str:
    if order.status == "Закрыт":
        return "Закрыт"
    if order.status in ("НеСогласован", ""):
        return "ОжидаетсяСогласование"
    if order.total and shipped >= order.total:
        return "ГотовКЗакрытию" if paid >= shipped else "ОжидаетсяОплатаПослеОтгрузки"
    return "ВПроцессеОтгрузки" if shipped else _state_before_shipment(order, paid)


def _state_before_shipment(order: Ordered, paid: Decimal) -> str:
    if paid < order.advance:
        return "ОжидаетсяАвансДоОбеспечения"
    if paid < order.advance + order.prepaid:
        return "ОжидаетсяПредоплатаДоОтгрузки"
    return "ГотовКОтгрузке" if order.status == "КОтгрузке" else "ГотовКОбеспечению"


def _share(part: Decimal, whole: Decimal) -> Decimal:
    return (part * 100 / whole).quantize(Decimal("0.001"), ROUND_HALF_UP) if whole else Decimal()
