"""What may leave a plan: modes, kill switches, caps. Pure; what it takes out becomes a skip with a reason.

- A rule that only watches or proposes sends nothing; what it proposes stays in the plan for a person.
- Caps count what would be sent. Most rules are trimmed to the cap, whole subjects at a time, and the rest waits for the next run.
  Releases of reserves go all or not at all, and a cap that they hit trips the rule's brake.
- What depends on an action that was taken out (by `ref`) is taken out with it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from math import ceil

from sverka.domain.actions import Action, refs_in
from sverka.domain.brakes import covers, over_cap
from sverka.domain.money import roubles
from sverka.domain.plan import Plan, Skip
from sverka.domain.policy import Mode, Policy, Rule

ALL_OR_NOTHING = frozenset({"releases"})
"""Rules of which a part is more dangerous than nothing: many at once means that the premise is wrong."""

_Verdict = str
"""A reason to take an action out, "" to leave it."""


def guard(plan: Plan, policy: Policy, held_scopes: frozenset[str], population: Mapping[str, int]) -> Plan:
    """Return the plan with only what may be sent now.

    held_scopes: of the brakes and kill switches that are on (`sverka.domain.brakes`).
    population: rule → how many living objects it works on, for caps by share.
    """
    plan, _ = _take_out(plan, lambda action: _switched_off(action, policy, held_scopes))
    plan, proposed = _take_out(plan, lambda action: _by_mode(policy.rules[action.spec.rule]))
    plan = replace(plan, proposed=tuple(a for a in proposed if policy.rules[a.spec.rule].mode is not Mode.WATCH))
    for rule in policy.rules.values():
        plan = _cap(plan, policy.company, rule, population.get(rule.name, 0))
    return plan


def _switched_off(action: Action, policy: Policy, held_scopes: frozenset[str]) -> _Verdict:
    held = any(covers(scope, policy.company, action.spec, action.subject) for scope in held_scopes)
    return "switched_off" if held else ""


def _by_mode(rule: Rule) -> _Verdict:
    return {Mode.WATCH: "mode_watch", Mode.PROPOSE: "mode_propose", Mode.AUTO: ""}[rule.mode]


def _cap(plan: Plan, company: str, rule: Rule, population: int) -> Plan:
    mine = [action for action in plan.actions if action.spec.rule == rule.name]
    limit = _limit(rule, population)
    over_sum = rule.cap_sum_kopecks is not None and sum(action.money_kopecks for action in mine) > rule.cap_sum_kopecks
    if (limit is None or len(mine) <= limit) and not over_sum:
        return plan
    if rule.name in ALL_OR_NOTHING:
        kept: frozenset[str] = frozenset()
        brake = over_cap(company, rule.name, len(mine), _allowed(rule, limit, population))
        plan = replace(plan, tripped=(*plan.tripped, brake))
    else:
        kept = _first_subjects(mine, limit, rule.cap_sum_kopecks)
    plan, _ = _take_out(
        plan, lambda action: "over_cap" if action.spec.rule == rule.name and action.key not in kept else ""
    )
    return plan


def _allowed(rule: Rule, limit: int | None, population: int) -> str:
    """Say what a rule may do in one run, for the operator."""
    share = f" ({rule.cap_share_percent} % of {population})" if rule.cap_share_percent is not None else ""
    money = f", worth {roubles(rule.cap_sum_kopecks)} roubles at most" if rule.cap_sum_kopecks is not None else ""
    return f"{'any number' if limit is None else limit} may go{share}{money}"


def _limit(rule: Rule, population: int) -> int | None:
    """Return the smaller of the two caps; a share is rounded up to at least one."""
    limits = [] if rule.cap_per_run is None else [rule.cap_per_run]
    if rule.cap_share_percent is not None:
        limits.append(max(1, ceil(population * rule.cap_share_percent / 100)))
    return min(limits, default=None)


def _first_subjects(actions: list[Action], limit: int | None, cap_sum_kopecks: int | None) -> frozenset[str]:
    """Return the keys of the actions that fit under the caps, whole subjects only, in the order of the plan."""
    by_subject: dict[str, list[Action]] = defaultdict(list)
    for action in actions:
        by_subject[action.subject].append(action)
    kept: list[str] = []
    money = 0
    for group in by_subject.values():
        cost = sum(action.money_kopecks for action in group)
        too_many = limit is not None and len(kept) + len(group) > limit
        too_dear = cap_sum_kopecks is not None and money + cost > cap_sum_kopecks
        if not too_many and not too_dear:
            kept += [action.key for action in group]
            money += cost
    return frozenset(kept)


def _needs(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Return, for each action, the keys without which it makes no sense: what its refs bring; for a cancelled order, that its goods go."""
    releases: dict[str, list[str]] = defaultdict(list)
    for action in plan.actions:
        if action.kind == "reserve.release":
            releases[action.subject].append(action.key)
    return {
        action.key: tuple(releases[action.subject]) if action.kind == "order.status" else refs_in(action.payload)
        for action in plan.actions
    }


def _serves(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Return, for actions that others of another subject wait for (a partner for its orders), the keys of those."""
    subjects = {action.key: action.subject for action in plan.actions}
    waiting: dict[str, list[str]] = defaultdict(list)
    for action in plan.actions:
        for key in refs_in(action.payload):
            if subjects.get(key, action.subject) != action.subject:
                waiting[key].append(action.key)
    return {key: tuple(keys) for key, keys in waiting.items()}


def _take_out(plan: Plan, verdict: Callable[[Action], _Verdict]) -> tuple[Plan, tuple[Action, ...]]:
    """Split the plan; what waits for an action that is taken out goes with it, and so does what only such actions waited for."""
    reasons = {action.key: verdict(action) for action in plan.actions}
    needs, serves = _needs(plan), _serves(plan)
    changed = True
    while changed:
        changed = False
        for key in [key for key, reason in reasons.items() if not reason]:
            lost = next((reasons[needed] for needed in needs[key] if reasons.get(needed)), "")
            users = [reasons[user] for user in serves.get(key, ())]
            reason = lost or (users[0] if users and all(users) else "")
            if reason:
                reasons[key], changed = reason, True
    out = tuple(action for action in plan.actions if reasons[action.key])
    skips = Counter((action.subject, reasons[action.key], action.kind) for action in out)
    kept = tuple(action for action in plan.actions if not reasons[action.key])
    return replace(plan, actions=kept, skips=plan.skips + tuple(Skip(*skip) for skip in skips)), out
