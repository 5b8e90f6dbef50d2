"""What may leave a plan: modes, brakes, caps; and what depends on what was taken out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sverka.domain.actions import KINDS, Action, ref, refs_in
from sverka.domain.plan import Plan
from sverka.domain.policy import Mode, Policy, Rule
from sverka.work.guard import guard
from tests import make


def order(deal: int, roubles: int = 1_000) -> Action:
    return Action("order.create", f"deal:{deal}", "1", {}, "Нужен заказ.", money_kopecks=roubles * 100)


def lines_of(parent: Action) -> Action:
    return Action("order.lines", parent.subject, "", {"order": ref(parent.key)}, "Нужны позиции.")


def release(deal: int) -> Action:
    return Action("reserve.release", f"deal:{deal}", str(deal), {}, "Сделка проиграна.")


def allowed(plan: Plan, policy: Policy, held: frozenset[str] = frozenset(), **population: int) -> Plan:
    return guard(plan, policy, held, population)


def test_on_auto_and_without_caps_everything_goes() -> None:
    plan = Plan(actions=(order(1), lines_of(order(1)), release(2)))
    assert allowed(plan, make.policy()) == plan


def test_a_rule_that_only_watches_sends_nothing_and_says_so() -> None:
    plan = allowed(Plan(actions=(order(1),)), make.policy({"orders": Rule("orders", Mode.WATCH)}))
    assert (plan.actions, plan.proposed) == ((), ())
    assert [skip.reason for skip in plan.skips] == ["mode_watch"]


def test_what_is_proposed_stays_for_a_person_with_all_that_depends_on_it() -> None:
    plan = allowed(
        Plan(actions=(order(1), lines_of(order(1)), order(2))), make.policy({"orders": Rule("orders", Mode.PROPOSE)})
    )
    assert plan.actions == ()
    assert [action.kind for action in plan.proposed] == ["order.create", "order.lines", "order.create"]


def test_no_partner_is_made_for_an_order_that_waits() -> None:
    partner = Action("partner.create", "client:5", "1", {}, "Нет контрагента.")
    contacts = Action("partner.contacts", "client:5", "", {"partner": ref(partner.key)}, "Телефон.")
    first = Action("order.create", "deal:1", "1", {"partner": ref(partner.key)}, "Нужен заказ.")
    plan = allowed(Plan(actions=(partner, contacts, first)), make.policy({"orders": Rule("orders", Mode.PROPOSE)}))
    assert plan.actions == ()
    both = Plan(
        actions=(
            partner,
            contacts,
            first,
            Action("order.create", "deal:2", "1", {"partner": ref(partner.key)}, "Нужен заказ."),
        )
    )
    capped = allowed(both, make.policy({"orders": Rule("orders", Mode.AUTO, cap_per_run=1)}))
    assert [action.subject for action in capped.actions] == ["client:5", "client:5", "deal:1"]


def test_no_order_is_cancelled_while_its_goods_stay_held() -> None:
    cancel = Action("order.status", "deal:1", "cancelled", {}, "Сделка проиграна.")
    plan = allowed(Plan(actions=(release(1), cancel)), make.policy({"releases": Rule("releases", Mode.PROPOSE)}))
    assert plan.actions == ()


def test_a_cap_lets_the_first_through_and_the_rest_wait_with_their_lines() -> None:
    actions = [action for deal in range(4) for action in (order(deal), lines_of(order(deal)))]
    plan = allowed(Plan(actions=tuple(actions)), make.policy({"orders": Rule("orders", Mode.AUTO, cap_per_run=2)}))
    assert [action.subject for action in plan.actions] == ["deal:0", "deal:0", "deal:1", "deal:1"]
    assert {(skip.subject, skip.reason) for skip in plan.skips} == {("deal:2", "over_cap"), ("deal:3", "over_cap")}


def test_a_cap_on_the_sum_is_not_passed_and_one_dear_order_does_not_block_the_others() -> None:
    plan = Plan(actions=(order(1, 600), order(2, 600), order(3, 10)))
    capped = allowed(plan, make.policy({"orders": Rule("orders", Mode.AUTO, cap_sum_kopecks=1_000_00)}))
    assert [action.subject for action in capped.actions] == ["deal:1", "deal:3"]


def test_too_many_releases_go_not_at_all_and_trip_the_brake() -> None:
    plan = Plan(actions=(release(1), release(2), release(3)))
    capped = allowed(plan, make.policy({"releases": Rule("releases", Mode.AUTO, cap_per_run=2)}), releases=100)
    assert capped.actions == ()
    assert [brake.scope for brake in capped.tripped] == ["headlights/releases"]


def test_a_share_is_rounded_up_to_at_least_one() -> None:
    policy = make.policy({"releases": Rule("releases", Mode.AUTO, cap_share_percent=3)})
    assert len(allowed(Plan(actions=(release(1),)), policy, releases=6).actions) == 1
    assert allowed(Plan(actions=(release(1), release(2))), policy, releases=6).tripped


def test_a_brake_covers_its_rule_its_system_its_company_or_everything() -> None:
    plan = Plan(actions=(order(1), release(2)))
    for scope, left in [
        ("orders", ["reserve.release"]),
        ("business_ru", []),
        ("headlights", []),
        ("all", []),
        ("machinery", ["order.create", "reserve.release"]),
    ]:
        assert [action.kind for action in allowed(plan, make.policy(), frozenset({scope})).actions] == left, scope


rules = st.fixed_dictionaries(
    {
        name: st.builds(
            Rule, name=st.just(name), mode=st.sampled_from(Mode), cap_per_run=st.none() | st.integers(0, 3),
            cap_share_percent=st.none() | st.integers(0, 100), cap_sum_kopecks=st.none() | st.integers(0, 3_000_00),
        )
        for name in {kind.rule for kind in KINDS}
    }
)  # fmt: skip
plans = st.lists(
    st.sampled_from([action for deal in range(6) for action in (order(deal), lines_of(order(deal)), release(deal))]),
    unique_by=lambda action: action.key,
)


@given(plans, rules)
def test_caps_hold_and_nothing_waits_for_what_will_not_come(actions: list[Action], chosen: dict[str, Rule]) -> None:
    plan = Plan(actions=tuple(actions))
    left = allowed(plan, make.policy(chosen), releases=10).actions
    keys = {action.key for action in left}
    given_keys = {action.key for action in actions}
    assert keys <= given_keys
    for action in left:
        rule = chosen[action.spec.rule]
        assert rule.mode is Mode.AUTO
        assert all(key in keys for key in refs_in(action.payload) if key in given_keys)
    for rule in chosen.values():
        mine = [action for action in left if action.spec.rule == rule.name]
        assert rule.cap_per_run is None or len(mine) <= rule.cap_per_run
        assert rule.cap_sum_kopecks is None or sum(action.money_kopecks for action in mine) <= rule.cap_sum_kopecks


@given(plans, rules)
def test_nothing_is_lost_on_the_way(actions: list[Action], chosen: dict[str, Rule]) -> None:
    """Each action either stays or is told as a skip of its subject."""
    plan = allowed(Plan(actions=tuple(actions)), make.policy(chosen), releases=10)
    told = {(skip.subject, skip.detail) for skip in plan.skips}
    assert all(action in plan.actions or (action.subject, action.kind) in told for action in actions)


@given(plans, rules, st.integers(0, 100))
def test_no_cap_is_passed_by_number_share_or_sum_and_releases_go_all_or_not_at_all(
    actions: list[Action], chosen: dict[str, Rule], population: int
) -> None:
    plan = allowed(Plan(actions=tuple(actions)), make.policy(chosen), **dict.fromkeys(chosen, population))
    for rule in chosen.values():
        mine = [action for action in plan.actions if action.spec.rule == rule.name]
        share = None if rule.cap_share_percent is None else max(1, -(-population * rule.cap_share_percent // 100))
        assert all(len(mine) <= cap for cap in (rule.cap_per_run, share) if cap is not None)
        assert rule.cap_sum_kopecks is None or sum(action.money_kopecks for action in mine) <= rule.cap_sum_kopecks
    releases = [action for action in actions if action.spec.rule == "releases"]
    assert [action for action in plan.actions if action.spec.rule == "releases"] in ([], releases)
    capped = any(skip.reason == "over_cap" and skip.detail == "reserve.release" for skip in plan.skips)
    assert [brake.scope for brake in plan.tripped] == (["headlights/releases"] if capped else [])


@given(plans, st.sampled_from(["all", "headlights", "risk>=2", "headlights/risk>=0", "headlights/clock", "store"]))
def test_nothing_that_a_brake_covers_is_left_in_a_plan(actions: list[Action], scope: str) -> None:
    plan = allowed(Plan(actions=tuple(actions)), make.policy(), frozenset({scope}))
    assert plan.actions == ()
    assert {skip.reason for skip in plan.skips} <= {"switched_off"}
