"""What the command line answers to a wrong wish: one sentence that says what to do, exit 2, never a traceback, nothing touched."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sverka.cli import main
from sverka.commands import showing
from sverka.domain.actions import Action
from sverka.domain.rows import Client
from sverka.domain.runs import CompanyReport, RunReport
from sverka.store import mirror, outbox, runs
from sverka.store.engine import Store
from tests import make

Sverka = Callable[..., Result]
NOW = datetime.now(UTC)


@pytest.fixture
def sverka(database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Sverka:
    monkeypatch.setenv("SVERKA_DATABASE_URL", database)
    monkeypatch.chdir(tmp_path)
    return lambda *arguments, **env: CliRunner().invoke(main, arguments, env=env)


def told(result: Result, code: int = 2) -> str:
    """Return the one sentence that was told; a traceback would be another exception."""
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, result.output
    assert "mistake" not in result.output
    return result.output.strip()


@pytest.mark.parametrize(
    "command",
    [
        ["plan", "agreement", "--out", "nowhere/plan.json"],
        ["digest", "--preview", "nowhere/letter.html"],
        ["db", "backup", "nowhere/copy.db"],
    ],
    ids=lambda command: command[0],
)
def test_a_file_in_a_folder_that_does_not_exist_is_refused_and_no_folder_made(
    sverka: Sverka, tmp_path: Path, store: Store, command: list[str]
) -> None:
    assert "there is no folder nowhere; make it, or name another file" in told(sverka(*command))
    assert not (tmp_path / "nowhere").exists()
    with store.reading() as tx:
        assert runs.history(tx, 1) == []


def test_a_plan_that_the_disk_does_not_take_is_told(sverka: Sverka) -> None:
    assert "/dev/full cannot be written: No space left on device" in told(
        sverka("plan", "agreement", "--out", "/dev/full")
    )


def test_a_letter_is_not_written_over_by_its_own_text(sverka: Sverka) -> None:
    assert "name the HTML file, such as letter.html" in told(sverka("digest", "--preview", "letter.txt"))


def test_a_backup_never_overwrites_and_never_copies_nothing(sverka: Sverka, tmp_path: Path) -> None:
    (tmp_path / "copy.db").touch()
    assert "name a new file" in told(sverka("db", "backup", "copy.db"))
    elsewhere = f"sqlite:///{tmp_path}/elsewhere.db"
    assert "nothing was copied" in told(sverka("db", "backup", "new.db", SVERKA_DATABASE_URL=elsewhere))
    assert not (tmp_path / "elsewhere.db").exists()


def test_the_demo_never_clears_a_folder_of_other_files(sverka: Sverka, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine", encoding="utf-8")
    assert "holds other files, such as thesis.txt" in told(sverka("demo", "--out", "mine"))
    assert (tmp_path / "mine" / "thesis.txt").read_text(encoding="utf-8") == "mine"


def plan_text(**changes: Any) -> str:
    plan = {"format": 1, "job": "agreement", "at": None, "made_at": NOW.isoformat(), "companies": {"headlights": []}}
    return json.dumps(plan | changes)


@pytest.mark.parametrize(
    "text",
    [
        "[]", '{"format": 1}', "{", "", "null", "\x00", "[" * 100_000, plan_text(format=2), plan_text(made_at="yesterday"),
        plan_text(made_at="2026-11-24T09:00:00"), plan_text(made_at=5), plan_text(at="2026-11-24T09:00:00"), plan_text(companies=[5]),
        plan_text(companies={"headlights": 5}), plan_text(companies={"headlights": [{}]}),
        plan_text(companies={"headlights": [{"key": [], "kind": "", "subject": "", "payload": 5}]}),
    ],
    ids=[
        "a list", "the format only", "no JSON", "empty", "null", "bytes", "too deep", "another version", "no moment", "a naive moment",
        "a number for a moment", "a naive time", "no companies", "no actions", "an action without a key", "a payload of another shape",
    ],
)  # fmt: skip
def test_a_file_that_is_no_plan_is_not_applied(sverka: Sverka, tmp_path: Path, text: str) -> None:
    (tmp_path / "plan.json").write_text(text, encoding="utf-8")
    answer = told(sverka("apply", "plan.json"))
    assert answer.startswith(
        "plan.json is no plan, or one of another version; make one with `sverka plan JOB --out FILE`"
    )
    assert len(answer.splitlines()) == 1


@pytest.mark.parametrize("age", [timedelta(minutes=31), timedelta(hours=-5)], ids=["too old", "of the future"])
def test_a_plan_holds_for_half_an_hour(sverka: Sverka, tmp_path: Path, age: timedelta) -> None:
    (tmp_path / "plan.json").write_text(plan_text(made_at=(NOW - age).isoformat()), encoding="utf-8")
    answer = told(sverka("apply", "plan.json"))
    assert "a plan holds for 30 minutes; make a new one with `sverka plan agreement --out plan.json`" in answer


def test_a_plan_for_a_company_that_is_no_more_is_not_applied(sverka: Sverka, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(plan_text(companies={"headlight": [], "headlights": []}), encoding="utf-8")
    assert told(sverka("apply", "plan.json")) == "there is no company «headlight»; did you mean headlights?"


@pytest.mark.parametrize(
    ("command", "nearest"),
    [
        (["history", "--company", "headlight"], "headlights"),
        (["history", "--job", "agrement"], "agreement"),
        (["queue", "list", "--company", "headlight"], "headlights"),
        (["outbox", "list", "--company", "headlight"], "headlights"),
        (["check", "--company", "headlight"], "headlights"),
        (["run", "agrement"], "agreement"),
        (["explain", "headlight/deal:1"], "headlights"),
        (["explain", "deals:1"], "deal"),
        (["explain", "job:digets"], "digest"),
    ],
    ids=" ".join,
)
def test_an_unknown_name_is_answered_with_the_nearest(sverka: Sverka, command: list[str], nearest: str) -> None:
    assert told(sverka(*command)).endswith(f"did you mean {nearest}?")


@pytest.mark.parametrize(
    ("subject", "sentence"),
    [
        ("deal:", "is no subject: write kind:id"),
        ("deal", "is no subject: write kind:id"),
        ("planet:1", "there are: deal, order, client, contact, letter, message, job"),
        ("deal:404", "«deal:404»: it is not in the mirror; `sverka run agreement` reads"),
        ("order:404", "no deal with such an order is in the mirror"),
        ("client:404", "it is not in the mirror"),
        ("letter:404", "no letter has this number"),
        ("message:404", "no message to a client has this number"),
    ],
)
def test_what_cannot_be_explained_is_said_in_a_sentence(sverka: Sverka, subject: str, sentence: str) -> None:
    assert sentence in told(sverka("explain", subject))


def test_a_history_of_no_runs_is_not_asked_for(sverka: Sverka) -> None:
    assert "--limit" in told(sverka("history", "--limit", "0"))


def test_a_malformed_webhook_is_a_mistake_in_the_environment_and_not_shown(sverka: Sverka) -> None:
    wrong = {
        "HEADLIGHTS_BITRIX24_WEBHOOK": "portal.example/hush", "HEADLIGHTS_BUSINESS_RU_URL": "https://ledger.example",
        "HEADLIGHTS_BUSINESS_RU_APP_ID": "1", "HEADLIGHTS_BUSINESS_RU_SECRET": "s3cret", "HEADLIGHTS_SMTP_URL": "smtp://localhost:2525",
        "HEADLIGHTS_IMAP_URL": "imap://localhost:1143", "HEADLIGHTS_SMSC_URL": "http://login:s3cret@localhost:8025",
        **{f"HEADLIGHTS_{name}_URL": f"http://localhost:8026/waInstance7105/{name}" for name in ("WHATSAPP", "MAX")},
    }  # fmt: skip
    for command in ("check", "run agreement"):
        result = sverka(*command.split(), **wrong)
        assert isinstance(result.exception, SystemExit)
        assert (result.exit_code, "HEADLIGHTS_BITRIX24_WEBHOOK: a Bitrix24 webhook looks like" in result.output) == (
            2,
            True,
        )
        assert "hush" not in result.output


def test_fields_are_made_for_a_company_that_is_named(sverka: Sverka) -> None:
    assert "name it with --company" in told(sverka("check", "--create-fields"))


def test_a_letter_of_one_of_several_companies_is_previewed_for_the_one_that_is_named(sverka: Sverka) -> None:
    answer = told(sverka("digest", "--preview", "letter.html"))
    assert (
        "a letter is about one company; name it with --company: dealer_network, headlights, machinery, water" in answer
    )


def test_a_check_of_what_is_not_connected_is_one_object_for_machines(sverka: Sverka) -> None:
    result = sverka("check", "--json")
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["ready"], answer["companies"][0]["connected"]) == (0, True, False)


def test_an_interrupt_ends_a_command_without_a_traceback(sverka: Sverka, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(showing, "jobs", interrupted)
    assert told(sverka("jobs"), code=130) == "interrupted"


def test_a_client_is_explained_with_its_deals(sverka: Sverka, store: Store) -> None:
    with store.writing() as tx:
        client = Client(ext_id="client:5", name="ООО «Ромашка»", phone="", email="", fields={"trusted": "yes"})
        mirror.merge(tx, "headlights", [client], 1)
        mirror.merge(tx, "headlights", [make.deal(ext_id="71", title="Фары", company_id="5")], 1)
    text = sverka("explain", "client:5").output
    assert text.startswith("headlights/client:5 «ООО «Ромашка»», trusted\n  no partner in the ledger\n  deal:71 «Фары»")
    assert json.loads(sverka("explain", "client:5", "--json").output)["deals"][0]["id"] == "71"


def test_a_letter_is_explained_by_its_number(sverka: Sverka, store: Store) -> None:
    payload = {
        "to": "owner@fary.example",
        "to_name": "Андрей",
        "subject": "Вторник: всё сошлось",
        "text": "Доброе утро!\n",
    }
    letter = Action("letter.digest", "person:owner", "2026-11-24", payload, "Ежедневное письмо")
    with store.writing() as tx:
        run_id = runs.start(tx, "headlights", "digest", "tick", NOW, NOW, "f")
        assert run_id is not None
        outbox.put(tx, "headlights", [letter], run_id, NOW)
    text = sverka("explain", "letter:1").output
    assert text.startswith("headlights/letter:1 «Вторник: всё сошлось»\n  to Андрей <owner@fary.example>\n")
    assert text.endswith("  Доброе утро!\n")


def test_a_job_is_explained_by_its_rulebook_and_its_runs(sverka: Sverka, store: Store) -> None:
    with store.writing() as tx:
        runs.start(tx, "headlights", "agreement", "tick", NOW, NOW, "f")
    text = sverka("explain", "job:agreement").output
    assert "Every deal whose stage requires an order has exactly one in the ledger" in text
    assert "headlights: running" in text
    assert json.loads(sverka("explain", "job:agreement", "--json").output)["runs"][0]["company"] == "headlights"


def shown(capsys: pytest.CaptureFixture[str], job: str = "agreement", remark: str = "", **counts: Any) -> str:
    report = CompanyReport("headlights")
    for name, value in counts.items():
        getattr(report, name).update(value) if isinstance(value, dict) else setattr(report, name, value)
    showing.report(RunReport(job, "tick", (report,)), {}, as_json=False, remark=remark)
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({}, "nothing to do: all is in agreement"),
        ({"skips": {"history": 257}}, "nothing to do: all is in agreement"),
        ({"job": "digest"}, "nothing to do now"),
        ({"skips": {"history": 257, "no_branch": 1}}, "nothing to do now"),
        ({"findings": {"differs": 1}}, "nothing to do now"),
        ({"proposed": {"order.create": 1}}, "nothing to do now"),
        ({"unknown": 1}, "nothing to do now"),
        ({"remark": "nothing was carried out"}, "nothing was carried out"),
        ({"outcome": "skipped", "skips": {"held_by": 1}}, "another process is running this job for this company"),
    ],
    ids=str,
)
def test_agreement_is_claimed_only_where_nothing_is_left_open(
    capsys: pytest.CaptureFixture[str], counts: dict[str, Any], said: str
) -> None:
    text = shown(capsys, **counts)
    assert said in text
    assert text.count("nothing") + text.count("another") == 1


def test_a_run_that_did_something_or_failed_claims_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert "nothing" not in shown(capsys, planned={"order.create": 1})
    assert "nothing" not in shown(capsys, done={"order.create": 1})
    assert "nothing" not in shown(capsys, outcome="failed")
