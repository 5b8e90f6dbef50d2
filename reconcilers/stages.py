"""Where a deal must stand: facts of the ledger and decisions of people move it, forward, and never twice for the same reason.

Rules
- A fact of the company's table that holds moves the deal from one of the fact's origins to its target: work order opened, work
  order closed, all goods gone and all money come. A prepayment alone moves nothing.
- A decision that says `move` takes the deal to another funnel once its order and its reserve are there; they stay the same
  documents, so its parts are counted once. One that says `link` leaves the deal where it is and makes a second one
  there, without parts.
- Nothing is moved out of won or lost, nor from an incomplete reading.
- A deal that somebody moved back after such a move is not moved again: a person is asked.
"""

from __future__ import annotations

from datetime import datetime

from reconcilers.decisions import in_force
from sverka.domain.actions import Action
from sverka.domain.cases import OrderCase
from sverka.domain.patience import answered
from sverka.domain.plan import Finding, Plan, Skip
from sverka.domain.policy import Policy
from sverka.domain.russian import quoted
from sverka.domain.state_table import ALLOWED_STATUSES, Fact

ASPECT = "stage"
_WORDS = {
    ("payment", "full"): "заказ оплачен полностью", ("shipment", "all"): "товар отгружен",
    ("work_order", "opened"): "заказ-наряд открыт", ("work_order", "closed"): "заказ-наряд закрыт",
    ("payment", "none"): "денег нет", ("shipment", "none"): "отгрузок нет",
}  # fmt: skip


def decide(case: OrderCase, policy: Policy, _now: datetime) -> Plan:
    """Return the move that the facts or a person's decision require, if any."""
    if case.deal.semantics != "P":
        return Plan()
    fact = _fact(case, policy)
    if fact is not None:
        return _by_fact(case, fact)
    if not case.is_complete:
        skips = (Skip(case.subject, "incomplete_read", ASPECT),) if _is_decided(case, policy) else ()
        return Plan(skips=skips)
    decision = in_force(case, policy, "move")
    if decision and _has_what_it_needs(case):
        funnel_key, stage_name = decision.target or ("", "")
        why = "отмечено, что нужна установка" if decision.field == "installation" else "так отмечено в сделке"
        return _move(case, _funnel_name(policy, funnel_key), stage_name, why)
    return _linked(case, policy)


def moves(plan: Plan) -> bool:
    """Whether a plan moves its deal: then what its present stage requires is over."""
    return any(action.kind == "deal.stage" for action in plan.actions)


def _is_decided(case: OrderCase, policy: Policy) -> bool:
    return any(in_force(case, policy, word) for word in ("move", "link"))


def _has_what_it_needs(case: OrderCase) -> bool:
    """Whether the order and the reserve that the present stage requires are there: they go along with the deal."""
    stage, held = case.stage, case.held_goods
    if stage is None or (stage.requires_order and (case.order is None or case.order.deleted or not case.has_its_lines)):
        return False
    return not stage.requires_reserve or all(held.get(good, 0) >= amount for good, amount in case.wanted_goods.items())


def _fact(case: OrderCase, policy: Policy) -> Fact | None:
    funnel, stage = policy.table.funnel(case.funnel_name), case.stage
    if funnel is None or stage is None or case.order is None or case.order.deleted:
        return None
    holding = (fact for fact in funnel.facts if stage.name in fact.origins and _holds(case, fact))
    return next(holding, None)


def _holds(case: OrderCase, fact: Fact) -> bool:
    seen = {
        ("payment", "full"): case.is_paid, ("payment", "none"): case.paid_kopecks == 0,
        ("shipment", "all"): case.is_all_shipped, ("shipment", "none"): not case.is_shipped,
        ("work_order", "opened"): case.order_word == "work_opened",
        ("work_order", "closed"): case.order_word in ALLOWED_STATUSES["work_closed"],
    }  # fmt: skip
    return all(seen[condition] for condition in fact.when.items())


