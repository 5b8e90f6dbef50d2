"""What a condition is made of once it is understood: terms of a known sort that are computed row by row.

Sorts are checked when a condition is read, so a wrong one fails though the set be empty, as the infobase's own query does.
A value that cannot be reached, through a reference to nothing, is None and fulfils no comparison.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from sandbox.systems.onec.base import Row
from sandbox.systems.onec.errors import not_in_where
from sandbox.systems.onec.model.kinds import STRING_TYPE, Sort
from sandbox.systems.onec.model.shape import Resource

Compute: TypeAlias = Callable[[Row], Any]


@dataclass(frozen=True)
class Term:
    """A piece of a condition.

    target: of a reference, the set that it points to, where that is known. is_cast: the type of a reference was said.
    A composite is computed to (value, type).
    """

    sort: Sort
    compute: Compute
    target: Resource | None = None
    is_cast: bool = False

    @property
    def set_name(self) -> str:
        """Return the name of the set that a reference points to, or nothing."""
        return self.target.name if self.target else ""


_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq, "ne": operator.ne, "gt": operator.gt, "ge": operator.ge, "lt": operator.lt, "le": operator.le,
}  # fmt: skip
COMPARISONS = frozenset(_COMPARED)
_EQUAL = ("eq", "ne")
_UNORDERED = (Sort.REF, Sort.COMPOSITE, Sort.FLAG)


def constant(sort: Sort, value: Any) -> Term:
    """Return a term that is the same in every row."""
    return Term(sort, lambda _: value)


def compared(word: str, left: Term, right: Term) -> Term:
    """Return a comparison; raises ODataError where the query language has none."""
    if word not in _EQUAL and (left.sort in _UNORDERED or right.sort in _UNORDERED):
        raise not_in_where()
    if Sort.COMPOSITE in (left.sort, right.sort):
        return _compared_composites(word, left, right)
    if left.sort is not right.sort:
        raise not_in_where()
    test = _COMPARED[word]

    def compute(row: Row) -> bool:
        one, other = left.compute(row), right.compute(row)
        return one is not None and other is not None and test(one, other)

    return Term(Sort.FLAG, compute)


def _compared_composites(word: str, left: Term, right: Term) -> Term:
    """Compare values with their types; a bare guid has none and so is equal to nothing (contract §3.2)."""
    one, other = _with_type(left), _with_type(right)
    test = _COMPARED[word]
    return Term(Sort.FLAG, lambda row: test(one(row), other(row)))


def _with_type(term: Term) -> Compute:
    if term.sort is Sort.COMPOSITE:
        return term.compute
    if term.sort is Sort.REF:
        said = f"StandardODATA.{term.set_name}" if term.is_cast else None
        return lambda row: (term.compute(row), said)
    if term.sort is Sort.TEXT:
        return lambda row: (term.compute(row), STRING_TYPE)
    raise not_in_where()


def demand(term: Term, *sorts: Sort) -> Compute:
    """Return how a term of one of these sorts is computed; raises ODataError for any other."""
    if term.sort not in sorts:
        raise not_in_where()
    return term.compute


def both(left: Term, right: Term) -> Term:
    """Return what is true where both are."""
    one, other = demand(left, Sort.FLAG), demand(right, Sort.FLAG)
    return Term(Sort.FLAG, lambda row: one(row) and other(row))


def either(left: Term, right: Term) -> Term:
    """Return what is true where one is."""
    one, other = demand(left, Sort.FLAG), demand(right, Sort.FLAG)
    return Term(Sort.FLAG, lambda row: one(row) or other(row))


def negated(term: Term) -> Term:
    """Return what is true where the term is not."""
    compute = demand(term, Sort.FLAG)
    return Term(Sort.FLAG, lambda row: not compute(row))


def calculated(word: str, left: Term, right: Term) -> Term:
    """Return a sum, difference, product or quotient of numbers."""
    one, other = demand(left, Sort.NUMBER), demand(right, Sort.NUMBER)
    work: Callable[[Any, Any], Any] = CALCULATIONS[word]

    def compute(row: Row) -> Any:
        first, second = one(row), other(row)
        unknown = first is None or second is None or (word == "div" and not second)
        return None if unknown else work(first, second)

    return Term(Sort.NUMBER, compute)


CALCULATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": lambda one, other: one / other,
}  # fmt: skip
