"""The company's deals for the report of the letters: where requests come from and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sverka.domain import report_facts
from sverka.domain.report import Report, Score, week_and_month, yesterday
from sverka.domain.rows import Deal, User
from sverka.messages.masking import shown
from sverka.store import mirror
from sverka.store.engine import Transaction
from sverka.work.desk import Desk

_NAME_LIMIT = 40


@dataclass(frozen=True)
class Sales:
    """What became of the deals yesterday, and over the week and the month that end with it."""

    yesterday: Score
    report: Report


def read(tx: Transaction, desk: Desk, today: date, users: Iterable[User], sources: Mapping[str, str]) -> Sales:
    """Count all deals of the company. today: by its own calendar; sources: names of the portal's sources, by code."""
    deals, zone = report_facts.frame(mirror.where(tx, desk.company, Deal)), desk.policy.zone
    names = {
        "source": {code: shown(name, _NAME_LIMIT) for code, name in sources.items()},
        "manager": {user.ext_id: shown(user.name, _NAME_LIMIT) for user in users},
    }
    return Sales(
        yesterday=report_facts.score(deals, yesterday(today), zone),
        report=report_facts.build(deals, week_and_month(today), zone, names),
    )
