"""The working week that the demo plays: who does what, and which jobs meet it. Words only; `demo` puts it on the stage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

SHOP, SERVICE = "Интернет-магазин", "Сервис"
FIRST, WATER = "headlights", "water"


class Stage(Protocol):
    """What a scene may use of the running demo."""

    deals: dict[str, int]

    def person(self, name: str) -> Any:
        """Return somebody of the company, with their own keys to both systems."""
        ...

    def break_portal(self) -> None:
        """Let the portal answer with pages of errors."""
        ...

    def mend_portal(self) -> None:
        """Let the portal work again."""
        ...

    def writes(self, phone: str, channel: str, text: str) -> None:
        """Let a client write from a phone."""
        ...

    def decide(self, kind: str, choice: str, by: str, reason: str) -> None:
        """Answer an open question."""
        ...


Act = Callable[[Stage], None]


def _nothing(_stage: Stage) -> None:
    pass


@dataclass(frozen=True)
class Scene:
    """One thing that people of a company do, and the jobs that meet it. day: 0 is Monday; clock: Moscow time."""

    day: int
    clock: str
    who: str
    what: str
    act: Act = _nothing
    jobs: tuple[str, ...] = ("agreement",)
    company: str = FIRST


def _makes(
    key: str, funnel: str, stage_name: str, client: str, lines: Mapping[str, tuple[int, int]], **fields: Any
) -> Act:
    """Make a deal; lines: article → (how many, roubles a piece)."""

    def act(stage: Stage) -> None:
        rows = [(article, amount, price) for article, (amount, price) in lines.items()]
        stage.deals[key] = stage.person("manager").make_deal(funnel, stage_name, client, rows, **fields)

    return act


def _moves(key: str, stage_name: str) -> Act:
    return lambda stage: stage.person("manager").move_deal(stage.deals[key], stage_name)


def _fills(key: str, field: str, value: Any) -> Act:
    return lambda stage: stage.person("manager").set_field(stage.deals[key], field, value)


def _adds(key: str, article: str, amount: int, price: int) -> Act:
    return lambda stage: stage.person("manager").add_line(stage.deals[key], article, amount, price)


def _buys(stage: Stage) -> None:
    order = stage.person("owner").place_shop_order(
        "кирилл  осипов", [("LAMP-D3S-OSRAM", 2, 6900)], phone="8 (903) 555-01-17", email="osipov@pochta.example"
    )
    stage.deals["shop order"] = order


def _buyer_adds(stage: Stage) -> None:
    rows = [("LAMP-D3S-OSRAM", 2, 6900), ("SEAL-ORCA-45", 1, 1450)]
    stage.person("owner").set_shop_lines(stage.deals["shop order"], rows)


def _rings_back(stage: Stage) -> None:
    manager = stage.person("manager")
    manager.call_back("Кирилл Осипов")
    deal = stage.person("owner").deal_of_shop_order(stage.deals["shop order"])
    stage.deals["osipov"] = deal
    manager.move_deal(deal, "Запрос на товар")


def _opens(stage: Stage) -> None:
    master = stage.person("master")
    order = master.order_of(stage.deals["visit"])["id"]
    master.open_work_order(order)
    master.add_order_line(order, "SRV-ADJUST", 1, 1200)


def _closes(stage: Stage) -> None:
    master = stage.person("master")
    master.close_work_order(master.order_of(stage.deals["visit"])["id"])


def _slip(stage: Stage) -> None:
    warehouse = stage.person("warehouse")
    warehouse.change_line_amount(warehouse.order_of(stage.deals["lens"])["id"], "LAMP-D2S-PHILIPS", 1)


def _both_change(stage: Stage) -> None:
    warehouse = stage.person("warehouse")
    stage.person("manager").set_lines(stage.deals["aozoom"], [("LED-AOZOOM-A6", 2, 18500)])
    warehouse.change_line_price(warehouse.order_of(stage.deals["aozoom"])["id"], "LED-AOZOOM-A6", 17900)


def _asks_for_water(stage: Stage) -> None:
    stage.person("manager").make_contact("анна", "КРИНИЧНАЯ", "8 (903) 555-77-01")
    _makes("anna", "Продажа", "Поиск", "анна КРИНИЧНАЯ", {"WATER-19": (2, 320), "PUMP-EL": (1, 1350)})(stage)


def _rings_anna(stage: Stage) -> None:
    stage.person("manager").call_back("Анна Криничная")
    _moves("anna", "Оформление заказа")(stage)


def _answers(stage: Stage) -> None:
    stage.writes("+79267890107", "max", "Спасибо, буду вовремя")


_TO_CLIENTS = ("agreement", "visits")
_LENS = _makes(
    "lens", SHOP, "Резерв", "Алексей Воронцов", {"HL-HELLA-3R-5": (2, 8900), "LAMP-D2S-PHILIPS": (2, 4200)},
    title="Линзы Hella для Passat", Филиал="Москва", **{"Способ получения": "самовывоз", "Дата отгрузки": "2026-11-26"},
)  # fmt: skip
_SOLARIS = _makes(
    "solaris", SHOP, "Резерв", "Елена Тихонова", {"FARA-SOLARIS-2-L": (1, 13900)}, title="Фара Solaris",
    Филиал="Санкт-Петербург",
)  # fmt: skip
_VISIT = _makes(
    "visit", SERVICE, "Закрыт на приезд", "Руслан Ахметов", {"GLASS-E90-L": (1, 6200), "SRV-GLASS": (1, 6000)},
    title="Стекло фары BMW E90", Филиал="Москва", **{"Дата и время визита": "2026-11-24T10:00:00+03:00"},
)  # fmt: skip
_RARE = _makes(
    "rare", SERVICE, "Закрыт на приезд", "Дмитрий Журавлёв", {"FARA-BMW-F10-L": (2, 71500), "SRV-FARA": (2, 2800)},
    title="Фары BMW F10", Филиал="Москва", **{"Дата и время визита": "2026-11-25T11:00:00+03:00"},
)  # fmt: skip
_AOZOOM = _makes(
    "aozoom", SHOP, "Резерв", "ООО «АвтоСвет Сервис»", {"LED-AOZOOM-A6": (1, 18900)}, title="Модули Aozoom"
)
_TAXI = _makes(
    "taxi", SHOP, "Отгружено/не оплачено", "ООО «Таксопарк Невский»", {"LAMP-H7-OSRAM": (10, 2350)},
    title="Лампы для таксопарка", Филиал="Санкт-Петербург",
)  # fmt: skip

_LETTERS = ("digest",)
_CALL = _makes("olga", "Обзвон", "Пора звонить", "Ольга Ручьёва", {"WATER-19": (4, 320)})
_WATER = (
    Scene(
        0, "10:02", "Денис, «Кристально чистая вода»", "позвонила новая клиентка: контакт и сделка на стадии «Поиск»", _asks_for_water,
        ("agreement", "welcome"),
    ),
    Scene(0, "10:35", "Сверка", "в «Кристально чистой воде» заявка ждёт ответа больше получаса"),
    Scene(0, "10:50", "Денис", "перезвонил Анне, оформляет заказ", _rings_anna),
    Scene(1, "08:56", "Сверка", "утренние письма «Кристально чистой воды»", jobs=_LETTERS),
    Scene(1, "09:45", "Денис", "Ольге Ручьёвой пора звонить: сделка в воронке «Обзвон»", _CALL),
    Scene(3, "10:07", "Сверка", "«Кристально чистая вода» поздравляет с днём рождения", jobs=("birthdays",)),
    Scene(4, "08:56", "Сверка", "утренние письма «Кристально чистой воды»", jobs=_LETTERS),
)  # fmt: skip
_HEADLIGHTS = (
    Scene(0, "09:05", "Покупатель", "заказывает лампы в интернет-магазине; в CRM его ещё нет", _buys),
    Scene(0, "09:10", "Ольга, менеджер", "сделка «Линзы Hella для Passat» на стадии «Резерв»", _LENS),
    Scene(0, "09:25", "Сверка", "заявке двадцать минут, а клиенту никто не ответил"),
    Scene(0, "09:40", "Ольга", "перезвонила; сделка на «Запрос на товар»", _rings_back),
    Scene(0, "10:30", "Покупатель", "добавил в заказ магазина герметик", _buyer_adds),
    Scene(0, "11:00", "Ольга", "новая клиентка, в Бизнес.ру её ещё нет: «Фара Solaris» на стадии «Резерв»", _SOLARIS),
    Scene(0, "11:20", "Ольга", "запись в сервис на завтра: «Стекло фары BMW E90», «Закрыт на приезд»", _VISIT, _TO_CLIENTS),
    Scene(0, "17:00", "Ольга", "запись на среду: две фары BMW F10, а на складе одна", _RARE, _TO_CLIENTS),
    Scene(0, "19:02", "Сверка", "напоминает о завтрашних визитах", jobs=("visits",)),
    Scene(0, "19:40", "Руслан, клиент", "отвечает в MAX", _answers, ("inbox",)),
    Scene(1, "08:02", "Сверка", "напоминает о визитах, до которых два часа", jobs=("visits",)),
    Scene(1, "08:55", "Сверка", "утренние письма", jobs=_LETTERS),
    Scene(1, "10:05", "Павел, мастер", "машина приехала: открыл заказ-наряд, добавил регулировку света", _opens),
    Scene(1, "10:20", "Ольга", "добавила в «Линзы Hella» герметик", _adds("lens", "SEAL-ORCA-45", 1, 1450)),
    Scene(1, "12:05", "Сверка", "полдень: проверяет завтрашние визиты"),
    Scene(1, "13:30", "Павел", "закрыл заказ-наряд", _closes),
    Scene(1, "15:00", "Степан, склад", "по ошибке поправил в заказе количество ламп", _slip),
    Scene(1, "15:12", "Сверка", "смотрит второй раз и возвращает"),
    Scene(1, "18:00", "Ольга", "спросила Руслана о качестве: доволен, сделка успешна", _moves("visit", "won")),
    Scene(2, "08:55", "Сверка", "утренние письма", jobs=_LETTERS),
    Scene(2, "09:30", "Ольга", "визит с фарами BMW F10 отменён, сделка проиграна", _moves("rare", "lost"), _TO_CLIENTS),
    Scene(2, "10:30", "Ольга", "«Фара Solaris»: клиентка передумала, сделка проиграна", _moves("solaris", "lost")),
    Scene(2, "12:02", "Сверка", "благодарит за вчерашнее и просит об отзыве", jobs=("reviews",)),
    Scene(2, "13:00", "Ольга", "«Модули Aozoom» на «Резерв», а филиал не указала", _AOZOOM),
    Scene(2, "13:40", "Ольга", "указала филиал «Москва»", _fills("aozoom", "Филиал", "Москва")),
    Scene(2, "16:00", "Ольга", "«Линзы Hella»: собраны, клиент заберёт сам, «Самовывоз/доставка»", _moves("lens", "Самовывоз/доставка")),
    Scene(2, "17:10", "Ольга", "«Линзы Hella»: клиент заплатил в кассу", _fills("lens", "Оплачено в кассе", True)),  # noqa: FBT003
    Scene(3, "08:55", "Сверка", "утренние письма", jobs=_LETTERS),
    Scene(3, "09:40", "Ольга", "«Фара Solaris»: клиентка вернулась, снова «Резерв»", _moves("solaris", "Резерв")),
    Scene(3, "11:07", "Сверка", "поздравляет с днём рождения", jobs=("birthdays",)),
    Scene(3, "12:00", "Ольга и Степан", "меняют «Модули Aozoom»: она в сделке, он в заказе", _both_change),
    Scene(3, "15:00", "Ольга", "отвечает в поле сделки: «сделка»", _fills("aozoom", "Ответ Сверке", "сделка")),
    Scene(3, "16:00", "Битрикс24", "отвечает страницей об ошибке вместо данных", lambda stage: stage.break_portal()),
    Scene(3, "16:10", "Битрикс24", "снова работает", lambda stage: stage.mend_portal()),
    Scene(4, "08:55", "Сверка", "утренние письма", jobs=_LETTERS),
    Scene(4, "09:30", "Ольга", "«Модули Aozoom»: клиент хочет установку", _fills("aozoom", "Установка", "да")),
    Scene(4, "11:00", "Ольга", "«Лампы для таксопарка»: постоянному клиенту без предоплаты", _TAXI),
    Scene(
        4, "11:20", "Ольга", "это новое юрлицо, в Бизнес.ру его ещё нет",
        lambda stage: stage.decide("ambiguous", "take-owner", "manager", "другое юрлицо"),
    ),
    Scene(4, "17:30", "Сверка", "перечитывает всё целиком и сверяет ещё раз", jobs=("sweep",)),
    Scene(7, "08:55", "Сверка", "письма за неделю: откуда заявки, как работают менеджеры и филиалы", jobs=_LETTERS),
)  # fmt: skip
SCENES = tuple(
    sorted(
        (*_HEADLIGHTS, *(replace(scene, company=WATER) for scene in _WATER)), key=lambda scene: (scene.day, scene.clock)
    )
)
"""Of all companies, as they follow each other."""
