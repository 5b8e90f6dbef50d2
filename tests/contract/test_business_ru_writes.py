"""What is written to the ledger: creations once, sets until they stand, and what each kind of answer means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from sverka.domain.effects import Answer
from sverka.systems.business_ru.lines import Line, Repair, repairs
from tests.contract.vendors import HandLedger, Row, always, html

A, R, N, M = Answer.ACCEPTED, Answer.REFUSED, Answer.NOT_EXECUTED, Answer.AMBIGUOUS

PARTNER = {"name": "Вектор", "note": "Битрикс24 client:5", "author": "70"}
ORDER = {
    "partner": "5", "author": "70", "responsible": "71", "organization": "7", "status": "106", "comment": "deal:71 Битрикс24: Заказ",
}  # fmt: skip
RESERVE = {
    "order": "9001", "partner": "5", "store": "3", "author": "70", "responsible": "71", "organization": "7", "comment": "deal:71 Битрикс24",
}  # fmt: skip
LINES = {"order": "9001", "lines": [
    {"good": "7", "price_kopecks": 32000, "amount_thousandths": 1500}, {"good": "8", "price_kopecks": 100, "amount_thousandths": 2000},
]}  # fmt: skip
RESERVE_LINES = {"reserve": "5", "store": "3", "lines": [{"good": "7", "amount_thousandths": 1500}]}
CONTACT_TYPES = [{"id": "1", "name": "Телефон"}, {"id": "4", "name": "Email"}]


def order_line(number: int, good: str, price: str, amount: str, **more: Any) -> Row:
    return {"id": str(number), "customer_order_id": "9001", "good_id": good, "price": price, "amount": amount, **more}


def wrote(ledger: HandLedger) -> list[tuple[str, Row]]:
    return ledger.executed


def test_a_partner_is_created_as_a_customer() -> None:
    ledger = HandLedger()
    outcome = ledger.client().send("partner.create", PARTNER, always)
    assert (outcome.answer, outcome.external_id, outcome.changed) == (A, "901", True)
    values = {"name": "Вектор", "note": "Битрикс24 client:5", "customer": "1", "responsible_employee_id": "70"}
    assert wrote(ledger) == [("POST partners", values)]


def test_an_order_is_created_with_its_mark() -> None:
    ledger = HandLedger()
    outcome = ledger.client().send("order.create", ORDER, always)
    assert outcome.answer is A
    assert wrote(ledger) == [("POST customerorders", {
        "author_employee_id": "70", "responsible_employee_id": "71", "organization_id": "7", "partner_id": "5", "status_id": "106",
        "comment": "deal:71 Битрикс24: Заказ",
    })]  # fmt: skip


def test_a_reserve_is_created_held_and_with_lines_of_its_own() -> None:
    ledger = HandLedger()
    ledger.client().send("reserve.create", RESERVE, always)
    ((verb, values),) = wrote(ledger)
    assert (verb, values["sync_with_order"], values["held"], values["customer_order_id"]) == (
        "POST reservations",
        "0",
        "1",
        "9001",
    )


@pytest.mark.parametrize(
    ("document", "answer", "external_id"),
    [
        ({"status": "ok", "result": {"id": 7, "updated": "x"}}, A, "7"),
        ({"status": "ok", "result": [{"id": "7"}]}, A, "7"),
        ({"status": "ok", "id": "7"}, A, "7"),
        ({"status": "ok", "result": {}}, M, ""),
    ],
    ids=["an object", "a list", "at the root", "nowhere"],
)
def test_the_new_id_is_taken_from_where_it_stands(document: Row, answer: Answer, external_id: str) -> None:
    ledger = HandLedger()
    client = ledger.client()
    client.server_time()
    ledger.faults = [ledger.signed(document, ledger.token)]
    outcome = client.send("order.create", ORDER, always)
    assert (outcome.answer, outcome.external_id) == (answer, external_id)


@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        (httpx.ConnectError("refused"), N),
        (httpx.ConnectTimeout("slow"), N),
        (httpx.PoolTimeout("full"), N),
        (httpx.Response(503), N),
        (httpx.Response(429), N),
        (httpx.Response(308, headers={"location": "/"}), N),
        (httpx.Response(302, headers={"location": "/"}), M),
        (httpx.ReadTimeout("slow"), M),
        (httpx.WriteError("reset"), M),
        (httpx.RemoteProtocolError("closed"), M),
        (httpx.Response(500), M),
        (html(502), M),
        (html(200), M),
        (httpx.Response(200, content=b'{"status":"ok","res'), M),
        (httpx.Response(200, content=b'{"status":"ok","result":{"id":"1"}}'), M),
        (httpx.Response(405), R),
        (httpx.Response(200, content=b'{"status":"error","error_code":"common:1","error_text":"no"}'), R),
    ],
    ids=str,
)
def test_a_failed_creation_means(fault: httpx.Response | Exception, meaning: Answer) -> None:
    ledger = HandLedger()
    client = ledger.client()
    client.server_time()
    ledger.faults = [fault]
    outcome = client.send("order.create", ORDER, always)
    assert outcome.answer is meaning
    assert ledger.asked().count("POST customerorders") == 1, "a write is never repeated here"


def test_a_closed_window_names_when_to_try_again() -> None:
    ledger = HandLedger(faults=[None, httpx.Response(503)])
    outcome = ledger.client().send("order.create", ORDER, always)
    assert (outcome.answer, outcome.retry_after_s) == (N, 30)


def test_a_token_that_cannot_be_got_means_that_nothing_was_executed() -> None:
    outcome = HandLedger(faults=[httpx.ReadTimeout("slow")]).client().send("order.create", ORDER, always)
    assert (outcome.answer, "no token came" in outcome.detail) == (N, True)


@pytest.mark.parametrize(
    ("kind", "payload", "models", "found", "complete", "external_id"),
    [
        ("partner.create", PARTNER, {"partners": [{"id": "5", "name": "Вектор", "note": "client:5, постоянный"}]}, True, True, "5"),
        ("partner.create", PARTNER, {"partners": [{"id": "5", "name": "Вектор", "note": "contact:5"}]}, False, True, ""),
        ("partner.create", PARTNER, {"partners": [{"id": "5", "name": "Вектор-2", "note": "client:5"}]}, False, True, ""),
        ("order.create", ORDER, {"customerorders": [{"id": "8", "partner_id": "5", "comment": "deal:71 иначе"}]}, True, True, "8"),
        ("order.create", ORDER, {"customerorders": [{"id": "8", "partner_id": "5", "comment": "deal:711"}]}, False, True, ""),
        ("order.create", ORDER, {"customerorders": [
            {"id": "8", "partner_id": "5", "comment": "deal:71"}, {"id": "9", "partner_id": "5", "comment": "deal:71"}]}, False, False, ""),
        ("order.create", ORDER, {"customerorders": [
            {"id": "8", "partner_id": "5", "comment": "deal:71", "deleted": True}]}, False, False, ""),
        ("order.create", {**ORDER, "comment": "без знака"}, {}, False, False, ""),
        ("reserve.create", RESERVE, {"reservations": [{"id": "4", "customer_order_id": "9001", "comment": "deal:71"}]}, True, True, "4"),
        ("reserve.create", RESERVE, {"reservations": [{"id": "4", "customer_order_id": "9002", "comment": "deal:71"}]}, False, True, ""),
        ("reserve.create", RESERVE, {"reservations": [
            {"id": "4", "customer_order_id": "9001", "store_id": "2", "comment": "deal:71"}]}, False, True, ""),
        ("order.create", ORDER, {"customerorders": [{"id": "8", "partner_id": "5"}]}, False, False, ""),
    ],
    ids=["partner", "another's mark", "another's name", "order", "a longer id", "two orders", "a deleted order", "no mark", "reserve",
         "another order's reserve", "the deal's reserve in another store", "the field of the mark is not shown"],
)  # fmt: skip
def test_a_creation_is_known_again_by_its_mark(
    kind: str, payload: Row, models: dict[str, list[Row]], *, found: bool, complete: bool, external_id: str
) -> None:
    ledger = HandLedger(models=models)
    probe = ledger.client().look(kind, payload)
    assert (probe.found, probe.complete, probe.external_id) == (found, complete, external_id)
    assert ledger.executed == []


def test_a_look_at_a_list_that_is_not_whole_proves_nothing() -> None:
    ledger = HandLedger(
        models={"customerorders": [{"id": str(n), "partner_id": "5"} for n in range(1, 9)]},
        on_rows=lambda _model, page: page[:3],
    )
    assert ledger.client().look("order.create", ORDER).complete is False


def test_a_look_whose_filter_was_ignored_proves_nothing() -> None:
    ledger = HandLedger(on_rows=lambda _model, _page: [{"id": "1", "partner_id": "77", "comment": ""}])
    assert ledger.client().look("order.create", ORDER).complete is False


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        ([], [("POST", "", ("a", 100), 1), ("POST", "", ("b", 200), 2)]),
        ([("1", ("a", 100), 1), ("2", ("b", 200), 2)], []),
        ([("1", ("a", 100), 9), ("2", ("b", 200), 2)], [("PUT", "1", ("a", 100), 1)]),
        ([("1", ("a", 150), 1), ("2", ("b", 200), 2)], [("PUT", "1", ("a", 100), 1)]),
        ([("1", ("a", 100), 1), ("2", ("b", 200), 2), ("3", ("c", 1), 1)], [("DELETE", "3", ("c", 1), 1)]),
        ([("1", ("a", 100), 1), ("2", ("b", 200), 2), ("3", ("a", 100), 1)], [("DELETE", "3", ("a", 100), 1)]),
    ],
    ids=["nothing stands", "all stands", "another amount", "another price", "one too many", "one twice"],
)
def test_lines_are_compared_by_good_and_price(standing: list[Any], expected: list[Any]) -> None:
    wanted = {("a", 100): 1, ("b", 200): 2}
    assert repairs(wanted, [Line(*each) for each in standing]) == [Repair(*each) for each in expected]


def test_lines_of_an_order_are_made_to_stand_and_read_back() -> None:
    ledger = HandLedger(models={"customerordergoods": [
        order_line(1, "7", "320.00", "1"), order_line(2, "9", "5.00", "1"), order_line(3, "9", "5.00", "1", deleted=True),
        {**order_line(4, "8", "1.00", "9"), "customer_order_id": "9002"},
    ]})  # fmt: skip
    outcome = ledger.client().send("order.lines", LINES, always)
    assert (outcome.answer, outcome.changed) == (A, True)
    assert wrote(ledger) == [
        ("PUT customerordergoods", {"id": "1", "price": "320.00", "amount": "1.5"}),
        ("POST customerordergoods", {"customer_order_id": "9001", "good_id": "8", "price": "1.00", "amount": "2"}),
        ("DELETE customerordergoods", {"id": "2"}),
    ]
    again = ledger.client().send("order.lines", LINES, always)
    assert (again.answer, again.changed, len(wrote(ledger))) == (A, False, 3)


def test_equal_lines_of_a_payload_are_one_line() -> None:
    ledger = HandLedger()
    line = {"good": "7", "price_kopecks": 100, "amount_thousandths": 1000}
    ledger.client().send("order.lines", {"order": "9001", "lines": [line, line]}, always)
    assert wrote(ledger) == [
        ("POST customerordergoods", {"customer_order_id": "9001", "good_id": "7", "price": "1.00", "amount": "2"})
    ]


def test_lines_of_a_reserve_name_their_store() -> None:
    ledger = HandLedger(
        models={"reservationgoods": [{"id": "1", "reservation_id": "5", "good_id": "9", "amount": "1"}]}
    )
    assert ledger.client().send("reserve.lines", RESERVE_LINES, always).answer is A
    assert wrote(ledger) == [
        ("POST reservationgoods", {"reservation_id": "5", "good_id": "7", "store_id": "3", "amount": "1.5"}),
        ("DELETE reservationgoods", {"id": "1"}),
    ]


def test_a_refused_line_is_a_refusal_that_tells_what_was_written() -> None:
    def refuse(verb: str, _model: str, params: Row) -> str:
        return "Недостаточно товара" if params.get("good_id") == "8" else ""

    ledger = HandLedger(refuse=refuse)
    outcome = ledger.client().send("order.lines", LINES, always)
    assert (outcome.answer, outcome.changed) == (R, True)
    assert "Недостаточно товара" in outcome.detail
    assert outcome.detail.endswith("(1 changes were written before)")


def test_what_was_accepted_but_does_not_stand_is_refused() -> None:
    ledger = HandLedger(on_rows=lambda model, page: [] if model == "customerordergoods" else page)
    ledger.models["customerordergoods"] = []
    client = ledger.client()
    ledger.on_rows = lambda _model, page: [{**row, "price": "1.11"} for row in page]
    outcome = client.send("order.lines", LINES, always)
    assert (outcome.answer, "missing afterwards" in outcome.detail) == (R, True)


@pytest.mark.parametrize(
    ("fault_at", "fault", "meaning", "written"),
    [
        (1, httpx.Response(405), N, 0),
        (2, httpx.Response(405), N, 0),
        (3, httpx.ReadTimeout("slow"), M, 0),
        (4, httpx.ConnectError("refused"), N, 1),
        (4, httpx.Response(503), N, 1),
        (4, httpx.ReadTimeout("slow"), M, 1),
        (5, httpx.Response(405), M, 2),
    ],
    ids=[
        "reading",
        "counting, since nothing came",
        "first write lost",
        "second not connected",
        "second out of window",
        "second lost",
        "reading back",
    ],
)
def test_a_set_that_breaks_off_means(
    fault_at: int, fault: httpx.Response | Exception, meaning: Answer, written: int
) -> None:
    ledger = HandLedger(faults=[*[None] * fault_at, fault])
    outcome = ledger.client().send("order.lines", LINES, always)
    assert (outcome.answer, len(wrote(ledger)), outcome.changed) == (meaning, written, written > 0)


def test_a_set_that_broke_off_is_finished_by_the_next_attempt() -> None:
    ledger = HandLedger(faults=[None, None, None, None, httpx.ReadTimeout("slow")])
    client = ledger.client()
    assert client.send("order.lines", LINES, always).answer is M
    assert client.send("order.lines", LINES, always).answer is A
    assert [verb for verb, _ in wrote(ledger)] == ["POST customerordergoods"] * 2


def test_leave_is_asked_before_each_write() -> None:
    leaves = [True, False]
    ledger = HandLedger()
    outcome = ledger.client().send("order.lines", LINES, lambda: leaves.pop(0))
    assert (outcome.answer, outcome.changed, len(wrote(ledger))) == (N, True, 1)
    assert "1 changes were written before" in outcome.detail


@pytest.mark.parametrize(
    ("kind", "payload", "model", "stands", "step"),
    [
        (
            "order.status",
            {"order": "5", "status": "110"},
            "customerorders",
            {"status_id": 106},
            {"id": "5", "status_id": "110"},
        ),
        ("order.status", {"order": "5", "status": "110"}, "customerorders", {"status_id": "110"}, None),
        (
            "order.close",
            {"order": "5", "status": "110"},
            "customerorders",
            {"status_id": 106},
            {"id": "5", "status_id": "110"},
        ),
        ("reserve.release", {"reserve": "5"}, "reservations", {"held": True}, {"id": "5", "held": "0"}),
        ("reserve.release", {"reserve": "5"}, "reservations", {"held": False}, None),
        ("reserve.hold", {"reserve": "5"}, "reservations", {"held": "0"}, {"id": "5", "held": "1"}),
    ],
    ids=["status", "status stands", "close", "release", "released already", "hold"],
)
def test_a_field_is_set_only_if_it_differs(kind: str, payload: Row, model: str, stands: Row, step: Row | None) -> None:
    ledger = HandLedger(models={model: [{"id": "5", **stands}]})
    before = ledger.client().look(kind, payload)
    outcome = ledger.client().send(kind, payload, always)
    assert (outcome.answer, outcome.changed) == (A, step is not None)
    assert wrote(ledger) == ([(f"PUT {model}", step)] if step else [])
    assert (before.found, before.complete) == (step is None, True)
    assert ledger.client().look(kind, payload).found


@pytest.mark.parametrize("row", [{"id": "5", "deleted": True}, {"id": "6"}], ids=["deleted", "not there"])
def test_a_document_that_is_gone_is_refused(row: Row) -> None:
    ledger = HandLedger(models={"reservations": [row]})
    assert ledger.client().send("reserve.release", {"reserve": "5"}, always).answer is R


CONTACTS = {"partner": "5", "phone": "+7 (999) 000-00-01", "email": "A@b.ru"}


@pytest.mark.parametrize(
    ("standing", "written"),
    [
        ([], ["+7 (999) 000-00-01", "A@b.ru"]),
        ([{"id": "1", "partner_id": "5", "phone": "89990000001"}], ["A@b.ru"]),
        (
            [
                {"id": "1", "partner_id": "5", "contact_info": "79990000001"},
                {"id": "2", "partner_id": "5", "contact_info": "a@b.ru"},
            ],
            [],
        ),
        ([{"id": "1", "partner_id": "6", "phone": "79990000001"}], ["+7 (999) 000-00-01", "A@b.ru"]),
    ],
    ids=["none", "the phone with 8", "both, written otherwise", "another partner's"],
)
def test_missing_contacts_are_added(standing: list[Row], written: list[str]) -> None:
    ledger = HandLedger(models={"contactinfotypes": CONTACT_TYPES, "partnercontactinfo": standing})
    outcome = ledger.client().send("partner.contacts", CONTACTS, always)
    assert (outcome.answer, outcome.changed) == (A, bool(written))
    assert [values["contact_info"] for _, values in wrote(ledger)] == written


def test_a_phone_is_written_with_its_type_and_digits() -> None:
    ledger = HandLedger(models={"contactinfotypes": CONTACT_TYPES})
    ledger.client().send("partner.contacts", {**CONTACTS, "email": ""}, always)
    values = {
        "partner_id": "5",
        "contact_info_type_id": "1",
        "contact_info": "+7 (999) 000-00-01",
        "phone": "79990000001",
    }
    assert wrote(ledger) == [("POST partnercontactinfo", values)]


def test_an_account_without_the_type_is_told() -> None:
    outcome = HandLedger().client().send("partner.contacts", CONTACTS, always)
    assert (outcome.answer, "there is no contact type «Телефон»" in outcome.detail) == (R, True)


def test_an_unknown_kind_is_a_mistake_of_ours() -> None:
    asked: list[Callable[[], object]] = [
        lambda: HandLedger().client().send("order.ship", {}, always),
        lambda: HandLedger().client().look("order.ship", {}),
    ]
    for ask in asked:
        with pytest.raises(KeyError):
            ask()
