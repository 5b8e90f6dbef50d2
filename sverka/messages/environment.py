"""Where templates are compiled, and what they may do: little. Data is never a template, and nothing missing is printed.

- Templates are files of the templates folder, read once, by name; a link that leads out of it is refused.
- Everything is escaped but in `*.txt.j2`. (Jinja's own rule goes by the last suffix and would leave `*.html.j2` unescaped.)
- An undefined name, None, a float (so NaN) or an object by itself is an error, not an empty place in a letter.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import DictLoader, StrictUndefined, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from sverka.domain import russian
from sverka.messages import answer_reply, layout, order_ready
from sverka.messages.charts.drawing import WIDTH_PX, height_px
from sverka.messages.digest import done, goods, head, headlines, money, phrase, questions, sales, state, work

FOLDER = Path(__file__).resolve().parents[2] / "templates"

_UNSEEN = dict.fromkeys([*range(9), *range(11, 32), 127, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF])
"""Control characters and those that turn the direction of writing: nothing that a letter needs, much that may deceive."""

_FILTERS: dict[str, Any] = {
    "capital": russian.capital, "counted": russian.counted, "money": russian.money, "quoted": russian.quoted,
    "sentence": russian.sentence, "typeset": russian.typeset, "weekday": russian.weekday,
    "entry": layout.entry, "fold": layout.fold, "heading": layout.heading, "link": layout.link, "row": layout.row,
    "age": state.age, "in_all": state.in_all, "figures": state.figures, "salutation": state.salutation, "source_line": state.source_line,
    "warnings": state.warnings,
    "choices": questions.choices, "until_answered": questions.until_answered, "further": questions.further,
    "signature": questions.signature, "how_to_answer": questions.how_to_answer, "choices_title": questions.choices_title,
    "answer_address": questions.answer_address,
    "done": done.done, "done_for": done.done_for, "done_title": done.done_title,
    "delay": work.delay, "delays_by_topic": work.delays_by_topic, "left_alone": work.left_alone, "notice": work.notice,
    "late": work.late, "yesterday": state.yesterday, "notices": work.notices, "troubles": work.troubles,
    "sales_stretches": sales.stretches, "sales_tables": sales.tables, "sales_total": sales.total,
    "joint": phrase.joint, "plain": phrase.plain, "around": phrase.around, "addressed": headlines.addressed,
    "owner_headline": headlines.owner, "owner_preview": headlines.owner_preview,
    "manager_headline": headlines.manager, "first_preview": headlines.first_preview,
    "owner_money": money.owner_money, "accountant_money": money.accountant_money, "accountant_headline": money.accountant_headline,
    "unfit": money.unfit, "unfit_line": money.unfit_line, "stray": money.stray,
    "today": goods.today, "picking": goods.picking, "tomorrow": goods.tomorrow, "freed": goods.freed, "further_picks": goods.further_picks,
    "good_row": layout.good_row, "warehouse_headline": goods.warehouse_headline,
    "warehouse_subject": goods.warehouse_subject,
    "head_headline": head.headline, "waiting": head.waiting, "activities": head.activities, "funnels": head.funnels,
    "height": height_px,
    "reply_hail": answer_reply.hail, "reply_headline": answer_reply.headline, "reply_reason": answer_reply.reason,
    "ready_hail": order_ready.hail, "ready_headline": order_ready.headline, "ready_news": order_ready.news,
    "ready_places": order_ready.places, "ready_sums": order_ready.sums, "ready_sum": order_ready.sum_row,
    "ready_ware": order_ready.ware_row, "ready_amount": order_ready.amount, "ready_cost": order_ready.cost,
    "ready_answer": order_ready.answer, "ready_signature": order_ready.signature,
}  # fmt: skip

_GLOBALS: dict[str, Any] = {
    "QUESTIONS_SHOWN": questions.SHOWN, "HOW_TO_SEND": questions.HOW_TO_SEND, "TODO_SHOWN": work.TODO_SHOWN, "LATE_SHOWN": work.LATE_SHOWN,
    "SALES_TITLE": sales.TITLE, "SALES_COLUMNS": sales.COLUMNS, "SALES_HEAD": layout.columns(sales.COLUMNS),
    "ACTIVITY_COLUMNS": head.ACTIVITY_COLUMNS, "ACTIVITY_HEAD": layout.columns(head.ACTIVITY_COLUMNS), "CHART_WIDTH": WIDTH_PX,
}  # fmt: skip


class UnprintableError(TypeError):
    """A template printed something that is no text and no whole number."""


@cache
def environment(folder: Path = FOLDER) -> ImmutableSandboxedEnvironment:
    """Return the environment over a folder of templates; each is compiled once."""
    made = ImmutableSandboxedEnvironment(
        loader=DictLoader(_sources(folder)), autoescape=_escapes, undefined=StrictUndefined, finalize=_printable,
        trim_blocks=True, lstrip_blocks=True, auto_reload=False, cache_size=-1,
    )  # fmt: skip
    made.filters.update(_FILTERS)
    made.globals.update(_GLOBALS)
    return made


def _sources(folder: Path) -> dict[str, str]:
    files = sorted(folder.rglob("*.j2"))
    for file in files:
        if not file.resolve().is_relative_to(folder.resolve()):
            raise ValueError(f"The template {file.relative_to(folder)} leads out of {folder}.")
    return {file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8") for file in files}


def _escapes(name: str | None) -> bool:
    return name is None or not name.endswith(".txt.j2")


def _printable(value: object) -> object:
    if isinstance(value, Undefined):
        return str(value)  # raises, and names what is missing
    if isinstance(value, str | Markup):
        return value.translate(_UNSEEN)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise UnprintableError(f"A template prints {value!r:.60}, which is no text and no whole number.")
