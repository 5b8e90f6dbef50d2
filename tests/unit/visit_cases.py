"""Builders for visits: each shows only what matters to the case.

Moments are of November 2026, in Moscow, where the company is; the visit is on Wednesday the 25th if nothing else is said.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reconcilers import visits
from reconcilers.visits import ToldVisit, VisitCase
from sverka.domain.messaging.facts import Visit
from sverka.domain.messaging.kinds import VISIT_BOOKED
from sverka.domain.messaging.wishes import RULES, Wish
from sverka.domain.policy import Branch, Policy
from sverka.domain.rows import Client
from sverka.domain.state_table import LOST, VISITS, WON, Stage
from tests.make import deal, policy

MOSCOW = ZoneInfo("Europe/Moscow")
HERE, THERE = "Москва", "Петербург"
BRANCHES = tuple(Branch(name, f"Склад {name}", f"Касса {name}", f"г. {name}, д. 2", "") for name in (HERE, THERE))
AT_VISITS, ELSEWHERE = Stage("Закрыт на приезд", order="open", notice=VISITS), Stage("Обработан", order="open")
IS_LOST, IS_WON = Stage(LOST), Stage(WON)
NOBODY_KNOWS_IT: Stage | None = None
CLIENT = Client(ext_id="contact:7", name="Анна Белова", phone="+79161234567", email="", first_name="анна")


def at(text: str) -> datetime:
    """A moment by the wall clock of the company: `25 15:00`."""
    number, clock = text.split()
    return datetime.fromisoformat(f"2026-11-{number}T{clock}:00").replace(tzinfo=MOSCOW)


def company(opens: str = "08:00", closes: str = "21:00") -> Policy:
    """A company that writes to clients of their visits between two hours."""
    minutes = [int(text[:2]) * 60 + int(text[3:]) for text in (opens, closes)]
    usual = policy()
    hours = {**usual.manners.hours, "service": (minutes[0], minutes[1])}
    return replace(usual, branches=BRANCHES, manners=replace(usual.manners, hours=hours))


COMPANY = company()


def case(
    visit: str = "25 15:00", *told: ToldVisit, stage: Stage | None = AT_VISITS, branch: str = HERE, moved: str | None = "23 10:00",
    **changes: Any,
) -> VisitCase:  # fmt: skip
    """A deal with a visit, "" for none. moved: when the deal came to its stage, None if it was made there, on the 21st at noon."""
    written = at(visit).isoformat() if visit else ""
    row = deal(
        visit_at=written,
        branch=branch,
        created_at=at("21 12:00"),
        moved_at=at(moved) if moved else None,
        title="Линзы",
    )
    usual: dict[str, Any] = {"client": CLIENT, "branch": COMPANY.branch(branch), "told": told}
    return VisitCase(deal=row, stage=stage, **(usual | changes))


def told(
    visit: str, when: str, kind: str = VISIT_BOOKED, branch: str = HERE, times: str = "", *, went: bool = True
) -> ToldVisit:
    """What the client was told: of which visit, when."""
    return ToldVisit(kind, f"{at(visit).isoformat(timespec='minutes')} {branch}{times}", at(when), went)


def wished(each: VisitCase, now: str = "23 10:05", how: Policy = COMPANY) -> dict[str, Wish]:
    """What is wished at a moment, by kind."""
    found = visits.wishes(each, how, at(now))
    kinds = {wish.kind.name: wish for wish in found}
    assert len(kinds) == len(found)
    assert all(wish.held in ("", *RULES) for wish in found)
    return kinds


def span(wish: Wish) -> tuple[str, str]:
    """From when until when a wish may be granted, by the company's clock."""
    first, last = (moment.astimezone(MOSCOW) for moment in (wish.not_before, wish.expires_at))
    return f"{first:%d %H:%M}", f"{last:%d %H:%M}"


def facts(wish: Wish) -> Visit:
    return Visit.from_json(wish.facts)
