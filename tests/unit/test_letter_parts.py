"""What goes with a daily letter: pictures inside of it, a table beside it; both drawn from the payload when the letter leaves."""

from __future__ import annotations

import html
import json
import zipfile
from dataclasses import replace
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from sverka.domain.digest import Details, OwnerDigest
from sverka.domain.digest_values import Work
from sverka.domain.secret import Secret
from sverka.messages import spreadsheet
from sverka.messages.book import BYTES_AT_MOST, DAY, LINK, MONEY, NUMBER, TEXT, TYPES, Book, Column, Sheet, bound
from sverka.messages.chart import BARS, COLUMNS, SHAPES, Chart, Panel, Series
from sverka.messages.charts import CHARTS, ages, drawing, sources, weeks
from sverka.messages.examples import ACCOUNTANT_BUSY, EXAMPLES, HEAD_WEEKLY, OWNER_BUSY, OWNER_QUIET, OWNER_WEEKLY
from sverka.messages.render import CHARTS as CHARTS_OF_KINDS
from sverka.messages.render import render
from sverka.messages.sheets import book
from sverka.work import post
from sverka.work.post import Post

HOSTILE = (
    "=1+1", "+7 916 123-45-67", "-1+1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://evil.example";"x")', "{=1+1}", "%0A=1",
    "http://evil.example", "mailto:a@b.example", "=cmd|' /C calc'!A0", "\x00\x08\x1f=1", "\u202egnp.exe", "<b>x</b>&amp;", "1e5", "007",
    "_x0041_", "😀", "a" * 5_000, "", " ",
)  # fmt: skip
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CARD = "https://fary.example/crm/deal/details/1/"


def payload(kind: str, facts: Any) -> dict[str, Any]:
    letter = render(kind, facts).as_json()
    return {"key": "k", "to_name": "Анна", "to": "anna@fary.example", **json.loads(json.dumps(letter))}


def sent(kind: str, facts: Any) -> EmailMessage:
    raw = post.compose(payload(kind, facts), "Сверка <sverka@fary.example>").as_bytes()
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def cells(content: bytes, sheet: int = 1) -> list[list[tuple[str, str]]]:
    """Return the rows of a sheet as (type, value) of each cell that is filled; texts by what they say."""
    with zipfile.ZipFile(BytesIO(content)) as file:
        shared = ET.fromstring(file.read("xl/sharedStrings.xml"))
        texts = ["".join(part.itertext()) for part in shared]
        tree = ET.fromstring(file.read(f"xl/worksheets/sheet{sheet}.xml"))
    assert tree.find(f".//{MAIN}f") is None, "there is a formula"
    rows = []
    for row in tree.iter(f"{MAIN}row"):
        found = [(cell.get("t", "n"), cell.findtext(f"{MAIN}v") or "") for cell in row]
        rows.append([(kind, texts[int(value)] if kind == "s" else value) for kind, value in found])
    return rows


def test_the_written_lists_are_whole() -> None:
    modules = {"ages": ages, "sources": sources, "weeks": weeks}
    assert set(CHARTS) == set(modules)
    assert {make for makes in CHARTS_OF_KINDS.values() for make in makes} == {
        module.chart for module in modules.values()
    }
    assert set(TYPES) == set(spreadsheet._FORMATS)
    assert set(SHAPES) == {COLUMNS, BARS}


def test_a_letter_is_text_and_html_with_its_pictures_and_the_table_beside() -> None:
    facts = replace(OWNER_WEEKLY, details=OWNER_BUSY.details)
    message = sent("digest/owner", facts)
    body, table = message.iter_parts()
    text, related = body.iter_parts()
    page, *pictures = related.iter_parts()
    assert [part.get_content_type() for part in (message, body, text, related, page)] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html",
    ]  # fmt: skip
    assert [(part.get_content_type(), part["Content-ID"]) for part in pictures] == [
        ("image/png", "<weeks@sverka>"), ("image/png", "<ages@sverka>"),
    ]  # fmt: skip
    for part in pictures:
        assert f'src="cid:{part["Content-ID"].strip("<>")}"' in page.get_content()
    assert table.get_filename() == "sverka-2026-11-23.xlsx"
    assert (table.get_content_disposition(), table.get_content()[:2]) == ("attachment", b"PK")


