"""Deals leave on their ship date: where they stand, and what people are told to do.

Rules
- A deal at the stage with `ships` goes to the stage of the day once its date has come, in the company's hours for it (`from` to
  `track_by`) and on working days alone. What was missed is made up on the next working day: goods that wait are still to leave.
- A date on a day off counts as the next working day, and the manager is asked beforehand whether that will do.
- Nothing is moved twice for one date: a deal that somebody moved back waits until they name another date, and they are asked for it.
- A date that is moved before the day: the deal stays where it is. Moved to a later day after we took the deal to the stage of the day, and
  nothing has left: we take it back, its task closes, and the storekeeper is told not to hand it over. They pick by that stage and by their
  tasks; a parcel that leaves on the wrong day costs more than a move. A deal that a person put there stays: they know better than the date.
- The storekeeper gets a task for each deal at the stage of the day, the manager a to-do where no carrier is named.
- A track number that appears takes the deal on, where the table says so. One that stood there before the day says nothing yet.
- No track number by the hour of the table: a task for the manager, which closes when the number is there. What clients fetch has none.
- Under a hold that stops shipping the deal stays and the manager is asked; an order that the ledger shows as paid goes. A deal that
  somebody moves by hand is picked all the same, and the task says that there is a hold.
- Nothing is moved from an incomplete reading, nor for a date before the company's cut-off. What the portal refuses is tried again at
  growing distances, and the manager is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from reconcilers.requests import is_old
from sverka.domain import hours, reminders
from sverka.domain.actions import Action
from sverka.domain.cases import is_history
from sverka.domain.contacts import tidy_address
from sverka.domain.plan import Plan, Skip
from sverka.domain.policy import Policy
from sverka.domain.quantity import units
from sverka.domain.reminders import Reminder
from sverka.domain.russian import POSITIONS, counted, day, quoted
from sverka.domain.shipping import (
    GONE_WITH,
    MOVED_BACK,
    MOVED_FOR,
    MOVED_ON,
    TRACK_BEFORE,
    ShipCase,
    due_at,
    leaves_on,
    stay_began,
)
from sverka.domain.state_table import GONE, TODAY, WAITING, Place

ANSWER_WITHIN = timedelta(hours=2)
"""Working time in which a question about the way out is to be answered."""
_LINES_NAMED = 40
_MOVE = "deal.stage"


def decide(each: ShipCase, policy: Policy, now: datetime) -> Plan:
    """Return the move that is due, else what people are to do."""
    case, place = each.case, each.place
    if is_history(case.deal, policy.history_cutoff):
        return Plan()
    if each.has_pending:
        return Plan(skips=(Skip(case.subject, "own_effect_pending", "ship date"),))
    moved = _moved(each, place, policy, now) if place and case.deal.semantics == "P" else Plan()
    refused = [action for action in moved.actions if _is_refused(each, action)]
    if moved.actions and not refused:
        return moved
    told = [*_wanted(each, policy, now), *(_refusal(each, action, policy, now) for action in refused)]
    wanted = [reminder for reminder in told if reminder.responsible]
    people = reminders.plan(policy.company, each.subject, wanted, each.made, unjudged=_unjudged(each, policy, now))
    may_retry = all(each.refusals[action.key].may_retry for action in refused)
    skips = () if may_retry else (Skip(case.subject, "refused", _MOVE),)
    return people + Plan(actions=tuple(refused) if may_retry else (), skips=moved.skips + skips)


# Moves


def _moved(each: ShipCase, place: Place, policy: Policy, now: datetime) -> Plan:
    if place.where == WAITING:
        return _to_the_day(each, place, policy, now)
    if place.where == TODAY:
        return _on(each, place) if each.has_left else _back(each, place, policy, now)
    return Plan()


def _to_the_day(each: ShipCase, place: Place, policy: Policy, now: datetime) -> Plan:
    written = each.date
    if written is None or not _has_come(each, place, policy, now):
        return Plan()
    if obstacle := _obstacle(each, place, policy, now):
        return Plan(skips=(Skip(each.case.subject, obstacle, "ship date"),))
    today = now.astimezone(policy.zone).date()
    why = f"сегодня, {day(today)}, отгружаем"
    if written != today:
        why += f" (дата отгрузки — {day(written)})"
    settles = (
        (MOVED_FOR, written.isoformat()), (MOVED_ON, today.isoformat()), (TRACK_BEFORE, each.track), (MOVED_BACK, ""),
    )  # fmt: skip
    return _move(each, place.ships.to, f"to {written}", why, settles)


def _obstacle(each: ShipCase, place: Place, policy: Policy, now: datetime) -> str:
    """Return why a deal whose date has come stays, "" if it goes."""
    local = now.astimezone(policy.zone)
    if _is_of_the_past(each, policy):
        return "history"
    if not each.case.is_complete:
        return "incomplete_read"
    if _was_moved(each) or each.is_stopped:
        return "asked"
    is_open = place.ships.begins <= local.time() < place.ships.track_by
    return "" if is_open and not policy.manners.workdays.is_day_off(local.date()) else "not_now"


def _back(each: ShipCase, place: Place, policy: Policy, now: datetime) -> Plan:
    written, moved_for = each.date, each.bases.get(MOVED_FOR, "")
    is_ours = each.bases.get(MOVED_ON, "") == stay_began(each, policy).date().isoformat()
    if written is None or not moved_for or moved_for == written.isoformat() or not is_ours or not each.case.is_complete:
        return Plan()
    leaves = leaves_on(written, policy.manners.workdays)
    if leaves <= now.astimezone(policy.zone).date():
        return Plan()
    settles = ((MOVED_FOR, ""), (MOVED_ON, ""), (MOVED_BACK, f"{moved_for} {written}"))
    return _move(each, place.origin, f"back {written}", f"отгрузку перенесли на {day(leaves)}", settles)


def _on(each: ShipCase, place: Place) -> Plan:
    if not place.ships.then or each.bases.get(GONE_WITH, "") == each.track or not each.case.is_complete:
        return Plan()
    return _move(each, place.ships.then, "on", f"отгружено, номер отправления {each.track}", ((GONE_WITH, each.track),))


def _move(each: ShipCase, stage_name: str, occasion: str, why: str, settles: tuple[tuple[str, str], ...]) -> Plan:
    case = each.case
    _, stage_id = case.ids.stages.get((case.funnel_name, stage_name), ("", ""))
    if not stage_id:  # `sverka check` says so
        return Plan(skips=(Skip(case.subject, "no_stage", stage_name),))
    action = Action(
        _MOVE, each.subject, occasion, {"deal": case.deal.ext_id, "from_stage": case.deal.stage_id, "stage": stage_id, "funnel": ""},
        reason=f"Сделка {quoted(case.deal.title)}: {why} — переводим на «{stage_name}».",
        before=case.stage_name, after=stage_name, evidence=case.evidence(), money_kopecks=case.deal.opportunity_kopecks, settles=settles,
    )  # fmt: skip
    return Plan(actions=(action,))


def _has_come(each: ShipCase, place: Place, policy: Policy, now: datetime) -> bool:
    """Whether the hour of the day has come at which the deal was to go."""
    if each.date is None:
        return False
    leaves = leaves_on(each.date, policy.manners.workdays)
    return now >= datetime.combine(leaves, place.ships.begins, policy.zone)


def _was_moved(each: ShipCase) -> bool:
    """Whether we took it to the day's stage for this very date before."""
    return each.date is not None and each.bases.get(MOVED_FOR, "") == each.date.isoformat()


