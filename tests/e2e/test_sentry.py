"""What Sentry is told by the real process: a defect with whose run it was, and the check-ins of a scheduled run."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.play import MONDAY
from tests.e2e.town import COMPANY, ROOT, clean_environment, control
from tests.ingest import Ingest, ingest

SCHEDULED_DEFECT = """
from dataclasses import replace
import jobs.agreement
from sverka.cli import main

def plan(desk, look):
    raise LookupError("no card of Иван Петров, +7 916 123-45-67")

jobs.agreement.JOB = replace(jobs.agreement.JOB, plan=plan)
main()
"""
"""The command line as cron starts it, with a defect in the job."""


@pytest.fixture
def sentry() -> Iterator[Ingest]:
    with ingest() as served:
        yield served


def test_a_defect_is_reported_with_whose_run_it_was_and_the_monitor_turns_red(
    serving: Mapping[str, Any], sentry: Ingest, tmp_path: Path
) -> None:
    control(serving["control"], "/_world/reset", {})
    control(serving["control"], "/_world/clock", {"now": MONDAY})
    database = f"sqlite:///{tmp_path}/sverka.db"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            SCHEDULED_DEFECT,
            "run",
            "agreement",
            "--due",
            "--at",
            f"{MONDAY[:10]}T09:05+03:00",
            "--company",
            COMPANY,
            "--json",
        ],
        cwd=ROOT,
        env={**clean_environment(), **serving["env"], "SVERKA_DATABASE_URL": database, "SENTRY_DSN": sentry.dsn},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    (event,) = sentry.events
    assert event["tags"] == {"job": "agreement", "company": COMPANY, "run": json.loads(done.stdout)["tick"]}
    assert [error["type"] for error in event["exception"]["values"]] == ["LookupError"]
    assert "value" not in event["exception"]["values"][0]
    assert [(told["status"], told["monitor_slug"]) for told in sentry.check_ins] == [
        ("in_progress", f"agreement-{COMPANY}"),
        ("error", f"agreement-{COMPANY}"),
    ]
    assert len({told["check_in_id"] for told in sentry.check_ins}) == 1
    assert all(told["monitor_config"]["schedule"]["value"] == "*/5 * * * *" for told in sentry.check_ins)
    assert "error=LookupError trace=" in done.stderr
    assert "916 123" not in done.stdout + done.stderr + b"".join(sentry.envelopes).decode()
