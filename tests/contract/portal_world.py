"""The small world of the tests of the portal's client: its vocabulary, its deals and their lines."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.contract.vendors import START, Row, stamp

FIELDS = {"deal": {"branch": "Филиал", "ledger_order": "Номер заказа"}, "client": {"trusted": "Постоянный клиент"}}
OLD, FRESH = START - timedelta(days=30), START - timedelta(minutes=5)
SINCE = START - timedelta(minutes=10)


def custom(name: str, title: str, **more: Any) -> Row:
    return {"type": "string", "title": title, "upperName": name, **more}


def stages(funnel: str, *rows: tuple[str, str, str | None]) -> list[Row]:
    return [
        {
            "ID": str(n),
            "ENTITY_ID": funnel,
            "STATUS_ID": code,
            "NAME": name,
            "SORT": str(n * 10),
            "SEMANTICS": semantics,
        }
        for n, (code, name, semantics) in enumerate(rows, 1)
    ]


def vocabulary(**changes: Any) -> dict[str, Any]:
    return {
        "crm.category.list": {"categories": [{"id": 0, "name": "Общая"}, {"id": 9, "name": "Магазин"}]},
        "crm.status.list": [
            *stages("DEAL_STAGE", ("NEW", "Новая", None), ("WON", "Успех", "S")),
            *stages("DEAL_STAGE_9", ("C9:NEW", "Новая заявка", None), ("C9:LOSE", "Провал", "F")),
            *stages("SOURCE", ("CALL", "Звонок", None)),
            *stages("DEAL_STAGE_4", ("C4:NEW", "Чужая воронка", None)),
        ],
        "catalog.catalog.list": {"catalogs": [{"id": 23, "iblockId": 23}]},
        "crm.item.fields": {"fields": {
            "title": {"type": "string", "title": "Название", "upperName": "TITLE"},
            "UF_CRM_1": custom("UF_CRM_1", "Филиал", type="enumeration", items=[{"ID": "41", "VALUE": "Москва"}]),
            "UF_CRM_2": custom("UF_CRM_2", "Номер заказа"),
            "ufCrm_3": custom("UF_CRM_3", "Постоянный клиент", type="boolean"),
        }},
        **changes,
    }  # fmt: skip


def deal(number: int, **changes: Any) -> Row:
    return {
        "id": number, "title": f"Deal {number}", "categoryId": 9, "stageId": "C9:NEW", "stageSemanticId": "P",
        "opportunity": 125000.5, "currencyId": "RUB", "companyId": 5, "contactId": 0, "assignedById": 6,
        "createdTime": stamp(OLD), "updatedTime": stamp(OLD), "movedTime": None, "movedBy": 6, "updatedBy": 8,
        "sourceId": "WEB", "originId": None, "isRecurring": "N", "UF_CRM_1": 41, "UF_CRM_2": None, **changes,
    }  # fmt: skip


def line(number: int, owner: int, **changes: Any) -> Row:
    row = {
        "id": number,
        "ownerId": owner,
        "ownerType": "D",
        "productId": 450,
        "productName": "Pump",
        "price": 899.1,
        "quantity": 1,
    }
    return {**row, **changes}