def _is_of_the_past(each: ShipCase, policy: Policy) -> bool:
    return each.date is not None and each.date < policy.history_cutoff.astimezone(policy.zone).date()


def _is_refused(each: ShipCase, action: Action) -> bool:
    refusal = each.refusals.get(action.key)
    return refusal is not None and refusal.payload == action.payload


# People


def _wanted(each: ShipCase, policy: Policy, now: datetime) -> Iterator[Reminder]:
    """Yield what people are to do as the deal stands."""
    place = each.place
    if place is None or each.case.deal.semantics != "P":
        return
    if place.where == WAITING:
        yield from _while_it_waits(each, place, policy, now)
    elif not is_old(each.case, policy):
        if place.where == TODAY:
            yield from _on_the_day(each, place, policy, now)
        if each.lacks("track") and now >= due_at(each, place, policy):
            yield _track(each, policy, now)


def _while_it_waits(each: ShipCase, place: Place, policy: Policy, now: datetime) -> Iterator[Reminder]:
    written, workdays = each.date, policy.manners.workdays
    if written is None or _is_of_the_past(each, policy):
        return
    if each.bases.get(MOVED_BACK, "").endswith(f" {written}"):
        yield _not_today(each, policy)
    if _has_come(each, place, policy, now):
        if _was_moved(each):
            yield _stays(each, policy, now)
        elif each.is_stopped:
            yield _stopped(each, place, policy, now)
    elif workdays.is_day_off(written):
        yield _day_off(each, policy, now)


def _on_the_day(each: ShipCase, place: Place, policy: Policy, now: datetime) -> Iterator[Reminder]:
    if not each.has_left:
        yield _picking(each, place, policy)
        if each.lacks("carrier"):
            title = quoted(each.case.deal.title)
            text = (
                f"Сделка {title} отгружается сегодня, а перевозчик не указан. Укажите его, и клиент узнает об отгрузке."
            )
            yield _todo(each, policy, now, "carrier", _stay(each, policy), "Указать перевозчика", text)


def _unjudged(each: ShipCase, policy: Policy, now: datetime) -> tuple[str, ...]:
    """Return reasons whose reminders are left as they stand: at a later stage the track number is not asked for anew the same day."""
    if not each.case.is_complete:
        return reminders.REASONS
    place = each.place
    is_later = place is not None and place.where == GONE and each.case.deal.semantics == "P"
    return ("track",) if is_later and place and each.lacks("track") and now < due_at(each, place, policy) else ()


