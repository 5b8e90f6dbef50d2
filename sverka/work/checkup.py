"""Whether what a company's file names really exists in its systems: an integrator's first friend.

Each line says what was looked at, whether it is right, and if not, what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches

from sverka.domain.policy import Policy
from sverka.domain.proofs import Reading
from sverka.domain.rows import Employee, Reference, Stage, User
from sverka.domain.state_table import FINAL_STAGES
from sverka.systems.bitrix24.directory import Directory
from sverka.systems.errors import SystemTrouble
from sverka.work.desk import Desk

SKEW = timedelta(seconds=120)

LOSSES: Mapping[str, str] = {
    "branch": "no deal knows its store, and nothing is reserved or shipped",
    "installation": "nobody can say that a deal needs the service",
    "delivery": "nobody sees how the goods reach the client",
    "visit_at": "no visit is checked on its eve",
    "ship_date": "nobody sees when the goods are to leave",
    "paid_at_desk": "no payment at the desk can be marked, and none is registered",
    "cash_desk": "money goes to the desk of the deal's branch",
    "address": "no address of delivery is put in order",
    "availability": "no deal shows what is in the stores",
    "supplier": "the supplier's answer is not shown beside what is in the stores",
    "supplier_date": "the supplier's date is not shown beside what is in the stores",
    "answer": "questions are answered by `sverka queue decide` only",
    "dispute": "deals in dispute look like all others",
    "ledger_order": "no deal shows the number of its order",
    "trusted": "nobody is trusted, and nothing is shipped before it is paid",
}
"""What is lost while the portal lacks a custom field."""

RIGHTS: Mapping[str, tuple[str, str]] = {
    "users": ("user", "nobody can be told of anything"),
    "departments": ("department", "no head learns what is late"),
    "tasks": ("task", "no tasks are set or completed"),
    "shop_orders": ("sale", "orders of the online store do not become deals"),
}
"""A list of the portal → the scope of the webhook that opens it, and what is lost without."""

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
    yield from _missing_fields(desk, directory)
    yield from _options(desk.policy, directory)
    yield from _source(desk.policy, directory)
    yield from _rights(desk, directory)


def _missing_fields(desk: Desk, directory: Directory) -> Iterator[Line]:
    keys = {(kind, title): key for kind, titles in desk.field_titles.items() for key, title in titles.items()}
    for kind, title, nearest in directory.missing:
        hint = f"did you mean «{nearest}»?" if nearest else f"make it in the settings of the portal's {kind}s"
        lost = LOSSES[keys[kind, title]]
        yield Line("warning", f"Bitrix24: the {kind} field «{title}» does not exist, so {lost}; {hint}")


def _options(policy: Policy, directory: Directory) -> Iterator[Line]:
    """Return what the portal's lists do not offer, though the company's file counts on it."""
    wanted: dict[str, list[str]] = {
        "branch": [branch.name for branch in policy.branches],
        "cash_desk": [branch.cash_desk for branch in policy.branches],
    }
    for funnel in policy.table.funnels:
        for decision in funnel.decided:
            wanted.setdefault(decision.field, []).append(decision.value)
    for key, values in wanted.items():
        field = directory.layout["deal"].get(key)
        known = set(field.options.values()) if field else set()
        for value in dict.fromkeys(values) if known else ():
            if value not in known:
                yield _nearest(f"Bitrix24: the list of the deal field `{key}` does not offer", value, known)


def _source(policy: Policy, directory: Directory) -> Iterator[Line]:
    if policy.shop and directory.sources and policy.shop.source not in directory.sources:
        yield _nearest("Bitrix24: there is no source with the code", policy.shop.source, directory.sources)


def _rights(desk: Desk, directory: Directory) -> Iterator[Line]:
    """Read a little of each list that needs a scope of its own."""
    now = desk.portal.server_time()
    asked = {family: now for family in RIGHTS if family != "shop_orders" or desk.policy.shop}
    for reading in desk.portal.changes(asked, directory):
        if reading.proof.trouble and reading.proof.family in RIGHTS:
            scope, lost = RIGHTS[reading.proof.family]
            unread = f"the list of {reading.proof.family.replace('_', ' ')} (scope `{scope}`) cannot be read"
            yield Line("error", f"Bitrix24: {lost}, for {unread}: {reading.proof.trouble}")
        elif reading.proof.family == "users":
            yield from _people(desk.policy, reading)


def _people(policy: Policy, users: Reading) -> Iterator[Line]:
    known = {row.email.casefold() for row in users.rows if isinstance(row, User) and row.active and row.email}
    for duty, email in policy.duties.items():
        if email.casefold() not in known:
            yield _nearest(
                f"Bitrix24: nobody who works there can see to `{duty}`, no employee has the e-mail", email, known
            )


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
