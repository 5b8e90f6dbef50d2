"""One entry into the books: what forbids it, the entry itself, and everything that follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.systems.business_ru.books import Books, Row
from sandbox.systems.business_ru.errors import Refusal
from sandbox.systems.business_ru.laws.following import followers_of, missing_and_stale, refuse_without_order
from sandbox.systems.business_ru.laws.links import refuse_over_linking
from sandbox.systems.business_ru.laws.standing import refuse_if_consumed, standing, touched_documents
from sandbox.systems.business_ru.laws.totals import count_totals, line_sum
from sandbox.systems.business_ru.models.catalogue import MODELS
from sandbox.systems.business_ru.stock import settle


@dataclass(frozen=True)
class Clerk:
    """Who writes into the books, and when.

    now: Moscow wall time. line_moves_header: whether an edit of a line moves the `updated` of its document.
    ships_reserved: whether goods that others hold in reserve may be shipped.
    """

    books: Books
    now: str
    line_moves_header: bool = False
    ships_reserved: bool = False

    def enter(self, model: str, row: Row | None, changes: Mapping[str, Any]) -> Row:
        """Insert a row (`row` is None) or change one, and return it; raises Refusal with nothing done.

        A change that changes nothing moves nothing.
        """
        before = None if row is None else dict(row)
        after = _counted(model, {**(before or {}), **changes})
        self._refuse(model, before, after)
        moved = {name: value for name, value in after.items() if before is None or before.get(name) != value}
        if row is not None and not moved:
            return row
        entered = self._settled(model, row, moved)
        for version in (before, entered):
            if version is not None:
                self._follow_up(model, version)
        return entered

    def _refuse(self, model: str, before: Row | None, after: Row) -> None:
        for version in (before, after):
            if version is not None:
                refuse_if_consumed(self.books, model, version)
        if not after.get("deleted"):
            refuse_without_order(model, after)
            refuse_over_linking(self.books, model, after)

    def _settled(self, model: str, row: Row | None, moved: Row) -> Row:
        books, before = self.books, dict(row or {})
        documents = touched_documents(books, model, {**before, **moved})
        documents |= touched_documents(books, model, before) if row else set()
        stood = standing(books, documents)
        entered = self._write(model, row, moved)
        try:
            settle(books, stood, standing(books, documents), self.now, ships_reserved=self.ships_reserved)
        except Refusal:
            self._take_back(model, entered, before)
            raise
        return entered

    def _write(self, model: str, row: Row | None, moved: Row) -> Row:
        if row is None:
            return self.books.insert(model, moved, self.now)
        self.books.change(model, row, {**moved, "updated": self.now})
        return row

    def _take_back(self, model: str, row: Row, before: Row) -> None:
        if before:
            self.books.change(model, row, before)
        else:
            self.books.remove(model, row)

    def _follow_up(self, model: str, row: Row) -> None:
        count_totals(self.books, model, row)
        if self.line_moves_header and MODELS[model].header:
            self._move_header(model, row)
        for reservation in followers_of(self.books, model, row):
            for line, wanted in missing_and_stale(self.books, reservation):
                self.enter("reservationgoods", line, wanted)

    def _move_header(self, model: str, row: Row) -> None:
        header = MODELS[model].by_name[MODELS[model].header]
        self.books.change(header.target, self.books.tables[header.target].rows[row[header.name]], {"updated": self.now})


def _counted(model: str, row: Row) -> Row:
    return {**row, "sum": line_sum(row)} if MODELS[model].header else row
