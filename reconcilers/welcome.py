"""Whom to welcome: who became a client a short while ago.

Rules
- A contact whose first deal came into a funnel of sales, once for ever; not one whose deal was loaded from another program, nor one whose
  deal is older than the company's cut-off.
- In the company's working hours, within two days; whom nobody welcomed by then is no newcomer any more.
- All welcomes of a day together cost no more than the company has said; who would cost more waits for the next working day, so that the
  first to come is the first to be welcomed. What counts is what the SMS would cost, whichever channel carries it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sverka.domain import hours
from sverka.domain.contacts import name_or_nothing
from sverka.domain.messaging.facts import Welcome
from sverka.domain.messaging.kinds import KIND_BY_NAME, WELCOME
from sverka.domain.messaging.wishes import WelcomeRule, Wish
from sverka.domain.policy import Policy
from sverka.domain.rows import Client, Deal
from sverka.domain.russian import quoted

_NOTHING = timedelta(0)


@dataclass(frozen=True)
class Newcomer:
    """A contact with the first deal. price_kopecks: of welcoming them by SMS, 0 for who was welcomed or cannot be.

    manager: the CRM's user who answers for the client.
    """

    client: Client
    deal: Deal
    price_kopecks: int
    manager: str
    manager_name: str


def is_new(deal: Deal, policy: Policy, now: datetime) -> bool:
    """Whether somebody whose first deal this is became a client lately, and by themselves."""
    is_loaded = bool(deal.originator_id) and not deal.origin_id.startswith("shop:")
    return (
        not is_loaded
        and deal.created_at >= policy.history_cutoff
        and now - deal.created_at < KIND_BY_NAME[WELCOME].useful
    )


def facts(client: Client, policy: Policy, manager_name: str) -> Welcome:
    """Return what a welcome is written from."""
    return Welcome(company=policy.title, name=name_or_nothing(client.first_name), manager=manager_name)


def wishes(
    newcomers: Sequence[Newcomer], policy: Policy, rule: WelcomeRule, spent_kopecks: int, now: datetime
) -> list[Wish]:
    """Return the welcomes that are due. spent_kopecks: what today's have cost so far."""
    found = []
    for each in sorted(newcomers, key=lambda each: (each.deal.created_at, each.deal.ext_id)):
        is_too_dear = each.price_kopecks > 0 and spent_kopecks + each.price_kopecks > rule.kopecks_a_day
        spent_kopecks += 0 if is_too_dear else each.price_kopecks
        found.append(_wish(each, policy, now, is_too_dear=is_too_dear))
    return found


def _wish(each: Newcomer, policy: Policy, now: datetime, *, is_too_dear: bool) -> Wish:
    kind = KIND_BY_NAME[WELCOME]
    opens = hours.after(policy.hours, policy.zone, each.deal.created_at, _NOTHING)
    if is_too_dear:
        midnight = datetime.combine(
            now.astimezone(policy.zone).date() + timedelta(days=1), datetime.min.time(), policy.zone
        )
        opens = hours.after(policy.hours, policy.zone, midnight, _NOTHING)
    return Wish(
        kind, each.client.ext_id, each.client.ext_id, "welcome", facts(each.client, policy, each.manager_name).as_json(),
        max(opens, _when_people_work(policy, now)), each.deal.created_at + kind.useful,
        reason=f"{quoted(each.client.name)} у нас впервые: приветствуем.", waits_for="budget" if is_too_dear else "",
        manager=each.manager,
    )  # fmt: skip


def _when_people_work(policy: Policy, now: datetime) -> datetime:
    """Return when people begin to work again, or the beginning of time while they do."""
    opens = hours.after(policy.hours, policy.zone, now, _NOTHING)
    return opens if opens > now else datetime.min.replace(tzinfo=UTC)
