"""A company in which all is right, one thing at a time to break in it, and what `sverka check` then says."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sandbox.faults import Fault
from sandbox.systems.bitrix24.crm import custom
from sandbox.systems.bitrix24.crm.objects import DEAL
from sverka.settings import NotConnected
from sverka.systems.http import HttpSettings
from sverka.work.checkup.lines import Line
from sverka.work.checkup.looking import check_up
from tests.e2e.town import COMPANY, Town

Break = Callable[[Town], None]
WEBHOOK, SMTP, IMAP = "HEADLIGHTS_BITRIX24_WEBHOOK", "HEADLIGHTS_SMTP_URL", "HEADLIGHTS_IMAP_URL"
SCOPES = ["crm", "catalog", "user", "department", "task", "im", "sale"]


@contextmanager
def put_right(place: Town) -> Iterator[None]:
    """Set the world back, its clock to that of the machine, and afterwards whatever a test changed about the installation."""
    whole = place.app
    place.sandbox.world.reset()
    place.sandbox.world.clock.set(datetime.now(UTC))
    place.clock.ahead = timedelta()
    try:
        yield
    finally:
        place.app = whole
        portal(place)._setting.switches.clear()


def portal(place: Town) -> Any:
    return place.sandbox.world.companies[COMPANY].emulators["bitrix24"]


def books(place: Town) -> Any:
    return place.sandbox.world.companies[COMPANY].emulators["business_ru"].state


def set_to(place: Town, **variables: str) -> None:
    place.app = replace(place.app, environ={**place.app.environ, **variables})


def checked(place: Town, *, create_fields: bool = False) -> list[Line]:
    (company,) = place.app.chosen(COMPANY)
    desk = place.app.desk(company, read_only=not create_fields)
    assert not isinstance(desk, NotConnected)
    try:
        return list(check_up(company, desk, create_fields=create_fields, runs_an_hour=18))
    finally:
        desk.close()


def told(place: Town, **options: Any) -> list[str]:
    """Return the lines that are not right."""
    return [f"{line.severity} {line}" for line in checked(place, **options) if line.severity not in ("ok", "look")]


def change_stage(name: str, **changes: Any) -> Break:
    def break_it(place: Town) -> None:
        for row in portal(place).state.statuses:
            if row["NAME"] == name:
                row.update(changes)

    return break_it


def change_field(of: str, part: int = 2, **changes: Any) -> Break:
    def break_it(place: Town) -> None:
        there = portal(place).state.custom[part]
        (name,) = [name for name, field in there.items() if field.title == of]
        there[name] = dataclasses.replace(there[name], **changes)

    return break_it


def without_field(title: str, part: int = 2) -> Break:
    def break_it(place: Town) -> None:
        there = portal(place).state.custom[part]
        del there[next(name for name, field in there.items() if field.title == title)]

    return break_it


def one_stage_more(place: Town) -> None:
    row = {"ENTITY_ID": "DEAL_STAGE", "STATUS_ID": "CALL", "NAME": "Перезвонить", "SORT": 15}
    portal(place).state.statuses.add({**row, "SEMANTICS": None, "EXTRA": None})


def same_title_twice(place: Town) -> None:
    custom.add(portal(place).state, DEAL, user_type="string", title="Касса")


def our_field_renamed(place: Town) -> None:
    without_field("Касса")(place)
    custom.add(
        portal(place).state, DEAL, user_type="enumeration", title="Касса продажи", name="UF_CRM_SVERKA_CASH_DESK"
    )


def two_stores_of_one_name(place: Town) -> None:
    rows = books(place).tables["stores"].rows
    rows["999"] = {**books(place).named("stores", "Склад Москва"), "id": "999"}


def no_such_scope(scope: str) -> Break:
    def break_it(place: Town) -> None:
        portal(place)._setting.switches["webhooks"] = {"worker": {"scopes": [each for each in SCOPES if each != scope]}}

    return break_it


def change_user(person: str, **changes: Any) -> Break:
    def break_it(place: Town) -> None:
        next(row for row in portal(place).state.users if row["PERSON"] == person).update(changes)

    return break_it


def change_row(model: str, of: str, **changes: Any) -> Break:
    def break_it(place: Town) -> None:
        books(place).named(model, of).update(changes)

    return break_it


def wrong_secret(place: Town) -> None:
    set_to(place, **{WEBHOOK: place.app.environ[WEBHOOK].rstrip("/") + "not/"})


def webhook_of_the_owner(place: Town) -> None:
    set_to(place, **{WEBHOOK: place.sandbox.ready["companies"][COMPANY]["people"]["owner"]["bitrix24"]})


def dollars(place: Town) -> None:
    portal(place).state.currencies[0]["BASE"] = "N"
    portal(place).state.currencies.append({"CURRENCY": "USD", "BASE": "Y"})


def fault(system: str, kind: str, **more: Any) -> Break:
    def break_it(place: Town) -> None:
        place.sandbox.world.faults.arm(_fault(system, kind, **more))

    return break_it


def _fault(system: str, kind: str, left: int = 100) -> Fault:
    return Fault(COMPANY, system, kind, left, None, Random(1), 0.0)


def author_without_email(place: Town) -> None:
    row = next(row for row in books(place).rows("employees") if row["email"] == "sverka@fary.example")
    row["email"] = ""


def wrong_password(variable: str) -> Break:
    def break_it(place: Town) -> None:
        scheme, _, rest = place.app.environ[variable].partition("://")
        login, _, host = rest.rpartition("@")
        set_to(place, **{variable: f"{scheme}://{login.partition(':')[0]}:hush-hush@{host}"})

    return break_it


def nobody_listens(variable: str) -> Break:
    def break_it(place: Town) -> None:
        before, _, _ = place.app.environ[variable].rpartition(":")
        set_to(place, **{variable: f"{before}:9"})

    return break_it


def nobody_answers(place: Town) -> None:
    set_to(place, HEADLIGHTS_BUSINESS_RU_URL="http://127.0.0.1:9")
    place.app = replace(place.app, http=HttpSettings(tries=1))
