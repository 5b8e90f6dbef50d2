"""Counterparts that deals need and that are not known yet: looked for among the rows of the mirror, and only for those deals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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


@dataclass(frozen=True)
class Matched:
    """What a matching came to. looked_at: subjects whose questions are answered by what was found now, or not found any more."""

    plan: Plan
    alike: Alike
    looked_at: tuple[str, ...]


def match(tx: Transaction, desk: Desk, deal_ids: Sequence[str], look: Look) -> Matched:
    """Look for the counterparts that the deals need."""
    deals = mirror.by_ids(tx, desk.company, Deal, deal_ids)
    bound = bindings.rights(tx, desk.company, "order", list(deals))
    unbound = [deal for deal in deals.values() if deal.ext_id not in bound]
    stages = {deal.ext_id: look.stage_of(desk.policy, deal.stage_id)[0] for deal in deals.values()}
    wanting = [deal for deal in deals.values() if (stage := stages[deal.ext_id]) and stage.requires_order]
    showing = [deal for deal in deals.values() if (stage := stages[deal.ext_id]) and (stage.show or stage.keeps_order)]
    clients, partners = _people(tx, desk, {deal.client_key for deal in wanting} - {""})
    products, goods = _things(tx, desk, [deal.ext_id for deal in showing])
    candidates = matching.Candidates(
        deals=unbound,
        orders=mirror.where(tx, desk.company, LedgerOrder, deal_mark=tuple(deal.ext_id for deal in unbound), deleted=False),
        clients=clients, partners=partners, products=products, goods=goods,
        users=_unbound(tx, desk, "person", mirror.where(tx, desk.company, User)),
        employees=mirror.where(tx, desk.company, Employee, deleted=False),
    )  # fmt: skip
    told = tuple(_told(tx, desk, deals, candidates, look))
    plan = matching.decide(replace(candidates, taken=_taken(tx, desk, candidates), told=told))
    return Matched(plan, _alike(tx, desk, clients, plan), _asked_about(tx, desk))


def _asked_about(tx: Transaction, desk: Desk) -> tuple[str, ...]:
    """Return the counterparts about whom a question stands: what waits for an answer is looked at in each run."""
    subjects = {item.finding.subject for item in findings.open_items(tx, desk.company)}
    return tuple(sorted(subject for subject in subjects if subject.partition(":")[0] in _COUNTERPARTS))


_COUNTERPARTS = ("product", "client", "contact", "person")


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


def _living(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if not getattr(row, "deleted", False)]


def _unbound(tx: Transaction, desk: Desk, kind: str, rows: Sequence[_R]) -> list[_R]:
    """Return the rows without a living counterpart; a binding that leads to something deleted is retired on the way."""
    bound = bindings.rights(tx, desk.company, kind, [row.ext_id for row in rows])
    alive = {
        row.ext_id for row in _living(mirror.by_ids(tx, desk.company, _RIGHTS[kind], list(bound.values())).values())
    }
    for left, right in bound.items():
        if right not in alive:
            bindings.retire(tx, desk.company, kind, left, "sverka", f"{right} is gone from the ledger")
    return [row for row in rows if bound.get(row.ext_id) not in alive]


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
    """Yield what people answered with `bind:ID` to questions about counterparts; an answer that names nothing living is passed over."""
    lefts = {(f"deal:{deal.ext_id}", "client"): ("client", deal.client_key) for deal in deals.values()}
    lefts |= {(f"deal:{deal.ext_id}", "bind order"): ("order", deal.ext_id) for deal in deals.values()}
    lefts |= {(f"product:{row.ext_id}", "bind product"): ("product", row.ext_id) for row in found.products}
    lefts |= {(f"person:{row.ext_id}", "bind person"): ("person", row.ext_id) for row in found.users}
    lefts |= {(row.ext_id, "bind client"): ("client", row.ext_id) for row in found.clients}
    subjects = sorted({subject for subject, _ in lefts})
    for key, answer in findings.answers(tx, desk.company, subjects, look.now.astimezone(desk.policy.zone)).items():
        _, subject, aspect = key.split("|", 2)
        kind, left = lefts.get((subject, aspect), ("", ""))
        right = answer.choice.removeprefix("bind:")
        if (
            kind
            and right != answer.choice
            and _living(mirror.by_ids(tx, desk.company, _RIGHTS[kind], [right]).values())
        ):
            yield Bind(kind, left, right, "T9")