def test_a_letter_without_pictures_and_table_stays_as_it_was() -> None:
    message = sent("digest/owner", OWNER_QUIET)
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def test_pages_open_by_themselves() -> None:
    pages = post.pages(sent("digest/head", HEAD_WEEKLY))
    assert "cid:" not in pages.html
    assert pages.html.count("data:image/png;base64,") == 1
    assert pages.text.endswith("«Сверка»\n")


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, named in EXAMPLES.items() for name in named])
def test_a_payload_is_small_and_holds_no_bytes(kind: str, name: str) -> None:
    written = json.dumps(payload(kind, EXAMPLES[kind][name]), ensure_ascii=False)
    assert len(written.encode()) < 200_000
    assert "base64" not in written


def test_a_letter_drawn_twice_is_the_same_to_the_byte() -> None:
    held = payload("digest/owner", replace(OWNER_WEEKLY, details=OWNER_BUSY.details))
    drawn = []
    for _ in range(2):
        drawing.draw.cache_clear()
        spreadsheet.draw.cache_clear()
        parts = post.compose(held, "a <a@b.example>").walk()
        drawn.append([part.get_payload(decode=True) for part in parts])
    assert drawn[0] == drawn[1]


def test_what_was_drawn_ahead_is_not_drawn_again_while_a_claim_waits() -> None:
    held = payload("digest/owner", replace(OWNER_WEEKLY, details=OWNER_BUSY.details))
    Post(Secret("smtp://127.0.0.1:9"), "a <a@b.example>").prepare(held)
    drawn = [draw.cache_info().misses for draw in (drawing.draw, spreadsheet.draw)]
    post.compose(held, "a <a@b.example>")
    assert [draw.cache_info().misses for draw in (drawing.draw, spreadsheet.draw)] == drawn


def test_charts_say_the_same_in_words_and_in_the_text_of_the_letter() -> None:
    letter = render("digest/owner", OWNER_WEEKLY)
    (by_week, by_age) = letter.charts
    plain = letter.text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "16–22 ноября: заявок 46, выиграно 21, на 612 400 ₽" in plain
    for chart in (by_week, by_age):
        for label, told in chart.rows():
            assert label in chart.alt
            assert told.split(",")[0] in " ".join(letter.text.split("\n"))
        assert f'alt="{chart.alt}"' in html.unescape(letter.html)


@pytest.mark.parametrize(
    "facts",
    [OWNER_QUIET, replace(OWNER_WEEKLY, weeks=OWNER_WEEKLY.weeks[:1]), replace(OWNER_WEEKLY, weeks=())],
    ids=["no report", "one week", "no weeks"],
)
def test_where_there_is_nothing_to_see_there_is_no_picture(facts: OwnerDigest) -> None:
    assert weeks.chart(facts) is None


def test_debts_are_drawn_once_a_week_and_only_if_some_are_old() -> None:
    assert ages.chart(ACCOUNTANT_BUSY) is None, "on Tuesday"
    chart = ages.chart(EXAMPLES["digest/accountant"]["monday"])  # type: ignore[arg-type]
    assert chart is not None
    assert [label.replace("\u00a0", " ") for label in chart.labels] == [
        "до 7 дней",
        "8–14 дней",
        "15–30 дней",
        "больше 30 дней",
    ]


@pytest.mark.parametrize("shape", SHAPES)
def test_any_words_and_numbers_can_be_drawn(shape: str) -> None:
    labels = ("$x^2$ \\frac", "😀\u202e\x00\u4e2d", "очень" * 30, "\n", "", "_{", "%s", "&<>")
    values = (0, 1, 10**15, 0, 5, 6, 7, 8)
    panel = Panel("$\\alpha$", (Series("$", values, labels), Series("б" * 50, values, labels)))
    chart = Chart("weeks", shape, "$", labels, (panel,))
    picture = drawing.draw(Chart.from_json(json.loads(json.dumps(chart.as_json()))))
    assert picture.startswith(b"\x89PNG")
    assert drawing.draw(replace(chart, panels=(Panel("", (Series("", (0,) * 8, ("",) * 8),)),))).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("kind", "name"), [("digest/owner", "weekly"), ("digest/head", "weekly"), ("digest/accountant", "monday")]
)
def test_a_picture_is_light_twice_as_dense_and_as_high_as_the_letter_says(kind: str, name: str) -> None:
    for chart in render(kind, EXAMPLES[kind][name]).charts:
        picture = drawing.draw(chart)
        width, height = (int.from_bytes(picture[place : place + 4], "big") for place in (16, 20))
        assert len(picture) < 60_000
        assert abs(width - 2 * drawing.WIDTH_PX) <= 1
        assert abs(height - 2 * drawing.height_px(chart)) <= 2


