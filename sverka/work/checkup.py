"""Whether what a company's file names really exists in its systems: an integrator's first friend.

Each line says what was looked at, whether it is right, and if not, what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches

from sverka.domain.proofs import Reading
from sverka.domain.rows import Employee, Reference, Stage
from sverka.domain.state_table import FINAL_STAGES
from sverka.systems.bitrix24.directory import Directory
from sverka.systems.errors import SystemTrouble
from sverka.work.desk import Desk

SKEW = timedelta(seconds=120)
_MOMENT = "%Y-%m-%d %H:%M:%S UTC"


@dataclass(frozen=True)
class Line:
    """One thing looked at. severity: "" right, "warning", "error"."""

    severity: str
    text: str


def check_up(desk: Desk) -> list[Line]:
    """Look at both systems; a system that cannot be reached costs its own lines only."""
    return [
        *_guarded("Bitrix24", lambda: _portal(desk)),
        *_guarded("Бизнес.ру", lambda: _ledger(desk)),
        *_guarded("clocks", lambda: _clocks(desk)),
    ]


def _guarded(system: str, look: Callable[[], Iterable[Line]]) -> list[Line]:
    try:
        return list(look())
    except SystemTrouble as trouble:
        return [Line("error", f"{system}: {trouble}")]


def _portal(desk: Desk) -> Iterator[Line]:
    directory = desk.portal.directory(desk.field_titles)
    yield Line("", f"Bitrix24 answers; {len(directory.stages)} stages of deals are readable")
    yield from _stages(desk, directory)
    for kind, title, nearest in directory.missing:
        hint = f"did you mean «{nearest}»?" if nearest else f"make it in the settings of the portal's {kind}s"
        yield Line("warning", f"Bitrix24: the {kind} field «{title}» does not exist; {hint}")


def _stages(desk: Desk, directory: Directory) -> Iterator[Line]:
    for funnel in desk.policy.table.funnels:
        known = [stage for stage in directory.stages if stage.funnel_name == funnel.name]
        if not known:
            yield _nearest(
                "Bitrix24: there is no funnel", funnel.name, {stage.funnel_name for stage in directory.stages}
            )
            continue
        names = {stage.name for stage in known}
        for stage in funnel.stages:
            if stage.name not in names and stage.name not in FINAL_STAGES:
                yield _nearest(f"Bitrix24: the funnel «{funnel.name}» has no stage", stage.name, names)
        yield from _unnamed(funnel.name, {stage.name for stage in funnel.stages}, known)


def _unnamed(funnel: str, named: set[str], known: Iterable[Stage]) -> Iterator[Line]:
    for stage in known:
        if stage.name not in named and stage.semantics == "P":
            yield Line(
                "warning",
                f"Bitrix24: the funnel «{funnel}» has the stage «{stage.name}», which the state table lacks; deals there are only reported",
            )


def _ledger(desk: Desk) -> Iterator[Line]:
    references = desk.ledger.references()
    yield Line("", f"Бизнес.ру answers; {references.proof.rows} entries of its directories are readable")
    policy = desk.policy
    yield from _named(references, "organization", "organization", [policy.organization])
    yield from _named(references, "store", "store", [branch.store for branch in policy.branches])
    yield from _named(references, "cash", "cash desk", [branch.cash_desk for branch in policy.branches])
    yield from _named(references, "order_status", "order status", policy.order_statuses.values())
    employees = [
        row for reading in desk.ledger.changes({"employees": None}) for row in reading.rows if isinstance(row, Employee)
    ]
    if policy.author_email.casefold() not in {row.email.casefold() for row in employees}:
        yield _nearest(
            "Бизнес.ру: there is no employee with the e-mail",
            policy.author_email,
            {row.email for row in employees if row.email},
        )


def _named(references: Reading, kind: str, what: str, wanted: Iterable[str]) -> Iterator[Line]:
    known = {row.name for row in references.rows if isinstance(row, Reference) and row.kind == kind and not row.deleted}
    for name in wanted:
        if name not in known:
            yield _nearest(f"Бизнес.ру: there is no {what}", name, known)


def _clocks(desk: Desk) -> Iterator[Line]:
    portal, ledger, machine = desk.portal.server_time(), desk.ledger.server_time(), desk.clock.real()
    if abs(portal - ledger) > SKEW:
        yield Line(
            "error",
            f"clocks: Bitrix24 says {portal:{_MOMENT}}, Бизнес.ру {ledger:{_MOMENT}}; over two minutes apart is not safe",
        )
    if abs(portal - machine) > SKEW:
        yield Line(
            "warning",
            f"clocks: this machine says {machine:{_MOMENT}}, Bitrix24 {portal:{_MOMENT}}; business time is the vendors'",
        )


def _nearest(complaint: str, name: str, known: Iterable[str]) -> Line:
    known = sorted(known)
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"did you mean «{near[0]}»?" if near else f"there are: {', '.join(f'«{each}»' for each in known[:12])}"
    return Line("error", f"{complaint} «{name}»; {hint}")
