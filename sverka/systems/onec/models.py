"""The one table that maps our rows to the sets of 1C, and our fields to its fields (contract §5; checked on УТ 11.5.8 and 11.5.27).

What another configuration calls otherwise is mended here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sverka.domain.account_rows import Contract, Counterparty, Entity, Receipt, Terms
from sverka.domain.money import BadNumberError, parse_kopecks
from sverka.domain.rows import Row
from sverka.systems.onec.values import day, key, moment_in, whole
from sverka.systems.values import BadValueError, Json, flag, is_nothing, must, text

Parser = Callable[..., Any]

_ACTIVE = "Действует"
_CREDIT = frozenset({"КредитПослеОтгрузки", "КредитСдвиг"})
_KINDS: Mapping[str, str] = {
    "ЮрЛицо": "legal", "ИндивидуальныйПредприниматель": "entrepreneur", "ФизЛицо": "person", "ЮрЛицоНеРезидент": "foreign",
}  # fmt: skip
_STEPS = "ЭтапыГрафикаОплаты"
_PARTS = "РасшифровкаПлатежа"
_MOST_DAYS = 99999
"""Five digits are all that 1C has for a deferral."""


CURRENCIES, PRICE_TYPES = "Catalog_Валюты", "Catalog_ВидыЦен"


@dataclass(frozen=True)
class Field:
    """How a field of ours is read. names: fields of 1C, whose values the parser is given in this order; `Section/Column` for columns."""

    parse: Parser
    names: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of an answer that it reads: of columns, their section, once."""
        return tuple(dict.fromkeys(name.partition("/")[0] for name in self.names))

    def read(self, row: Json) -> Any:
        """Read it. Raises BadValueError, naming the fields."""
        try:
            return self.parse(*(row.get(each) for each in self.keys))
        except (BadValueError, BadNumberError) as error:
            raise BadValueError(f"{', '.join(self.keys)}: {error}") from error


def _field(parse: Parser, *names: str) -> Field:
    return Field(parse, names)


@dataclass(frozen=True)
class Model:
    """A set of 1C as a row of ours.

    condition: which of its objects, as a filter; "" for all. named: field of ours → the catalogue whose object it names: first it
    holds its key, in the end its name.
    """

    name: str
    row: type[Row]
    fields: Mapping[str, Field]
    condition: str = ""
    named: Mapping[str, str] = field(default_factory=dict)

    @property
    def select(self) -> str:
        """All fields that are read."""
        return ",".join(dict.fromkeys(name for each in self.fields.values() for name in each.names))


def row(model: Model, raw: Json) -> Any:
    """Read one object. Raises BadValueError, naming the field."""
    return model.row(**{ours: each.read(raw) for ours, each in model.fields.items()})


def _limit(is_limited: object, limit: object) -> int | None:
    return parse_kopecks(limit) if flag(is_limited) else None


def _days(is_set: object, days: object) -> int | None:
    return _deferral(days) if flag(is_set) else None


def _deferral(value: object) -> int:
    days = whole(value)
    if not 0 <= days <= _MOST_DAYS:
        raise BadValueError(f"not a deferral: {days}")
    return days


def _rows_of(section: object) -> list[Json]:
    if is_nothing(section):
        return []
    if not isinstance(section, list) or not all(isinstance(each, dict) for each in section):
        raise BadValueError("not a list of rows")
    return section


def _longest(steps: object) -> int | None:
    credit = [each for each in _rows_of(steps) if text(each.get("ВариантОплаты")) in _CREDIT]
    return max((_deferral(each.get("Сдвиг")) for each in credit), default=None)


def _is_prepaid(steps: object) -> bool:
    names = {text(each.get("ВариантОплаты")) for each in _rows_of(steps)}
    return bool(names) and not names & _CREDIT


def _allocated(parts: object) -> int:
    return sum(parse_kopecks(each.get("Сумма")) for each in _rows_of(parts) if key(each.get("ОбъектРасчетов_Key")))


def _is_active(status: object) -> bool:
    return text(status) == _ACTIVE


def _kind(value: object) -> str:
    return _KINDS.get(text(value), "")


def _is_cleared(posted: object, carried_out: object) -> bool:
    is_posted, is_carried_out = flag(posted), flag(carried_out)
    return is_posted and is_carried_out


