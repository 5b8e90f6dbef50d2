"""The catalogs of УТ 11.5 that the sandbox holds, with the attributes that the contract names (§5.1, §5.4, §5.5)."""

from __future__ import annotations

from sandbox.systems.onec.model import enums
from sandbox.systems.onec.model.shape import (
    Field,
    Resource,
    Section,
    any_of,
    catalog,
    enum,
    flag,
    moment,
    money,
    ref,
    short,
    text,
    whole,
)

PARTNERS, COUNTERPARTIES = "Catalog_Партнеры", "Catalog_Контрагенты"
CONTRACTS, AGREEMENTS, SCHEDULES = (
    "Catalog_ДоговорыКонтрагентов", "Catalog_СоглашенияСКлиентами", "Catalog_ГрафикиОплаты",
)  # fmt: skip
ORGANIZATIONS, CURRENCIES, USERS = "Catalog_Организации", "Catalog_Валюты", "Catalog_Пользователи"
GOODS, PRICE_KINDS, WAREHOUSES, VAT_RATES = (
    "Catalog_Номенклатура", "Catalog_ВидыЦен", "Catalog_Склады", "Catalog_СтавкиНДС",
)  # fmt: skip
OBJECTS, ANALYTICS = "Catalog_ОбъектыРасчетов", "Catalog_КлючиАналитикиУчетаПоПартнерам"
ORDER, INVOICE, SHIPMENT, PAYMENT = (
    "Document_ЗаказКлиента", "Document_СчетНаОплатуКлиенту", "Document_РеализацияТоваровУслуг",
    "Document_ПоступлениеБезналичныхДенежныхСредств",
)  # fmt: skip

_CONTACTS = Section(
    "КонтактнаяИнформация",
    (
        text("Тип", 50),
        ref("Вид", "Catalog_ВидыКонтактнойИнформации"),
        text("Представление", 500),
        text("Значение"),
        text("АдресЭП", 100),
        text("НомерТелефона", 20),
    ),
)
_MORE = Section(
    "ДополнительныеРеквизиты",
    (
        ref("Свойство", "ChartOfCharacteristicTypes_ДополнительныеРеквизитыИСведения"),
        any_of("Значение", USERS),
        text("ТекстоваяСтрока"),
    ),
)
_STAGE = (
    enum("ВариантОплаты", enums.STAGE_KINDS),
    whole("Сдвиг"),
    money("ПроцентПлатежа"),
    money("ПроцентЗалогаЗаТару"),
    enum("ВариантОтсчета", enums.COUNTED_FROM),
)


def counterparty(name: str = "Контрагент") -> Field:
    """Describe the counterparty of settlements, who may also be an organisation of one's own."""
    return any_of(name, COUNTERPARTIES, ORGANIZATIONS)


def contract(name: str = "Договор") -> Field:
    """Describe the contract of settlements, which may also be one between organisations."""
    return any_of(name, CONTRACTS, "Catalog_ДоговорыМеждуОрганизациями")


