"""Documents of debt in rows: columns for text where they fit, the same row by row where they do not, and what HTML shows of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sverka.domain.messaging.debts import DebtLine, Statement, residual
from sverka.domain.russian import NBSP, counted, roubles_exact
from sverka.messages.layout import COLUMNS, cut, fold, one_line

SHOWN = 40
"""Documents in a letter; the statement that goes with it has more."""

_INDENT, _WIDE, _TIGHT = "  ", (32, 12, 12, 3), (0, 0, 0, 2)
_LONGEST_NUMBER = 40
_DAYS = "день|дня|дней"


@dataclass(frozen=True)
class Row:
    """A document in words."""

    label: str
    sum: str
    paid: str
    left: str
    due: str


def short_day(day: date, year: int) -> str:
    """Write a day as briefly as the year allows: `28.10`, `28.10.2025`."""
    return f"{day:%d.%m}" if day.year == year else f"{day:%d.%m.%Y}"


def named(line: DebtLine, year: int) -> str:
    """Name a document without its kind: `№ 3187 от 28.10`."""
    number = cut(one_line(line.number), _LONGEST_NUMBER)
    return f"№{NBSP}{number} от{NBSP}{short_day(line.issued_on, year)}"


def heads(lines: Sequence[DebtLine]) -> tuple[str, ...]:
    """Return the heads of the columns; the first is the kind of all documents, if they are of one."""
    kinds = {line.document for line in lines}
    return one_line(kinds.pop()) if len(kinds) == 1 else "Документ", "Сумма", "Оплачено", "Осталось", "Срок оплаты"


def rows(lines: Sequence[DebtLine], year: int) -> list[Row]:
    """Write documents in words. year: in which they are read."""
    is_mixed = len({line.document for line in lines}) > 1
    return [
        Row(
            f"{one_line(line.document)} {named(line, year)}" if is_mixed else named(line, year), roubles_exact(line.sum_kopecks),
            roubles_exact(line.paid_kopecks), roubles_exact(line.residual_kopecks),
            short_day(line.due_on, year) + (f" ({counted(line.late_days, _DAYS)})" if line.late_days else ""),
        )
        for line in lines
    ]  # fmt: skip


def table(statement: Statement) -> str:
    """Lay what a letter asks for out as text, the sum of it at the end."""
    lines = statement.asked
    shown, head = rows(lines[:SHOWN], statement.as_of.year), Row(*heads(lines))
    totals = [*_rest(lines), ("Итого, руб.", roubles_exact(residual(lines)))]
    for least in (_WIDE, _TIGHT):
        first, second, third, gap = _widths([head, *shown], [each[1] for each in totals], least)
        laid = [_columns(each, first, second, third, gap) for each in (head, *shown)]
        if max(map(len, laid)) <= COLUMNS:
            edge = first + second + third
            ends = [f"{_INDENT}{label:<{edge - len(_INDENT) - len(sum_)}}{sum_}" for label, sum_ in totals]
            return "\n".join([*laid, *ends])
    stacked = [_stacked(each, head.label) for each in shown]
    return "\n".join([*stacked, *(f"{_INDENT}{label}: {sum_}" for label, sum_ in totals)])


def figures(statement: Statement) -> list[tuple[str, str, str]]:
    """Return what HTML shows: a document, a note below it, what is left; the sum of all at the end."""
    lines, year = statement.asked, statement.as_of.year
    kind = "" if len({line.document for line in lines}) > 1 else f"{heads(lines)[0]} "
    shown = [(f"{kind}{row.label}", _note(row), row.left) for row in rows(lines[:SHOWN], year)]
    rest = [(label, "", sum_) for label, sum_ in _rest(lines)]
    return [*shown, *rest, ("Итого, руб.", "", roubles_exact(residual(lines)))]


def _rest(lines: Sequence[DebtLine]) -> list[tuple[str, str]]:
    more = lines[SHOWN:]
    return (
        [(f"И ещё {counted(len(more), 'документ|документа|документов')}", roubles_exact(residual(more)))]
        if more
        else []
    )


def _note(row: Row) -> str:
    return f"срок оплаты {row.due}; сумма {row.sum}, оплачено {row.paid}"


def _widths(shown: Sequence[Row], totals: Sequence[str], least: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """Return where the column of sums ends, how wide the two after it are, and the gap before the last."""
    first = len(_INDENT) + max(len(row.label) + 2 + len(row.sum) for row in shown)
    second = 2 + max(len(row.paid) for row in shown)
    third = 2 + max(len(each) for each in (*totals, *(row.left for row in shown)))
    wide, *others, gap = least
    return max(first, wide), max(second, others[0]), max(third, others[1]), gap


def _columns(row: Row, first: int, second: int, third: int, gap: int) -> str:
    label = f"{_INDENT}{row.label}"
    return f"{label}{row.sum:>{first - len(label)}}{row.paid:>{second}}{row.left:>{third}}{' ' * gap}{row.due}"


def _stacked(row: Row, kind: str) -> str:
    label = row.label if kind == "Документ" else f"{kind} {row.label}"
    return "\n".join(
        [fold(label, _INDENT, _INDENT * 2), fold(f"{_note(row)}, осталось {row.left}", _INDENT * 3, _INDENT * 3)]
    )
