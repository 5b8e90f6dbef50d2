"""The state table of a company: what a stage requires of the ledger, and where a fact of the ledger puts the deal.

It is data from the company's YAML, by the names that people see on the portal. `lint` proves that the two halves do not
contradict each other; its sentences are for the integrator who wrote the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

WON, LOST = "won", "lost"
FINAL_STAGES = (WON, LOST)

ORDER_WORDS = ("open", "work_opened", "work_closed", "closed", "cancelled_if_any")
"""What a stage may require of the order's status; the YAML's `order_statuses` names the status for each."""

ALLOWED_STATUSES: Mapping[str, tuple[str, ...]] = {
    "open": ("open", "work_opened"),
    "work_opened": ("work_opened",),
    "work_closed": ("work_closed", "closed"),
    "closed": ("closed",),
    "cancelled_if_any": ("cancelled",),
}
"""Statuses that satisfy a requirement: a work order that the master opened is still an order."""

FACT_WORDS: Mapping[str, tuple[str, ...]] = {
    "payment": ("full", "none"),
    "shipment": ("all", "none"),
    "work_order": ("opened", "closed"),
}

_DENIED_BY_FACT: Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]] = {
    ("shipment", "all"): {"reserve": ("all",), "order": ("cancelled_if_any",)},
    ("payment", "full"): {"order": ("cancelled_if_any",)},
    ("work_order", "opened"): {"order": ("work_closed", "closed", "cancelled_if_any")},
    ("work_order", "closed"): {"order": ("open", "work_opened", "cancelled_if_any")},
}
"""For a fact of the ledger: the requirements of a stage that cannot hold beside it."""


@dataclass(frozen=True)
class Stage:
    """One row of the table: what the ledger must hold while the deal stands here. None: nothing is required."""

    name: str
    order: str | None = None
    reserve: str | None = None
    shipment: str | None = None
    payment: str | None = None
    only: str | None = None
    """"trusted": the shipment is for trusted clients only; the order is required of everybody."""

    @property
    def requires_order(self) -> bool:
        """Whether an order must exist at this stage."""
        return self.order is not None and self.order != "cancelled_if_any"

    @property
    def requires_reserve(self) -> bool:
        """Whether goods must be held at this stage."""
        return self.reserve == "all"


@dataclass(frozen=True)
class Fact:
    """A state of the ledger that moves the deal from one of `origins` to `target`."""

    when: Mapping[str, str]
    origins: tuple[str, ...]
    target: str


@dataclass(frozen=True)
class Decision:
    """A field that a person fills in the deal, and what is done about it in the ledger."""

    field: str
    at: tuple[str, ...]
    do: tuple[str, ...]


@dataclass(frozen=True)
class Funnel:
    """A funnel with its stages in the order of the portal."""

    key: str
    name: str
    stages: tuple[Stage, ...]
    facts: tuple[Fact, ...] = ()
    decided: tuple[Decision, ...] = ()

    def stage(self, name: str) -> Stage | None:
        """Return the row of a stage by its name, `won` or `lost`; None if the table has no such stage."""
        return next((stage for stage in self.stages if stage.name == name), None)


@dataclass(frozen=True)
class StateTable:
    """All funnels of a company."""

    funnels: tuple[Funnel, ...] = field(default=())

    def funnel(self, name: str) -> Funnel | None:
        """Return a funnel by its name on the portal."""
        return next((funnel for funnel in self.funnels if funnel.name == name), None)

    def find(self, funnel_name: str, stage_name: str, semantics: str) -> Stage | None:
        """Return the row for a deal: final stages are found by their meaning (S, F), others by name."""
        funnel = self.funnel(funnel_name)
        final = {"S": WON, "F": LOST}.get(semantics)
        return funnel.stage(final or stage_name) if funnel else None


def lint(table: StateTable) -> list[str]:
    """Return every contradiction of the table as a sentence; an empty list means that it is sound."""
    return [sentence for funnel in table.funnels for sentence in _lint_funnel(funnel)]


def _lint_funnel(funnel: Funnel) -> Iterator[str]:
    for fact in funnel.facts:
        yield from _lint_fact(funnel, fact)
    for first, second in combinations(funnel.facts, 2):
        yield from _lint_pair(funnel, first, second)
    for decision in funnel.decided:
        for name in decision.at:
            if funnel.stage(name) is None:
                yield f"Funnel «{funnel.name}»: `decided` for the field «{decision.field}» names the stage «{name}», which the table lacks."
    for stage in funnel.stages:
        yield from _lint_stage(funnel, stage)


def _lint_stage(funnel: Funnel, stage: Stage) -> Iterator[str]:
    where = f"Funnel «{funnel.name}», stage «{stage.name}»"
    if stage.requires_reserve and not stage.requires_order:
        yield f"{where}: a reserve is required without an order; goods are held for an order, so add `order: open`."
    if stage.requires_reserve and stage.shipment == "all":
        yield f"{where}: the same goods cannot be both held and shipped; drop `reserve` or `shipment`."
    if stage.name == LOST and stage.requires_order:
        yield f"{where}: a lost deal cannot require a live order; write `order: cancelled_if_any`."


def _lint_fact(funnel: Funnel, fact: Fact) -> Iterator[str]:
    when = ", ".join(f"{word}: {value}" for word, value in fact.when.items())
    where = f"Funnel «{funnel.name}», fact {{{when}}}"
    if not fact.origins:
        yield f"{where}: `from` is missing; name the stages which the fact may move a deal out of."
    target = funnel.stage(fact.target)
    if target is None:
        yield f"{where}: moves deals to «{fact.target}», a stage which the table lacks."
    for origin in fact.origins:
        yield from _lint_move(funnel, where, origin, fact.target)
    for word, value in fact.when.items():
        denied = _DENIED_BY_FACT.get((word, value), {})
        for requirement, values in denied.items():
            wanted = getattr(target, requirement, None)
            if wanted in values:
                yield (
                    f"{where}: moves deals to «{fact.target}», which requires `{requirement}: {wanted}`; "
                    f"with `{word}: {value}` that can never hold, so the deal would be repaired for ever."
                )


def _lint_move(funnel: Funnel, where: str, origin: str, target: str) -> Iterator[str]:
    names = [stage.name for stage in funnel.stages]
    if origin not in names:
        yield f"{where}: `from` names the stage «{origin}», which the table lacks."
    elif origin in FINAL_STAGES:
        yield f"{where}: would take a deal out of `{origin}` by itself; only a person may do that."
    elif target in names and names.index(target) <= names.index(origin):
        yield f"{where}: moves backwards, from «{origin}» to «{target}»; a fact may only move a deal forward."


def _lint_pair(funnel: Funnel, first: Fact, second: Fact) -> Iterator[str]:
    shared = [name for name in first.origins if name in second.origins]
    compatible = all(second.when.get(word, value) == value for word, value in first.when.items())
    if shared and compatible and first.target != second.target:
        yield (
            f"Funnel «{funnel.name}»: from «{shared[0]}» two facts can hold at once and pull to different stages, "
            f"«{first.target}» and «{second.target}»; make their conditions exclude each other."
        )