def _by_fact(case: OrderCase, fact: Fact) -> Plan:
    if not case.is_complete:
        return Plan(skips=(Skip(case.subject, "incomplete_read", ASPECT),))
    why = ", ".join(_WORDS[condition] for condition in fact.when.items())
    return _move(case, case.funnel_name, fact.target, why)


def _move(case: OrderCase, funnel_name: str, stage_name: str, why: str) -> Plan:
    funnel_id, stage_id = case.ids.stages.get((funnel_name, stage_name), ("", ""))
    if not stage_id:
        return _no_target(case, funnel_name, stage_name, "не переведена")
    if case.bases.get(ASPECT) == stage_id and (asked := _ask(case, stage_name, why)):
        return asked
    elsewhere = f" воронки «{funnel_name}»" if funnel_id != case.deal.funnel_id else ""
    other_funnel = funnel_id if funnel_id != case.deal.funnel_id else ""
    action = Action(
        "deal.stage", case.subject, "",
        {"deal": case.deal.ext_id, "from_stage": case.deal.stage_id, "stage": stage_id, "funnel": other_funnel},
        reason=f"Сделка {quoted(case.deal.title)}: {why} — переводим на «{stage_name}»{elsewhere}.",
        before=case.stage_name, after=stage_name, evidence=case.evidence(), money_kopecks=case.sum_kopecks,
        settles=((ASPECT, stage_id),),
    )  # fmt: skip
    return Plan(actions=(action,))


def _ask(case: OrderCase, stage_name: str, why: str) -> Plan | None:
    """Ask about a deal that was moved back; None if a person said to move it again."""
    text = (
        f"Сделку {quoted(case.deal.title)} вернули на «{case.stage_name}», хотя {why} и она уже переходила на «{stage_name}». "
        "Оставить её на месте или перевести снова?"
    )
    finding = Finding(
        "conflict", case.subject, ASPECT, text, f"{case.stay} | {stage_name}", case.sum_kopecks, asks=True
    )
    choice = answered(case, finding)
    if choice == "take-mirror":
        return None
    reason = "ignored" if choice else "asked"
    return Plan(skips=(Skip(case.subject, reason, ASPECT),), findings=(finding,))


def _linked(case: OrderCase, policy: Policy) -> Plan:
    decision = in_force(case, policy, "link")
    if decision is None or decision.target is None:
        return Plan()
    funnel_name = _funnel_name(policy, decision.target[0])
    funnel_id, stage_id = case.ids.stages.get((funnel_name, decision.target[1]), ("", ""))
    fields = {name: value for name in ("branch", "installation") if (value := case.deal.custom(name))}
    action = Action(
        "deal.create", case.subject, f"link {decision.target[0]}",
        {
            "title": case.deal.title, "funnel": funnel_id, "stage": stage_id, "client": case.deal.client_key,
            "responsible": case.people.manager, "source": case.deal.source_id, "originator": "sverka",
            "origin": case.subject, "fields": fields,
        },
        reason=f"Сделка {quoted(case.deal.title)}: нужна установка — заводим связанную сделку в воронке «{funnel_name}».",
        after=decision.target[1], evidence=case.evidence(),
    )  # fmt: skip
    if action.key in case.created:
        return Plan()
    return Plan(actions=(action,)) if stage_id else _no_target(case, funnel_name, decision.target[1], "не передана")


def _no_target(case: OrderCase, funnel_name: str, stage_name: str, outcome: str) -> Plan:
    text = (
        f"На портале нет стадии «{stage_name}» воронки «{funnel_name}», "
        f"поэтому сделка {quoted(case.deal.title)} {outcome}. Проверьте названия."
    )
    return Plan(findings=(Finding("missing", case.subject, "target stage", text, stage_name),))


def _funnel_name(policy: Policy, key: str) -> str:
    return next((funnel.name for funnel in policy.table.funnels if funnel.key == key), "")
