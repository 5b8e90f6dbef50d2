"""Sets of single fields, and what each kind of answer to a write means."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from sverka.domain.effects import Answer, Outcome
from sverka.systems.bitrix24.directory import Directory
from tests.contract.portal_world import FIELDS, Town, deal, town, vocabulary
from tests.contract.vendors import HandPortal, always, answer, html

A, R, N, M = Answer.ACCEPTED, Answer.REFUSED, Answer.NOT_EXECUTED, Answer.AMBIGUOUS


def number_for(deal_id: int, value: str = "") -> tuple[str, dict[str, str]]:
    return "deal.field", {"deal": str(deal_id), "field": "ledger_order", "value": value or f"З-{deal_id}"}


@pytest.fixture
def portal() -> HandPortal:
    return HandPortal(results=vocabulary(), lists={"2": [deal(number) for number in range(1, 121)]})


@pytest.fixture
def directory(portal: HandPortal) -> Directory:
    found = portal.client().directory(FIELDS)
    portal.requests.clear()
    return found


def standing(portal: HandPortal, *numbers: int) -> list[str | None]:
    return [row["UF_CRM_2"] for row in portal.lists["2"] if row["id"] in numbers]


def test_numbers_are_set_in_one_request_and_read_back(portal: HandPortal, directory: Directory) -> None:
    portal.lists["2"][1]["UF_CRM_2"] = "З-2"
    outcomes = portal.client().send([number_for(1), number_for(2)], directory, always)
    assert [(each.answer, each.changed) for each in outcomes] == [(A, True), (A, False)]
    assert (standing(portal, 1, 2), len(portal.requests)) == (["З-1", "З-2"], 1)


def test_a_refused_command_harms_itself_only(portal: HandPortal, directory: Directory) -> None:
    portal.command_errors["set1"] = [{"error": "ACCESS_DENIED", "error_description": "no right"}]
    outcomes = portal.client().send([number_for(1), number_for(2), number_for(999)], directory, always)
    assert [each.answer for each in outcomes] == [A, R, R]
    assert "no right" in outcomes[1].detail
    assert standing(portal, 1, 2) == ["З-1", None]


def test_a_rate_limited_command_was_not_executed(portal: HandPortal, directory: Directory) -> None:
    portal.command_errors["set0"] = [{"error": "OPERATION_TIME_LIMIT"}]
    outcomes = portal.client().send([number_for(1), number_for(2)], directory, always)
    assert [each.answer for each in outcomes] == [N, A]


def test_a_field_that_the_portal_ignores_is_no_success(portal: HandPortal, directory: Directory) -> None:
    portal.ignored = frozenset({"UF_CRM_2"})
    (outcome,) = portal.client().send([number_for(1)], directory, always)
    assert (outcome.answer, outcome.detail) == (R, "accepted, but the field holds «»")


def test_what_cannot_be_read_back_stays_open(portal: HandPortal, directory: Directory) -> None:
    portal.command_errors["after_deal"] = [{"error": "OPERATION_TIME_LIMIT"}]
    (outcome,) = portal.client().send([number_for(1)], directory, always)
    assert outcome.answer is M


@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        (httpx.ConnectError("refused"), N),
        (httpx.ConnectTimeout("slow"), N),
        (httpx.PoolTimeout("full"), N),
        (answer({"error": "QUERY_LIMIT_EXCEEDED"}, 503), N),
        (answer({"error": "OPERATION_TIME_LIMIT"}, 429), N),
        (answer({"error": "NO_AUTH_FOUND"}, 401), N),
        (httpx.ReadTimeout("slow"), M),
        (httpx.WriteTimeout("slow"), M),
        (httpx.ReadError("reset"), M),
        (httpx.RemoteProtocolError("closed"), M),
        (answer({"error": "INTERNAL_SERVER_ERROR"}, 500), M),
        (html(502), M),
        (html(503), M),
        (html(200), M),
        (httpx.Response(200, content=b'{"result":', headers={"content-type": "application/json"}), M),
        (answer({"result": True}), M),
        (answer({"error": "ERROR_BATCH_LENGTH_EXCEEDED"}, 400), R),
        (answer({"error": "WHATEVER"}, 400), R),
    ],
    ids=str,
)
def test_a_failed_request_means(
    portal: HandPortal, directory: Directory, fault: httpx.Response | Exception, meaning: Answer
) -> None:
    portal.faults = [fault]
    outcomes = portal.client().send([number_for(1), number_for(2)], directory, always)
    assert [each.answer for each in outcomes] == [meaning, meaning]
    assert (len(portal.requests), portal.executed) == (1, []), "a write is never repeated here"


def test_a_write_applied_before_the_answer_was_lost_is_found_by_a_look(
    portal: HandPortal, directory: Directory
) -> None:
    portal.lists["2"][0]["UF_CRM_2"] = "З-1"
    client = portal.client()
    found = client.look(*number_for(1), directory)
    missing = client.look(*number_for(2), directory)
    gone = client.look(*number_for(999), directory)
    assert [(each.found, each.complete) for each in (found, missing, gone)] == [
        (True, True),
        (False, True),
        (False, True),
    ]
    assert (missing.detail, gone.detail) == ("the field holds «»", "the deal is not there")


def test_a_look_that_fails_proves_nothing(portal: HandPortal, directory: Directory) -> None:
    portal.faults = [html(502)] * 3
    probe = portal.client().look(*number_for(1), directory)
    assert (probe.found, probe.complete) == (False, False)


def test_nothing_is_sent_without_leave(portal: HandPortal, directory: Directory) -> None:
    outcomes = portal.client().send([number_for(1)], directory, lambda: False)
    assert [each.answer for each in outcomes] == [N]
    assert portal.requests == []


def test_leave_is_asked_before_each_batch_and_the_rest_waits(portal: HandPortal, directory: Directory) -> None:
    leaves = [True, False]
    outcomes = portal.client().send([number_for(n) for n in range(1, 31)], directory, lambda: leaves.pop(0))
    assert [each.answer for each in outcomes] == [A] * 10 + [N] * 20
    assert len(portal.executed) == 10


def test_after_a_lost_answer_the_rest_is_not_sent(portal: HandPortal, directory: Directory) -> None:
    portal.faults = [None, httpx.ReadTimeout("slow")]
    outcomes = portal.client().send([number_for(n) for n in range(1, 101)], directory, always)
    assert [each.answer for each in outcomes] == [A] * 10 + [M] * 48 + [N] * 42
    assert len(portal.requests) == 2


def test_batches_are_sized_by_how_long_an_update_takes(portal: HandPortal, directory: Directory) -> None:
    portal.seconds_each = 3.2
    outcomes = portal.client().send([number_for(n) for n in range(1, 31)], directory, always)
    sizes = [len(portal.commands(n)) - 2 for n in range(len(portal.requests))]
    assert {each.answer for each in outcomes} == {A}
    assert sizes == [10, 9, 9, 2]


def test_a_write_does_not_wait_for_a_blocked_method(portal: HandPortal, directory: Directory) -> None:
    portal.operating = 400
    client = portal.client()
    client.send([number_for(1)], directory, always)
    began = portal.clock.now
    (outcome,) = client.send([number_for(2)], directory, always)
    assert (outcome.answer, portal.clock.now, standing(portal, 2)) == (N, began, [None])
    assert outcome.retry_after_s == pytest.approx(600, abs=1)


def test_a_portal_without_the_field_is_told(portal: HandPortal) -> None:
    directory = portal.client().directory({"deal": {}})
    outcomes = portal.client().send([number_for(1)], directory, always)
    assert outcomes == [Outcome(R, changed=False, detail="the portal has no such field in deals: ledger_order")]


def test_an_unknown_kind_is_a_mistake_of_ours(portal: HandPortal, directory: Directory) -> None:
    with pytest.raises(KeyError):
        portal.client().send([("order.create", {})], directory, always)


@pytest.fixture(scope="module")
def live() -> Iterator[Town]:
    with town() as opened:
        yield opened


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("branch", "Санкт-Петербург"),
        ("visit_at", "2026-11-24T07:00:00+00:00"),
        ("ship_date", "2026-11-24"),
        ("paid_at_desk", "yes"),
        ("availability", "Москва: 2 из 3\nСПб: нет"),
        ("title", "71 Орлова фара"),
    ],
)
def test_each_type_of_field_is_set_read_back_and_emptied(live: Town, field: str, value: str) -> None:
    number = live.deal()
    wish = {"deal": number, "field": field, "value": value}
    assert [
        (each.answer, each.changed) for each in (live.send("deal.field", **wish), live.send("deal.field", **wish))
    ] == [
        (A, True),
        (A, False),
    ]
    (row,) = live.client.deals([number], live.directory).rows
    assert {**row.fields, "title": row.title}[field] == value  # type: ignore[attr-defined]
    assert live.look("deal.field", wish).found
    if field != "title":
        assert live.send("deal.field", **{**wish, "value": ""}).answer is A
        (row,) = live.client.deals([number], live.directory).rows
        assert field not in row.fields  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("branch", "Казань", "the list offers no «Казань», only: Москва, Санкт-Петербург"),
        ("colour", "red", "the portal has no such field in deals: colour"),
        ("ship_date", "завтра", "not a date: 'завтра'"),
    ],
)
def test_what_a_field_cannot_hold_is_not_sent(live: Town, field: str, value: str, why: str) -> None:
    number, mark = live.deal(), live.mark()
    good = {"deal": number, "field": "address", "value": "Тверская, 1"}
    effects = [("deal.field", {"deal": number, "field": field, "value": value}), ("deal.field", good)]
    bad, fine = live.client.send(effects, live.directory, always)
    assert (bad.answer, bad.changed, bad.detail, fine.answer) == (R, False, why, A)
    assert live.written(mark) == ["crm.item.update"]


def test_fields_of_companies_and_contacts_are_set_in_one_request_whatever_numbers_they_share(live: Town) -> None:
    company, contact = live.portal.add_company("Вектор"), live.portal.add_contact("Анна", "Орлова")
    wishes = [
        {"client": f"{kind}:{number}", "field": "write_to", "value": value}
        for kind, number, value in (("client", company, "MAX"), ("contact", contact, "SMS"))
    ]
    before = live.client.sent
    done = live.client.send([("client.field", wish) for wish in wishes], live.directory, always)
    assert [(each.answer, each.changed) for each in done] == [(A, True), (A, True)]
    assert live.client.sent - before == 1
    (clients,) = live.client.changes({"clients": None}, live.directory)
    shown = {row.ext_id: row.write_to for row in clients.rows}  # type: ignore[attr-defined]
    assert (shown[f"client:{company}"], shown[f"contact:{contact}"]) == ("MAX", "SMS")
    assert all(live.look("client.field", wish).found for wish in wishes)
