"""The linter of the state table: every contradiction as a sentence for the integrator who wrote the table.

A table is sound when deals that follow it come to rest in agreement: stages ask for what can hold together, facts and decisions
take a deal only where what they say may hold, two of them never pull apart, and nobody is sent round in circles.
Each sentence names the funnel and ends, after the last semicolon, in what to change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from sverka.domain.messaging.kinds import ORDER_READY, THANKS_REVIEW
from sverka.domain.state_table import (
    FACT_WORDS,
    FINAL_STAGES,
    LOST,
    VISITS,
    WON,
    Decision,
    Fact,
    Funnel,
    Stage,
    StateTable,
)

_Truths = Mapping[str, str]
"""What is known of the ledger: word of FACT_WORDS → value."""

_OUTCOMES: Mapping[str, tuple[str, str]] = {
    "shipment": ("shipment", "all"),
    "payment": ("payment", "full"),
    "close_order": ("work_order", "closed"),
}
"""What the ledger shows after a deed."""

_DENIED: Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]] = {
    ("shipment", "all"): {"shipment": ("none",), "reserve": ("all",), "order": ("cancelled_if_any",)},
    ("shipment", "none"): {"shipment": ("all",)},
    ("payment", "full"): {"payment": ("none",), "order": ("cancelled_if_any",)},
    ("payment", "none"): {"payment": ("full",)},
    ("work_order", "opened"): {"order": ("work_closed", "closed", "cancelled_if_any")},
    ("work_order", "closed"): {"order": ("open", "open_if_any", "work_opened", "cancelled_if_any")},
}
"""For a truth about the ledger: the requirements of a stage that cannot hold beside it."""

_PEOPLES = ("request", "activity", "allowed", "show", "eve_check")
"""What a stage may want of people."""


def lint(table: StateTable) -> list[str]:
    """Return every contradiction of the table as a sentence; an empty list means that it is sound."""
    parts = [sentence for funnel in table.funnels for sentence in _lint_funnel(table, funnel)]
    return [*parts, *_circles(table)]


def _lint_funnel(table: StateTable, funnel: Funnel) -> Iterator[str]:
    for stage in funnel.stages:
        yield from _lint_stage(funnel, stage)
    yield from _lint_ships(funnel)
    for fact in funnel.facts:
        yield from _lint_fact(funnel, fact)
    for first, second in combinations(funnel.facts, 2):
        yield from _lint_facts_apart(funnel, first, second)
    for decision in funnel.decided:
        yield from _lint_decision(table, funnel, decision)
    for one, other in combinations(funnel.decided, 2):
        yield from _lint_decisions_apart(funnel, one, other)


# Stages


def _lint_stage(funnel: Funnel, stage: Stage) -> Iterator[str]:
    where = f"Funnel «{funnel.name}», stage «{stage.name}»"
    if stage.requires_reserve and not stage.keeps_order:
        yield f"{where}: a reserve is required without an order; goods are held for an order, so add `order: open`."
    if stage.requires_reserve and stage.order in ("work_closed", "closed"):
        yield f"{where}: an order that is over holds no goods; drop `reserve`, or write `order: open`."
    if stage.requires_reserve and stage.shipment == "all":
        yield f"{where}: the same goods cannot be both held and shipped; drop `reserve` or `shipment`."
    for word, value in (("shipment", "all"), ("payment", "full")):
        if getattr(stage, word) == value and not stage.keeps_order:
            yield f"{where}: `{word}: {value}` is required without a living order; it is registered by an order, so add `order: open`."
    if stage.name == LOST and stage.requires_order:
        yield f"{where}: a lost deal cannot require a live order; write `order: cancelled_if_any`."
    yield from _lint_notice(where, stage)
    for word in _PEOPLES if stage.name in FINAL_STAGES else ():
        if getattr(stage, word):
            yield f"{where}: `{word}` wants people to work on a deal that is over; drop it, or put it at an earlier stage."


def _lint_notice(where: str, stage: Stage) -> Iterator[str]:
    if stage.notice == THANKS_REVIEW and stage.name != WON:
        yield f"{where}: `notice: {stage.notice}` thanks for a deal that was won; put it at `won`."
    elif stage.notice == VISITS and stage.name in FINAL_STAGES:
        yield f"{where}: `notice: {stage.notice}` tells of a visit to come, and the deal is over; drop it, or put it earlier."
    elif stage.notice == ORDER_READY and stage.name in FINAL_STAGES:
        yield f"{where}: `notice: {stage.notice}` says that goods wait, and the deal is over; drop it, or put it earlier."
    elif stage.notice == ORDER_READY and not (stage.requires_order and stage.requires_reserve):
        yield f"{where}: `notice: {stage.notice}` tells a client that goods wait, and none are held; add `order: open, reserve: all`."


def _lint_ships(funnel: Funnel) -> Iterator[str]:
    """Return what is wrong with the way out; stages that the table lacks (yet) are somebody else's to tell."""
    waiting = [stage for stage in funnel.stages if stage.ships]
    for extra in waiting[1:]:
        yield (
            f"Funnel «{funnel.name}»: deals wait for their ship date at «{waiting[0].name}» and at «{extra.name}», and nobody could say "
            f"where one stands on its way out; drop `ships` at «{extra.name}»."
        )
    names = [stage.name for stage in funnel.stages]
    for stage in waiting[:1]:
        ships, where = stage.ships, f"Funnel «{funnel.name}», stage «{stage.name}»"
        way = [stage.name, *(name for name in (ships.to, ships.then) if name)] if ships else []
        known = [name for name in way if name in names]
        for name in known:
            if name in FINAL_STAGES:
                yield f"{where}: `ships` leads through `{name}`, where a deal is over; only a person may end it, so name another stage."
        places = [names.index(name) for name in known]
        if places != sorted(set(places)):
            yield (
                f"{where}: `ships` leads to a stage that does not come later on the portal; let `to` stand after «{stage.name}», "
                "and `then` after `to`."
            )


