"""Laws that hold for every deal, over generated ones: whatever people did on either side before."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from reconcilers import deals
from sverka.domain.actions import Action
from sverka.domain.cases import OrderCase, WantedLine
from sverka.domain.plan import Plan
from tests import make
from tests.ledger_model import carry_out
from tests.make import NOW
from tests.strategies import examples
from tests.strategies_deals import CREDIT, DESK, HEADLIGHTS, PLACE, WARY, cases, company_cases, services, wanted_lines

POLICY = make.policy()
MANY = examples(soak=1_000, short=25)
REMOVES = {"reserve.release", "order.status", "order.lines", "reserve.lines"}


def plan_of(case: OrderCase) -> Plan:
    return deals.decide(case, POLICY, NOW)


def ended(case: OrderCase) -> OrderCase:
    """Carry out plan after plan until nothing is planned; a restore needs one more look than a decision."""
    for _ in range(6):
        case = carry_out(case, plan_of(case))
    return case


@given(cases())
@MANY
def test_the_same_deal_always_gets_the_same_plan(case: OrderCase) -> None:
    assert plan_of(case) == plan_of(replace(case))


@given(cases())
@MANY
def test_no_two_actions_have_one_key(case: OrderCase) -> None:
    keys = [action.key for action in plan_of(case).actions]
    assert len(keys) == len(set(keys))


@given(cases())
@MANY
def test_a_plan_carried_out_leaves_nothing_to_plan(case: OrderCase) -> None:
    case = ended(case)
    assert plan_of(case).actions == ()


@given(cases())
@MANY
def test_agreement_is_what_the_stage_requires(case: OrderCase) -> None:
    """After the plans, a deal either stands as its stage wants, or a person was told why not."""
    case = ended(case)
    plan = plan_of(case)
    if plan.findings or plan.skips or case.stage is None:
        return
    if case.stage.requires_order:
        assert case.order is not None
        if case.order_word == "open":
            assert case.held_lines == case.wanted_lines
    if case.stage.requires_reserve and not case.ledger_owns_lines:
        held = {}
        for document in case.reserves:
            for good, amount in document.goods.items() if document.reserve.held else ():
                held[good] = held.get(good, 0) + amount
        assert all(held.get(good, 0) >= amount for good, amount in case.wanted_goods.items())
    if case.stage.name == "lost":
        assert not any(document.reserve.held for document in case.reserves)
        assert case.order is None or case.order_word == "cancelled"


@given(cases())
@MANY
def test_an_incomplete_reading_removes_and_creates_nothing(case: OrderCase) -> None:
    plan = plan_of(replace(case, is_complete=False))
    assert {action.kind for action in plan.actions if action.spec.rule != "tasks"} <= {"deal.field"}


@given(cases())
@MANY
def test_no_money_or_goods_that_left_are_undone(case: OrderCase) -> None:
    """An order that was shipped or paid is never cancelled, whatever the deal says."""
    plan = plan_of(case)
    if case.is_shipped or case.paid_kopecks:
        assert not [action for action in plan.actions if action.kind == "order.status" and action.after == "cancelled"]


@given(cases())
@MANY
def test_every_action_says_why_in_russian(case: OrderCase) -> None:
    for action in plan_of(case).actions:
        assert any("а" <= letter <= "я" for letter in action.reason.lower())
        assert action.reason.endswith((".", "?"))


@given(cases())
@MANY
def test_every_reason_and_class_is_on_the_written_list(case: OrderCase) -> None:
    from sverka.domain.plan import CLASSES, REASONS

    plan = plan_of(case)
    assert {skip.reason for skip in plan.skips} <= set(REASONS)
    assert {finding.kind for finding in plan.findings} <= set(CLASSES)


def company_plan(case: OrderCase) -> Plan:
    return deals.decide(case, HEADLIGHTS, NOW)


def lived(case: OrderCase) -> tuple[list[OrderCase], list[Plan]]:
    """Carry out plan after plan until one plans nothing; return each reading with what was planned on it."""
    cases, plans = [case], [company_plan(case)]
    while plans[-1].actions and len(plans) < MOST_ROUNDS:
        cases.append(carry_out(cases[-1], plans[-1]))
        plans.append(company_plan(cases[-1]))
    return cases, plans


MOST_ROUNDS = 12


def actions_in(plans: list[Plan], kind: str) -> list[Action]:
    return [action for plan in plans for action in plan.actions if action.kind == kind]


def is_decided(case: OrderCase) -> bool:
    """Whether a person decided that goods leave or money is registered: what the company's paper says, in other words."""
    marked = case.stage_name == "Самовывоз/доставка" and case.deal.custom("paid_at_desk") == "yes"
    return marked or (case.stage_name == "Отгружено/не оплачено" and case.client is not None and case.client.trusted)


@given(company_cases())
@MANY
def test_a_companys_deal_comes_to_rest_and_does_nothing_twice(case: OrderCase) -> None:
    """The model of the ledger also refuses a second order, a second receipt, and goods that the store does not have."""
    _, plans = lived(case)
    assert plans[-1].actions == ()
    for plan in plans:
        keys = [action.key for action in plan.actions]
        assert len(keys) == len(set(keys))
    created = [action.key for plan in plans for action in plan.actions if action.spec.creation]
    assert len(created) == len(set(created))


