"""Whether a base shows all that is read: each set is published, the user may read it, and it has the fields that we know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sverka.systems.errors import DoNotAskAgain, NoAccess, SystemTrouble
from sverka.systems.onec.balances import AGEING_BALANCE, SETTLEMENT_BALANCE
from sverka.systems.onec.client import OnecApi
from sverka.systems.onec.models import CATALOGS, KEY_REGISTER, KEYS, NAMES, SHIPMENTS, receipts

_ANY_ZONE = ZoneInfo("UTC")


@dataclass(frozen=True)
class Trial:
    """What came of asking a set for one row. trouble: None if it can be read; is_published: whether 1C lists it at all."""

    name: str
    is_published: bool
    trouble: SystemTrouble | None = None


def trials(api: OnecApi) -> tuple[Trial, ...]:
    """Try all that is read. Raises SystemTrouble if 1C lets us in nowhere, or stops answering."""
    published = api.sets()
    return tuple(_tried(api, published, name, options, path) for name, options, path in _asked(published))


def _asked(published: frozenset[str]) -> Iterator[tuple[str, Mapping[str, str], str]]:
    """Yield the sets with what is asked of them, and of functions their path."""
    for model in (*CATALOGS.values(), receipts(_ANY_ZONE)):
        chosen = {"$filter": model.condition} if model.condition else {}
        yield model.name, {**chosen, "$select": model.select, "$orderby": "Ref_Key"}, ""
    yield SHIPMENTS, {"$select": "Ref_Key,Number,Date,СуммаДокумента"}, ""
    yield from ((catalogue, {"$select": select}, "") for catalogue, select in NAMES.items())
    yield KEY_REGISTER if KEY_REGISTER in published and KEYS not in published else KEYS, {}, ""
    for register in (AGEING_BALANCE, SETTLEMENT_BALANCE):
        yield register.name, {"$select": register.select}, register.table


def _tried(api: OnecApi, published: frozenset[str], name: str, options: Mapping[str, str], path: str) -> Trial:
    if name not in published:
        return Trial(name, is_published=False, trouble=None)
    try:
        api.rows(path or name, {**options, "$top": "1"}, is_slow=bool(path))
    except NoAccess:
        raise
    except DoNotAskAgain as trouble:
        return Trial(name, is_published=True, trouble=trouble)
    return Trial(name, is_published=True)
