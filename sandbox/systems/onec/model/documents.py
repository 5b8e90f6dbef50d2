"""The documents of УТ 11.5 that the sandbox holds, with the attributes that the contract names (§5.3)."""

from __future__ import annotations

from sandbox.systems.onec.model import catalogs as sets
from sandbox.systems.onec.model import enums, kinds
from sandbox.systems.onec.model.catalogs import contract
from sandbox.systems.onec.model.shape import (
    Field,
    Resource,
    Section,
    any_of,
    document,
    enum,
    flag,
    moment,
    money,
    quantity,
    ref,
    short,
    text,
    whole,
)

_PARTIES = (
    ref("Партнер", sets.PARTNERS),
    ref("Контрагент", sets.COUNTERPARTIES),
    ref("Организация", sets.ORGANIZATIONS),
)
_TERMS = (
    ref("Соглашение", sets.AGREEMENTS),
    ref("Договор", sets.CONTRACTS),
    ref("Валюта", sets.CURRENCIES),
    ref("Склад", sets.WAREHOUSES),
    ref("Менеджер", sets.USERS),
    ref("Подразделение", "Catalog_СтруктураПредприятия"),
)
_VAT = (
    flag("ЦенаВключаетНДС"),
    enum("НалогообложениеНДС", enums.VAT_REGIMES),
    enum("ХозяйственнаяОперация", enums.OPERATIONS),
)
_GOODS = (
    ref("Номенклатура", sets.GOODS),
    ref("Характеристика", "Catalog_ХарактеристикиНоменклатуры"),
    ref("Упаковка", "Catalog_УпаковкиЕдиницыИзмерения"),
    quantity("КоличествоУпаковок"),
    quantity("Количество"),
    ref("ВидЦены", sets.PRICE_KINDS),
    money("Цена"),
    money("Сумма"),
    ref("СтавкаНДС", sets.VAT_RATES),
    money("СуммаНДС"),
    money("СуммаСНДС"),
    money("ПроцентРучнойСкидки"),
    money("СуммаРучнойСкидки"),
    money("ПроцентАвтоматическойСкидки"),
    money("СуммаАвтоматическойСкидки"),
    ref("Склад", sets.WAREHOUSES),
    whole("КодСтроки"),
    text("КлючСвязи", 36),
    ref("Серия", "Catalog_СерииНоменклатуры"),
    flag("Обособленно"),
    text("Содержание"),
    short("СрокПоставки"),
    text("ИдентификаторСтроки", 36),
    ref("НоменклатураПартнера", "Catalog_НоменклатураКонтрагентов"),
)
_ORDERED = (
    moment("ДатаОтгрузки"),
    enum("ВариантОбеспечения", enums.SUPPLY),
    flag("Отменено"),
    ref("ПричинаОтмены", "Catalog_ПричиныОтменыЗаказовКлиентов"),
)
_STAGE = (
    enum("ВариантОплаты", enums.STAGE_KINDS),
    moment("ДатаПлатежа"),
    money("ПроцентПлатежа"),
    money("СуммаПлатежа"),
    whole("Сдвиг"),
    enum("ВариантОтсчета", enums.COUNTED_FROM),
    money("ПроцентЗалогаЗаТару"),
    money("СуммаЗалогаЗаТару"),
)
_OBJECT = ref("ОбъектРасчетов", sets.OBJECTS)


def _basis(name: str = "ДокументОснование") -> Field:
    return any_of(name, sets.ORDER, sets.SHIPMENT, sets.INVOICE, sets.CONTRACTS)


