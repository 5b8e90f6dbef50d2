"""The ledger's JSON as rows of the mirror, and its lists as readings with their proofs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sverka.domain.money import BadNumberError
from sverka.domain.proofs import Proof, Reading
from sverka.domain.rows import Row
from sverka.systems.business_ru.client import SYSTEM, LedgerApi
from sverka.systems.business_ru.models import FAMILIES, OWNERS, REFERENCES, WHOLE_ROW, Model, Parser, moment, written
from sverka.systems.business_ru.paging import LIVE_AND_DELETED, Listing, read_list
from sverka.systems.business_ru.signature import Params
from sverka.systems.errors import AskAgain, NoAccess, SystemTrouble
from sverka.systems.redaction import foreign
from sverka.systems.values import BadValueError, Json, ident, ident_or_none, must

Asked = Sequence[tuple[Model, Params]]

_OWNERS_IN_REQUEST = 100
"""They travel in a URL."""


def row(model: Model, raw: Json) -> Row:
    """Read one object. Raises BadValueError, naming the field."""
    values: dict[str, Any] = {
        "ext_id": f"{model.prefix}{_value(raw, 'id', must(ident))}",
        "updated_at": _value(raw, "updated", moment),
    }
    for ours, (theirs, parse) in model.fields.items():
        values[ours] = parse(raw) if theirs == WHOLE_ROW else _value(raw, theirs, parse)
    return model.row(**values, **model.constants)


def _value(raw: Json, name: str, parse: Parser) -> Any:
    try:
        return parse(raw.get(name))
    except (BadValueError, BadNumberError) as error:
        raise BadValueError(f"{name}: {error}") from error


@dataclass
class Reader:
    """Reads families one after the other; when the ledger stops answering, the rest are incomplete without being asked for."""

    api: LedgerApi
    _down: SystemTrouble | None = field(default=None, init=False)

    def changes(self, family: str, since: datetime | None) -> Reading:
        """Read a family, wholly if `since` is None. Raises KeyError for an unknown family, SystemTrouble if nothing ever answers."""
        window = {"updated": {"from": written(since)}} if since else {}
        asked = [(model, {**LIVE_AND_DELETED, **window}) for model in FAMILIES[family]]
        return self._read(family, asked, since=since)

    def references(self) -> Reading:
        """Read the small directories."""
        return self._read("references", [(model, {}) for model in REFERENCES])

    def owned(self, family: str, owner_field: str, owners: Sequence[str]) -> Reading:
        """Read all rows of a family that belong to `owners`."""
        ids = sorted(set(owners))
        groups = [ids[start : start + _OWNERS_IN_REQUEST] for start in range(0, len(ids), _OWNERS_IN_REQUEST)]
        asked = [(model, {**LIVE_AND_DELETED, owner_field: group}) for model in FAMILIES[family] for group in groups]
        reading = self._read(family, asked, owners=owners)
        strangers = {getattr(each, OWNERS[owner_field]) for each in reading.rows}.difference(ids)
        if not strangers:
            return reading
        trouble = f"rows of {len(strangers)} documents came that were not asked for: the filter was not applied"
        return replace(reading, proof=replace(reading.proof, complete=False, trouble=trouble))

    def _read(
        self, family: str, asked: Asked, *, since: datetime | None = None, owners: Sequence[str] | None = None
    ) -> Reading:
        full = since is None and owners is None
        listings = [(model, self._list(model, filters, count_always=full)) for model, filters in asked]
        rows: list[Row] = []
        malformed: list[tuple[str, str]] = []
        damaged: set[str] = set()
        for model, listing in listings:
            for raw in listing.rows:
                try:
                    rows.append(row(model, raw))
                except BadValueError as error:
                    malformed.append((f"{model.prefix}{raw.get('id')}", foreign(error)))
                    damaged |= {ident_or_none(raw.get(model.owner_field))} - {""}
        trouble = "; ".join(listing.trouble for _, listing in listings if listing.trouble)
        server_at = listings[0][1].server_at if listings else self.api.time()
        proof = Proof(
            SYSTEM, family, full=full, complete=not trouble, rows=len(rows),
            server_at=server_at, since=since, trouble=trouble, malformed=tuple(malformed),
        )  # fmt: skip
        return Reading(proof, tuple(rows), tuple(owners or ()), frozenset(damaged))

    def _list(self, model: Model, filters: Params, *, count_always: bool) -> Listing:
        if self._down is not None:
            return Listing((), str(self._down), self.api.time())
        try:
            return read_list(self.api, model.name, filters, count_always=count_always)
        except SystemTrouble as trouble:
            if not self.api.has_answered:
                raise
            self._down = trouble if isinstance(trouble, AskAgain | NoAccess) else None
            return Listing((), str(trouble), self.api.time())
