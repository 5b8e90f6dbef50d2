"""Rows that a data set brings into the infobase: at once, or when the world's clock comes to them. They leave no effects in the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.systems.onec.base import Base, Due, Now, Row
from sandbox.systems.onec.laws.entry import enter, numbered
from sandbox.systems.onec.laws.objects import typed
from sandbox.systems.onec.laws.posting import post
from sandbox.systems.onec.model import catalogs as sets
from sandbox.systems.onec.model.catalogue import RESOURCES
from sandbox.systems.onec.model.kinds import EMPTY_REF
from sandbox.systems.onec.model.registers import PRICE_DOCUMENT


@dataclass(frozen=True)
class Client:
    """A counterparty with one contract and one agreement.

    limit_kopecks: None for a contract without a limit, 0 for prepayment only. deferral_days: after the shipment; with no limit
    above zero there is none. price_kind: the name of the kind of prices; "" where nobody filled it in.
    """

    name: str
    inn: str
    kpp: str = ""
    phone: str = ""
    email: str = ""
    limit_kopecks: int | None = None
    deferral_days: int = 0
    price_kind: str = ""
    forbids_overdue: bool = False

    @property
    def has_credit(self) -> bool:
        """Tell whether goods are shipped before they are paid."""
        return self.limit_kopecks != 0 and self.deferral_days > 0


def roubles(kopecks: int) -> Decimal:
    """Return kopecks as the infobase keeps money."""
    return Decimal(kopecks).scaleb(-2)


def add_client(base: Base, now: Now, client: Client) -> str:
    """Add a partner, a counterparty, an agreement and a contract; return the counterparty's guid."""
    contacts = list(_contacts(client))
    full = {"Description": client.name, "НаименованиеПолное": client.name}
    partner = _write(base, sets.PARTNERS, now, **full, Клиент=True, ЮрФизЛицо="Компания")
    kind = "ИндивидуальныйПредприниматель" if len(client.inn) == 12 else "ЮрЛицо"
    counterparty = _write(
        base, sets.COUNTERPARTIES, now, **full, ИНН=client.inn, КПП=client.kpp, Партнер_Key=partner["Ref_Key"], ЮрФизЛицо=kind,
        КонтактнаяИнформация=_lines(sets.COUNTERPARTIES, "КонтактнаяИнформация", contacts),
    )  # fmt: skip
    parties = {
        "Партнер_Key": partner["Ref_Key"],
        "Контрагент_Key": counterparty["Ref_Key"],
        "Организация_Key": base.first(sets.ORGANIZATIONS)["Ref_Key"],
        "ВалютаВзаиморасчетов_Key": base.first(sets.CURRENCIES)["Ref_Key"],
        "Дата": f"{now.wall[:10]}T00:00:00",
        "Согласован": True,
        "ПорядокРасчетов": "ПоЗаказамНакладным",
    }
    _write(base, sets.AGREEMENTS, now, **parties, **_agreement(base, client))
    _write(base, sets.CONTRACTS, now, **parties, **_contract(base, client))
    return str(counterparty["Ref_Key"])


def add_good(base: Base, now: Now, name: str, article: str, prices_kopecks: dict[str, int], *, service: bool) -> str:
    """Add a good or a service with its prices by kind, and return its guid."""
    rate = base.first(sets.VAT_RATES)["Ref_Key"]
    kind = "Услуга" if service else "Товар"
    card = {"Description": name, "НаименованиеПолное": name, "Артикул": article, "ТипНоменклатуры": kind}
    good = _write(base, sets.GOODS, now, **card, СтавкаНДС_Key=rate)
    for price_kind, kopecks in prices_kopecks.items():
        base.prices.append(_price(base, now, good["Ref_Key"], price_kind, roubles(kopecks)))
    return str(good["Ref_Key"])