@given(company_cases())
@MANY
def test_the_same_deal_of_the_company_always_gets_the_same_plan(case: OrderCase) -> None:
    assert company_plan(case) == company_plan(replace(case))


@given(company_cases())
@MANY
def test_goods_leave_and_money_is_registered_only_where_a_person_decided_it(case: OrderCase) -> None:
    for each, plan in zip(*lived(case), strict=True):
        assert is_decided(each) or not [action for action in plan.actions if action.spec.risk == 5]


@given(company_cases(st.sampled_from([CREDIT, "shop/Резерв", "shop/Запрос на товар"])))
@MANY
def test_a_client_without_trust_gets_nothing_unpaid_by_the_stage_alone(case: OrderCase) -> None:
    case = replace(
        case, client=WARY, deal=make.at(CREDIT).deal if case.stage_name == "Отгружено/не оплачено" else case.deal
    )
    for each, plan in zip(*lived(case), strict=True):
        left = actions_in([plan], "shipment.create") + actions_in([plan], "shipment.post")
        assert not left or each.is_paid


@given(company_cases(st.just(DESK)), st.sampled_from(["yes", ""]))
@MANY
def test_a_marked_payment_is_received_once_and_whole(case: OrderCase, mark: str) -> None:
    case = replace(case, deal=make.at(DESK, {"paid_at_desk": mark}).deal, client=WARY, answers={})
    before = case.due_kopecks
    cases, plans = lived(case)
    receipts = actions_in(plans, "cash.create")
    assert len(receipts) <= (mark == "yes")
    if receipts:
        at_first = cases[next(n for n, plan in enumerate(plans) if receipts[0] in plan.actions)]
        assert receipts[0].payload["sum_kopecks"] == at_first.due_kopecks > 0
        assert cases[-1].due_kopecks == 0
    elif mark and before and cases[-1].is_complete and cases[-1].order_word == "open":
        assert not cases[-1].has_its_lines or plans[-1].findings, (
            "money was marked, not registered, and nobody was told"
        )


@given(
    wanted_lines.filter(bool),
    services,
    st.integers(0, 5),
    st.integers(0, 6),
    st.sampled_from([1, 50, 100, 300]),
    st.booleans(),
)
@MANY
def test_money_is_received_once_whatever_interrupts_us_and_whatever_becomes_of_the_sum(
    goods: list[WantedLine], works: list[WantedLine], at_round: int, done: int, percent: int, prepaid: bool
) -> None:
    """In one round only the first actions are carried out, and then the order's prices change on both sides."""
    lines = [*goods, *works]
    case = make.ordered(
        DESK,
        {"paid_at_desk": "yes"},
        lines=lines,
        reserves=(),
        stock=make.shelves(lines, spare=1_000),
        paid_kopecks=int(prepaid),
    )
    before, carried = case.paid_kopecks, []
    for number in range(MOST_ROUNDS):
        plan = company_plan(case)
        if number == at_round:
            plan = replace(plan, actions=plan.actions[:done])
        carried.append(plan)
        case = carry_out(case, plan)
        if number == at_round and case.stage_name == "Самовывоз/доставка" and not case.is_shipped:
            priced = [replace(line, price_kopecks=line.price_kopecks * percent // 100) for line in lines]
            case = replace(case, lines=tuple(priced), order_lines=make.order_lines(priced))
    receipts, links = actions_in(carried, "cash.create"), actions_in(carried, "cash.link")
    assert len(receipts) <= 1
    assert sum(link.payload["sum_kopecks"] for link in links) == case.paid_kopecks - before
    assert not links or links[0].payload["sum_kopecks"] <= receipts[0].payload["sum_kopecks"]
    assert len(links) == len(receipts) or not case.due_kopecks


@given(company_cases(st.just(DESK)))
@MANY
def test_what_is_paid_at_the_desk_leaves_whole_or_somebody_is_told(case: OrderCase) -> None:
    case = replace(case, deal=make.at(DESK, {"paid_at_desk": "yes"}).deal)
    cases, plans = lived(case)
    last, told = cases[-1], plans[-1].findings + plans[-1].skips
    assert told or last.order_is_over or last.ledger_owns_lines or not last.order_lines
    if last.stage_name == "Оценка качества" and last.order_word == "closed" and actions_in(plans, "order.close"):
        assert last.is_all_shipped
        assert last.is_paid


@given(company_cases())
@MANY
def test_a_deal_only_moves_forward(case: OrderCase) -> None:
    cases, _ = lived(case)
    for before, now in pairwise(cases):
        funnel = HEADLIGHTS.table.funnel(now.funnel_name)
        assert funnel is not None
        names = [stage.name for stage in funnel.stages]
        if before.funnel_name == now.funnel_name:
            assert names.index(before.stage_name) <= names.index(now.stage_name)
        else:
            assert (before.stage_name, now.stage_name, before.deal.custom("installation")) == (
                "Резерв",
                "Обработан",
                "да",
            )
    assert case.deal.semantics == "P" or len({each.stage_name for each in cases}) == 1


@given(company_cases(PLACE.filter(lambda place: place != "shop/Резерв")))
@MANY
def test_an_incomplete_reading_of_the_company_makes_lets_go_and_moves_nothing(case: OrderCase) -> None:
    plan = company_plan(replace(case, is_complete=False))
    assert {action.kind for action in plan.actions if action.spec.rule != "tasks"} <= {"deal.field", "client.contacts"}
