"""The commands as a user runs them: exit codes, JSON for programs, sentences for people."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sandbox.people import Person
from sverka.cli import main
from sverka.store import runs
from sverka.store.engine import Store
from tests.e2e.town import COMPANIES, COMPANY, control, serve, sverka

LINES = [("HL-HELLA-3R-5", 2, 8900)]


class Served:
    """A served sandbox and the environment of its worker."""

    def __init__(self, ready: dict[str, Any], folder: Path) -> None:
        self.ready, self.folder = ready, folder
        self.env = {**ready["env"], "SVERKA_DATABASE_URL": f"sqlite:///{folder}/sverka.db"}
        self.manager = Person(ready, COMPANY, "manager")

    def run(self, *arguments: str, **env: str) -> str:
        """Run a command that must go through; return its standard output."""
        done = self._invoke(arguments, env)
        assert done.exit_code == 0, done.output
        return done.stdout

    def failing(self, *arguments: str, **env: str) -> tuple[int, str]:
        """Run a command; return its exit code and all that it printed."""
        done = self._invoke(arguments, env)
        return done.exit_code, done.output

    def _invoke(self, arguments: tuple[str, ...], env: dict[str, str]) -> Result:
        done = CliRunner().invoke(main, arguments, env={**self.env, **env})
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    def report(self, *arguments: str, **env: str) -> dict[str, Any]:
        """Run a job; return the company's report."""
        return of_the_company(json.loads(self.run("run", *arguments, "--json", **env)))

    def faults(self, **order: Any) -> None:
        control(self.ready["control"], "/_world/faults", order)

    def effects(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = control(self.ready["control"], "/_world/effects?since=0")
        return [row for row in rows if row["by"] == "worker"]


def of_the_company(report: dict[str, Any]) -> dict[str, Any]:
    """What a run reports of the company that is served; the others are not connected."""
    (company,) = [each for each in report["companies"] if each["company"] == COMPANY]
    return dict(company)


@pytest.fixture(scope="module")
def serving() -> Iterator[dict[str, Any]]:
    with serve("--limits", "off") as ready:
        yield ready


@pytest.fixture
def served(serving: dict[str, Any], tmp_path: Path) -> Served:
    control(serving["control"], "/_world/reset", {})
    return Served(serving, tmp_path)


def deal(served: Served) -> int:
    return served.manager.make_deal("Интернет-магазин", "Резерв", "Алексей Воронцов", LINES, Филиал="Москва")


def test_run_prints_one_json_object_in_the_promised_shape(served: Served) -> None:
    deal(served)
    whole = json.loads(sverka("run", "agreement", "--json", env=served.env))
    assert set(whole) == {"job", "tick", "companies"}
    company = of_the_company(whole)
    assert {"company", "outcome", "planned", "done", "proposed", "skips", "findings", "unknown", "failed"} <= set(
        company
    )
    assert company["done"]["order.create"] == 1


@pytest.mark.parametrize("job", ["agreement", "sweep", "outbox", "digest"])
def test_every_job_runs_twice_and_the_second_time_plans_nothing(served: Served, job: str) -> None:
    deal(served)
    served.run("run", "agreement")
    served.run("run", job)
    before = len(served.effects())
    assert served.report(job)["planned"] == {}
    assert len(served.effects()) == before


def test_without_secrets_a_company_is_skipped_and_said_to_be_so(served: Served) -> None:
    bare = {name: "" for name in served.ready["env"] if name.startswith("HEADLIGHTS_")}
    report = served.report("agreement", **bare)
    assert (report["outcome"], report["skips"]) == ("skipped", {"not_connected": 1})


def test_some_secrets_but_not_all_is_a_mistake_that_names_the_missing(served: Served) -> None:
    code, text = served.failing("run", "agreement", HEADLIGHTS_SMTP_URL="")
    assert code == 2
    assert "HEADLIGHTS_SMTP_URL" in text


def test_an_unknown_job_or_company_is_answered_with_the_nearest(served: Served) -> None:
    code, text = served.failing("run", "agrement")
    assert (code, "did you mean agreement?" in text) == (2, True)
    code, text = served.failing("run", "agreement", "--company", "headlight")
    assert (code, "did you mean headlights?" in text) == (2, True)


def test_a_wrong_webhook_fails_with_one_sentence_and_shows_no_secret(served: Served) -> None:
    wrong = served.env["HEADLIGHTS_BITRIX24_WEBHOOK"].replace("/rest/1/", "/rest/1/not")
    code, text = served.failing("run", "agreement", HEADLIGHTS_BITRIX24_WEBHOOK=wrong)
    assert code == 1
    assert "Check the secret" in text
    assert wrong.split("/rest/1/")[1].strip("/") not in text
    assert "Traceback" not in text


def test_a_portal_that_answers_html_fails_the_run_and_loses_nothing(served: Served) -> None:
    number = deal(served)
    served.faults(company=COMPANY, system="bitrix24", kind="html_200", count=100)
    code, text = served.failing("run", "agreement")
    assert code == 1
    assert "bitrix24" in text
    assert "Traceback" not in text
    served.faults(clear=True)
    served.run("run", "agreement")
    assert served.manager.order_of(number) is not None


def test_five_mistakes_in_a_company_file_come_in_one_answer_with_their_lines(served: Served, tmp_path: Path) -> None:
    folder = tmp_path / "companies"
    folder.mkdir()
    text = (COMPANIES / "headlights.yaml").read_text(encoding="utf-8")
    wrong = text
    for right, mistaken in [
        ("timezone: Europe/Moscow", "timezone: Europe/Moskow"), ("mode: auto, cap_per_run: 300}", "mode: automatic, cap_per_run: 300}"),
        ("order: open, reserve: all}", "order: opened, reserve: all}"), ("requests_per_5min: 450", "requests_per_5min: many"),
        ("  cancelled: Отменён\n", ""),
    ]:  # fmt: skip
        assert right in wrong
        wrong = wrong.replace(right, mistaken, 1)
    (folder / "headlights.yaml").write_text(wrong, encoding="utf-8")
    code, answer = served.failing("check", SVERKA_COMPANIES=str(folder))
    assert code == 2
    assert answer.startswith("5 mistakes")
    assert sum("headlights.yaml:" in line for line in answer.splitlines()) >= 5


def test_check_finds_wrong_names_and_says_the_nearest(served: Served, tmp_path: Path) -> None:
    folder = tmp_path / "companies"
    folder.mkdir()
    text = (COMPANIES / "headlights.yaml").read_text(encoding="utf-8")
    wrong = text.replace("Самовывоз/доставка", "Самовывоз и доставка").replace(
        "store: Склад Москва", "store: Склад в Москве"
    )
    (folder / "headlights.yaml").write_text(wrong, encoding="utf-8")
    code, answer = served.failing("check", SVERKA_COMPANIES=str(folder))
    assert code == 1
    assert "did you mean «Самовывоз/доставка»?" in answer
    assert "did you mean «Склад Москва»?" in answer


def test_check_is_content_with_a_right_installation(served: Served) -> None:
    assert "all is ready for a run" in served.run("check")


def test_the_state_table_is_printed_in_russian(served: Served) -> None:
    printed = served.run("check", "--table")
    assert "Воронка «Интернет-магазин»" in printed
    assert "весь товар в резерве на складе филиала" in printed


def test_a_reviewed_plan_is_applied_and_a_stale_action_refused(served: Served, tmp_path: Path) -> None:
    number = deal(served)
    file = tmp_path / "plan.json"
    served.run("plan", "agreement", "--out", str(file))
    assert served.effects() == []
    assert json.loads(file.read_text(encoding="utf-8"))["companies"][COMPANY][0]["kind"] == "order.create"
    served.manager.set_lines(number, [("HL-HELLA-3R-5", 1, 8900)])
    code, text = served.failing("apply", str(file))
    assert code == 1
    assert "order.lines on deal" in text
    assert "no longer follows from the facts" in text


def test_a_plan_over_unchanged_facts_is_carried_out_whole(served: Served, tmp_path: Path) -> None:
    number = deal(served)
    file = tmp_path / "plan.json"
    served.run("plan", "agreement", "--out", str(file))
    served.run("apply", str(file))
    order = served.manager.order_of(number)
    assert order is not None
    assert order["sum"] == "17800.00"


def test_a_plan_that_another_run_carried_out_meanwhile_is_not_carried_out_twice(served: Served, tmp_path: Path) -> None:
    deal(served)
    file = tmp_path / "plan.json"
    served.run("plan", "agreement", "--out", str(file))
    served.run("run", "agreement")
    before = len(served.effects())
    code, text = served.failing("apply", str(file))
    assert (code, "nothing was carried out" in text, "in agreement" in text) == (0, True, False)
    assert len(served.effects()) == before


def test_a_job_that_runs_elsewhere_is_skipped_and_that_is_no_failure(served: Served) -> None:
    served.run("db", "upgrade")
    with Store.open(served.env["SVERKA_DATABASE_URL"]) as store, store.writing() as tx:
        assert runs.acquire(tx, f"agreement:{COMPANY}", "another process", 600, datetime.now(UTC))
    assert served.report("agreement")["skips"] == {"held_by": 1}
    assert "another process is running this job" in served.run("run", "agreement")


def test_a_letter_for_somebody_unknown_is_wrong_usage(served: Served, tmp_path: Path) -> None:
    code, text = served.failing("digest", "--preview", str(tmp_path / "letter.html"), "--for", "999")
    assert (code, text) == (
        2,
        (
            "there is no user 999 in the CRM of headlights; "
            "write --for owner, head, accountant, warehouse, or the id of a user of the CRM\n"
        ),
    )  # fmt: skip


def test_a_letter_is_previewed_as_files_that_open_by_themselves(served: Served, tmp_path: Path) -> None:
    deal(served)
    served.run("run", "agreement")
    for person in ("owner", "warehouse"):
        served.run("digest", "--preview", str(tmp_path / f"{person}.html"), "--for", person)
    assert {file.name for file in tmp_path.iterdir()} >= {
        "owner.html",
        "owner.txt",
        "owner.xlsx",
        "warehouse.html",
        "warehouse.txt",
    }
    assert "cid:" not in (tmp_path / "owner.html").read_text(encoding="utf-8")
    assert (tmp_path / "owner.txt").read_text(encoding="utf-8").startswith("Андрей, доб")
    assert (tmp_path / "owner.xlsx").read_bytes()[:2] == b"PK"


def test_explain_tells_what_was_done_and_why(served: Served) -> None:
    number = deal(served)
    served.run("run", "agreement")
    told = served.run("explain", f"deal:{number}")
    assert "order №" in told
    assert "создаём заказ в Бизнес.ру" in told
    assert json.loads(served.run("explain", f"headlights/deal:{number}", "--json"))["order"]["lines"] == 1
    order = served.manager.order_of(number)
    assert order is not None
    assert served.run("explain", f"order:{order['number']}") == told


def test_questions_are_listed_and_decided(served: Served) -> None:
    served.manager.make_deal("Интернет-магазин", "Резерв", "ООО «Таксопарк Невский»", LINES, Филиал="Москва")
    served.run("run", "agreement")
    items = json.loads(served.run("queue", "list", "--json"))["items"]
    asked = [item for item in items if item["asks"]]
    assert len(asked) == 1
    assert "«Таксопарк Невский ООО»" in asked[0]["text"]
    served.run("queue", "decide", str(asked[0]["id"]), "ignore:2026-12-31", "--by", "owner")
    code, text = served.failing("queue", "decide", "9999", "take-owner", "--by", "owner")
    assert (code, "There is no finding 9999" in text) == (2, True)


def test_a_silence_is_noted_listed_and_ended(served: Served) -> None:
    note = ("--company", "headlights", "--by", "Ольга")
    served.run("silence", "add", "8 916 123-45-01", *note, "--reason", "просил по телефону")
    (item,) = json.loads(served.run("silence", "list", "--json"))["items"]
    assert (item["address"], item["scope"], item["source"]) == ("+79161234501", "care", "Ольга")
    assert item["words"] == "просил по телефону"
    assert "care" in served.run("silence", "list")
    served.run("silence", "end", "+79161234501", *note)
    assert json.loads(served.run("silence", "list", "--json"))["items"] == []
    code, text = served.failing("silence", "add", "Алексей", *note)
    assert (code, "write a mobile phone or an e-mail" in text) == (2, True)


def test_lists_are_json_for_programs(served: Served) -> None:
    deal(served)
    served.run("run", "agreement")
    for command in (["history"], ["queue", "list"], ["outbox", "list", "--all"], ["breaker", "list"]):
        assert isinstance(json.loads(served.run(*command, "--json"))["items"], list)
    jobs = json.loads(served.run("jobs", "--json"))["jobs"]
    assert {"job", "cron", "last", "next", "kinds", "reasons", "outcomes"} <= set(jobs[0])


def test_the_store_can_be_copied(served: Served, tmp_path: Path) -> None:
    served.run("run", "agreement")
    served.run("db", "backup", str(tmp_path / "copy.db"))
    shutil.move(tmp_path / "copy.db", tmp_path / "sverka.db")
    assert json.loads(served.run("history", "--json"))["items"]
    served.run("db", "upgrade")
