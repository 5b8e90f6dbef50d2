"""How letters about debts and invoices read: the words of each step, the figures, who reads which, and what never stands in them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sverka.domain.messaging.adverts import advert_words
from sverka.domain.messaging.channels import MAX, SMS
from sverka.domain.messaging.debts import DebtLine, Statement, residual
from sverka.domain.messaging.facts import from_json
from sverka.domain.messaging.invoices import Invoice
from sverka.domain.messaging.kinds import (
    DEBT_LIFTED,
    DEBT_SOFT,
    DEBT_STATEMENT,
    DEBT_STOP,
    DEBT_WARNING,
    INVOICE,
    INVOICE_UNPAID,
    PAYMENTS_DUE,
    STATEMENTS,
)
from sverka.domain.messaging.parties import Contract
from sverka.domain.russian import roubles_exact
from sverka.messages import debt_table, purposes
from sverka.messages.examples_papers import INVOICE_SENT, PAPER_EXAMPLES, STATEMENT
from sverka.messages.layout import COLUMNS
from sverka.messages.render import render
from sverka.messages.texts import text_for
from tests.strategies import examples
from tests.unit.test_messages_rendering import EVIL, Page

CASES = [(kind, name) for kind, named in PAPER_EXAMPLES.items() for name in named]
LETTER = """\
Здравствуйте, Елена Михайловна!

По нашим данным на 13:30 24 ноября по договору поставки № 118 от 12.02.2026 прошёл срок оплаты двух документов:

  УПД                      Сумма    Оплачено    Осталось   Срок оплаты
  № 3187 от 28.10     128 400,00   60 000,00   68 400,00   18.11 (6 дней)
  № 3204 от 29.10      28 100,00        0,00   28 100,00   19.11 (5 дней)
  Итого, руб.                                  96 500,00

Следующий срок — 2 декабря: 54 200,00 руб. по УПД № 3291 от 11.11.

Если вы уже оплатили — спасибо! Пришлите, пожалуйста, платёжное поручение ответом на это письмо: так мы быстрее найдём деньги. \
Если ещё нет — подскажите, какого числа ждать оплату.

Реквизиты прежние, как в договоре. Назначение платежа можно скопировать: «Оплата по договору № 118 от 12.02.2026, УПД № 3187 \
от 28.10.2026, № 3204 от 29.10.2026. В т. ч. НДС 22 % — 17 401,64 руб.»

Что-то не сходится или есть вопрос по товару? Напишите — пришлём акт сверки и разберёмся.

С уважением, Ольга Климова, ваш менеджер в ООО «ТехДеталь»
+7 (495) 000-00-00, доб. 114
"""
"""The design's own letter, its lines unbroken."""


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", plain(text))


def sums(text: str) -> list[str]:
    """Return whatever looks like a sum of money."""
    return re.findall(r"\d[\d ]*,\d\d\b|\d ?(?:₽|руб)", plain(text))


def example(kind: str, name: str) -> Statement | Invoice:
    return PAPER_EXAMPLES[kind][name]


def test_the_first_reminder_is_the_letter_that_was_designed() -> None:
    letter = render(DEBT_SOFT, STATEMENT)
    assert plain(letter.subject) == "Расчёты на 24 ноября 2026 г.: ООО «АгроПартс» и ООО «ТехДеталь»"
    assert flat(letter.text) == flat(LETTER)
    table = [line for line in LETTER.splitlines() if line.startswith("  ")]
    assert [line for line in plain(letter.text).splitlines() if line.startswith("  ")] == table


