from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from sverka.domain.digest import (
    Aged,
    Aging,
    Details,
    Digest,
    LeftAlone,
    ManagerDigest,
    Notice,
    OwnerDigest,
    Period,
    Question,
    Source,
    Standing,
    Troubles,
)
from sverka.domain.digest_accountant import AccountantDigest, Unfit
from sverka.domain.digest_facts import DELAYS, NOTICES, QUESTIONS, REASONS_TOLD
from sverka.domain.digest_head import Activity, HeadDigest, Waiting
from sverka.domain.digest_head import Standing as Waits
from sverka.domain.digest_values import BANK, CASH, LEAVING, VISIT, DealLink, Good, Income, Payment, Pick, Work
from sverka.domain.digest_warehouse import Freed, WarehouseDigest
from sverka.domain.done import Done, Errands, Move
from sverka.domain.report import GROUPINGS, Days, Line, Report, Score, week_and_month
from sverka.domain.tally import Tally
from sverka.messages import KINDS
from sverka.messages.chart import Chart
from sverka.messages.environment import FOLDER, UnprintableError, environment
from sverka.messages.examples import EXAMPLES, MANAGER_BUSY, OWNER_BUSY, OWNER_QUIET, OWNER_WEEKLY
from sverka.messages.layout import COLUMNS, link
from sverka.messages.render import SUBJECT_LIMIT, Letter, render

CARDS = ("https://fary.example/crm/deal/details/", "https://fary.example/crm/company/details/")
NOW = datetime(2026, 11, 24, 8, 58, tzinfo=ZoneInfo("Europe/Moscow"))
EVIL = (
    "<script>alert(1)</script>\" onclick='x' {{ 7 * 7 }} «И»\r\nBcc: evil@example.com\u202e\x00"
    + "очень-длинное-слово" * 11
)
EVIL_DEAL = DealLink(EVIL[:90], "https://fary.example/crm/deal/details/1/?a=1&b=\"'><i>")

MINIMAL_OWNER = OwnerDigest(
    name="", company="Фары", now=NOW, sources=(), period=Period(None, NOW.date()), standing=Standing()
)
MINIMAL_MANAGER = ManagerDigest(name="", now=NOW, sources=(), period=Period(None, NOW.date()))
_QUESTIONS = tuple(
    Question(n, topic, EVIL, n * 100, date(2026, 11, 1), EVIL_DEAL if n % 2 else None, EVIL)
    for n, topic in enumerate(QUESTIONS)
)
_NOTICES = tuple(
    Notice(topic, EVIL, count, 100, date(2026, 11, 1), (EVIL_DEAL,) * count if count < 99 else (), (EVIL,))
    for topic in NOTICES
    for count in (1, 9, 99)
)
_DELAYS = tuple(notice for notice in _NOTICES if notice.topic in DELAYS)
_SOME = Tally(3, 7)
_MOVES = ((Move(EVIL, facts=("shipment none",)), 2), (Move(EVIL, EVIL), 1), (Move(EVIL), 3))
_DONE = Done(**{
    name: {"moves": _MOVES, "errands": Errands(4, 4, 4)}.get(name, _SOME if isinstance(value, Tally) else 4)
    for name, value in vars(Done()).items()
})  # fmt: skip
_AGED = (Aged(EVIL_DEAL, 15, 0),) * 30
_SCORE = Score(10**5, Tally(10**5, 10**14), 10**5, timedelta(days=900))
_LINE = Line(EVIL[:40], 10**5, (_SCORE, _SCORE))
_REPORT = Report(
    week_and_month(NOW.date()), _LINE, dict.fromkeys(GROUPINGS, (_LINE,) * 8 + (replace(_LINE, others=99),))
)
_PICKS = tuple(
    Pick(
        EVIL_DEAL, EVIL, way, EVIL[:40], (Good(EVIL[:70], 1_500, 500),) * 20, 10**12, on, NOW if way == VISIT else None
    )
    for way in LEAVING
    for on in (None, date(2026, 11, 1), NOW.date())
)
_PAYMENTS = (Payment(NOW.date(), BANK, 10**12, EVIL), Payment(NOW.date(), CASH, 1, "", EVIL[:40], EVIL_DEAL))
_INCOME = Income(Days(date(2026, 11, 1), date(2026, 11, 23)), _PAYMENTS, Tally(9, 10**13))
_DETAILS = Details(
    matters=_NOTICES, debts=_AGED, reserves=_AGED, payments=_PAYMENTS, picks=_PICKS, works=(Work(NOW, EVIL, 5, EVIL_DEAL),) * 400,
)  # fmt: skip
HOSTILE_OWNER = OwnerDigest(
    name=EVIL, company=EVIL, now=NOW,
    sources=(Source("bitrix24", None), Source("business_ru", NOW.replace(year=2025), ("orders", "stages"), is_old=True)),
    period=Period(date(2026, 11, 1), NOW.date()), standing=Standing(10**7, 3, 10**6, 10**15),
    reserves=Aging(Tally(9, 10**14), (Tally(), Tally(1, 1), Tally(1, 0), Tally(7, 10**14)), Aged(EVIL_DEAL, 400, 10**14)),
    debts=Aging(Tally(9, 0), (Tally(), Tally(), Tally(), Tally(9, 0)), Aged(EVIL_DEAL, 400, 0)),
    yesterday=_SCORE, report=_REPORT, delays=tuple(notice for notice in _DELAYS if notice.count == 9), answer_field=EVIL[:40],
    weeks=((Days(NOW.date(), NOW.date()), _SCORE),) * 6, income=_INCOME, picks=_PICKS, owed_before_kopecks=0, details=_DETAILS,
    lost_orders=Tally(21, 5), questions=_QUESTIONS, notices=_NOTICES, done=_DONE,
    left_alone=tuple(LeftAlone(reason, (EVIL_DEAL,) * 50) for reason in REASONS_TOLD), troubles=Troubles((EVIL,) * 9, (EVIL,) * 3),
)  # fmt: skip
HOSTILE_MANAGER = ManagerDigest(
    name=EVIL, now=NOW, sources=HOSTILE_OWNER.sources, period=HOSTILE_OWNER.period, questions=_QUESTIONS, notices=_NOTICES * 3, done=_DONE,
    done_deals=(EVIL_DEAL,) * 30, old_reserves=_AGED, debts=_AGED, delays=_DELAYS,
)  # fmt: skip

