"""What the world holds, and how that differs from a world in which nothing went wrong.

The emulators' own records are the judge: every effect that they accepted, and what stands in them at the end. What the worker believes
is asked for one thing only: of which letters it says that nobody can know.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.serve import Sandbox
from tests.e2e.month.view import OrderView, Paper, View, look
from tests.e2e.town import COMPANY

Counts = Counter[Any]


@dataclass(frozen=True)
class World:
    """What was done to the systems, and how they stand. letters: by (recipient, Message-ID), to how many letters they belong."""

    done: Counts
    stands: Mapping[str, Counts]
    letters: Counts
    clients_letters: Counts
    messages: Counts
    """By phone, whichever channel carried them."""


@dataclass(frozen=True)
class Verdict:
    """How a schedule ended against an undisturbed one. unknown: what the worker says nobody can know."""

    lost: Counts
    doubled: Counts
    differences: tuple[str, ...]
    unknown: int

    @property
    def is_right(self) -> bool:
        """Whether nothing was lost and nothing done twice."""
        return not self.lost and not self.doubled and not self.differences


def world(sandbox: Sandbox) -> World:
    """Read what the emulators hold and what they recorded of the worker."""
    effects = [row for row in sandbox.world.journal.effects if row["by"] == "worker"]
    mail = [row["payload"] for row in effects if row["system"] == "mail"]
    return World(
        Counter(
            (row["system"], row["kind"])
            for row in effects
            if row["system"] not in _TO_PEOPLE and row["kind"] != _NOTICE
        ),
        _stands(sandbox, look(sandbox)),
        Counter((letter["to"][0], letter["headers"]["Message-ID"]) for letter in mail if _is_ours(letter)),
        Counter((letter["to"][0], letter["headers"]["Message-ID"]) for letter in mail if not _is_ours(letter)),
        Counter(row["payload"]["phone"].lstrip("+") for row in effects if row["kind"] in _MESSAGES),
    )


def judge(ended: World, wanted: World, unknown: int) -> Verdict:
    """Compare. A letter to a colleague may come twice as the same letter; one to a client may be missing if it is said to be unknown."""
    missing = wanted.clients_letters - ended.clients_letters
    lost = (
        wanted.done
        - ended.done
        + Counter(set(wanted.letters) - set(ended.letters))
        + (wanted.messages - ended.messages)
    )
    if unknown:  # the note in the timeline goes with the letter
        del lost["bitrix24", "crm.timeline.comment.add"]
    if missing.total() > unknown:
        lost += missing
    doubled = ended.done - wanted.done + (ended.clients_letters - wanted.clients_letters)
    doubled += Counter(set(ended.letters) - set(wanted.letters)) + (ended.messages - wanted.messages)
    differences = [
        f"{what}: {sign} {count} × {thing}"
        for what, things in wanted.stands.items() if not (unknown and what in _GO_WITH_A_LETTER)
        for sign, rest in (("missing", things - ended.stands[what]), ("too much", ended.stands[what] - things))
        for thing, count in rest.items()
    ]  # fmt: skip
    if unknown > wanted.clients_letters.total():  # of anything else the contracts leave a way to know
        differences.append(f"unknown: {unknown}")
    return Verdict(lost, doubled, tuple(differences), unknown)


_TO_PEOPLE = ("mail", "green_api", "smsc")
_MESSAGES = ("sendMessage", "POST send")
_NOTICE = "im.notify.personal.add"
"""Sent again it takes the place of the first, by its tag; what people see is judged by the notices that stand."""
_GO_WITH_A_LETTER = ("comments", "todos", "tasks")


def _is_ours(letter: Mapping[str, Any]) -> bool:
    return bool(letter["to"][0].endswith("fary.example"))


def _stands(sandbox: Sandbox, view: View) -> dict[str, Counts]:
    portal = sandbox.world.companies[COMPANY].emulators["bitrix24"].state
    numbers = {order.number for order in view.orders.values()}
    return {
        "deals": Counter(
            (deal.funnel, deal.stage, deal.client, deal.branch, deal.origin, _items(deal.lines), _fields(deal.fields, numbers))
            for deal in view.deals.values()
        ),
        "orders": Counter(_order(order) for order in view.orders.values()),
        "shop": Counter((order.id, order.cancelled, order.paid, len(order.deals), _items(order.lines)) for order in view.shop.values()),
        "stock": Counter(view.stock.items()),
        "tasks": Counter((task["TITLE"], task["STATUS"], task["RESPONSIBLE_ID"]) for task in view.tasks),
        "todos": Counter((row["SUBJECT"], row["COMPLETED"], row["OWNER_ID"]) for row in view.todos),
        "partners": Counter(view.partners),
        "contacts": Counter((row.get("NAME"), row.get("LAST_NAME")) for row in view.contacts),
        "notices": Counter((row["USER_ID"], row["MESSAGE"]) for row in portal.notifications),
        "comments": Counter(row["ENTITY_ID"] for row in portal.comments),
    }  # fmt: skip


def _order(order: OrderView) -> tuple[Any, ...]:
    papers = [tuple(sorted(map(_paper, papers))) for papers in (order.reserves, order.shipments)]
    return (order.deal, order.status, _items(order.lines), *papers, order.bank, order.cash)


def _paper(paper: Paper) -> tuple[Any, ...]:
    return paper.deal, paper.store, paper.held, _items(paper.goods), bool(paper.uses)


def _items(amounts: Mapping[Any, int]) -> tuple[Any, ...]:
    return tuple(sorted(amounts.items()))


def _fields(fields: Mapping[str, Any], numbers: set[str]) -> tuple[Any, ...]:
    """Return the filled fields of a card; the number of an order says only that there is one, for orders may be made in another order."""
    return tuple(sorted((key, "№" if value in numbers else str(value)) for key, value in fields.items() if value))