def arrive(base: Base, now_unix: float, wall: Callable[[float], str]) -> None:
    """Let everything happen that was to happen by now, in order; wall: Unix seconds → the base's own time."""
    come = sorted((one for one in base.due if one.at <= now_unix), key=lambda one: one.at)
    if come:
        base.due = [one for one in base.due if one.at > now_unix]
        for one in come:
            _HAPPENS[one.sort](base, Now(one.at, wall(one.at)), **one.words)


def _ship(
    base: Base, now: Now, *, name: str, counterparty: str, sum_kopecks: int, number: str, due: date, comment: str
) -> None:
    contract = base.first(sets.CONTRACTS, Контрагент_Key=counterparty)
    agreement = base.first(sets.AGREEMENTS, Контрагент_Key=counterparty)
    total, day = roubles(sum_kopecks), f"{due.isoformat()}T00:00:00"
    stage = {"ВариантОплаты": "КредитСдвиг", "ДатаПлатежа": day, "ПроцентПлатежа": Decimal(100), "СуммаПлатежа": total}
    shipment = _write(
        base, sets.SHIPMENT, now, **_parties(contract), Договор_Key=contract["Ref_Key"], Соглашение_Key=agreement["Ref_Key"],
        Валюта_Key=contract["ВалютаВзаиморасчетов_Key"], ВалютаВзаиморасчетов_Key=contract["ВалютаВзаиморасчетов_Key"],
        Склад_Key=base.first(sets.WAREHOUSES)["Ref_Key"], Date=now.wall, Number=number, СуммаДокумента=total, Статус="Отгружено",
        ХозяйственнаяОперация="РеализацияКлиенту", Комментарий=comment,
        ЭтапыГрафикаОплаты=_lines(sets.SHIPMENT, "ЭтапыГрафикаОплаты", [stage]),
    )  # fmt: skip
    base.known[name] = shipment["Ref_Key"]
    post(base, sets.SHIPMENT, shipment, now)


def _pay(
    base: Base, now: Now, *, name: str, counterparty: str, sum_kopecks: int, number: str, settles: str = ""
) -> None:
    contract = base.first(sets.CONTRACTS, Контрагент_Key=counterparty)
    payment = _write(
        base, sets.PAYMENT, now, **_parties(contract), **typed(sets.CONTRACTS, "Договор", contract["Ref_Key"]),
        Валюта_Key=contract["ВалютаВзаиморасчетов_Key"], СуммаДокумента=roubles(sum_kopecks), Date=now.wall,
        НомерВходящегоДокумента=number[:11], ДатаВходящегоДокумента=f"{now.wall[:10]}T00:00:00", ПроведеноБанком=True,
        ДатаПроведенияБанком=f"{now.wall[:10]}T00:00:00", ХозяйственнаяОперация="ПоступлениеОплатыОтКлиента",
    )  # fmt: skip
    base.known[name] = payment["Ref_Key"]
    post(base, sets.PAYMENT, payment, now)
    if settles in base.known:
        _allocate(base, now, name=name, settles=settles)


def _allocate(base: Base, now: Now, *, name: str, settles: str) -> None:
    """Let a payment, all of it, pay for a shipment."""
    payment = base.tables[sets.PAYMENT][base.known[name]]
    shipment = base.tables[sets.SHIPMENT][base.known[settles]]
    part = {
        "Партнер_Key": payment["Партнер_Key"],
        **typed(sets.SHIPMENT, "ОснованиеПлатежа", shipment["Ref_Key"]),
        "Сумма": payment["СуммаДокумента"],
        "СуммаВзаиморасчетов": payment["СуммаДокумента"],
        "ОбъектРасчетов_Key": shipment["ОбъектРасчетов_Key"],
        "Организация_Key": payment["Организация_Key"],
    }
    lines = _lines(sets.PAYMENT, "РасшифровкаПлатежа", [part])
    enter(base, RESOURCES[sets.PAYMENT], payment, {"РасшифровкаПлатежа": lines}, now)
    post(base, sets.PAYMENT, payment, now)


