"""The example company's file: what it becomes, and that editors see the same shape."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from sverka.companies.company import Company
from sverka.companies.load import load_companies
from sverka.companies.schema import schema_text
from sverka.domain.actions import KINDS
from sverka.domain.policy import Mode, OnDrift, Rule, Shop, WorkingHours
from sverka.domain.state_table import Decision, Stage
from sverka.domain.table_lint import lint
from tests.house.tree import ROOT
from tests.unit.company_file import TEXT, edited, mistakes_of

FOLDER = ROOT / "config/companies"


@pytest.fixture(scope="module")
def headlights() -> Company:
    (company,) = [company for company in load_companies(FOLDER) if company.name == "headlights"]
    return company


def _loaded(folder: Path, *edits: tuple[str, str]) -> Company:
    (folder / "headlights.yaml").write_text(edited(*edits), encoding="utf-8")
    (company,) = load_companies(folder)
    return company


def test_the_schema_for_editors_is_current() -> None:
    assert (ROOT / "config/company.schema.json").read_text(encoding="utf-8") == schema_text(), "run `make schema`"


def test_every_key_of_the_schema_is_explained() -> None:
    schema = json.loads(schema_text())
    sections = {"CompanyFile": schema, **schema["$defs"]}
    silent = [
        f"{section}.{key}"
        for section, node in sections.items()
        for key, value in node.get("properties", {}).items()
        if not value.get("description") and not schema["$defs"].get(value.get("$ref", "")[8:], {}).get("description")
    ]
    assert silent == []


def test_the_state_table_stands_in_the_order_of_the_portal_and_is_sound(headlights: Company) -> None:
    funnel = headlights.policy.table.funnel("Интернет-магазин")
    assert funnel is not None
    assert [stage.name for stage in funnel.stages][2:6] == [
        "Запрос на товар",
        "Резерв",
        "Самовывоз/доставка",
        "Отгружено/не оплачено",
    ]
    assert funnel.stages[5] == Stage("Отгружено/не оплачено", order="open", shipment="all", only="trusted")
    assert lint(headlights.policy.table) == []


def test_the_policy_speaks_in_kopecks_moments_and_spans(headlights: Company) -> None:
    policy = headlights.policy
    assert policy.history_cutoff.astimezone(UTC) == datetime(2005, 6, 1, 5, tzinfo=UTC)
    assert policy.zone.key == "Europe/Moscow"
    assert policy.rules["orders"] == Rule("orders", Mode.AUTO, cap_per_run=300, cap_sum_kopecks=500_000_000)
    assert policy.owners["lines"].grace == timedelta(minutes=5)
    assert policy.owners["lines"].on_drift is OnDrift.RESTORE
    assert policy.order_statuses["cancelled"] == "Отменён"
    branch = policy.branch("Москва")
    assert branch is not None
    assert branch.store == "Склад Москва"


def test_a_rule_that_is_not_named_only_watches_within_safe_caps(tmp_path: Path) -> None:
    policy = _loaded(
        tmp_path,
        ("  releases: {mode: auto, cap_per_run: 50, cap_share_percent: 100}\n", ""),
        ("  orders:   {mode: auto, cap_per_run: 300, cap_sum_roubles: 5000000}\n", "  orders: {mode: propose}\n"),
    ).policy
    assert policy.rules["releases"] == Rule("releases", Mode.WATCH, cap_per_run=20, cap_share_percent=3)
    assert policy.rules["orders"] == Rule("orders", Mode.PROPOSE, cap_per_run=20, cap_sum_kopecks=50_000_000)
    assert set(policy.rules) == {kind.rule for kind in KINDS}


@pytest.mark.parametrize("rule", ["shipments", "payments"])
def test_what_cannot_be_undone_only_watches_and_by_small_numbers_until_the_file_says_more(
    tmp_path: Path, rule: str
) -> None:
    policy = _loaded(tmp_path, (f"  {rule}: {{mode: auto", f"  # {rule}: {{mode: auto")).policy
    assert policy.rules[rule] == Rule(rule, Mode.WATCH, cap_per_run=10)


def test_the_edge_learns_names_of_variables_fields_and_people(headlights: Company) -> None:
    assert headlights.connection.variables == (
        "HEADLIGHTS_BITRIX24_WEBHOOK",
        "HEADLIGHTS_BUSINESS_RU_URL",
        "HEADLIGHTS_BUSINESS_RU_APP_ID",
        "HEADLIGHTS_BUSINESS_RU_SECRET",
        "HEADLIGHTS_SMTP_URL",
        "HEADLIGHTS_IMAP_URL",
        "HEADLIGHTS_SMSC_URL",
        "HEADLIGHTS_WHATSAPP_URL",
        "HEADLIGHTS_MAX_URL",
    )
    assert headlights.connection.business_ru.requests_per_5min == 450
    assert headlights.fields.deal["branch"].options == ("Москва", "Санкт-Петербург")
    assert headlights.fields.deal["installation"].options == ("да", "нет")
    assert headlights.fields.client["trusted"].title == "Постоянный клиент"
    assert {letter: [person.email for person in people] for letter, people in headlights.digest.readers.items()} == {
        role: [f"{role}@fary.example"] for role in ("owner", "head", "accountant", "warehouse")
    }
    assert headlights.digest.managers


@pytest.mark.parametrize("has_ledger", [True, False], ids=["beside a ledger", "without a ledger"])
def test_a_company_may_have_1c_with_or_without_a_ledger(tmp_path: Path, *, has_ledger: bool) -> None:
    name = "headlights" if has_ledger else "water"
    text = (ROOT / f"config/companies/{name}.yaml").read_text(encoding="utf-8")
    shutil.copytree(ROOT / "config/companies/water", tmp_path / "water")
    assert text.count("\n  mail:\n") == 1
    (tmp_path / f"{name}.yaml").write_text(
        text.replace("\n  mail:\n", "\n  onec: {url: THE_ONEC_URL}\n  mail:\n"), encoding="utf-8"
    )
    (company,) = load_companies(tmp_path)
    assert company.connection.onec is not None
    assert (company.connection.onec.url, company.policy.has_ledger) == ("THE_ONEC_URL", has_ledger)
    assert "THE_ONEC_URL" in company.connection.variables


def test_a_variable_of_1c_is_a_name_and_never_an_address(tmp_path: Path) -> None:
    (mistake,) = mistakes_of(tmp_path, ("\n  mail:\n", "\n  onec: {url: https://u:p@1c.example/ut}\n  mail:\n"))
    assert mistake.path == "systems.onec.url"


def test_facts_and_decisions_are_read_as_the_table_is_signed(headlights: Company) -> None:
    shop, service = headlights.policy.table.funnels
    assert [(fact.when, fact.origins, fact.target) for fact in service.facts] == [
        ({"work_order": "opened"}, ("Закрыт на приезд",), "Открыт заказ/наряд"),
        ({"work_order": "closed"}, ("Закрыт на приезд", "Открыт заказ/наряд"), "Оценка качества"),
    ]
    assert shop.decided == (
        Decision("installation", "да", ("Резерв",), ("move",), ("service", "Обработан")),
        Decision("paid_at_desk", "yes", ("Самовывоз/доставка",), ("shipment", "payment", "close_order")),
    )


def test_a_stage_with_a_stroke_in_its_name_may_be_led_to(tmp_path: Path) -> None:
    policy = _loaded(tmp_path, ("to: service/Обработан", "to: shop/Самовывоз/доставка")).policy
    assert policy.table.funnels[0].decided[0].target == ("shop", "Самовывоз/доставка")


def test_what_people_get_at_a_stage_is_read_in_working_time(headlights: Company) -> None:
    shop, service = headlights.policy.table.funnels
    assert shop.title == "{id} {surname} {goods}"
    assert shop.stages[0] == Stage("Новая заявка", request=True, allowed=timedelta(minutes=15))
    assert shop.stages[1] == Stage("Недозвон", activity="Дозвониться до клиента", allowed=timedelta(hours=12))
    assert shop.stages[2] == Stage("Запрос на товар", show="availability", allowed=timedelta(hours=24))
    assert service.stages[3].eve_check == time(12)


def test_hours_duties_and_the_online_store_are_read(headlights: Company) -> None:
    policy = headlights.policy
    assert policy.hours == WorkingHours(time(9), time(21), (0, 1, 2, 3, 4, 5, 6), timedelta(minutes=15))
    assert policy.duties == {"purchase": "warehouse@fary.example", "questions": "head@fary.example"}
    assert policy.shop == Shop("shop", "Новая заявка", "STORE")
    assert headlights.fields.deal["cash_desk"].options == ("Касса Москва", "Касса Санкт-Петербург")


HOURS = 'hours: {from: "09:00", to: "21:00", days: [пн, вт, ср, чт, пт, сб, вс]}\n'
DUTIES = "duties: {purchase: warehouse, questions: head}\n"


def test_a_file_that_is_silent_about_time_people_and_a_store_gets_safe_defaults(tmp_path: Path) -> None:
    policy = _loaded(
        tmp_path,
        (HOURS, ""), (DUTIES, ""), ("shop: {funnel: shop, stage: Новая заявка, source: STORE}\n", ""), ("  shop_lines: ", "  # "),
    ).policy  # fmt: skip
    assert policy.hours == WorkingHours(time(9), time(18), (0, 1, 2, 3, 4))
    assert policy.table.funnels[0].stages[1].allowed == timedelta(hours=9)
    assert policy.duties == {"purchase": "head@fary.example", "questions": "head@fary.example"}
    assert policy.shop is None


def test_without_a_head_the_first_owner_sees_to_what_is_nobody_s(tmp_path: Path) -> None:
    duties = _loaded(
        tmp_path, (DUTIES, "duties: {purchase: warehouse}\n"), ("  head:   ", "  # "), ("  head: [head]", "  # ")
    ).policy.duties
    assert duties == {"purchase": "warehouse@fary.example", "questions": "owner@fary.example"}


def test_days_of_the_week_come_in_their_order(tmp_path: Path) -> None:
    assert _loaded(tmp_path, ("days: [пн, вт, ср, чт, пт, сб, вс]", "days: [сб, пн, сб]")).policy.hours.weekdays == (
        0,
        5,
    )


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("# Who is who.", "# People.", True),
        ("title: Фары и свет", 'title:   "Фары и свет"', True),
        ("title: Фары и свет", "title: Фары", False),
        ("      Запрос на товар:       {show: availability, allowed: 2d}\n", "", False),
    ],
    ids=["a comment", "the layout", "a value", "a stage"],
)
def test_the_fingerprint_follows_the_content(
    tmp_path: Path, headlights: Company, old: str, new: str, same: bool
) -> None:
    assert (_loaded(tmp_path, (old, new)).fingerprint == headlights.fingerprint) is same


def test_companies_come_in_the_order_of_their_files(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "headlights.yaml", tmp_path)
    second = TEXT.replace("company: headlights", "company: bulbs").replace(": HEADLIGHTS_", ": BULBS_")
    (tmp_path / "bulbs.yaml").write_text(second, encoding="utf-8")
    assert [company.name for company in load_companies(tmp_path)] == ["bulbs", "headlights"]
