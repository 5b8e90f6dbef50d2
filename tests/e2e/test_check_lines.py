"""`sverka check` when one thing is wrong: one line tells it, is enough to mend it, and costs no other line."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from tests.e2e import check_place as broken
from tests.e2e.check_place import Break, portal, set_to, told
from tests.e2e.town import Town

WRONG: dict[str, Break] = {
    "a wrong webhook": broken.wrong_secret,
    "a page instead of a portal": broken.fault("bitrix24", "html_200"),
    "no scope for messages": broken.no_such_scope("im"),
    "no scope for people": broken.no_such_scope("user"),
    "no scope for goods": broken.no_such_scope("catalog"),
    "no scope for the CRM": broken.no_such_scope("crm"),
    "somebody else's webhook": broken.webhook_of_the_owner,
    "dollars": broken.dollars,
    "a stage that was renamed": broken.change_stage("Резерв", NAME="Резерв товара"),
    "a stage that ends deals": broken.change_stage("Резерв", SEMANTICS="F"),
    "a stage that the table lacks": broken.one_stage_more,
    "a funnel that was renamed": lambda place: portal(place).state.categories[1].update(name="Сервисный центр"),
    "a field that is missing": broken.without_field("Касса"),
    "a field of contacts that is missing": broken.without_field("Постоянный клиент", part=3),
    "a field by another title": broken.change_field("Дата отгрузки", title="День отгрузки"),
    "a field of another type": broken.change_field("Дата отгрузки", kind="string"),
    "a field of several values": broken.change_field("Касса", multiple=True),
    "an option that the list lacks": broken.change_field("Филиал", options=((1, "Москва"), (2, "С.-Петербург"))),
    "a source that is not there": broken.change_stage("Интернет-магазин", STATUS_ID="SHOP"),
    "a master who was dismissed": broken.change_user("master", ACTIVE=False),
    "a duty that nobody sees to": broken.change_user("warehouse", EMAIL="sklad@fary.example"),
    "a wrong key of the ledger": lambda place: set_to(place, HEADLIGHTS_BUSINESS_RU_SECRET="0" * 32),
    "a store that was renamed": broken.change_row("stores", "Склад Москва", name="Склад на Угрешской"),
    "two stores of one name": broken.two_stores_of_one_name,
    "an author without an e-mail": broken.author_without_email,
    "a machine's clock that is behind": lambda place: setattr(place.clock, "ahead", timedelta(hours=-2)),
    "a wrong password for letters": broken.wrong_password(broken.SMTP),
    "a mail server that puts us off": broken.fault("mail", "maintenance", left=1),
    "a mail server that is not there": broken.nobody_listens(broken.SMTP),
    "a mailbox that is closed to us": broken.wrong_password(broken.IMAP),
    "a ledger that is not there": broken.nobody_answers,
    "two fields of one title": broken.same_title_twice,
    "a field of ours that was renamed": broken.our_field_renamed,
    "a webhook of no administrator": broken.change_user("worker", ADMIN=False),
}
"""What is broken, by the name under which `check_lines.txt` holds the line that tells it."""


LINES = dict(
    block.strip().split("\n", 1)
    for block in Path(__file__).with_name("check_lines.txt").read_text(encoding="utf-8").split("\n## ")[1:]
)


def test_every_line_is_tried() -> None:
    assert set(LINES) == set(WRONG)


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_in_one_line_that_is_enough_to_mend_it(place: Town, case: str) -> None:
    WRONG[case](place)
    assert [re.sub(r"(127\.0\.0\.1:)\d{2,}", r"\1PORT", line) for line in told(place)] == [LINES[case]]
