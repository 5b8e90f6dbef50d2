"""What is thought of a round of polling before anything follows from it: counts, contents, the portal's layout, the clocks.

What is not believed is marked incomplete, so that nothing follows from it, and told as a brake that a person may let go: by that they say
that it is right so, and what was usual before counts no more. A brake whose reason is gone lets go by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from operator import attrgetter

from sverka.domain import plausible
from sverka.domain.brakes import CLOCK
from sverka.domain.plan import Brake
from sverka.domain.proofs import Reading
from sverka.domain.rows import Row
from sverka.domain.skew import Ahead, Pace, skew
from sverka.store import brakes, layouts, mirror, proofs
from sverka.store.tables import field_names
from sverka.systems.bitrix24.directory import PARTS, Directory
from sverka.work.desk import Desk

_FLUCTUATING = frozenset({"activities"})
"""Families of which only what stands open or is recent is read: how many there are says nothing about the reading."""

_ALL_AT_ONCE = frozenset({"stock", "debts", "advances", "settled"})
"""Families that change as a whole in the course of business."""

_OPEN = frozenset({"debts", "advances", "settled"})
"""Families of which there may be many fewer after a day of payments, but not none."""

_FRESH = timedelta(days=1)
"""What was read so lately shows what a whole reading should find."""

_STAMPS = frozenset({"updated_at", "version"})
"""What tells that an object was written, and nothing of what it holds."""

_FAMILY_OF_FIELDS: Mapping[str, str] = {"deal": "deals", "client": "clients"}
_PORTAL = "bitrix24"


class Judge:
    """Judges the readings of one round. brakes: what is not to be relied upon; sound: scopes that were looked at and are well."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.brakes: list[Brake] = []
        self.sound: set[str] = set()
        self._unfit: dict[str, str] = {}
        with desk.store.reading() as tx:
            self._released = brakes.releases(tx)

    def layout(self, directory: Directory) -> None:
        """Compare the fields of the company's file that the portal has with those that it had."""
        now, scope = self._desk.clock.real(), plausible.scope_of(self._desk.company, _PORTAL, "fields")
        found = {
            f"{kind}.{ours}": title
            for kind, titles in self._desk.field_titles.items()
            for ours, title in titles.items()
            if any(ours in directory.layout.get(part, {}) for part in PARTS.get(kind, (kind,)))
        }
        with self._desk.store.reading() as tx:
            known = layouts.get(tx, self._desk.company, _PORTAL) or {"fields": {}, "at": now.isoformat()}
        still = {
            name for kind, titles in self._desk.field_titles.items() for name in (f"{kind}.{ours}" for ours in titles)
        }
        was = {name: title for name, title in known["fields"].items() if name in still}
        gone = plausible.gone_fields(self._desk.company, _PORTAL, was, found)
        if gone and self._released.get(scope, datetime.min.replace(tzinfo=UTC)) <= datetime.fromisoformat(known["at"]):
            self.brakes.append(gone)
            lost = {name.partition(".")[0] for name in was.keys() - found.keys() - plausible.SHOWN_ONLY}
            self._unfit = {_FAMILY_OF_FIELDS[kind]: gone.reason for kind in lost}
            return
        self.sound.add(scope)
        if found != known["fields"]:
            with self._desk.store.writing() as tx:
                layouts.put(tx, self._desk.company, _PORTAL, {"fields": found, "at": now.isoformat()})

    def reading(self, reading: Reading) -> Reading:
        """Return a reading as far as it is believed."""
        proof = reading.proof
        if reason := self._unfit.get(proof.family):
            return replace(reading, proof=replace(proof, complete=False, trouble=reason), rows=())
        if not proof.full or not proof.complete or reading.owners or proof.family in _FLUCTUATING:
            return reading
        with self._desk.store.reading() as tx:
            scope = plausible.scope_of(self._desk.company, proof.system, proof.family)
            of = (self._desk.company, proof.system, proof.family)
            usual = proofs.recent_counts(tx, *of, since=self._released.get(scope))
            age = proofs.age(tx, *of, self._desk.clock.real())
        brake = None if proof.family in _OPEN and proof.rows else plausible.too_few(*of, proof.rows, usual)
        rows = reading.rows
        if brake is None and usual and age is not None and age < _FRESH:
            brake, rows = self._different(reading), ()
        if brake is None:
            self.sound.add(scope)
            return reading
        self.brakes.append(brake)
        return replace(reading, proof=replace(proof, complete=False, trouble=brake.reason), rows=rows)

    def _different(self, reading: Reading) -> Brake | None:
        """Judge how much of what was known stands otherwise now, though the readings of changes told nothing of it."""
        proof = reading.proof
        if proof.family in _ALL_AT_ONCE or len(reading.rows) < plausible.FEW_ROWS:
            return None
        values = _content(type(reading.rows[0]))
        with self._desk.store.reading() as tx:
            known = mirror.by_ids(tx, self._desk.company, type(reading.rows[0]), [row.ext_id for row in reading.rows])
        changed = sum(row.ext_id in known and values(row) != values(known[row.ext_id]) for row in reading.rows)
        return plausible.too_different(self._desk.company, proof.system, proof.family, changed, len(known))

    def clocks(self, ahead: Mapping[str, Ahead], business: datetime) -> None:
        """Compare the vendors' clocks with each other, and business time with that of the last run."""
        now = Pace(business, self._desk.clock.real())
        scope = f"{self._desk.company}/{CLOCK}"
        with self._desk.store.reading() as tx:
            last = brakes.last_pace(tx, self._desk.company)
        if last and self._released.get(scope, last.real) > last.real:
            last = None
        is_declared = self._desk.at is not None or self._desk.clock_jumps_allowed
        found = skew(self._desk.company, ahead, last, now, is_declared=is_declared)
        if found:
            self.brakes.append(found)
            return
        if len(ahead) > 1:  # one clock alone cannot show that all agree
            self.sound.add(scope)
        if self._desk.at is None:
            with self._desk.store.writing() as tx:
                brakes.keep_pace(tx, self._desk.company, now)


def measured(server_at: datetime, before: datetime, after: datetime) -> Ahead:
    """Return how far a system's clock is ahead, by an answer that it gave at some time between two moments."""
    return Ahead(server_at - after, server_at - before)


def _content(row_type: type[Row]) -> attrgetter[object]:
    return attrgetter(*(name for name in field_names(row_type) if name not in _STAMPS))
