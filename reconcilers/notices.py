"""What a client is told of a deal: that the order is ready, where and when; and the trace of each letter in the deal's card.

Rules
- A deal at a stage with `notice: order_ready`, for which no installation is wanted: once its order is as it should be and all its
  goods lie in the branch's store and are held, the client is told. Held without lying there: the manager is. By letter, for
  e-mail is the only channel so far.
- Fetched by the client: the branch's address, and from which day on, if the deal names one that is still to come. Brought: the
  deal's address and its day. What is not filled in is told to the manager, and nobody writes guesses.
- The occasion is the meaning, way, place and day: what changes is told anew, once, and the same is never told twice. Told of
  another day and then back to the first: that is for the manager to say.
- Letters go between 08:00 and 21:00 of the company's zone; at night the deal is looked at again at 08:00.
- A client who has no e-mail address, or one that the server refuses, is told by the manager, who gets a to-do, once an occasion.
- Nobody is told of deals that came to their stage before the company's cut-off, nor once goods leave or are about to.
- When the mail server has taken a letter, the deal's timeline gets a comment: to whom, when, what about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from reconcilers.decisions import in_force
from reconcilers.goods_at_hand import names, not_held
from reconcilers.requests import is_old
from reconcilers.waiting import TODO_WITHIN
from sverka.domain import hours
from sverka.domain.actions import Action
from sverka.domain.cases import OrderCase
from sverka.domain.contacts import email_or_nothing, name_or_nothing, tidy_address
from sverka.domain.notices import DELIVERY, ORDER_READY, WAYS, OrderReady, Told, Ware, letter_subject
from sverka.domain.plan import Finding, Plan, Skip, Wake
from sverka.domain.policy import Policy
from sverka.domain.quantity import line_sum_kopecks
from sverka.domain.reminders import Reminder, code
from sverka.domain.rows import Client
from sverka.domain.russian import clock, day, quoted
from sverka.domain.state_table import ALLOWED_STATUSES

EARLIEST, LATEST = time(8), time(21)
_INSTALLED = ("да", "yes")
"""How a list and a box say that an installation is wanted."""


def decide(case: OrderCase, policy: Policy, now: datetime) -> Plan:
    """Return the letter that the client is to get, and the comments about those that were sent."""
    return Plan(actions=tuple(_traces(case, policy))) + _tell(case, policy, now)


def reminders(case: OrderCase, policy: Policy, now: datetime) -> list[Reminder]:
    """Return the to-do to tell the client by word of mouth, where no letter can or does say what holds."""
    client = case.client
    if client is None or not _is_due(case, policy) or not_held(case) or any(_lacking(case, policy, now)):
        return []
    occasion, facts = _occasion(case), _facts(case, client, policy, now)
    if occasion in _told(case):
        return (
            []
            if case.told[-1].occasion == occasion
            else [_by_word(case, client, policy, now, f"{occasion} {len(case.told)}")]
        )
    letter = _letter(case, client, policy, facts)
    refusal = case.refusals.get(letter.key)
    is_refused = refusal is not None and refusal.payload == letter.payload
    return [_by_word(case, client, policy, now, occasion)] if is_refused or not letter.payload["to"] else []


def _tell(case: OrderCase, policy: Policy, now: datetime) -> Plan:
    client = case.client
    if client is None or not _is_due(case, policy) or _occasion(case) in _told(case):
        return Plan()
    if not_held(case):
        return _not_there(case)
    if lacking := tuple(_lacking(case, policy, now)):
        return Plan(findings=lacking)
    letter = _letter(case, client, policy, _facts(case, client, policy, now))
    if not letter.payload["to"] or _was_said(case, client, policy, now):
        return Plan()
    opens = _opens_at(policy, now)
    if opens > now:
        return Plan(skips=(Skip(case.subject, "not_now", letter.kind),), wakes=(Wake(case.deal.ext_id, opens),))
    return Plan(actions=(letter,))


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
    """Return the meaning of what is told, such as `order_ready pickup Москва 2026-11-26`."""
    way = case.deal.custom("delivery")
    place = tidy_address(case.deal.custom("address")) if way == DELIVERY else case.deal.branch
    return " ".join(part for part in (ORDER_READY, WAYS.get(way, ""), place, case.deal.custom("ship_date")) if part)


def _told(case: OrderCase) -> set[str]:
    return {told.occasion for told in case.told}


def _was_said(case: OrderCase, client: Client, policy: Policy, now: datetime) -> bool:
    """Whether the manager has completed the to-do to tell the client: then no letter follows."""
    todo = _by_word(case, client, policy, now, _occasion(case)).action(policy.company, case.subject)
    made = case.made.get(todo.key)
    return made is not None and not made.is_open


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


def _letter(case: OrderCase, client: Client, policy: Policy, facts: OrderReady) -> Action:
    """Return the letter with the facts that it rests on; its text follows from them. `to` is "" for a client without an address."""
    subject, occasion = letter_subject(case.deal.ext_id), _occasion(case)
    action = Action(
        "letter.client", subject, occasion, {}, evidence=case.evidence(),
        reason=f"Сделка {quoted(case.deal.title)}: заказ собран — пишем клиенту ({_gist(facts)}).",
    )  # fmt: skip
    payload = {
        "key": f"{policy.company}|{action.key}", "from_name": policy.title, "reply_to": email_or_nothing(case.people.manager_email),
        "to": email_or_nothing(client.email), "to_name": _printable(client.name), "template": ORDER_READY, "facts": facts.as_json(),
    }  # fmt: skip
    return replace(action, payload=payload)


def _printable(name: str) -> str:
    """Return a name fit for the head of a letter: one line of signs that can be seen."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())


