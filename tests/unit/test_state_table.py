"""The linter of the state table: which contradictions it finds, and that it finds none in a sound table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sverka.domain.state_table import (
    ALLOWED_STATUSES,
    FACT_WORDS,
    LOST,
    ORDER_WORDS,
    WON,
    Decision,
    Fact,
    Funnel,
    Stage,
    StateTable,
    lint,
)

STAGES = (
    Stage("Заявка"),
    Stage("Резерв", order="open", reserve="all"),
    Stage("Отгружено", order="open", shipment="all", only="trusted"),
    Stage("Оценка", order="closed"),
    Stage(WON),
    Stage(LOST, order="cancelled_if_any", reserve="none"),
)
PAID_AND_SHIPPED = Fact({"payment": "full", "shipment": "all"}, ("Резерв", "Отгружено"), "Оценка")


def _funnel(*facts: Fact, stages: tuple[Stage, ...] = STAGES, decided: tuple[Decision, ...] = ()) -> Funnel:
    return Funnel("shop", "Магазин", stages, facts, decided)


def _lint(*facts: Fact, stages: tuple[Stage, ...] = STAGES, decided: tuple[Decision, ...] = ()) -> list[str]:
    return lint(StateTable((_funnel(*facts, stages=stages, decided=decided),)))


def test_a_sound_table_is_left_alone() -> None:
    paid_only = Fact({"payment": "full", "shipment": "none"}, ("Резерв",), "Отгружено")
    decided = Decision("Оплачено в кассе", ("Резерв",), ("payment",))
    assert _lint(PAID_AND_SHIPPED, paid_only, decided=(decided,)) == []


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        (Stage("Х", reserve="all"), "a reserve is required without an order"),
        (Stage("Х", order="cancelled_if_any", reserve="all"), "a reserve is required without an order"),
        (Stage("Х", order="open", reserve="all", shipment="all"), "cannot be both held and shipped"),
        (Stage(LOST, order="open"), "a lost deal cannot require a live order"),
    ],
    ids=["a reserve of nothing", "a reserve of a cancelled order", "held and shipped", "lost and alive"],
)
def test_a_stage_may_not_contradict_itself(stage: Stage, said: str) -> None:
    (sentence,) = _lint(stages=(stage,))
    assert said in sentence
    assert f"stage «{stage.name}»" in sentence


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        (Fact({"payment": "full"}, (), "Оценка"), "`from` is missing"),
        (Fact({"payment": "full"}, ("Нигде",), "Оценка"), "`from` names the stage «Нигде»"),
        (Fact({"payment": "full"}, ("Заявка",), "Нигде"), "moves deals to «Нигде»"),
        (Fact({"payment": "full"}, (WON,), "Оценка"), "only a person may do that"),
        (Fact({"payment": "full"}, (LOST,), "Оценка"), "only a person may do that"),
        (Fact({"payment": "full"}, ("Оценка",), "Заявка"), "moves backwards"),
        (Fact({"payment": "full"}, ("Оценка",), "Оценка"), "moves backwards"),
    ],
    ids=[
        "from nowhere",
        "from an unknown stage",
        "to an unknown stage",
        "out of won",
        "out of lost",
        "backwards",
        "in place",
    ],
)
def test_a_fact_moves_deals_forward_between_stages_that_exist(fact: Fact, said: str) -> None:
    (sentence,) = _lint(fact)
    assert said in sentence


@pytest.mark.parametrize(
    ("when", "target"),
    [
        ({"shipment": "all"}, Stage("Куда", order="open", reserve="all")),
        ({"shipment": "all"}, Stage("Куда", order="cancelled_if_any")),
        ({"payment": "full"}, Stage("Куда", order="cancelled_if_any")),
        ({"work_order": "opened"}, Stage("Куда", order="closed")),
        ({"work_order": "opened"}, Stage("Куда", order="work_closed")),
        ({"work_order": "closed"}, Stage("Куда", order="open")),
        ({"work_order": "closed"}, Stage("Куда", order="work_opened")),
    ],
)
def test_a_fact_may_not_move_a_deal_where_its_truth_is_forbidden(when: dict[str, str], target: Stage) -> None:
    (sentence,) = _lint(Fact(when, ("Заявка",), "Куда"), stages=(Stage("Заявка"), target))
    assert "repaired for ever" in sentence


@pytest.mark.parametrize(
    ("when", "fights"),
    [
        ({"payment": "full"}, True),
        ({"work_order": "closed"}, True),
        ({"payment": "none"}, False),
        ({"payment": "full", "shipment": "none"}, False),
    ],
    ids=["a wider fact", "a fact about something else", "the opposite", "opposite in one of two"],
)
def test_two_facts_that_can_hold_at_once_may_not_pull_apart(when: dict[str, str], fights: bool) -> None:
    sentences = _lint(PAID_AND_SHIPPED, Fact(when, ("Отгружено",), WON))
    assert ["pull to different stages" in sentence for sentence in sentences] == [True] * fights


def test_facts_from_different_stages_do_not_fight() -> None:
    assert _lint(PAID_AND_SHIPPED, Fact({"payment": "full"}, ("Заявка",), "Резерв")) == []


def test_a_decision_names_stages_that_exist() -> None:
    (sentence,) = _lint(decided=(Decision("Оплачено в кассе", ("Нигде",), ("payment",)),))
    assert "names the stage «Нигде»" in sentence


@pytest.mark.parametrize(
    ("funnel", "stage", "semantics", "found"),
    [
        ("Магазин", "Резерв", "P", "Резерв"),
        ("Магазин", "Сделка успешна", "S", WON),
        ("Магазин", "Нет денег", "F", LOST),
        ("Магазин", "Нигде", "P", None),
        ("Сервис", "Резерв", "P", None),
    ],
    ids=["by name", "won by meaning", "lost by meaning", "an unknown stage", "an unknown funnel"],
)
def test_a_deal_s_row_is_found_by_name_and_a_final_one_by_meaning(
    funnel: str, stage: str, semantics: str, found: str | None
) -> None:
    row = StateTable((_funnel(),)).find(funnel, stage, semantics)
    assert (row.name if row else None) == found


def test_every_word_for_an_order_says_which_statuses_satisfy_it() -> None:
    assert set(ALLOWED_STATUSES) == set(ORDER_WORDS)
    assert all(ALLOWED_STATUSES[word] for word in ORDER_WORDS)


_CONDITIONS = st.dictionaries(st.sampled_from(list(FACT_WORDS)), st.integers(0, 1), min_size=1).map(
    lambda chosen: {word: FACT_WORDS[word][number] for word, number in chosen.items()}
)
_NAMES = st.sampled_from([stage.name for stage in STAGES])
_FACTS = st.builds(Fact, _CONDITIONS, st.lists(_NAMES, min_size=1, max_size=3).map(tuple), _NAMES)


@given(st.lists(_FACTS, max_size=4))
def test_in_a_table_without_contradictions_facts_carry_a_deal_to_an_end(facts: list[Fact]) -> None:
    if _lint(*facts):
        return
    order = [stage.name for stage in STAGES]
    for fact in facts:
        assert all(order.index(origin) < order.index(fact.target) for origin in fact.origins)
        assert not {WON, LOST} & set(fact.origins)


@given(st.lists(_FACTS, max_size=4))
def test_the_order_in_which_facts_are_written_changes_no_verdict(facts: list[Fact]) -> None:
    assert bool(_lint(*facts)) == bool(_lint(*reversed(facts)))
