"""Which rules look at a deal at all, and what they come to together.

Rules
- A deal that was over before the company's cut-off is counted, never changed.
- A deal at a stage that the state table lacks is told, and nothing is concluded about it.
- A deal that a fact or a decision moves is only moved; what its next stage requires is looked at once it stands there.
- While an earlier effect on the deal has not ended, nothing new is planned for it; what fills a deal that was made for an order of
  the store goes under the order's name, and counts as one.
- What a system refused is not sent again and again: it is tried later, at growing distances, or when something about it changed.
- Of three sides that all hold different lines, a person decides each of the two questions; no answer decides the other one.
- What was set to one value twice within a day, and taken back each time, is not set a third time: the deal is left alone until a person
  lets its brake go.
- People are reminded of what the rules want, once for each reason; a reminder that nobody wants any more is closed.
- A client is told once for each meaning; what becomes of the letter holds nothing else of the deal up.
- A deal is settled when nothing is to be done, found or waited for; a limit that is still to run out wakes it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from reconcilers import (
    deal_lines,
    goods_at_hand,
    lines,
    notices,
    order_number,
    orders,
    own_notices,
    payments,
    questions,
    requests,
    reserves,
    shipments,
    shop_orders,
    stages,
    waiting,
)
from sverka.domain import reminders
from sverka.domain.actions import Action, refs_in
from sverka.domain.brakes import ping_pong
from sverka.domain.cases import OrderCase, is_history
from sverka.domain.ping_pong import TIMES, fought_over
from sverka.domain.plan import Finding, Plan, Skip, union
from sverka.domain.policy import Policy
from sverka.domain.russian import quoted

_RULES = (
    orders.decide, lines.decide, deal_lines.decide, reserves.decide, order_number.decide, shipments.decide, payments.decide,
    shop_orders.decide, requests.decide, waiting.decide, goods_at_hand.decide,
    notices.decide, own_notices.decide,
)  # fmt: skip


_LINES = {lines.ASPECT: lines.ASPECT, deal_lines.TOPIC: lines.ASPECT, shop_orders.ASPECT: shop_orders.ASPECT}
"""Questions about a deal's lines → what is remembered of the two sides that they compare."""

_CONTESTED = "contested"
"""What is remembered of two sides that did not agree when the deal's lines were replaced: it equals neither."""


def decide(case: OrderCase, policy: Policy, now: datetime) -> Plan:
    """Return everything that the deal needs."""
    decided = _decide(case, policy, now)
    is_settled = not (decided.actions or decided.findings or any(skip.reason != "history" for skip in decided.skips))
    return replace(decided, looked_at=(case.subject,), settled=(case.subject,) if is_settled else ())


def _decide(case: OrderCase, policy: Policy, now: datetime) -> Plan:
    if is_history(case.deal, policy.history_cutoff):
        return Plan(skips=(Skip(case.subject, "history"),))
    if case.stage is None:
        return _unknown_stage(case)
    if case.has_pending:
        return Plan(skips=(Skip(case.subject, "own_effect_pending"),))
    plan = stages.decide(case, policy, now)
    if not stages.moves(plan):
        plan = _contested(union([plan, *(rule(case, policy, now) for rule in _RULES)]))
        plan += goods_at_hand.missing(case, plan, policy, now)
        plan += questions.decide(case, plan, policy, now)
    return _unless_fought_over(case, _without_refused(case, plan + _reminded(case, plan, policy, now)), policy)


def _contested(plan: Plan) -> Plan:
    """Let what is asked about the deal's lines stay a question when one of its sides is decided.

    Else the deal, having taken over the lines of one side, might by chance hold what it once agreed on with the other, whose change would
    then pass for the only one.
    """
    asked = {_LINES[finding.aspect] for finding in plan.findings if finding.asks and finding.aspect in _LINES}
    marks = tuple((aspect, _CONTESTED) for aspect in sorted(asked))
    actions = (
        replace(each, settles=each.settles + marks) if each.kind == "deal.lines" else each for each in plan.actions
    )
    return replace(plan, actions=tuple(actions))


def _reminded(case: OrderCase, plan: Plan, policy: Policy, now: datetime) -> Plan:
    """Return the reminders that all rules together want. A deal on the move keeps what it has until it has arrived."""
    if stages.moves(plan):
        return Plan()
    wanted = [
        *requests.reminders(case, policy), *waiting.reminders(case, policy, now), *goods_at_hand.reminders(case, plan, policy, now),
        *shipments.reminders(case, plan), *questions.reminders(case, plan, policy, now),
        *notices.reminders(case, policy, now),
    ]  # fmt: skip
    unjudged = reminders.REASONS if not case.is_complete else goods_at_hand.unjudged(plan)
    told = [each for each in wanted if each.responsible]
    return reminders.plan(policy.company, case.subject, told, case.made, unjudged=unjudged)


def _without_refused(case: OrderCase, plan: Plan) -> Plan:
    """Take out what a system refused before and may not be tried again yet, with all that waits for it; tell a person what it said."""
    refused = {action.key: action for action in plan.actions if _is_refused(case, action)}
    waiting = {key for key in refused if not case.refusals[key].may_retry}
    out = set(waiting)
    for action in plan.actions:
        if any(key in out for key in refs_in(action.payload)):
            out.add(action.key)
    return replace(
        plan,
        actions=tuple(action for action in plan.actions if action.key not in out),
        skips=plan.skips + tuple(Skip(case.subject, "refused", refused[key].kind) for key in sorted(waiting)),
        findings=plan.findings + tuple(_refusal(case, action) for action in refused.values()),
    )


def _is_refused(case: OrderCase, action: Action) -> bool:
    refusal = case.refusals.get(action.key)
    return refusal is not None and refusal.payload == action.payload


def _refusal(case: OrderCase, action: Action) -> Finding:
    said = case.refusals[action.key].detail
    text = f"{action.reason} Система отказала: {said} Устраните причину; попробуем ещё раз позже или когда что-то изменится."
    return Finding("refused", case.subject, action.kind, text, said, action.money_kopecks, asks=True)


def _unless_fought_over(case: OrderCase, plan: Plan, policy: Policy) -> Plan:
    """Leave a deal alone in which we and somebody else keep setting the same thing."""
    action = fought_over(plan.actions, case.set_again)
    if action is None:
        return plan
    brake = ping_pong(policy.company, case.subject, case.deal.title, action.kind, TIMES)
    return replace(
        plan, actions=(), skips=(*plan.skips, Skip(case.subject, "switched_off", action.kind)), tripped=(brake,)
    )


def _unknown_stage(case: OrderCase) -> Plan:
    text = (
        f"Сделка {quoted(case.deal.title)} стоит на стадии «{case.stage_name}», о которой Сверке ничего не сказано. "
        "Опишите стадию в файле компании или переведите сделку."
    )
    return Plan(
        findings=(
            Finding("unknown_stage", case.subject, "stage", text, case.stage_name, case.deal.opportunity_kopecks),
        )
    )
