"""How the words of a company file read in Russian, on the paper that the client signs."""

from __future__ import annotations

from collections.abc import Mapping

ORDER: Mapping[str, str] = {
    "open": "заказ есть, открыт",
    "open_if_any": "заказ, если он есть, открыт",
    "work_opened": "заказ-наряд открыт",
    "work_closed": "заказ-наряд закрыт",
    "closed": "заказ выполнен",
    "cancelled_if_any": "заказ, если он есть, отменён",
}
RESERVE: Mapping[str, str] = {"all": "весь товар в резерве на складе филиала", "none": "резерв снят"}
FACTS: Mapping[tuple[str, str], str] = {
    ("payment", "full"): "оплачено полностью",
    ("payment", "none"): "оплаты нет",
    ("shipment", "all"): "весь товар отгружен",
    ("shipment", "none"): "отгрузки нет",
    ("work_order", "opened"): "заказ-наряд открыт",
    ("work_order", "closed"): "заказ-наряд закрыт",
}
"""Requirements of a stage, and conditions of a fact."""

STATUSES: Mapping[str, str] = {
    "open": "Заказ открыт",
    "open_if_any": "Заказ открыт",
    "work_opened": "Заказ-наряд открыт",
    "work_closed": "Заказ-наряд закрыт",
    "closed": "Заказ выполнен",
    "cancelled_if_any": "Заказ отменён",
}
"""What a stage's word about the order says of its status."""

REGISTERED: Mapping[str, str] = {"shipment": "отгрузку", "payment": "приход в кассу филиала"}
"""What is registered in the ledger by a person's decision."""

TITLE: Mapping[str, str] = {
    "id": "номер сделки",
    "client": "клиент",
    "surname": "фамилия клиента",
    "goods": "товары",
    "source": "источник",
}
FIELDS: Mapping[str, tuple[str, str]] = {
    "order_status": ("Статус заказа", "в Бизнес.ру"),
    "lines": ("Состав заказа", "в Бизнес.ру"),
    "reserve": ("Резерв", "в Бизнес.ру"),
    "ledger_order": ("Номер заказа", "в Бизнес.ру"),
    "availability": ("Наличие", "в Бизнес.ру"),
    "shop_lines": ("Состав заказа сайта", "на сайте"),
}
"""A compared field → its name, and where it stands beside the deal."""

RULES: Mapping[str, str] = {
    "deals": "Сделки и контакты по заказам сайта",
    "clients": "Карточки клиентов из 1С",
    "partners": "Контрагенты",
    "orders": "Новые заказы",
    "releases": "Снятие резервов",
    "statuses": "Статусы заказов",
    "lines": "Состав заказов",
    "reserves": "Резервы",
    "shipments": "Отгрузки",
    "payments": "Приход в кассу",
    "shop": "Заказы сайта",
    "contacts": "Имена и телефоны клиентов",
    "fields": "Поля сделок и клиентов",
    "deal_lines": "Товары в сделках",
    "stages": "Стадии сделок",
    "tasks": "Дела, задачи, уведомления",
    "messages": "Сообщения клиентам",
    "letters": "Ежедневные письма",
}
NOTICES: Mapping[str, str] = {
    "order_ready": "когда всё это выполнено и установка не нужна, клиент узнаёт, что заказ собран",
    "visits": "клиент узнаёт, что записан на визит; в 19:00 накануне и за два часа до визита получает напоминание",
    "thanks_review": "на следующий день в полдень клиент получает благодарность и просьбу об отзыве",
}
"""What a client is told."""

MODES: Mapping[str, str] = {
    "watch": "только сообщает",
    "propose": "предлагает, решает человек",
    "auto": "делает сама",
}
ON_DRIFT: Mapping[str, str] = {
    "restore": "вернём, как было",
    "ask": "спросим человека",
}
WEEKDAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
AFTER_MINUTES, UP_TO_ACTIONS = "минуту|минуты|минут", "действия|действий|действий"
"""The forms that «через» and «до» want."""

LETTERS: Mapping[str, str] = {
    "owner": "обо всём",
    "head": "о заявках и продажах",
    "accountant": "о деньгах",
    "warehouse": "о том, что собрать и отгрузить",
}
"""What each daily letter is about."""
