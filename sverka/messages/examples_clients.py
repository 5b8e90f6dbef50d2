"""An example of every message to a client, for previews and for the tests: invented people, figures that agree with each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sverka.domain.messaging.facts import ClientFacts, Generic, Greeting, Shipping, ThanksReview, Visit, Welcome
from sverka.domain.messaging.kinds import (
    BIRTHDAY,
    ORDER_READY,
    SHIPPED,
    SHIPPING_MOVED,
    SHIPPING_TODAY,
    THANKS_REVIEW,
    VISIT_BOOKED,
    VISIT_CANCELLED,
    VISIT_EVE,
    VISIT_SOON,
    WELCOME,
)
from sverka.domain.notices import DELIVERY, PICKUP, WAYS, OrderReady, Ware
from sverka.messages.examples_papers import PAPER_EXAMPLES

_MOSCOW = ZoneInfo("Europe/Moscow")
_COMPANY, _MANAGER, _PHONE = "Фары и свет", "Ольга Климова", "+74951234567"
_ADDRESS = "г. Москва, ул. Угрешская, д. 2, стр. 53"

PICKUP_LATER = OrderReady(
    company=_COMPANY, name="Алексей", order="4522", way=WAYS[PICKUP], address=_ADDRESS, day=date(2026, 11, 26),
    wares=(
        Ware("Линза Hella 3R, 3 дюйма", 8_900_00, 2_000, 17_800_00), Ware("Лампа Philips D2S", 4_200_00, 2_000, 8_400_00),
        Ware("Герметик Orca, 4,5 м", 640_50, 1_000, 640_50),
    ),
    sum_kopecks=26_840_50, due_kopecks=16_840_50, manager=_MANAGER,
)  # fmt: skip
PICKUP_NOW = replace(PICKUP_LATER, name="", day=None, due_kopecks=0, manager="")
BROUGHT = replace(
    PICKUP_LATER, name="Елена", way=WAYS[DELIVERY], address="г. Тверь, ул. Советская, д. 14, кв. 8",
    due_kopecks=PICKUP_LATER.sum_kopecks,
)  # fmt: skip

VISIT = Visit(
    company=_COMPANY, name="Марина", branch="Москва", address=_ADDRESS, at=datetime(2026, 11, 24, 10, tzinfo=_MOSCOW), was_at=None,
    works=("Замена линз", "Полировка фар"), manager=_MANAGER, manager_phone=_PHONE,
)  # fmt: skip
_MOVED = replace(VISIT, at=datetime(2026, 11, 25, 14, tzinfo=_MOSCOW), was_at=VISIT.at)
_LATER = replace(VISIT, at=datetime(2026, 11, 24, 16, 30, tzinfo=_MOSCOW), was_at=VISIT.at)
_BARE = replace(VISIT, name="", works=(), manager="", manager_phone="")
_LONG = replace(
    VISIT, company="Торговый дом «Уральские автокомпоненты и спецтехника»", name="Александра-Виктория", branch="Санкт-Петербург, Парголово",
    address="г. Санкт-Петербург, пос. Парголово, Выборгское шоссе, д. 503, корп. 3, лит. А, пом. 12-Н",
    at=datetime(2026, 9, 23, 14, 30, tzinfo=_MOSCOW),
    works=("Установка Bi-LED модулей в штатные фары с регулировкой света", "Полировка и бронирование обеих фар", "Замена ламп",
           "Восстановление корректора фар", "Проверка света на стенде"),
    manager="Константин Преображенский-Вознесенский",
)  # fmt: skip
_LONG_MOVED = replace(_LONG, was_at=datetime(2026, 9, 20, 9, 30, tzinfo=_MOSCOW))

THANKS = ThanksReview(_COMPANY, "Марина", "Москва", "https://reviews.example/fary-moscow", "4522", _MANAGER)
_THANKS_LONG = replace(
    THANKS, company=_LONG.company, name=_LONG.name, order_number="ЗП-2026/004522", manager=_LONG.manager,
    link="https://yandex.example/maps/org/uralskie_avtokomponenty/123456789012/reviews/?add-review=true",
)  # fmt: skip
LEAVES = Shipping(
    company="Дилер-Снаб", name="Виктор", order="4522", carrier="Деловые Линии", track="",
    address="г. Тверь, ул. Советская, д. 14", day=date(2026, 11, 24), manager="Роман Зорин",
)  # fmt: skip
LEFT = replace(LEAVES, track="26-0114-7788901")
LATER = replace(LEAVES, day=date(2026, 11, 27))
_BARE_SHIPPING = replace(LEFT, name="", order="", carrier="", address="", manager="")
_LONG_SHIPPING = replace(
    LEFT, company=_LONG.company, name=_LONG.name, order="ЗП-2026/004522", address=_LONG.address, manager=_LONG.manager,
    carrier="Транспортная компания «Первая экспедиционная» (терминал)", track="MSK-SPB-2026-11-24-000778890112",
)  # fmt: skip
HAPPY = Greeting(_COMPANY, "Марина", _MANAGER)
NEW = Welcome(_COMPANY, "Марина", _MANAGER, _PHONE)

GENERIC: Mapping[str, Generic] = {
    "full": Generic(
        _COMPANY, "Марина", "Фары Audi A4", "4522", "Москва", _ADDRESS, date(2026, 11, 26), 26_840_50, _MANAGER, _PHONE,
    ),
    "bare": Generic(_COMPANY, "", "", "", "", "", None, 0, ""),
}  # fmt: skip
"""The examples of every kind that a company adds."""

CLIENT_EXAMPLES: Mapping[str, Mapping[str, ClientFacts]] = {
    BIRTHDAY: {
        "named": HAPPY, "unnamed": replace(HAPPY, name="", manager=""),
        "long": replace(HAPPY, company=_LONG.company, name=_LONG.name, manager=_LONG.manager),
    },
    ORDER_READY: {
        "pickup": PICKUP_LATER, "pickup_now": PICKUP_NOW, "delivery": BROUGHT,
        "long": replace(BROUGHT, company=_LONG.company, name=_LONG.name, order="ЗП-2026/004522", address=_LONG.address,
                        manager=_LONG.manager),
    },
    SHIPPING_TODAY: {
        "named": LEAVES, "bare": replace(_BARE_SHIPPING, track=""), "long": replace(_LONG_SHIPPING, track=""),
    },
    SHIPPING_MOVED: {"named": LATER, "bare": replace(_BARE_SHIPPING, track=""), "long": replace(_LONG_SHIPPING, track="")},
    SHIPPED: {"named": LEFT, "bare": _BARE_SHIPPING, "long": _LONG_SHIPPING},
    THANKS_REVIEW: {"named": THANKS, "unnamed": replace(THANKS, name="", order_number="", manager=""), "long": _THANKS_LONG},
    VISIT_BOOKED: {
        "booked": VISIT, "moved": _MOVED, "same_day": _LATER, "bare": _BARE, "long": _LONG, "long_moved": _LONG_MOVED,
    },
    VISIT_CANCELLED: {"named": VISIT, "bare": _BARE, "long": _LONG},
    VISIT_EVE: {"named": VISIT, "bare": _BARE, "long": _LONG},
    VISIT_SOON: {"named": VISIT, "bare": _BARE, "long": _LONG},
    WELCOME: {
        "named": NEW, "unnamed": replace(NEW, name="", manager="", manager_phone=""),
        "long": replace(NEW, company=_LONG.company, name=_LONG.name, manager=_LONG.manager),
    },
    **PAPER_EXAMPLES,
}  # fmt: skip
"""Kind → name → the facts of the message; the first is the usual one."""
