"""What a client is told of a deal's goods: that the order is ready, where and when.

Rules
- A deal at a stage with `notice: order_ready`, for which no installation is wanted: once its order is as it should be and all its
  goods lie in the branch's store and are held, the client is told. Held without lying there: the manager is.
- Fetched by the client: the branch's address, and from which day on, if the deal names one that is still to come. Brought: the
  deal's address and its day. What is not filled in is told to the manager, and nobody writes guesses.
- The occasion is the meaning, way, place and day: what changes is told anew, once, ten minutes after the first at the earliest, and the
  same is never told twice. Told of another day and then back to the first: that is for the manager to say.
- Nobody is told of deals that came to their stage before the company's cut-off, nor once goods leave or are about to.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from reconcilers.decisions import in_force
from reconcilers.goods_at_hand import names, not_held
from reconcilers.requests import is_old
from reconcilers.waiting import SEEN_TO_WITHIN
from sverka.domain import hours
from sverka.domain.cases import OrderCase
from sverka.domain.contacts import name_or_nothing, tidy_address
from sverka.domain.messaging.kinds import KIND_BY_NAME, ORDER_READY
from sverka.domain.messaging.wishes import Wish
from sverka.domain.notices import DELIVERY, WAYS, OrderReady, Ware
from sverka.domain.plan import Finding, Plan
from sverka.domain.policy import Policy
from sverka.domain.quantity import line_sum_kopecks
from sverka.domain.reminders import Reminder
from sverka.domain.rows import Client
from sverka.domain.russian import day, quoted
from sverka.domain.state_table import ALLOWED_STATUSES

_INSTALLED = ("да", "yes")
"""How a list and a box say that an installation is wanted."""


def decide(case: OrderCase, policy: Policy, now: datetime) -> Plan:
    """Return what the client is to be told, or what is lacking for it."""
    client = case.client
    if client is None or not _is_due(case, policy) or _is_past(case):
        return Plan()
    is_told = _occasion(case) in case.told
    if not_held(case):
        return Plan() if is_told else _not_there(case)
    if lacking := tuple(_lacking(case, policy, now)):
        return Plan(findings=() if is_told else lacking)
    return Plan(wishes=(_wish(case, client, policy, now),))


def reminders(case: OrderCase, policy: Policy, now: datetime) -> list[Reminder]:
    """Return the to-do to tell the client by word of mouth what was told before and has come to hold again."""
    client = case.client
    if client is None or not _is_due(case, policy) or not_held(case) or any(_lacking(case, policy, now)):
        return []
    return [_by_word(case, client, policy, now)] if _is_past(case) else []


def _is_past(case: OrderCase) -> bool:
    """Whether the client was told this before, and something else since."""
    return _occasion(case) in case.told[:-1] and case.told[-1] != _occasion(case)


def _is_due(case: OrderCase, policy: Policy) -> bool:
    """Whether the client is to be told as soon as the goods are there: all else is done, and nobody has begun to hand them out."""
    stage, order = case.stage, case.order
    if stage is None or stage.notice != ORDER_READY or order is None or order.deleted or is_old(case, policy):
        return False
    is_wanted = case.deal.custom("installation") not in _INSTALLED and not in_force(case, policy, "shipment")
    is_as_required = case.order_word in ALLOWED_STATUSES[stage.order or ""] and case.held_lines == case.wanted_lines
    return is_wanted and case.is_complete and is_as_required and bool(case.wanted_goods) and not case.is_shipped


def _not_there(case: OrderCase) -> Plan:
    """Tell of goods that are held and do not lie there; of what is not held yet, the reserves see to."""
    missing = not_held(case)
    if any(case.held_goods.get(good, 0) < case.wanted_goods[good] for good in missing):
        return Plan()
    what = f"в филиале {quoted(case.deal.branch)} не хватает: {names(case, missing)}. Привезите товар"
    return Plan(findings=(_finding(case, "goods", what, ",".join(missing)),))


def _lacking(case: OrderCase, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Yield what the deal does not say, or says wrongly, and the client has to know."""
    way = case.deal.custom("delivery")
    if way not in WAYS:
        yield _finding(case, "delivery", f"не указан способ получения. Выберите: {' или '.join(WAYS)}", way)
    if way != DELIVERY:
        return
    if not case.deal.custom("address"):
        yield _finding(case, "address", "не указан адрес доставки. Заполните его", "")
    named = _named_day(case)
    if named is None:
        yield _finding(case, "ship_date", "не указана дата доставки. Заполните дату отгрузки", "")
    elif named < now.astimezone(policy.zone).date():
        yield _finding(case, "ship_date", f"дата доставки, {day(named)}, уже прошла. Укажите новую", named.isoformat())


