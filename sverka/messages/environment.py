"""Where templates are compiled, and what they may do: little. Data is never a template, and nothing missing is printed.

- Templates are files of the templates folder, read once, by name; a link that leads out of it is refused. A company's own folder
  may lie over it: its files win.
- Everything is escaped but in `*.txt.j2`. (Jinja's own rule goes by the last suffix and would leave `*.html.j2` unescaped.)
- An undefined name, None, a float (so NaN) or an object by itself is an error, not an empty place in a letter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from sverka.domain import russian
from sverka.messages import answer_reply, clients, debt_table, debts, invoices, layout, order_ready, shipping, visits
from sverka.messages.charts.drawing import WIDTH_PX, height_px
from sverka.messages.digest import (
    done,
    goods,
    head,
    headlines,
    money,
    phrase,
    questions,
    receivables,
    sales,
    state,
    talked,
    work,
)

FOLDER = Path(__file__).resolve().parents[2] / "templates"

_UNSEEN = dict.fromkeys((
    *range(9), *range(11, 32), *range(127, 160), 0x061C, 0x200B, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A), 0xFEFF,
    *range(0xD800, 0xE000),
))  # fmt: skip
"""Control characters, halves of signs, and what turns the direction of writing: nothing that a letter needs, much that may deceive."""

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
    "talked": talked.talked, "talked_own": talked.talked_own, "held_back": talked.held_back, "to_say": talked.to_say,
    "owed_figures": receivables.owed_figures, "owed_work": receivables.owed_work, "owed_silent": receivables.owed_silent,
    "owed_late": receivables.owed_late,
    "height": height_px,
    "reply_hail": answer_reply.hail, "reply_headline": answer_reply.headline, "reply_reason": answer_reply.reason,
    "ready_headline": order_ready.headline, "ready_places": order_ready.places, "ready_sums": order_ready.sums,
    "ready_sum": order_ready.sum_row, "ready_ware": order_ready.ware_row, "ready_amount": order_ready.amount,
    "ready_cost": order_ready.cost, "ready_answer": order_ready.answer, "ready_sms_due": order_ready.sms_due,
    "client_hail": clients.hail, "client_signature": clients.signature, "client_person": clients.person,
    "day": russian.day, "clock": russian.clock, "money_exact": russian.money_exact, "phone": clients.phone, "on_day": clients.on_day,
    "at_moment": clients.at_moment, "uncapital": clients.uncapital, "stopped": clients.stopped,
    "sms_sender": clients.sms_sender, "sms_place": clients.sms_place, "sms_person": clients.sms_person,
    "visit_booked": visits.booked, "visit_cancelled": visits.cancelled, "visit_eve": visits.eve, "visit_soon": visits.soon,
    "visit_rows": visits.rows, "visit_places": visits.places, "visit_sms_works": visits.sms_works, "visit_sms_booked": visits.sms_booked,
    "visit_change": visits.change, "visit_again": visits.again, "visit_late": visits.late,
    "ships_today": shipping.today, "ships_later": shipping.moved, "ship_gone": shipping.shipped,
    "ship_rows": shipping.rows, "ship_parcel": shipping.parcel,
    "ship_asked": shipping.asked, "ship_other_day": shipping.other_day, "ship_amiss": shipping.amiss,
    "sms_ships_today": shipping.sms_today, "sms_ship_gone": shipping.sms_shipped, "sms_ship_person": shipping.sms_person,
    "of_order": clients.of_order, "review_subject": clients.review_subject, "birthday_subject": clients.birthday_subject,
    "firm": clients.firm, "closing": debts.closing, "debt_subject": debts.subject, "debt_news": debts.news, "debt_ask": debts.ask,
    "debt_told": debts.told, "debt_beside": debts.beside, "debt_purpose": debts.purpose, "debt_chat": debts.chat_rows,
    "debt_sms": debts.sms, "debt_table": debt_table.table, "debt_figures": debt_table.figures,
    "invoice_subject": invoices.subject, "invoice_news": invoices.news, "invoice_ask": invoices.ask, "invoice_rows": invoices.rows,
    "invoice_figures": invoices.figures, "invoice_table": invoices.table, "invoice_purpose": invoices.purpose, "invoice_sms": invoices.sms,
    "invoice_requisites": invoices.requisites,
    "congratulation": clients.congratulation, "welcome_subject": clients.welcome_subject,
}  # fmt: skip

_GLOBALS: dict[str, Any] = {
    "QUESTIONS_SHOWN": questions.SHOWN, "HOW_TO_SEND": questions.HOW_TO_SEND, "TO_DO_SHOWN": work.TO_DO_SHOWN,
    "LATE_SHOWN": work.LATE_SHOWN,
    "REQUISITES": debts.REQUISITES, "STATEMENT_ATTACHED": debts.ATTACHED, "INVOICE_ATTACHED": invoices.ATTACHED, "OBJECT": debts.OBJECT,
    "OWED_TITLE": receivables.OWED_TITLE, "OWED_WORK_TITLE": receivables.WORK_TITLE, "OWED_SILENT_TITLE": receivables.SILENT_TITLE,
    "TO_FILL_TITLE": receivables.TO_FILL_TITLE, "LATE_TITLE": receivables.LATE_TITLE,
    "HELD_TITLE": talked.HELD_TITLE, "TO_SAY_TITLE": talked.TO_SAY_TITLE,
    "SALES_TITLE": sales.TITLE, "SALES_COLUMNS": sales.COLUMNS, "SALES_HEAD": layout.columns(sales.COLUMNS),
    "ACTIVITY_COLUMNS": head.ACTIVITY_COLUMNS, "ACTIVITY_HEAD": layout.columns(head.ACTIVITY_COLUMNS), "CHART_WIDTH": WIDTH_PX,
}  # fmt: skip


class UnprintableError(TypeError):
    """A template printed something that is no text and no whole number."""


@cache
def environment(folder: Path = FOLDER, own: Path | None = None) -> ImmutableSandboxedEnvironment:
    """Return the environment over a folder of templates, and over a company's own, which wins; each is compiled once."""
    sources = {name: _source(file) for name, file in templates(folder, own).items()}
    made = ImmutableSandboxedEnvironment(
        loader=FunctionLoader(sources.get), autoescape=_escapes, undefined=StrictUndefined, finalize=_printable,
        trim_blocks=True, lstrip_blocks=True, auto_reload=False, cache_size=-1,
    )  # fmt: skip
    made.filters.update(_FILTERS)
    made.globals.update(_GLOBALS)
    return made


@cache
def templates(folder: Path = FOLDER, own: Path | None = None) -> Mapping[str, Path]:
    """Return the templates by their names, a company's own in place of ours. Raises ValueError for one that leads out of its folder."""
    return {**_files(folder), **(_files(own) if own else {})}


def _files(folder: Path) -> dict[str, Path]:
    found = sorted(folder.rglob("*.j2"))
    for file in found:
        if not file.resolve().is_relative_to(folder.resolve()):
            raise ValueError(f"The template {file.relative_to(folder)} leads out of {folder}.")
    return {file.relative_to(folder).as_posix(): file for file in found}


def _source(file: Path) -> tuple[str, str, Callable[[], bool]]:
    """Return what Jinja wants of a template: text, the file that errors name, whether the text is still current."""
    return file.read_text(encoding="utf-8"), str(file), lambda: True


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
