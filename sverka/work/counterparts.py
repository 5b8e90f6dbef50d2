"""Counterparts that deals need and that are not known yet: looked for among the rows of the mirror, and only for those deals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from reconcilers import bindings as matching
from sverka.domain.plan import Bind, Plan
from sverka.domain.rows import Client, Deal, DealLine, Employee, Good, LedgerOrder, Partner, Product, Row, User
from sverka.store import bindings, findings, mirror
from sverka.store.engine import Transaction
from sverka.work.desk import Desk, Look

_R = TypeVar("_R", bound=Row)
Alike = Mapping[str, tuple[Partner, ...]]
"""Client → the partners who may be them."""


def client_key(deal: Deal) -> str:
    """Return the client's key in the mirror: the company, else the contact, else ""."""
    return f"client:{deal.company_id}" if deal.company_id else f"contact:{deal.contact_id}" if deal.contact_id else ""


def match(tx: Transaction, desk: Desk, deal_ids: Sequence[str], look: Look) -> tuple[Plan, Alike]:
    """Look for the counterparts that the deals need. Return the bindings that follow, and the clients about whom a person must be asked."""
    deals = mirror.by_ids(tx, desk.company, Deal, deal_ids)
    unbound = [
        deal for deal in deals.values() if deal.ext_id not in bindings.rights(tx, desk.company, "order", list(deals))
    ]
    wanting = [
        deal
        for deal in deals.values()
        if (stage := look.stage_of(desk.policy, deal.stage_id)[0]) and stage.requires_order
    ]
    clients, partners = _people(tx, desk, {client_key(deal) for deal in wanting} - {""})
    products, goods = _things(tx, desk, [deal.ext_id for deal in wanting])
    candidates = matching.Candidates(
        deals=unbound,
        orders=mirror.where(tx, desk.company, LedgerOrder, deal_mark=tuple(deal.ext_id for deal in unbound), deleted=False),
        clients=clients, partners=partners, products=products, goods=goods,
        users=_unbound(tx, desk, "person", mirror.where(tx, desk.company, User)),
        employees=mirror.where(tx, desk.company, Employee, deleted=False),
    )  # fmt: skip
    told = tuple(_told(tx, desk, deals, candidates, look))
    plan = matching.decide(replace(candidates, taken=_taken(tx, desk, candidates), told=told))
    return plan, _alike(tx, desk, clients, plan)


def subjects_of(matched: Plan) -> tuple[str, ...]:
    """Return the subjects that a matching looked at: what was asked about them before is answered by what it found now."""
    bound = (
        f"deal:{bind.left}"
        if bind.kind == "order"
        else bind.left
        if bind.kind == "client"
        else f"{bind.kind}:{bind.left}"
        for bind in matched.binds
    )
    return (*(finding.subject for finding in matched.findings), *bound)


def _people(tx: Transaction, desk: Desk, client_keys: Iterable[str]) -> tuple[list[Client], list[Partner]]:
    """Return unbound clients among the wanted, all unbound namesakes of theirs, and partners with their names or marks."""
    wanted = _unbound(tx, desk, "client", list(mirror.by_ids(tx, desk.company, Client, sorted(client_keys)).values()))
    names = tuple(sorted({client.name for client in wanted} - {""}))
    namesakes = _unbound(tx, desk, "client", mirror.where(tx, desk.company, Client, name=names))
    clients = {client.ext_id: client for client in [*wanted, *namesakes]}
    partners = [
        *mirror.where(tx, desk.company, Partner, name=names, deleted=False),
        *mirror.where(tx, desk.company, Partner, client_mark=tuple(clients), deleted=False),
    ]
    return list(clients.values()), list({partner.ext_id: partner for partner in partners}.values())


def _things(tx: Transaction, desk: Desk, deal_ids: Sequence[str]) -> tuple[list[Product], list[Good]]:
    lines = mirror.where(tx, desk.company, DealLine, deal_id=tuple(deal_ids))
    ids = sorted({line.product_id for line in lines} - {""})
    wanted = _unbound(tx, desk, "product", list(mirror.by_ids(tx, desk.company, Product, ids).values()))
    articles = tuple(sorted({product.article for product in wanted} - {""}))
    names = tuple(sorted({product.name for product in wanted if not product.article} - {""}))
    products = {
        row.ext_id: row
        for row in [*wanted, *_unbound(tx, desk, "product", mirror.where(tx, desk.company, Product, article=articles))]
    }
    goods = [
        *mirror.where(tx, desk.company, Good, article=articles, deleted=False),
        *mirror.where(tx, desk.company, Good, name=names, article="", deleted=False),
    ]
    return list(products.values()), list({good.ext_id: good for good in goods}.values())


def _unbound(tx: Transaction, desk: Desk, kind: str, rows: Sequence[_R]) -> list[_R]:
    bound = bindings.rights(tx, desk.company, kind, [row.ext_id for row in rows])
    return [row for row in rows if row.ext_id not in bound]


def _taken(tx: Transaction, desk: Desk, found: matching.Candidates) -> dict[str, frozenset[str]]:
    rights: dict[str, Sequence[Row]] = {
        "order": found.orders,
        "client": found.partners,
        "product": found.goods,
        "person": found.employees,
    }
    return {
        kind: frozenset(bindings.lefts(tx, desk.company, kind, [row.ext_id for row in rows]))
        for kind, rows in rights.items()
    }


def _alike(tx: Transaction, desk: Desk, clients: Sequence[Client], plan: Plan) -> Alike:
    bound = {bind.left for bind in plan.binds if bind.kind == "client"}
    lonely = [client for client in clients if client.ext_id not in bound]
    if not lonely:
        return {}
    return matching.alike(lonely, mirror.where(tx, desk.company, Partner, deleted=False))


_RIGHTS: Mapping[str, type[Row]] = {"order": LedgerOrder, "client": Partner, "product": Good, "person": Employee}
"""What a binding of a kind leads to; an answer that names something else is passed over, and the question stays."""


def _told(
    tx: Transaction, desk: Desk, deals: Mapping[str, Deal], found: matching.Candidates, look: Look
) -> Iterable[Bind]:
    """Yield what people answered with `bind:ID` to questions about counterparts."""
    asked = {f"deal:{deal.ext_id}": deal for deal in deals.values()}
    others = (
        [f"product:{row.ext_id}" for row in found.products]
        + [f"person:{row.ext_id}" for row in found.users]
        + [row.ext_id for row in found.clients]
    )
    for key, answer in findings.answers(tx, desk.company, [*asked, *others], look.now).items():
        _, subject, aspect = key.split("|", 2)
        if answer.choice.startswith("bind:"):
            kind = "client" if aspect == "client" else aspect.removeprefix("bind ")
            left = (
                client_key(asked[subject])
                if aspect == "client"
                else subject
                if kind == "client"
                else subject.partition(":")[2]
            )
            right = answer.choice.removeprefix("bind:")
            if mirror.by_ids(tx, desk.company, _RIGHTS[kind], [right]):
                yield Bind(kind, left, right, "T9")
