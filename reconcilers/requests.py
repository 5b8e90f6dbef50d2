"""New requests: people are told, the deal gets its agreed title, and the client's card is put in order. Each once.

Rules
- A deal at a stage that the table calls a request: the responsible person gets a notice of the portal, once for the deal.
- The title follows the funnel's pattern and is set once, when the client is known; what a person writes afterwards stays.
- Phones become international numbers, names get their capitals and lose stray spaces, the delivery address its spaces and commas.
  A phone that is no number, and whatever a person changes back afterwards, stays as it is.
"""

from __future__ import annotations

from datetime import datetime

from reconcilers.fields import set_field
from sverka.domain.actions import Action
from sverka.domain.cases import OrderCase
from sverka.domain.contacts import tidy_address, tidy_name, tidy_phone
from sverka.domain.plan import Agreed, Plan
from sverka.domain.policy import Policy
from sverka.domain.reminders import Reminder
from sverka.domain.rows import Client
from sverka.domain.russian import quoted

CONTACTS, TITLE, ADDRESS = "contacts", "title", "address"


def decide(case: OrderCase, policy: Policy, _now: datetime) -> Plan:
    """Return what puts a new request in order."""
    if case.stage is None or not case.stage.request or is_old(case, policy) or not case.is_complete:
        return Plan()
    return _title(case, policy) + Plan(actions=(*_contacts(case), *_address(case)))


def reminders(case: OrderCase, policy: Policy) -> list[Reminder]:
    """Return the notice of a new request."""
    if case.stage is None or not case.stage.request or is_old(case, policy) or not case.people.manager:
        return []
    client = case.client
    known = (_tidy(client), tidy_phone(client.phone)) if client else ("клиент не указан",)
    told = ", ".join(part for part in known if part)
    source = f" Источник: {case.source}." if case.source else ""
    text = f"Клиент: {told}.{source} Сделка № {case.deal.ext_id}."
    return [Reminder("notice", "request", "1", "Новая заявка", text, case.people.manager)]


def _tidy(client: Client) -> str:
    """Return a client's name as it will stand in the card: its parts may be written each in a way of its own."""
    parts = (tidy_name(client.first_name), tidy_name(client.last_name))
    return " ".join(part for part in parts if part) or tidy_name(client.name)


def is_old(case: OrderCase, policy: Policy) -> bool:
    """Whether the deal came to its stage before the company began: nobody is reminded of what was decided then."""
    return case.stands_since < policy.history_cutoff


def _title(case: OrderCase, policy: Policy) -> Plan:
    funnel = policy.table.funnel(case.funnel_name)
    if funnel is None or not funnel.title or TITLE in case.bases or case.client is None:
        return Plan()
    title = " ".join(funnel.title.format_map(_words(case, case.client)).split())
    if title == case.deal.title:
        return Plan(agreed=(Agreed(case.subject, TITLE, title),))
    reason = f"Заявка {quoted(case.deal.title)}: даём сделке принятое название {quoted(title)}."
    return Plan(actions=(set_field(case, TITLE, title, reason),))


def _words(case: OrderCase, client: Client) -> dict[str, str]:
    names = [line.name for line in case.lines]
    goods = names[0] + (f" и ещё {len(names) - 1}" if len(names) > 1 else "") if names else ""
    return {
        "id": case.deal.ext_id, "client": client.name, "surname": tidy_name(client.last_name) or client.name, "goods": goods,
        "source": case.source,
    }  # fmt: skip


def _contacts(case: OrderCase) -> tuple[Action, ...]:
    client = case.client
    if client is None or case.bases.get(CONTACTS) == client.ext_id:
        return ()
    phones = {entry: tidy for entry, phone in client.phones.items() if (tidy := tidy_phone(phone)) != phone}
    first, last = (tidy if (tidy := tidy_name(name)) != name else "" for name in (client.first_name, client.last_name))
    if not (phones or first or last):
        return ()
    return (Action(
        "client.contacts", case.subject, client.ext_id,
        {"client": client.ext_id, "first_name": first, "last_name": last, "phones": phones},
        reason=f"Приводим в порядок карточку клиента {quoted(client.name)}: имя и телефоны.",
        before=", ".join((client.name, *client.phones.values())),
        after=", ".join((*(each for each in (first, last) if each), *phones.values())),
        settles=((CONTACTS, client.ext_id),),
    ),)  # fmt: skip


def _address(case: OrderCase) -> tuple[Action, ...]:
    address = case.deal.custom(ADDRESS)
    tidy = tidy_address(address)
    if not address or tidy == address or ADDRESS in case.bases:
        return ()
    return (set_field(case, ADDRESS, tidy, f"Сделка {quoted(case.deal.title)}: приводим в порядок адрес доставки."),)