_COMMON = {
    "ext_id": _field(must(key), "Ref_Key"),
    "version": _field(text, "DataVersion"),
    "deleted": _field(flag, "DeletionMark"),
}
_PARTNER = {"partner_id": _field(key, "Партнер_Key")}
_COUNTERPARTY = {"counterparty_id": _field(key, "Контрагент_Key")}
_ENTITY = {"entity_id": _field(key, "Организация_Key")}
_NAMED = {"name": _field(text, "Description"), "inn": _field(text, "ИНН"), "kpp": _field(text, "КПП")}

ENTITIES = Model("Catalog_Организации", Entity, {**_COMMON, **_NAMED})
COUNTERPARTIES = Model("Catalog_Контрагенты", Counterparty, {
    **_COMMON, **_NAMED, **_PARTNER, "full_name": _field(text, "НаименованиеПолное"), "kind": _field(_kind, "ЮрФизЛицо"),
})  # fmt: skip
CONTRACTS = Model("Catalog_ДоговорыКонтрагентов", Contract, {
    **_COMMON, **_PARTNER, **_COUNTERPARTY, **_ENTITY,
    "number": _field(text, "Номер"), "signed_on": _field(day, "Дата"), "is_active": _field(_is_active, "Статус"),
    "limit_kopecks": _field(_limit, "ОграничиватьСуммуЗадолженности", "ДопустимаяСуммаЗадолженности"),
    "overdue_forbidden": _field(flag, "ЗапрещаетсяПросроченнаяЗадолженность"),
    "deferral_days": _field(_days, "УстановленСрокОплаты", "СрокОплаты"),
})  # fmt: skip
TERMS = Model("Catalog_СоглашенияСКлиентами", Terms, {
    **_COMMON, **_PARTNER, **_COUNTERPARTY, **_ENTITY,
    "price_type": _field(key, "ВидЦен_Key"), "is_active": _field(_is_active, "Статус"),
    "deferral_days": _field(_longest, f"{_STEPS}/ВариантОплаты", f"{_STEPS}/Сдвиг"),
    "is_prepaid": _field(_is_prepaid, f"{_STEPS}/ВариантОплаты"),
}, named={"price_type": PRICE_TYPES})  # fmt: skip

CATALOGS: Mapping[str, Model] = {
    "entities": ENTITIES, "counterparties": COUNTERPARTIES, "contracts": CONTRACTS, "terms": TERMS,
}  # fmt: skip
"""Family → its set."""


def receipts(zone: ZoneInfo) -> Model:
    """Return the set of payments of customers through the bank; `zone` is the base's."""
    return Model("Document_ПоступлениеБезналичныхДенежныхСредств", Receipt, {
        **_COMMON, **_COUNTERPARTY, **_ENTITY,
        "number": _field(text, "Number"), "incoming_number": _field(text, "НомерВходящегоДокумента"),
        "paid_on": _field(day, "ДатаПроведенияБанком"), "document_at": _field(partial(moment_in, zone), "Date"),
        "sum_kopecks": _field(parse_kopecks, "СуммаДокумента"),
        "allocated_kopecks": _field(_allocated, f"{_PARTS}/ОбъектРасчетов_Key", f"{_PARTS}/Сумма"),
        "is_cleared": _field(_is_cleared, "Posted", "ПроведеноБанком"),
        "purpose": _field(text, "НазначениеПлатежа"), "currency": _field(must(key), "Валюта_Key"),
    }, "ХозяйственнаяОперация eq 'ПоступлениеОплатыОтКлиента'", {"currency": CURRENCIES})  # fmt: skip


KEYS, KEY_REGISTER = "Catalog_КлючиАналитикиУчетаПоПартнерам", "InformationRegister_АналитикаУчетаПоПартнерам"
"""Where a key of (entity, partner, counterparty, contract) is told: releases publish one of them, or both."""
KEY_OF_REGISTER = "КлючАналитики_Key"
AGEING = "AccumulationRegister_РасчетыСКлиентамиПоСрокам"
SETTLEMENTS = "AccumulationRegister_РасчетыСКлиентами"
SHIPMENTS = "Document_РеализацияТоваровУслуг"

NAMES: Mapping[str, str] = {CURRENCIES: "Ref_Key,Code,Description", PRICE_TYPES: "Ref_Key,Description"}
"""Small catalogues whose objects are called by their names, and what is read of them."""
CURRENCY_NAMES: Mapping[str, str] = {
    "643": "RUB", "810": "RUB", "840": "USD", "978": "EUR", "156": "CNY", "933": "BYN", "398": "KZT",
}  # fmt: skip
"""ISO 4217 by number, as 1C keeps it in `Code`; what is not here is called as 1C calls it."""
