"""What a client is told of goods on their way out: that they leave today, that they leave later than was said, that they left.

Rules
- Today: once for each day on which the deal came to the stage of the day, with the carrier; where the portal has a field for the carrier
  and nobody filled it, the manager is asked for it first. Too late once the track number is due, or two hours after a later move.
- Later: whoever was told of a day on which nothing left is told the new one, if it is still to come, and that day is told anew when it is
  there.
- Left: once the track number appears, with it and the carrier; a number that is corrected is told anew. Who was told nothing of
  the way out, because the deal had left before we looked, is not told after three days.
- Nobody is told of stays that began before the company's cut-off, nor of goods that they fetch themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from reconcilers.requests import is_old
from sverka.domain.cases import is_history
from sverka.domain.contacts import name_or_nothing, tidy_address
from sverka.domain.messaging.facts import Shipping
from sverka.domain.messaging.kinds import KIND_BY_NAME, SHIPPED, SHIPPING_MOVED, SHIPPING_TODAY
from sverka.domain.messaging.wishes import Wish
from sverka.domain.policy import Policy
from sverka.domain.rows import Client
from sverka.domain.russian import day, quoted
from sverka.domain.shipping import ShipCase, ToldShipping, leaves_on, stay_began
from sverka.domain.state_table import TODAY, WAITING, Place

_AFTER_A_LATE_MOVE = timedelta(hours=2)
_TIMES = "#"
"""Parts a day from how often it was taken back before."""


def wishes(each: ShipCase, policy: Policy, now: datetime) -> tuple[Wish, ...]:
    """Return what the client is to be told as the deal stands."""
    client, place = each.case.client, each.place
    is_silent = each.is_fetched or is_history(each.case.deal, policy.history_cutoff)
    if client is None or place is None or is_silent:
        return ()
    return tuple(_wishes(each, client, place, policy, now))


def _wishes(each: ShipCase, client: Client, place: Place, policy: Policy, now: datetime) -> Iterator[Wish]:
    if place.where == WAITING:
        yield from _later(each, client, place, policy, now)
    elif is_old(each.case, policy):
        return
    elif each.has_left:
        yield _left(each, client, policy, now)
    elif place.where == TODAY and not each.lacks("carrier"):
        yield _today(each, client, place, policy)


def _today(each: ShipCase, client: Client, place: Place, policy: Policy) -> Wish:
    since = stay_began(each, policy)
    on = since.date()
    until = max(datetime.combine(on, place.ships.track_by, policy.zone), since + _AFTER_A_LATE_MOVE)
    midnight = datetime.combine(on + timedelta(days=1), time(0), policy.zone)
    taken_back = sum(told.occasion.startswith(f"{on} ") for told in _news(each, SHIPPING_MOVED))
    occasion = f"{on}{_TIMES}{taken_back + 1}" if taken_back else on.isoformat()
    why = f"сегодня, {day(on)}, отгружаем — сообщаем клиенту"
    return _wish(each, client, policy, SHIPPING_TODAY, occasion, on, (since, min(until, midnight)), why)


def _later(each: ShipCase, client: Client, place: Place, policy: Policy, now: datetime) -> Iterator[Wish]:
    news, written = _news(each, SHIPPING_TODAY, SHIPPED), each.date
    if not news or news[-1].kind == SHIPPED or written is None:
        return
    was, leaves = _day_of(news[-1]), leaves_on(written, policy.manners.workdays)
    until = datetime.combine(leaves, place.ships.begins, policy.zone)
    if leaves > was and now < until:
        why = f"отгрузка переносится с {day(was)} на {day(leaves)} — сообщаем клиенту"
        yield _wish(each, client, policy, SHIPPING_MOVED, f"{was} {leaves}", leaves, (news[-1].at, until), why)


def _left(each: ShipCase, client: Client, policy: Policy, now: datetime) -> Wish:
    since, useful = stay_began(each, policy), KIND_BY_NAME[SHIPPED].useful
    is_followed = bool(each.told or each.bases or each.made)
    until = now + useful if is_followed else since + useful
    why = f"отгружено, номер отправления {each.track} — сообщаем клиенту"
    return _wish(each, client, policy, SHIPPED, each.track.replace("~", "-"), since.date(), (since, until), why)


def _wish(
    each: ShipCase, client: Client, policy: Policy, kind: str, occasion: str, on: date, span: tuple[datetime, datetime], why: str
) -> Wish:  # fmt: skip
    deal = each.case.deal
    number = each.case.shop.order.number if each.case.shop else each.case.order.number if each.case.order else ""
    facts = Shipping(
        company=policy.title, name=name_or_nothing(client.first_name), order=number or deal.custom("ledger_order"),
        carrier=deal.custom("carrier"), track=each.track if kind == SHIPPED else "", address=tidy_address(deal.custom("address")),
        day=on, manager=each.case.people.manager_name,
    )  # fmt: skip
    return Wish(
        KIND_BY_NAME[kind], each.case.subject, client.ext_id, occasion, facts.as_json(), *span,
        reason=f"Сделка {quoted(deal.title)}: {why}.", manager=each.case.people.manager,
    )  # fmt: skip


def _news(each: ShipCase, *kinds: str) -> list[ToldShipping]:
    """Return what the client was told of some kinds, the latest last."""
    return sorted((told for told in each.told if told.went and told.kind in kinds), key=lambda told: told.at)


def _day_of(told: ToldShipping) -> date:
    return date.fromisoformat(told.occasion.partition(_TIMES)[0])
