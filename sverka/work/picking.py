"""What leaves the stores today and tomorrow, as the letters tell it: from the same cases that decide about reserves and visits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from reconcilers.goods_at_hand import not_held, visit_at
from sverka.domain.cases import OrderCase, sum_of
from sverka.domain.digest_values import CARRIED, VISIT, DealLink, Good, Pick
from sverka.domain.messaging.kinds import ORDER_READY
from sverka.domain.notices import PICKUP, WAYS
from sverka.domain.proofs import Proof, Reading
from sverka.domain.rows import Deal
from sverka.domain.rows import Stage as StageRow
from sverka.domain.state_table import TODAY, Stage
from sverka.messages.masking import shown, title
from sverka.store import mirror
from sverka.store.engine import Transaction
from sverka.systems.bitrix24.directory import Directory
from sverka.work.desk import Desk, Look
from sverka.work.loading import load

_NAME_LIMIT = 70


def read(tx: Transaction, desk: Desk, now: datetime, until: datetime) -> tuple[Pick, ...]:
    """Return what waits to leave, today's and tomorrow's visits among it. now: the company's local time; until: real time."""
    rows = mirror.where(tx, desk.company, StageRow)
    stages = {row.ext_id: desk.policy.table.find(row.funnel_name, row.name, row.semantics) for row in rows}
    holding = {ext_id: stage for ext_id, stage in stages.items() if stage and stage.requires_reserve}
    deals = mirror.where(tx, desk.company, Deal, stage_id=tuple(sorted(holding)))
    due = [deal.ext_id for deal in deals if _way(deal, holding[deal.stage_id], now)]
    look = _remembered(rows, now, until)
    picks = (_pick(desk, case, now) for case in load(tx, desk, due, look, {}))
    shipped = [deal_id for deal_id in _of_the_day(tx, desk, rows) if deal_id not in due]
    carried = (_carried(desk, case) for case in load(tx, desk, shipped, look, {}))
    return tuple(pick for pick in (*picks, *carried) if pick is not None)


def _of_the_day(tx: Transaction, desk: Desk, rows: Sequence[StageRow]) -> list[str]:
    """Return the deals at the stage of what leaves today that have not left yet."""
    places = {row.ext_id: desk.policy.table.place(row.funnel_name, row.name, row.semantics) for row in rows}
    stages = tuple(sorted(ext_id for ext_id, place in places.items() if place and place.where == TODAY))
    return [deal.ext_id for deal in mirror.where(tx, desk.company, Deal, stage_id=stages) if not deal.custom("track")]


def _carried(desk: Desk, case: OrderCase) -> Pick:
    """Return what a carrier takes, or the client fetches, on the ship date; whether it lies there is not known here."""
    deal, planned = case.deal, case.deal.custom("ship_date")
    only = desk.policy.branches[0].name if len(desk.policy.branches) == 1 else ""
    return Pick(
        deal=DealLink(title(deal.title), desk.portal.card_url(deal.ext_id)),
        order=case.order.number if case.order else deal.custom("ledger_order"),
        way=WAYS[PICKUP] if deal.custom("delivery") == PICKUP else CARRIED, branch=deal.branch or only,
        goods=tuple(Good(shown(line.name, _NAME_LIMIT), line.amount_thousandths) for line in case.lines if not line.is_service),
        sum_kopecks=case.sum_kopecks, on=date.fromisoformat(planned) if planned else None, carrier=deal.custom("carrier"),
    )  # fmt: skip


def _remembered(rows: Sequence[StageRow], now: datetime, until: datetime) -> Look:
    """Return a look at what is stored: nothing is read from the systems for it."""
    proof = Proof("bitrix24", "stages", full=True, complete=True, rows=len(rows), server_at=until)
    return Look(0, now, until, Directory({"deal": {}, "client": {}}, (), (), "", Reading(proof, tuple(rows))))


def _way(deal: Deal, stage: Stage, now: datetime) -> str:
    """Return how a deal's goods leave, "" if not in these days: by a visit of today or tomorrow, else as the deal says."""
    if visit := deal.custom("visit_at"):
        day = datetime.fromisoformat(visit).astimezone(now.tzinfo).date()
        return VISIT if day in (now.date(), now.date() + timedelta(days=1)) else ""
    way = WAYS.get(deal.custom("delivery"), "")
    if not deal.custom("ship_date"):
        return way if stage.notice == ORDER_READY else ""
    return way if date.fromisoformat(deal.custom("ship_date")) <= now.date() else ""


def _pick(desk: Desk, case: OrderCase, now: datetime) -> Pick | None:
    stage, visit = case.stage, visit_at(case)
    way = _way(case.deal, stage, now) if stage else ""
    goods = case.left_goods if case.order else case.wanted_goods
    if not way or (case.order and not goods) or (way != VISIT and not goods):
        return None
    at = visit.astimezone(now.tzinfo) if visit and way == VISIT else None
    planned = case.deal.custom("ship_date")
    on = at.date() if at else date.fromisoformat(planned) if planned else None
    return Pick(
        deal=DealLink(title(case.deal.title), desk.portal.card_url(case.deal.ext_id)),
        order=case.order.number if case.order else "", way=way, branch=case.deal.branch, goods=_goods(case, goods),
        sum_kopecks=sum_of(case.held_lines) or case.sum_kopecks, on=on, at=at,
    )  # fmt: skip


def _goods(case: OrderCase, goods: Mapping[str, int]) -> tuple[Good, ...]:
    lacking = not_held(case)
    return tuple(
        Good(_name(case, good_id), amount, min(amount, lacking.get(good_id, 0))) for good_id, amount in goods.items()
    )


def _name(case: OrderCase, good_id: str) -> str:
    return shown(case.goods[good_id].name, _NAME_LIMIT) if good_id in case.goods else f"товар № {good_id}"
