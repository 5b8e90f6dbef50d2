"""The registers of УТ 11.5 that the sandbox holds (contract §2.2, §5.4, §5.5): as records, as record sets, and their virtual tables."""

from __future__ import annotations

from sandbox.systems.onec.model import catalogs as sets
from sandbox.systems.onec.model.catalogs import contract, counterparty
from sandbox.systems.onec.model.shape import (
    LINE_NUMBER,
    Field,
    Resource,
    Section,
    What,
    any_of,
    flag,
    moment,
    money,
    quantity,
    ref,
    text,
)

SETTLEMENTS, BY_TERM = "AccumulationRegister_РасчетыСКлиентами", "AccumulationRegister_РасчетыСКлиентамиПоСрокам"
STATES, ANALYTICS = (
    "InformationRegister_СостоянияЗаказовКлиентов", "InformationRegister_АналитикаУчетаПоПартнерам",
)  # fmt: skip
PRICES = "InformationRegister_ЦеныНоменклатуры"
RECORDS, BALANCE, SLICE_LAST = "_RecordType", "Balance", "SliceLast"
PRICE_DOCUMENT = "Document_УстановкаЦенНоменклатуры"
DISTRIBUTOR = "Document_РегистраторРасчетов"
RECEIPT, EXPENSE = "Receipt", "Expense"

_SETTLED = (ref("АналитикаУчетаПоПартнерам", sets.ANALYTICS), ref("ОбъектРасчетов", sets.OBJECTS))
_RECORDERS = (sets.ORDER, sets.SHIPMENT, sets.PAYMENT)


def _names(fields: tuple[Field, ...]) -> tuple[str, ...]:
    return tuple(one.name for one in fields)


def _register(
    name: str,
    dimensions: tuple[Field, ...],
    resources: tuple[Field, ...],
    recorders: tuple[str, ...],
    *,
    virtual: str,
) -> tuple[Resource, Resource]:
    """Describe a register that documents write: its record sets, and its records one by one."""
    recorder = any_of("Recorder", *recorders)
    direction = (text("RecordType", 10),) if virtual == BALANCE else ()
    record = (moment("Period"), flag("Active"), *direction, *dimensions, *resources)
    key = ("Recorder", "Recorder_Type")
    whole = Resource(
        name,
        What.RECORD_SETS,
        (recorder,),
        sections=(Section("RecordSet", record),),
        key=key,
        functions=frozenset({virtual} & {BALANCE}),
        dimensions=_names(dimensions),
        resources=_names(resources),
    )
    single = Resource(
        name + RECORDS,
        What.RECORDS,
        (recorder, LINE_NUMBER, *record),
        key=(*key, "LineNumber"),
        functions=frozenset({virtual} & {SLICE_LAST}),
        dimensions=_names(dimensions),
        resources=_names(resources),
    )
    return whole, single


def _independent(name: str, dimensions: tuple[Field, ...], resources: tuple[Field, ...]) -> Resource:
    key = tuple(prop for one in dimensions for prop in one.empty())
    fields = (*dimensions, *resources)
    return Resource(name, What.REGISTER, fields, key=key, dimensions=_names(dimensions), resources=_names(resources))


REGISTERS: tuple[Resource, ...] = (
    *_register(
        SETTLEMENTS,
        (*_SETTLED, ref("Валюта", sets.CURRENCIES)),
        (money("Сумма"), money("КОплате"), money("Оплачивается"), money("КОтгрузке"), money("Отгружается")),
        _RECORDERS,
        virtual=BALANCE,
    ),
    *_register(
        BY_TERM,
        (
            *_SETTLED,
            ref("Валюта", sets.CURRENCIES),
            any_of("РасчетныйДокумент", sets.SHIPMENT, sets.PAYMENT),
            moment("ДатаПлановогоПогашения"),
            moment("ДатаВозникновения"),
        ),
        (
            money("Долг"),
            money("ДолгРегл"),
            money("ДолгУпр"),
            money("Предоплата"),
            money("ПредоплатаРегл"),
            money("ПредоплатаУпр"),
        ),
        (DISTRIBUTOR,),
        virtual=BALANCE,
    ),
    *_register(
        PRICES,
        (
            ref("Номенклатура", sets.GOODS),
            ref("Характеристика", "Catalog_ХарактеристикиНоменклатуры"),
            ref("ВидЦены", sets.PRICE_KINDS),
        ),
        (
            money("Цена"),
            ref("Упаковка", "Catalog_УпаковкиЕдиницыИзмерения"),
            ref("Валюта", sets.CURRENCIES),
        ),
        (PRICE_DOCUMENT,),
        virtual=SLICE_LAST,
    ),
    _independent(
        STATES,
        (any_of("Заказ", sets.ORDER),),
        (
            any_of("Состояние"),
            moment("ДатаСобытия"),
            money("СуммаОплаты"),
            quantity("ПроцентОплаты"),
            money("СуммаОтгрузки"),
            quantity("ПроцентОтгрузки"),
            money("СуммаДолга"),
            quantity("ПроцентДолга"),
        ),
    ),
    _independent(
        ANALYTICS,
        (ref("Партнер", sets.PARTNERS), ref("Организация", sets.ORGANIZATIONS), counterparty(), contract()),
        (ref("КлючАналитики", sets.ANALYTICS),),
    ),
)