@pytest.mark.parametrize("kind", [TEXT, LINK])
@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_typed_is_text_in_the_table(kind: str, text: str) -> None:
    sheet = Sheet("Вопросы", (Column("Что", kind, 10), Column("№", NUMBER, 5)), ((text, 7),))
    made = bound(date(2026, 11, 24), [sheet])
    assert made is not None
    content = spreadsheet.draw(made)
    head, row = cells(content)
    assert head == [("s", "Что"), ("s", "№")]
    assert row[-1] == ("n", "7")
    assert all(cell_kind == "s" for cell_kind, _ in row[:-1])
    if kind == TEXT:
        with zipfile.ZipFile(BytesIO(content)) as file:
            assert not [name for name in file.namelist() if "rels" in name and "sheet" in name], (
                "an address became a link"
            )


def test_sums_days_and_cards_have_their_types() -> None:
    columns = (Column("День", DAY, 11), Column("Сумма", MONEY, 12), Column("Карточка", LINK, 12))
    content = spreadsheet.draw(
        Book(date(2026, 11, 24), (Sheet("Долги", columns, (("2026-11-20", 123_456_78, CARD), ("", 5, ""))),))
    )
    _, first, second = cells(content)
    assert first == [("n", "46346"), ("n", "123456.78"), ("s", "открыть")]
    assert second == [("n", "0.05")]
    with zipfile.ZipFile(BytesIO(content)) as file:
        page = file.read("xl/worksheets/sheet1.xml").decode()
        assert CARD in file.read("xl/worksheets/_rels/sheet1.xml.rels").decode()
    assert 'state="frozen"' in page


def test_the_table_holds_what_stands_behind_the_figures() -> None:
    table = book(OWNER_BUSY)
    assert table is not None
    rows = {sheet.title: len(sheet.rows) for sheet in table.sheets}
    assert rows == {
        "Вопросы": 4, "Требует внимания": 3, "Собрать": 9, "Долги": 5, "Оплаты": 5, "Сделано": 2, "Сообщения": 33,
    }  # fmt: skip
    assert Book.from_json(json.loads(json.dumps(table.as_json()))) == table


def test_rows_for_which_there_is_no_room_are_counted() -> None:
    work = Work(OWNER_BUSY.now, "слово " * 40, 5)
    table = book(
        replace(
            OWNER_BUSY,
            details=Details(works=(work,) * 2_000, debts=OWNER_BUSY.details.debts if OWNER_BUSY.details else ()),
        )
    )
    assert table is not None
    sheets = {sheet.title: sheet for sheet in table.sheets}
    assert (sheets["Вопросы"].left_out, sheets["Долги"].left_out) == (0, 0)
    assert len(sheets["Сделано"].rows) + sheets["Сделано"].left_out == 2_000
    assert len(json.dumps(table.as_json(), ensure_ascii=False).encode()) < BYTES_AT_MOST * 1.1
    place = list(sheets).index("Сделано") + 1
    assert "не поместились" in cells(spreadsheet.draw(table), place)[-1][0][1]


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, named in EXAMPLES.items() for name in named])
def test_a_redirected_letter_goes_to_one_address_only_and_says_for_whom_it_was(kind: str, name: str) -> None:
    held = {**payload(kind, EXAMPLES[kind][name]), "to": "client@else.example", "to_name": "Иван <b>"}
    before = json.dumps(held, sort_keys=True)
    letter = post.compose(post.redirected(held, "test@fary.example"), "Фары <a@b.example>")
    receivers = [str(letter[header]) for header in ("To", "Cc", "Bcc") if letter[header]]
    assert receivers == ["test@fary.example"]
    assert str(letter["Subject"]).startswith("[для client@else.example] ")
    pages = post.pages(letter)
    assert pages.text.startswith("Проверка: это письмо предназначалось Иван <b> <client@else.example>.\n")
    assert "Иван &lt;b&gt; &lt;client@else.example&gt;" in pages.html
    assert pages.html.index("<body") < pages.html.index("предназначалось") < pages.html.index("</body>")
    assert letter["Message-ID"] == post.compose(held, "Фары <a@b.example>")["Message-ID"]
    assert json.dumps(held, sort_keys=True) == before, "the frozen payload stays"