@pytest.mark.parametrize(
    ("kind", "name", "subject", "sentences"),
    [
        (PAYMENTS_DUE, "next", "Сроки оплаты до 2 декабря 2026 г.: ООО «АгроПартс» и ООО «ТехДеталь»",
         ("Напоминаем о ближайших платежах по договору поставки № 118 от 12.02.2026, по нашим данным на 13:30 24 ноября:",
          "№ 3291 от 11.11 54 200,00 0,00 54 200,00 02.12 Итого", "Если деньги уже отправлены — спасибо, отвечать не нужно.")),
        (DEBT_SOFT, "old", "Расчёты на 24 ноября 2026 г.: ООО «АгроПартс» и ООО «ТехДеталь»",
         ("Сверяем расчёты с покупателями.", "не закрыты оплатой три документа:", "Сверьте, пожалуйста, со своими данными.",
          "УПД № 2207 от 16.07.2025, акт № 219 от 03.09.2025, УПД № 3187 от 28.10.2026.",
          "В т. ч. НДС 20 % — 10 716,67 руб., НДС 22 % — 12 334,43 руб.", "срок оплаты 15.08.2025 (466 дней)")),
        (DEBT_SOFT, "one", "Расчёты на 24 ноября 2026 г.: ООО «АгроПартс» и ООО «ТехДеталь»", ("прошёл срок оплаты одного документа:",)),
        (DEBT_STATEMENT, "full", "Расчёты на 24 ноября 2026 г.: ООО «АгроПартс» и ООО «ТехДеталь»",
         ("Ваша оплата, 60 000,00 руб., пришла и учтена. Спасибо!", "Обещанную оплату, 28 100,00 руб., ждём 27 ноября.",
          "Ещё 12 000,00 руб. от вас пришли, но не отнесены ни к одному документу.",
          "Спорное сюда не входит: УПД № 3100 от 01.10.2026 — 94 000,00 руб.", "Назовите, пожалуйста, дату, когда ждать оплату",
          "Те же расчёты — во вложении, в PDF")),
        (DEBT_WARNING, "usual", "Отгрузки с 1 декабря: ООО «АгроПартс» и ООО «ТехДеталь»",
         ("Если оплата не поступит, с 1 декабря мы приостановим отгрузки с отсрочкой платежа по договору поставки № 118 от 12.02.2026.",
          "По нашим данным на 13:30 24 ноября прошёл срок оплаты двух документов:", "Заказы по предоплате отгружаем как обычно.")),
        (DEBT_STOP, "usual", "Отгрузки приостановлены с 24 ноября: ООО «АгроПартс» и ООО «ТехДеталь»",
         ("Отгрузки с отсрочкой платежа по договору поставки № 118 от 12.02.2026 приостановлены с 24 ноября.",
          "Возобновим отгрузки, как только придёт оплата по этим документам: отдельно просить не нужно.")),
        (DEBT_LIFTED, "paid", "Отгрузки возобновлены: ООО «АгроПартс» и ООО «ТехДеталь»",
         ("Оплата, 96 500,00 руб., пришла, спасибо! Отгрузки с отсрочкой платежа по договору поставки № 118 от 12.02.2026 возобновлены.",)),
        (INVOICE, "first", "Счёт № 4507 от 24.11.2026: ООО «АгроПартс» и ООО «ТехДеталь»",
         ("Высылаем счёт № 4507 от 24.11.2026 по заказу № 10100.", "Сумма: 103 200,00 руб.", "Оплатить до: 27 ноября",
          "Фильтр гидравлический HF6553, 12 шт × 3 400,00 40 800,00", "Реквизиты прежние, как в договоре.",
          "«Оплата по счёту № 4507 от 24.11.2026. В т. ч. НДС 22 % — 18 609,83 руб.»", "Счёт — во вложении, в PDF")),
        (INVOICE, "instead", "Счёт № 4507 от 24.11.2026: ООО «АгроПартс» и ООО «ТехДеталь»",
         ("Он взамен счёта № 4501 от 20.11.2026: прежний, пожалуйста, не оплачивайте.",)),
        (INVOICE, "bare", "Счёт № 4507 от 24.11.2026: ООО «АгроПартс» и ООО «ТехДеталь»",
         ("Здравствуйте!", "Высылаем счёт № 4507 от 24.11.2026.", "Реквизиты указаны в счёте.", "НДС не облагается.",
          "С уважением, ООО «ТехДеталь»")),
        (INVOICE_UNPAID, "reserved", "Счёт № 4507 от 24.11.2026 ждёт оплаты: ООО «АгроПартс» и ООО «ТехДеталь»",
         ("Напоминаем: счёт № 4507 от 24.11.2026 по заказу № 10100 ещё не оплачен.", "Цены и резерв держим до 27 ноября.",
          "Если заказ больше не нужен, просто ответьте на это письмо: снимем его и не будем напоминать.")),
    ],
)  # fmt: skip
def test_each_letter_says(kind: str, name: str, subject: str, sentences: tuple[str, ...]) -> None:
    letter = render(kind, example(kind, name))
    assert plain(letter.subject) == subject
    assert [sentence for sentence in sentences if sentence not in flat(letter.text)] == []


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_neither_a_subject_nor_an_sms_nor_what_a_mailbox_shows_of_a_letter_names_a_sum(kind: str, name: str) -> None:
    facts = example(kind, name)
    letter = render(kind, facts)
    preview = re.search(r'<div class="preview".*?</div>', letter.html, re.DOTALL)
    assert preview
    assert [sums(text) for text in (letter.subject, text_for(SMS, kind, facts), preview[0])] == [[], [], []]


