"""Days at random: people edit deals while both systems fail in every way; in the end all agrees and nothing is doubled."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from sandbox.faults import Fault
from tests.e2e.town import COMPANY, Town, town

SHOP = "Интернет-магазин"
PRICES = {"HL-HELLA-3R-5": 8900, "LAMP-D2S-PHILIPS": 4200, "SEAL-ORCA-45": 1450, "LAMP-H7-OSRAM": 2350}
CLIENTS = [
    "Елена Тихонова",
    "Алексей Воронцов",
    "Марина Соловьёва",
    "Руслан Ахметов",
    "Дмитрий Журавлёв",
    "ООО «Детейлинг Лаб»",
]
LEDGER, PORTAL = "business_ru", "bitrix24"
Lines = list[tuple[str, int, int]]


def some_lines(dice: Random) -> Lines:
    return [
        (article, dice.randint(1, 3), PRICES[article]) for article in dice.sample(sorted(PRICES), dice.randint(1, 3))
    ]


def work_through(world: Town, dice: Random, faults: list[tuple[str, str]], rounds: int) -> dict[int, tuple[Lines, str]]:
    """Let people and the worker go on while requests fail; return what the deals hold in the end."""
    manager = world.person()
    deals: dict[int, tuple[Lines, str]] = {}
    for client in CLIENTS:
        lines = some_lines(dice)
        deals[manager.make_deal(SHOP, "Резерв", client, lines, Филиал="Москва")] = (lines, "Резерв")
    for _ in range(rounds):
        for system, kind in faults:
            world.sandbox.world.faults.arm(Fault(COMPANY, system, kind, None, 0.35, Random(dice.random()), 0.05))
        world.run(dice.choice(["agreement", "agreement", "agreement", "sweep", "outbox"]))
        world.sandbox.world.faults.clear()
        for deal in dice.sample(list(deals), 2):
            deals[deal] = change(world, dice, deal, *deals[deal])
        world.later(minutes=2)
    return deals


def change(world: Town, dice: Random, deal: int, lines: Lines, stage: str) -> tuple[Lines, str]:
    manager = world.person()
    if dice.random() < 0.5:
        lines = some_lines(dice)
        manager.set_lines(deal, lines)
    else:
        stage = "Резерв" if stage == "lost" else "lost"
        manager.move_deal(deal, stage)
    return lines, stage


def check(world: Town, deal: int, lines: Lines, stage: str) -> None:
    orders = world.orders_of(deal)
    if stage == "lost" and not orders:
        return
    assert len(orders) == 1
    statuses = {row["id"]: row["name"] for row in world.rows("customerorderstatus")}
    held: Counter[str] = Counter()
    for reserve in world.reserves_of(orders[0]):
        for line in world.rows("reservationgoods", reservation_id=reserve["id"]) if reserve["held"] else ():
            held[line["good_id"]] += int(line["amount"])
    if stage == "lost":
        assert (statuses[orders[0]["status_id"]], held) == ("Отменён", Counter())
        return
    wanted = sorted((str(amount), f"{price}.00") for _, amount, price in lines)
    assert sorted((amount, price) for _, amount, price in world.lines_of(orders[0])) == wanted
    assert sorted(held.values()) == sorted(amount for _, amount, _ in lines)
    assert statuses[orders[0]["status_id"]] == "Новый"


@pytest.mark.parametrize(
    ("seed", "faults"),
    [
        pytest.param(1, [(LEDGER, "timeout_after")], id="answers of the ledger lost"),
        pytest.param(2, [(LEDGER, "reset"), (LEDGER, "http_503")], id="lines cut, windows closed"),
        pytest.param(
            3,
            [(PORTAL, "half_page"), (LEDGER, "half_page"), (LEDGER, "timeout_after")],
            id="half pages and lost answers",
        ),
        pytest.param(
            4, [(LEDGER, "half_body"), (LEDGER, "rows_move"), (PORTAL, "duplicate_rows")], id="half bodies, moving rows"
        ),
        pytest.param(
            5, [(LEDGER, "maintenance"), (PORTAL, "timeout_after")], id="maintenance, answers of the portal lost"
        ),
    ],
)
def test_everything_agrees_after_days_of_edits_and_faults(
    tmp_path: Path, seed: int, faults: list[tuple[str, str]]
) -> None:
    with town(tmp_path, sockets=False) as world:
        deals = work_through(world, Random(seed), faults, rounds=6)
        for _ in range(3):
            world.later(minutes=15)
            last = world.run()
        assert (last["outcome"], last["planned"], last["unknown"], last["findings"]) == ("done", {}, 0, {})
        for deal, (lines, stage) in deals.items():
            check(world, deal, lines, stage)
        assert max(Counter(row["name"] for row in world.rows("partners")).values()) == 1
