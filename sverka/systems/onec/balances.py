"""Balances of a register as they stand now: one answer, which is one moment, proved by 1C's own totals.

A table of balances is worked out anew for each request, so pages of it would be of different moments. Whether all rows came is seen by
adding them up: the same register asked for totals over fewer dimensions must give the same sums.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sverka.domain.money import BadNumberError, parse_kopecks
from sverka.systems.onec.client import OnecApi
from sverka.systems.onec.models import AGEING, SETTLEMENTS
from sverka.systems.onec.paging import Listing
from sverka.systems.onec.values import key
from sverka.systems.values import BadValueError, Json, must

_TRIES = 2
_KEY, _OBJECT, _CURRENCY = "АналитикаУчетаПоПартнерам", "ОбъектРасчетов", "Валюта"
KEY, OBJECT, CURRENCY = (f"{name}_Key" for name in (_KEY, _OBJECT, _CURRENCY))
DOCUMENT, DUE, ARISEN = "РасчетныйДокумент", "ДатаПлановогоПогашения", "ДатаВозникновения"
DEBT, PREPAID, BALANCE = "ДолгBalance", "ПредоплатаBalance", "СуммаBalance"


@dataclass(frozen=True)
class Register:
    """A register of balances.

    dimensions: to which its rows are drawn together, none for all there are; totals: to which its totals are; other: what is read beside.
    """

    name: str
    resources: tuple[str, ...]
    totals: tuple[str, ...]
    dimensions: tuple[str, ...] = ()
    other: tuple[str, ...] = ()

    @property
    def select(self) -> str:
        """What is read of a row."""
        return ",".join((*(f"{name}_Key" for name in self.dimensions), *self.other, *self.resources))

    @property
    def table(self) -> str:
        """The path of the rows."""
        return _table(self.name, self.dimensions)


AGEING_BALANCE = Register(
    AGEING, (DEBT, PREPAID), (_KEY, _CURRENCY),
    other=(KEY, OBJECT, CURRENCY, DOCUMENT, f"{DOCUMENT}_Type", DUE, ARISEN),
)  # fmt: skip
SETTLEMENT_BALANCE = Register(SETTLEMENTS, (BALANCE,), (_CURRENCY,), dimensions=(_KEY, _CURRENCY))


def read_balance(api: OnecApi, register: Register) -> Listing:
    """Read a register, twice if its rows do not add up. Raises SystemTrouble."""
    listing = _read_once(api, register)
    for _ in range(_TRIES - 1):
        if not listing.trouble:
            break
        again = _read_once(api, register)
        listing = Listing(again.rows, again.trouble, listing.server_at)
    return listing


def _read_once(api: OnecApi, register: Register) -> Listing:
    answer = api.rows(register.table, {"$select": register.select}, is_slow=True)
    keys = [f"{name}_Key" for name in register.totals]
    totals = api.rows(
        _table(register.name, register.totals), {"$select": ",".join((*keys, *register.resources))}, is_slow=True
    )
    ours, spoiled = _sums(answer.rows, keys, register.resources)
    theirs, more = _sums(totals.rows, keys, register.resources)
    apart = {each for each in ours.keys() | theirs.keys() if ours[each] != theirs[each]}
    trouble = ""
    if len(apart) > (spoiled + more) * len(register.resources):
        trouble = (
            f"GET {register.name}: the rows do not add up to 1C's own totals ({len(apart)} of {len(theirs)} differ)"
        )
    return Listing(answer.rows, trouble, answer.server_at)


def _table(name: str, dimensions: Sequence[str]) -> str:
    drawn = f"Dimensions='{','.join(dimensions)}'" if dimensions else ""
    return f"{name}/Balance({drawn})"


def _sums(rows: Iterable[Json], keys: Sequence[str], resources: Sequence[str]) -> tuple[Counter[str], int]:
    """Add rows up by their keys, each resource for itself; with how many rows cannot be understood."""
    sums: Counter[str] = Counter()
    spoiled = 0
    for row in rows:
        try:
            amounts = [parse_kopecks(row.get(name)) for name in resources]
            place = [must(key)(row.get(each)) for each in keys]
        except (BadNumberError, BadValueError):
            spoiled += 1
            continue
        for name, amount in zip(resources, amounts, strict=True):
            sums[" ".join((name, *place))] += amount
    return sums, spoiled
