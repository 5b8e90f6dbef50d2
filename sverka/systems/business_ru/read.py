"""The ledger's JSON as rows of the mirror, and its lists as readings with their proofs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sverka.domain.money import BadNumberError
from sverka.domain.proofs import Proof, Reading
from sverka.domain.rows import Row
from sverka.systems.business_ru.client import SYSTEM, LedgerApi
from sverka.systems.business_ru.models import FAMILIES, REFERENCES, WHOLE_ROW, Model, Parser, moment, written
from sverka.systems.business_ru.paging import LIVE_AND_DELETED, Listing, read_list
from sverka.systems.business_ru.signature import Params
from sverka.systems.errors import AskAgain, NoAccess, SystemTrouble
from sverka.systems.redaction import foreign
from sverka.systems.values import BadValueError, Json, ident, ident_or_none, must

Asked = Sequence[tuple[Model, Params]]


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
        asked = [(model, {**(LIVE_AND_DELETED if model.has_deleted else {}), **window}) for model in FAMILIES[family]]
        return self._read(family, asked, since)

    def references(self) -> Reading:
        """Read the small directories."""
        return self._read("references", [(model, {}) for model in REFERENCES], None)

    def _read(self, family: str, asked: Asked, since: datetime | None) -> Reading:
        full = since is None
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
        proof = Proof(
            SYSTEM, family, full=full, complete=not trouble, rows=len(rows),
            server_at=listings[0][1].server_at, since=since, trouble=trouble, malformed=tuple(malformed),
        )  # fmt: skip
        return Reading(proof, tuple(rows), damaged=frozenset(damaged))

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