@pytest.mark.parametrize("kind", STATEMENTS)
def test_who_does_not_answer_for_money_reads_no_sum_no_document_and_no_debt(kind: str) -> None:
    letter = render(kind, example(kind, "stranger"))
    for text in (letter.text, Page(letter.html).text, text_for(MAX, kind, example(kind, "stranger"))):
        assert sums(text) == []
        assert not re.search(
            r"УПД|3187|(?i:оплат|оплач|долг|просроч|назначение)", text.replace("отсрочкой платежа", "")
        )
        assert "Нам нужно связаться с тем, кто у вас отвечает за расчёты" in flat(text)
    assert letter.papers == ()


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_text_and_html_hold_the_same_figures(kind: str, name: str) -> None:
    letter = render(kind, example(kind, name))
    seen = re.sub(r"<style.*?</style>|<[^>]*>", " ", letter.html, flags=re.DOTALL)
    figures = [set(re.findall(r"\d{1,3}(?:\u202f\d{3})*,\d\d", text)) for text in (letter.text, seen)]
    assert figures[0] == figures[1]
    assert figures[0] or not (isinstance(example(kind, name), Invoice) or letter.papers)


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_no_letter_brings_an_account_a_bank_or_a_link(kind: str, name: str) -> None:
    letter = render(kind, example(kind, name))
    for text in (letter.text, letter.html):
        assert not re.search(r"\b\d{20}\b|\b\d{9}\b|БИК|Банк|https?://|mailto:", text)


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_facts_are_the_same_after_they_were_kept(kind: str, name: str) -> None:
    facts = example(kind, name)
    held = facts.as_json()
    assert json.loads(json.dumps(held)) == held
    assert "null" not in json.dumps(held)
    assert from_json(kind, held) == facts


HOSTILE = replace(
    STATEMENT, contracts=(Contract(EVIL, date(2026, 2, 12), EVIL),), client=EVIL,
    overdue=tuple(replace(line, document=EVIL, number=EVIL) for line in STATEMENT.overdue), disputed=STATEMENT.coming,
)  # fmt: skip
HOSTILE_INVOICE = replace(
    INVOICE_SENT, number=EVIL, order=EVIL, replaces=EVIL, delivery=EVIL, buyer=replace(INVOICE_SENT.buyer, name=EVIL, inn=EVIL),
    lines=tuple(replace(line, name=EVIL, unit=EVIL) for line in INVOICE_SENT.lines),
)  # fmt: skip


@pytest.mark.parametrize("kind", [DEBT_STATEMENT, INVOICE])
def test_what_people_typed_into_a_document_is_text_and_breaks_no_line(kind: str) -> None:
    letter = render(kind, HOSTILE if kind == DEBT_STATEMENT else HOSTILE_INVOICE)
    assert not {tag for tag, _ in Page(letter.html).elements} & {"script", "i"}
    assert "{{ 7 * 7 }}" in letter.text
    assert not re.search("\\b49\\b|[\u202e\x00]", letter.text + letter.html + letter.subject)
    assert not any(line.startswith("Bcc:") for line in letter.text.splitlines())


LINES = st.lists(
    st.builds(
        lambda number, sum_kopecks, paid, late, document: DebtLine(
            document, number, date(2026, 9, 1), date(2026, 11, 24) - timedelta(late), sum_kopecks + paid, paid, sum_kopecks, late, 22
        ),
        st.sampled_from(("1", "3187", "ТД00-003187", "ЗП-2026/000000004522")),
        st.integers(1, 10**12),
        st.integers(0, 10**12),
        st.integers(0, 900),
        st.sampled_from(("УПД", "Акт", "Реализация")),
    ),
    min_size=1,
    max_size=60,
)  # fmt: skip


@examples(soak=1_000, short=30)
@given(LINES)
def test_a_table_keeps_to_the_page_and_its_sums_come_to_the_total(lines: list[DebtLine]) -> None:
    statement = replace(STATEMENT, overdue=tuple(lines))
    rows = [left for _, _, left in debt_table.figures(statement)]
    *each, total = [int(re.sub(r"\D", "", left)) for left in rows]
    assert sum(each) == total == residual(lines)
    text = plain(debt_table.table(statement))
    assert max(map(len, text.splitlines())) <= COLUMNS
    assert text.splitlines()[-1].endswith(plain(roubles_exact(total)))
    assert all(plain(left) in text for left in rows)


@examples(soak=1_000, short=30)
@given(LINES, st.integers(0, 12))
def test_a_purpose_keeps_to_what_banks_take_and_always_tells_the_tax(lines: list[DebtLine], contracts: int) -> None:
    named = tuple(Contract(f"{118 + each}/2026-Д", date(2026, 2, 12)) for each in range(contracts))
    said = purposes.of_debts(replace(STATEMENT, overdue=tuple(lines), contracts=named))
    assert said.startswith("Оплата по ")
    assert len(said) <= purposes.LIMIT
    assert said.isprintable()
    assert not re.search("[\u00a0\u202f|]", said)
    assert advert_words(said) == ()
    if contracts < 3:
        assert re.search(r"НДС 22 % — [\d ]+,\d\d руб\.$", said)
        assert ("и др." in said) is (said.count("№") < contracts + len(lines))


