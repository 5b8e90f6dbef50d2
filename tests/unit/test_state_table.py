"""The linter of the state table: which contradictions it finds, and that it finds none in a sound table."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from sverka.domain.state_table import (
    ALLOWED_STATUSES,
    LOST,
    ORDER_WORDS,
    WON,
    Decision,
    Fact,
    Funnel,
    Stage,
    StateTable,
)
from sverka.domain.table_lint import lint

STAGES = (
    Stage("Заявка"),
    Stage("Резерв", order="open", reserve="all"),
    Stage("Отгружено", order="open", shipment="all", only="trusted"),
    Stage("Оценка", order="closed", shipment="all", payment="full"),
    Stage(WON),
    Stage(LOST, order="cancelled_if_any", reserve="none"),
)
SERVICE = Funnel(
    "service",
    "Сервис",
    (
        Stage("Обработан", order="open_if_any", reserve="all"),
        Stage("Работа", order="work_opened"),
        Stage("Готово", order="work_closed"),
        Stage("Оплачен", order="open", payment="full"),
        Stage("Без денег", order="open", payment="none"),
        Stage("Пусто"),
        Stage(LOST, order="cancelled_if_any", reserve="none"),
    ),
)
PAID_AND_SHIPPED = Fact({"payment": "full", "shipment": "all"}, ("Резерв", "Отгружено"), "Оценка")
PAID_AT_DESK = Decision("paid_at_desk", "yes", ("Резерв",), ("payment", "shipment", "close_order"))


def _funnel(*facts: Fact, stages: tuple[Stage, ...] = STAGES, decided: tuple[Decision, ...] = ()) -> Funnel:
    return Funnel("shop", "Магазин", stages, facts, decided)


def _lint(*facts: Fact, stages: tuple[Stage, ...] = STAGES, decided: tuple[Decision, ...] = ()) -> list[str]:
    return lint(StateTable((_funnel(*facts, stages=stages, decided=decided), SERVICE)))


def _move(at: str, target: tuple[str, str], *deeds: str, field: str = "installation", value: str = "да") -> Decision:
    return Decision(field, value, (at,), (*deeds, "move"), target)


def test_a_sound_table_is_left_alone() -> None:
    moved = _move("Резерв", ("service", "Обработан"))
    assert (
        _lint(PAID_AND_SHIPPED, Fact({"payment": "none"}, ("Заявка",), "Резерв"), decided=(PAID_AT_DESK, moved)) == []
    )


STAGE_FAULTS = {
    "a reserve of nothing": (Stage("Х", reserve="all"), "a reserve is required without an order"),
    "a reserve of a cancelled order": (
        Stage("Х", order="cancelled_if_any", reserve="all"),
        "a reserve is required without an order",
    ),
    "a reserve of an order that is over": (Stage("Х", order="closed", reserve="all"), "holds no goods"),
    "held and shipped": (Stage("Х", order="open", reserve="all", shipment="all"), "cannot be both held and shipped"),
    "shipped without an order": (Stage("Х", shipment="all"), "without a living order"),
    "paid without an order": (Stage("Х", order="cancelled_if_any", payment="full"), "without a living order"),
    "lost and alive": (Stage(LOST, order="open"), "a lost deal cannot require a live order"),
    "a request that is won": (Stage(WON, request=True), "`request` wants people to work"),
    "a to-do when lost": (Stage(LOST, activity="Позвонить"), "`activity` wants people to work"),
    "a limit when won": (Stage(WON, allowed=timedelta(hours=4)), "`allowed` wants people to work"),
    "goods to be found when lost": (Stage(LOST, show="availability"), "`show` wants people to work"),
    "a notice when won": (Stage(WON, notice="order_ready"), "the deal is over"),
    "a notice of goods that nobody holds": (Stage("Х", order="open", notice="order_ready"), "none are held"),
    "a notice of an order that need not exist": (
        Stage("Х", order="open_if_any", reserve="all", notice="order_ready"),
        "none are held",
    ),
    "a visit to what is won": (Stage(WON, eve_check=time(12)), "`eve_check` wants people to work"),
}


@pytest.mark.parametrize(("stage", "said"), STAGE_FAULTS.values(), ids=STAGE_FAULTS.keys())
def test_a_stage_may_not_contradict_itself(stage: Stage, said: str) -> None:
    (sentence,) = _lint(stages=(stage,))
    assert said in sentence
    assert f"stage «{stage.name}»" in sentence


def test_goods_may_be_held_for_an_order_that_need_not_exist() -> None:
    assert _lint(stages=(Stage("Х", order="open_if_any", reserve="all"),)) == []


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        (Fact({"payment": "full"}, (), WON), "`from` is missing"),
        (Fact({"payment": "full"}, ("Нигде",), WON), "`from` names the stage «Нигде»"),
        (Fact({"payment": "full"}, ("Заявка",), "Нигде"), "moves deals to «Нигде»"),
        (Fact({"payment": "none"}, ("Заявка",), LOST), "only a person may do that"),
        (Fact({"payment": "full"}, (WON,), WON), "only a person may do that"),
        (Fact({"payment": "full"}, (LOST,), WON), "only a person may do that"),
        (Fact({"payment": "full"}, ("Оценка",), "Заявка"), "moves backwards"),
        (Fact({"payment": "full"}, ("Заявка",), "Заявка"), "moves backwards"),
    ],
    ids=[
        "from nowhere",
        "from an unknown stage",
        "to an unknown stage",
        "into a loss",
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
        ({"shipment": "all"}, Stage("Куда", shipment="none")),
        ({"shipment": "none"}, Stage("Куда", order="open", shipment="all")),
        ({"payment": "full"}, Stage("Куда", order="cancelled_if_any")),
        ({"payment": "full"}, Stage("Куда", payment="none")),
        ({"payment": "none"}, Stage("Куда", order="open", payment="full")),
        ({"work_order": "opened"}, Stage("Куда", order="closed")),
        ({"work_order": "opened"}, Stage("Куда", order="work_closed")),
        ({"work_order": "closed"}, Stage("Куда", order="open")),
        ({"work_order": "closed"}, Stage("Куда", order="open_if_any")),
        ({"work_order": "closed"}, Stage("Куда", order="work_opened")),
    ],
)
def test_a_fact_may_not_move_a_deal_where_its_truth_is_forbidden(when: dict[str, str], target: Stage) -> None:
    (sentence,) = _lint(Fact(when, ("Заявка",), "Куда"), stages=(Stage("Заявка"), target))
    assert "repaired for ever" in sentence


@pytest.mark.parametrize(
    ("when", "target", "lacks"),
    [
        ({"shipment": "all"}, Stage("Куда", order="closed", shipment="all", payment="full"), "payment: full"),
        ({"payment": "full"}, Stage("Куда", order="open", shipment="all"), "shipment: all"),
        ({"payment": "full"}, Stage("Куда", shipment="none"), "shipment: none"),
        ({"payment": "full"}, Stage("Куда", order="work_opened"), "work_order: opened"),
        ({"payment": "full"}, Stage("Куда", order="work_closed"), "work_order: closed"),
    ],
    ids=["money", "goods", "no goods", "an opened work order", "a closed work order"],
)
def test_a_fact_brings_what_its_target_requires_and_only_the_world_can_give(
    when: dict[str, str], target: Stage, lacks: str
) -> None:
    (sentence,) = _lint(Fact(when, ("Заявка",), "Куда"), stages=(Stage("Заявка"), target))
    assert sentence.endswith(f"add `{lacks}` to `when`.")


def test_what_every_origin_required_already_need_not_be_said_again() -> None:
    shipped, paid = (
        Stage("Отгружено", order="open", shipment="all"),
        Stage("Оценка", order="closed", shipment="all", payment="full"),
    )
    fact = Fact({"payment": "full"}, ("Отгружено",), "Оценка")
    assert _lint(fact, stages=(shipped, paid)) == []
    other = Fact({"payment": "full"}, ("Заявка", "Отгружено"), "Оценка")
    assert len(_lint(other, stages=(Stage("Заявка"), shipped, paid))) == 1


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


DECISION_FAULTS = {
    "at an unknown stage": (Decision("paid_at_desk", "yes", ("Нигде",), ("payment",)), "names the stage «Нигде»"),
    "closing what nobody paid": (
        Decision("paid_at_desk", "yes", ("Заявка",), ("close_order",)),
        "nobody paid or shipped",
    ),
    "a move to nowhere": (Decision("installation", "да", ("Резерв",), ("move",)), "`to` belongs to `move` and `link`"),
    "a goal without a move": (
        Decision("installation", "да", ("Резерв",), ("payment",), ("service", "Обработан")),
        "`to` belongs to `move` and `link`",
    ),
    "moved and linked": (_move("Резерв", ("service", "Обработан"), "link"), "drop `move` or `link`"),
    "to an unknown funnel": (_move("Резерв", ("servis", "Обработан")), "leads to «servis/Обработан»"),
    "to an unknown stage": (_move("Резерв", ("service", "Нигде")), "leads to «service/Нигде»"),
    "on the spot": (_move("Резерв", ("shop", "Резерв")), "to where it stands"),
    "money where none may be": (
        Decision("paid_at_desk", "yes", (LOST,), ("payment",)),
        "which requires `order: cancelled_if_any`",
    ),
    "goods that stay held": (
        Decision("delivery", "да", ("Заявка", "Резерв"), ("shipment",)),
        "which requires `reserve: all`",
    ),
    "from closed to open": (_move("Оценка", ("service", "Обработан")), "stands `work_order: closed`"),
    "from shipped to held": (_move("Отгружено", ("service", "Обработан")), "stands `shipment: all`"),
    "goods sent and held": (_move("Резерв", ("service", "Обработан"), "shipment"), "stands `shipment: all`"),
    "from lost to alive": (_move(LOST, ("service", "Обработан")), "where the order is cancelled"),
    "to work that nobody began": (
        _move("Резерв", ("service", "Работа")),
        "`work_order: opened`, and nothing at «Резерв» brings it",
    ),
    "to work that nobody did": (
        _move("Резерв", ("service", "Готово")),
        "`work_order: closed`, and nothing at «Резерв» brings it",
    ),
    "to money that nobody gave": (
        _move("Резерв", ("service", "Оплачен")),
        "`payment: full`, and nothing at «Резерв» brings it",
    ),
    "to no money with money": (_move("Резерв", ("service", "Без денег"), "payment"), "stands `payment: full`"),
    "a second deal that is paid": (
        Decision("installation", "да", ("Резерв",), ("link",), ("service", "Оплачен")),
        "a new deal has no order",
    ),
}


@pytest.mark.parametrize(("decision", "said"), DECISION_FAULTS.values(), ids=DECISION_FAULTS.keys())
def test_a_decision_leads_where_what_follows_may_hold(decision: Decision, said: str) -> None:
    sentences = _lint(decided=(decision,))
    assert [sentence for sentence in sentences if said in sentence and "Funnel «Магазин», decision {" in sentence]


@pytest.mark.parametrize("target", ["Пусто", LOST], ids=["a stage that asks for nothing", "a loss"])
def test_a_person_may_move_a_deal_wherever_its_order_can_follow(target: str) -> None:
    assert _lint(decided=(_move("Резерв", ("service", target)),)) == []


def test_money_may_come_with_the_move_to_where_it_is_required() -> None:
    assert _lint(decided=(_move("Резерв", ("service", "Оплачен"), "payment"),)) == []


@pytest.mark.parametrize(
    ("when", "sound"),
    [
        ({"shipment": "all", "payment": "full"}, True),
        ({"shipment": "all", "work_order": "closed", "payment": "full"}, True),
        ({"shipment": "none", "payment": "full"}, False),
    ],
    ids=["by just this", "by this and more", "by something else"],
)
def test_what_denies_a_stage_may_follow_there_if_a_fact_moves_the_deal_on(when: dict[str, str], sound: bool) -> None:
    stages = (Stage("Резерв", order="open", reserve="all"), Stage("Дальше", order="closed"))
    assert (_lint(Fact(when, ("Резерв",), "Дальше"), stages=stages, decided=(PAID_AT_DESK,)) == []) is sound


def test_one_thing_is_decided_in_one_place() -> None:
    apart = (
        Decision("paid_at_desk", "yes", ("Заявка",), ("shipment",)),
        Decision("paid_at_desk", "yes", ("Заявка",), ("payment",)),
    )
    (sentence,) = _lint(decided=apart)
    assert "say all that follows in one of them" in sentence


@pytest.mark.parametrize(
    ("other", "fights"),
    [
        (_move("Резерв", ("shop", "Заявка"), field="dispute", value="yes"), True),
        (_move("Резерв", ("service", "Обработан"), field="dispute", value="yes"), False),
        (_move("Резерв", ("shop", "Заявка"), value="нет"), False),
        (_move("Заявка", ("shop", "Резерв"), field="dispute", value="yes"), False),
    ],
    ids=["to another stage", "to the same stage", "by another value of the same field", "at another stage"],
)
def test_two_decisions_that_can_hold_at_once_may_not_pull_apart(other: Decision, fights: bool) -> None:
    sentences = _lint(decided=(_move("Резерв", ("service", "Обработан")), other))
    assert ["pull to different stages" in sentence for sentence in sentences] == [True] * fights


@pytest.mark.parametrize(
    ("back", "rests"),
    [
        (_move("Отгружено", ("shop", "Резерв"), field="dispute", value="yes"), False),
        (_move("Отгружено", ("shop", "Заявка"), field="dispute", value="yes"), True),
    ],
    ids=["back into the fact's arms", "back to where the fact does not reach"],
)
def test_a_deal_is_not_sent_round_in_a_circle_by_a_fact_and_a_decision(back: Decision, rests: bool) -> None:
    stages = (Stage("Заявка"), Stage("Резерв", order="open"), Stage("Отгружено", order="open", shipment="all"))
    there = Fact({"shipment": "all"}, ("Резерв",), "Отгружено")
    sentences = _lint(there, stages=stages, decided=(back,))
    circles = ["«shop/Резерв» → «shop/Отгружено» → «shop/Резерв»" in sentence for sentence in sentences]
    assert circles == ([] if rests else [True])


def test_a_circle_through_two_funnels_is_told_once() -> None:
    there, back = _move("Резерв", ("service", "Обработан")), _move("Обработан", ("shop", "Резерв"))
    service = Funnel("service", "Сервис", SERVICE.stages, (), (back,))
    (sentence,) = lint(StateTable((_funnel(decided=(there,)), service)))
    assert "round in a circle, «shop/Резерв» → «service/Обработан» → «shop/Резерв»" in sentence


def test_two_values_of_one_field_make_no_circle() -> None:
    there, back = _move("Резерв", ("service", "Обработан")), _move("Обработан", ("shop", "Резерв"), value="нет")
    service = Funnel("service", "Сервис", SERVICE.stages, (), (back,))
    assert lint(StateTable((_funnel(decided=(there,)), service))) == []


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
