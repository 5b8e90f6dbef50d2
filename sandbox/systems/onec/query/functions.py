"""The functions of conditions (contract §3.2): those that the platform has; of the others it says that it cannot read them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from sandbox.systems.onec.base import Row
from sandbox.systems.onec.errors import not_in_where
from sandbox.systems.onec.model.kinds import Sort
from sandbox.systems.onec.query.terms import Compute, Term, demand


def _over(sort: Sort, work: Callable[..., Any], *parts: Compute) -> Term:
    def compute(row: Row) -> Any:
        values = [part(row) for part in parts]
        return None if None in values else work(*values)

    return Term(sort, compute)


def _texts(terms: Sequence[Term]) -> list[Compute]:
    return [demand(term, Sort.TEXT) for term in terms]


def _test(work: Callable[[str, str], bool]) -> Callable[[Sequence[Term]], Term]:
    def function(terms: Sequence[Term]) -> Term:
        one, other = _texts(terms)
        term = _over(Sort.FLAG, work, one, other)
        return Term(Sort.FLAG, lambda row: bool(term.compute(row)))

    return function


def _like(text: str, pattern: str) -> bool:
    """Compare with a pattern of 1C: % is anything, _ one letter, [..] one of some; a pattern that makes no sense fits nothing."""
    pieces = re.split(r"(%|_|\[[^\]]+\])", pattern)
    signs = {"%": ".*", "_": "."}
    written = (signs.get(piece) or (piece if piece.startswith("[") else re.escape(piece)) for piece in pieces)
    try:
        return re.fullmatch("".join(written), text, re.DOTALL) is not None
    except re.error:
        return False


def _concat(terms: Sequence[Term]) -> Term:
    one, other = _texts(terms)
    return _over(Sort.TEXT, lambda first, second: first + second, one, other)


def _substring(terms: Sequence[Term]) -> Term:
    whole = demand(terms[0], Sort.TEXT)
    numbers = [demand(term, Sort.NUMBER) for term in terms[1:]]
    return _over(Sort.TEXT, lambda text, *place: text[int(place[0]) - 1 :][: int(place[1])], whole, *numbers)


def _part_of_moment(read: Callable[[datetime], int]) -> Callable[[Sequence[Term]], Term]:
    def function(terms: Sequence[Term]) -> Term:
        (moment,) = [demand(term, Sort.MOMENT) for term in terms]
        return _over(Sort.NUMBER, lambda text: Decimal(read(datetime.fromisoformat(text))), moment)

    return function


def _round(terms: Sequence[Term]) -> Term:
    return _over(Sort.NUMBER, _rounded, *(demand(term, Sort.NUMBER) for term in terms))


def _rounded(value: Decimal, digits: Decimal = Decimal()) -> Decimal | None:
    try:
        return Decimal(value).quantize(Decimal(1).scaleb(-int(digits)), ROUND_HALF_UP)
    except InvalidOperation:
        return None


def is_of(term: Term, set_name: str) -> Term:
    """Return whether a composite value is of a type, or a reference points to a set."""
    wanted = f"StandardODATA.{set_name}"
    if term.sort is Sort.COMPOSITE:
        return Term(Sort.FLAG, lambda row: term.compute(row)[1] == wanted)
    if term.sort is Sort.REF:
        return Term(Sort.FLAG, lambda _: term.set_name == set_name)
    raise not_in_where()


FUNCTIONS: dict[str, tuple[tuple[int, ...], Callable[[Sequence[Term]], Term]]] = {
    "substringof": ((2,), _test(lambda needle, text: needle in text)),
    "startswith": ((2,), _test(lambda text, start: text.startswith(start))),
    "endswith": ((2,), _test(lambda text, end: text.endswith(end))),
    "like": ((2,), _test(_like)),
    "concat": ((2,), _concat),
    "substring": ((3,), _substring),
    "year": ((1,), _part_of_moment(lambda moment: moment.year)),
    "quarter": ((1,), _part_of_moment(lambda moment: (moment.month + 2) // 3)),
    "month": ((1,), _part_of_moment(lambda moment: moment.month)),
    "day": ((1,), _part_of_moment(lambda moment: moment.day)),
    "hour": ((1,), _part_of_moment(lambda moment: moment.hour)),
    "minute": ((1,), _part_of_moment(lambda moment: moment.minute)),
    "second": ((1,), _part_of_moment(lambda moment: moment.second)),
    "dayofweek": ((1,), _part_of_moment(lambda moment: moment.isoweekday())),
    "dayofyear": ((1,), _part_of_moment(lambda moment: moment.timetuple().tm_yday)),
    "round": ((1, 2), _round),
}
"""Name → how many arguments it takes, and what it makes of them."""
