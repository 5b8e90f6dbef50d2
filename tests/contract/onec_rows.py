"""Objects of 1C as it answers with them, for the tests of its client."""

from __future__ import annotations

from typing import Any

from sverka.domain.account_rows import Debt
from sverka.domain.proofs import Reading
from sverka.systems.onec.known import Analytic, Known, Paper
from tests.contract.onec_vendor import (
    AGEING,
    AGREEMENTS,
    CONTRACTS,
    COUNTERPARTIES,
    EMPTY,
    KEYS,
    NO_DATE,
    ORGANIZATIONS,
    PRICE_TYPES,
    RECEIPTS,
    RUB,
    SETTLEMENTS,
    SHIPMENTS,
    HandOnec,
    guid,
)
from tests.contract.vendors import START, Row

ENTITY, PARTNER, CLIENT, CONTRACT = guid(1, 2), guid(1, 3), guid(1, 4), guid(1, 5)
KEY, OBJECT, SHIPMENT = guid(1, 6), guid(1, 7), guid(1, 8)
WHOSE = {"entity_id": ENTITY, "partner_id": PARTNER, "counterparty_id": CLIENT, "contract_id": CONTRACT}
TYPE = "StandardODATA."


def organization(**more: Any) -> Row:
    return {
        "Ref_Key": ENTITY, "DataVersion": "AAAAAAABT9k=", "DeletionMark": False, "Description": "Техника ООО", "ИНН": "7700000001  ",
        "КПП": "770001001", **more,
    }  # fmt: skip


def counterparty(number: int = 1, **more: Any) -> Row:
    return {
        "Ref_Key": guid(number, 4), "DataVersion": "AAAAAAABT9k=", "DeletionMark": False, "Description": "Автодеталь ООО",
        "НаименованиеПолное": "ООО «Автодеталь»", "ИНН": "7701234567", "КПП": "770101001", "Партнер_Key": PARTNER,
        "ЮрФизЛицо": "ЮрЛицо", **more,
    }  # fmt: skip


def contract(number: int = 1, **more: Any) -> Row:
    return {
        "Ref_Key": guid(number, 5), "DataVersion": "AAAAAAABT9k=", "DeletionMark": False, "Номер": "24-118", "Дата": "2024-03-01T00:00:00",
        "Партнер_Key": PARTNER, "Контрагент_Key": CLIENT, "Организация_Key": ENTITY, "Статус": "Действует",
        "ОграничиватьСуммуЗадолженности": True, "ДопустимаяСуммаЗадолженности": 500000,
        "ЗапрещаетсяПросроченнаяЗадолженность": True, "УстановленСрокОплаты": True, "СрокОплаты": "21", **more,
    }  # fmt: skip


def agreement(*steps: tuple[str, str], number: int = 1, **more: Any) -> Row:
    return {
        "Ref_Key": guid(number, 11), "DataVersion": "AAAAAAABT9k=", "DeletionMark": False, "Партнер_Key": PARTNER,
        "Контрагент_Key": EMPTY, "Организация_Key": ENTITY, "ВидЦен_Key": guid(1, 12), "Статус": "Действует",
        "ЭтапыГрафикаОплаты": [{"ВариантОплаты": step, "Сдвиг": days} for step, days in steps], **more,
    }  # fmt: skip


def key(number: int = 1, **more: Any) -> Row:
    return {
        "Ref_Key": guid(number, 6), "Организация_Key": ENTITY, "Партнер_Key": PARTNER, "Контрагент": CLIENT,
        "Контрагент_Type": f"{TYPE}Catalog_Контрагенты", "Договор": CONTRACT,
        "Договор_Type": f"{TYPE}Catalog_ДоговорыКонтрагентов", **more,
    }  # fmt: skip


def ageing(debt: Any = 0, prepaid: Any = 0, number: int = 1, **more: Any) -> Row:
    return {
        "АналитикаУчетаПоПартнерам_Key": KEY, "ОбъектРасчетов_Key": OBJECT, "Валюта_Key": RUB,
        "РасчетныйДокумент": guid(number, 8), "РасчетныйДокумент_Type": f"{TYPE}{SHIPMENTS}",
        "ДатаПлановогоПогашения": "2026-09-10T00:00:00", "ДатаВозникновения": "2026-08-20T00:00:00",
        "ДолгBalance": debt, "ПредоплатаBalance": prepaid, **more,
    }  # fmt: skip


def balance(amount: Any, number: int = 1, **more: Any) -> Row:
    return {"АналитикаУчетаПоПартнерам_Key": guid(number, 6), "Валюта_Key": RUB, "СуммаBalance": amount, **more}


def shipment(number: int = 1, **more: Any) -> Row:
    return {
        "Ref_Key": guid(number, 8), "DataVersion": "AAAAAAABT9k=", "Number": "00УТ-000123", "Date": "2026-08-20T10:15:22",
        "СуммаДокумента": 184300.5, **more,
    }  # fmt: skip


def receipt(number: int = 1, **more: Any) -> Row:
    return {
        "Ref_Key": guid(number, 10), "DataVersion": "AAAAAAABT9k=", "DeletionMark": False, "Number": "00УТ-000045",
        "Date": "2026-09-18T09:00:00", "Posted": True, "Контрагент_Key": CLIENT, "Организация_Key": ENTITY, "СуммаДокумента": 50000,
        "НомерВходящегоДокумента": "311", "ПроведеноБанком": True, "ДатаПроведенияБанком": "2026-09-17T00:00:00",
        "НазначениеПлатежа": "Оплата по договору 24-118", "Валюта_Key": RUB, "ХозяйственнаяОперация": "ПоступлениеОплатыОтКлиента",
        "РасшифровкаПлатежа": [{"ОбъектРасчетов_Key": OBJECT, "Сумма": 30000}, {"ОбъектРасчетов_Key": EMPTY, "Сумма": 20000}], **more,
    }  # fmt: skip


def one_of_each() -> dict[str, list[Row]]:
    """Return a base in which one customer owes for one shipment, and has paid something ahead."""
    return {
        ORGANIZATIONS: [organization()], COUNTERPARTIES: [counterparty()], CONTRACTS: [contract()],
        AGREEMENTS: [agreement(("ПредоплатаДоОтгрузки", "0"), ("КредитСдвиг", "21"))], KEYS: [key()],
        AGEING: [ageing(84300.5, 0), ageing(0, 300.25, РасчетныйДокумент=EMPTY, ДатаПлановогоПогашения=NO_DATE)],
        PRICE_TYPES: [{"Ref_Key": guid(1, 12), "Description": "Дилерская"}],
        SETTLEMENTS: [balance(84000.25)], SHIPMENTS: [shipment()], RECEIPTS: [receipt()],
    }  # fmt: skip


def read(base: HandOnec, family: str, known: Known | None = None) -> Reading:
    """Read one family: anew, or on from what is known."""
    (reading,) = base.client().changes({family: START if known else None}, known or Known())
    return reading


def known_of(readings: tuple[Reading, ...]) -> Known:
    """Return what readings have made known, as a run would remember it."""
    rows = {each.proof.family: {row.ext_id: row for row in each.rows} for each in readings}
    papers = {
        row.document_id: Paper(row.number, row.issued_on, row.sum_kopecks)
        for row in rows.get("debts", {}).values()
        if isinstance(row, Debt)
    }
    return Known(rows, {KEY: Analytic(**WHOSE)}, papers)