def _truths(stage: Stage) -> dict[str, str]:
    """Return what the ledger shows of a deal that agrees with its stage."""
    work = {"work_opened": "opened", "work_closed": "closed", "closed": "closed"}.get(stage.order or "")
    known = {"payment": stage.payment, "shipment": stage.shipment, "work_order": work}
    return {word: value for word, value in known.items() if value is not None}


def _denied(truths: _Truths, stage: Stage) -> Iterator[tuple[str, str]]:
    """Return the stage's requirements that the truths deny, each with the truth that does, as the table writes them."""
    for word, value in truths.items():
        for requirement, values in _DENIED[word, value].items():
            wanted = getattr(stage, requirement)
            if wanted in values:
                yield f"{requirement}: {wanted}", f"{word}: {value}"


def _missing(known: Iterable[_Truths], stage: Stage, words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Return (word, value) of what the stage shows and not all of the places that lead there bring; we cannot make it so alone."""
    for word, value in _truths(stage).items():
        is_ours = (
            word == "work_order" and stage.order == "closed"
        )  # an order that is paid and shipped we close ourselves
        if word in words and not is_ours and any(truths.get(word) != value for truths in known):
            yield word, value


# Facts


def _lint_fact(funnel: Funnel, fact: Fact) -> Iterator[str]:
    where = f"Funnel «{funnel.name}», fact {{{_written(fact.when)}}}"
    target = funnel.stage(fact.target)
    if not fact.origins:
        yield f"{where}: `from` is missing; name the stages which the fact may move a deal out of."
    if target is None:
        yield f"{where}: moves deals to «{fact.target}», a stage which the table lacks; name one of the funnel's stages."
    if fact.target == LOST:
        yield f"{where}: would lose a deal by itself, only a person may do that; name another stage in `to`, or drop the fact."
    for origin in fact.origins:
        yield from _lint_step(funnel, where, origin, fact.target)
    if target is not None:
        yield from _lint_arrival(funnel, where, fact, target)


def _lint_step(funnel: Funnel, where: str, origin: str, target: str) -> Iterator[str]:
    names = [stage.name for stage in funnel.stages]
    if origin not in names:
        yield f"{where}: `from` names the stage «{origin}», which the table lacks; name one of the funnel's stages."
    elif origin in FINAL_STAGES:
        yield f"{where}: would take a deal out of `{origin}` by itself, only a person may do that; drop it from `from`."
    elif target in names and names.index(target) <= names.index(origin):
        yield f"{where}: moves backwards, from «{origin}» to «{target}»; a fact may only move a deal forward, so change `from` or `to`."


def _lint_arrival(funnel: Funnel, where: str, fact: Fact, target: Stage) -> Iterator[str]:
    for requirement, truth in _denied(fact.when, target):
        yield (
            f"{where}: moves deals to «{target.name}», which requires `{requirement}`, with `{truth}` that can never hold and the deal "
            "would be repaired for ever; change `to`, or the stage's requirements."
        )
    denied = {truth.partition(":")[0] for _, truth in _denied(fact.when, target)}
    known = [{**(_truths(stage) if (stage := funnel.stage(name)) else {}), **fact.when} for name in fact.origins]
    for word, value in _missing(known, target, set(FACT_WORDS) - denied):
        yield (
            f"{where}: moves deals to «{target.name}», which requires `{word}: {value}`, and the fact does not say so: they would "
            f"be in disagreement at once; add `{word}: {value}` to `when`."
        )


def _lint_facts_apart(funnel: Funnel, first: Fact, second: Fact) -> Iterator[str]:
    shared = [name for name in first.origins if name in second.origins]
    if shared and _compatible(first.when, second.when) and first.target != second.target:
        yield (
            f"Funnel «{funnel.name}»: from «{shared[0]}» two facts can hold at once and pull to different stages, "
            f"«{first.target}» and «{second.target}»; make their conditions exclude each other."
        )


def _compatible(one: _Truths, other: _Truths) -> bool:
    return all(other.get(word, value) == value for word, value in one.items())


def _written(conditions: _Truths) -> str:
    return ", ".join(f"{word}: {value}" for word, value in conditions.items())


# Decisions


def _lint_decision(table: StateTable, funnel: Funnel, decision: Decision) -> Iterator[str]:
    where = f"Funnel «{funnel.name}», decision {_named(decision)}"
    yield from _lint_do(where, decision)
    target = _target(table, decision)
    if decision.target is not None and target is None:
        goal = "/".join(decision.target)
        yield f"{where}: leads to «{goal}», which the table lacks; name a funnel's key and one of its stages."
    for name in decision.at:
        stage = funnel.stage(name)
        if stage is None:
            yield f"{where}: `at` names the stage «{name}», which the table lacks; name one of the funnel's stages."
        elif "move" not in decision.do:
            yield from _lint_deeds(funnel, where, decision, stage)
        elif decision.target == (funnel.key, name):
            yield f"{where}: would move a deal from «{name}» to where it stands; drop «{name}» from `at`, or change `to`."
        elif target is not None:
            yield from _lint_transfer(where, decision, stage, target)
    if target is not None and "link" in decision.do:
        for word, value in _missing([{}], target, FACT_WORDS):
            yield f"{where}: makes a deal at «{target.name}», which requires `{word}: {value}`, and a new deal has no order; change `to`."


def _lint_do(where: str, decision: Decision) -> Iterator[str]:
    deeds = set(decision.do)
    if {"move", "link"} <= deeds:
        yield f"{where}: a deal cannot both move and stay to be linked; drop `move` or `link`."
    if "close_order" in deeds and not {"payment", "shipment"} & deeds:
        yield f"{where}: would close an order that nobody paid or shipped; add `payment` or `shipment` to `do`, or drop `close_order`."
    if bool({"move", "link"} & deeds) != (decision.target is not None):
        yield f"{where}: `to` belongs to `move` and `link`, and to no other deed; name a stage there, or drop it."


def _lint_deeds(funnel: Funnel, where: str, decision: Decision, stage: Stage) -> Iterator[str]:
    """Deeds may deny what the stage requires only where a fact then moves the deal on."""
    outcomes = _outcomes(decision)
    if not any(stage.name in fact.origins and _follows(fact.when, outcomes) for fact in funnel.facts):
        for requirement, truth in _denied(outcomes, stage):
            yield (
                f"{where}: brings `{truth}` at the stage «{stage.name}», which requires `{requirement}`, and no fact moves the deal on; "
                f"add a fact with `{truth}` from «{stage.name}», or drop the stage from `at`."
            )


def _follows(when: _Truths, outcomes: _Truths) -> bool:
    return _compatible(when, outcomes) and any(word in outcomes for word in when)


def _lint_transfer(where: str, decision: Decision, stage: Stage, target: Stage) -> Iterator[str]:
    truths = {**_truths(stage), **_outcomes(decision)}
    if stage.order == "cancelled_if_any" and target.keeps_order:
        yield (
            f"{where}: moves deals from «{stage.name}», where the order is cancelled, to «{target.name}», which requires "
            f"`order: {target.order}`; drop «{stage.name}» from `at`, or change `to`."
        )
    denied = list(_denied(truths, target))
    for requirement, truth in denied:
        yield (
            f"{where}: moves deals to «{target.name}», which requires `{requirement}`, and at «{stage.name}» stands `{truth}`; "
            "change `to`, or what the stages require."
        )
    words = {"payment", "work_order"} - {truth.partition(":")[0] for _, truth in denied}
    for word, value in _missing([truths], target, words):
        yield (
            f"{where}: moves deals to «{target.name}», which requires `{word}: {value}`, and nothing at «{stage.name}» brings it; "
            "change `to`, or what the stages require."
        )


def _lint_decisions_apart(funnel: Funnel, one: Decision, other: Decision) -> Iterator[str]:
    shared = [name for name in one.at if name in other.at]
    if not shared:
        return
    if (one.field, one.value) == (other.field, other.value):
        yield f"Funnel «{funnel.name}»: two decisions {_named(one)} hold at «{shared[0]}»; say all that follows in one of them."
    elif "move" in one.do and "move" in other.do and one.field != other.field and one.target != other.target:
        yield (
            f"Funnel «{funnel.name}»: at «{shared[0]}» the decisions {_named(one)} and {_named(other)} can hold at once and pull to "
            "different stages; let them count at different stages, or lead to the same."
        )


def _outcomes(decision: Decision) -> dict[str, str]:
    return dict(_OUTCOMES[deed] for deed in decision.do if deed in _OUTCOMES)


def _target(table: StateTable, decision: Decision) -> Stage | None:
    key, name = decision.target or ("", "")
    return next((funnel.stage(name) for funnel in table.funnels if funnel.key == key), None)


def _named(decision: Decision) -> str:
    return f"{{{decision.field}: {decision.value}}}"


# Circles


@dataclass(frozen=True)
class _Step:
    """A move that the table makes by itself, and what must hold for it: facts by their words, fields by their names."""

    origin: tuple[str, str]
    target: tuple[str, str]
    conditions: _Truths


def _circles(table: StateTable) -> Iterator[str]:
    """Return ways that lead a deal back to where it was while nothing changes but its stage."""
    steps = [step for step in _steps(table) if step.origin != step.target]
    told: set[frozenset[tuple[str, str]]] = set()
    for step in steps:
        for way in _ways_back(steps, (step,)):
            places = frozenset(each.origin for each in way)
            if places not in told:
                told.add(places)
                names = " → ".join(f"«{'/'.join(place)}»" for place in (*(each.origin for each in way), step.origin))
                yield (
                    f"Moves go round in a circle, {names}, so a deal would never rest; make their conditions exclude each other, "
                    "or drop one of them."
                )


def _steps(table: StateTable) -> Iterator[_Step]:
    for funnel in table.funnels:
        for stage in funnel.stages:
            if stage.ships:
                yield _Step((funnel.key, stage.name), (funnel.key, stage.ships.to), {"ship date": "has come"})
                yield _Step((funnel.key, stage.ships.to), (funnel.key, stage.ships.then), {"track": "is there"})
        for fact in funnel.facts:
            for name in fact.origins:
                yield _Step((funnel.key, name), (funnel.key, fact.target), fact.when)
        for decision in funnel.decided:
            if decision.target and "move" in decision.do:
                for name in decision.at:
                    yield _Step((funnel.key, name), decision.target, {f"field {decision.field}": decision.value})


def _ways_back(steps: list[_Step], way: tuple[_Step, ...]) -> Iterator[tuple[_Step, ...]]:
    held = {word: value for step in way for word, value in step.conditions.items()}
    visited = {step.origin for step in way}
    for step in steps:
        if step.origin == way[-1].target and _compatible(step.conditions, held):
            if step.target == way[0].origin:
                yield (*way, step)
            elif step.target not in visited:
                yield from _ways_back(steps, (*way, step))
