"""What the daily letters tell of 1C's books: who owes, what came, and what is decided of everybody at this moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from reconcilers import counterparties
from sverka.domain.account_rows import Counterparty, Debt, Receipt
from sverka.domain.digest_receivables import Books, Came, Case
from sverka.domain.digest_values import DealLink
from sverka.domain.dunning.decision import Decision
from sverka.domain.dunning.freshness import read_through
from sverka.domain.dunning.standing import Standing, stand
from sverka.domain.rows import Requisite, User
from sverka.domain.tally import Tally
from sverka.messages.masking import shown, title
from sverka.store import findings, mirror
from sverka.store.engine import Transaction
from sverka.work.debtors import Debtor, debtors, freshness, paid_on
from sverka.work.desk import Desk
from sverka.work.dunning import decided

_ROUBLES = "RUB"


def read(desk: Desk, now: datetime) -> Books | None:
    """Read the books. now: business time, in the company's zone. None for a company that chases no debts by 1C."""
    rule = desk.policy.dunning
    if rule is None or desk.accounts is None:
        return None
    every, known = debtors(desk, now), freshness(desk, now)
    decisions = {debtor.customer.key: decision for debtor, decision in decided(desk, every, rule, now)}
    standings = {key: decision.standing for key, decision in decisions.items()}
    lagging = [each.customer for each in every if each.customer.key not in decisions]
    standings |= {customer.key: stand(customer, known, rule.settings, now) for customer in lagging}
    with desk.store.reading() as tx:
        names = {user.ext_id: shown(user.name) for user in mirror.where(tx, desk.company, User)}
        parties = mirror.where(tx, desk.company, Counterparty, deleted=False)
        whose = counterparties.whose(mirror.where(tx, desk.company, Requisite), parties)
        read_at = known.shipments_read_at
        return Books(
            now.date(), desk.policy.zone, read_at.astimezone(desk.policy.zone) if read_at else None, read_through(known),
            tuple(_case(desk, each, decisions.get(each.customer.key), standings[each.customer.key], names) for each in every),
            tuple(_money(tx, desk, whose)), _strangers(tx, desk, whose), tuple(_to_fill(tx, desk)),
        )  # fmt: skip


def _case(desk: Desk, debtor: Debtor, decision: Decision | None, standing: Standing, names: Mapping[str, str]) -> Case:
    client = debtor.client
    card = DealLink(title(client.name), desk.portal.client_url(client.ext_id))
    return Case(card, debtor.customer, standing, decision, client.responsible_id, names.get(client.responsible_id, ""))


def _money(tx: Transaction, desk: Desk, whose: Mapping[str, str]) -> Iterator[Came]:
    """Yield what the bank has, whoever paid it."""
    for each in mirror.where(tx, desk.company, Receipt, is_cleared=True, deleted=False):
        day = paid_on(each, desk.policy.zone)
        if day is not None and each.currency == _ROUBLES:
            yield Came(day, each.sum_kopecks, whose.get(each.counterparty_id, ""))


def _strangers(tx: Transaction, desk: Desk, whose: Mapping[str, str]) -> Tally:
    """Count the counterparties that owe and are nobody's in the CRM."""
    owed = [
        each
        for each in mirror.where(tx, desk.company, Debt, currency=_ROUBLES)
        if each.counterparty_id not in whose and each.residual_kopecks > 0
    ]
    return Tally(len({each.counterparty_id for each in owed}), sum(each.residual_kopecks for each in owed))


def _to_fill(tx: Transaction, desk: Desk) -> Iterator[str]:
    for each in findings.open_items(tx, desk.company):
        if each.finding.kind == "missing" and each.finding.subject.startswith("counterparty:"):
            yield shown(each.finding.text)
