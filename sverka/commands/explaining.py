"""`sverka explain`: how a deal stands, what was done about it and why, what waits for whom."""

from __future__ import annotations

import json
from typing import Any

import click

from sverka.app import App
from sverka.domain.actions import Subject
from sverka.domain.effects import Effect
from sverka.domain.money import roubles
from sverka.domain.rows import Deal, LedgerOrder, LedgerOrderLine, Partner, Reserve
from sverka.settings import SettingsError
from sverka.store import bindings, findings, mirror, outbox
from sverka.store.engine import Transaction

SEVERAL, NOT_FOUND = 2, 2
_KINDS = ("deal", "order")


def explain(app: App, text: str, *, as_json: bool) -> int:
    """Explain a subject; several matches are listed and nothing is explained."""
    subject = _parse(text)
    companies = [company.name for company in app.chosen(subject.company or None)]
    with app.store.reading() as tx:
        found = [each for company in companies for each in _find(tx, company, subject)]
        if len(found) != 1:
            click.echo(_ambiguous(text, found), err=True)
            return SEVERAL
        story = _story(tx, *found[0])
    click.echo(json.dumps(story, ensure_ascii=False) if as_json else _told(story))
    return 0


def _parse(text: str) -> Subject:
    try:
        subject = Subject.parse(text)
    except ValueError as error:
        raise SettingsError([str(error)]) from error
    if subject.kind not in _KINDS:
        raise SettingsError([f"«{subject.kind}» cannot be explained; there are: {', '.join(_KINDS)}"])
    return subject


def _find(tx: Transaction, company: str, subject: Subject) -> list[tuple[str, Deal]]:
    """Return the deals that a subject names; an order is found by its number and explained through its deal."""
    if subject.kind == "deal":
        return [(company, deal) for deal in mirror.by_ids(tx, company, Deal, [subject.ext_id]).values()]
    orders = mirror.where(tx, company, LedgerOrder, number=subject.ext_id)
    deals = bindings.lefts(tx, company, "order", [order.ext_id for order in orders])
    return [(company, deal) for deal in mirror.by_ids(tx, company, Deal, list(deals.values())).values()]


def _ambiguous(text: str, found: list[tuple[str, Deal]]) -> str:
    if not found:
        return (
            f"«{text}» is not in the mirror; `sverka run agreement` reads what changed, `sverka run sweep` everything"
        )
    return "several match; name the company:\n" + "\n".join(
        f"  {company}/deal:{deal.ext_id}  {deal.title}" for company, deal in found
    )


def _story(tx: Transaction, company: str, deal: Deal) -> dict[str, Any]:
    subject = f"deal:{deal.ext_id}"
    effects = outbox.listing(tx, company, subject=subject)
    return {
        "company": company, "subject": subject, "title": deal.title, "sum": roubles(deal.opportunity_kopecks), "branch": deal.branch,
        "order": _order(tx, company, deal),
        "effects": [_effect(row) for row in reversed(effects)],
        "findings": [
            {"id": row.id, "text": row.finding.text, "asks": row.finding.asks, "since": row.first_at.isoformat(timespec="seconds")}
            for row in findings.open_items(tx, company) if row.finding.subject == subject
        ],
    }  # fmt: skip


def _effect(row: Effect) -> dict[str, Any]:
    return {
        "id": row.id, "kind": row.kind, "state": str(row.state), "reason": row.reason, "detail": row.detail,
        "at": row.planned_at.isoformat(timespec="seconds"), "evidence": list(row.evidence),
    }  # fmt: skip


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


def _told(story: dict[str, Any]) -> str:
    order = story["order"]
    lines = [
        f"{story['company']}/{story['subject']} «{story['title']}», {story['sum']} RUB, branch {story['branch'] or 'not named'}"
    ]
    if order is None:
        lines.append("  no order in the ledger")
    else:
        lines.append(f"  order № {order['number']} of {order['partner']}: {order['lines']} lines, {order['sum']} RUB")
        lines += [f"  reserve {each['id']}: {'held' if each['held'] else 'let go'}" for each in order["reserves"]]
    lines += [
        f"  {effect['at']}  {effect['state']:<9} {effect['kind']}: {effect['reason']}" for effect in story["effects"]
    ]
    lines += [
        f"  {'asks' if finding['asks'] else 'told'} since {finding['since']}: {finding['text']}"
        for finding in story["findings"]
    ]
    return "\n".join(lines)
