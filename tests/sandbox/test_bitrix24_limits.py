"""The cloud's brakes: the bucket of requests and the time that methods use up, both on the world's clock."""

from __future__ import annotations

import pytest
from bitrix24_portal import DEAL, Desk


def _statuses(desk: Desk, times: int, method: str = "server.time", ip: str = "10.0.0.1") -> list[int]:
    return [desk.worker.ask(method, ip=ip).status for _ in range(times)]


def test_the_fifty_first_request_of_a_burst_is_refused_and_two_a_second_drain() -> None:
    desk = Desk(limits="vendor")
    assert _statuses(desk, 52) == [200] * 50 + [503, 503]
    desk.clock.forward(1)
    assert _statuses(desk, 3) == [200, 200, 503]
    desk.clock.forward(60)
    assert _statuses(desk, 51) == [200] * 50 + [503]


def test_two_requests_a_second_never_meet_the_bucket() -> None:
    desk = Desk(limits="vendor")
    for _ in range(200):
        assert _statuses(desk, 1) == [200]
        desk.clock.forward(0.5)


def test_the_bucket_is_kept_by_address_and_a_batch_is_one_request() -> None:
    desk = Desk(limits="vendor")
    for _ in range(50):
        desk.worker.batch(["server.time"] * 50)
    assert desk.worker.refusal("server.time") == (503, "QUERY_LIMIT_EXCEEDED")
    assert _statuses(desk, 1, ip="10.0.0.2") == [200]


def test_without_limits_nothing_is_counted() -> None:
    desk = Desk()
    assert set(_statuses(desk, 200)) == {200}
    assert "operating" not in desk.worker.answer("server.time")["time"]
    assert desk.portal.state.usage.buckets == {}


@pytest.mark.parametrize(
    ("method", "params", "price_s"),
    [
        ("server.time", {}, 0.1),
        ("crm.deal.list", {}, 0.25),
        ("crm.item.list", {"entityTypeId": DEAL}, 0.25),
        ("crm.item.productrow.list", {"filter": {"=ownerType": "D", "=ownerId": 1001}}, 0.25),
        ("crm.item.get", {"entityTypeId": DEAL, "id": 1001}, 0.1),
        ("tasks.task.list", {}, 0.1),
        ("crm.deal.update", {"id": 1001, "fields": {}}, 1.35),
        ("crm.item.update", {"entityTypeId": DEAL, "id": 1001, "fields": {}}, 3.2),
        ("crm.item.add", {"entityTypeId": DEAL, "fields": {}}, 1.0),
    ],
    ids=str,
)
def test_each_method_uses_up_its_time(method: str, params: dict[str, object], price_s: float) -> None:
    desk = Desk(limits="vendor")
    desk.deal()
    given = params if method != "crm.deal.update" else {"id": 1001, "fields": {"TITLE": "x"}}
    seen = [desk.worker.answer(method, given)["time"]["operating"] for _ in range(3)]
    assert seen == pytest.approx([price_s, 2 * price_s, 3 * price_s])


def test_a_method_over_its_time_is_refused_until_its_oldest_minute_drops_out() -> None:
    desk = Desk(limits="vendor", switches={"operating_limit_s": 10, "bucket_size": 1_000})
    deal = desk.deal()
    update = {"entityTypeId": DEAL, "id": deal, "fields": {"title": "x"}}
    reset_at = 0
    for _ in range(4):
        time = desk.worker.answer("crm.item.update", update)["time"]
        reset_at = reset_at or time["operating_reset_at"]
        assert time["operating_reset_at"] == reset_at
        desk.clock.forward(30)
    assert desk.worker.refusal("crm.item.update", update) == (429, "OPERATION_TIME_LIMIT")
    assert desk.owner.ask("crm.item.update", update).status == 200
    assert desk.worker.ask("crm.deal.update", {"id": deal, "fields": {"TITLE": "y"}}).status == 200
    desk.clock.forward(reset_at - desk.clock.now().timestamp() - 1)
    assert desk.worker.refusal("crm.item.update", update)[0] == 429
    desk.clock.forward(1)
    assert desk.worker.answer("crm.item.update", update)["time"]["operating"] == pytest.approx(9.6)


def test_a_refused_call_does_nothing() -> None:
    desk = Desk(limits="vendor", switches={"operating_limit_s": 3})
    deal = desk.deal()
    desk.worker.update(deal, title="первое")
    assert (
        desk.worker.refusal("crm.item.update", {"entityTypeId": DEAL, "id": deal, "fields": {"title": "второе"}})[0]
        == 429
    )
    assert desk.owner.item(deal)["title"] == "первое"
    assert len(desk.journal.effects) == 1


def test_a_batch_is_partly_refused_when_one_method_runs_out_of_time() -> None:
    desk = Desk(limits="vendor", switches={"operating_limit_s": 3})
    deal = desk.deal()
    commands = [f"crm.item.update?entityTypeId=2&id={deal}&fields[title]={n}" for n in range(3)] + ["server.time"]
    answer = desk.worker.batch(commands)
    assert answer["result"].keys() == {"0", "3"}
    assert {each["error"] for each in answer["result_error"].values()} == {"OPERATION_TIME_LIMIT"}
    assert answer["result_time"]["0"]["operating"] == 3.2


def test_a_batch_may_be_billed_to_itself_instead() -> None:
    desk = Desk(limits="vendor", switches={"operating_limit_s": 3, "batch_billing": "batch"})
    deal = desk.deal()
    commands = [f"crm.item.update?entityTypeId=2&id={deal}&fields[title]={n}" for n in range(3)]
    answer = desk.worker.answer("batch", {"cmd": commands})
    assert answer["time"]["operating"] == pytest.approx(9.6)
    assert answer["result"]["result_error"] == []
    assert desk.worker.refusal("batch", {"cmd": ["server.time"]}) == (429, "OPERATION_TIME_LIMIT")
    assert (
        desk.worker.answer("crm.item.update", {"entityTypeId": 2, "id": deal, "fields": {}})["time"]["operating"] == 3.2
    )


def test_a_portal_may_not_show_its_counters() -> None:
    desk = Desk(limits="vendor", switches={"operating": False})
    assert "operating_reset_at" not in desk.worker.answer("server.time")["time"]


def test_a_clock_set_back_opens_the_windows() -> None:
    desk = Desk(limits="vendor", switches={"operating_limit_s": 0})
    desk.worker.call("server.time")
    assert desk.worker.refusal("server.time")[0] == 429
    desk.clock.forward(-3_600)
    assert desk.worker.ask("server.time").status == 200
