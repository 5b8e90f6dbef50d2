"""How a run goes: lease, poll, plan, guard, outbox, send, read back; again until nothing is left to plan.

A run that failed says why in one sentence for each trouble; the other companies go on. There is one path for runs by hand, due
ticks and reviewed plans: a dry run stops before the outbox, a reviewed plan lets only its own actions through.
"""

from __future__ import annotations

import logging
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sverka.domain import brakes
from sverka.domain.actions import RANK, Action
from sverka.domain.effects import Effect, State
from sverka.domain.messaging.channels import EMAIL
from sverka.domain.messaging.wishes import GOES, WAITS, Note, meaning_of
from sverka.domain.plan import Finding, Plan
from sverka.domain.rows import Reserve
from sverka.domain.runs import CompanyReport
from sverka.domain.russian import capital
from sverka.store import addresses, attention, counting, debts, findings, messages, outbox, runs, tickets
from sverka.store import agreements as bases
from sverka.store.engine import Transaction
from sverka.store.errors import StoreError
from sverka.systems.errors import SystemTrouble
from sverka.work import accounts, deliveries
from sverka.work.brakes import Gate, raise_mark
from sverka.work.desk import Desk, Look
from sverka.work.guard import guard
from sverka.work.lease import Lease
from sverka.work.polling import poll, remembered
from sverka.work.sending import MIRROR_IS_FRESH, Sender, Sent
from sverka.work.spec import Job, Polls
from sverka.work.stop import Stop, Stopped

_log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]
"""Told what is going on, how much of it is done, and of how much (0: not known)."""


