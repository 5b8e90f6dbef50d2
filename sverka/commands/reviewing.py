"""A plan that a person reviews before it is carried out: written to a file, applied within half an hour, refused where it went stale."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sverka import app as application
from sverka.app import App, WrongUsage
from sverka.commands.files import check_writable, write
from sverka.domain.actions import Action
from sverka.domain.plan import Plan
from sverka.domain.runs import RunReport
from sverka.store import outbox

GOOD_FOR = timedelta(minutes=30)
_FORMAT = 1


@dataclass(frozen=True)
class Reviewed:
    """A plan as it was written down. companies: company → its actions, each with key, kind, subject and payload."""

    job: str
    at: datetime | None
    made_at: datetime
    companies: Mapping[str, Sequence[Mapping[str, Any]]]


def make(app: App, job: str, company: str | None, at: datetime | None, out: Path) -> tuple[RunReport, dict[str, Plan]]:
    """Plan without writing anything outside, and put every action into a file. Raises WrongUsage before anything is read."""
    check_writable(out)
    report, plans = application.run(app, job, company, at=at, dry_run=True)
    document = {
        "format": _FORMAT, "job": job, "at": at.isoformat() if at else None, "made_at": app.clock.real().isoformat(),
        "companies": {name: [_as_json(action) for action in plan.actions] for name, plan in plans.items()},
    }  # fmt: skip
    write(out, json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    return report, plans


def apply(app: App, file: Path) -> tuple[RunReport, list[str]]:
    """Run the plan's job, letting through only what was reviewed and still follows from the facts. Return what was refused."""
    plan = read(file)
    if not timedelta() <= app.clock.real() - plan.made_at <= GOOD_FOR:
        raise WrongUsage(
            f"{file} was made at {plan.made_at.isoformat(timespec='minutes')}, and a plan holds for 30 minutes; make a new one "
            f"with `sverka plan {plan.job} --out {file}`"
        )
    for name in plan.companies:
        app.chosen(name)
    payloads = {name: {row["key"]: row["payload"] for row in rows} for name, rows in plan.companies.items()}
    company = next(iter(payloads)) if len(payloads) == 1 else None
    report, _ = application.run(app, plan.job, company, at=plan.at, only=payloads)
    return report, _refused(app, plan, report)


def read(file: Path) -> Reviewed:
    """Read a plan's file. Raises WrongUsage for anything that `make` did not write."""
    try:
        return _parse(json.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise WrongUsage(f"{file} cannot be read: {error.strerror}") from error
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise WrongUsage(
            f"{file} is no plan, or one of another version; make one with `sverka plan JOB --out FILE`"
        ) from error


def _parse(document: Any) -> Reviewed:
    """Raise KeyError, TypeError or ValueError wherever the document has another shape."""
    if document["format"] != _FORMAT:
        raise ValueError(document["format"])
    return Reviewed(
        job=str(document["job"]),
        at=_moment(document["at"]) if document["at"] else None,
        made_at=_moment(document["made_at"]),
        companies={name: [_row(row) for row in rows] for name, rows in dict(document["companies"]).items()},
    )


def _row(row: Any) -> dict[str, Any]:
    return {"key": str(row["key"]), "kind": row["kind"], "subject": row["subject"], "payload": dict(row["payload"])}


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def _refused(app: App, plan: Reviewed, report: RunReport) -> list[str]:
    """Say what of the plan came into no outbox, and why; a company whose run was skipped says so itself."""
    with app.store.reading() as tx:
        rows = outbox.listing(tx, limit=100_000)
    kept = {(row.company, row.key) for row in rows if row.planned_at >= plan.made_at}
    return [
        f"{ran.company}: {row['kind']} on {row['subject']} {_why(ran.outcome)}"
        for ran in report.companies if ran.outcome != "skipped"
        for row in plan.companies.get(ran.company, ()) if (ran.company, row["key"]) not in kept
    ]  # fmt: skip


def _why(outcome: str) -> str:
    return (
        "was not carried out: the run failed, or it no longer follows from the facts"
        if outcome == "failed"
        else "no longer follows from the facts"
    )


def _as_json(action: Action) -> dict[str, Any]:
    return {
        "key": action.key, "kind": action.kind, "subject": action.subject, "reason": action.reason,
        "before": action.before, "after": action.after, "money_kopecks": action.money_kopecks, "risk": action.spec.risk,
        "evidence": list(action.evidence), "payload": dict(action.payload),
    }  # fmt: skip
