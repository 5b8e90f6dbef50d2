"""The weekly report as a table: where requests come from, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sverka.domain.report import Line, Report, Score
from sverka.domain.russian import NBSP, counted, day, days_between, grouped, money_short

TITLE = "Откуда приходят заявки и чем кончаются"
COLUMNS = ("новых", "выигр.", "проигр.", "%", "сумма,\u00a0₽")
"""Heads of the columns of numbers."""

STRETCHES = ("неделя", "месяц")
"""Names of the stretches of `report.week_and_month`."""

TABLES: Mapping[str, tuple[str, str]] = {
    "source": ("Источники", "Источник не указан"),
    "manager": ("Менеджеры", "Без ответственного"),
    "branch": ("Филиалы", "Филиал не указан"),
}
"""Grouping → the title of its table, and how deals are called that name none."""

_SOURCES: Mapping[str, str] = {
    "CALL": "Звонок", "CALLBACK": "Обратный звонок", "EMAIL": "Электронная почта", "WEB": "Веб-сайт", "WEBFORM": "CRM-форма",
    "STORE": "Интернет-магазин", "ADVERTISING": "Реклама", "PARTNER": "Существующий клиент", "RECOMMENDATION": "По рекомендации",
    "TRADE_SHOW": "Выставка", "RC_GENERATOR": "Генератор продаж", "REPEAT_SALE": "Повторные продажи", "BOOKING": "Онлайн-запись",
    "OTHER": "Другое",
}  # fmt: skip
"""Sources as every portal names them until somebody renames them; for a code that came without its name."""

_NO = "—"


@dataclass(frozen=True)
class Entry:
    """A line of the report: its name, what is so now, and rows of numbers, each under the name of its stretch of days."""

    name: str
    note: str
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def stretches(report: Report) -> str:
    """Say which days are meant, and what the columns hold."""
    week, month = report.stretches
    return (
        f"Неделя — {days_between(week.first, week.last)}, месяц — с{NBSP}{day(month.first)}. "
        f"В{NBSP}работе — сколько сделок сейчас. Процент — сколько выиграно из закрытых. "
        "Обычно — сколько проходит от заявки до выигрыша."
    )


def total(report: Report) -> Entry:
    """Return the whole company."""
    return _entry(report.total, "Все сделки")


def tables(report: Report) -> list[tuple[str, list[Entry]]]:
    """Return the tables with their titles; one of a single line would say what the total says."""
    found = {each: list(_entries(each, lines)) for each, lines in report.tables.items()}
    return [(TABLES[each][0], entries) for each, entries in found.items() if len(entries) > 1]


def _entries(grouping: str, lines: Sequence[Line]) -> Iterator[Entry]:
    for line in lines:
        yield _entry(line, name_of_line(grouping, line))


def name_of_line(grouping: str, line: Line) -> str:
    """Return how a source, manager or branch is called; what gathers the rest says of how many."""
    return f"Остальные ({grouped(line.others)})" if line.others else _name(grouping, line.name)


def _name(grouping: str, name: str) -> str:
    if grouping == "source":
        name = _SOURCES.get(name, name)
    if grouping == "manager" and name.isdecimal():
        name = f"Сотрудник №{NBSP}{name}"
    return name or TABLES[grouping][1]


def _entry(line: Line, name: str) -> Entry:
    rows = [(named, _numbers(score)) for named, score in zip(STRETCHES, line.scores, strict=True) if score]
    took = line.scores[-1].took
    parts = [
        f"в{NBSP}работе {grouped(line.in_work)}" if line.in_work else "",
        f"обычно {_span(took)}" if took is not None else "",
    ]
    return Entry(name, ", ".join(part for part in parts if part), tuple(rows))


def _numbers(score: Score) -> tuple[str, ...]:
    share = score.conversion_percent
    return (
        _count(score.new), _count(score.won.count), _count(score.lost),
        _NO if share is None else str(share), money_short(score.won.sum_kopecks).removesuffix(f"{NBSP}₽") if score.won.sum_kopecks else _NO,
    )  # fmt: skip


def _count(number: int) -> str:
    return grouped(number) if number else _NO


def _span(took: timedelta) -> str:
    days = (took + timedelta(hours=12)) // timedelta(days=1)
    return counted(days, "день|дня|дней") if days >= 1 else "меньше дня"
