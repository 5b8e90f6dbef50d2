"""What `sverka check` says of a portal that lacks something: what is lost by it, and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from sverka.companies.load import load_companies
from sverka.companies.models import CLIENT_FIELDS, DEAL_FIELDS
from sverka.domain.policy import Policy
from sverka.domain.proofs import Proof, Reading
from sverka.domain.rows import Stage, User
from sverka.systems.bitrix24.custom_fields import FieldInfo
from sverka.systems.bitrix24.directory import Directory
from sverka.systems.errors import NoAccess
from sverka.work.checkup import LOSSES, Line, check_up
from tests.house.tree import ROOT

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
(COMPANY,) = [company for company in load_companies(ROOT / "config/companies") if company.name == "headlights"]
OPTIONS = {
    "branch": {"1": "Москва", "2": "Санкт-Петербург"},
    "cash_desk": {"3": "Касса Москва", "4": "Касса Санкт-Петербург"},
    "installation": {"5": "да", "6": "нет"},
}


class Portal:
    """A portal with all that the file names, but for what is taken from it."""

    def __init__(self, **lacks: Any) -> None:
        self._lacks = lacks

    def server_time(self) -> datetime:
        return NOW

    def directory(self, fields: Mapping[str, Mapping[str, str]]) -> Directory:
        rows = tuple(
            Stage(ext_id=stage.name, name=stage.name, funnel_id="0", funnel_name=funnel.name, semantics="P", sort=0)
            for funnel in COMPANY.policy.table.funnels
            for stage in funnel.stages
            if stage.name != self._lacks.get("stage")
        )
        lists = {key: FieldInfo(key, "enumeration", OPTIONS[key] | self._lacks.get(key, {})) for key in OPTIONS}
        sources = self._lacks.get("sources", {"STORE": "Интернет-магазин"})
        return Directory(
            {"deal": lists}, self._lacks.get("fields", ()), (1,), "", _reading("stages", rows), "1", sources
        )

    def changes(self, since: Mapping[str, datetime | None], directory: Directory) -> tuple[Reading, ...]:
        people = [person for person in COMPANY.people.values() if person.role != self._lacks.get("person")]
        users = tuple(User(ext_id=person.role, name=person.name, email=person.email, active=True) for person in people)
        rows = {"users": users}
        return tuple(_reading(family, rows.get(family, ()), self._lacks.get(family, "")) for family in since)


class Ledger:
    """A ledger that does not let us in."""

    def references(self) -> Reading:
        raise NoAccess("business_ru", "GET stores", "the key is wrong")

    def server_time(self) -> datetime:
        return NOW


def _reading(family: str, rows: tuple[Any, ...] = (), trouble: str = "") -> Reading:
    proof = Proof("bitrix24", family, full=True, complete=not trouble, rows=len(rows), server_at=NOW, trouble=trouble)
    return Reading(proof, rows)


def checked(policy: Policy = COMPANY.policy, **lacks: Any) -> list[Line]:
    """Return the lines that are not right."""
    titles = {
        "deal": {key: field.title for key, field in COMPANY.fields.deal.items()},
        "client": {key: field.title for key, field in COMPANY.fields.client.items()},
    }
    clock = SimpleNamespace(real=lambda: NOW)
    desk: Any = SimpleNamespace(
        policy=policy, field_titles=titles, portal=Portal(**lacks), ledger=Ledger(), clock=clock
    )
    return [line for line in check_up(desk) if line.severity]


def test_a_system_out_of_reach_costs_its_own_lines_only() -> None:
    (line,) = checked()
    assert line.text.startswith("Бизнес.ру: business_ru GET stores: the key is wrong")


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "a field": (
        {"fields": (("deal", "Касса", ""),)},
        "warning",
        "«Касса» does not exist, so money goes to the desk of the deal's branch; make it in the settings",
    ),
    "a field by another name": (
        {"fields": (("deal", "Наличие", "Наличи"),)},
        "warning",
        "so no deal shows what is in the stores; did you mean «Наличи»?",
    ),
    "a field of clients": ({"fields": (("client", "Постоянный клиент", ""),)}, "warning", "so nobody is trusted"),
    "a stage": ({"stage": "Резерв"}, "error", "the funnel «Интернет-магазин» has no stage «Резерв»"),
    "a branch": (
        {"branch": {"2": "Питер"}},
        "error",
        "`branch` does not offer «Санкт-Петербург»; there are: «Москва», «Питер»",
    ),
    "a cash desk": (
        {"cash_desk": {"4": "Касса Питер"}},
        "error",
        "`cash_desk` does not offer «Касса Санкт-Петербург»; did you mean «Касса Питер»?",
    ),
    "a value that decides": ({"installation": {"5": "нужна"}}, "error", "`installation` does not offer «да»"),
    "a source": ({"sources": {"WEB": "Сайт"}}, "error", "no source with the code «STORE»"),
    "the right to see people": ({"users": "refused"}, "error", "nobody can be told of anything, for the list of users"),
    "the right to see departments": (
        {"departments": "refused"},
        "error",
        "(scope `department`) cannot be read: refused",
    ),
    "the right to tasks": ({"tasks": "refused"}, "error", "no tasks are set or completed"),
    "the right to the store": ({"shop_orders": "refused"}, "error", "for the list of shop orders (scope `sale`)"),
    "somebody with a duty": (
        {"person": "warehouse"},
        "error",
        "see to `purchase`, no employee has the e-mail «warehouse@fary.example»",
    ),
}


@pytest.mark.parametrize(("lacks", "severity", "sentence"), WRONG.values(), ids=WRONG.keys())
def test_what_the_portal_lacks_is_told_with_what_is_lost(lacks: dict[str, Any], severity: str, sentence: str) -> None:
    (line,) = [line for line in checked(**lacks) if line.text.startswith("Bitrix24: ")]
    assert line.severity == severity
    assert sentence in line.text


def test_a_company_without_a_store_needs_no_right_to_one() -> None:
    shopless = replace(COMPANY.policy, shop=None)
    assert [line.text[:9] for line in checked(shopless, shop_orders="refused", sources={"WEB": "Сайт"})] == [
        "Бизнес.ру"
    ]


def test_every_field_of_a_file_says_what_is_lost_without_it() -> None:
    assert set(LOSSES) == {*DEAL_FIELDS, *CLIENT_FIELDS}