_ORDER = document(
    "ЗаказКлиента",
    "Заказ клиента",
    *_PARTIES,
    *_TERMS,
    *_VAT,
    money("СуммаДокумента", computed=True),
    enum("Статус", enums.ORDER_STATUSES),
    Field("Согласован", kinds.FLAG, computed=True),
    moment("ДатаСогласования"),
    enum("ФормаОплаты", enums.PAYMENT_FORMS),
    enum("ПорядокРасчетов", enums.SETTLED_BY),
    ref("ГрафикОплаты", sets.SCHEDULES),
    money("СуммаАвансаДоОбеспечения"),
    money("СуммаПредоплатыДоОтгрузки"),
    moment("ДатаОтгрузки"),
    flag("НеОтгружатьЧастями"),
    flag("СкидкиРассчитаны"),
    text("НомерПоДаннымКлиента", 30),
    moment("ДатаПоДаннымКлиента"),
    text("Комментарий"),
    text("ДополнительнаяИнформация"),
    enum("СпособДоставки", enums.DELIVERY),
    text("АдресДоставки", 500),
    ref("КонтактноеЛицо", "Catalog_КонтактныеЛицаПартнеров"),
    ref("БанковскийСчет", "Catalog_БанковскиеСчетаОрганизаций"),
    text("НазначениеПлатежа", 210),
    text("ИдентификаторПлатежа", 25),
    _basis(),
    any_of("Автор", sets.USERS),
    ref("Назначение", "Catalog_Назначения"),
    ref("Приоритет", "Catalog_Приоритеты"),
    ref("ОбъектРасчетов", sets.OBJECTS, computed=True),
    whole("МаксимальныйКодСтроки"),
    sections=(Section("Товары", (*_GOODS, *_ORDERED)), Section("ЭтапыГрафикаОплаты", _STAGE)),
)
_INVOICE = document(
    "СчетНаОплатуКлиенту",
    "Счет на оплату клиенту",
    *_PARTIES,
    ref("Договор", sets.CONTRACTS),
    money("СуммаДокумента"),
    ref("Валюта", sets.CURRENCIES),
    _basis(),
    enum("ФормаОплаты", enums.PAYMENT_FORMS),
    flag("ЧастичнаяОплата"),
    flag("Аннулирован"),
    ref("БанковскийСчет", "Catalog_БанковскиеСчетаОрганизаций"),
    text("НазначениеПлатежа", 210),
    text("ИдентификаторПлатежа", 25),
    ref("Менеджер", sets.USERS),
    text("Комментарий"),
    sections=(
        Section(
            "ЭтапыГрафикаОплаты",
            (moment("ДатаПлатежа"), money("ПроцентПлатежа"), money("СуммаПлатежа"), flag("ЭтоЗалогЗаТару")),
        ),
    ),
)
_SHIPMENT = document(
    "РеализацияТоваровУслуг",
    "Реализация товаров и услуг",
    *_PARTIES,
    *_TERMS,
    *_VAT,
    ref("ВалютаВзаиморасчетов", sets.CURRENCIES),
    money("СуммаДокумента"),
    money("СуммаВзаиморасчетов"),
    any_of("ЗаказКлиента", sets.ORDER),
    flag("РеализацияПоЗаказам"),
    enum("Статус", enums.SHIPMENT_STATUSES),
    enum("ПорядокРасчетов", enums.SETTLED_BY),
    moment("ДатаПереходаПраваСобственности"),
    text("Комментарий"),
    ref("ОбъектРасчетов", sets.OBJECTS, computed=True),
    sections=(
        Section("Товары", (*_GOODS, any_of("ЗаказКлиента", sets.ORDER), _OBJECT)),
        Section("ЭтапыГрафикаОплаты", (any_of("Заказ", sets.ORDER), *_STAGE, money("СуммаВзаиморасчетов"), _OBJECT)),
        Section("РасшифровкаПлатежа", (money("Сумма"), money("СуммаВзаиморасчетов"), _OBJECT)),
    ),
)
_PAYMENT = document(
    "ПоступлениеБезналичныхДенежныхСредств",
    "Поступление безналичных ДС",
    ref("Организация", sets.ORGANIZATIONS),
    ref("БанковскийСчет", "Catalog_БанковскиеСчетаОрганизаций"),
    enum("ХозяйственнаяОперация", enums.OPERATIONS),
    money("СуммаДокумента"),
    ref("Валюта", sets.CURRENCIES),
    ref("Контрагент", sets.COUNTERPARTIES),
    ref("Партнер", sets.PARTNERS),
    contract(),
    text("НомерВходящегоДокумента", 11),
    moment("ДатаВходящегоДокумента"),
    text("НазначениеПлатежа", 250),
    flag("ПроведеноБанком"),
    moment("ДатаПроведенияБанком"),
    _OBJECT,
    _basis(),
    text("ИдентификаторПлатежа", 25),
    text("Комментарий"),
    sections=(
        Section(
            "РасшифровкаПлатежа",
            (
                ref("Партнер", sets.PARTNERS),
                _basis("ОснованиеПлатежа"),
                money("Сумма"),
                ref("ВалютаВзаиморасчетов", sets.CURRENCIES),
                money("СуммаВзаиморасчетов"),
                _OBJECT,
                ref("СтавкаНДС", sets.VAT_RATES),
                money("СуммаНДС"),
                ref("Организация", sets.ORGANIZATIONS),
            ),
        ),
    ),
)
DOCUMENTS: tuple[Resource, ...] = (_ORDER, _INVOICE, _SHIPMENT, _PAYMENT)