_WHO = (
    catalog(
        "Партнеры",
        "Партнер",
        text("НаименованиеПолное", 250),
        ref("Parent", PARTNERS),
        flag("Клиент"),
        flag("Поставщик"),
        enum("ЮрФизЛицо", enums.PERSON_KINDS),
        ref("ОсновнойМенеджер", USERS),
        ref("БизнесРегион", "Catalog_БизнесРегионы"),
        ref("ГруппаДоступа", "Catalog_ГруппыДоступаПартнеров"),
        ref("ВидЦен", PRICE_KINDS),
        ref("ИндивидуальныйВидЦены", PRICE_KINDS),
        moment("ДатаРегистрации"),
        text("Комментарий"),
        sections=(_CONTACTS, _MORE),
        code=11,
    ),
    catalog(
        "Контрагенты",
        "Контрагент",
        text("НаименованиеПолное", 250),
        text("ИНН", 12),
        text("КПП", 9),
        text("КодПоОКПО", 10),
        text("РегистрационныйНомер", 50),
        ref("Партнер", PARTNERS),
        ref("ГоловнойКонтрагент", COUNTERPARTIES),
        enum("ЮрФизЛицо", enums.LEGAL_KINDS),
        enum("ЮридическоеФизическоеЛицо", enums.LEGAL_OR_NATURAL),
        flag("ОбособленноеПодразделение"),
        ref("СтранаРегистрации", "Catalog_СтраныМира"),
        sections=(
            _CONTACTS,
            Section("ИсторияКПП", (moment("Период"), text("КПП", 9))),
            Section("ИсторияНаименований", (moment("Период"), text("НаименованиеПолное", 250))),
        ),
    ),
    catalog("Пользователи", "Пользователь", flag("Недействителен"), flag("Служебный"), sections=(_CONTACTS,)),
)
_TERMS = (
    catalog(
        "ДоговорыКонтрагентов",
        "Договор",
        text("Номер", 128),
        moment("Дата"),
        ref("Партнер", PARTNERS),
        ref("Контрагент", COUNTERPARTIES),
        ref("Организация", ORGANIZATIONS),
        enum("ТипДоговора", enums.CONTRACT_KINDS),
        enum("Статус", enums.CONTRACT_STATUSES),
        flag("Согласован"),
        ref("ВалютаВзаиморасчетов", CURRENCIES),
        enum("ПорядокРасчетов", enums.SETTLED_BY),
        flag("ОграничиватьСуммуЗадолженности"),
        money("ДопустимаяСуммаЗадолженности"),
        flag("ЗапрещаетсяПросроченнаяЗадолженность"),
        flag("УстановленСрокОплаты"),
        whole("СрокОплаты"),
        money("Сумма"),
        moment("ДатаНачалаДействия"),
        moment("ДатаОкончанияДействия"),
        ref("Менеджер", USERS),
        ref("ОбъектРасчетов", OBJECTS, computed=True),
    ),
    catalog(
        "СоглашенияСКлиентами",
        "Соглашение с клиентом",
        text("Номер", 30),
        moment("Дата"),
        ref("Партнер", PARTNERS),
        ref("Контрагент", COUNTERPARTIES),
        ref("Организация", ORGANIZATIONS),
        flag("Типовое"),
        ref("СегментПартнеров", "Catalog_СегментыПартнеров"),
        ref("Соглашение", AGREEMENTS),
        ref("ВидЦен", PRICE_KINDS),
        ref("ИндивидуальныйВидЦены", PRICE_KINDS),
        ref("Валюта", CURRENCIES),
        ref("ВалютаВзаиморасчетов", CURRENCIES),
        flag("ЦенаВключаетНДС"),
        ref("ГрафикОплаты", SCHEDULES),
        enum("ФормаОплаты", enums.PAYMENT_FORMS),
        enum("ПорядокРасчетов", enums.SETTLED_BY),
        enum("Статус", enums.AGREEMENT_STATUSES),
        flag("Согласован"),
        moment("ДатаНачалаДействия"),
        moment("ДатаОкончанияДействия"),
        flag("ИспользуютсяДоговорыКонтрагентов"),
        money("МинимальнаяСуммаЗаказа"),
        short("СрокПоставки"),
        ref("Склад", WAREHOUSES),
        enum("ХозяйственнаяОперация", enums.OPERATIONS),
        money("ПроцентРучнойСкидки"),
        ref("Менеджер", USERS),
        sections=(
            Section("ЭтапыГрафикаОплаты", _STAGE),
            Section("Товары", (ref("Номенклатура", GOODS), ref("ВидЦены", PRICE_KINDS), money("Цена"))),
            Section("ЦеновыеГруппы", (ref("ЦеноваяГруппа", "Catalog_ЦеновыеГруппы"), ref("ВидЦен", PRICE_KINDS))),
        ),
    ),
    catalog(
        "ГрафикиОплаты",
        "График оплаты",
        enum("ФормаОплаты", enums.PAYMENT_FORMS),
        flag("ТолькоКредитныеЭтапы"),
        ref("Календарь", "Catalog_Календари"),
        sections=(Section("Этапы", _STAGE),),
    ),
)
_OURS = (
    catalog("Организации", "Организация", text("НаименованиеПолное", 250), text("ИНН", 12), text("КПП", 9)),
    catalog("Валюты", "Валюта", text("НаименованиеПолное", 50), code=3),
    catalog("Склады", "Склад", ref("Parent", WAREHOUSES)),
    catalog("СтавкиНДС", "Ставка НДС", money("Ставка")),
    catalog(
        "ВидыЦен",
        "Вид цены",
        ref("ВалютаЦены", CURRENCIES),
        flag("ЦенаВключаетНДС"),
        enum("Статус", enums.PRICE_STATUSES),
    ),
    catalog(
        "Номенклатура",
        "Номенклатура",
        ref("Parent", GOODS),
        flag("IsFolder"),
        text("Артикул", 50),
        text("НаименованиеПолное", 1024),
        ref("ЕдиницаИзмерения", "Catalog_УпаковкиЕдиницыИзмерения"),
        ref("ВидНоменклатуры", "Catalog_ВидыНоменклатуры"),
        enum("ТипНоменклатуры", enums.GOODS_KINDS),
        ref("СтавкаНДС", VAT_RATES),
        ref("Производитель", "Catalog_Производители"),
        ref("Марка", "Catalog_Марки"),
        ref("ЦеноваяГруппа", "Catalog_ЦеновыеГруппы"),
        code=11,
    ),
)
_SETTLEMENTS = (
    catalog(
        "ОбъектыРасчетов",
        "Объект расчетов",
        any_of("Объект", ORDER, CONTRACTS, SHIPMENT, PAYMENT),
        enum("ТипОбъектаРасчетов", enums.SETTLEMENT_OBJECTS),
        enum("ТипРасчетов", enums.SETTLEMENT_KINDS),
        text("Номер", 128),
        moment("Дата"),
        money("Сумма"),
        ref("Валюта", CURRENCIES),
        ref("ВалютаВзаиморасчетов", CURRENCIES),
        ref("Партнер", PARTNERS),
        ref("Организация", ORGANIZATIONS),
        counterparty(),
        contract(),
        any_of("Соглашение", AGREEMENTS),
        ref("Менеджер", USERS),
    ),
    catalog(
        "КлючиАналитикиУчетаПоПартнерам",
        "Ключ аналитики учета по партнерам",
        ref("Партнер", PARTNERS),
        ref("Организация", ORGANIZATIONS),
        counterparty(),
        contract(),
    ),
)
CATALOGS: tuple[Resource, ...] = (*_WHO, *_TERMS, *_OURS, *_SETTLEMENTS)
