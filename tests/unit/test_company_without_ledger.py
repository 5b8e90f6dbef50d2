"""A company without a ledger is looked after all the same: a word of a ledger in its file is a mistake, and on its paper there is none."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from sverka.companies.company import Company
from sverka.companies.load import load_companies
from sverka.companies.paper import paper
from tests.house.tree import ROOT
from tests.unit.company_file import mistakes_in, mistakes_of

FOLDER = ROOT / "config/companies"
WATER = (FOLDER / "water.yaml").read_text(encoding="utf-8")
SEARCH = "{request: true, allowed: 30m}"
OFFICE = "  - name: Офис\n"
AT = datetime.fromisoformat("2026-11-24T12:30:00+03:00")


@pytest.fixture(scope="module")
def water() -> Company:
    return next(company for company in load_companies(FOLDER) if company.name == "water")


def plain(text: str) -> str:
    """Return a text without its line breaks and layout."""
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        (SEARCH, "{request: true, order: open}", "funnels.sale.stages.Поиск.order"),
        (SEARCH, "{request: true, reserve: none}", "funnels.sale.stages.Поиск.reserve"),
        (SEARCH, "{request: true, payment: full}", "funnels.sale.stages.Поиск.payment"),
        (OFFICE, f"{OFFICE}    store: Склад\n", "branches[0].store"),
        (OFFICE, f"{OFFICE}    cash_desk: Касса\n", "branches[0].cash_desk"),
        ("\nrules:\n", "\norder_statuses: {open: Новый}\n\nrules:\n", "order_statuses"),
        ("\nrules:\n", "\nowners:\n  lines: {owner: bitrix24, on_drift: ask, grace_min: 5}\n\nrules:\n", "owners"),
        ("\nrules:\n", "\nshop: {funnel: sale, stage: Поиск, source: STORE}\n\nrules:\n", "shop"),
        (
            "  warm_up:\n",
            "    facts:\n      - {when: {payment: full}, from: [Поиск], to: Доставка}\n  warm_up:\n",
            "funnels.sale.facts[0]",
        ),
    ],
)
def test_what_needs_a_ledger_is_a_mistake_with_its_place(tmp_path: Path, old: str, new: str, path: str) -> None:
    assert WATER.count(old) == 1
    (tmp_path / "water.yaml").write_text(WATER.replace(old, new), encoding="utf-8")
    shutil.copytree(FOLDER / "water", tmp_path / "water")
    assert [(each.path, each.problem) for each in mistakes_in(tmp_path) if "ledger, and" in each.problem] == [
        (path, "needs a ledger, and `systems` has none")
    ]


@pytest.mark.parametrize("key", ["store", "cash_desk"])
def test_with_a_ledger_each_branch_names_what_it_has_there(tmp_path: Path, key: str) -> None:
    line = {"store": "    store: Склад Москва\n", "cash_desk": "    cash_desk: Касса Москва\n"}[key]
    (mistake,) = mistakes_of(tmp_path, (line, ""))
    assert (mistake.path, mistake.problem) == (f"branches[0].{key}", f"`{key}` is missing")


def test_its_paper_speaks_of_no_ledger_and_of_nothing_that_needs_one(water: Company) -> None:
    text = plain(paper(water, AT))
    assert [
        word for word in ("Бизнес.ру", "резерв", "касс", "склад", "заказ сайта", "учёт") if word in text.lower()
    ] == []
    assert "Кристально чистая вода — правила Сверки для Битрикс24" in text
    assert "«Офис» — г. Москва, ул. Водников, д. 2." in text


@pytest.mark.parametrize(
    "sentence",
    [
        "Пишем SMS, в MAX, письмом — в этом порядке",
        "О заказах и визитах — с 08:00 до 21:00; благодарности, поздравления, приветствия — с 10:00 до 19:00",
        "не идут раньше чем через 4 часа после любого другого сообщения, и ждут, если за день человек уже получил 2 сообщения",
        "Кто написал «стоп», больше не получает благодарностей и поздравлений",
        "с 10:00 по часам клиента; кто родился 29 февраля, в обычный год — 1 марта. Ответственный узнаёт утром",
        "чья первая сделка в воронке «Продажа», приветствуем один раз, в рабочее время; на всех вместе — до 100 ₽ в день",
    ],
)
def test_the_paper_says_how_clients_are_written_to(water: Company, sentence: str) -> None:
    assert plain(sentence) in plain(paper(water, AT))


def test_a_company_that_neither_greets_nor_welcomes_signs_nothing_of_it(tmp_path: Path) -> None:
    text = WATER.replace("  welcome:", "  # welcome:").replace("  birthdays:", "  # birthdays:")
    (tmp_path / "water.yaml").write_text(text, encoding="utf-8")
    shutil.copytree(FOLDER / "water", tmp_path / "water")
    (company,) = load_companies(tmp_path)
    assert [
        word for word in ("приветствуем один раз", "С днём рождения поздравляем") if word in plain(paper(company, AT))
    ] == []
