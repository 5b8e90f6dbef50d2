"""Reading whole lists by key: `id` ascending, `>id` the last one seen, `start` -1, until a page is short.

Pages of one list are chained inside a batch by `$result`, first 1, then 6, then 50 of them; several lists walk in one batch. What
an unresolved `$result` brings is not documented, so everything after the first short page is thrown away.

A short page may also be a page cut short. Each walk therefore has a witness, a page asked from the other end: the highest ids of
a full list, the latest changes of an increment (asked without the date filter, so a filter that the portal did not understand
comes to light as well). What the witness saw and the walk did not makes the reading incomplete.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Generic, TypeVar

from sverka.domain.money import BadNumberError
from sverka.systems.bitrix24.batch import LIMIT, BatchAnswer
from sverka.systems.bitrix24.client import PortalApi
from sverka.systems.bitrix24.encoding import Command, Ref
from sverka.systems.bitrix24.faults import SYSTEM
from sverka.systems.bitrix24.question import Question
from sverka.systems.errors import AskAgain, BadAnswer, Refused, SystemTrouble
from sverka.systems.redaction import foreign
from sverka.systems.values import BadValueError, Json, ident_or_none, iso_moment

T = TypeVar("T")

PAGE = 50
LADDER = (1, 6, 50)
"""Pages of one walk in its first, second and every later request."""

LANES = 2
LONG = PAGE * LADDER[-1]
"""Rows that one request may bring."""


class Walk(Generic[T]):
    """One list on its way into rows."""

    def __init__(self, question: Question[T], after: int = 0) -> None:
        self.question = question
        self.rows: list[T] = []
        self.malformed: list[tuple[str, str]] = []
        self.damaged: set[str] = set()
        self.trouble = ""
        """Why the reading is incomplete; "" if it is not."""
        self.stalled: AskAgain | None = None
        """What kept the last round from bringing anything."""
        self._ids: set[int] = set()
        self._cursor = after
        self._ended = False
        self._expected: set[int] | None = None
        self._requests = 0
        self._asked = 0

    @property
    def is_open(self) -> bool:
        """Say whether more has to be asked."""
        return not self.trouble and (not self._ended or self._expected is None)

    @property
    def demand(self) -> int:
        """Return how many commands the walk would put into the next request."""
        return self._pages() + (self._expected is None)

    def commands(self, room: int) -> dict[str, Command]:
        """Return at most `room` commands for the next request; none if there is no room for a page and the witness."""
        name, question = self.question.name, self.question
        commands = {f"{name}_witness": question.witness()} if self._expected is None else {}
        self._asked = max(0, min(self._pages(), room - len(commands)))
        if not self._ended and not self._asked:
            return {}
        after: int | Ref = self._cursor
        for number in range(self._asked):
            commands[f"{name}{number}"] = question.page(after, len(self._ids) + PAGE * number)
            shown_as = question.dialect.answered(question.dialect.id_field)
            after = Ref((f"{name}{number}", *question.rows_at, PAGE - 1, shown_as))
        return commands

    def absorb(self, answer: BatchAnswer) -> None:
        """Take what a request brought to this walk's commands."""
        self.stalled = None
        try:
            self._absorb_pages(answer)
            self._absorb_witness(answer)
        except AskAgain as trouble:
            self.stalled = trouble
        except SystemTrouble as trouble:
            self.fail(str(trouble))

    def fail(self, trouble: str) -> None:
        """Give the walk up; its rows so far stay."""
        self.trouble = trouble

    @property
    def is_long(self) -> bool:
        """Say whether whole requests did not suffice, and by the highest id several more may be needed."""
        left = max(self._expected or (0,)) - self._cursor
        return self.is_open and self._requests >= len(LADDER) and self.question.since is None and left > LANES * LONG

    def split(self, parts: int) -> list[Walk[T]]:
        """Return walks over what is left, by ranges of ids."""
        step = max(1, -(-(max(self._expected or (0,)) - self._cursor) // parts))
        starts = [self._cursor + step * part for part in range(parts)]
        ends = [*starts[1:], None]
        return [Walk(self.question.between(start, end, LONG), start) for start, end in zip(starts, ends, strict=True)]

    def join(self, pieces: list[Walk[T]]) -> None:
        """Take over what the walks of a split brought, and end."""
        for piece in pieces:
            self.rows += piece.rows
            self.malformed += piece.malformed
            self.damaged |= piece.damaged
        self._ended = True
        self.trouble = "; ".join(piece.trouble for piece in pieces if piece.trouble)

    def _pages(self) -> int:
        if self._ended:
            return 0
        expected = self.question.expected_rows
        by_rows = min(LADDER[-1], expected // PAGE + bool(expected))
        return max(by_rows, LADDER[min(self._requests, len(LADDER) - 1)])

    def _absorb_pages(self, answer: BatchAnswer) -> None:
        for number in range(self._asked):
            if number and f"{self.question.name}{number}" in answer.errors:
                break  # the pages before it were good; the next request goes on from there
            page = self._page(answer, str(number))
            self._take(page)
            if self.trouble:
                return
            if len(page) < PAGE:
                self._ended = True
                break
        self._requests += bool(self._asked)

    def _absorb_witness(self, answer: BatchAnswer) -> None:
        if self._expected is None and f"{self.question.name}_witness" in answer.results.keys() | answer.errors.keys():
            since, question = self.question.since, self.question
            page = self._page(answer, "_witness")
            seen = [raw for raw in page if since is None or _is_since(question.moved_of(raw), since)]
            self._expected = {_number(question.id_of(raw)) for raw in seen}
        unseen = (self._expected or set()) - self._ids
        if unseen and self._ended and not self.trouble:
            self.fail(f"{self.question.method}: the list ended, but id {max(unseen)} belongs to it and did not come")

    def _page(self, answer: BatchAnswer, suffix: str) -> list[Json]:
        key = self.question.name + suffix
        if key in answer.errors:
            raise answer.errors[key]
        rows = answer.results[key]
        for step in self.question.rows_at:
            rows = rows.get(step, []) if isinstance(rows, dict) else rows
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.fail(f"{self.question.method}: the answer holds no list of rows")
            return []
        return rows

    def _take(self, page: list[Json]) -> None:
        for raw in page:
            number = _number(self.question.id_of(raw))
            if number <= self._cursor:
                self.fail(f"{self.question.method}: ids do not increase (after {self._cursor} came {number})")
                return
            self._cursor = number
            self._ids.add(number)
            self._parse(raw, number)

    def _parse(self, raw: Json, number: int) -> None:
        try:
            self.rows.append(self.question.parse(raw))
        except (BadValueError, BadNumberError) as error:
            self.malformed.append((f"{self.question.ext_prefix}{number}", foreign(error)))
            self.damaged |= {ident_or_none(raw.get(self.question.owner_field))} - {""}


class Party:
    """Walks that go together, sharing requests; a long one that is left alone goes on in two lanes.

    One lane spends most of its time waiting for answers and so cannot use up what the bucket allows; the vendor advises against more.
    """

    def __init__(self, api: PortalApi, walks: list[Walk[Any]], lanes: int = LANES) -> None:
        self._api = api
        self._walks = walks
        self._lanes = lanes
        self._started_at: datetime | None = None

    def go(self) -> datetime:
        """Walk all lists to their ends; return the portal's time at the start.

        Raises the SystemTrouble if the portal never answers; a trouble after that ends up in the walks it befell.
        """
        while open_walks := [walk for walk in self._walks if walk.is_open]:
            if self._lanes > 1 and all(walk.is_long for walk in open_walks):
                self._go_in_lanes(open_walks[0])
                continue
            try:
                self._api.patiently(self._round)
            except SystemTrouble as trouble:
                if self._started_at is None:
                    raise
                for walk in [each for each in open_walks if each.stalled] or open_walks:
                    walk.fail(str(trouble))
        if self._started_at is None:
            raise ValueError("a party without walks goes nowhere")
        return self._started_at

    def _go_in_lanes(self, walk: Walk[Any]) -> None:
        pieces = walk.split(self._lanes)
        with ThreadPoolExecutor(self._lanes) as pool:
            list(pool.map(self._go_alone, pieces))
        walk.join(pieces)

    def _go_alone(self, piece: Walk[Any]) -> None:
        try:
            Party(self._api, [piece], lanes=1).go()
        except SystemTrouble as trouble:
            piece.fail(str(trouble))

    def _round(self) -> None:
        """Send one request and let each walk take its part; raises what kept a walk from getting on."""
        open_walks = [walk for walk in self._walks if walk.is_open]
        answer = self._api.read_once(_share(open_walks))
        self._started_at = self._started_at or answer.started_at
        for walk in open_walks:
            walk.absorb(answer)
        for walk in open_walks:
            if walk.stalled:
                raise walk.stalled


def read_whole(api: PortalApi, question: Question[T]) -> list[T]:
    """Walk one list to its end and return its rows. Raises SystemTrouble unless all of it came, BadValueError as `whole`."""
    walk = Walk(question)
    Party(api, [walk]).go()
    return whole(walk)


def read_at_once(answer: BatchAnswer, question: Question[T]) -> list[T]:
    """Return the rows of a list that was asked for by `at_once`. Raises as `read_whole`."""
    walk = Walk(question)
    walk.commands(LIMIT)
    walk.absorb(answer)
    if walk.stalled:
        raise walk.stalled
    if walk.is_open:
        raise Refused(SYSTEM, question.method, f"more than {question.expected_rows} rows, which are too many here")
    return whole(walk)


def at_once(question: Question[T]) -> dict[str, Command]:
    """Return the commands that bring a list in one request, if it has no more rows than the question expects."""
    return Walk(question).commands(LIMIT)


def whole(walk: Walk[T]) -> list[T]:
    """Return the rows of a walk that is over. Raises BadAnswer if some did not come, BadValueError if one was not understood."""
    if walk.trouble:
        raise BadAnswer(SYSTEM, walk.question.method, walk.trouble)
    for ext_id, why in walk.malformed:
        raise BadValueError(f"row {ext_id}: {why}")
    return walk.rows


def _share(walks: list[Walk[Any]]) -> dict[str, Command]:
    """Share the commands of one request among the walks, the modest first, so that what they leave goes to the greedy."""
    commands: dict[str, Command] = {}
    modest_first = sorted(walks, key=lambda walk: walk.demand)
    for position, walk in enumerate(modest_first):
        room = (LIMIT - len(commands)) // (len(modest_first) - position)
        commands |= walk.commands(max(room, min(walk.demand, 2, LIMIT - len(commands))))
    return commands


def _number(value: object) -> int:
    """Return an id as a number; 0, which no row bears, if it is none."""
    try:
        return int(value) if isinstance(value, int | str) else 0
    except ValueError:
        return 0


def _is_since(value: object, since: datetime) -> bool:
    try:
        moved = iso_moment(value)
    except BadValueError:
        return False
    return moved is not None and moved >= since.replace(microsecond=0)
