"""Real input: a trader nobody here wrote (122 customers, 326 orders, 2,996 lines, 273 payments), through the same commands a user runs."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sandbox.people import Person
from tests.e2e.town import COMPANY, ROOT, control, serve, sverka

DEALERS = ROOT.parent / "shared" / "data" / "dealers"
pytestmark = pytest.mark.skipif(
    not DEALERS.is_dir(), reason="the sample trader's data does not lie beside this checkout"
)

STAGES = {"Резерв": 6, "Отгружено/не оплачено": 59}


class World:
    """The trader in the sandbox, and what can be asked of it."""

    def __init__(self, ready: dict[str, Any], folder: Path) -> None:
        self.ready = ready
        self.env = {**ready["env"], "SVERKA_DATABASE_URL": f"sqlite:///{folder}/sverka.db"}
        self.owner = Person(ready, COMPANY, "owner")

    def run(self, *options: str) -> dict[str, Any]:
        whole = json.loads(sverka("run", "agreement", "--company", COMPANY, "--json", *options, env=self.env))
        report: dict[str, Any] = whole["companies"][0]
        return report

    def effects(self, since: int = 0) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = control(self.ready["control"], f"/_world/effects?since={since}")
        return [row for row in rows if row["by"] == "worker"]

    def last(self) -> int:
        return max((row["n"] for row in control(self.ready["control"], "/_world/effects?since=0")), default=0)

    def walk(self, model: str, **filters: Any) -> list[dict[str, Any]]:
        return list(self.owner._ledger.walk(model, filters))

    def deals_at(self, stage: str) -> list[dict[str, Any]]:
        code = self.owner._stage(0, stage)
        params = {"entityTypeId": 2, "select": ["id", "title", "opportunity", "companyId"], "filter": {"stageId": code}}
        return list(self.owner._portal.walk("crm.item.list", params, "items"))

    def trusted(self) -> set[int]:
        fields = self.owner.bitrix("crm.item.fields", {"entityTypeId": 4, "useOriginalUfNames": "Y"})["fields"]
        flag = next(name for name, field in fields.items() if field["title"] == "Постоянный клиент")
        params = {"entityTypeId": 4, "select": ["id"], "filter": {flag: 1}, "useOriginalUfNames": "Y"}
        return {row["id"] for row in self.owner._portal.walk("crm.item.list", params, "items")}

    def orders(self) -> dict[int, dict[str, Any]]:
        """Deal → its order; fails if a deal has two."""
        found: dict[int, dict[str, Any]] = {}
        for order in self.walk("customerorders"):
            deal = next(int(word[5:]) for word in order["comment"].split() if word.startswith("deal:"))
            assert deal not in found, f"deal {deal} has two orders"
            found[deal] = order
        return found


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with serve("--load", str(DEALERS), "--limits", "off") as ready:
        yield World(ready, tmp_path_factory.mktemp("dealers"))


@pytest.fixture(scope="module")
def first(world: World) -> dict[str, Any]:
    return world.run()


def test_the_first_run_makes_what_is_missing(first: dict[str, Any]) -> None:
    assert first["outcome"] == "done"
    assert (first["done"]["order.create"], first["done"]["order.lines"], first["done"]["reserve.create"]) == (65, 65, 6)
    assert (first["unknown"], first["failed"]) == (0, 0)


@pytest.mark.usefixtures("first")
def test_every_deal_that_requires_an_order_has_exactly_one_with_equal_lines_and_sums(world: World) -> None:
    orders = world.orders()
    deals = {deal["id"]: deal for stage in STAGES for deal in world.deals_at(stage)}
    assert set(orders) == set(deals)
    assert len(orders) == 65
    articles = {row["id"]: row["part"] for row in world.walk("goods")}
    held: dict[str, Counter[tuple[str, Decimal]]] = defaultdict(Counter)
    for line in world.walk("customerordergoods"):
        held[line["customer_order_id"]][articles[line["good_id"]], Decimal(line["price"])] += Decimal(line["amount"])
    wanted = _lines_of_deals(world, list(deals))
    assert {deal: held[order["id"]] for deal, order in orders.items()} == wanted
    assert sum(len(lines) for lines in held.values()) == 607
    assert sum(Decimal(order["sum"]) for order in orders.values()) == Decimal("1989949.22")


@pytest.mark.usefixtures("first")
def test_deals_at_the_reserve_hold_their_goods(world: World) -> None:
    orders = world.orders()
    held = {row["customer_order_id"] for row in world.walk("reservations") if row["held"]}
    reserved = {orders[deal["id"]]["id"]: Decimal(orders[deal["id"]]["sum"]) for deal in world.deals_at("Резерв")}
    assert held == set(reserved)
    assert sum(reserved.values()) == Decimal("135271.52")


@pytest.mark.usefixtures("first")
def test_trusted_clients_goods_have_left_as_far_as_the_store_has_them_and_nobody_elses(world: World) -> None:
    orders = {order["id"]: deal for deal, order in world.orders().items()}
    waiting = {deal["id"]: deal["companyId"] for deal in world.deals_at("Отгружено/не оплачено")}
    trusted = world.trusted()
    shipments = world.walk("realizations")
    assert {orders[row["customer_order_id"]] for row in shipments} == {
        deal for deal, client in waiting.items() if client in trusted
    }
    posted = [row for row in shipments if row["held"]]
    assert 50 <= len(posted) < len(shipments) == len({row["customer_order_id"] for row in shipments})
    sums = {row["id"]: row["sum"] for row in world.walk("customerorders")}
    assert [row["sum"] for row in shipments] == [sums[row["customer_order_id"]] for row in shipments]
    assert all(Decimal(row["amount"]) >= 0 for row in world.walk("storegoods"))


@pytest.mark.usefixtures("first")
def test_a_second_run_plans_nothing_and_writes_nothing(world: World) -> None:
    before = world.last()
    report = world.run()
    assert report["planned"] == {}
    assert world.effects(before) == []


@pytest.mark.soak
@pytest.mark.usefixtures("first")
def test_a_person_adds_a_line_loses_a_deal_and_brings_it_back(world: World) -> None:
    manager = Person(world.ready, COMPANY, "manager")
    grown, lost = (deal["id"] for deal in world.deals_at("Резерв")[:2])
    orders = world.orders()
    goods = {row["part"]: row["id"] for row in world.walk("goods")}
    mark = world.last()

    manager.add_line(grown, "S10_1678", 2, "80.50")
    world.run()
    kinds = Counter(effect["kind"] for effect in world.effects(mark))
    assert kinds == {"POST customerordergoods": 1, "POST reservationgoods": 1}
    assert goods["S10_1678"] in {
        line["good_id"] for line in world.walk("customerordergoods", customer_order_id=orders[grown]["id"])
    }

    mark = world.last()
    manager.move_deal(lost, "lost")
    world.run()
    assert Counter(effect["kind"] for effect in world.effects(mark)) == {"PUT reservations": 1, "PUT customerorders": 1}
    assert [row["held"] for row in world.walk("reservations", customer_order_id=orders[lost]["id"])] == [False]
    assert _status(world, orders[lost]["id"]) == "Отменён"

    mark = world.last()
    manager.move_deal(lost, "Резерв")
    world.run()
    assert Counter(effect["kind"] for effect in world.effects(mark)) == {"PUT reservations": 1, "PUT customerorders": 1}
    assert [row["held"] for row in world.walk("reservations", customer_order_id=orders[lost]["id"])] == [True]
    assert _status(world, orders[lost]["id"]) == "Новый"
    assert world.run()["planned"] == {}


@pytest.mark.usefixtures("first")
def test_an_unchanged_world_costs_few_requests_and_no_write(world: World) -> None:
    control(world.ready["control"], "/_world/clock", {"forward_s": 900})
    world.run()
    since = max(row["n"] for row in control(world.ready["control"], "/_world/requests?since=0"))
    world.run()
    rows = [row for row in control(world.ready["control"], f"/_world/requests?since={since}") if row["by"] == "worker"]
    assert [row for row in rows if row["write"]] == []
    assert sum(row["system"] == "bitrix24" for row in rows) <= 3


def _lines_of_deals(world: World, deals: list[int]) -> dict[int, Counter[tuple[str, Decimal]]]:
    articles = {row["id"]: row["xmlId"] for row in world.owner._products.values()}
    lines: dict[int, Counter[tuple[str, Decimal]]] = {deal: Counter() for deal in deals}
    for deal in deals:
        params = {"filter": {"=ownerType": "D", "=ownerId": deal}}
        for row in world.owner._portal.walk("crm.item.productrow.list", params, "productRows"):
            lines[deal][articles[row["productId"]], Decimal(str(row["price"])).quantize(Decimal("0.01"))] += Decimal(
                str(row["quantity"])
            )
    return lines


def _status(world: World, order_id: str) -> str:
    names = {row["id"]: row["name"] for row in world.walk("customerorderstatus")}
    return names[world.walk("customerorders", id=order_id)[0]["status_id"]]
