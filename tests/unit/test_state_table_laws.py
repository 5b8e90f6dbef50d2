"""What the linter's approval is worth: in any table that it finds sound, deals come to rest, and facts only move them forward."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from sverka.domain.state_table import FACT_WORDS, LOST, WON, Decision, Fact, Funnel, Stage, StateTable
from sverka.domain.table_lint import lint

WORLDS = [
    {"payment": paid, "shipment": gone, "f": f, "g": g} | work
    for paid, gone in product(FACT_WORDS["payment"], FACT_WORDS["shipment"])
    for work in ({}, {"work_order": "opened"}, {"work_order": "closed"})
    for f, g in product(("да", "нет"), repeat=2)
]
"""Every state of the ledger, and of two fields of the deal, that rules can tell apart."""

_CONDITIONS = st.dictionaries(st.sampled_from(list(FACT_WORDS)), st.integers(0, 1), min_size=1, max_size=2).map(
    lambda chosen: {word: FACT_WORDS[word][number] for word, number in chosen.items()}
)
_WANTED = st.sampled_from(
    [{}] * 5
    + [
        {"order": "open"}, {"order": "open", "reserve": "all"}, {"order": "work_opened"}, {"order": "closed"},
        {"order": "open", "shipment": "all"},
    ]
)  # fmt: skip
_FUNNEL_STAGES = st.lists(_WANTED, min_size=2, max_size=3).map(
    lambda rows: (
        *(Stage(f"С{number}", **row) for number, row in enumerate(rows)),
        Stage(WON),
        Stage(LOST, order="cancelled_if_any"),
    )
)


@st.composite
def _tables(draw: st.DrawFn) -> StateTable:
    stages = {key: draw(_FUNNEL_STAGES) for key in ("a", "b")}
    places = [(key, stage.name) for key, rows in stages.items() for stage in rows[:2]]
    return StateTable(tuple(Funnel(key, key, rows, *draw(_rules(key, rows, places))) for key, rows in stages.items()))


@st.composite
def _rules(
    draw: st.DrawFn, key: str, rows: tuple[Stage, ...], places: list[tuple[str, str]]
) -> tuple[tuple[Fact, ...], tuple[Decision, ...]]:
    names = [stage.name for stage in rows]
    pair = st.tuples(st.sampled_from(names[:-2]), st.sampled_from(names[1:-1]))
    forward = pair.map(lambda pair: sorted(pair, key=names.index))
    facts = forward.flatmap(lambda pair: st.builds(Fact, _CONDITIONS, st.just((pair[0],)), st.just(pair[1])))
    anywhere = st.builds(
        Fact, _CONDITIONS, st.lists(st.sampled_from(names), max_size=2).map(tuple), st.sampled_from(names)
    )
    decisions = st.builds(
        Decision, st.sampled_from(["f", "g"]), st.sampled_from(["да", "нет"]), st.sampled_from(names[:-2]).map(lambda name: (name,)),
        st.just(("move",)), st.sampled_from(places),
    )  # fmt: skip
    mostly_forward = st.one_of(facts, facts, facts, anywhere)
    return tuple(draw(st.lists(mostly_forward, max_size=2))), tuple(draw(st.lists(decisions, max_size=2)))


def _moves(table: StateTable, place: tuple[str, str], holds: dict[str, str]) -> set[tuple[str, str]]:
    """Return where the table takes a deal from a stage while the ledger and the deal's fields stay as they are."""
    funnel = next(funnel for funnel in table.funnels if funnel.key == place[0])
    facts = [fact for fact in funnel.facts if place[1] in fact.origins and fact.when.items() <= holds.items()]
    decided = [
        each for each in funnel.decided if place[1] in each.at and holds.get(each.field) == each.value and each.target
    ]
    by_fact = {(place[0], fact.target) for fact in facts}
    return by_fact or {each.target for each in decided if each.target}


@given(_tables())
def test_in_a_table_without_contradictions_every_deal_comes_to_rest(table: StateTable) -> None:
    if lint(table):
        return
    order = {(funnel.key, stage.name): place for funnel in table.funnels for place, stage in enumerate(funnel.stages)}
    for start, holds in product(order, WORLDS):
        place, moves = start, 0
        while targets := _moves(table, place, holds):
            (target,) = targets
            assert target[0] != place[0] or order[target] > order[place] or _is_decided(table, place, target)
            place, moves = target, moves + 1
            assert moves < len(order)


def _is_decided(table: StateTable, place: tuple[str, str], target: tuple[str, str]) -> bool:
    return any(place[1] in each.at and each.target == target for funnel in table.funnels for each in funnel.decided)


@given(_tables())
def test_in_a_table_without_contradictions_no_fact_moves_a_deal_backwards_or_out_of_an_end(table: StateTable) -> None:
    if lint(table):
        return
    for funnel in table.funnels:
        order = [stage.name for stage in funnel.stages]
        for fact in funnel.facts:
            assert all(order.index(origin) < order.index(fact.target) for origin in fact.origins)
            assert not {WON, LOST} & set(fact.origins)
            assert fact.target != LOST


@given(_tables())
def test_the_order_in_which_rules_are_written_changes_no_verdict(table: StateTable) -> None:
    turned = [
        Funnel(each.key, each.name, each.stages, each.facts[::-1], each.decided[::-1]) for each in table.funnels[::-1]
    ]
    assert bool(lint(table)) == bool(lint(StateTable(tuple(turned))))


@given(_tables())
def test_every_sentence_ends_in_what_to_change(table: StateTable) -> None:
    for sentence in lint(table):
        problem, _, remedy = sentence.rpartition("; ")
        assert problem.startswith(("Funnel «", "Moves go round"))
        assert remedy.endswith(".")
