"""Who at a customer is told of debts."""

from __future__ import annotations

import pytest

from sverka.domain.finance_people import may_read_of_money
from sverka.domain.rows import Client


def contact(number: int, post: str) -> Client:
    return Client(ext_id=f"contact:{number}", name="Кто-то", phone="", email="", post=post)


@pytest.mark.parametrize(
    "post",
    [
        "Главный бухгалтер", "бухгалтерия", "Зам. главного бухгалтера", "Финансовый директор", "Специалист по расчётам",
        "Генеральный директор", "директор", "Руководитель", "ИП", "Индивидуальный предприниматель", "CEO",
    ],
)  # fmt: skip
def test_who_keeps_or_owns_the_money_may_read_of_it(post: str) -> None:
    assert may_read_of_money([contact(7, post)])


@pytest.mark.parametrize(
    "post",
    [
        "", "Менеджер по закупкам", "Механик", "Секретарь директора", "Помощник руководителя",
        "Технический директор", "Директор по закупкам", "Коммерческий директор", "Арт-директор", "Руководитель отдела по снабжению",
        "Заместитель директора", "шиповник", "типограф",
    ],
)  # fmt: skip
def test_nobody_else_is_told_sums(post: str) -> None:
    assert not may_read_of_money([contact(7, post)])


def test_the_accountant_is_told_before_the_head_and_the_older_card_before_the_newer() -> None:
    people = [
        contact(12, "Директор"),
        contact(10, "Бухгалтер"),
        contact(9, "Главный бухгалтер"),
        contact(2, "Водитель"),
    ]
    assert [each.ext_id for each in may_read_of_money(people)] == ["contact:9", "contact:10", "contact:12"]
