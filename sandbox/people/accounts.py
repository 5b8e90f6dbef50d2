"""What people do in 1C: clients and their terms, goods shipped on credit, money that comes, is allocated, is taken back.

A counterparty is named as 1C names it, sums are roubles, documents are named by their guids.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.people.keys import Keys, Number, only

_CLIENTS, _CONTRACTS, _AGREEMENTS = (
    "Catalog_Контрагенты", "Catalog_ДоговорыКонтрагентов", "Catalog_СоглашенияСКлиентами",
)  # fmt: skip
_SHIPMENT, _PAYMENT = "Document_РеализацияТоваровУслуг", "Document_ПоступлениеБезналичныхДенежныхСредств"
_TERMS = "AccumulationRegister_РасчетыСКлиентамиПоСрокам"
_OF_CONTRACT = "StandardODATA.Catalog_ДоговорыКонтрагентов"
_NOTHING = "00000000-0000-0000-0000-000000000000"
_PARTIES = ("Партнер_Key", "Контрагент_Key", "Организация_Key")


class AccountWork(Keys):
    """Work in 1C: the accountant's, and the manager's as far as it is done there."""

    def make_counterparty(
        self,
        name: str,
        inn: str,
        kpp: str = "",
        *,
        limit: Number | None = None,
        deferral_days: int = 0,
        price_type: str = "",
        forbids_overdue: bool = False,
    ) -> str:
        """Make a partner, a counterparty, an agreement and a contract in force; return the counterparty's guid.

        limit: None for a contract without one, 0 for prepayment only. price_type: "" leaves it open, as people do.
        """
        full = {"Description": name, "НаименованиеПолное": name}
        partner = self._base.create("Catalog_Партнеры", {**full, "Клиент": True})["Ref_Key"]
        described = {**full, "ИНН": inn, "КПП": kpp, "ЮрФизЛицо": "ЮрЛицо", "Партнер_Key": partner}
        client = str(self._base.create(_CLIENTS, described)["Ref_Key"])
        currency = self._base.rows("Catalog_Валюты")[0]["Ref_Key"]
        parties = {
            "Партнер_Key": partner,
            "Контрагент_Key": client,
            "Организация_Key": self._base.rows("Catalog_Организации")[0]["Ref_Key"],
            "ВалютаВзаиморасчетов_Key": currency,
            "ПорядокРасчетов": "ПоЗаказамНакладным",
        }
        kind = self._price_kind(price_type) if price_type else {}
        stages = {"ЭтапыГрафикаОплаты": [_agreed(deferral_days)], "ИспользуютсяДоговорыКонтрагентов": True}
        self._base.create(_AGREEMENTS, {**parties, **kind, **stages, "Валюта_Key": currency, "Статус": "Действует"})
        terms = {**_limit(limit), "УстановленСрокОплаты": deferral_days > 0, "СрокОплаты": deferral_days}
        terms |= {"ЗапрещаетсяПросроченнаяЗадолженность": forbids_overdue, "ТипДоговора": "СПокупателем"}
        self._base.create(_CONTRACTS, {**parties, **terms, "Статус": "Действует", "Description": f"Договор с {name}"})
        return client

    def change_limit(self, counterparty: str, roubles: Number | None) -> None:
        """Let the contract of a counterparty allow another debt; None for any."""
        self._base.change(_CONTRACTS, self._contract(counterparty)["Ref_Key"], _limit(roubles))

    def change_agreement(self, counterparty: str, price_type: str, deferral_days: int) -> None:
        """Agree with a counterparty on another kind of prices, "" for none, and another deferral."""
        agreement = only(self._base.rows(_AGREEMENTS, _of(self._counterparty(counterparty)["Ref_Key"])), "agreement")
        kind = self._price_kind(price_type) if price_type else {"ВидЦен_Key": _NOTHING}
        self._base.change(_AGREEMENTS, agreement["Ref_Key"], {**kind, "ЭтапыГрафикаОплаты": [_agreed(deferral_days)]})

    def ship(self, counterparty: str, roubles: Number, due: date, number: str = "") -> str:
        """Ship goods on credit: write and post the document, all of it due on a day; return its guid."""
        contract = self._contract(counterparty)
        agreement = only(
            self._base.rows(_AGREEMENTS, _of(contract["Контрагент_Key"])), f"agreement of {counterparty!r}"
        )
        stage = {"LineNumber": 1, "ВариантОплаты": "КредитСдвиг", "ДатаПлатежа": f"{due}T00:00:00"}
        shipment = {
            **{name: contract[name] for name in _PARTIES},
            "Договор_Key": contract["Ref_Key"],
            "Соглашение_Key": agreement["Ref_Key"],
            "Валюта_Key": contract["ВалютаВзаиморасчетов_Key"],
            "СуммаДокумента": str(roubles),
            "Статус": "Отгружено",
            "ХозяйственнаяОперация": "РеализацияКлиенту",
            "ЭтапыГрафикаОплаты": [{**stage, "ПроцентПлатежа": 100, "СуммаПлатежа": str(roubles)}],
            **({"Number": number} if number else {}),
        }
        return self._posted(_SHIPMENT, shipment)

    def receive_payment(self, counterparty: str, roubles: Number, paid: Mapping[str, Number] | None = None) -> str:
        """Enter money that the bank has: write and post the document; return its guid.

        paid: shipment's guid → the part of the money that pays for it; what is left over stays unallocated.
        """
        contract = self._contract(counterparty)
        payment = {
            **{name: contract[name] for name in _PARTIES},
            "Договор": contract["Ref_Key"],
            "Договор_Type": _OF_CONTRACT,
            "Валюта_Key": contract["ВалютаВзаиморасчетов_Key"],
            "СуммаДокумента": str(roubles),
            "ПроведеноБанком": True,
            "ХозяйственнаяОперация": "ПоступлениеОплатыОтКлиента",
            "РасшифровкаПлатежа": self._parts(paid or {}),
        }
        return self._posted(_PAYMENT, payment)

    def allocate_payment(self, payment: str, paid: Mapping[str, Number]) -> None:
        """Say anew what a payment pays for, and post it again."""
        self._base.change(_PAYMENT, payment, {"РасшифровкаПлатежа": self._parts(paid)})
        self._base.post(_PAYMENT, payment)

    def reverse_payment(self, payment: str) -> None:
        """Take a payment back: it is no longer posted, and marked for deletion."""
        self._base.unpost(_PAYMENT, payment)
        self._base.change(_PAYMENT, payment, {"DeletionMark": True})

    def reverse_shipment(self, shipment: str) -> None:
        """Take a shipment back: it is no longer posted, and marked for deletion."""
        self._base.unpost(_SHIPMENT, shipment)
        self._base.change(_SHIPMENT, shipment, {"DeletionMark": True})

    def debts(self, counterparty: str) -> list[dict[str, Any]]:
        """Return what a counterparty owes, the oldest first: {document, due, roubles}; and money ahead with `roubles` below zero."""
        name = self._counterparty(counterparty)["Ref_Key"]
        condition = f"АналитикаУчетаПоПартнерам/Контрагент eq cast(guid'{name}','{_CLIENTS}')"
        doubled = condition.replace("'", "''")
        rows = self._base.rows(f"{_TERMS}/Balance(Condition='{doubled}')", orderby="ДатаПлановогоПогашения")
        return [
            {
                "document": row["РасчетныйДокумент"],
                "due": date.fromisoformat(row["ДатаПлановогоПогашения"][:10]),
                "roubles": Decimal(str(row["ДолгBalance"])) - Decimal(str(row["ПредоплатаBalance"])),
            }
            for row in rows
        ]

    def shipment_numbered(self, number: str) -> str:
        """Return the guid of the only shipment with a number."""
        return str(only(self._base.rows(_SHIPMENT, f"Number eq '{number}'"), f"shipment {number}")["Ref_Key"])

    def contract_of(self, counterparty: str) -> dict[str, Any]:
        """Return the contract of a counterparty as 1C shows it."""
        return self._contract(counterparty)

    def _counterparty(self, name: str) -> dict[str, Any]:
        quoted = name.replace("'", "''")
        return only(self._base.rows(_CLIENTS, f"Description eq '{quoted}'"), f"counterparty {name!r}")

    def _contract(self, counterparty: str) -> dict[str, Any]:
        key = self._counterparty(counterparty)["Ref_Key"]
        return only(self._base.rows(_CONTRACTS, _of(key)), f"contract of {counterparty!r}")

    def _price_kind(self, name: str) -> dict[str, Any]:
        kinds = self._base.rows("Catalog_ВидыЦен", f"Description eq '{name}'")
        return {"ВидЦен_Key": only(kinds, f"kind of prices {name!r}")["Ref_Key"]}

    def _parts(self, paid: Mapping[str, Number]) -> list[dict[str, Any]]:
        parts = []
        for line, (shipment, roubles) in enumerate(paid.items(), start=1):
            row = only(self._base.rows(_SHIPMENT, f"Ref_Key eq guid'{shipment}'"), f"shipment {shipment}")
            basis = {"ОснованиеПлатежа": shipment, "ОснованиеПлатежа_Type": f"StandardODATA.{_SHIPMENT}"}
            sums = {"Сумма": str(roubles), "СуммаВзаиморасчетов": str(roubles)}
            parts.append({"LineNumber": line, **basis, **sums, "ОбъектРасчетов_Key": row["ОбъектРасчетов_Key"]})
        return parts

    def _posted(self, name: str, fields: Mapping[str, Any]) -> str:
        key = str(self._base.create(name, fields)["Ref_Key"])
        self._base.post(name, key)
        return key


def _of(counterparty: str) -> str:
    return f"Контрагент_Key eq guid'{counterparty}'"


def _limit(roubles: Number | None) -> dict[str, Any]:
    return {"ОграничиватьСуммуЗадолженности": roubles is not None, "ДопустимаяСуммаЗадолженности": str(roubles or 0)}


def _agreed(deferral_days: int) -> dict[str, Any]:
    stage = (
        {"ВариантОплаты": "КредитСдвиг", "Сдвиг": deferral_days}
        if deferral_days
        else {"ВариантОплаты": "ПредоплатаДоОтгрузки"}
    )
    return {"LineNumber": 1, **stage, "ПроцентПлатежа": 100}