def _gist(facts: OrderReady) -> str:
    when = day(facts.day) if facts.day else ""
    if facts.is_delivery:
        return f"доставка {when}, {facts.address}"
    return f"самовывоз{f' с {when}' if when else ''}, {facts.address}"


def _by_word(case: OrderCase, client: Client, policy: Policy, now: datetime, occasion: str) -> Reminder:
    facts = _facts(case, client, policy, now)
    who = ", ".join(part for part in (client.name, client.phone) if part)
    why = (
        "прежнее письмо говорило о другом"
        if occasion != _occasion(case)
        else "письмом не вышло: нет почты, или её не принимает сервер"
    )
    return Reminder(
        "todo", "notice", occasion, "Сообщить клиенту, что заказ готов", f"{who}: {_gist(facts)}. Скажите сами, {why}.",
        case.people.manager, hours.after(policy.hours, policy.zone, now, TODO_WITHIN),
    )  # fmt: skip


def _opens_at(policy: Policy, now: datetime) -> datetime:
    """Return from when on a letter may go: now, or the next morning."""
    local = now.astimezone(policy.zone)
    if EARLIEST <= local.time() < LATEST:
        return now
    morning = local.date() + timedelta(days=local.time() >= LATEST)
    return datetime.combine(morning, EARLIEST, policy.zone)


def _traces(case: OrderCase, policy: Policy) -> Iterator[Action]:
    """Yield a comment for each letter that went out and has none yet."""
    for told in case.told:
        comment = _trace(case, policy, told) if told.sent_at else None
        if comment and comment.key not in case.created:
            yield comment


def _trace(case: OrderCase, policy: Policy, told: Told) -> Action:
    local = told.sent_at.astimezone(policy.zone) if told.sent_at else None
    when = f"{day(local.date())} в {clock(local)}" if local else ""
    text = f"Клиенту отправлено письмо: {told.to_name}, {told.to}, {when}.\n{told.about}"
    occasion = f"letter {told.occasion}"
    return Action(
        "comment.create", case.subject, occasion,
        {"deal": case.deal.ext_id, "text": text, "mark": code(policy.company, "comment.create", case.subject, occasion)},
        reason=f"Сделка {quoted(case.deal.title)}: отмечаем в ленте, что клиенту ушло письмо.", after=told.about,
    )  # fmt: skip