def silent(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Order:
    """What is asked of a run.

    tick: its key. only: for a reviewed plan, action key → the payload that was reviewed. writer_wait_s: how long it waits for another
    job of the company to finish writing. stop: whether it is to be left.
    """

    tick: str
    holder: str
    dry_run: bool = False
    only: Mapping[str, Mapping[str, Any]] | None = None
    progress: Progress = silent
    writer_wait_s: int = 60
    stop: Stop = field(default_factory=Stop)


class LeaseLost(Exception):
    """Another process took over while this one was busy; what was planned is sent by whoever holds the lease now."""

    def __str__(self) -> str:
        return str(self.__doc__)


@dataclass(frozen=True)
class Ran:
    """A run that is over: the report, and the last plan with what it would do or did. was_cut_short: it is to be run again."""

    report: CompanyReport
    plan: Plan
    was_cut_short: bool = False


def run(job: Job, desk: Desk, order: Order) -> Ran:
    """Run a job for one company and report. Raises nothing that a person could meet: troubles become sentences of the report."""
    report = CompanyReport(desk.company)
    with ExitStack() as leases:
        try:
            lease = _lease(job, desk, order, leases)
        except Stopped:
            return Ran(_skipped(report, "stopped"), Plan(), was_cut_short=True)
        if lease is None:
            return Ran(_skipped(report, "held_by"), Plan())
        now = desk.clock.real()
        with desk.store.writing() as tx:
            runs.abandoned(tx, desk.company, job.name, now)
            run_id = runs.start(tx, desk.company, job.name, order.tick, desk.at or now, now, desk.fingerprint)
        if run_id is None:
            return Ran(_skipped(report, "already_run"), Plan())
        ran = _guarded_work(job, desk, order, lease, run_id, report)
        report.requests = desk.requests
        with desk.store.writing() as tx:
            runs.finish(tx, run_id, report.outcome, report.as_json(), desk.clock.real())
            if ran.was_cut_short:
                runs.cut_short(tx, run_id)
        raise_mark(desk)
    return ran


def _lease(job: Job, desk: Desk, order: Order, leases: ExitStack) -> Lease | None:
    """Take the job's lease for the company, then the company's for writing, which is returned; None if others hold one of them."""
    lease = None
    for name, wait_s in _needed(job, desk, order):
        lease = Lease(desk.store, desk.clock, name, order.holder)
        if not lease.acquire(wait_s):
            return None
        leases.enter_context(lease)
    return lease


def lease_name(job: str, company: str) -> str:
    """Return what the lease of a job for a company is called."""
    return f"{job}:{company}"


def _needed(job: Job, desk: Desk, order: Order) -> Iterator[tuple[str, int]]:
    yield lease_name(job.name, desk.company), 0
    if not order.dry_run:
        yield lease_name("writer", desk.company), order.writer_wait_s


def _skipped(report: CompanyReport, reason: str) -> CompanyReport:
    report.outcome = "skipped"
    report.skips[reason] += 1
    return report


def _guarded_work(job: Job, desk: Desk, order: Order, lease: Lease, run_id: int, report: CompanyReport) -> Ran:
    was_cut_short = False
    try:
        return Ran(report, _work(job, desk, order, lease, run_id, report))
    except Stopped as stopped:
        sentence, was_cut_short = str(stopped), True
    except (SystemTrouble, StoreError, LeaseLost) as trouble:
        sentence = str(trouble)
        _log.warning("a trouble ended the run", extra={"trouble": type(trouble).__name__, "where": _where(trouble)})
    except Exception as bug:  # noqa: BLE001 (one company's bug must not stop the others; it is told with its place)
        _log.error("a defect of the program ended the run", exc_info=bug)
        sentence = f"a defect of the program: {_place(bug)}; nothing more was done for this company, please report it"
    report.outcome = "failed"
    report.failed += 1
    report.sentences.append(sentence)
    return Ran(report, Plan(), was_cut_short)


def _where(trouble: Exception) -> str:
    return f"{trouble.system} {trouble.where}" if isinstance(trouble, SystemTrouble) else "store"


def _place(bug: Exception) -> str:
    """Return what was raised and where; not its text, which may hold anybody's data."""
    frame = traceback.extract_tb(bug.__traceback__)[-1]
    return f"{type(bug).__name__} in {frame.name} ({Path(frame.filename).name}:{frame.lineno})"


def _work(job: Job, desk: Desk, order: Order, lease: Lease, run_id: int, report: CompanyReport) -> Plan:
    plan, gate = Plan(), Gate(desk, keeps=not order.dry_run)
    for turn in range(job.passes):
        order.stop.check()
        order.progress("reading", turn, 0)
        look = replace(_look(job, desk, run_id, report, turn), turn=turn)
        gate.heed(look)
        look_again = partial(_look, job, desk, run_id, report, turn + 1)
        sender = Sender(desk, lease, job.may_send, look, look_again, partial(job.wanted, desk), order.stop, gate)
        if turn == 0 and not order.dry_run:
            sender.recover()
            gate.count_unknown()
        order.progress("deciding", turn, 0)
        plan = _plan(job, desk, order, look, gate)
        gate.note(plan.tripped)
        if order.dry_run:
            report.planned += Counter(action.kind for action in plan.actions)
            break
        kept = _keep(desk, look, plan)
        report.planned += kept
        try:
            sent = sender.send_all(order.progress)
        finally:
            _count(report, sender.sent)
        if not lease.trusted():
            raise LeaseLost
        if not kept and not sent.done and not sent.cancelled and not plan.answers:
            break
    _tell(desk, report, plan, look, gate)
    return plan


def _look(job: Job, desk: Desk, run_id: int, report: CompanyReport, turn: int) -> Look:
    if job.polls is Polls.NOTHING:
        return remembered(desk, run_id)
    try:
        is_whole = job.polls is Polls.EVERYTHING and turn == 0
        taken_over = _accounts_read(desk, run_id) if job.polls is Polls.ACCOUNTS else None
        look = poll(
            desk, run_id, full=is_whole, with_ledger=job.polls not in (Polls.PORTAL, Polls.ACCOUNTS),
            with_accounts=is_whole or (job.polls is Polls.ACCOUNTS and taken_over is None),
            with_legal=is_whole or job.polls is Polls.ACCOUNTS,
        )  # fmt: skip
        return replace(look, rests_on=taken_over)
    except SystemTrouble as trouble:
        if job.polls is not Polls.CHANGES_IF_THEY_ANSWER:
            raise
        report.sentences.append(f"{trouble} What is remembered is used instead.")
        return remembered(desk, run_id)


def _accounts_read(desk: Desk, run_id: int) -> datetime | None:
    """Return since when what this run has read of 1C stands: nothing of ours changes 1C, so there is nothing to read back."""
    with desk.store.reading() as tx:
        read_at = accounts.read_in(tx, desk.company, run_id)
    return read_at if read_at and desk.clock.real() - read_at < MIRROR_IS_FRESH else None


def _plan(job: Job, desk: Desk, order: Order, look: Look, gate: Gate) -> Plan:
    plan = job.plan(desk, look)
    plan = replace(plan, actions=_in_order(plan.actions))
    if order.only is not None:
        plan = replace(
            plan, actions=tuple(action for action in plan.actions if order.only.get(action.key) == action.payload)
        )
    with desk.store.reading() as tx:
        population = {"releases": counting.count(tx, desk.company, Reserve, held=True, deleted=False)}
        plan = guard(plan, desk.policy, gate.scopes(tx), population)
        found = (*plan.findings, *_about_sources(look), *gate.findings(tx, plan.tripped))
    return replace(
        plan,
        findings=tuple({finding.key: finding for finding in found}.values()),
        looked_at=(
            *plan.looked_at, *(f"source:{system}" for system in sorted(look.systems)), brakes.told_under(desk.company),
        ),
    )  # fmt: skip


def _in_order(actions: Iterable[Action]) -> tuple[Action, ...]:
    """Drop repeats of a key (two deals of one new client need one partner) and put parents before children, subjects kept apart."""
    unique: dict[str, Action] = {}
    for action in actions:
        unique.setdefault(action.key, action)
    return tuple(sorted(unique.values(), key=lambda action: RANK[action.kind]))


def _about_sources(look: Look) -> tuple[Finding, ...]:
    half_read = (_half_read(reading, trouble) for reading, trouble in look.notes)
    return (*half_read, *(_malformed(*row) for row in look.malformed))


def _half_read(reading: str, trouble: str) -> Finding:
    system, _, family = reading.partition(" ")
    text = f"Прочитано не полностью ({reading}): {trouble}. Ничего не снимаем и не создаём, пока не прочитаем целиком."
    return Finding("stale_source", f"source:{system}", family, text, trouble)


def _malformed(reading: str, ext_id: str, trouble: str) -> Finding:
    system, _, family = reading.partition(" ")
    spared = (
        "исправьте её в 1С"
        if system == accounts.SYSTEM
        else "сделку, к которой она относится, не трогаем; исправьте запись"
    )
    text = f"Не удалось понять запись № {ext_id} ({reading}): {trouble}. {capital(spared)}."
    return Finding("malformed", f"source:{system}", f"{family} {ext_id}", text, trouble)


_LEFT = {accounts.SYSTEM: "what was known of it stays"}


def _keep(desk: Desk, look: Look, plan: Plan) -> Counter[str]:
    """Write the plan down, in one transaction: what was agreed, found, bound and intended. Return what is new in the outbox, by kind."""
    now = desk.clock.real()
    with desk.store.writing() as tx:
        bases.put(tx, desk.company, plan.agreed, look.run_id)
        told = (*plan.findings, *_open_ends(outbox.open_ends(tx, desk.company)))
        findings.record(tx, desk.company, (*plan.looked_at, _OUTBOX), told, look.run_id, look.now)
        put = outbox.put(tx, desk.company, plan.actions, look.run_id, now)
        messages.dispatched(tx, desk.company, plan.actions, look.now)
        messages.note(tx, desk.company, _notes(plan), look.now)
        messages.withdraw(tx, desk.company, plan.withdrawn, look.now)
        debts.note(tx, desk.company, plan.touches, plan.cycles)
        debts.withdraw(tx, desk.company, plan.let_go, look.now)
        addresses.heed(tx, desk.company, plan.asked)
        addresses.answered(tx, _dealt_with(plan), look.now)
        deliveries.learn(tx, desk.company, EMAIL, plan.returned, look.run_id)
        _take_answers(tx, desk, plan, now)
        tickets.use(tx, plan.used, now)
        tickets.read_to(tx, desk.company, plan.read_to)
        attention.clear(tx, desk.company, [subject.removeprefix("deal:") for subject in plan.settled], look.run_id)
        looked = [subject.removeprefix("deal:") for subject in plan.looked_at if subject.startswith("deal:")]
        attention.put_wakes(tx, desk.company, looked, plan.wakes)
        runs.note_skips(tx, desk.company, look.run_id, plan.skips)
    raise_mark(desk)  # before anything of it is sent: what is sent was planned
    taken = {action.key for action in put.taken}
    return Counter(action.kind for action in plan.actions if action.key not in taken)


def _dealt_with(plan: Plan) -> list[int]:
    """Return what came in of which the guard has let everything go that deals with it."""
    let = {action.key for action in plan.actions}
    return [number for number, keys in plan.heard if let.issuperset(keys)]


def _notes(plan: Plan) -> Iterator[Note]:
    """Yield what is to be remembered of wishes; one that the guard took out does not go."""
    let = {meaning_of(action.key) for action in plan.actions}
    for note in plan.notes:
        is_stopped = note.verdict == GOES and note.wish.key not in let
        yield replace(note, verdict=WAITS, rule="stopped") if is_stopped else note


def _take_answers(tx: Transaction, desk: Desk, plan: Plan, now: datetime) -> None:
    """Note what people answered in the systems, under the numbers of the questions."""
    if not plan.answers:
        return
    open_items = {(item.finding.key, item.finding.values): item.id for item in findings.open_items(tx, desk.company)}
    for answer in plan.answers:
        if (answer.finding_key, answer.values) in open_items:
            number = open_items[answer.finding_key, answer.values]
            findings.answer(tx, number, answer.choice, answer.by, answer.reason, now)


_OUTBOX = "outbox:"


def _open_ends(effects: Iterable[Effect]) -> Iterator[Finding]:
    """Ask about effects of which nobody can tell whether they happened."""
    for effect in effects:
        if effect.state is State.UNKNOWN:
            text = f"{effect.reason} Ответа не было, и проверить, сделано ли это, не удалось. Проверьте сами и скажите, повторить ли."
            yield Finding(
                "unanswered", _OUTBOX, f"effect {effect.id}", text, effect.detail, effect.money_kopecks, asks=True
            )


def _count(report: CompanyReport, sent: Sent) -> None:
    report.done += sent.done
    report.failed += sent.failed
    report.sentences += sent.sentences


def _tell(desk: Desk, report: CompanyReport, plan: Plan, look: Look, gate: Gate) -> None:
    with desk.store.reading() as tx:
        report.unknown = len(outbox.open_ends(tx, desk.company))
        holds = gate.holds(tx)
    report.skips = Counter(skip.reason for skip in plan.skips)
    report.findings = Counter(finding.kind for finding in plan.findings)
    report.proposed = Counter(action.kind for action in plan.proposed)
    report.sentences += [f"{reading}: {trouble}" for reading, trouble in look.notes]
    report.sentences += [
        f"{reading} {ext_id}: not understood, {trouble}; {_LEFT.get(reading.partition(' ')[0], 'its deal is left alone')}"
        for reading, ext_id, trouble in look.malformed
    ]
    if gate.tripped or gate.stopped or report.skips["switched_off"] or any(each.scope == brakes.ALL for each in holds):
        report.outcome = "held"
        report.sentences += [brakes.sentence(each) for each in holds]
    if report.failed:
        report.outcome = "failed"
