"""The way out in a company file: what is wrong with it is told with its place, and all of it stands on the paper that is signed."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path

import pytest

from sverka.companies.load import load_companies
from sverka.companies.paper import paper
from sverka.domain.state_table import Ships
from tests.house.tree import ROOT
from tests.unit.company_file import mistakes_in

NAME = "dealer_network"
TEXT = (ROOT / f"config/companies/{NAME}.yaml").read_text(encoding="utf-8")
SHIPS = '{to: Отгрузить сегодня, then: Отгружено, from: "08:00", track_by: "18:00"}'
STAGE = "funnels.orders.stages.Ожидает отгрузку"
AT = datetime.fromisoformat("2026-11-24T12:30:00+03:00")


def edited(folder: Path, *edits: tuple[str, str]) -> Path:
    """Put the company's file, with parts of it replaced, into a folder."""
    text = TEXT
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (folder / f"{NAME}.yaml").write_text(text, encoding="utf-8")
    return folder


def printed(folder: Path, *edits: tuple[str, str]) -> str:
    """Return the paper on one line."""
    (company,) = load_companies(edited(folder, *edits))
    return " ".join(paper(company, AT).split())


MISTAKES = {
    "an unknown stage": (SHIPS, "{to: Отгрузить}", f"{STAGE}.ships.to", "did you mean `Отгрузить сегодня`?"),
    "an unknown next stage": (SHIPS, "{to: Отгрузить сегодня, then: Ушло}", f"{STAGE}.ships.then", "allowed: Новый, Согласование"),
    "the end": (SHIPS, "{to: Отгрузить сегодня, then: won}", "funnels.orders.stages.won", "so name another stage"),
    "the day ends before it begins": (SHIPS, '{to: Отгрузить сегодня, track_by: "07:00"}', f"{STAGE}.ships", "the earlier time in `from`"),
    "no date": ("    ship_date:    {title: Дата отгрузки, type: date}\n", "", f"{STAGE}.ships", "describe it there"),
    "no number to wait for": ("    track:        {title: Номер отправления, type: string}\n", "", f"{STAGE}.ships.then", "describe it"),
    "a date that is a text": (
        "Дата отгрузки, type: date}", "Дата отгрузки, type: string}", "fields.deal.ship_date.type", "write `type: date`",
    ),
    "a carrier that is a box": (
        "{title: Перевозчик, type: list, options: [Деловые Линии, ПЭК, СДЭК, Байкал Сервис]}", "{title: Перевозчик, type: boolean}",
        "fields.deal.carrier.type", "write `type: list` or `string`",
    ),
    "a hold that says nothing": ("Только предоплата,", "Предоплата,", "fields.client.hold.options[2]", "write one of: Без ограничений, "),
    "a hold that is a box": (
        "{title: Отгрузки, type: list, options: [Без ограничений, Под наблюдением, Только предоплата, Отгрузки остановлены]}",
        "{title: Отгрузки, type: boolean}", "fields.client.hold.type", "write `type: list`",
    ),
    "nobody ships": ("shipping: warehouse}", "shipping: master}", "duties.shipping", "did you mean `manager`?"),
}  # fmt: skip


@pytest.mark.parametrize("case", MISTAKES.values(), ids=MISTAKES)
def test_one_mistake_is_one_sentence_with_its_place(tmp_path: Path, case: tuple[str, str, str, str]) -> None:
    old, new, path, remedy = case
    (mistake,) = mistakes_in(edited(tmp_path, (old, new)))
    assert mistake.path == path
    assert remedy in mistake.remedy


@pytest.mark.parametrize(
    ("ships", "said"),
    [
        (SHIPS, Ships("Отгрузить сегодня", "Отгружено", time(8), time(18))),
        ("{to: Отгрузить сегодня}", Ships("Отгрузить сегодня", "", time(8), time(18))),
        ('{to: Отгрузить сегодня, from: "06:30", track_by: "20:00"}', Ships("Отгрузить сегодня", "", time(6, 30), time(20))),
    ],
    ids=["all of it", "as usual", "other hours"],
)  # fmt: skip
def test_the_file_says_where_deals_go_and_when(tmp_path: Path, ships: str, said: Ships) -> None:
    (company,) = load_companies(edited(tmp_path, (SHIPS, ships)))
    assert company.policy.table.funnels[0].stages[2].ships == said


@pytest.mark.parametrize(
    ("duties", "who"),
    [("{questions: head, shipping: manager}", "manager"), ("{questions: head}", "warehouse")],
    ids=["as the file says", "the warehouse"],
)
def test_somebody_ships(tmp_path: Path, duties: str, who: str) -> None:
    (company,) = load_companies(edited(tmp_path, ("{questions: head, shipping: warehouse}", duties)))
    assert company.policy.duties["shipping"] == f"{who}@dealer-snab.example"


@pytest.mark.parametrize(
    "sentence",
    [
        "Ожидает отгрузку Люди: дата отгрузки выпала на выходной — дело ответственному: подтвердить день",
        "Отгрузить сегодня Люди: задача собрать и отгрузить: Фёдор Кладов; клиент узнаёт, что сегодня отгружаем и кто везёт",
        "(поле «Перевозчик»; пусто — дело ответственному)",
        "нет номера к 18:00 — задача ответственному",
        "Наступил день из поля «Дата отгрузки» → с 08:00 до 18:00 на стадию «Отгрузить сегодня» со стадии «Ожидает отгрузку»",
        "дата выпала на выходной или день пропущен — в следующий рабочий день",
        "обратно на стадию «Ожидает отгрузку»; склад узнаёт, что сегодня не отгружаем, а клиент, которому обещали, — о новом дне",
        "Появился номер в поле «Номер отправления» → на стадию «Отгружено» со стадии «Отгрузить сегодня»",
        "В карточке клиента в поле «Отгрузки» стоит «Отгрузки остановлены» — сделка остаётся на месте; дело ответственному",
    ],
)
def test_the_paper_says(tmp_path: Path, sentence: str) -> None:
    assert sentence in printed(tmp_path)


def test_the_paper_is_silent_about_what_the_company_does_not_have(tmp_path: Path) -> None:
    said = printed(
        tmp_path,
        (SHIPS, "{to: Отгрузить сегодня}"),
        ("    track:        {title: Номер отправления, type: string}\n", ""),
        ("    carrier:      {title: Перевозчик, type: list, options: [Деловые Линии, ПЭК, СДЭК, Байкал Сервис]}\n", ""),
    )
    assert [word for word in ("Появился номер", "Перевозчик", "нет номера") if word in said] == []
    assert "клиент узнаёт, что сегодня отгружаем" in said
