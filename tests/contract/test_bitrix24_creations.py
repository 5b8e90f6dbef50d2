"""What we make on a portal behind a socket: once, as it was asked for, and known again by its mark."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from sverka.domain.effects import Answer
from tests.contract.portal_world import FIELDS, Town, town, vocabulary
from tests.contract.vendors import HandPortal, always

A, R, N, M = Answer.ACCEPTED, Answer.REFUSED, Answer.NOT_EXECUTED, Answer.AMBIGUOUS
DEAL, CONTACT = 2, 3
DEADLINE = "2026-11-24T10:00:00+03:00"
MARKS = count(1)
"""Marks that no other test has used."""


@pytest.fixture(scope="module")
def shared() -> Iterator[Town]:
    with town() as opened:
        yield opened


@pytest.fixture
def live(shared: Town) -> Iterator[Town]:
    yield shared
    shared.faults.clear()


def deal_wish(live: Town) -> dict[str, Any]:
    stage, funnel = live.stage("Интернет-магазин", "Новая заявка")
    return {
        "title": "392 Орлова", "funnel": funnel, "stage": stage, "client": f"contact:{live.portal.add_contact('Анна', 'Орлова')}",
        "responsible": "3", "source": "STORE", "originator": "sverka", "origin": f"shop:{next(MARKS)}",
        "fields": {"branch": "Москва", "address": "Тверская, 1", "paid_at_desk": "yes", "ship_date": "2026-11-24"},
    }  # fmt: skip


def contact_wish(_live: Town) -> dict[str, Any]:
    return {
        "first_name": "Анна", "last_name": "Орлова", "phone": "+79990000001", "email": "a@b.ru", "responsible": "3",
        "originator": "sverka", "origin": f"shop:{next(MARKS)}",
    }  # fmt: skip


def todo_wish(live: Town) -> dict[str, Any]:
    return {
        "owner": f"deal:{live.deal()}", "title": "Дозвониться", "text": "Заявка с сайта", "responsible": "3", "deadline": DEADLINE,
        "mark": f"S{next(MARKS)}",
    }  # fmt: skip


def task_wish(live: Town) -> dict[str, Any]:
    return {
        "deal": live.deal(), "title": "Закупить", "text": "Фара, 2 шт.", "responsible": "3", "deadline": DEADLINE,
        "mark": f"goods {next(MARKS)}",
    }  # fmt: skip


def loose_task_wish(live: Town) -> dict[str, Any]:
    return task_wish(live) | {"deal": "", "deadline": ""}


def comment_wish(live: Town) -> dict[str, Any]:
    return {
        "card": f"deal:{live.deal()}",
        "text": "Клиенту отправлено письмо.\nВаш заказ № 12 собран",
        "mark": f"c{next(MARKS)}",
    }


def company_wish(_live: Town) -> dict[str, Any]:
    return {
        "title": "ООО «Вектор»", "phone": "+74950000001", "email": "office@vector.example", "responsible": "1",
        "originator": "1c", "origin": f"guid-{next(MARKS)}",
    }  # fmt: skip


def requisite_wish(live: Town) -> dict[str, Any]:
    company = live.portal.add_company("ООО «Вектор»")
    legal = {
        "name": "ООО «Вектор»",
        "full_name": "Общество с ограниченной ответственностью «Вектор»",
        "inn": "7701234567",
        "kpp": "770101001",
    }
    return {"client": f"client:{company}", **legal, "is_entrepreneur": False}


WISHES = {
    "company.create": company_wish,
    "requisite.create": requisite_wish,
    "comment.create": comment_wish,
    "deal.create": deal_wish,
    "contact.create": contact_wish,
    "todo.create": todo_wish,
    "task.create": task_wish,
    "task.create of no deal": loose_task_wish,
}


@pytest.fixture(params=WISHES)
def effect(request: pytest.FixtureRequest, live: Town) -> tuple[str, dict[str, Any]]:
    return request.param.split()[0], WISHES[request.param](live)


def test_what_is_made_is_found_by_its_mark(live: Town, effect: tuple[str, dict[str, Any]]) -> None:
    kind, wish = effect
    before = live.client.sent
    outcome = live.send(kind, **wish)
    assert (outcome.answer, outcome.changed, live.client.sent - before) == (A, True, 1)
    probe = live.look(kind, wish)
    assert (probe.found, probe.complete, probe.external_id) == (True, True, outcome.external_id)


def test_what_was_not_made_is_not_found(live: Town, effect: tuple[str, dict[str, Any]]) -> None:
    kind, wish = effect
    probe = live.look(kind, wish)
    assert (probe.found, probe.complete, probe.external_id) == (False, True, "")


@pytest.mark.parametrize("fault", ["timeout_after", "half_body"])
def test_what_was_made_though_the_answer_was_lost_is_found(
    live: Town, effect: tuple[str, dict[str, Any]], fault: str
) -> None:
    kind, wish = effect
    mark = live.mark()
    live.strike(fault)
    assert live.send(kind, **wish).answer is M
    probe = live.look(kind, wish)
    assert (probe.found, len(live.written(mark))) == (True, 1)


@pytest.mark.parametrize(
    ("fault", "meaning"), [("timeout_before", M), ("http_500", M), ("http_503", N), ("wrong_token", N)]
)
def test_what_did_not_arrive_is_made_by_nobody_here(
    live: Town, effect: tuple[str, dict[str, Any]], fault: str, meaning: Answer
) -> None:
    kind, wish = effect
    mark = live.mark()
    live.strike(fault)
    assert live.send(kind, **wish).answer is meaning
    probe = live.look(kind, wish)
    assert (probe.found, probe.complete, live.written(mark)) == (False, True, [])


def test_two_of_a_mark_are_a_question_for_a_person(live: Town, effect: tuple[str, dict[str, Any]]) -> None:
    kind, wish = effect
    ids = [live.send(kind, **wish).external_id for _ in range(2)]
    probe = live.look(kind, wish)
    assert (probe.found, probe.complete) == (False, False)
    assert all(ext_id in probe.detail for ext_id in ids)


def test_a_look_that_gets_no_answer_proves_nothing(live: Town, effect: tuple[str, dict[str, Any]]) -> None:
    for _ in range(3):
        live.strike("http_502_html")
    probe = live.look(*effect)
    assert (probe.found, probe.complete) == (False, False)


def test_nothing_is_made_without_leave(live: Town, effect: tuple[str, dict[str, Any]]) -> None:
    mark = live.mark()
    (outcome,) = live.client.send([effect], live.directory, lambda: False)
    assert (outcome.answer, live.written(mark)) == (N, [])


def test_a_deal_is_made_as_it_was_asked_for(live: Town) -> None:
    wish = deal_wish(live)
    number = live.send("deal.create", **wish).external_id
    (row,) = live.client.deals([number], live.directory).rows
    seen = {
        name: getattr(row, name)
        for name in ("title", "funnel_id", "stage_id", "source_id", "originator_id", "origin_id")
    }
    assert seen == {
        "title": "392 Орлова", "funnel_id": wish["funnel"], "stage_id": wish["stage"], "source_id": "STORE",
        "originator_id": "sverka", "origin_id": wish["origin"],
    }  # fmt: skip
    assert (row.fields, row.client_key, row.responsible_id) == (wish["fields"], wish["client"], "3")  # type: ignore[attr-defined]


def test_a_deal_of_a_company_is_bound_to_it(live: Town) -> None:
    company = live.portal.add_company("Вектор")
    number = live.send("deal.create", **(deal_wish(live) | {"client": f"client:{company}", "fields": {}})).external_id
    assert live.item(DEAL, number)["companyId"] == company


def test_a_deal_of_nobody_is_made_without_a_client(live: Town) -> None:
    number = live.send("deal.create", **(deal_wish(live) | {"client": "", "responsible": "", "source": ""})).external_id
    assert (live.item(DEAL, number)["companyId"], live.item(DEAL, number)["contactIds"]) in [(0, []), (None, [])]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"branch": "Казань"}, "the list offers no «Казань», only: Москва, Санкт-Петербург"),
        ({"colour": "red"}, "the portal has no such field in deals: colour"),
    ],
)
def test_a_deal_whose_fields_cannot_be_filled_is_not_made(live: Town, fields: dict[str, str], why: str) -> None:
    mark = live.mark()
    outcome = live.send("deal.create", **(deal_wish(live) | {"fields": fields}))
    assert (outcome.answer, outcome.changed, outcome.detail, live.written(mark)) == (R, False, why, [])


def test_a_contact_bears_a_phone_and_a_mail(live: Town) -> None:
    ext_id = live.send("contact.create", **contact_wish(live)).external_id
    kind, _, number = ext_id.partition(":")
    card = live.item(CONTACT, number)
    assert (kind, card["name"], card["lastName"]) == ("contact", "Анна", "Орлова")
    assert sorted((each["typeId"], each["value"]) for each in card["fm"]) == [
        ("EMAIL", "a@b.ru"),
        ("PHONE", "+79990000001"),
    ]


def test_a_contact_without_a_mail_is_made(live: Town) -> None:
    ext_id = live.send("contact.create", **(contact_wish(live) | {"email": "", "responsible": ""})).external_id
    assert [each["typeId"] for each in live.item(CONTACT, ext_id.partition(":")[2])["fm"]] == ["PHONE"]


def test_a_mark_is_not_a_part_of_another(live: Town) -> None:
    deal = f"deal:{live.deal()}"
    live.send("todo.create", **(todo_wish(live) | {"owner": deal, "mark": "SV12"}))
    assert not live.look("todo.create", todo_wish(live) | {"owner": deal, "mark": "SV1"}).found
    live.send("task.create", **(task_wish(live) | {"mark": "goods 999-1"}))
    assert not live.look("task.create", task_wish(live) | {"deal": "", "mark": "goods 999"}).found


def test_a_to_do_says_what_it_is_about(live: Town) -> None:
    wish = todo_wish(live)
    number = live.send("todo.create", **wish).external_id
    row = live.owner("crm.activity.get", id=int(number))
    assert (row["SUBJECT"], row["RESPONSIBLE_ID"], row["DEADLINE"]) == ("Дозвониться", "3", DEADLINE)
    assert row["DESCRIPTION"] == f"Заявка с сайта\n({wish['mark']})"


def test_a_comment_stands_in_the_timeline_of_its_deal(live: Town) -> None:
    wish = comment_wish(live)
    number = live.send("comment.create", **wish).external_id
    condition = {"ENTITY_TYPE": "deal", "ENTITY_ID": int(wish["card"].partition(":")[2])}
    (row,) = live.owner("crm.timeline.comment.list", filter=condition)
    assert (row["ID"], row["COMMENT"]) == (number, f"{wish['text']}\n({wish['mark']})")


def test_a_comment_is_found_among_more_than_a_page_of_them(live: Town) -> None:
    wish = comment_wish(live)
    of_deal = {"ENTITY_TYPE": "deal", "ENTITY_ID": int(wish["card"].partition(":")[2])}
    for call in range(60):
        live.owner("crm.timeline.comment.add", fields={**of_deal, "COMMENT": f"Звонил {call} раз ({wish['mark']}0)"})
    assert not live.look("comment.create", wish).found
    ext_id = live.send("comment.create", **wish).external_id
    assert live.look("comment.create", wish).external_id == ext_id


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("comment.create", {"card": "deal:999999"}),
        ("todo.create", {"owner": "deal:999999"}),
        ("task.create", {"responsible": "999999"}),
        ("task.create", {"title": ""}),
    ],
)
def test_what_the_portal_refuses_is_not_made(live: Town, kind: str, change: dict[str, Any]) -> None:
    mark = live.mark()
    outcome = live.send(kind, **(WISHES[kind](live) | change))
    assert (outcome.answer, outcome.changed, live.written(mark)) == (R, False, [])
    assert outcome.detail


def test_a_notice_with_the_same_tag_takes_the_place_of_the_first(live: Town) -> None:
    for text in ("Заявка ждёт 15 минут", "Заявка ждёт 30 минут"):
        outcome = live.send("notice.send", user="3", text=text, tag="request 71")
        assert (outcome.answer, outcome.external_id != "") == (A, True)
    kept = [each for each in live.portal.state.notifications if "Заявка ждёт" in str(each)]
    assert len(kept) == 1


def test_a_notice_cannot_be_looked_up_and_may_be_repeated(live: Town) -> None:
    probe = live.look("notice.send", {"user": "3", "text": "Заявка", "tag": "t"})
    assert (probe.found, probe.complete) == (False, True)


def hand_made(result: Any, method: str) -> HandPortal:
    return HandPortal(results=vocabulary(**{method: result}))


def test_a_notice_that_was_not_made_is_refused() -> None:
    client = hand_made(False, "im.notify.personal.add").client()
    (outcome,) = client.send(
        [("notice.send", {"user": "3", "text": "Заявка", "tag": "t"})], client.directory(FIELDS), always
    )
    assert (outcome.answer, outcome.changed, outcome.detail) == (R, False, "the portal did not make the notice")


def test_what_was_made_without_an_id_is_looked_up_later() -> None:
    client = hand_made({"task": []}, "tasks.task.add").client()
    wish = {"deal": "", "title": "Закупить", "text": "", "responsible": "3", "deadline": "", "mark": "m"}
    (outcome,) = client.send([("task.create", wish)], client.directory(FIELDS), always)
    assert (outcome.answer, outcome.detail) == (M, "accepted, but the answer names no id")


def test_effects_of_several_kinds_go_in_order(live: Town) -> None:
    deal, mark = live.deal(), live.mark()
    first = {"deal": deal, "field": "address", "value": "Тверская, 1"}
    second = {"deal": deal, "field": "supplier", "value": "есть"}
    effects = [
        ("deal.field", first),
        ("deal.field", second),
        ("todo.create", todo_wish(live) | {"owner": f"deal:{deal}"}),
    ]
    before = live.client.sent
    outcomes = live.client.send(effects, live.directory, always)
    assert [each.answer for each in outcomes] == [A, A, A]
    assert live.written(mark) == ["crm.item.update", "crm.item.update", "crm.activity.todo.add"]
    assert live.client.sent - before == 2
