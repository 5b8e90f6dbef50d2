"""Invoices and statements as PDF: what a person reads in them, that they are always the same file, and that they go with their letters."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from sverka.commands import messages
from sverka.domain.messaging.debts import Statement
from sverka.domain.messaging.invoices import Invoice
from sverka.domain.messaging.kinds import DEBT_SOFT, DEBT_STATEMENT, INVOICE
from sverka.messages.documents import drawing, invoice, statement
from sverka.messages.documents.drawing import FOLDER, draw, pictures, qr
from sverka.messages.documents.paper import PAPERS, Paper, file_name
from sverka.messages.examples_papers import INVOICE_SENT, PAPER_EXAMPLES, STATEMENT
from sverka.messages.render import render
from sverka.systems import mail
from sverka.work.post import compose, pages, redirected
from sverka.work.talk import unworded
from tests.unit import pdf_text
from tests.unit.test_debt_letters import HOSTILE, HOSTILE_INVOICE

FULL = PAPER_EXAMPLES[DEBT_STATEMENT]["full"]
LONG = PAPER_EXAMPLES[DEBT_STATEMENT]["long"]
SENDER = "Сверка <sverka@teh.example>"
PDF = b"%PDF-"


def statement_of(facts: Statement | Invoice) -> Paper:
    assert isinstance(facts, Statement)
    found = statement.paper(facts)
    assert found is not None
    return found


def mailed(kind: str, facts: Statement | Invoice) -> dict[str, Any]:
    """Return the payload of a letter as the outbox holds it."""
    return {
        "key": f"k|{kind}",
        "to": "e@agro.example",
        "to_name": "Елена",
        "template": kind,
        **render(kind, facts).as_json(),
    }


def attached(message: EmailMessage) -> dict[str, bytes]:
    return dict(pages(message).files)


def test_a_statement_tells_every_document_what_else_there_is_and_how_to_pay() -> None:
    text = pdf_text.words(draw(statement_of(FULL)))
    for said in (
        "Расчёты на 24 ноября 2026 г.", "По данным на 13:30 24.11.2026", "Договор № 118 от 12.02.2026", "Покупатель ООО «АгроПартс»",
        "Поставщик ООО «ТехДеталь», ИНН 7700000007, КПП 770001001",
        "УПД № 3187 от 28.10.2026 128 400,00 60 000,00 68 400,00 18.11.2026 6 дней",
        "Срок оплаты прошёл", "Срок оплаты ещё не наступил", "УПД № 3291 от 11.11.2026 54 200,00 0,00 54 200,00 02.12.2026",
        "Идёт спор, к оплате сейчас не просим", "УПД № 3100 от 01.10.2026", "Итого 96 500,00", "Просрочено 96 500,00 руб.",
        "Пришло, но не отнесено к документам 12 000,00 руб.", "Обещано оплатить 27 ноября 28 100,00 руб.",
        "К оплате сейчас 96 500,00 руб.", "Девяносто шесть тысяч пятьсот рублей 00 копеек", "Реквизиты прежние, как в договоре.",
        "Назначение платежа: Оплата по договору № 118 от 12.02.2026", "17 401,64 руб.",
        "Ваш менеджер: Ольга Климова, +7 (495) 000-00-00, доб. 114",
        "Страница 1 из 1",
    ):  # fmt: skip
        assert said in text


def test_an_invoice_holds_what_an_accountant_needs_to_pay_it() -> None:
    text = pdf_text.words(draw(invoice.paper(replace(INVOICE_SENT, replaces="№ 4501 от 20.11.2026"))))
    for said in (
        "Счёт на оплату № 4507 от 24 ноября 2026 г.", "Взамен счёта № 4501 от 20.11.2026: прежний не оплачивайте", "БИК 044525000",
        "АО «Пример Банк», г. Москва", "30101810000000000000", "40702810000000000118", "ИНН 7700000007", "КПП 770001001",
        "Покупатель ООО «АгроПартс», ИНН 6100000006, КПП 610001001", "Основание договор № 118 от 12.02.2026, заказ № 10100",
        "DN12, 1,5 м 24 шт 1 950,00 22 % 46 800,00", "3 Шланг напорный 25 мм 37,5 м 416,00 22 % 15 600,00",
        "Итого: 103 200,00", "В том числе НДС 22 %: 18 609,83", "Всего 3 наименования на сумму 103 200,00 руб.",
        "Сто три тысячи двести рублей 00 копеек", "Назначение платежа: Оплата по счёту № 4507 от 24.11.2026.",
        "Цены и резерв действуют до 27 ноября 2026 г.", "Руководитель Ковалёв А. С.", "Бухгалтер Белова И. П.",
    ):  # fmt: skip
        assert said in text


def test_an_invoice_without_the_tax_a_contract_and_a_term_says_so_and_leaves_no_gaps() -> None:
    bare = PAPER_EXAMPLES[INVOICE]["bare"]
    assert isinstance(bare, Invoice)
    proprietor = replace(
        bare.seller,
        party=replace(bare.seller.party, name="ИП Ковалёв А. С.", inn="770000000012", kpp=""),
        director="",
        accountant="",
    )
    text = pdf_text.words(draw(invoice.paper(replace(bare, seller=proprietor))))
    assert "Без НДС: —" in text
    assert "416,00 без НДС 15 600,00" in text
    for missing in (
        "КПП 77",
        "КПП ,",
        "Основание",
        "действуют до",
        "Руководитель",
        "Бухгалтер",
        "Ваш менеджер",
        "Взамен",
    ):
        assert missing not in text


def test_the_letters_are_there_whatever_fonts_the_machine_has() -> None:
    fonts = drawing._fonts()
    assert {each.path for each in fonts.fonts()} == {None}, "typst's own, none of the machine"
    assert "Libertinus Serif" in fonts.families()
    assert "\ufffd" not in pdf_text.words(draw(statement_of(FULL)))


@pytest.mark.parametrize("facts", [FULL, INVOICE_SENT], ids=["statement", "invoice"])
def test_the_same_facts_always_make_the_same_file(facts: Statement | Invoice) -> None:
    make = invoice.paper if isinstance(facts, Invoice) else statement_of
    first = draw(make(facts))  # type: ignore[operator]
    draw.cache_clear()
    again = make(type(facts).from_json(facts.as_json()))  # type: ignore[operator]
    assert draw(Paper.from_json(again.as_json())) == first
    assert b"D:20261124000000" in first, "the file's date is the paper's"


def test_the_code_says_whom_how_much_and_what_for() -> None:
    assert invoice.paper(INVOICE_SENT).code == (
        "ST00012|Name=ООО «ТехДеталь»|PersonalAcc=40702810000000000118|BankName=АО «Пример Банк», г. Москва|BIC=044525000"
        "|CorrespAcc=30101810000000000000|Sum=10320000|Purpose=Оплата по счёту № 4507 от 24.11.2026. В т. ч. НДС 22 % — 18 609,83 руб."
        "|PayeeINN=7700000007|KPP=770001001"
    )
    assert "|Sum=9650000|Purpose=Оплата по договору № 118 от 12.02.2026, УПД № 3187" in statement_of(FULL).code


def test_a_code_is_drawn_only_where_it_is_right() -> None:
    wrong = replace(INVOICE_SENT.seller, account=replace(INVOICE_SENT.seller.account, number="4070281"))
    for paper in (invoice.paper(replace(INVOICE_SENT, seller=wrong)), statement_of(replace(STATEMENT, seller=None))):
        assert paper.code == ""
        assert "Оплата по QR" not in pdf_text.words(draw(paper))
    assert "Оплата по QR" in pdf_text.words(draw(invoice.paper(INVOICE_SENT)))


def test_a_code_is_drawn_as_dark_squares_with_white_around() -> None:
    picture = qr("ST00012|Name=Я")
    assert picture.startswith("<?xml")
    assert 'stroke="#000"' in picture
    assert qr("ST00012|Name=Я") == picture != qr("ST00012|Name=Ю")


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, named in PAPER_EXAMPLES.items() for name in named])
def test_every_example_is_a_paper_of_few_pages_or_none(kind: str, name: str) -> None:
    for paper in render(kind, PAPER_EXAMPLES[kind][name]).papers:
        made = draw(paper)
        assert made.startswith(PDF)
        assert 1 <= pdf_text.pages(made) <= 4
        assert len(made) < 300_000
        assert paper.file_name.isascii()
        assert paper.file_name.endswith(f"-{paper.day}.pdf")


def test_only_letters_that_need_one_have_a_paper() -> None:
    assert [len(render(kind, STATEMENT).papers) for kind in ("debt_soft", "debt_lifted", "payments_due")] == [0, 0, 0]
    assert [len(render(kind, STATEMENT).papers) for kind in ("debt_statement", "debt_warning", "debt_stop")] == [
        1,
        1,
        1,
    ]
    assert [len(render(kind, INVOICE_SENT).papers) for kind in ("invoice", "invoice_unpaid")] == [1, 1]


def test_long_papers_go_on_page_after_page_with_their_heads() -> None:
    text = pdf_text.words(draw(statement_of(LONG)))
    assert text.count("Срок оплаты Опоздание") >= 3
    assert "УПД № ТД00-003159 от" in text
    assert "77 039 893,80" in text
    assert "Страница 2 из 2" in text


def test_an_invoice_of_two_thousand_lines_holds_them_all_and_fits_into_a_letter() -> None:
    paper = invoice.paper(replace(INVOICE_SENT, lines=INVOICE_SENT.lines * 700))
    made = draw(paper)
    assert "2100 Шланг напорный 25 мм" in pdf_text.words(made)
    assert len(made) < 5_000_000


def test_a_statement_of_very_many_documents_counts_those_it_has_no_room_for() -> None:
    lines = tuple(replace(STATEMENT.overdue[0], number=str(number)) for number in range(statement.ROWS + 5))
    paper = statement_of(replace(STATEMENT, overdue=lines))
    assert "И ещё 5 документов" in paper.data.replace("\u00a0", " ")
    assert len(paper.data.encode()) < 100_000


@pytest.mark.parametrize("name", ["statement", "invoice"])
def test_what_people_typed_is_text_and_never_mark_up(name: str) -> None:
    evil = '#panic("x") *bold* _it_ $x$ #read("/etc/passwd") @ref <label> `raw` \\ // no /* = head'
    if name == "statement":
        paper = statement_of(replace(HOSTILE, client=evil))
    else:
        paper = invoice.paper(replace(HOSTILE_INVOICE, buyer=replace(INVOICE_SENT.buyer, name=evil)))
    text = pdf_text.words(draw(paper))
    for said in (
        '#panic("x") *bold* _it_ $x$ #read("/etc/passwd") @ref <label> `raw` \\ // no /* = head',
        "{{ 7 * 7 }}",
        "<script>",
    ):
        assert said in text
    assert "\\u202e" not in paper.data
    assert "\\u0000" not in paper.data


@pytest.mark.parametrize(
    ("number", "name"),
    [("4507", "schet-4507-2026-11-24.pdf"), ("ЗП-2026/004522", "schet-2026-004522-2026-11-24.pdf"), ("../../x", "schet-x-2026-11-24.pdf"),
     ("", "schet-2026-11-24.pdf"), ("7" * 99, f"schet-{'7' * 40}-2026-11-24.pdf")],
)  # fmt: skip
def test_a_file_is_named_by_what_it_is(number: str, name: str) -> None:
    assert file_name("schet", number, INVOICE_SENT.issued_on) == name


def test_templates_are_those_that_are_listed_and_what_they_share() -> None:
    assert {file.stem for file in FOLDER.iterdir()} == {*PAPERS, "paper"}


def test_the_paper_goes_with_its_letter_also_a_second_time_and_to_another_address() -> None:
    payload = mailed(INVOICE, INVOICE_SENT)
    first = compose(payload, SENDER)
    assert (
        attached(first)
        == attached(compose(payload, SENDER))
        == attached(compose(redirected(payload, "me@teh.example"), SENDER))
    )
    (name,) = attached(first)
    assert name == "schet-4507-2026-11-24.pdf"
    assert attached(first)[name].startswith(PDF)
    assert [part.get_content_type() for part in first.iter_attachments()] == ["application/pdf"]
    assert attached(compose(mailed(DEBT_SOFT, STATEMENT), SENDER)) == {}


def test_the_paper_arrives_as_it_left() -> None:
    message = compose(mailed(INVOICE, INVOICE_SENT), SENDER)
    wire = mail._on_the_wire(message).removesuffix(b".\r\n")
    assert wire.isascii()
    assert max(map(len, wire.splitlines())) <= 998
    (arrived,) = message_from_bytes(wire, policy=policy.default).iter_attachments()
    assert arrived.get_payload(decode=True) == draw(invoice.paper(INVOICE_SENT))


def test_the_outbox_holds_no_bytes_of_a_paper_and_a_new_wording_is_no_new_letter() -> None:
    payload = mailed(DEBT_STATEMENT, STATEMENT)
    assert set(payload["papers"][0]) == {"name", "file_name", "day", "data", "code"}
    assert set(unworded(payload)) == {"key", "to", "to_name", "template"}


def test_a_paper_is_shown_as_pictures_for_people_to_look_at() -> None:
    assert [picture[:8] for picture in pictures(statement_of(LONG), ppi=20)] == [b"\x89PNG\r\n\x1a\n"] * 2


def test_a_preview_writes_the_paper_beside_the_letter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    messages.preview(INVOICE, None, tmp_path / "letter.html")
    assert {file.name for file in tmp_path.iterdir()} == {"letter.html", "letter.txt", "schet-4507-2026-11-24.pdf"}
    assert "schet-4507-2026-11-24.pdf goes with it." in capsys.readouterr().err
