"""The statement of account as a paper: every document with its term, what came, what is in dispute, what to pay and how."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sverka.domain.messaging.debts import DebtLine, Statement, residual
from sverka.domain.russian import NBSP, clock, counted, day, roubles_exact
from sverka.domain.sum_in_words import sum_in_words
from sverka.messages import purposes
from sverka.messages.clients import phone
from sverka.messages.debts import OBJECT, REQUISITES
from sverka.messages.documents.codes import code
from sverka.messages.documents.paper import STATEMENT, Paper, file_name, frozen

ROWS = 400
"""Of a section; more are counted in a row of their own."""

_DOCUMENTS = "документ|документа|документов"


def paper(letter: Statement) -> Paper | None:
    """Return the statement that goes with a letter; None for who reads no sums, and where there is nothing to pay."""
    if not letter.tells_sums or not letter.asked:
        return None
    on, what_for = letter.as_of.date(), purposes.of_debts(letter)
    asked = residual(letter.asked)
    data: dict[str, Any] = {
        "title": f"Расчёты на {day(on)} {on.year}{NBSP}г.",
        "as_of": f"По данным на {clock(letter.as_of)} {on:%d.%m.%Y}",
        "sides": [["Поставщик", letter.seller.party.line if letter.seller else letter.company], ["Покупатель", letter.client]],
        "contracts": [contract.name for contract in letter.contracts],
        "sections": list(_sections(letter)), "totals": list(_totals(letter)),
        "asked": ["К оплате сейчас" if letter.overdue else "К оплате в срок", roubles_exact(asked)],
        "words": sum_in_words(asked) if asked >= 0 else "", "requisites": REQUISITES,
        "purpose": purposes.printed(what_for), "object": OBJECT,
        "person": ", ".join(part for part in (letter.manager, phone(letter.manager_phone)) if part),
    }  # fmt: skip
    return Paper(STATEMENT, file_name("raschety", "", on), on, frozen(data), code(letter.seller, asked, what_for))


def _sections(letter: Statement) -> Iterator[dict[str, Any]]:
    for title, lines in (
        ("Срок оплаты прошёл", letter.overdue),
        ("Срок оплаты ещё не наступил", letter.coming),
        ("Идёт спор, к оплате сейчас не просим", letter.disputed),
    ):
        if lines:
            yield {"title": title, "rows": _rows(lines), "total": roubles_exact(residual(lines))}


def _rows(lines: Sequence[DebtLine]) -> list[list[str]]:
    shown = [
        [
            f"{line.document} №{NBSP}{line.number} от{NBSP}{line.issued_on:%d.%m.%Y}", roubles_exact(line.sum_kopecks),
            roubles_exact(line.paid_kopecks), roubles_exact(line.residual_kopecks), f"{line.due_on:%d.%m.%Y}",
            counted(line.late_days, "день|дня|дней") if line.late_days else "",
        ]
        for line in lines[:ROWS]
    ]  # fmt: skip
    more = lines[ROWS:]
    rest = [f"И ещё {counted(len(more), _DOCUMENTS)}", "", "", roubles_exact(residual(more)), "", ""]
    return [*shown, rest] if more else shown


def _totals(letter: Statement) -> Iterator[list[str]]:
    """Yield what each side of the account comes to, nothing of what is nought."""
    promised = f"Обещано оплатить {day(letter.promised[0])}" if letter.promised else ""
    for label, amount_kopecks in (
        ("Просрочено", residual(letter.overdue)),
        ("Срок ещё не наступил", residual(letter.coming)),
        ("Спорное, в эти суммы не входит", residual(letter.disputed)),
        ("Пришло, но не отнесено к документам", letter.unallocated_kopecks),
        (promised, letter.promised[1] if letter.promised else 0),
    ):
        if amount_kopecks:
            yield [label, roubles_exact(amount_kopecks)]
