"""What the letters say of messages to clients: counts, channels that carried nothing, who was not written to and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sverka.domain.digest_values import DealLink
from sverka.domain.effects import Answer, State
from sverka.domain.messaging.channels import CHANNELS, EMAIL, MAX, SMS, WHATSAPP, Delivery
from sverka.domain.messaging.health import Attempt
from sverka.domain.messaging.kinds import KINDS, ORDER_READY, VISIT_EVE, Sort
from sverka.domain.messaging.names import KIND_NAMES, kind_name
from sverka.domain.messaging.talked import End, HeldBack, Message, Outage, Talked, end_of, outages, talked
from sverka.domain.messaging.wishes import BY_HAND, GOES, HELD, RULES, TOLD, WAITS, Past
from sverka.messages.digest import phrase
from sverka.messages.digest import talked as words
from sverka.messages.examples import MANAGER_DONE, OWNER_QUIET
from sverka.messages.render import render

NOON = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Europe/Moscow"))
"""Of the day before the letter."""
DEAL = DealLink("Фары", "https://fary.example/71/")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def said(facts: Talked) -> list[str]:
    return [plain(phrase.plain(each)) for each in words.talked(replace(OWNER_QUIET, talked=facts))]


def by_max(count: int, **changes: Any) -> Talked:
    """So many messages in MAX, of all of which it tells."""
    return Talked(**({"by_channel": ((MAX, count),), "told": count} | changes))


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (by_max(1, arrived=1), "Клиентам ушло 1 сообщение, оно дошло."),
        (by_max(2, arrived=2), "Клиентам ушли 2 сообщения, все дошли."),
        (by_max(5, arrived=4, lost=1), "Клиентам ушло 5 сообщений, дошло 4, не дошло 1."),
        (by_max(21, arrived=19, on_way=2), "Клиентам ушло 21 сообщение, дошло 19, в пути 2."),
        (by_max(1, on_way=1), "Клиентам ушло 1 сообщение, в пути 1."),
        (by_max(1, to_say=1), "Клиентам ушло 1 сообщение; одно — менеджер скажет сам."),
        (Talked(by_channel=((EMAIL, 5),)), "Клиентам ушло 5 сообщений."),
        (
            Talked(by_channel=((MAX, 31), (SMS, 12), (EMAIL, 4)), told=43, arrived=40, on_way=3),
            "Клиентам ушло 47 сообщений: в MAX 31, SMS 12, письмом 4; дошло 40 из 43, в пути 3, о доставке ещё 4 узнать нельзя.",
        ),
        (
            Talked(by_channel=((WHATSAPP, 1), (EMAIL, 1)), told=1, arrived=1),
            "Клиентам ушли 2 сообщения: в WhatsApp 1, письмом 1; дошло 1 из 1, о доставке ещё одного узнать нельзя.",
        ),
        (
            Talked(by_channel=((MAX, 1), (SMS, 1)), told=2, arrived=2, to_say=2, said=5, unsure=1),
            (
                "Клиентам ушли 2 сообщения: в MAX 1, SMS 1; все дошли; 2 — менеджеры скажут сами; 5 — менеджеры сказали сами; "
                "ещё одно, возможно, ушло: подтверждения нет."
            ),
        ),
        (by_max(1_200, arrived=1_200), "Клиентам ушло 1 200 сообщений, все дошли."),
        (Talked(to_say=1), "1 сообщение клиенту менеджер скажет сам."),
        (Talked(to_say=2, said=1), "2 сообщения клиентам менеджеры скажут сами; одно — менеджер сказал сам."),
        (Talked(said=21), "21 сообщение клиентам менеджеры сказали сами."),
        (Talked(unsure=1), "1 сообщение клиенту, возможно, ушло: подтверждения нет."),
        (Talked(unsure=2), "2 сообщения клиентам, возможно, ушли: подтверждения нет."),
        (Talked(to_say=5, unsure=5), "5 сообщений клиентам менеджеры скажут сами; ещё 5, возможно, ушло: подтверждения нет."),
    ],
)  # fmt: skip
def test_what_clients_were_told_is_one_sentence_without_zeros(facts: Talked, sentence: str) -> None:
    assert said(facts) == [sentence]
    assert facts.is_news


def test_where_nothing_was_told_nothing_is_said() -> None:
    assert said(Talked()) == []
    assert words.held_back(Talked()) == []
    assert not Talked()


def test_a_manager_reads_of_the_own_clients_and_not_twice_of_the_calls() -> None:
    letter = replace(MANAGER_DONE, talked=by_max(2, arrived=1, to_say=1))
    assert [plain(phrase.plain(each)) for each in words.talked_own(letter)] == [
        "Вашим клиентам ушли 2 сообщения, дошло 1."
    ]


def hours(first: int, last: int | None) -> tuple[datetime, datetime | None]:
    """A stretch by hours of the day before the letter; from 24 on of the day itself."""
    midnight = NOON.replace(hour=0)
    return midnight + timedelta(hours=first), None if last is None else midnight + timedelta(hours=last)


@pytest.mark.parametrize(
    ("outage", "sentence"),
    [
        (
            Outage(SMS, (hours(10, 11),), is_rounded=True),
            "SMS не отправлялись вчера с 10:00 до 11:00, сообщения ушли другим путём.",
        ),
        (Outage(SMS, (hours(10, None),)), "SMS не отправлялись вчера с 10:00 и до сих пор."),
        (Outage(WHATSAPP, (hours(32, 33),)), "WhatsApp не работал сегодня с 08:00 до 09:00."),
        (Outage(MAX, (hours(20, 32),)), "MAX не работал с 20:00 вчера до 08:00 сегодня."),
        (
            Outage(EMAIL, (hours(-20, -19), hours(10, 11))),
            "Письма клиентам не отправлялись 22 ноября с 04:00 до 05:00 и вчера с 10:00 до 11:00.",
        ),
        (
            Outage(MAX, (hours(8, 9), hours(10, 14), hours(15, 16))),
            "MAX не работал 3 раза, дольше всего вчера с 10:00 до 14:00.",
        ),
        (
            Outage(MAX, (hours(8, 9), hours(10, 14), hours(32, None))),
            "MAX не работал 3 раза, дольше всего сегодня с 08:00 и до сих пор.",
        ),
    ],
)
def test_a_channel_that_carried_nothing_is_told_with_its_hours(outage: Outage, sentence: str) -> None:
    assert said(Talked(outages=(outage,))) == [sentence]


def message(number: int = 1, end: End = End.HELD, **changes: Any) -> Message:
    return replace(Message(NOON, VISIT_EVE, f"contact:{number}", f"Клиент {number}", end), **changes)


def held(rule: str, *numbers: int, **changes: Any) -> list[Message]:
    return [message(number, rule=rule, **changes) for number in numbers]


def not_written(found: list[Message]) -> list[str]:
    return [plain(phrase.plain(each)) for each in words.held_back(talked(found))]


def test_who_was_not_written_to_is_counted_by_reason_and_who_asked_for_it_is_named() -> None:
    found = [
        *held("opted_out", 1, 2), *held("opted_out", 2), *held("in_dispute", 3), *held("gave_way", *range(10, 31)),
        *held("stopped", 4, end=End.WAITS),
    ]  # fmt: skip
    assert not_written(found) == [
        "1 клиенту — сообщение придержано ограничителем или ждёт разрешения.",
        "21 клиенту — сообщение уступило более важному.",
        "2 клиентам (3 сообщения) — по собственной просьбе. Это «Клиент 1» и «Клиент 2».",
        "1 клиенту — открыт спор или рекламация: с просьбами и поздравлениями не обращаемся.",
    ]


def test_five_reasons_are_told_and_the_rest_is_counted() -> None:
    rules = ("opted_out", "in_dispute", "gave_way", "too_late", "gap", "hours")
    found = [each for place, rule in enumerate(rules) for each in held(rule, *range(place * 10, place * 10 + 5))]
    assert [line[:10] for line in not_written(found[:-5])] == ["5 клиентам"] * 5
    assert not_written(found)[4:] == ["Ещё 10 клиентам — по другим причинам, они в таблице."]


@pytest.mark.parametrize(
    "silent",
    [
        *(message(rule=rule) for rule in ("early_visit", "just_told", "not_due", "withdrawn")),
        message(end=End.WAITS, rule="hours"),
        message(end=End.TO_SAY, rule="nowhere"),
        message(end=End.LOST, rule="too_late", went=True, channel=MAX),
    ],
    ids=lambda each: f"{each.end} {each.rule}",
)
def test_what_is_held_back_every_day_or_told_elsewhere_is_no_reason(silent: Message) -> None:
    assert not_written([silent]) == []


def test_what_was_lost_after_the_letter_that_told_of_it_is_told_with_its_reason() -> None:
    assert not_written([message(end=End.LOST, rule="too_late", channel=MAX)]) == [
        "1 клиенту — было поздно: сообщение уже не имело бы смысла."
    ]


def test_every_rule_kind_end_and_channel_has_words() -> None:
    assert {rule: words.held_back(Talked(held=(HeldBack(rule, 1, 1),))) for rule in RULES}
    assert {kind.name for kind in KINDS} == set(KIND_NAMES)
    assert kind_name("promo") == "сообщение «promo»"
    for end in End:
        assert all(words.row(message(end=end, channel=channel.name, rule="gap"))[2:4] for channel in CHANNELS)
    assert said(Talked(outages=tuple(Outage(channel.name, (hours(1, 2),)) for channel in CHANNELS)))


def test_whom_to_call_is_told_with_the_deal_and_the_reason() -> None:
    found = [
        message(end=End.TO_SAY, rule="nowhere", deal=DEAL),
        message(2, end=End.TO_SAY, rule="no_address", kind=ORDER_READY),
    ]
    phrases = words.to_say(found)
    assert [plain(phrase.plain(each)) for each in phrases] == [
        "«Клиент 1», сделка «Фары»: напоминание о визите. Ни один канал не доставил.",
        "«Клиент 2»: заказ собран. Нет ни телефона, ни почты, по которым можно написать.",
    ]
    assert [each.about for each in phrases] == [DEAL, None]


def test_the_table_says_of_each_message_what_whom_how_and_why() -> None:
    assert words.row(message(end=End.ARRIVED, channel=MAX, address="+7916***-**-67", rule="gap")) == (
        "Напоминание о визите", "Клиент 1, +7916***-**-67", "MAX", "дошло", "",
    )  # fmt: skip
    assert words.row(message(rule="early_visit"))[2:] == ("", "не отправляли", RULES["early_visit"])


def test_names_are_text_in_html_and_never_mark_up() -> None:
    evil = message(end=End.TO_SAY, rule="nowhere", name='<b onclick="x">Я</b> {{ 7 * 7 }}')
    silent = replace(evil, end=End.HELD, rule="opted_out")
    manager, owner = replace(MANAGER_DONE, to_say=(evil,)), replace(OWNER_QUIET, talked=talked([silent]))
    for letter in (render("digest/manager", manager), render("digest/owner", owner)):
        assert "&lt;b onclick=" in letter.html
        assert "{{ 7 * 7 }}" in letter.html


def past(state: State = State.DONE, delivery: Delivery = Delivery.ACCEPTED, channel: str = MAX) -> Past:
    return Past("message|x|1", VISIT_EVE, Sort.SERVICE, channel, "+79161234567", state, NOON, delivery=delivery)


LOST = past(delivery=Delivery.UNDELIVERABLE)


@pytest.mark.parametrize(
    ("verdict", "tries", "end"),
    [
        (GOES, [past(State.PLANNED)], End.GOING),
        (GOES, [past(State.CLAIMED)], End.GOING),
        (GOES, [past(State.FAILED)], End.GOING),
        (GOES, [past()], End.ON_WAY),
        (GOES, [past(channel=EMAIL)], End.TAKEN),
        (TOLD, [past(delivery=Delivery.DELIVERED)], End.ARRIVED),
        (TOLD, [past(delivery=Delivery.READ)], End.ARRIVED),
        (TOLD, [past(delivery=Delivery.NOT_KNOWN)], End.UNTOLD),
        (WAITS, [past(State.UNKNOWN)], End.UNSURE),
        (GOES, [LOST, past(channel=SMS)], End.ON_WAY),
        (GOES, [LOST, past(channel=EMAIL)], End.TAKEN),
        (TOLD, [past(delivery=Delivery.DELIVERED), past(State.UNKNOWN, channel=SMS)], End.ARRIVED),
        (HELD, [LOST], End.LOST),
        (BY_HAND, [LOST], End.TO_SAY),
        (BY_HAND, [], End.TO_SAY),
        (TOLD, [LOST], End.SAID),
        (TOLD, [past(State.CANCELLED)], End.SAID),
        (WAITS, [LOST], End.WAITS),
        (WAITS, [], End.WAITS),
        (HELD, [], End.HELD),
    ],
)
def test_how_a_message_stands_follows_from_what_was_sent(verdict: str, tries: list[Past], end: End) -> None:
    assert end_of(verdict, tries) is end


def test_each_message_is_counted_once_and_the_parts_come_to_no_more_than_the_whole() -> None:
    found = [message(number, end, went=True, channel=SMS) for number, end in enumerate(End)]
    found += [message(50, End.ARRIVED, went=True, channel=MAX), message(51, End.TAKEN, went=True, channel=EMAIL)]
    facts = talked(found)
    assert facts.by_channel == ((SMS, len(End) - 1), (EMAIL, 1), (MAX, 1)), "what nobody knows of did not surely go"
    assert (facts.arrived, facts.on_way, facts.lost, facts.to_say, facts.said, facts.unsure) == (2, 3, 1, 1, 1, 1)
    assert facts.told == facts.went - 2, "the mail tells nothing, and one was never told of"


def attempt(minute: int, answer: Answer, channel: str = SMS) -> Attempt:
    return Attempt(channel, answer, NOON + timedelta(minutes=minute))


BAD = [attempt(minute, Answer.NOT_EXECUTED) for minute in (0, 10, 20)]


def test_a_channel_that_failed_in_the_middle_of_the_day_is_told_until_it_was_well() -> None:
    found = outages([*BAD, attempt(5, Answer.ACCEPTED, MAX), attempt(30, Answer.ACCEPTED)], None)
    assert found == (Outage(SMS, ((NOON, NOON + timedelta(minutes=30)),), is_rounded=True),)


def test_what_others_carried_before_or_after_went_no_other_way() -> None:
    beside = [attempt(minute, Answer.ACCEPTED, MAX) for minute in (-5, 40)]
    found = outages([*BAD, attempt(30, Answer.ACCEPTED), *beside], None)
    assert [each.is_rounded for each in found] == [False]


@pytest.mark.parametrize(
    ("attempts", "minute", "is_told"),
    [
        ([*BAD, attempt(30, Answer.ACCEPTED)], 25, True),
        ([*BAD, attempt(30, Answer.ACCEPTED)], 30, False),
        (BAD, 15, True),
        (BAD, 20, False),
        (BAD[:1], -1, False),
    ],
    ids=["well again since", "was well again before", "tried since", "nobody tried since", "a single failure"],
)
def test_trouble_is_told_by_the_letter_in_whose_days_it_was(
    attempts: list[Attempt], minute: int, is_told: bool
) -> None:
    assert bool(outages(attempts, NOON + timedelta(minutes=minute))) is is_told
