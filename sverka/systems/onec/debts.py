"""Rows of the registers of settlements as debts, advances and balances: each understood, or set aside by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import TypeVar

from sverka.domain.account_rows import Advance, Debt, Settled
from sverka.domain.money import BadNumberError, parse_kopecks
from sverka.domain.rows import Row
from sverka.systems.onec.balances import ARISEN, BALANCE, CURRENCY, DEBT, DOCUMENT, DUE, KEY, OBJECT, PREPAID
from sverka.systems.onec.lookups import Lookups
from sverka.systems.onec.models import CURRENCIES
from sverka.systems.onec.values import day, key, kind_of
from sverka.systems.redaction import foreign
from sverka.systems.values import BadValueError, Json, must

T = TypeVar("T")
_DOCUMENT = "Document_"


@dataclass(frozen=True)
class Entry:
    """A row of the register of ageing."""

    analytic: str
    object_id: str
    currency: str
    kind: str
    """The type of the document: `Document_РеализацияТоваровУслуг`."""
    document_id: str
    due_on: date | None
    arisen_on: date | None
    debt_kopecks: int
    prepaid_kopecks: int

    @property
    def debt_id(self) -> str:
        """What the debt is known by."""
        return f"{self.object_id}:{self.document_id}:{self.due_on or ''}"


@dataclass(frozen=True)
class Total:
    """A balance of the register that documents write at once."""

    analytic: str
    currency: str
    balance_kopecks: int


@dataclass(frozen=True)
class Spoiled:
    """A row that cannot be understood."""

    raw: Json
    reason: BadValueError

    @property
    def analytic(self) -> str:
        """The key of its settlements, "" if not even that is one."""
        try:
            return key(self.raw.get(KEY))
        except BadValueError:
            return ""

    def named(self, *names: str) -> str:
        """What the row would be known by, as far as can be seen; of a moment, the day."""
        return ":".join(str(self.raw.get(name) or "").removesuffix("T00:00:00") for name in names)


@dataclass
class Understood:
    """What became of rows. damaged: ids of the counterparties of those that could not be understood."""

    rows: list[Row] = field(default_factory=list)
    malformed: list[tuple[str, str]] = field(default_factory=list)
    damaged: set[str] = field(default_factory=set)


def entry(raw: Json) -> Entry:
    """Read a row of the register of ageing. Raises BadValueError, naming the field."""
    return Entry(
        analytic=_value(raw, KEY, must(key)),
        object_id=_value(raw, OBJECT, key),
        currency=_value(raw, CURRENCY, must(key)),
        kind=_value(raw, f"{DOCUMENT}_Type", kind_of),
        document_id=_value(raw, DOCUMENT, key),
        due_on=_value(raw, DUE, day),
        arisen_on=_value(raw, ARISEN, day),
        debt_kopecks=_value(raw, DEBT, parse_kopecks),
        prepaid_kopecks=_value(raw, PREPAID, parse_kopecks),
    )


def total(raw: Json) -> Total:
    """Read a row of the register of settlements. Raises BadValueError, naming the field."""
    return Total(_value(raw, KEY, must(key)), _value(raw, CURRENCY, must(key)), _value(raw, BALANCE, parse_kopecks))


def parsed(rows: Iterable[Json], parse: Callable[[Json], T]) -> tuple[list[T], list[Spoiled]]:
    """Read rows, and set those aside that cannot be understood."""
    good: list[T] = []
    bad: list[Spoiled] = []
    for raw in rows:
        try:
            good.append(parse(raw))
        except BadValueError as error:
            bad.append(Spoiled(raw, error))
    return good, bad


def debts(entries: Iterable[Entry], spoiled: Iterable[Spoiled], lookups: Lookups) -> Understood:
    """Draw entries together by what a debt is known by. One debt cannot be of two customers, nor in two currencies."""
    whole: dict[str, Entry] = {}
    bad = [Bad(each.named(OBJECT, DOCUMENT, DUE), each.reason, each.analytic) for each in spoiled]
    for each in entries:
        known = whole.setdefault(each.debt_id, replace(each, debt_kopecks=0))
        if (known.analytic, known.currency) == (each.analytic, each.currency):
            whole[each.debt_id] = replace(known, debt_kopecks=known.debt_kopecks + each.debt_kopecks)
        elif each.debt_kopecks:
            twice = BadValueError("the same debt stands under two keys of settlements, or in two currencies")
            bad.append(Bad(each.debt_id, twice, each.analytic))
    owed = [each for each in whole.values() if each.debt_kopecks]
    return _understood(
        [Making(each.debt_id, each.analytic, partial(_debt, each, lookups)) for each in owed], bad, lookups
    )


def advances(entries: Iterable[Entry], spoiled: Iterable[Spoiled], lookups: Lookups) -> Understood:
    """Draw entries together by settlements, object and currency."""
    sums: dict[tuple[str, str, str], int] = {}
    for each in entries:
        place = (each.analytic, each.object_id, each.currency)
        sums[place] = sums.get(place, 0) + each.prepaid_kopecks
    bad = [Bad(each.named(KEY, OBJECT, CURRENCY), each.reason, each.analytic) for each in spoiled]
    paid = [(place, amount) for place, amount in sums.items() if amount]
    makings = [Making(":".join(place), place[0], partial(_advance, place, amount, lookups)) for place, amount in paid]
    return _understood(makings, bad, lookups)


def settled(totals: Iterable[Total], spoiled: Iterable[Spoiled], lookups: Lookups) -> Understood:
    """Return the balances that are not level."""
    bad = [Bad(each.named(KEY, CURRENCY), each.reason, each.analytic) for each in spoiled]
    uneven = [each for each in totals if each.balance_kopecks]
    makings = [
        Making(f"{each.analytic}:{each.currency}", each.analytic, partial(_settled, each, lookups)) for each in uneven
    ]
    return _understood(makings, bad, lookups)


@dataclass(frozen=True)
class Making:
    """A row to be made. make: raises BadValueError."""

    ext_id: str
    analytic: str
    make: Callable[[], Row]


@dataclass(frozen=True)
class Bad:
    """A row that is not to be had."""

    ext_id: str
    reason: BadValueError
    analytic: str


def _understood(makings: Iterable[Making], bad: Iterable[Bad], lookups: Lookups) -> Understood:
    found, refused = Understood(), list(bad)
    for each in makings:
        try:
            found.rows.append(each.make())
        except BadValueError as error:
            refused.append(Bad(each.ext_id, error, each.analytic))
    found.malformed = [(foreign(each.ext_id), foreign(each.reason)) for each in refused]
    found.damaged = {_counterparty(each.analytic, lookups) for each in refused} - {""}
    return found


def _debt(entry_: Entry, lookups: Lookups) -> Debt:
    paper = lookups.paper(entry_.document_id)
    return Debt(
        ext_id=entry_.debt_id, object_id=entry_.object_id, document_id=entry_.document_id,
        document_kind=entry_.kind.removeprefix(_DOCUMENT), number=paper.number,
        issued_on=paper.issued_on or entry_.arisen_on, due_on=entry_.due_on, sum_kopecks=paper.sum_kopecks,
        residual_kopecks=entry_.debt_kopecks, currency=lookups.name(CURRENCIES, entry_.currency), **vars(lookups.analytic(entry_.analytic)),
    )  # fmt: skip


def _advance(place: tuple[str, str, str], amount_kopecks: int, lookups: Lookups) -> Advance:
    analytic, object_id, currency = place
    return Advance(
        ext_id=":".join(place), object_id=object_id, sum_kopecks=amount_kopecks, currency=lookups.name(CURRENCIES, currency),
        **vars(lookups.analytic(analytic)),
    )  # fmt: skip


def _settled(each: Total, lookups: Lookups) -> Settled:
    return Settled(
        ext_id=f"{each.analytic}:{each.currency}", analytic_id=each.analytic, balance_kopecks=each.balance_kopecks,
        currency=lookups.name(CURRENCIES, each.currency), **vars(lookups.analytic(each.analytic)),
    )  # fmt: skip


def _counterparty(analytic: str, lookups: Lookups) -> str:
    try:
        return lookups.analytic(analytic).counterparty_id
    except BadValueError:
        return ""


def _value(raw: Json, name: str, parse: Callable[[object], T]) -> T:
    try:
        return parse(raw.get(name))
    except (BadValueError, BadNumberError) as error:
        raise BadValueError(f"{name}: {error}") from error
