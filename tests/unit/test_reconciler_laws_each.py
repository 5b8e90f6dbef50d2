"""The laws of every reconciler alone: the same facts, the same plan; nothing from absence; what is carried out is not planned again.

And of the guard that every plan goes through: caps hold, and nothing is taken out in silence. Laws of all of them together are in
`test_reconciler_laws.py`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reconcilers import (
    bindings,
    calls,
    deals,
    stages,
)
from sverka.domain.actions import Action, refs_in
from sverka.domain.cases import OrderCase, People
from sverka.domain.plan import Bind, Finding, Plan, union
from sverka.domain.policy import Mode, Policy, Rule
from sverka.domain.reminders import Made
from sverka.domain.rows import Activity, Client, Employee, Good, Partner, Product, Row, User
from sverka.work.guard import ALL_OR_NOTHING, guard
from tests import make
from tests.ledger_model import carry_out
from tests.make import NOW
from tests.strategies import examples
from tests.strategies_deals import HEADLIGHTS, company_cases

MANY = examples(soak=1_000, short=6)
RULES: dict[str, Callable[[OrderCase, Policy, datetime], Plan]] = {
    each.__module__.rpartition(".")[2]: each for each in (*deals._RULES, stages.decide, deals.decide)
}
"""All rules of a deal, as it is decided by them."""
UNDOES = {
    "reserve.release",
    "order.close",
    "shop.cancel",
    "todo.complete",
    "task.complete",
    "deal.lines",
    "order.lines",
    "reserve.lines",
}
each_rule = pytest.mark.parametrize("rule", RULES)


def plan_of(rule: str, case: OrderCase) -> Plan:
    return RULES[rule](case, HEADLIGHTS, NOW)


def canonical(value: Any) -> str:
    """Write a payload in one way, whatever the order of its rows."""
    if isinstance(value, dict):
        value = {name: canonical(each) for name, each in value.items()}
    return json.dumps(sorted(map(canonical, value)) if isinstance(value, list | tuple) else value, sort_keys=True)


def told(plan: Plan) -> list[tuple[str, str]]:
    """Return what a plan comes to, in no order."""
    actions = [(action.key, canonical(dict(action.payload))) for action in plan.actions]
    return sorted(
        [
            *actions,
            *((finding.key, "") for finding in plan.findings),
            *((skip.subject, skip.reason) for skip in plan.skips),
        ]
    )


def shuffled(draw: st.DataObject, case: OrderCase) -> OrderCase:
    """Return the same facts, the ledger's rows in another order; that of a deal's own lines a person chose, and its title follows it."""
    names = ("order_lines", "reserves", "shipments")
    return replace(case, **{name: tuple(draw.draw(st.permutations(getattr(case, name)))) for name in names})


@each_rule
@MANY
@given(case=company_cases(), data=st.data())
def test_the_same_facts_bring_the_same_plan_in_whatever_order_their_rows_come(
    rule: str, case: OrderCase, data: st.DataObject
) -> None:
    assert plan_of(rule, case) == plan_of(rule, replace(case))
    assert told(plan_of(rule, case)) == told(plan_of(rule, shuffled(data, case)))


@each_rule
@MANY
@given(case=company_cases())
def test_nothing_is_undone_for_what_an_incomplete_reading_does_not_show(rule: str, case: OrderCase) -> None:
    plan = plan_of(rule, replace(case, is_complete=False))
    assert not {action.kind for action in plan.actions} & UNDOES
    assert not [action for action in plan.actions if action.kind == "order.status"]


@each_rule
@MANY
@given(case=company_cases())
def test_what_a_rule_planned_and_was_carried_out_it_does_not_plan_again(rule: str, case: OrderCase) -> None:
    for _ in range(6):
        plan = plan_of(rule, case)
        own = {action.key for action in plan.actions}
        assume(all(set(refs_in(action.payload)) <= own for action in plan.actions))
        case = carry_out(case, plan)
    assert plan_of(rule, case).actions == ()


@each_rule
@MANY
@given(case=company_cases())
def test_deals_in_agreement_are_left_alone_by_every_rule(rule: str, case: OrderCase) -> None:
    for _ in range(12):
        plan = plan_of("deals", case)
        if not plan.actions:
            break
        case = carry_out(case, plan)
    assume(not plan_of("deals", case).skips)
    assert plan_of(rule, case).actions == ()


@MANY
@given(
    st.lists(company_cases(), min_size=1, max_size=6),
    st.sampled_from(sorted(HEADLIGHTS.rules)),
    st.builds(
        partial(Rule, "x"), st.sampled_from(Mode),
        st.none() | st.integers(0, 5), st.none() | st.integers(0, 100), st.none() | st.integers(0, 10**7),
    ),
    st.integers(0, 40),
    st.frozensets(st.sampled_from(["all", "headlights", "business_ru", "releases", "headlights/orders"]), max_size=1),
)  # fmt: skip
def test_no_more_leaves_the_guard_than_its_caps_allow_and_what_stays_is_told(
    cases: list[OrderCase], name: str, rule: Rule, population: int, held: frozenset[str]
) -> None:
    rule = replace(rule, name=name)
    policy = replace(HEADLIGHTS, rules={**HEADLIGHTS.rules, name: rule})
    numbered = [replace(case, deal=replace(case.deal, ext_id=str(71 + n))) for n, case in enumerate(cases)]
    plan = union([deals.decide(case, HEADLIGHTS, NOW) for case in numbered])
    plan = replace(plan, actions=tuple({action.key: action for action in plan.actions}.values()))
    out = guard(plan, policy, held, {name: population})
    mine = [action for action in out.actions if action.spec.rule == name]
    wanted = [action for action in plan.actions if action.spec.rule == name]
    assert len(mine) <= (len(wanted) if rule.cap_per_run is None else rule.cap_per_run)
    assert rule.cap_share_percent is None or len(mine) <= max(1, -(-population * rule.cap_share_percent // 100))
    assert rule.cap_sum_kopecks is None or sum(action.money_kopecks for action in mine) <= rule.cap_sum_kopecks
    assert rule.mode is Mode.AUTO or not mine
    assert name not in ALL_OR_NOTHING or mine in ([], wanted)
    assert not held & {"all", "headlights"} or not out.actions
    _is_told(plan, out)


def _is_told(plan: Plan, out: Plan) -> None:
    """Check that nothing was changed, nothing added, and everything that stayed has a reason."""
    planned, kept = ({action.key: action for action in each.actions} for each in (plan, out))
    assert all(planned[key] == action for key, action in kept.items())
    stayed = {(action.subject, action.kind) for key, action in planned.items() if key not in kept}
    assert stayed <= {(skip.subject, skip.detail) for skip in out.skips}
    assert all(key in kept for action in out.actions for key in refs_in(action.payload) if key in planned)


NAMES = st.sampled_from(["ООО «Вектор»", "Вектор ООО", "Анна Ли", "Анна  Ли", "Лампа D2S", "Лампа d2s", ""])
ARTICLES = st.sampled_from(["A-1", "a-1", "B-2", ""])
EMAILS = st.sampled_from(["a@x.example", "A@x.example", "b@x.example", ""])


def some(kind: type[Row], prefix: str = "", **columns: Any) -> st.SearchStrategy[list[Any]]:
    """Draw a few rows of a kind, each with an id of its own; columns: values, or what draws them."""
    drawn = {name: each if isinstance(each, st.SearchStrategy) else st.just(each) for name, each in columns.items()}
    rows = st.lists(st.fixed_dictionaries(drawn), max_size=4)
    return rows.map(lambda found: [kind(ext_id=f"{prefix}{number}", **row) for number, row in enumerate(found, 1)])


FOUND = st.builds(
    bindings.Candidates,
    clients=some(Client, "client:", name=NAMES, phone="", email=""),
    partners=some(Partner, name=NAMES, note=""),
    products=some(Product, name=NAMES, article=ARTICLES),
    goods=some(Good, name=NAMES, article=ARTICLES, is_service=False),
    users=some(User, name=NAMES, email=EMAILS, active=True),
    employees=some(Employee, name=NAMES, email=EMAILS),
)
"""Rows of both sides that may be counterparts, with names, articles and e-mails that repeat."""


def bound(plan: Plan) -> set[tuple[str, str, str]]:
    return {(bind.kind, bind.left, bind.right) for bind in plan.binds}


@examples(soak=1_000, short=25)
@given(found=FOUND, data=st.data())
def test_counterparts_are_the_same_in_whatever_order_rows_come_and_unique_both_ways(
    found: bindings.Candidates, data: st.DataObject
) -> None:
    plan = bindings.decide(found)
    names = ("clients", "partners", "products", "goods", "users", "employees")
    mixed = replace(found, **{name: data.draw(st.permutations(getattr(found, name))) for name in names})
    assert bound(bindings.decide(mixed)) == bound(plan)
    assert {finding.key for finding in bindings.decide(mixed).findings} == {finding.key for finding in plan.findings}
    for side in (lambda bind: (bind.kind, bind.left), lambda bind: (bind.kind, bind.right)):
        sides: Counter[tuple[str, str]] = Counter(map(side, plan.binds))
        assert max(sides.values(), default=0) <= 1


@examples(soak=1_000, short=25)
@given(found=FOUND)
def test_counterparts_that_are_bound_are_not_bound_again(found: bindings.Candidates) -> None:
    plan = bindings.decide(found)
    taken: dict[str, set[str]] = {}
    for bind in plan.binds:
        taken.setdefault(bind.kind, set()).add(bind.right)
    left = {kind: {bind.left for bind in plan.binds if bind.kind == kind} for kind in ("client", "product", "person")}
    again = bindings.decide(
        replace(
            found,
            taken={kind: frozenset(rights) for kind, rights in taken.items()},
            clients=[row for row in found.clients if row.ext_id not in left["client"]],
            products=[row for row in found.products if row.ext_id not in left["product"]],
            users=[row for row in found.users if row.ext_id not in left["person"]],
        )
    )
    assert not {(bind.kind, bind.right) for bind in again.binds} & {(bind.kind, bind.right) for bind in plan.binds}


def test_a_person_who_bound_two_is_believed_once() -> None:
    said = (Bind("client", "client:1", "51", "T9"),)
    rows = bindings.Candidates(
        clients=[Client(ext_id="client:1", name="Вектор", phone="", email="")], partners=[make.partner()], told=said
    )  # fmt: skip
    assert bound(bindings.decide(rows)) == {("client", "client:1", "51")}


MOMENTS = st.datetimes(datetime(2026, 1, 2), datetime(2026, 12, 1)).map(lambda at: at.replace(tzinfo=NOW.tzinfo))  # noqa: DTZ001


@examples(soak=1_000, short=25)
@given(at=MOMENTS, now=MOMENTS, completed=st.booleans(), answered=st.booleans())
def test_a_call_that_was_answered_tells_nobody_and_one_that_was_not_tells_each_once(
    at: datetime, now: datetime, completed: bool, answered: bool
) -> None:
    call = Activity(
        ext_id="9", owner="client:5", kind="call", direction="in", completed=completed, subject="Звонок", responsible_id="6",
        author_id="6", created_at=at, deadline_at=None,
    )  # fmt: skip
    missed = calls.MissedCall(call, "Вектор", People(manager="6", head="3"), answered)
    plan = calls.decide(missed, HEADLIGHTS, now)
    assert plan == calls.decide(missed, HEADLIGHTS, now)
    assert not plan.actions or not (completed or answered or now <= at)
    made = {action.key: Made("notice", f"n{number}", is_open=False) for number, action in enumerate(plan.actions)}
    assert calls.decide(replace(missed, made=made), HEADLIGHTS, now).actions == ()


def undoes_what_it_does_not_see(case: OrderCase, _policy: Policy, _now: datetime) -> Plan:
    return Plan(actions=(Action("reserve.release", case.subject, "r1", {"reserve": "r1"}, "Не видно."),))


def never_rests(case: OrderCase, _policy: Policy, _now: datetime) -> Plan:
    return Plan(
        actions=(
            Action("deal.field", case.subject, "title", {"field": "title", "value": "x", "deal": "71"}, "Ещё раз."),
        )
    )


def goes_by_the_order_of_rows(case: OrderCase, _policy: Policy, _now: datetime) -> Plan:
    return Plan(findings=tuple(Finding("differs", "x", row.ext_id, "") for row in case.order_lines[:1]))


@pytest.mark.parametrize(
    ("bug", "law"),
    [
        (undoes_what_it_does_not_see, test_nothing_is_undone_for_what_an_incomplete_reading_does_not_show),
        (never_rests, test_what_a_rule_planned_and_was_carried_out_it_does_not_plan_again),
        (never_rests, test_deals_in_agreement_are_left_alone_by_every_rule),
        (goes_by_the_order_of_rows, test_the_same_facts_bring_the_same_plan_in_whatever_order_their_rows_come),
    ],
)  # fmt: skip
def test_a_rule_with_a_bug_is_caught(bug: Any, law: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RULES, "bug", bug)
    with pytest.raises(AssertionError):
        law(rule="bug")