def test_several_contracts_are_named_together() -> None:
    both = (*STATEMENT.contracts, Contract("205", date(2026, 3, 1), "поставки"))
    text = flat(render(DEBT_SOFT, replace(STATEMENT, contracts=both)).text)
    assert "по договорам поставки № 118 от 12.02.2026, № 205 от 01.03.2026 прошёл срок" in text
    assert "«Оплата по договорам № 118 от 12.02.2026, № 205 от 01.03.2026, УПД" in text


def test_what_does_not_fit_into_a_letter_is_counted() -> None:
    text = plain(debt_table.table(example(DEBT_SOFT, "long")))  # type: ignore[arg-type]
    assert text.count("УПД №") == debt_table.SHOWN
    assert "И ещё 20 документов: 25 679 940,60" in text


def test_the_next_term_names_documents_while_they_are_few() -> None:
    line = STATEMENT.coming[0]
    many = tuple(replace(line, number=str(each)) for each in range(5))
    assert "204 200" not in flat(render(DEBT_SOFT, STATEMENT).text)
    assert "2 декабря: 271 000,00 руб. по 5 документам." in flat(
        render(DEBT_SOFT, replace(STATEMENT, coming=many)).text
    )
    next_year = replace(line, due_on=date(2027, 1, 11))
    assert "Следующий срок — 11 января 2027 г.: 54 200,00" in flat(
        render(DEBT_SOFT, replace(STATEMENT, coming=(next_year,))).text
    )


@pytest.mark.parametrize(
    ("kind", "name", "text"),
    [
        (PAYMENTS_DUE, "next", (
            "ООО «ТехДеталь»: напоминаем о сроках оплаты по договору 118, данные на 24 ноября. "
            "Вопросы: +7 (495) 000-00-00, доб. 114."
        )),
        (DEBT_SOFT, "usual", (
            "ООО «ТехДеталь»: есть вопрос по расчётам по договору 118, данные на 24 ноября. "
            "Вопросы: Ольга Климова, +7 (495) 000-00-00, доб. 114."
        )),
        (DEBT_WARNING, "usual", (
            "ООО «ТехДеталь»: с 1 декабря отгрузки с отсрочкой по договору 118 могут быть приостановлены. "
            "Вопросы: +7 (495) 000-00-00, доб. 114."
        )),
        (DEBT_STOP, "bare", "ООО «ТехДеталь»: отгрузки с отсрочкой приостановлены с 24 ноября."),
        (INVOICE, "first", (
            "ООО «ТехДеталь»: выставили вам счёт 4507 от 24.11.2026, резерв до 27 ноября. "
            "Вопросы: Ольга Климова, +7 (495) 000-00-00, доб. 114."
        )),
    ],
)  # fmt: skip
def test_an_sms_says_what_it_is_about_and_whom_to_ask(kind: str, name: str, text: str) -> None:
    assert text_for(SMS, kind, example(kind, name)) == text


def test_a_messenger_names_the_documents_and_the_requisites_as_before() -> None:
    assert text_for(MAX, DEBT_SOFT, STATEMENT).splitlines() == [
        "Здравствуйте, Елена Михайловна! Это ООО «ТехДеталь».",
        "По нашим данным на 13:30 24 ноября по договору поставки № 118 от 12.02.2026 прошёл срок оплаты двух документов:",
        "УПД № 3187 от 28.10: 68 400,00 ₽, срок 18.11 (6 дней)", "УПД № 3204 от 29.10: 28 100,00 ₽, срок 19.11 (5 дней)",
        "Всего 96 500,00 ₽", "",
        (
            "Если вы уже оплатили — спасибо! Пришлите, пожалуйста, платёжное поручение ответом на это сообщение: так мы быстрее найдём "
            "деньги. Если ещё нет — подскажите, какого числа ждать оплату. Реквизиты прежние, как в договоре."
        ),
        "Ольга Климова, ваш менеджер, +7 (495) 000-00-00, доб. 114",
    ]  # fmt: skip


def test_a_messenger_counts_documents_beyond_three() -> None:
    text = text_for(MAX, DEBT_SOFT, example(DEBT_SOFT, "long"))
    assert "И ещё 58 документов, всего 77 039 893,80 ₽" in text


def test_a_rate_of_the_tax_is_no_advert_and_any_other_percentage_is() -> None:
    assert advert_words("В т. ч. НДС\u00a022\u00a0% — 17 401,64 руб.") == ()
    assert advert_words("НДС 22 % и скидка 5 %") == ("скидка", "%")
    assert advert_words("22 % и НДС") == ("%",)


def test_a_purpose_says_nothing_of_a_tax_that_nobody_knows() -> None:
    said = purposes.of_debts(replace(STATEMENT, is_vat_known=False))
    assert said.startswith("Оплата по договору")
    assert "НДС" not in said