_SHARED: dict[str, Any] = {
    "name": EVIL,
    "now": NOW,
    "sources": HOSTILE_OWNER.sources,
    "period": HOSTILE_OWNER.period,
    "details": _DETAILS,
}
HOSTILE_HEAD = HeadDigest(
    questions=_QUESTIONS, delays=HOSTILE_OWNER.delays, waiting=(Waiting(EVIL[:40], 1, 2, 3, 4),) * 9,
    activities=(Activity(EVIL[:40], 10**5, 10**5, _SCORE),) * 9, yesterday=_SCORE, report=_REPORT,
    funnels=((EVIL[:40], (Waits(EVIL[:40], Tally(10**5, 10**14), 10**5),) * 9),) * 3, **_SHARED,
)  # fmt: skip
HOSTILE_ACCOUNTANT = AccountantDigest(
    income=_INCOME, unfit=tuple(Unfit(each, is_over=over) for each in _AGED for over in (True, False)), debts=HOSTILE_OWNER.reserves,
    debtors=_AGED, owed_before_kopecks=5, closed=Tally(10**5, 10**14), notices=_NOTICES, **_SHARED,
)  # fmt: skip
HOSTILE_WAREHOUSE = WarehouseDigest(
    picks=_PICKS * 9,
    tomorrow=_PICKS,
    delays=_DELAYS,
    notices=_NOTICES,
    freed=(Freed(EVIL_DEAL, 10**14),) * 50,
    **_SHARED,
)
_BARE: dict[str, Any] = {"name": "", "now": NOW, "sources": (), "period": Period(None, NOW.date())}

CASES: dict[str, tuple[str, Digest]] = {
    **{
        f"{kind} {name}": (kind, facts)
        for kind, named in EXAMPLES.items()
        for name, facts in named.items()
        if isinstance(facts, Digest)
    },
    "digest/owner minimal": ("digest/owner", MINIMAL_OWNER),
    "digest/owner hostile": ("digest/owner", HOSTILE_OWNER),
    "digest/head minimal": ("digest/head", HeadDigest(**_BARE)),
    "digest/head hostile": ("digest/head", HOSTILE_HEAD),
    "digest/accountant minimal": (
        "digest/accountant",
        AccountantDigest(income=Income(Days(NOW.date(), NOW.date())), **_BARE),
    ),
    "digest/accountant hostile": ("digest/accountant", HOSTILE_ACCOUNTANT),
    "digest/warehouse minimal": ("digest/warehouse", WarehouseDigest(**_BARE)),
    "digest/warehouse hostile": ("digest/warehouse", HOSTILE_WAREHOUSE),
    "digest/manager minimal": ("digest/manager", MINIMAL_MANAGER),
    "digest/manager hostile": ("digest/manager", HOSTILE_MANAGER),
}


