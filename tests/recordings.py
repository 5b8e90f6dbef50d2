"""True rows for the tests of parsers: what the emulators answer to the product's own questions after a morning of work.

They are asked in this process, as the owner who may see all; the numbers are read exactly, as the product reads them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sverka.systems.bitrix24 import families
from sverka.systems.bitrix24.directory import Directory
from sverka.systems.bitrix24.question import Question
from sverka.systems.bitrix24.shop import bindings_of, changed_orders
from sverka.systems.business_ru.models import BANK_LINKS, CASH_LINKS, FAMILIES, REFERENCES, Model
from sverka.systems.values import parse_json
from tests.e2e.town import COMPANY, Town, town
from tests.strategies import Row

SHOP = "Интернет-магазин"
LENS, LAMP = "HL-HELLA-3R-5", "LAMP-D2S-PHILIPS"


@dataclass(frozen=True)
class Recording:
    """What came.

    portal: name of a family → its questions, each with the rows that it brought. shop: orders of the store, whole. ledger: model → rows.
    """

    directory: Directory
    portal: Mapping[str, Sequence[tuple[Question[Any], list[Row]]]]
    shop: Sequence[Row]
    ledger: Mapping[str, tuple[Model, list[Row]]]


def record(folder: Path) -> Recording:
    """Let a company work for a morning and ask its systems."""
    with town(folder, sockets=False) as place:
        order_id = _work(place)
        desk = place.app.desk(place.app.chosen(COMPANY)[0])
        directory = desk.portal.directory(desk.field_titles)
        asked = {name: families.questions(name, None, directory) for name in families.FAMILIES}
        asked["lines"] = families.lines_of([str(deal) for deal in place.person("owner").find_deals()], 10)
        asked["shop"] = [changed_orders(None), bindings_of([str(order_id)])]
        shop = exact(place.person("owner").bitrix("sale.order.get", {"id": order_id})["order"])
        portal = {name: [(each, _rows(place, each)) for each in questions] for name, questions in asked.items()}
        return Recording(directory, portal, [shop], _ledger(place))


def exact(answer: Any) -> Any:
    """Return an answer as the product's own reading of JSON would."""
    return parse_json(json.dumps(answer).encode())


def _work(place: Town) -> int:
    manager, owner = place.person(), place.person("owner")
    manager.make_deal(SHOP, "Резерв", "Алексей Воронцов", [(LENS, 1, 8900), (LAMP, 3, 4321)], Филиал="Москва")
    sold = manager.make_deal(SHOP, "Отгружено/не оплачено", "Алексей Воронцов", [(LENS, 2, 8900)], Филиал="Москва")
    manager.make_deal(SHOP, "Резерв", "Марина Соловьёва", [(LENS, 50, "8900.10")], Филиал="Москва")
    manager.missed_call("Марина Соловьёва")
    manager.answered_call("Марина Соловьёва")
    company = owner.bitrix("crm.item.add", {"entityTypeId": 4, "fields": {"title": "ООО «Вектор»"}})["item"]["id"]
    legal = {
        "ENTITY_TYPE_ID": 4,
        "ENTITY_ID": company,
        "PRESET_ID": 1,
        "ACTIVE": "Y",
        "RQ_INN": "7701234567",
        "RQ_KPP": "770101001",
    }
    owner.bitrix("crm.requisite.add", {"fields": legal})
    order_id = manager.place_shop_order("Алексей Воронцов", [(LAMP, 2, 4321)])
    place.run()
    owner.pay_bank(place.order_of(sold)["id"], 100)
    return int(order_id)


def _rows(place: Town, question: Question[Any]) -> list[Row]:
    command = question.page(0, 0)
    rows = place.person("owner").bitrix(command.method, command.params)
    for step in question.rows_at:
        rows = rows[step]
    return list(exact(rows))


def _ledger(place: Town) -> dict[str, tuple[Model, list[Row]]]:
    models = [*(model for family in FAMILIES.values() for model in family), *REFERENCES]
    ask = place.person("owner").ledger
    found = {model.name: (model, list(exact(ask("GET", model.name, {"limit": 20})))) for model in models}
    # Nobody paid at the desk this morning: such a link looks as one of the bank's.
    found[CASH_LINKS.name][1].extend(found[BANK_LINKS.name][1])
    return found
