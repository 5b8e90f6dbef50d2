"""Counterparties of 1C beside the cards of the CRM, put together for their rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from reconcilers import counterparties as rules
from reconcilers.counterparties import CounterpartyCase
from sverka.domain.account_rows import Contract, Counterparty, Debt, Terms
from sverka.domain.plan import Plan, Skip, union
from sverka.domain.rows import Client, Requisite
from sverka.store import mirror
from sverka.work.desk import Desk, Look
from sverka.work.names import staff

_NEEDED = frozenset({"clients", "requisites", "counterparties", "contracts", "terms", "debts"})
"""Readings without which nobody can say that a customer has no card."""


def plan(desk: Desk, look: Look) -> Plan:
    """Return what brings the customers of 1C into the CRM, and their terms onto their cards."""
    if desk.accounts is None:
        return Plan()
    if look.incomplete & _NEEDED:
        return Plan(skips=(Skip("source:onec", "incomplete_read"),))
    fields = frozenset(look.directory.layout.get("company", {}))
    return union(rules.decide(case, fields) for case in _cases(desk))


def _cases(desk: Desk) -> list[CounterpartyCase]:
    with desk.store.reading() as tx:
        parties = mirror.where(tx, desk.company, Counterparty, deleted=False)
        requisites = mirror.where(tx, desk.company, Requisite)
        contracts = _by_party(mirror.where(tx, desk.company, Contract, deleted=False))
        terms = mirror.where(tx, desk.company, Terms, deleted=False)
        owing = {row.counterparty_id for row in mirror.where(tx, desk.company, Debt)}
        responsible = staff(tx, desk).by_email(desk.policy.duties.get("questions", ""))
        clients = rules.whose(requisites, parties)
        cards = mirror.by_ids(tx, desk.company, Client, clients.values())
    unsure, agreed = rules.ambiguous(requisites, parties), _agreed(terms)
    found = []
    for each in parties:
        theirs = agreed.get(each.ext_id, agreed.get(each.partner_id, ()))
        found.append(
            CounterpartyCase(
                each, cards.get(clients.get(each.ext_id, "")), contracts.get(each.ext_id, ()), theirs,
                each.ext_id in unsure, each.ext_id in owing, responsible,
            )
        )  # fmt: skip
    return found


def _by_party(contracts: Iterable[Contract]) -> Mapping[str, list[Contract]]:
    found: defaultdict[str, list[Contract]] = defaultdict(list)
    for each in contracts:
        found[each.counterparty_id].append(each)
    return found


def _agreed(terms: Iterable[Terms]) -> Mapping[str, list[Terms]]:
    """Return agreements by the counterparty that they name, those that name none by their partner."""
    found: defaultdict[str, list[Terms]] = defaultdict(list)
    for each in terms:
        if owner := each.counterparty_id or each.partner_id:
            found[owner].append(each)
    return found