def _stay(each: ShipCase, policy: Policy) -> str:
    return stay_began(each, policy).date().isoformat()


def _todo(
    each: ShipCase, policy: Policy, now: datetime, reason: str, occasion: str, title: str, text: str, sort: str = "todo"
) -> Reminder:
    deadline = hours.after(policy.hours, policy.zone, now, ANSWER_WITHIN)
    return Reminder(sort, reason, occasion, title, text, each.case.people.manager, deadline)


def _picking(each: ShipCase, place: Place, policy: Policy) -> Reminder:
    title, due = each.case.deal.title, due_at(each, place, policy)
    text = "\n".join(_picking_lines(each, policy))
    return Reminder(
        "task", "picking", _stay(each, policy), f"Собрать и отгрузить: {title}", text, each.storekeeper, due
    )


def _picking_lines(each: ShipCase, policy: Policy) -> Iterator[str]:
    case = each.case
    yield f"Сделка № {case.deal.ext_id}{f', клиент: {case.client.name}' if case.client else ''}."
    if each.is_stopped:
        yield "Внимание: отгрузки этому клиенту остановлены. Отгружайте, только если так решил руководитель."
    if each.is_fetched:
        yield "Самовывоз: клиент заберёт сам."
    elif "carrier" in case.deal_fields:
        yield f"Перевозчик: {case.deal.custom('carrier') or 'не указан'}."
    if address := tidy_address(case.deal.custom("address")):
        yield f"Куда: {address}"
    if each.date and each.date < stay_began(each, policy).date():
        yield f"Дата отгрузки была {day(each.date)}."
    yield from (f"— {line.name}: {_amount(line.amount_thousandths)}" for line in case.lines[:_LINES_NAMED])
    if (rest := len(case.lines) - _LINES_NAMED) > 0:
        yield f"И ещё {counted(rest, POSITIONS)}, см. сделку."


def _amount(thousandths: int) -> str:
    return units(thousandths).replace(".", ",")


def _track(each: ShipCase, policy: Policy, now: datetime) -> Reminder:
    case = each.case
    by = f", перевозчик {case.deal.custom('carrier')}" if case.deal.custom("carrier") else ""
    text = (
        f"Сделка {quoted(case.deal.title)}{by}: номера отправления нет. Узнайте у склада, отгрузили ли заказ: если да, впишите номер "
        "в сделку, если нет, назовите новую дату отгрузки."
    )
    return _todo(each, policy, now, "track", _stay(each, policy), "Нет номера отправления", text, "task")


def _day_off(each: ShipCase, policy: Policy, now: datetime) -> Reminder:
    assert each.date is not None
    leaves = leaves_on(each.date, policy.manners.workdays)
    text = (
        f"Сделка {quoted(each.case.deal.title)}: дата отгрузки, {day(each.date)}, — выходной. Отгрузим {day(leaves)}. "
        "Если нужен другой день, поправьте дату в сделке."
    )
    return _todo(each, policy, now, "day off", each.date.isoformat(), "Дата отгрузки выпала на выходной", text)


def _stays(each: ShipCase, policy: Policy, now: datetime) -> Reminder:
    assert each.date is not None
    text = (
        f"Сделку {quoted(each.case.deal.title)} вернули с отгрузки, а дата отгрузки прежняя, {day(each.date)}. "
        "Назовите новую дату или переведите сделку сами; без этого она останется на месте."
    )
    return _todo(each, policy, now, "stays", each.date.isoformat(), "Когда отгружать?", text)


def _stopped(each: ShipCase, place: Place, policy: Policy, now: datetime) -> Reminder:
    assert each.date is not None
    text = (
        f"Сделка {quoted(each.case.deal.title)}: дата отгрузки, {day(each.date)}, наступила, но отгрузки этому клиенту остановлены. "
        f"Снимите запрет, перенесите дату или, если так решил руководитель, переведите сделку на «{place.ships.to}» сами."
    )
    return _todo(each, policy, now, "hold", each.date.isoformat(), "Отгрузки клиенту остановлены", text)


def _not_today(each: ShipCase, policy: Policy) -> Reminder:
    assert each.date is not None
    leaves = leaves_on(each.date, policy.manners.workdays)
    text = f"Отгрузку перенесли на {day(leaves)}. Если груз уже собран, отложите его и перевозчику не отдавайте."
    title = f"Не отгружать сегодня: {each.case.deal.title}"
    return Reminder("notice", "moved", each.bases[MOVED_BACK], title, text, each.storekeeper)


def _refusal(each: ShipCase, action: Action, policy: Policy, now: datetime) -> Reminder:
    said = each.refusals[action.key].detail
    text = f"{action.reason} Битрикс24 отказал: {said} Переведите сделку сами или устраните причину; попробуем ещё раз позже."
    occasion = reminders.code(action.occasion, said)
    return _todo(each, policy, now, "refused", occasion, "Сделка не переводится", text)
