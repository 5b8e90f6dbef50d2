"""Builders for deals on their way out: each shows only what matters to the case. Moments are of November 2026, in Moscow."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from reconcilers import ship_today, shipping_news
from sverka.companies.load import load_companies
from sverka.domain.messaging.kinds import SHIPPING_TODAY
from sverka.domain.messaging.wishes import Wish
from sverka.domain.plan import Plan
from sverka.domain.policy import Policy
from sverka.domain.rows import Client
from sverka.domain.shipping import ShipCase, ToldShipping
from tests.house.tree import ROOT
from tests.make import case, deal

MOSCOW = ZoneInfo("Europe/Moscow")
WAITS, DAY, LEFT, WON, LOST = "Ожидает отгрузку", "Отгрузить сегодня", "Отгружено", "won", "lost"
FIELDS = frozenset({"ship_date", "carrier", "track", "delivery"})
DEALER = Client(ext_id="client:5", name="ООО «Шинный двор»", phone="+79105550102", email="office@shindvor.example")
_SEMANTICS = {WON: "S", LOST: "F"}


@cache
def company() -> Policy:
    """Return the example company's policy."""
    return next(each.policy for each in load_companies(ROOT / "config/companies") if each.name == "dealer_network")


FUNNEL = company().table.funnels[0]
CODES = {stage.name: f"C1:{place}" for place, stage in enumerate(FUNNEL.stages)}


def at(text: str) -> datetime:
    """A moment by the wall clock of the company: `24 08:00`."""
    number, clock = text.split()
    return datetime.fromisoformat(f"2026-11-{number}T{clock}:00").replace(tzinfo=MOSCOW)


def on(number: int | str) -> str:
    """A day of November as a deal's field holds it."""
    return f"2026-11-{int(number):02d}"


def going(stage: str = WAITS, date: str = "24", *, since: str = "23 10:00", **changes: Any) -> ShipCase:
    """A deal with a ship date, "" for none, that came to its stage at a moment. Fields of the deal and of the case may be changed."""
    custom = {"carrier": "ПЭК", "ship_date": on(date) if date else ""}
    custom |= {name: changes.pop(name) for name in ("carrier", "track", "delivery", "address") if name in changes}
    row = deal(
        stage_id=CODES[stage], semantics=_SEMANTICS.get(stage, "P"), moved_at=at(since), created_at=at("21 12:00"), title="Подъёмник",
        **custom,
    )  # fmt: skip
    ids = replace(case().ids, stages={(FUNNEL.name, name): ("1", code) for name, code in CODES.items()})
    usual: dict[str, Any] = {"client": DEALER, "deal_fields": FIELDS, "ids": ids, "order": None}
    theirs = {name: changes.pop(name) for name in list(changes) if name not in ShipCase.__dataclass_fields__}
    base = replace(
        case(deal=row, **(usual | theirs)), stage=FUNNEL.stage(stage), stage_name=stage, funnel_name=FUNNEL.name
    )
    return ShipCase(base, FUNNEL.place(stage), **({"storekeeper": "9"} | changes))


def decided(each: ShipCase, now: str) -> Plan:
    """What is decided at a moment."""
    return ship_today.decide(each, company(), at(now))


def goes_to(each: ShipCase, now: str) -> str:
    """Where the deal is moved at a moment, "" if it stays."""
    moves = [action for action in decided(each, now).actions if action.kind == "deal.stage"]
    assert len(moves) <= 1
    return next((name for action in moves for name, code in CODES.items() if code == action.payload["stage"]), "")


def asked(each: ShipCase, now: str) -> dict[str, str]:
    """What people are asked at a moment: the title → whom; nothing else may be planned."""
    actions = decided(each, now).actions
    made = [action for action in actions if action.kind in ("todo.create", "task.create", "notice.send")]
    assert len(made) == len(actions), actions
    said = (action.payload.get("title") or action.payload["text"].partition("\n")[0] for action in made)
    whom = [action.payload.get("responsible") or action.payload["user"] for action in made]
    return dict(zip(said, whom, strict=True))


def wished(each: ShipCase, now: str) -> dict[str, Wish]:
    """What the client is to be told at a moment, by kind."""
    return {wish.kind.name: wish for wish in shipping_news.wishes(each, company(), at(now))}


def told(occasion: str, when: str, kind: str = SHIPPING_TODAY, *, went: bool = True) -> ToldShipping:
    """What the client was told before."""
    return ToldShipping(kind, occasion, at(when), went)
