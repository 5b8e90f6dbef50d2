"""A plan that a person reviews before it is carried out: written to a file, applied within half an hour, refused where it went stale."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sverka import app as application
from sverka.app import App
from sverka.domain.actions import Action
from sverka.domain.plan import Plan
from sverka.domain.runs import RunReport
from sverka.settings import SettingsError

GOOD_FOR = timedelta(minutes=30)
_FORMAT = 1


def write(app: App, job: str, company: str | None, at: datetime | None, out: Path) -> tuple[RunReport, dict[str, Plan]]:
    """Plan without writing anything outside, and put every action into a file."""
    report, plans = application.run(app, job, company, at=at, dry_run=True)
    document = {
        "format": _FORMAT, "job": job, "at": at.isoformat() if at else None, "made_at": app.clock.real().isoformat(),
        "companies": {name: [_as_json(action) for action in plan.actions] for name, plan in plans.items()},
    }  # fmt: skip
    out.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return report, plans


def apply(app: App, file: Path) -> tuple[RunReport, list[str]]:
    """Run the plan's job, letting through only what was reviewed and still follows from the facts. Return what was refused."""
    document = _read(file)
    age = app.clock.real() - datetime.fromisoformat(document["made_at"])
    if age > GOOD_FOR:
        raise SettingsError(
            [
                f"{file}: the plan is {int(age.total_seconds() // 60)} minutes old, and holds for 30; make a new one with `sverka plan`"
            ]
        )
    reviewed = {name: {row["key"]: row["payload"] for row in rows} for name, rows in document["companies"].items()}
    at = datetime.fromisoformat(document["at"]) if document["at"] else None
    chosen = next(iter(reviewed)) if len(reviewed) == 1 else None
    report, _ = application.run(app, document["job"], chosen, at=at, only=reviewed)
    return report, _refused(app, document, report)


def _refused(app: App, document: dict[str, Any], report: RunReport) -> list[str]:
    from sverka.store import outbox

    with app.store.reading() as tx:
        kept = {
            (row.company, row.key)
            for row in outbox.listing(tx, limit=100_000)
            if row.planned_at >= datetime.fromisoformat(document["made_at"])
        }
    ran = {company.company for company in report.companies}
    return [
        f"{name}: {row['kind']} on {row['subject']} no longer follows from the facts"
        for name, rows in document["companies"].items() if name in ran
        for row in rows if (name, row["key"]) not in kept
    ]  # fmt: skip


def _as_json(action: Action) -> dict[str, Any]:
    return {
        "key": action.key, "kind": action.kind, "subject": action.subject, "reason": action.reason,
        "before": action.before, "after": action.after, "money_kopecks": action.money_kopecks, "risk": action.spec.risk,
        "evidence": list(action.evidence), "payload": dict(action.payload),
    }  # fmt: skip


def _read(file: Path) -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise SettingsError([f"{file} is no plan: {error}; make one with `sverka plan JOB --out {file}`"]) from error
    if document.get("format") != _FORMAT:
        raise SettingsError([f"{file} is no plan of this version; make a new one with `sverka plan JOB --out {file}`"])
    return document
