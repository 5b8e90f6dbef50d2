"""Tax inside of sums, sums in words, payment codes by ГОСТ Р 56042-2014: the small laws of papers about money."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sverka.domain import vat
from sverka.domain.payment_code import FIELDS, MARK, PaymentCodeError, payment_code
from sverka.domain.russian import of_counted, roubles_exact
from sverka.domain.sum_in_words import sum_in_words
from tests.strategies import examples

ACCOUNT = {
    "Name": "ООО «ТехДеталь»", "PersonalAcc": "40702810000000000118", "BankName": "АО «Пример Банк», г. Москва", "BIC": "044525000",
    "CorrespAcc": "30101810000000000000",
}  # fmt: skip
FULL = {
    **ACCOUNT,
    "Sum": "9650000",
    "Purpose": "Оплата по договору № 118",
    "PayeeINN": "7700000007",
    "KPP": "770001001",
}


@pytest.mark.parametrize(
    ("amount_kopecks", "percent", "tax_kopecks"),
    [(96_500_00, 22, 17_401_64), (122, 22, 22), (64_300_00, 20, 10_716_67), (105_00, 5, 5_00), (1, 22, 0), (3, 22, 1), (0, 22, 0)],
)  # fmt: skip
def test_the_tax_is_counted_out_of_a_sum_that_holds_it(amount_kopecks: int, percent: int, tax_kopecks: int) -> None:
    assert vat.within(amount_kopecks, percent) == tax_kopecks


@examples(soak=2_000, short=60)
@given(st.integers(0, 10**14), st.sampled_from((5, 7, 10, 18, 20, 22)))
def test_the_tax_and_what_is_left_are_the_sum_to_half_a_kopeck(amount_kopecks: int, percent: int) -> None:
    tax_kopecks = vat.within(amount_kopecks, percent)
    assert abs(tax_kopecks * (100 + percent) - amount_kopecks * percent) * 2 <= 100 + percent


def test_tax_is_summed_by_rate_and_what_has_none_is_left_out() -> None:
    assert vat.by_percent([(22, 100), (None, 500), (20, 120), (22, 22)]) == {20: 20, 22: 22}
    assert vat.by_percent([(None, 500)]) == {}


@pytest.mark.parametrize(
    ("day", "percent"),
    [(date(2026, 1, 1), 22), (date(2025, 12, 31), 20), (date(2019, 1, 1), 20), (date(2018, 12, 31), 18)],
)
def test_the_general_rate_is_that_of_the_day(day: date, percent: int) -> None:
    assert vat.general_percent(day) == percent


def test_of_days_that_nobody_ships_on_no_rate_is_known() -> None:
    with pytest.raises(ValueError, match="is not known for 2003-12-31"):
        vat.general_percent(date(2003, 12, 31))


@pytest.mark.parametrize(
    ("amount_kopecks", "words"),
    [
        (0, "Ноль рублей 00 копеек"),
        (1_01, "Один рубль 01 копейка"),
        (2_02, "Два рубля 02 копейки"),
        (11_11, "Одиннадцать рублей 11 копеек"),
        (21_21, "Двадцать один рубль 21 копейка"),
        (96_500_00, "Девяносто шесть тысяч пятьсот рублей 00 копеек"),
        (1_001_00, "Одна тысяча один рубль 00 копеек"),
        (2_012_00, "Две тысячи двенадцать рублей 00 копеек"),
        (1_000_000_00, "Один миллион рублей 00 копеек"),
        (103_200_50, "Сто три тысячи двести рублей 50 копеек"),
        (
            1_234_567_891_99,
            "Один миллиард двести тридцать четыре миллиона пятьсот шестьдесят семь тысяч восемьсот девяносто один рубль 99 копеек",
        ),
        (2_000_002_000_000_40, "Два триллиона два миллиона рублей 40 копеек"),
    ],
)
def test_a_sum_is_written_in_words(amount_kopecks: int, words: str) -> None:
    assert sum_in_words(amount_kopecks) == words


@pytest.mark.parametrize("amount_kopecks", [-1, 10**17])
def test_what_is_no_sum_of_a_document_is_refused(amount_kopecks: int) -> None:
    with pytest.raises(ValueError, match="no sum for a document"):
        sum_in_words(amount_kopecks)


@examples(soak=2_000, short=60)
@given(st.integers(0, 10**17 - 1), st.integers(0, 10**17 - 1))
def test_different_sums_are_different_words(one: int, other: int) -> None:
    assert (sum_in_words(one) == sum_in_words(other)) is (one == other)
    assert "  " not in sum_in_words(one)


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "одного документа"), (2, "двух документов"), (9, "девяти документов"), (11, "11 документов"), (21, "21 документа")],
)  # fmt: skip
def test_documents_are_counted_in_the_genitive(number: int, said: str) -> None:
    assert of_counted(number, "документа|документов").replace("\u00a0", " ") == said


@pytest.mark.parametrize(("kopecks", "said"), [(68_400_00, "68 400,00"), (5, "0,05"), (-1_000_10, "−1 000,10")])
def test_sums_of_papers_have_their_kopecks(kopecks: int, said: str) -> None:
    assert roubles_exact(kopecks).replace("\u202f", " ") == said


def test_a_payment_code_is_the_standards_mark_and_its_values_in_order() -> None:
    assert payment_code(FULL) == (
        "ST00012|Name=ООО «ТехДеталь»|PersonalAcc=40702810000000000118|BankName=АО «Пример Банк», г. Москва|BIC=044525000"
        "|CorrespAcc=30101810000000000000|Sum=9650000|Purpose=Оплата по договору № 118|PayeeINN=7700000007|KPP=770001001"
    )


def test_what_is_not_mandatory_may_be_missing_and_nothing_else() -> None:
    bare = payment_code({**ACCOUNT, "KPP": "", "Purpose": " "})
    assert bare.startswith(f"{MARK}|Name=")
    assert "KPP" not in bare
    assert payment_code({**ACCOUNT, "CorrespAcc": "0"}).endswith("CorrespAcc=0")
    for name in ACCOUNT:
        with pytest.raises(PaymentCodeError, match=f"cannot be the {name} of"):
            payment_code({**FULL, name: ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Name", "Я" * 161), ("Name", "ООО|Sum=1"), ("Name", "ООО\u202e"), ("PersonalAcc", "4070281000000000011"),
        ("PersonalAcc", "4070281000000000011А"), ("PersonalAcc", "٤" * 20), ("BankName", "Б" * 46), ("BIC", "04452500"),
        ("CorrespAcc", "00"), ("Sum", "0"), ("Sum", "96500.00"), ("Sum", "-1"), ("Purpose", "О" * 211), ("Purpose", "а|б"),
        ("PayeeINN", "77000000070"), ("KPP", "77000100"),
    ],
)  # fmt: skip
def test_a_value_that_breaks_the_standard_makes_no_code(name: str, value: str) -> None:
    with pytest.raises(PaymentCodeError, match=f"cannot be the {name} of"):
        payment_code({**FULL, name: value})


def test_mandatory_values_keep_to_three_hundred_bytes() -> None:
    room = 300 - len(payment_code({**ACCOUNT, "Name": "Я"}).removeprefix(f"{MARK}|").encode()) + 2
    assert payment_code({**FULL, "Name": "Я" * (room // 2)})
    with pytest.raises(PaymentCodeError, match="more than 300 bytes"):
        payment_code({**FULL, "Name": "Я" * (room // 2 + 1)})


def test_a_value_that_no_code_has_is_refused() -> None:
    with pytest.raises(PaymentCodeError, match="has no Password"):
        payment_code({**FULL, "Password": "1"})


@examples(soak=2_000, short=40)
@given(st.dictionaries(st.sampled_from(tuple(FIELDS)), st.text(max_size=40), max_size=3))
def test_whatever_comes_in_the_code_can_be_read_back_or_is_none(values: dict[str, str]) -> None:
    try:
        text = payment_code({**ACCOUNT, **values})
    except PaymentCodeError:
        return
    mark, *parts = text.split("|")
    read = dict(part.split("=", 1) for part in parts)
    assert mark == MARK
    assert read == {name: line for name in FIELDS if (line := " ".join({**ACCOUNT, **values}.get(name, "").split()))}
