"""The canaries: after runs in which everything went wrong, no secret of the sandbox lies anywhere, in whatever form.

The worker is the command line's own process, at DEBUG, with a Sentry that listens. One run meets a defect whose text, locals and cause
hold every secret that the process knows; others meet faults, wrong credentials, a database that is away.
"""

from __future__ import annotations

import base64
import email
import email.policy
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, unquote, urlsplit

import pytest

from tests.e2e.play import MONDAY
from tests.e2e.town import COMPANY, ROOT, SVERKA, clean_environment, control
from tests.ingest import Ingest, ingest

DATABASE_PASSWORD, WRONG_PASSWORD = "db-canary+0815/x", "smtp-canary-4711"

DEFECT = """
import json, os, pathlib, sys
from dataclasses import replace
import jobs.agreement
from sverka.cli import main
from sverka.domain.secret import known

def plan(desk, look):
    values = [secret.reveal() for secret in known()]
    pathlib.Path(os.environ["KNOWN"]).write_text(json.dumps(values))
    try:
        raise ValueError(" ".join(values))
    except ValueError as error:
        raise RuntimeError(*values) from error

jobs.agreement.JOB = replace(jobs.agreement.JOB, plan=plan)
main()
"""


@dataclass
class Found:
    """Everything that the runs left, by what it is; and the secrets that must not be in it."""

    artefacts: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)

    def run(self, name: str, env: Mapping[str, str], *arguments: str, program: tuple[str, ...] = tuple(SVERKA)) -> None:
        """Run a command to its end and keep what it wrote and what the list of processes showed."""
        with subprocess.Popen(
            [*program, *arguments],
            cwd=ROOT,
            env={**clean_environment(), **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            processes = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
            stdout, stderr = process.communicate(timeout=120)
        self.artefacts |= {f"{name}: stdout": stdout, f"{name}: stderr": stderr, f"{name}: ps": processes}


def hits(artefacts: Mapping[str, str], secrets: Mapping[str, str]) -> list[str]:
    """Return which secret lies where, plain, as it stands in an address, or in base64."""
    return [
        f"{secret} in {place}"
        for place, text in artefacts.items()
        for secret, value in secrets.items()
        if any(form in text for form in forms(value))
    ]


def forms(value: str) -> set[str]:
    """Return the ways to write a value; of base64 those characters that do not depend on what stands around it."""
    addressed = {value, quote(value), quote(value, safe=""), quote_plus(value)}
    within = {
        base64.b64encode(b"\0" * shift + value.encode()).decode().rstrip("=")[4 if shift else 0 : -2]
        for shift in (0, 1, 2)
    }
    return addressed | within | {json.dumps(each)[1:-1] for each in addressed}


@pytest.fixture(scope="module")
def found(serving: Mapping[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Found]:
    """What is left after the runs."""
    folder = tmp_path_factory.mktemp("secrets")
    control(serving["control"], "/_world/reset", {})
    control(serving["control"], "/_world/clock", {"now": MONDAY})
    with ingest() as sentry:
        found = played(serving, sentry, folder)
        found.artefacts["sentry"] = b"\n".join(sentry.envelopes).decode()
        assert len(sentry.events) == 1
    yield found
    control(serving["control"], "/_world/faults", {"clear": True})


def played(serving: Mapping[str, Any], sentry: Ingest, folder: Path) -> Found:
    """Run everything that can go wrong and gather what it left."""
    env = {
        **serving["env"],
        "SVERKA_DATABASE_URL": f"sqlite:///{folder}/sverka.db",
        "SVERKA_LOG": "json",
        "SVERKA_LOG_LEVEL": "debug",
        "SENTRY_DSN": sentry.dsn,
        "KNOWN": str(folder / "known.json"),
    }
    found = Found()
    found.run("a defect", env, "run", "agreement", "--company", COMPANY, program=(sys.executable, "-c", DEFECT))
    found.secrets = secrets_of(serving["env"], json.loads((folder / "known.json").read_text(encoding="utf-8")))
    for system, kind, count in (
        ("bitrix24", "html_200", 1), ("bitrix24", "timeout_after", 1),
        ("business_ru", "reset", 1), ("business_ru", "half_body", 1), ("business_ru", "wrong_token", 9),
    ):  # fmt: skip
        order = {"company": COMPANY, "system": system, "kind": kind, "count": count, "seconds": 0.1}
        control(serving["control"], "/_world/faults", order)
    found.run("faults", env, "run", "digest", "--company", COMPANY)
    control(serving["control"], "/_world/faults", {"clear": True})
    control(serving["control"], "/_world/clock", {"forward_s": 24 * 3600})
    smtp = env["HEADLIGHTS_SMTP_URL"].replace(found.secrets["password in HEADLIGHTS_SMTP_URL"], WRONG_PASSWORD)
    found.run("a wrong password", env | {"HEADLIGHTS_SMTP_URL": smtp}, "run", "digest", "--company", COMPANY)
    away = f"postgresql://sverka:{quote(DATABASE_PASSWORD, safe='')}@127.0.0.1:1/sverka"
    found.run("no database", env | {"SVERKA_DATABASE_URL": away}, "run", "agreement")
    return gathered(found, serving, folder / "sverka.db")


def secrets_of(env: Mapping[str, str], known: list[str]) -> dict[str, str]:
    """Return all that may not be seen: what the environment names, and what the worker was given by the systems."""
    ledger = env["HEADLIGHTS_BUSINESS_RU_SECRET"]
    passwords = {name: urlsplit(value).password for name, value in env.items()}
    tokens = [value for value in known if len(value) == len(ledger) and value.isalnum() and value != ledger]
    return {
        "webhook": env["HEADLIGHTS_BITRIX24_WEBHOOK"],
        "code of the webhook": env["HEADLIGHTS_BITRIX24_WEBHOOK"].rstrip("/").rpartition("/")[2],
        "secret of the ledger": ledger,
        **{f"password in {name}": unquote(password) for name, password in passwords.items() if password},
        "wrong SMTP password": WRONG_PASSWORD,
        "password of the database": DATABASE_PASSWORD,
        **{f"token {number}": token for number, token in enumerate(tokens)},
    }


def gathered(found: Found, serving: Mapping[str, Any], database: Path) -> Found:
    """Add what the store holds, as bytes and as rows, and what the systems were sent."""
    found.artefacts["store, its bytes"] = database.read_bytes().decode(errors="replace")
    with closing(sqlite3.connect(database)) as store:
        found.artefacts["store, its rows"] = "\n".join(store.iterdump())
    effects = control(serving["control"], "/_world/effects?since=0")
    found.artefacts["effects"] = json.dumps(effects, ensure_ascii=False)
    letters = [str(row["payload"].get("raw", "")) for row in effects if row["system"] == "mail"]
    found.artefacts["letters"] = "\n".join(text for letter in letters for text in read(letter))
    return found


def read(letter: str) -> list[str]:
    """Return a letter's parts as its reader sees them."""
    message = email.message_from_string(letter, policy=email.policy.default)
    return [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]


@pytest.mark.parametrize(
    "place", ["a defect: stderr", "a defect: ps", "sentry", "store, its bytes", "store, its rows", "letters", "effects"]
)
@pytest.mark.parametrize(
    "written",
    [str, lambda value: quote(value, safe=""), lambda value: base64.b64encode(value.encode()).decode(),
     lambda value: base64.b64encode(f"\0user\0{value}".encode()).decode()],
    ids=["plain", "URL-encoded", "base64", "inside base64"],
)  # fmt: skip
def test_the_sweep_finds_a_leak_that_is_planted(found: Found, place: str, written: Any) -> None:
    for secret, value in found.secrets.items():
        leaking = {**found.artefacts, place: f"{found.artefacts[place]}… {written(value)} …"}
        assert f"{secret} in {place}" in hits(leaking, found.secrets)


def test_the_runs_went_wrong_as_they_were_meant_to(found: Found) -> None:
    """Otherwise the sweep would look at nothing."""
    said = found.artefacts
    assert any(name.startswith("token") for name in found.secrets)
    assert "a defect of the program ended the run" in said["a defect: stderr"]
    assert "RuntimeError" in said["sentry"]
    assert "the signature was not accepted" in said["faults: stdout"]
    assert '"troubles": ' in said["faults: stderr"]
    assert '"outcome": "not_executed"' in said["a wrong password: stderr"]
    assert '"outcome": "accepted"' in said["faults: stderr"]
    assert "connect" in said["no database: stderr"]
    assert "Сверка" in said["letters"]
    assert "main()" in said["a defect: ps"]


def test_no_secret_lies_anywhere(found: Found) -> None:
    assert hits(found.artefacts, found.secrets) == []


def test_no_client_is_named_in_the_logs_or_in_sentry(found: Found) -> None:
    told = "".join(text for name, text in found.artefacts.items() if name == "sentry" or name.endswith("stderr"))
    with_people = [line for line in told.splitlines() if line.startswith("{")]
    clients = [
        row for row in found.artefacts["store, its rows"].split("'") if row.startswith(("+7", "7916")) or "@" in row
    ]
    assert clients
    assert with_people
    assert [client for client in set(clients) if any(client in line for line in with_people)] == []
