"""From a book to an .xlsx file that runs nothing: what people typed is text, whatever it begins with.

Every text is written as a text, so `=1+1`, `+7…`, `@SUM` and an address stay what they are; control characters, which no cell may hold,
are left out. Only our own column of cards holds links. The same book gives the same bytes: the file's dates are the day of the letter.
"""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache
from io import BytesIO
from typing import Any

from sverka.messages.book import DAY, LINK, MOMENT, MONEY, NUMBER, TEXT, Book, Cell, Sheet

_HEAD = {
    "bold": True,
    "bg_color": "#e6ebf0",
    "border_color": "#c5ced8",
    "bottom": 1,
    "text_wrap": True,
    "valign": "top",
}
_FORMATS = {
    TEXT: {"text_wrap": True, "valign": "top", "num_format": "@"}, MONEY: {"num_format": "#,##0.00", "valign": "top"},
    NUMBER: {"num_format": "0", "valign": "top"}, DAY: {"num_format": "dd.mm.yyyy", "valign": "top", "align": "left"},
    MOMENT: {"num_format": "dd.mm.yyyy hh:mm", "valign": "top", "align": "left"},
    LINK: {"font_color": "#0a5fb4", "underline": 1, "valign": "top"},
}  # fmt: skip
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_LINKS = ("https://", "http://")
_CONTROLS = (*range(9), 11, 12, *range(14, 32), *range(0x7F, 0xA0), 0xFFFE, 0xFFFF)
_UNSEEN = dict.fromkeys([*_CONTROLS, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Control characters, and those that turn the direction of writing."""


@lru_cache(maxsize=2)
def draw(book: Book) -> bytes:
    """Return the book as an .xlsx file; the last ones are kept, so that they may be drawn ahead."""
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # noqa: PLC0415  (needed only where a letter leaves)

    out = BytesIO()
    workbook = Workbook(out, _OPTIONS)
    workbook.set_properties({"title": "Сверка", "created": datetime.combine(book.day, time())})
    formats = {kind: workbook.add_format(options) for kind, options in _FORMATS.items()}
    head = workbook.add_format(_HEAD)
    for sheet in book.sheets:
        _fill(workbook.add_worksheet(sheet.title), sheet, formats, head)
    workbook.close()
    return out.getvalue()


def _fill(page: Any, sheet: Sheet, formats: dict[str, Any], head: Any) -> None:
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
        page.write_string(0, place, column.head, head)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
    for number, row in enumerate(sheet.rows, 1):
        for place, (column, cell) in enumerate(zip(sheet.columns, row, strict=True)):
            _write(page, number, place, column.type, cell, formats[column.type])
    if sheet.left_out:
        page.write_string(
            len(sheet.rows) + 2, 0, f"Показаны первые {len(sheet.rows)}, ещё {sheet.left_out} не поместились."
        )


def _write(page: Any, row: int, column: int, kind: str, cell: Cell, style: Any) -> None:
    if cell == "":
        return
    if kind == MONEY:
        page.write_number(row, column, int(cell) / 100, style)
    elif kind == NUMBER:
        page.write_number(row, column, int(cell), style)
    elif kind == DAY:
        page.write_datetime(row, column, date.fromisoformat(str(cell)), style)
    elif kind == MOMENT:
        page.write_datetime(row, column, datetime.fromisoformat(str(cell)), style)
    elif kind == LINK and str(cell).startswith(_LINKS):
        page.write_url(row, column, str(cell).translate(_UNSEEN), style, "открыть")
    else:
        page.write_string(row, column, str(cell).translate(_UNSEEN), style)
