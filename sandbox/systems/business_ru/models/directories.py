"""Models of people, places, partners and other lists that documents refer to."""

from __future__ import annotations

from sandbox.systems.business_ru import values
from sandbox.systems.business_ru.models.shape import (
    CREATE,
    READ,
    Field,
    Model,
    Preset,
    bare_ref,
    flag,
    moment,
    money,
    quantity,
    ref,
    text,
    whole,
)

OWN = (
    Model("organizations", "Организации", (text("name", needed=True),)),
    Model(
        "employees",
        "Сотрудники",
        (
            text("last_name", needed=True),
            text("first_name", needed=True),
            text("middle_name"),
            text("email"),
            flag("active", preset=True),
            flag("active_retail"),
            whole("department_id"),
            whole("role_id"),
            text("phoneip"),
            text("inn"),
            flag("archived"),
        ),
    ),
    Model(
        "stores",
        "Склады",
        (
            text("name", needed=True),
            ref("responsible_employee_id", "employees", needed=True),
            whole("debit_type", preset=1),
            flag("deny_negative_balance", preset=True),
        ),
    ),
    Model("cash", "Кассы", (text("name", needed=True), ref("organization_id", "organizations"))),
    Model(
        "currentaccounts",
        "Расчётные счета",
        (text("name", needed=True), ref("organization_id", "organizations"), whole("currency_id")),
    ),
)

STATUSES_AND_KINDS = (
    Model(
        "customerorderstatus",
        "Статусы заказов покупателей",
        (text("name", needed=True), flag("default"), whole("point_group_id")),
    ),
    Model("realizationstatus", "Статусы реализаций", (text("name", needed=True), flag("default"))),
    Model("contactinfotypes", "Виды контактной информации", (text("name"),), READ),
    Model("requestsource", "Источники обращений", (text("name", needed=True),)),
    Model("paymenttypes", "Способы оплаты", (text("name"),), READ),
    Model("paymentinoperations", "Операции входящих платежей", (text("name"),), READ),
    Model("cashinoperations", "Операции приходных ордеров", (text("name"),), READ),
    Model("nds", "Ставки НДС", (text("name"),), READ),
    Model("measures", "Единицы измерения", (text("name"), text("short_name")), READ),
    Model("models", "Модели", (text("name"), text("title")), READ),
)

PARTNERS = (
    Model(
        "partners",
        "Контрагенты",
        (
            text("name", needed=True),
            flag("customer"),
            text("note"),
            text("address_actual"),
            text("address_legal"),
            ref("responsible_employee_id", "employees"),
        ),
    ),
    Model(
        "partnercontactinfo",
        "Контактная информация контрагентов",
        (
            ref("partner_id", "partners", needed=True, indexed=True),
            ref("contact_info_type_id", "contactinfotypes", needed=True),
            text("contact_info", needed=True),
            Field("phone", values.DIGITS),
            text("note"),
        ),
    ),
)

GOODS = (
    Model("groupsofgoods", "Группы товаров", (text("name", needed=True), ref("parent_id", "groupsofgoods"))),
    Model(
        "goods",
        "Товары и услуги",
        (
            text("name", needed=True),
            text("full_name"),
            bare_ref("nds_id", "nds"),
            ref("group_id", "groupsofgoods"),
            text("part"),
            text("store_code"),
            whole("type", preset=1),
            flag("archive"),
            Field("weight", values.QUANTITY),
            text("code"),
            quantity("remains_min"),
            ref("partner_id", "partners"),
            ref("responsible_employee_id", "employees"),
            money("cost"),
            ref("measure_id", "measures"),
            Field("payment_subject_sign", values.BARE_WHOLE),
            Field("taxation", values.BARE_WHOLE),
            moment("updated_remains_prices", computed=True),
        ),
    ),
    Model(
        "storegoods",
        "Остатки товаров на складах",
        (
            ref("store_id", "stores"),
            ref("good_id", "goods", indexed=True),
            whole("modification_id"),
            quantity("amount", preset=0),
            quantity("reserved", preset=0),
            quantity("remains_min"),
        ),
        READ,
    ),
    Model(
        "salepricetypes",
        "Типы отпускных цен",
        (text("name"), ref("organization_id", "organizations"), whole("currency_id")),
        READ,
    ),
    Model(
        "currentprices",
        "Текущие отпускные цены",
        (
            ref("good_id", "goods", indexed=True),
            ref("price_type_id", "salepricetypes"),
            ref("measure_id", "measures"),
            money("price"),
        ),
        READ,
    ),
)

NOTES = (
    Model(
        "comments",
        "Комментарии",
        (
            text("model_name", needed=True),
            whole("document_id", needed=True, indexed=True),
            ref("employee_id", "employees", needed=True),
            text("note", needed=True),
            moment("time_create", preset=Preset.NOW),
        ),
        bare_answer=True,
    ),
    Model(
        "tasks",
        "Задачи",
        (
            text("name", needed=True),
            text("description"),
            ref("author_employee_id", "employees"),
            ref("responsible_employee_id", "employees"),
            moment("deadline"),
            flag("done"),
        ),
    ),
    Model(
        "notifications",
        "Уведомления",
        (
            Field("employee_ids", values.IDENTIFIERS, "employees", needed=True),
            text("header"),
            text("message", needed=True),
            whole("document_id"),
            text("model_name"),
            text("action"),
            whole("seconds"),
        ),
        CREATE,
    ),
)

DIRECTORIES = (*OWN, *STATUSES_AND_KINDS, *PARTNERS, *GOODS, *NOTES)
