"""How a run goes: lease, poll, plan, guard, outbox, send, read back; again until nothing is left to plan.

A run that failed says why in one sentence for each trouble; the other companies go on. There is one path for runs by hand, due
ticks and reviewed plans: a dry run stops before the outbox, a reviewed plan lets only its own actions through.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sverka.domain.actions import RANK, Action
from sverka.domain.effects import Effect
from sverka.domain.plan import Finding, Plan
from sverka.domain.rows import Reserve
from sverka.domain.runs import CompanyReport
from sverka.store import agreements as bases
from sverka.store import attention, bindings, counting, findings, outbox, runs
from sverka.store.errors import StoreError
from sverka.systems.errors import SystemTrouble
from sverka.work.desk import Desk, Look
from sverka.work.guard import guard
from sverka.work.lease import Lease
from sverka.work.polling import poll, remembered
from sverka.work.sending import Sender, Sent
from sverka.work.spec import Job, Polls

Progress = Callable[[str, int, int], None]
"""Told what is going on, how much of it is done, and of how much (0: not known)."""


def silent(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Order:
    """What is asked of a run. tick: its key. only: for a reviewed plan, action key → the payload that was reviewed."""

    tick: str
    holder: str
    dry_run: bool = False
    only: Mapping[str, Mapping[str, Any]] | None = None
    progress: Progress = silent


@dataclass(frozen=True)
class Ran:
    """A finished run: the report, and the last plan with what it would do or did."""

    report: CompanyReport
    plan: Plan


def run(job: Job, desk: Desk, order: Order) -> Ran:
    """Run a job for one company and report. Raises nothing that a person could meet: troubles become sentences of the report."""
    report = CompanyReport(desk.company)
    lease = Lease(desk.store, desk.clock, f"{job.name}:{desk.company}", order.holder)
    if not lease.acquire():
        return Ran(_skipped(report, "held_by"), Plan())
    with lease:
        now = desk.clock.real()
        with desk.store.writing() as tx:
            run_id = runs.start(tx, desk.company, job.name, order.tick, desk.at or now, now, desk.fingerprint)
        if run_id is None:
            return Ran(_skipped(report, "already_run"), Plan())
        plan = _guarded_work(job, desk, order, lease, run_id, report)
        report.requests = Counter({"bitrix24": desk.portal.sent, "business_ru": desk.ledger.sent})
        with desk.store.writing() as tx:
            runs.finish(tx, run_id, report.outcome, report.as_json(), desk.clock.real())
    return Ran(report, plan)


def _skipped(report: CompanyReport, reason: str) -> CompanyReport:
    report.outcome = "skipped"
    report.skips[reason] += 1
    return report


def _guarded_work(job: Job, desk: Desk, order: Order, lease: Lease, run_id: int, report: CompanyReport) -> Plan:
    try:
        return _work(job, desk, order, lease, run_id, report)
    except (SystemTrouble, StoreError) as trouble:
        report.outcome = "failed"
        report.failed += 1
        report.sentences.append(str(trouble))
        return Plan()


def _work(job: Job, desk: Desk, order: Order, lease: Lease, run_id: int, report: CompanyReport) -> Plan:
    plan = Plan()
    for turn in range(job.passes):
        order.progress("reading", turn, 0)
        look = _look(job, desk, run_id, report, turn)
        sender = Sender(desk, lease, look, partial(_wanted, job, desk, run_id))
        if turn == 0 and not order.dry_run:
            sender.recover()
        order.progress("deciding", turn, 0)
        plan = _plan(job, desk, order, look)
        report.planned += Counter(action.kind for action in plan.actions)
        if order.dry_run:
            break
        _keep(desk, look, plan)
        _count(report, sender.send_all(order.progress))
        if not plan.actions:
            break
    _tell(report, plan, look)
    return plan


def _look(job: Job, desk: Desk, run_id: int, report: CompanyReport, turn: int) -> Look:
    try:
        return poll(desk, run_id, full=job.polls is Polls.EVERYTHING and turn == 0)
    except SystemTrouble as trouble:
        if job.polls is not Polls.CHANGES_IF_THEY_ANSWER:
            raise
        report.sentences.append(f"{trouble} What is remembered is used instead.")
        return remembered(desk, run_id)


def _wanted(job: Job, desk: Desk, run_id: int, effect: Effect) -> bool:
    """Run the rule again for an effect that was planned on an older mirror: what changed since is read first."""
    return job.wanted(desk, poll(desk, run_id), effect)


def _plan(job: Job, desk: Desk, order: Order, look: Look) -> Plan:
    plan = job.plan(desk, look)
    plan = replace(
        plan,
        actions=_in_order(plan.actions),
        findings=(*plan.findings, *_about_sources(look)),
        looked_at=(*plan.looked_at, *_SOURCES),
    )
    if order.only is not None:
        plan = replace(
            plan, actions=tuple(action for action in plan.actions if order.only.get(action.key) == action.payload)
        )
    with desk.store.reading() as tx:
        held = runs.held_scopes(tx)
        population = {"releases": counting.count(tx, desk.company, Reserve, held=True, deleted=False)}
    return guard(plan, desk.policy, frozenset(held), population)


def _in_order(actions: Iterable[Action]) -> tuple[Action, ...]:
    """Drop repeats of a key (two deals of one new client need one partner) and put parents before children, subjects kept apart."""
    unique: dict[str, Action] = {}
    for action in actions:
        unique.setdefault(action.key, action)
    return tuple(sorted(unique.values(), key=lambda action: RANK[action.kind]))


_SOURCES = ("source:bitrix24", "source:business_ru")


def _about_sources(look: Look) -> tuple[Finding, ...]:
    half_read = (_half_read(reading, trouble) for reading, trouble in look.notes)
    return (*half_read, *(_malformed(*row) for row in look.malformed))


def _half_read(reading: str, trouble: str) -> Finding:
    system, _, family = reading.partition(" ")
    text = f"Прочитано не полностью ({reading}): {trouble}. Ничего не снимаем и не создаём, пока не прочитаем целиком."
    return Finding("stale_source", f"source:{system}", family, text, trouble)


def _malformed(reading: str, ext_id: str, trouble: str) -> Finding:
    system, _, family = reading.partition(" ")
    text = f"Не удалось понять запись № {ext_id} ({reading}): {trouble}. Сделку, к которой она относится, не трогаем; исправьте запись."
    return Finding("malformed", f"source:{system}", f"{family} {ext_id}", text, trouble)


def _keep(desk: Desk, look: Look, plan: Plan) -> None:
    """Write the plan down: what was agreed, found, bound and intended, in one transaction."""
    with desk.store.writing() as tx:
        bindings.bind(tx, desk.company, plan.binds, look.run_id)
        bases.put(tx, desk.company, plan.agreed, look.run_id)
        findings.record(tx, desk.company, plan.looked_at, plan.findings, look.run_id, look.now)
        outbox.put(tx, desk.company, plan.actions, look.run_id, desk.clock.real())
        attention.clear(tx, desk.company, [subject.removeprefix("deal:") for subject in plan.settled], look.run_id)
        runs.note_skips(tx, desk.company, look.run_id, plan.skips)
        for rule in plan.tripped:
            runs.trip(tx, rule, by="sverka", reason="more than its cap in one run", now=desk.clock.real())


def _count(report: CompanyReport, sent: Sent) -> None:
    report.done += sent.done
    report.failed += sent.failed
    report.unknown += sent.unknown + sent.left_claimed
    report.sentences += sent.sentences


def _tell(report: CompanyReport, plan: Plan, look: Look) -> None:
    report.skips = Counter(skip.reason for skip in plan.skips)
    report.findings = Counter(finding.kind for finding in plan.findings)
    report.proposed = Counter(action.kind for action in plan.proposed)
    report.sentences += [f"{reading}: {trouble}" for reading, trouble in look.notes]
    report.sentences += [
        f"{reading} {ext_id}: not understood, {trouble}; its deal is left alone"
        for reading, ext_id, trouble in look.malformed
    ]
    if plan.tripped:
        report.outcome = "held"
        report.sentences += [
            f"the rule {rule} hit its cap and holds; see `sverka breaker list`" for rule in plan.tripped
        ]
    if report.failed:
        report.outcome = "failed"
