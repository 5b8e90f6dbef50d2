"""Families of 1C as readings with their proofs.

Nothing in 1C tells what changed since a moment, so every reading is of all there is (of payments, of the last months). What was read
before is not read again: 1C marks every writing of an object with a new version, so first only keys and versions are listed, and then
what bears another version than the row that is known. Balances bear no versions and are read as they stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sverka.domain.proofs import Proof, Reading
from sverka.domain.rows import Row
from sverka.systems.errors import AskAgain, NoAccess, SystemTrouble
from sverka.systems.onec import debts
from sverka.systems.onec.balances import (
    AGEING_BALANCE,
    SETTLEMENT_BALANCE,
    read_balance,
)
from sverka.systems.onec.client import OnecApi
from sverka.systems.onec.debts import Entry, Spoiled, Understood
from sverka.systems.onec.faults import SYSTEM
from sverka.systems.onec.known import Known
from sverka.systems.onec.lookups import Lookups
from sverka.systems.onec.models import CATALOGS, CURRENCIES, Model, receipts, row
from sverka.systems.onec.paging import PAGE, Ask, Listing, fetch, read_lists
from sverka.systems.onec.query import is_guid, local
from sverka.systems.redaction import foreign
from sverka.systems.values import BadValueError, Json, ident_or_none

FAMILIES = (*CATALOGS, "debts", "advances", "settled", "receipts")
RECEIPT_DAYS = 92
"""So far back payments are read, and remembered."""
WINDOW_DAYS = 31
_FEW = PAGE // 4
"""Up to so many objects are asked for by key; of more, whole pages are read."""
_VERSIONS = "Ref_Key,DataVersion"


@dataclass(frozen=True)
class _Ageing:
    """The register of ageing, which two families come from."""

    entries: list[Entry]
    spoiled: list[Spoiled]
    listing: Listing


@dataclass(frozen=True)
class _Found:
    """What a set holds. kept: rows that are known and stand unchanged; raws: objects that are to be understood."""

    listing: Listing
    kept: list[Row]
    raws: Sequence[Json]


@dataclass
class Reader:
    """Reads families one after the other; when 1C stops answering, the rest are incomplete without being asked for."""

    api: OnecApi
    zone: ZoneInfo
    lookups: Lookups
    known: Known
    _down: SystemTrouble | None = field(default=None, init=False)
    _ageing: _Ageing | None = field(default=None, init=False)

    def read(self, family: str, *, anew: bool) -> Reading:
        """Read a family. anew: also what is known. Raises KeyError for an unknown family, SystemTrouble if nothing ever answers."""
        ways = {"debts": self._debts, "advances": self._advances, "settled": self._settled, "receipts": self._receipts}
        if self._down is not None:
            return _unread(family, self._down, self.api.time())
        try:
            if family in CATALOGS:
                return self._set(family, CATALOGS[family], [""], "Ref_Key", anew=anew)
            return ways[family](anew=anew)
        except SystemTrouble as trouble:
            if not self.api.has_answered:
                raise
            self._down = trouble if isinstance(trouble, AskAgain | NoAccess) else None
            return _unread(family, trouble, self.api.time())

    def _receipts(self, *, anew: bool) -> Reading:
        today = self.api.time().astimezone(self.zone).replace(hour=0, minute=0, second=0, tzinfo=None)
        return self._set("receipts", receipts(self.zone), _windows(today), "Date,Ref_Key", anew=anew)

    def _set(self, family: str, model: Model, windows: Sequence[str], order: str, *, anew: bool) -> Reading:
        known = {} if anew else self.known.rows.get(family, {})
        conditions = [" and ".join(part for part in (window, model.condition) if part) for window in windows]
        found = self._what_differs(model, conditions, order, known) if known else None
        if found is None:
            listing = self._list(model, model.select, conditions, order)
            found = _Found(listing, [], listing.rows)
        understood = self._parsed(model, found.raws)
        understood.rows = [*found.kept, *understood.rows]
        return _reading(family, found.listing, understood)

    def _what_differs(
        self, model: Model, conditions: Sequence[str], order: str, known: Mapping[str, Row]
    ) -> _Found | None:
        """Compare versions and ask for what bears another; None if that is so much that pages are cheaper."""
        listing = self._list(model, _VERSIONS, conditions, order)
        kept = {each.ext_id: each for raw in listing.rows if (each := _unchanged(raw, known))}
        other = [raw for raw in listing.rows if ident_or_none(raw.get("Ref_Key")) not in kept]
        keys = [key for raw in other if is_guid(key := ident_or_none(raw.get("Ref_Key")))]
        if len(keys) > _FEW:
            return None
        raws = fetch(self.api, model.name, keys, model.select)
        if len(raws) != len(keys):
            trouble = f"GET {model.name}: {len(raws)} objects came of {len(keys)} that were asked for by key"
            listing = replace(listing, trouble="; ".join(each for each in (listing.trouble, trouble) if each))
        nameless = [raw for raw in other if not is_guid(ident_or_none(raw.get("Ref_Key")))]
        return _Found(listing, list(kept.values()), (*raws, *nameless))

    def _list(self, model: Model, select: str, conditions: Sequence[str], order: str) -> Listing:
        return read_lists(self.api, [Ask(model.name, select, condition, order) for condition in conditions])

    def _parsed(self, model: Model, raws: Sequence[Json]) -> Understood:
        understood = Understood()
        for catalogue in model.named.values() if raws else ():
            self.lookups.find_names(catalogue)
        for raw in raws:
            try:
                understood.rows.append(self._named(model, row(model, raw)))
            except BadValueError as error:
                understood.malformed.append((foreign(raw.get("Ref_Key")), foreign(error)))
                understood.damaged |= {ident_or_none(raw.get("Ref_Key"))} - {""}
        return understood

    def _named(self, model: Model, read: Row) -> Row:
        """Put names for the keys of catalogues that a row is to show. Raises BadValueError for a key without one."""
        keys = {ours: getattr(read, ours) for ours in model.named}
        names: Any = {ours: self.lookups.name(model.named[ours], key) for ours, key in keys.items() if key}
        return replace(read, **names)

    def _debts(self, *, anew: bool) -> Reading:
        if anew:
            self.lookups.forget_papers()
        ageing = self._aged()
        owed = [each for each in ageing.entries if each.debt_kopecks]
        self.lookups.find_papers((each.kind, each.document_id) for each in owed)
        return _reading("debts", ageing.listing, debts.debts(ageing.entries, ageing.spoiled, self.lookups))

    def _advances(self, *, anew: bool) -> Reading:
        ageing = self._aged()
        return _reading("advances", ageing.listing, debts.advances(ageing.entries, ageing.spoiled, self.lookups))

    def _aged(self) -> _Ageing:
        if self._ageing is None:
            listing = read_balance(self.api, AGEING_BALANCE)
            entries, spoiled = debts.parsed(listing.rows, debts.entry)
            self._look_up([each.analytic for each in entries] + [each.analytic for each in spoiled])
            self._ageing = _Ageing(entries, spoiled, listing)
        return self._ageing

    def _settled(self, *, anew: bool) -> Reading:
        listing = read_balance(self.api, SETTLEMENT_BALANCE)
        totals, spoiled = debts.parsed(listing.rows, debts.total)
        self._look_up([each.analytic for each in totals] + [each.analytic for each in spoiled])
        return _reading("settled", listing, debts.settled(totals, spoiled, self.lookups))

    def _look_up(self, analytics: Sequence[str]) -> None:
        if analytics:
            self.lookups.find_names(CURRENCIES)
            self.lookups.find_analytics(analytics)


def _windows(today: datetime) -> list[str]:
    """Return the conditions of the windows; the last has no end, for some documents bear a day to come."""
    starts = [today - timedelta(days=back) for back in range(RECEIPT_DAYS, 0, -WINDOW_DAYS)]
    ends = [*starts[1:], None]
    return [
        f"Date ge {local(start)}" + (f" and Date lt {local(end)}" if end else "")
        for start, end in zip(starts, ends, strict=True)
    ]


def _unchanged(raw: Json, known: Mapping[str, Row]) -> Row | None:
    """Return the known row of an object that bears the same version still."""
    row_ = known.get(ident_or_none(raw.get("Ref_Key")))
    version = raw.get("DataVersion")
    return row_ if row_ is not None and version and getattr(row_, "version", "") == version else None


def _reading(family: str, listing: Listing, understood: Understood) -> Reading:
    proof = Proof(
        SYSTEM, family, full=True, complete=not listing.trouble, rows=len(understood.rows) + len(understood.malformed),
        server_at=listing.server_at, trouble=listing.trouble, malformed=tuple(understood.malformed),
    )  # fmt: skip
    return Reading(proof, tuple(understood.rows), damaged=frozenset(understood.damaged))


def _unread(family: str, trouble: SystemTrouble, server_at: datetime) -> Reading:
    proof = Proof(SYSTEM, family, full=True, complete=False, rows=0, server_at=server_at, trouble=str(trouble))
    return Reading(proof, ())
