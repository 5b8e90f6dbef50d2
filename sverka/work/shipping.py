"""The way out from the mirror: deals whose ship date matters now, what is done for them and told of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from reconcilers import ship_today, shipping_news
from sverka.domain.actions import card_of
from sverka.domain.cases import OrderCase
from sverka.domain.dunning.facts import Hold
from sverka.domain.effects import Effect, at_this_try
from sverka.domain.holds import HOLDS
from sverka.domain.messaging.kinds import SHIPPING
from sverka.domain.messaging.wishes import Wish, subject_of
from sverka.domain.plan import Plan, union
from sverka.domain.rows import Activity, CrmTask, Deal
from sverka.domain.shipping import WAY_OUT, ShipCase, ToldShipping, leaves_on
from sverka.domain.state_table import GONE, WAITING, Place
from sverka.store import messages, mirror, outbox
from sverka.store.engine import Transaction
from sverka.work.desk import Desk, Look
from sverka.work.loading import load
from sverka.work.memory import recall
from sverka.work.names import staff
from sverka.work.newcomers import same

_FOLLOWED = timedelta(days=7)
"""So long after something was told of its way out, or after it came to the stage of what has left, a deal is looked at."""
_CLOSABLE = ("task.create", "todo.create")
_REMEMBERED = timedelta(days=365)


def plan(desk: Desk, look: Look) -> Plan:
    """Return the moves and reminders of all deals on their way out."""
    return union(ship_today.decide(each, desk.policy, look.now) for each in _all(desk, look, None))


def wishes(desk: Desk, look: Look, cards: Iterable[str] | None = None) -> tuple[list[Wish], list[str]]:
    """Return what is to be told of the way out, and the cards that were looked at: those named, else all that matter."""
    deal_ids = None if cards is None else _numbers(cards)
    cases = _all(desk, look, deal_ids)
    found = [wish for each in cases for wish in shipping_news.wishes(each, desk.policy, look.now)]
    if deal_ids is None:
        with desk.store.reading() as tx:  # also of deals that are gone, whose wishes go with them
            deal_ids = _numbers(each.card for each in messages.waiting(tx, desk.company, SHIPPING))
    return found, [*(each.case.subject for each in cases), *(f"deal:{deal_id}" for deal_id in deal_ids)]


def wanted(desk: Desk, look: Look, effect: Effect) -> bool:
    """Say whether what was planned for a deal on its way out still follows from the facts; a deadline may differ."""
    payload = at_this_try(effect.payload, effect.attempts)
    planned = (
        action
        for each in _all(desk, look, _numbers([card_of(effect.subject)]))
        for action in ship_today.decide(replace(each, has_pending=False), desk.policy, look.now).actions
    )
    return any(
        action.key == effect.key and same(at_this_try(action.payload, effect.attempts), payload) for action in planned
    )


def is_of_the_way_out(effect: Effect) -> bool:
    """Whether an effect was planned here."""
    return effect.subject.endswith(f"/{WAY_OUT}")


def _all(desk: Desk, look: Look, deal_ids: Sequence[str] | None) -> list[ShipCase]:
    if not any(stage.ships for funnel in desk.policy.table.funnels for stage in funnel.stages):
        return []
    with desk.store.reading() as tx:
        return _cases(tx, desk, look, _ids(tx, desk, look) if deal_ids is None else deal_ids)


def _ids(tx: Transaction, desk: Desk, look: Look) -> list[str]:
    """Return the deals that are to leave, those of the day, and those that something was told or asked about."""
    places = {stage.ext_id: place for stage in look.directory.stages if (place := _place(desk, look, stage.ext_id))}
    near = tuple(sorted(ext_id for ext_id, place in places.items() if _is_near(desk, look, ext_id, place)))
    deals = [deal for deal in mirror.where(tx, desk.company, Deal, stage_id=near) if deal.semantics == "P"]
    today = look.now.astimezone(desk.policy.zone).date()
    standing = [deal.ext_id for deal in deals if _matters(desk, look, deal, places[deal.stage_id], today)]
    told = _numbers(messages.cards_of(tx, desk.company, SHIPPING, look.now - _FOLLOWED))
    return sorted({*standing, *told, *_asked_about(tx, desk)})


def _place(desk: Desk, look: Look, stage_id: str) -> Place | None:
    row = next((stage for stage in look.directory.stages if stage.ext_id == stage_id), None)
    return desk.policy.table.place(row.funnel_name, row.name, row.semantics) if row else None


def _is_near(desk: Desk, look: Look, stage_id: str, place: Place) -> bool:
    """Whether all deals at a stage are looked at: of the later ones, only where the table lets deals go by themselves."""
    return place.where != GONE or look.stage_of(desk.policy, stage_id)[1] == place.ships.then


def _matters(desk: Desk, look: Look, deal: Deal, place: Place, today: date) -> bool:
    if place.where == GONE:
        return look.now - (deal.moved_at or deal.created_at) < _FOLLOWED
    if place.where != WAITING:
        return True
    written, workdays = deal.custom("ship_date"), desk.policy.manners.workdays
    if not written:
        return False
    day = date.fromisoformat(written)
    return leaves_on(day, workdays) <= today or workdays.is_day_off(day)


def _asked_about(tx: Transaction, desk: Desk) -> list[str]:
    """Return the deals for which a reminder stands open."""
    since = desk.clock.real() - _REMEMBERED
    made = outbox.made_under(tx, desk.company, f"/{WAY_OUT}", _CLOSABLE, since)
    todos = mirror.by_ids(tx, desk.company, Activity, [ext_id for kind, ext_id, _ in made if kind == "todo.create"])
    tasks = mirror.by_ids(tx, desk.company, CrmTask, [ext_id for kind, ext_id, _ in made if kind == "task.create"])
    open_ = {("todo.create", ext_id) for ext_id, row in todos.items() if not row.completed}
    open_ |= {("task.create", ext_id) for ext_id, row in tasks.items() if not row.is_done}
    return _numbers(card_of(subject) for kind, ext_id, subject in made if (kind, ext_id) in open_)


def _numbers(cards: Iterable[str]) -> list[str]:
    return [card.removeprefix("deal:") for card in cards if card.startswith("deal:")]


def _cases(tx: Transaction, desk: Desk, look: Look, deal_ids: Sequence[str]) -> list[ShipCase]:
    cases = load(tx, desk, deal_ids, look, {})
    subjects = [subject_of(case.subject, WAY_OUT) for case in cases]
    memory = recall(tx, desk, subjects, look)
    told = messages.told(tx, desk.company, [case.subject for case in cases], SHIPPING)
    storekeeper = staff(tx, desk).by_email(desk.policy.duties.get("shipping", ""))

    def built(case: OrderCase, subject: str) -> ShipCase:
        semantics = case.deal.semantics
        return ShipCase(
            case, desk.policy.table.place(case.funnel_name, case.stage_name, semantics), hold=_hold(case), storekeeper=storekeeper,
            told=tuple(ToldShipping(*each) for each in told.get(case.subject, ())), bases=memory.bases.get(subject, {}),
            made=memory.made.get(subject, {}), refusals=memory.refusals,
            has_pending=case.has_pending or subject in memory.pending,
        )  # fmt: skip

    return [built(case, subject) for case, subject in zip(cases, subjects, strict=True)]


def _hold(case: OrderCase) -> Hold:
    return HOLDS.get(case.client.hold, Hold.NONE) if case.client else Hold.NONE
