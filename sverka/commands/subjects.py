"""What is known of a subject that `sverka explain` is asked about: how it stands, what was done about it and why, what waits for whom.

`KINDS` is the written list of those that lie in the store. How they are named and printed does not belong here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sverka.commands import told
from sverka.commands.showing import moment
from sverka.domain.effects import Effect
from sverka.domain.messaging.wishes import subject_of
from sverka.domain.money import roubles
from sverka.domain.rows import Client, Deal, LedgerOrder, LedgerOrderLine, Partner, Reserve
from sverka.domain.shipping import WAY_OUT
from sverka.store import addresses, bindings, findings, mirror, outbox
from sverka.store.engine import Transaction
from sverka.work.recipients import addresses_of

_EVERY_EFFECT = 1_000_000
_LETTERS = "letter."


@dataclass(frozen=True)
class Known:
    """A subject with what is known of it: `facts` for programs, `lines` the same for people."""

    company: str
    name: str
    """kind:id, without the company."""
    title: str
    facts: Mapping[str, Any]
    lines: tuple[str, ...]
    aside: str = ""
    """What people read beside the title."""

    def as_json(self) -> dict[str, Any]:
        """Return the shape that `sverka explain --json` prints."""
        return {"company": self.company, "subject": self.name, "title": self.title, **self.facts}

    def as_text(self) -> str:
        """Return the head and its lines."""
        head = ", ".join(filter(None, [f"{self.company}/{self.name} «{self.title}»", self.aside]))
        return "\n".join([head, *(f"  {line}".rstrip() for line in self.lines)])


def deals(tx: Transaction, company: str, ext_id: str) -> list[Known]:
    """Return the deal with this id of the CRM."""
    return [_deal(tx, company, deal) for deal in mirror.by_ids(tx, company, Deal, [ext_id]).values()]


def orders(tx: Transaction, company: str, number: str) -> list[Known]:
    """Return the deals of the orders with this number of the ledger: an order is explained through its deal."""
    found = mirror.where(tx, company, LedgerOrder, number=number)
    bound = bindings.lefts(tx, company, "order", [order.ext_id for order in found])
    return [_deal(tx, company, deal) for deal in mirror.by_ids(tx, company, Deal, list(bound.values())).values()]


def companies(tx: Transaction, company: str, ext_id: str) -> list[Known]:
    """Return the company of the CRM with this id."""
    return _clients(tx, company, f"client:{ext_id}", mirror.where(tx, company, Deal, company_id=ext_id))


def contacts(tx: Transaction, company: str, ext_id: str) -> list[Known]:
    """Return the contact of the CRM with this id."""
    return _clients(tx, company, f"contact:{ext_id}", mirror.where(tx, company, Deal, contact_id=ext_id))


def letters(tx: Transaction, company: str, number: str) -> list[Known]:
    """Return the letter to a colleague with this number in the outbox."""
    rows = outbox.listing(tx, company, limit=_EVERY_EFFECT)
    return [_letter(row) for row in rows if str(row.id) == number and row.kind.startswith(_LETTERS)]


def messages(tx: Transaction, company: str, number: str) -> list[Known]:
    """Return the message to a client with this number, sent or not."""
    found = told.one(tx, company, number)
    if found is None:
        return []
    row, facts, lines = found
    return [Known(company, f"message:{row.id}", f"{row.kind} {row.occasion}", facts, tuple(lines))]


KINDS: Mapping[str, Callable[[Transaction, str, str], list[Known]]] = {
    "deal": deals,
    "order": orders,
    "client": companies,
    "contact": contacts,
    "letter": letters,
    "message": messages,
}


def _deal(tx: Transaction, company: str, deal: Deal) -> Known:
    name = f"deal:{deal.ext_id}"
    order = _order(tx, company, deal)
    history, lines = _history(tx, company, name)
    worth = roubles(deal.opportunity_kopecks)
    facts = {"sum": worth, "branch": deal.branch, "order": order, **history}
    aside = f"{worth} RUB, branch {deal.branch or 'not named'}"
    return Known(company, name, deal.title, facts, (*_order_lines(order), *lines), aside)


def _order(tx: Transaction, company: str, deal: Deal) -> dict[str, Any] | None:
    order_id = bindings.rights(tx, company, "order", [deal.ext_id]).get(deal.ext_id, "")
    order = mirror.by_ids(tx, company, LedgerOrder, [order_id]).get(order_id)
    if order is None:
        return None
    partner = mirror.by_ids(tx, company, Partner, [order.partner_id]).get(order.partner_id)
    reserves = mirror.where(tx, company, Reserve, order_id=order_id, deleted=False)
    return {
        "id": order.ext_id, "number": order.number, "sum": roubles(order.sum_kopecks), "partner": partner.name if partner else "",
        "lines": len(mirror.where(tx, company, LedgerOrderLine, order_id=order_id, deleted=False)),
        "reserves": [{"id": row.ext_id, "held": row.held} for row in reserves],
    }  # fmt: skip


def _order_lines(order: Mapping[str, Any] | None) -> list[str]:
    if order is None:
        return ["no order in the ledger"]
    lines = f"{order['lines']} line{'' if order['lines'] == 1 else 's'}"
    return [
        f"order № {order['number']} of {order['partner']}: {lines}, {order['sum']} RUB",
        *(f"reserve {each['id']}: {'held' if each['held'] else 'let go'}" for each in order["reserves"]),
    ]


def _clients(tx: Transaction, company: str, name: str, theirs: Iterable[Deal]) -> list[Known]:
    found = mirror.by_ids(tx, company, Client, [name])
    return [_client(tx, company, client, list(theirs)) for client in found.values()]


def _client(tx: Transaction, company: str, client: Client, theirs: list[Deal]) -> Known:
    partner_id = bindings.rights(tx, company, "client", [client.ext_id]).get(client.ext_id, "")
    partner = mirror.by_ids(tx, company, Partner, [partner_id]).get(partner_id)
    deals_shown = [
        {"id": deal.ext_id, "title": deal.title, "sum": roubles(deal.opportunity_kopecks)} for deal in theirs
    ]
    history, lines = _history(tx, company, client.ext_id)
    silences = addresses.silences(tx, company, filter(None, addresses_of(client)))
    facts = {
        "trusted": client.trusted, "write_to": client.write_to, "hold": client.hold,
        "partner": {"id": partner.ext_id, "name": partner.name} if partner else None, "deals": deals_shown, **history,
    }  # fmt: skip
    lines = [
        *([f"is written to: {client.write_to}"] if client.write_to else []),
        *([f"shipping to them: {client.hold}"] if client.hold else []),
        *(
            f"asked not to be written to at {each.address} ({each.scope}) since {moment(each.since)}"
            for each in silences
        ),
        f"partner {partner.ext_id} of the ledger: {partner.name}" if partner else "no partner in the ledger",
        *(f"deal:{each['id']} «{each['title']}», {each['sum']} RUB" for each in deals_shown),
        *lines,
    ]
    return Known(company, client.ext_id, client.name, facts, tuple(lines), "trusted" if client.trusted else "")


def _letter(row: Effect) -> Known:
    letter, at = row.payload, moment(row.planned_at)
    facts = {
        "kind": row.kind, "to": letter["to"], "to_name": letter["to_name"], "state": str(row.state), "detail": row.detail,
        "at": at, "text": letter["text"],
    }  # fmt: skip
    lines = [
        f"to {letter['to_name']} <{letter['to']}>",
        f"{at}  {row.state} {row.detail}".rstrip(),
        "",
        *letter["text"].splitlines(),
    ]
    return Known(row.company, f"letter:{row.id}", letter["subject"], facts, tuple(lines))


def _history(tx: Transaction, company: str, name: str) -> tuple[dict[str, Any], list[str]]:
    """Return what was done and found about a subject, for programs and for people."""
    of_it = (
        *outbox.listing(tx, company, subject=name),
        *outbox.listing(tx, company, subject=subject_of(name, WAY_OUT)),
    )
    effects = sorted(of_it, key=lambda row: row.id)
    messages, told_lines = told.about(tx, company, name)
    found = [row for row in findings.open_items(tx, company) if row.finding.subject == name]
    facts = {
        "effects": [_effect(row) for row in effects],
        "messages": messages,
        "findings": [
            {"id": row.id, "text": row.finding.text, "asks": row.finding.asks, "since": moment(row.first_at)}
            for row in found
        ],
    }
    lines = [f"{moment(row.planned_at)}  {row.state:<9} {row.kind}: {row.reason}" for row in effects]
    lines += told_lines
    lines += [
        f"{'asks' if row.finding.asks else 'told'} since {moment(row.first_at)}, finding {row.id}: {row.finding.text}"
        for row in found
    ]
    return facts, lines


def _effect(row: Effect) -> dict[str, Any]:
    return {
        "id": row.id, "kind": row.kind, "state": str(row.state), "reason": row.reason, "detail": row.detail,
        "at": moment(row.planned_at), "evidence": list(row.evidence),
    }  # fmt: skip
