"""`sverka check` as an integrator uses it: what it says of a right installation, what it makes, what it never touches."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from jobs import JOBS
from sverka.commands import checking, installation
from sverka.commands.checking import Checked
from sverka.store.engine import Store
from sverka.store.schema import REVISIONS
from sverka.work.checkup.lines import Severity
from tests.e2e.check_place import (
    IMAP,
    SMTP,
    WEBHOOK,
    change_field,
    change_user,
    checked,
    set_to,
    told,
    without_field,
    wrong_secret,
)
from tests.e2e.town import COMPANY, Town


def test_what_is_right_is_told_in_short_lines_and_robots_are_left_to_a_person(place: Town) -> None:
    lines = checked(place)
    assert {line.severity for line in lines} == {Severity.OK, Severity.LOOK}
    assert max(len(str(line)) for line in lines if line.severity is Severity.OK) < 160
    (robots,) = [line.text for line in lines if line.severity is Severity.LOOK]
    assert (
        "no webhook can see them; we put deals at funnel «Интернет-магазин», «Новая заявка», «Оценка качества»; funnel «Сервис»"
        in robots
    )


def test_a_check_changes_nothing_and_sends_nothing(place: Town) -> None:
    change_user("worker", ADMIN=False)(place)
    without_field("Касса")(place)
    checked(place)
    assert place.sandbox.world.journal.effects == []
    assert [row for row in place.requests() if row["write"]] == []


def test_an_employee_whom_the_ledger_does_not_know_is_left_to_a_person(place: Town) -> None:
    change_user("manager", NAME="Оля")(place)
    (line,) = [line for line in checked(place) if line.about == "people"]
    assert (
        line.severity,
        "1 of 7 users of the portal are no employees" in line.text,
        "«Оля Климова»" in line.text,
    ) == (Severity.LOOK, True, True)


def test_missing_fields_are_made_once_with_their_types_and_options(place: Town) -> None:
    for title, part in (("Касса", 2), ("Дата отгрузки", 2), ("Оплачено в кассе", 2), ("Постоянный клиент", 3)):
        without_field(title, part)(place)
    made = [str(line) for line in checked(place, create_fields=True) if line.text.startswith("made")]
    assert made == [
        "Bitrix24: made the deal field «Дата отгрузки»: UF_CRM_SVERKA_SHIP_DATE, `date`",
        "Bitrix24: made the deal field «Оплачено в кассе»: UF_CRM_SVERKA_PAID_AT_DESK, `boolean`",
        "Bitrix24: made the deal field «Касса»: UF_CRM_SVERKA_CASH_DESK, `enumeration` with «Касса Москва», «Касса Санкт-Петербург»",
        "Bitrix24: made the contact field «Постоянный клиент»: UF_CRM_SVERKA_TRUSTED, `boolean`",
    ]
    assert told(place) == []
    before = place.mark()
    assert [line.text for line in checked(place, create_fields=True) if "was made" in line.text] == [
        "no field was made: each title of the file is there already"
    ]
    assert place.mark() == before


def test_a_field_that_is_there_in_another_form_is_told_and_never_touched(place: Town) -> None:
    change_field("Дата отгрузки", kind="string")(place)
    change_field("Филиал", options=((1, "Москва"),))(place)
    lines = told(place, create_fields=True)
    assert [
        "error Bitrix24: the deal field «Дата отгрузки»" in line or "error Bitrix24: the list of" in line
        for line in lines
    ] == [True, True]
    assert place.sandbox.world.journal.effects == []


def test_fields_that_may_not_be_made_are_told_with_the_reason(place: Town) -> None:
    change_user("worker", ADMIN=False)(place)
    without_field("Касса")(place)
    assert any(
        line
        == "error Bitrix24: the deal field «Касса» was not made (bitrix24 crm.deal.userfield.add: ACCESS_DENIED: Access denied. "
        "Correct the data or the rights it names) → run it with the webhook of an administrator of the CRM, or make the field by hand, "
        "of the type `enumeration`"
        for line in told(place, create_fields=True)
    )


def test_a_field_whose_answer_was_lost_is_told_by_what_stands_on_the_portal(place: Town) -> None:
    without_field("Касса")(place)
    assert place.transport is not None
    place.transport.lose = lambda request: b"userfield.add" in request.read()
    try:
        lines = [str(line) for line in checked(place, create_fields=True)]
    finally:
        place.transport.lose = lambda _request: False
    assert any(line.startswith("Bitrix24: made the deal field «Касса»") for line in lines)


def everything(place: Town) -> tuple[Checked, ...]:
    return tuple(checking.checks(place.app, Checked("", "this installation"), None, create_fields=False))


def of_the_company(place: Town) -> Checked:
    (company,) = [each for each in everything(place) if each.company == COMPANY]
    return company


def test_the_installation_is_looked_at_first(place: Town) -> None:
    here, *_ = everything(place)
    company = of_the_company(place)
    assert [line.about for line in here.lines] == ["store", "companies", "zones", "crontab"]
    assert (here.exit_code, company.exit_code, company.company) == (0, 0, COMPANY)


def test_machines_get_the_same_lines_as_one_object(place: Town) -> None:
    wrong_secret(place)
    answer = json.loads(json.dumps(checking.as_object(everything(place))))
    (company,) = [each for each in answer["companies"] if each["company"] == COMPANY]
    assert (answer["ready"], company["ready"], company["connected"]) == (
        False,
        False,
        True,
    )
    assert {key: value for key, value in company["lines"][0].items() if key != "text"} == {
        "severity": "error",
        "about": "Bitrix24",
        "mend": "copy HEADLIGHTS_BITRIX24_WEBHOOK anew: on the portal, Приложения, Разработчикам, Интеграции",
    }


def test_a_company_that_is_not_connected_is_told_what_to_set(place: Town) -> None:
    place.app = replace(place.app, environ={})
    company = of_the_company(place)
    assert (company.exit_code, company.is_connected) == (0, False)
    assert company.lines[0].mend.startswith(
        "to connect it, set HEADLIGHTS_BITRIX24_WEBHOOK, HEADLIGHTS_BUSINESS_RU_URL"
    )


SETTINGS = {
    "a secret that is not set": (
        {SMTP: ""},
        "HEADLIGHTS_SMTP_URL not set, while others are",
        "set all of them or none",
    ),
    "no webhook": (
        {WEBHOOK: "portal.example/hush"},
        "HEADLIGHTS_BITRIX24_WEBHOOK: a Bitrix24 webhook looks like https://PORTAL/rest/USER/CODE/",
        "",
    ),
    "no mailbox": (
        {IMAP: "pop3://hush@portal.example"},
        "HEADLIGHTS_IMAP_URL: a mail server looks like imaps://user:password@host:993 or imap://host:143",
        "",
    ),
}


@pytest.mark.parametrize(("variables", "text", "mend"), SETTINGS.values(), ids=SETTINGS.keys())
def test_a_setting_that_cannot_be_used_is_told_by_its_name(
    place: Town, variables: dict[str, str], text: str, mend: str
) -> None:
    set_to(place, **variables)
    company = of_the_company(place)
    assert [(line.text, line.mend, company.exit_code) for line in company.lines] == [(text, mend, 2)]


def with_crontab(place: Town, folder: Path, text: str) -> list[str]:
    (folder / "crontab").write_text(text, encoding="utf-8")
    place.app = replace(place.app, settings=replace(place.app.settings, root=folder))
    here, *_ = everything(place)
    return [f"{line.severity} {line}" for line in here.lines if line.about == "crontab"]


def test_a_crontab_that_cannot_be_used_is_told_line_by_line(place: Town, tmp_path: Path) -> None:
    first, second = with_crontab(
        place, tmp_path, "*/5 * * * * sverka run agrement --due\n@daily sverka run digest --due\n"
    )
    assert first == "error crontab: line 1: there is no job «agrement» → did you mean agreement?"
    assert second.startswith(
        "error crontab: line 2: it starts no job → write `min hour dom mon dow sverka run JOB --due`, such as"
    )


def test_jobs_that_the_crontab_never_starts_are_named(place: Town, tmp_path: Path) -> None:
    (line,) = with_crontab(place, tmp_path, "*/5 * * * * sverka run agreement --due\n")
    others = ", ".join(f"«{name}»" for name in sorted(JOBS) if name != "agreement")
    assert line.startswith(f"look crontab: it never starts {others} → add a line for each to ")


def test_a_missing_crontab_is_told_by_its_place(place: Town, tmp_path: Path) -> None:
    place.app = replace(place.app, settings=replace(place.app.settings, root=tmp_path))
    here, *_ = everything(place)
    (line,) = [line for line in here.lines if line.about == "crontab"]
    assert line.text.startswith(f"{tmp_path}/crontab cannot be read (No such file or directory), so neither")


def test_switches_of_the_sandbox_are_errors_before_real_systems(place: Town) -> None:
    settings = replace(place.app.settings, limits_off=True, clock_jumps_allowed=True)
    lines = list(installation.switches(settings))
    assert [(line.severity, line.mend.split(":")[0]) for line in lines] == [
        (Severity.ERROR, "take SVERKA_LIMITS away"),
        (Severity.ERROR, "take SVERKA_CLOCK_JUMPS away"),
    ]


def test_a_list_of_the_ledger_that_cannot_be_read_costs_its_own_line_only(place: Town) -> None:
    assert place.transport is not None
    place.transport.refuse = lambda request: "/storegoods." in request.url.path
    try:
        lines = told(place)
    finally:
        place.transport.refuse = lambda _request: False
    assert [line.partition(" (")[0] for line in lines] == ["error Бизнес.ру: the list of stock cannot be read"]


def stored(place: Town, url: str) -> str:
    with Store.open(url) as store:
        place.app = replace(place.app, store=store)
        here, *_ = everything(place)
    return f"{here.lines[0].severity} {here.lines[0]}".replace(place.app.settings.database_shown, "STORE")


def test_an_empty_store_is_right_and_stays_empty(place: Town, tmp_path: Path) -> None:
    assert stored(place, f"sqlite:///{tmp_path}/new.db") == "ok store: STORE, empty: the first run makes its schema"
    assert (tmp_path / "new.db").stat().st_size == 0


UPGRADE = "stop the scheduler, `sverka db backup FILE`, `sverka db upgrade`"
ALEMBIC = "CREATE TABLE alembic_version (version_num)"
OTHERS = {
    "somebody else's": (
        ["CREATE TABLE goods (id)"],
        "is not Sverka's, or was made by a newer one → mend SVERKA_DATABASE_URL, or update this installation",
    ),
    "an old one": (
        [ALEMBIC, "INSERT INTO alembic_version VALUES ('0001')"],
        f"was made by an older Sverka, and this one needs the schema {REVISIONS[-1]} → {UPGRADE}",
    ),
}


@pytest.mark.parametrize(("statements", "sentence"), OTHERS.values(), ids=OTHERS.keys())
def test_a_store_of_another_schema_is_told(place: Town, tmp_path: Path, statements: list[str], sentence: str) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as database, database:
        for statement in statements:
            database.execute(statement)
    assert stored(place, f"sqlite:///{tmp_path}/other.db") == f"error store: STORE {sentence}"