class Page(HTMLParser):
    """What a mail client would make of the HTML: elements with their attributes, and the text that is seen."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._hidden = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._hidden = tag if tag in ("style", "title") else self._hidden

    def handle_endtag(self, tag: str) -> None:
        self._hidden = "" if tag == self._hidden else self._hidden

    def handle_data(self, data: str) -> None:
        self.texts += [] if self._hidden else [data]

    @property
    def text(self) -> str:
        return re.sub(r"[ \n]+", " ", "".join(self.texts))


def pictured(letter: Letter) -> list[Chart]:
    """Return the charts in the order of the letter."""
    return sorted(letter.charts, key=lambda chart: letter.html.index(chart.cid))


@pytest.fixture(params=CASES, scope="module")
def case(request: pytest.FixtureRequest) -> tuple[Digest, Letter]:
    kind, facts = CASES[request.param]
    return facts, render(kind, facts)


def test_a_letter_has_no_gaps_and_no_words_of_the_program(case: tuple[Digest, Letter]) -> None:
    letter = case[1]
    for text in (letter.subject, letter.text, Page(letter.html).text):
        assert not re.search(
            r"\b(None|nan|NaN|undefined|Undefined|True|False|Tally|Markup)\b|\{%|  на |«»|\( *\)| ,|\.\.|, ?\.",
            text.replace("\n", " "),
        )
        assert not re.search(r"(?i)\bтик|дрейф|гейт|маппинг|binding|наблюдени[ея] неполн", text)


def test_the_subject_is_one_line_worth_reading_alone(case: tuple[Digest, Letter]) -> None:
    subject = case[1].subject
    assert 10 < len(subject) <= SUBJECT_LIMIT
    assert subject.replace("\u00a0", "").replace("\u202f", "").isprintable()


def test_the_text_keeps_to_76_columns_but_for_words_that_cannot_be_broken(case: tuple[Digest, Letter]) -> None:
    too_long = [line for line in case[1].text.splitlines() if len(line) > COLUMNS]
    assert [line for line in too_long if not re.fullmatch(r" *\S+", line) and "очень-длинное" not in line] == []
    assert "\n\n\n" not in case[1].text
    assert case[1].text.endswith("«Сверка»\n")


def test_the_html_is_one_russian_column_without_anything_from_outside(case: tuple[Digest, Letter]) -> None:
    page = Page(case[1].html)
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "link", "iframe", "form", "object", "i"}
    assert dict(page.elements)["html"]["lang"] == "ru"
    assert not re.search(r"url\(|@import", case[1].html)
    assert [attributes["src"] for tag, attributes in page.elements if tag == "img"] == [
        f"cid:{chart.cid}" for chart in pictured(case[1])
    ]
    assert "prefers-color-scheme: dark" in case[1].html
    assert "max-width: 600px" in case[1].html
    assert len(case[1].html.encode()) < 100_000, "mail clients cut longer letters"


def test_links_lead_only_to_cards(case: tuple[Digest, Letter]) -> None:
    links = [attributes["href"] for tag, attributes in Page(case[1].html).elements if tag == "a"]
    assert [url for url in links if not (url or "").startswith((*CARDS, "mailto:sverka@fary.example?"))] == []


def test_no_element_gets_a_handler_from_data(case: tuple[Digest, Letter]) -> None:
    names = {name for _, attributes in Page(case[1].html).elements for name in attributes}
    assert names <= {
        "lang", "charset", "name", "content", "class", "style", "role", "width", "height", "align", "href", "data-css-inline", "colspan",
        "src", "alt",
    }  # fmt: skip


def test_text_and_html_tell_the_same(case: tuple[Digest, Letter]) -> None:
    facts, letter = case
    seen = Page(letter.html).text.replace("\n", " ")
    for question in facts.questions[:3]:
        assert f"№\u00a0{question.number}" in seen
        assert f"№\u00a0{question.number}" in letter.text
    for warning in re.findall(r"прочитан не полностью|ни разу не прочитан", letter.text):
        assert warning in seen


def test_what_people_typed_is_text_and_never_mark_up_nor_template() -> None:
    letter = render("digest/owner", HOSTILE_OWNER)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in letter.html
    assert "{{ 7 * 7 }}" in letter.text
    assert "{{ 7 * 7 }}" in Page(letter.html).text
    assert not any(line.startswith("Bcc:") for line in letter.text.splitlines())


def test_a_quiet_day_takes_five_lines() -> None:
    letter = render("digest/owner", OWNER_QUIET)
    assert letter.subject.replace("\u00a0", " ") == "Вторник, 24 ноября: всё сошлось, вопросов нет"
    told = letter.text.split("«Сверка»")[0].split("Всё сошлось, вопросов нет.")[1]
    assert len([line for line in told.splitlines() if line]) <= 5


def test_three_questions_are_put_and_the_rest_is_counted() -> None:
    text = render("digest/owner", OWNER_BUSY).text.replace("\u00a0", " ")
    assert re.findall(r"Вопрос № (\d+)", text) == ["12", "15", "18"]
    assert "Ещё 1 вопрос на 18 000 ₽ — после этих." in text.replace("\u202f", " ")


def test_a_manager_can_open_each_deal_from_the_text_alone() -> None:
    text = render("digest/manager", MANAGER_BUSY).text
    for number in (71, 84, 118, 99):
        assert f"https://fary.example/crm/deal/details/{number}/" in text


def test_the_report_stands_in_the_letter_as_a_table_and_as_text() -> None:
    letter = render("digest/owner", OWNER_WEEKLY)
    text, seen = letter.text.replace("\u00a0", " "), re.sub(r"\s+", " ", Page(letter.html).text)
    assert re.search(r"Ольга Климова \(в работе 80, обычно 4 дня\)\n +неделя +27 +13 +5 +72 +390", text)
    assert "Ольга Климова в работе 80, обычно 4 дня неделя" in seen
    assert ("Ольга" in render("digest/owner", OWNER_QUIET).text) is False


def test_unanswered_requests_stand_first_in_a_managers_letter() -> None:
    text = render("digest/manager", MANAGER_BUSY).text
    titles = [line for line in text.splitlines() if line.isupper()]
    assert titles[:2] == ["ЗАЯВКИ БЕЗ ОТВЕТА", "ОТВЕТЬТЕ, ПОЖАЛУЙСТА"]
    assert "ОТГРУЖЕНО И НЕ ОПЛАЧЕНО\u00a0— 116\u202f400\u00a0₽" in titles


def test_zero_lines_are_hidden() -> None:
    text = render("digest/owner", replace(OWNER_QUIET, reserves=Aging())).text
    assert "резерв" not in text
    assert not re.search(r"\b0\b", text)


def test_the_html_carries_its_styles_in_the_elements() -> None:
    html = render("digest/owner", OWNER_BUSY).html
    assert html.count("<style") == 1
    assert re.search(r'<h1 style="[^"]*font-size: 23px', html)


def test_kinds_are_the_folders_with_a_subject() -> None:
    folders = {path.parent.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("subject.txt.j2")}
    assert set(KINDS) == folders == set(EXAMPLES)
    for kind in KINDS:
        texts = {path.name for path in (FOLDER / kind).iterdir()} - {"sms.txt.j2", "messenger.txt.j2"}
        assert texts == {"subject.txt.j2", "body.txt.j2", "body.html.j2"}


def test_only_listed_kinds_are_rendered() -> None:
    with pytest.raises(ValueError, match="no kind of message"):
        render("digest/../digest/owner", OWNER_QUIET)


def folder_with(tmp_path: Path, source: str, name: str = "x.html.j2") -> Path:
    (tmp_path / name).write_text(source, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("{{ letter.no_such_thing }}", UndefinedError),
        ("{{ nothing }}", UndefinedError),
        ("{% for each in nothing %}{% endfor %}", UndefinedError),
        ("{{ letter.missing }}", UnprintableError),
        ("{{ letter.price }}", UnprintableError),
        ("{{ letter.items }}", UnprintableError),
        ("{{ letter.sure }}", UnprintableError),
        ("{{ ''.__class__.__mro__ }}", SecurityError),
        ("{{ letter.numbers.append(1) }}", SecurityError),
    ],
)
@pytest.mark.parametrize("name", ["x.html.j2", "x.txt.j2"])
def test_a_template_cannot_print_gaps_nor_reach_out(
    tmp_path: Path, source: str, error: type[Exception], name: str
) -> None:
    letter = SimpleNamespace(missing=None, price=1.5, sure=True, items=("a",), numbers=[])
    template = environment(folder_with(tmp_path, source, name)).get_template(name)
    with pytest.raises(error):
        template.render(letter=letter)


@pytest.mark.parametrize(("name", "text"), [("x.html.j2", "&lt;b&gt;"), ("x.html", "&lt;b&gt;"), ("x.txt.j2", "<b>")])
def test_everything_but_text_is_escaped(tmp_path: Path, name: str, text: str) -> None:
    file = name if name.endswith(".j2") else f"{name}.j2"
    assert environment(folder_with(tmp_path, "{{ letter }}", file)).get_template(file).render(letter="<b>") == text


def test_a_template_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    inside = tmp_path / "templates"
    inside.mkdir()
    outside = tmp_path / "secret.txt.j2"
    outside.write_text("secret", encoding="utf-8")
    (inside / "x.txt.j2").symlink_to(outside)
    with pytest.raises(ValueError, match="leads out"):
        environment(inside)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//host/x", "/crm/deal/1/", "", "https://x/ y", "JavaScript:x"]
)
def test_only_addresses_fit_for_a_letter_become_links(url: str) -> None:
    with pytest.raises(ValueError, match="no address for a letter"):
        link(url)
