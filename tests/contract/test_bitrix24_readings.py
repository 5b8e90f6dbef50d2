"""What the portal's lists become: whole readings with proofs, and honest incomplete ones."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from sverka.domain.rows import Client, Deal, DealLine, Product, User
from sverka.systems.bitrix24 import walk
from sverka.systems.bitrix24.directory import Directory
from sverka.systems.bitrix24.portal import Portal
from sverka.systems.errors import NoAccess, SystemTrouble, Unreachable
from tests.contract.portal_world import FIELDS, FRESH, OLD, SINCE, custom, deal, line, stages, vocabulary
from tests.contract.vendors import START, HandPortal, Row, answer, html, stamp


@pytest.fixture
def portal() -> HandPortal:
    return HandPortal(results=vocabulary())


@pytest.fixture
def directory(portal: HandPortal) -> Directory:
    found = portal.client().directory(FIELDS)
    portal.requests.clear()
    return found


def full_deals(client: Portal, directory: Directory) -> Any:
    (reading,) = client.changes({"deals": None}, directory)
    return reading


def test_the_vocabulary_comes_in_one_request(portal: HandPortal) -> None:
    client = portal.client()
    found = client.directory(FIELDS)
    assert client.sent == 1
    assert found.reading.proof.complete
    assert [(row.ext_id, row.name, row.funnel_id, row.funnel_name, row.semantics) for row in found.stages] == [
        ("NEW", "Новая", "0", "Общая", "P"),
        ("WON", "Успех", "0", "Общая", "S"),
        ("C9:NEW", "Новая заявка", "9", "Магазин", "P"),
        ("C9:LOSE", "Провал", "9", "Магазин", "F"),
    ]
    assert found.layout["deal"]["branch"].name == "UF_CRM_1"
    assert found.layout["deal"]["branch"].options == {"41": "Москва"}
    assert found.layout["company"]["trusted"].name == found.layout["contact"]["trusted"].name == "UF_CRM_3"
    assert found.catalogs == (23,)
    assert (found.me, found.sources) == ("1", {"CALL": "Звонок"})
    assert found.missing == ()


def test_a_missing_field_is_named_with_the_nearest_there_is(portal: HandPortal) -> None:
    found = portal.client().directory({"deal": {"branch": "Филиалл", "dispute": "Спор"}})
    assert found.missing == (("deal", "Филиалл", "Филиал"), ("deal", "Спор", ""))
    assert found.layout["deal"] == {}


def test_two_fields_of_one_title_are_no_field(portal: HandPortal) -> None:
    portal.results["crm.item.fields"]["fields"]["UF_CRM_9"] = custom("UF_CRM_9", "Филиал")
    assert portal.client().directory({"deal": {"branch": "Филиал"}}).missing == (("deal", "Филиал", "Филиал"),)


def test_a_funnel_without_stages_makes_the_vocabulary_incomplete(portal: HandPortal) -> None:
    portal.results["crm.status.list"] = stages("DEAL_STAGE", ("NEW", "Новая", None))
    proof = portal.client().directory(FIELDS).reading.proof
    assert (proof.complete, proof.trouble) == (False, "no stages came for the funnels Магазин")


def test_without_the_right_to_catalogues_the_rest_is_read(portal: HandPortal) -> None:
    portal.command_errors["catalogs"] = [{"error": "insufficient_scope"}]
    portal.lists["2"] = [deal(1)]
    client = portal.client()
    directory = client.directory(FIELDS)
    deals, products = client.changes({"deals": None, "products": None}, directory)
    assert deals.proof.complete
    assert (products.proof.complete, "insufficient_scope" in products.proof.trouble) == (False, True)


def test_without_the_right_to_fields_nothing_is_read(portal: HandPortal) -> None:
    portal.command_errors["deal"] = [{"error": "NO_AUTH_FOUND"}]
    with pytest.raises(NoAccess):
        portal.client().directory(FIELDS)


def test_rows_become_ours(portal: HandPortal, directory: Directory) -> None:
    portal.lists = {
        "2": [deal(351, UF_CRM_2="З-17")],
        "4": [{"id": 5, "title": "Вектор", "isMyCompany": "N", "updatedTime": stamp(OLD), "UF_CRM_3": "Y", "assignedById": 6, "fm": [
            {"id": 1, "typeId": "EMAIL", "value": "a@b.ru"}, {"id": 2, "typeId": "PHONE", "value": "+79990000001"},
            {"id": 3, "typeId": "PHONE", "value": "+79990000002"}]}],
        "3": [{"id": 5, "name": "Анна", "lastName": "Орлова", "updatedTime": stamp(OLD), "UF_CRM_3": None, "fm": [],
               "companyId": 5, "post": "Главный бухгалтер"}],
        "catalog.product.list 23": [{"id": 450, "iblockId": 23, "name": "Насос", "xmlId": "S10_1678", "timestampX": stamp(OLD)}],
        "user.get": [{"ID": "6", "NAME": "Иван", "LAST_NAME": "Соколов", "EMAIL": "i@b.ru", "ACTIVE": True, "TIMESTAMP_X": {},
                      "UF_DEPARTMENT": [3, 7]}],
    }  # fmt: skip
    client = portal.client()
    before = client.sent
    deals, clients, products, users = client.changes(
        dict.fromkeys(("deals", "clients", "products", "users")), directory
    )
    assert client.sent - before == 1, "all families share a request"
    assert deals.rows == (
        Deal(
            ext_id="351", updated_at=OLD, title="Deal 351", funnel_id="9", stage_id="C9:NEW", semantics="P",
            opportunity_kopecks=12500050, currency="RUB", company_id="5", contact_id="", responsible_id="6", created_at=OLD,
            moved_at=None, moved_by_id="6", updated_by_id="8", source_id="WEB", originator_id="", origin_id="",
            fields={"branch": "Москва", "ledger_order": "З-17"},
        ),
    )  # fmt: skip
    assert clients.rows == (
        Client(
            ext_id="client:5", updated_at=OLD, name="Вектор", phone="+79990000001", email="a@b.ru", fields={"trusted": "yes"},
            phones={"2": "+79990000001", "3": "+79990000002"}, responsible_id="6",
        ),
        Client(
            ext_id="contact:5", updated_at=OLD, name="Анна Орлова", phone="", email="", first_name="Анна", last_name="Орлова",
            works_for="client:5", post="Главный бухгалтер",
        ),
    )  # fmt: skip
    assert products.rows == (Product(ext_id="450", updated_at=OLD, name="Насос", article="S10_1678"),)
    assert users.rows == (User(ext_id="6", name="Иван Соколов", email="i@b.ru", active=True, departments="3 7"),)
    assert all(reading.proof.complete and reading.proof.full for reading in (deals, clients, products, users))
    assert deals.proof.server_at == START


@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 349, 350, 351, 2900])
def test_a_list_of_any_length_comes_whole_and_in_order(portal: HandPortal, directory: Directory, count: int) -> None:
    portal.lists["2"] = [deal(number) for number in range(7, 7 + 3 * count, 3)]
    reading = full_deals(portal.client(), directory)
    assert [int(row.ext_id) for row in reading.rows] == list(range(7, 7 + 3 * count, 3))
    assert (reading.proof.complete, reading.proof.rows, reading.proof.full) == (True, count, True)


def test_the_chain_of_pages_grows(portal: HandPortal, directory: Directory) -> None:
    portal.lists["2"] = [deal(number) for number in range(1, 3002)]
    full_deals(portal.client(), directory)
    assert [len(portal.commands(number)) for number in range(len(portal.requests))] == [2, 6, 50, 50]


def test_a_very_long_list_goes_on_in_two_lanes_and_comes_in_order(portal: HandPortal, directory: Directory) -> None:
    portal.lists["2"] = [deal(number * 97) for number in range(1, 9001)]
    portal.lists["2"][7999]["opportunity"] = "1e3"
    reading = full_deals(portal.client(), directory)
    assert [int(row.ext_id) for row in reading.rows] == [number * 97 for number in range(1, 9001) if number != 8000]
    assert (reading.damaged, reading.proof.malformed[0][0]) == ({"776000"}, "776000")
    assert (reading.proof.complete, len(portal.requests)) == (True, 7)


def test_a_lane_that_breaks_off_makes_the_reading_incomplete(
    portal: HandPortal, directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "LONG", 100)
    portal.lists["2"] = [deal(number) for number in range(1, 3401)]
    portal.on_page = lambda key, rows: rows[:20] if key == "dealsabove2850x1" else rows
    proof = full_deals(portal.client(), directory).proof
    assert not proof.complete


def test_templates_of_recurring_deals_are_no_deals(portal: HandPortal, directory: Directory) -> None:
    portal.lists["2"] = [deal(1), deal(2, isRecurring="Y")]
    assert [row.ext_id for row in full_deals(portal.client(), directory).rows] == ["1"]


def test_an_increment_brings_what_changed_in_one_request(portal: HandPortal, directory: Directory) -> None:
    portal.lists["2"] = [deal(number, updatedTime=stamp(OLD)) for number in range(1, 400)] + [
        deal(400, updatedTime=stamp(FRESH))
    ]
    client = portal.client()
    (reading,) = client.changes({"deals": SINCE}, directory)
    assert [row.ext_id for row in reading.rows] == ["400"]
    assert (reading.proof.complete, reading.proof.full, reading.proof.since) == (True, False, SINCE)
    assert client.sent == 1
    assert "%3E%3DupdatedTime]=2026-09-21T07%3A03%3A20%2B00%3A00" in portal.commands(0)["deals0"]


def test_a_date_filter_that_the_portal_does_not_understand_comes_to_light(
    portal: HandPortal, directory: Directory
) -> None:
    portal.lists["2"] = [deal(1, updatedTime=stamp(FRESH))]
    portal.on_page = lambda key, rows: [] if key == "deals0" else rows
    (reading,) = portal.client().changes({"deals": SINCE}, directory)
    assert not reading.proof.complete
    assert "id 1 belongs to it and did not come" in reading.proof.trouble


@pytest.mark.parametrize("kept", [slice(0, 30), slice(20, 50)], ids=["its end lost", "its beginning lost"])
def test_a_page_that_was_cut_makes_the_reading_incomplete(
    portal: HandPortal, directory: Directory, kept: slice
) -> None:
    portal.lists["2"] = [deal(number) for number in range(1, 120)]
    portal.on_page = lambda key, rows: rows[kept] if key == "deals0" else rows
    reading = full_deals(portal.client(), directory)
    assert not reading.proof.complete


def test_ids_that_do_not_increase_make_the_reading_incomplete(portal: HandPortal, directory: Directory) -> None:
    portal.lists["2"] = [deal(number) for number in range(1, 300)]
    portal.on_page = lambda key, rows: [*rows[:49], rows[3]] if key == "deals1" else rows
    reading = full_deals(portal.client(), directory)
    assert (reading.proof.complete, "ids do not increase" in reading.proof.trouble) == (False, True)


def test_a_portal_that_ignores_the_key_does_not_keep_us_for_ever(portal: HandPortal, directory: Directory) -> None:
    same = [deal(number) for number in range(1, 51)]
    portal.lists["2"] = same
    portal.on_page = lambda _key, _rows: same
    assert not full_deals(portal.client(), directory).proof.complete
    assert len(portal.requests) == 2


def test_a_row_that_cannot_be_understood_is_set_aside(portal: HandPortal, directory: Directory) -> None:
    portal.lists["2"] = [deal(1), deal(2, opportunity="1e3"), deal(3, createdTime=None), deal(4)]
    reading = full_deals(portal.client(), directory)
    assert [row.ext_id for row in reading.rows] == ["1", "4"]
    assert [ext_id for ext_id, _ in reading.proof.malformed] == ["2", "3"]
    assert reading.proof.complete


def test_rows_added_and_deleted_meanwhile_do_no_harm(portal: HandPortal, directory: Directory) -> None:
    portal.lists["2"] = [deal(number) for number in range(1, 700)]

    def meddle(key: str, rows: list[Row]) -> list[Row]:
        if key == "deals3":
            portal.lists["2"] = [row for row in portal.lists["2"] if row["id"] != 20] + [deal(900)]
        return rows

    portal.on_page = meddle
    reading = full_deals(portal.client(), directory)
    assert reading.proof.complete
    assert [int(row.ext_id) for row in reading.rows] == [*range(1, 700), 900]


def test_an_export_survives_every_kind_of_fault(portal: HandPortal, directory: Directory) -> None:
    portal.lists["2"] = [deal(number) for number in range(1, 3001)]
    busy, blocked = answer({"error": "QUERY_LIMIT_EXCEEDED"}, 503), answer({"error": "OPERATION_TIME_LIMIT"}, 429)
    portal.faults = [busy, None, html(502), busy, blocked, None, httpx.ReadTimeout("slow"), html(200), None, busy]
    portal.command_errors = {
        "deals3": [{"error": "OPERATION_TIME_LIMIT"}],
        "deals7": [{"error": "INTERNAL_SERVER_ERROR"}],
    }
    reading = full_deals(portal.client(), directory)
    assert reading.proof.complete
    assert [int(row.ext_id) for row in reading.rows] == list(range(1, 3001))


def test_a_portal_that_never_answers_is_a_trouble(portal: HandPortal, directory: Directory) -> None:
    portal.faults = [httpx.ConnectError("refused")] * 3
    with pytest.raises(Unreachable):
        full_deals(portal.client(), directory)


def test_a_portal_that_stops_answering_leaves_the_reading_incomplete(portal: HandPortal, directory: Directory) -> None:
    portal.lists["2"] = [deal(number) for number in range(1, 500)]
    portal.faults = [None, *[html(502)] * 3]
    reading = full_deals(portal.client(), directory)
    assert (reading.proof.complete, len(reading.rows)) == (False, 50)
    assert "HTTP 502" in reading.proof.trouble


def test_a_family_without_rights_costs_only_itself(portal: HandPortal, directory: Directory) -> None:
    portal.lists["2"] = [deal(1)]
    portal.command_errors = {"users0": [{"error": "insufficient_scope"}]}
    deals, users = portal.client().changes({"deals": None, "users": None}, directory)
    assert (deals.proof.complete, users.proof.complete) == (True, False)


def test_lines_of_many_deals_come_in_one_request(portal: HandPortal, directory: Directory) -> None:
    portal.lists["crm.item.productrow.list"] = [line(number, number % 600 + 1) for number in range(1, 1801)]
    client = portal.client()
    reading = client.lines([str(number) for number in range(1, 601)], 1800)
    assert client.sent == 1
    assert (len(reading.rows), reading.proof.complete, len(reading.owners)) == (1800, True, 600)


def test_a_line_is_what_the_client_pays(portal: HandPortal) -> None:
    portal.lists["crm.item.productrow.list"] = [line(5, 351, price=899.105, quantity=1.5, productId=0)]
    reading = portal.client().lines(["351", "352"], 0)
    assert reading.rows == (
        DealLine(ext_id="5", deal_id="351", product_id="", name="Pump", price_kopecks=89911, amount_thousandths=1500),
    )
    assert reading.owners == ("351", "352")


def test_a_line_that_cannot_be_understood_damages_its_deal_only(portal: HandPortal) -> None:
    rows = [line(1, 351), line(2, 352, price="1e3"), line(3, 353, quantity=None), line(4, 354)]
    portal.on_page = lambda _key, _rows: [*rows, line(5, 354, ownerId=[355])]
    reading = portal.client().lines(["351", "352", "353", "354"], 5)
    assert [row.ext_id for row in reading.rows] == ["1", "4"]
    assert (reading.damaged, reading.proof.complete) == ({"352", "353"}, True)


def test_rows_of_deals_that_were_not_asked_for_are_not_believed(portal: HandPortal) -> None:
    portal.on_page = lambda _key, _rows: [line(5, 999)]
    proof = portal.client().lines(["351"], 1).proof
    assert (proof.complete, "the filter was not applied" in proof.trouble) == (False, True)


def test_lines_of_no_deal_are_none(portal: HandPortal) -> None:
    portal.results["server.time"] = "2026-09-21T10:13:20+03:00"
    reading = portal.client().lines([], 0)
    assert (reading.rows, reading.proof.complete, reading.proof.full) == ((), True, False)


def test_given_deals_are_read_again_and_the_absent_are_absent(portal: HandPortal, directory: Directory) -> None:
    portal.lists["2"] = [deal(number) for number in range(1, 200) if number != 77]
    client = portal.client()
    reading = client.deals([str(number) for number in range(1, 200)], directory)
    assert {row.ext_id for row in reading.rows} == {str(number) for number in range(1, 200) if number != 77}
    assert (reading.proof.complete, client.sent, "77" in reading.owners) == (True, 1, True)


def test_the_portals_time_is_that_of_its_first_answer(portal: HandPortal) -> None:
    portal.results["server.time"] = "2026-09-21T10:13:20+03:00"
    client = portal.client()
    assert client.server_time() == START
    portal.clock.wait(60)
    assert client.server_time() == START
    assert (client.sent, START.tzinfo) == (1, UTC)


def test_nothing_of_a_trouble_shows_the_webhook(portal: HandPortal, directory: Directory) -> None:
    portal.faults = [httpx.ConnectError("cannot reach https://portal.example/rest/1/s3cr3tcode/batch.json")] * 3
    with pytest.raises(SystemTrouble) as caught:
        full_deals(portal.client(), directory)
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(41, "Москва"), ("41", "Москва"), ([41, 42], "Москва"), (99, ""), (None, ""), (False, ""), ([], ""), ("", "")],
)
def test_a_list_field_shows_the_text_of_its_option(directory: Directory, value: object, shown: str) -> None:
    assert directory.layout["deal"]["branch"].shown(value) == shown


def test_the_clock_of_the_machine_does_not_matter(portal: HandPortal, directory: Directory) -> None:
    portal.lists["2"] = [deal(1, createdTime="2005-06-01T09:00:00+04:00")]
    (row,) = full_deals(portal.client(), directory).rows
    assert row.created_at == datetime(2005, 6, 1, 5, tzinfo=UTC)


def test_a_family_that_is_not_asked_for_is_not_read(portal: HandPortal, directory: Directory) -> None:
    portal.lists["2"] = []
    portal.client().changes({"deals": START}, directory)
    assert set(portal.commands(0)) == {"deals0", "deals_witness"}


def test_an_unknown_family_is_a_mistake_of_ours(portal: HandPortal, directory: Directory) -> None:
    with pytest.raises(KeyError):
        portal.client().changes({"leads": START}, directory)