_HAPPENS: dict[str, Callable[..., None]] = {"ship": _ship, "pay": _pay, "allocate": _allocate}


def later(at: float, sort: str, **words: Any) -> Due:
    """Return something that is to happen: `ship`, `pay` or `allocate`; raises LookupError for any other word."""
    if sort not in _HAPPENS:
        raise LookupError(f"nothing that happens in the infobase is called {sort!r}")
    return Due(at, sort, words)


def _agreement(base: Base, client: Client) -> Row:
    kind = base.first(sets.PRICE_KINDS, Description=client.price_kind)["Ref_Key"] if client.price_kind else EMPTY_REF
    stage = {"ВариантОплаты": "КредитСдвиг", "Сдвиг": client.deferral_days, "ВариантОтсчета": "ОтДатыОтгрузки"}
    if not client.has_credit:
        stage = {"ВариантОплаты": "ПредоплатаДоОтгрузки", "ВариантОтсчета": "ДоДатыОтгрузки"}
    stages = [{**stage, "ПроцентПлатежа": Decimal(100)}]
    return {
        "Description": f"Соглашение с {client.name}",
        "Статус": "Действует",
        "ВидЦен_Key": kind,
        "Валюта_Key": base.first(sets.CURRENCIES)["Ref_Key"],
        "ЦенаВключаетНДС": True,
        "ФормаОплаты": "Безналичная",
        "ИспользуютсяДоговорыКонтрагентов": True,
        "ХозяйственнаяОперация": "РеализацияКлиенту",
        "Склад_Key": base.first(sets.WAREHOUSES)["Ref_Key"],
        "ЭтапыГрафикаОплаты": _lines(sets.AGREEMENTS, "ЭтапыГрафикаОплаты", stages),
    }


def _contract(base: Base, client: Client) -> Row:
    number = str(base.next_number(sets.CONTRACTS, "Номер"))
    return {
        "Description": f"Договор поставки № {number}",
        "Номер": number,
        "ТипДоговора": "СПокупателем",
        "Статус": "Действует",
        "ОграничиватьСуммуЗадолженности": client.limit_kopecks is not None,
        "ДопустимаяСуммаЗадолженности": roubles(client.limit_kopecks or 0),
        "ЗапрещаетсяПросроченнаяЗадолженность": client.forbids_overdue,
        "УстановленСрокОплаты": client.has_credit,
        "СрокОплаты": client.deferral_days if client.has_credit else 0,
    }


def _contacts(client: Client) -> Iterable[Row]:
    if client.phone:
        digits = "".join(filter(str.isdigit, client.phone))
        yield {"Тип": "Телефон", "Представление": client.phone, "НомерТелефона": digits[:20]}
    if client.email:
        yield {"Тип": "АдресЭлектроннойПочты", "Представление": client.email, "АдресЭП": client.email}


def _price(base: Base, now: Now, good: str, price_kind: str, price: Decimal) -> Row:
    first = f"{now.wall[:10]}T00:00:00"
    return {
        **typed(PRICE_DOCUMENT, "Recorder", base.next_guid()),
        "LineNumber": 1,
        "Period": first,
        "Active": True,
        "Номенклатура_Key": good,
        "Характеристика_Key": EMPTY_REF,
        "ВидЦены_Key": base.first(sets.PRICE_KINDS, Description=price_kind)["Ref_Key"],
        "Цена": price,
        "Упаковка_Key": EMPTY_REF,
        "Валюта_Key": base.first(sets.CURRENCIES)["Ref_Key"],
    }


def _parties(contract: Row) -> Row:
    return {name: contract[name] for name in ("Партнер_Key", "Контрагент_Key", "Организация_Key")}


def _lines(name: str, section: str, rows: Iterable[Row]) -> list[Row]:
    return numbered(rows, RESOURCES[name].sections_by_name[section].fields)


def _write(base: Base, name: str, now: Now, **values: Any) -> Row:
    return enter(base, RESOURCES[name], None, values, now)
