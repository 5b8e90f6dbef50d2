"""What debts hang on: objects of settlements and analytic keys, which the infobase makes when documents are written.

Which object a document takes follows from the order of settlements agreed upon (contract §5.2, §5.4).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sandbox.systems.onec.base import Base, Row
from sandbox.systems.onec.model import catalogs as sets
from sandbox.systems.onec.model.catalogue import RESOURCES
from sandbox.systems.onec.model.kinds import EMPTY_REF, UNDEFINED

_KIND_OF_OBJECT = {
    sets.ORDER: "Заказ", sets.CONTRACTS: "Договор", sets.SHIPMENT: "Накладная", sets.PAYMENT: "ПлатежВозврат",
}  # fmt: skip
_BY_CONTRACT, _BY_ORDER = "ПоДоговорамКонтрагентов", ("ПоЗаказам", "ПоЗаказамНакладным")


def typed(name: str, prop: str, key: str) -> dict[str, str]:
    """Return a composite property that refers to an object of a set, or to nothing."""
    empty = key in ("", EMPTY_REF)
    return {prop: "" if empty else key, f"{prop}_Type": UNDEFINED if empty else f"StandardODATA.{name}"}


def settlement_object(base: Base, name: str, row: Row) -> str:
    """Return the guid of the object that a document or a contract is settled by, made or brought up to date."""
    order = row.get("ЗаказКлиента", "") if name == sets.SHIPMENT else ""
    how = _settled_by(base, row)
    if name != sets.CONTRACTS and how == _BY_CONTRACT and row.get("Договор_Key", EMPTY_REF) in base.settled:
        return base.settled[row["Договор_Key"]]
    if order in base.settled and (how in _BY_ORDER or not how):
        return base.settled[order]
    return object_of(base, name, row)


def object_of(base: Base, name: str, row: Row) -> str:
    """Return the guid of the object that stands for this very document or contract, made or brought up to date."""
    key = base.settled.get(row["Ref_Key"])
    kept = base.row(sets.OBJECTS, key or "") or {**RESOURCES[sets.OBJECTS].empty(), "Ref_Key": key or base.next_guid()}
    changes = _described(name, row)
    if any(kept[prop] != value for prop, value in changes.items()):
        kept |= changes
        base.put(sets.OBJECTS, kept)
    base.settled[row["Ref_Key"]] = kept["Ref_Key"]
    return str(kept["Ref_Key"])


def counterparty_key(base: Base, settled: str) -> str:
    """Return the analytic key of an object of settlements; the key of nobody for one that does not exist."""
    row = base.row(sets.OBJECTS, settled)
    if row is None:
        return EMPTY_REF
    own = (row["Партнер_Key"], row["Организация_Key"], row["Контрагент"] or EMPTY_REF, row["Договор"] or EMPTY_REF)
    return analytic_key(base, own)


def analytic_key(base: Base, owner: tuple[str, str, str, str]) -> str:
    """Return the key of (partner, organisation, counterparty, contract), made at the first need."""
    if owner not in base.keys:
        partner, organization, counterparty, contract = owner
        row = RESOURCES[sets.ANALYTICS].empty() | {
            "Ref_Key": base.next_guid(),
            "Партнер_Key": partner,
            "Организация_Key": organization,
            **typed(sets.COUNTERPARTIES, "Контрагент", counterparty),
            **typed(sets.CONTRACTS, "Договор", contract),
        }
        base.put(sets.ANALYTICS, row)
        base.keys[owner] = row["Ref_Key"]
    return base.keys[owner]


def _settled_by(base: Base, row: Row) -> str:
    contract = base.row(sets.CONTRACTS, row.get("Договор_Key", "")) or {}
    agreement = base.row(sets.AGREEMENTS, row.get("Соглашение_Key", "")) or {}
    words = (terms.get("ПорядокРасчетов", "") for terms in (row, contract, agreement))
    return next((str(word) for word in words if word), "")


def _described(name: str, row: Row) -> dict[str, Any]:
    """Return what an object of settlements says of the document or contract that it stands for."""
    if name == sets.CONTRACTS:
        contract, number, when = row["Ref_Key"], row["Номер"], row["Дата"]
    else:
        contract = row["Договор_Key"] if "Договор_Key" in row else row["Договор"]
        number, when = row["Number"], row["Date"]
    currency = row["ВалютаВзаиморасчетов_Key"] if name == sets.CONTRACTS else row["Валюта_Key"]
    return {
        "Description": f"{RESOURCES[name].title} {number}",
        **typed(name, "Объект", row["Ref_Key"]),
        "ТипОбъектаРасчетов": _KIND_OF_OBJECT[name],
        "ТипРасчетов": "РасчетыСКлиентами",
        "Номер": number,
        "Дата": when,
        "Сумма": row.get("СуммаДокумента", Decimal()),
        "Валюта_Key": currency,
        "ВалютаВзаиморасчетов_Key": currency,
        "Партнер_Key": row["Партнер_Key"],
        "Организация_Key": row["Организация_Key"],
        **typed(sets.COUNTERPARTIES, "Контрагент", row["Контрагент_Key"]),
        **typed(sets.CONTRACTS, "Договор", contract),
        **typed(sets.AGREEMENTS, "Соглашение", row.get("Соглашение_Key", EMPTY_REF)),
        "Менеджер_Key": row.get("Менеджер_Key", EMPTY_REF),
    }
