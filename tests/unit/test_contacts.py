"""How people are written down: put in order, once and for all, and never made wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sverka.domain.contacts import tidy_address, tidy_name, tidy_phone

PHONES = st.text("0123456789 +-()доб.", max_size=20)
NAMES = st.text("аяАЯёЁьazAZ -'.", max_size=20)
ADDRESSES = st.text("гГулдкв.,; 12аяА", max_size=30)


@pytest.mark.parametrize(
    ("written", "tidy"),
    [
        pytest.param("8 (916) 123-45-67", "+79161234567", id="as Russians write"),
        pytest.param("+7 916 123 45 67", "+79161234567", id="international with spaces"),
        pytest.param("79161234567", "+79161234567", id="without the plus"),
        pytest.param("9161234567", "+79161234567", id="without the country"),
        pytest.param("8 812 123-45-67", "+78121234567", id="a city's number"),
        pytest.param("8 800 555-35-35", "+78005553535", id="free of charge"),
        pytest.param("+375 29 123-45-67", "+375291234567", id="another country"),
        pytest.param("+79161234567", "+79161234567", id="in order"),
        pytest.param("123-45-67", "123-45-67", id="too short"),
        pytest.param("8 916 123-45-67-89", "8 916 123-45-67-89", id="too long"),
        pytest.param("+7 000 000-00-00", "+7 000 000-00-00", id="no such number"),
        pytest.param("позвонить жене", "позвонить жене", id="words"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_phone(written: str, tidy: str) -> None:
    assert tidy_phone(written) == tidy


@pytest.mark.parametrize(
    ("written", "tidy"),
    [
        ("иван", "Иван"), ("ПЕТРОВ", "Петров"), ("  анна   мария ", "Анна Мария"), ("САЛТЫКОВ-ЩЕДРИН", "Салтыков-Щедрин"),
        ("o'brien", "O'Brien"), ("ёлкина", "Ёлкина"), ("МакДональд", "МакДональд"), ("ван Дейк", "ван Дейк"), ("Иван", "Иван"),
        ("", ""), ("   ", ""),
    ],
)  # fmt: skip
def test_a_name(written: str, tidy: str) -> None:
    assert tidy_name(written) == tidy


@pytest.mark.parametrize(
    ("written", "tidy"),
    [
        ("г.Москва,ул.Угрешская,д.2", "г. Москва, ул. Угрешская, д. 2"),
        ("г. Москва , ул. Угрешская ;д. 2", "г. Москва, ул. Угрешская; д. 2"),
        ("Г.МОСКВА,УЛ.ЛЕСНАЯ", "г. МОСКВА, ул. ЛЕСНАЯ"),
        ("  Москва,  Лесная   5, ", "Москва, Лесная 5"),
        ("д .5, кв .7", "д. 5, кв. 7"),
        ("г. Москва, ул. Лесная, д. 2", "г. Москва, ул. Лесная, д. 2"),
        ("до востребования", "до востребования"),
        ("", ""),
    ],
)
def test_an_address(written: str, tidy: str) -> None:
    assert tidy_address(written) == tidy


@given(PHONES)
def test_a_tidy_phone_is_tidy(written: str) -> None:
    assert tidy_phone(tidy_phone(written)) == tidy_phone(written)


@given(NAMES)
def test_a_tidy_name_is_tidy_and_has_the_same_letters(written: str) -> None:
    tidy = tidy_name(written)
    assert tidy_name(tidy) == tidy
    assert tidy.casefold().split() == written.casefold().split()


@given(ADDRESSES)
def test_a_tidy_address_is_tidy_and_has_the_same_words(written: str) -> None:
    tidy = tidy_address(written)
    assert tidy_address(tidy) == tidy
    letters = [each.casefold().replace(" ", "").rstrip(",;") for each in (written, tidy)]
    assert letters[0] == letters[1]