def _finding(case: OrderCase, field: str, what: str, values: str) -> Finding:
    text = f"Сделка {quoted(case.deal.title)}: клиенту не сообщить, что заказ готов: {what}, и клиент узнает."
    return Finding("missing", case.subject, f"notice {field}", text, values, case.sum_kopecks)


def _occasion(case: OrderCase) -> str:
    """Return the meaning of what is told, such as `pickup Москва 2026-11-26`."""
    way = case.deal.custom("delivery")
    place = tidy_address(case.deal.custom("address")) if way == DELIVERY else case.deal.branch
    return " ".join(part for part in (WAYS.get(way, ""), place, case.deal.custom("ship_date")) if part)


def _facts(case: OrderCase, client: Client, policy: Policy, now: datetime) -> OrderReady:
    way, branch, named = case.deal.custom("delivery"), policy.branch(case.deal.branch), _named_day(case)
    is_to_come = named is not None and (way == DELIVERY or named > now.astimezone(policy.zone).date())
    number = case.shop.order.number if case.shop else case.order.number if case.order else ""
    return OrderReady(
        company=policy.title, name=name_or_nothing(client.first_name), order=number, way=WAYS[way],
        address=tidy_address(case.deal.custom("address")) if way == DELIVERY else branch.address if branch else "",
        day=named if is_to_come else None,
        wares=tuple(
            Ware(line.name, line.price_kopecks, line.amount_thousandths, line_sum_kopecks(line.price_kopecks, line.amount_thousandths))
            for line in case.lines
        ),
        sum_kopecks=case.sum_kopecks, due_kopecks=case.due_kopecks, manager=case.people.manager_name,
    )  # fmt: skip


def _named_day(case: OrderCase) -> date | None:
    written = case.deal.custom("ship_date")
    return date.fromisoformat(written) if written else None


def _wish(case: OrderCase, client: Client, policy: Policy, now: datetime) -> Wish:
    facts = _facts(case, client, policy, now)
    return Wish(
        KIND_BY_NAME[ORDER_READY], case.subject, client.ext_id, _occasion(case), facts.as_json(),
        not_before=case.deal.moved_at or case.deal.created_at, expires_at=now + KIND_BY_NAME[ORDER_READY].useful,
        reason=f"Сделка {quoted(case.deal.title)}: заказ собран — пишем клиенту ({_gist(facts)}).", manager=case.people.manager,
    )  # fmt: skip


def _gist(facts: OrderReady) -> str:
    when = day(facts.day) if facts.day else ""
    if facts.is_delivery:
        return f"доставка {when}, {facts.address}"
    return f"самовывоз{f' с {when}' if when else ''}, {facts.address}"


def _by_word(case: OrderCase, client: Client, policy: Policy, now: datetime) -> Reminder:
    facts = _facts(case, client, policy, now)
    who = ", ".join(part for part in (client.name, client.phone) if part)
    return Reminder(
        "todo", "notice", f"{_occasion(case)} {len(case.told)}", "Сообщить клиенту, что заказ готов",
        f"{who}: {_gist(facts)}. Скажите сами, прежнее сообщение говорило о другом.",
        case.people.manager, hours.after(policy.hours, policy.zone, now, SEEN_TO_WITHIN),
    )  # fmt: skip
