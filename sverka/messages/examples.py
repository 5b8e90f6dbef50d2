"""An example of every letter, for previews and for the tests: invented people, figures that agree with each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sverka.domain.digest import (
    DealLink,
    Digest,
    Done,
    HeldReserve,
    LeftAlone,
    ManagerDigest,
    Notice,
    OwnerDigest,
    Period,
    Question,
    Reserves,
    Source,
    Standing,
    Tally,
    Troubles,
)

_NOW = datetime(2026, 11, 24, 8, 58, tzinfo=ZoneInfo("Europe/Moscow"))
_READ = _NOW.replace(minute=55)
_TODAY, _YESTERDAY = date(2026, 11, 24), date(2026, 11, 23)
_SOURCES = (Source("bitrix24", _READ), Source("business_ru", _READ))


def _deal(number: int, title: str = "") -> DealLink:
    return DealLink(title or f"Заказ {number}", f"https://fary.example/crm/deal/details/{number}/")


_AUDI, _TOYOTA, _LADA = (
    _deal(71, "Фары Audi A4, Рогов"),
    _deal(84, "Toyota RAV4: линзы и полировка"),
    _deal(112, "Lada Vesta, ксенон"),
)

_LINES = Question(
    12, "lines",
    "Заказ № 4522: в сделке «Фары Audi A4, Рогов» 3 поз. на 178900,00 ₽, в Бизнес.ру 4 поз. на 186400,00 ₽: состав меняли и там, и там. "
    "Что верно?",
    178_900_00, date(2026, 11, 20), _AUDI, "Ольга Климова",
)  # fmt: skip
_CLIENT = Question(
    15, "client",
    "Сделка «Toyota RAV4: линзы и полировка»: в Бизнес.ру есть похожие на «АвтоСвет» контрагенты. Скажите, кто из них этот клиент.",
    64_300_00, _YESTERDAY, _TOYOTA, "Ольга Климова",
)  # fmt: skip
_DELETED = Question(
    18, "order",
    "Сделка «Lada Vesta, ксенон» на стадии «Резерв», а её заказ № 4498 в Бизнес.ру удалён. Восстановите заказ или переведите сделку.",
    21_450_00, _TODAY, _LADA, "Степан Рогов",
)  # fmt: skip
_STATUS = Question(
    19, "order_status",
    "Сделка «Заказ 130» на стадии «Резерв», а заказ № 4530 в Бизнес.ру кто-то перевёл в другой статус. Что верно — сделка или заказ?",
    18_000_00, _TODAY, _deal(130),
)  # fmt: skip

_NO_BRANCH = Notice(
    "branch",
    "Сделка «Заказ 118» на стадии «Резерв»: не указан филиал или у него нет склада в Бизнес.ру, резерв не поставить. "
    "Укажите филиал в сделке.",
    1, 45_300_00, _TODAY, (_deal(118),),
)  # fmt: skip
_BEHIND = Notice(
    "behind",
    "Сделка «Заказ 99» на стадии «Оценка качества», а заказ № 4471 в Бизнес.ру ещё не в том статусе. "
    "Проверьте, кто забыл: продавец или склад.",
    1, 31_200_00, date(2026, 11, 19), (_deal(99),),
)  # fmt: skip

OWNER_BUSY = OwnerDigest(
    name="Андрей Сергеевич Ковалёв", company="Фары и свет", now=_NOW, sources=_SOURCES, period=Period(_YESTERDAY, _TODAY),
    standing=Standing(deals=65, agreeing=61, positions=607, sum_kopecks=1_989_949_22),
    reserves=Reserves(
        Tally(23, 842_600_00), (Tally(12, 415_200_00), Tally(7, 230_100_00), Tally(3, 152_300_00), Tally(1, 45_000_00)),
        HeldReserve(_deal(41, "Volvo XC90, комплект фар"), 34, 45_000_00),
    ),
    lost_orders=Tally(2, 27_800_00),
    questions=(_LINES, _CLIENT, _DELETED, _STATUS),
    done=Done(
        orders=Tally(7, 412_350_00), clients=3, lines=Tally(9, 14_327_50), reserves=Tally(5, 198_400_00), released=Tally(4, 96_300_00),
        cancelled=Tally(4, 96_300_00), numbers=7, repairs=12,
    ),
    troubles=Troubles(failed=("Клиента «ИП Сафина» нет в Бизнес.ру, а сделке «Заказ 121» нужен заказ.",)),
    left_alone=(
        LeftAlone("in_flight", (_deal(127),)),
        LeftAlone("ignored", (_deal(55), _deal(58))),
    ),
    notices=(
        Notice("branch", "", 4, 131_900_00, date(2026, 11, 21), tuple(_deal(number) for number in (118, 119, 122, 125))),
        Notice("product", "", 5, 88_000_00, _TODAY, (_deal(120), _deal(123), _deal(124)), ("Лампа D3S Osram", "Герметик Orgavyl")),
        Notice("behind", "", 2, 56_000_00, date(2026, 11, 19), (_deal(99), _deal(101))),
    ),
)  # fmt: skip

OWNER_QUIET = OwnerDigest(
    name="Андрей Ковалёв", company="Фары и свет", now=_NOW, sources=_SOURCES, period=Period(_YESTERDAY, _TODAY),
    standing=Standing(deals=65, agreeing=65, positions=607, sum_kopecks=1_989_949_22),
    reserves=Reserves(Tally(6, 135_271_52), (Tally(6, 135_271_52), Tally(), Tally(), Tally()), HeldReserve(_AUDI, 3, 31_000_00)),
)  # fmt: skip

OWNER_FIRST_DAY = replace(
    OWNER_QUIET, now=datetime(2005, 6, 1, 9, 12, tzinfo=ZoneInfo("Europe/Moscow")),
    sources=tuple(Source(name, datetime(2005, 6, 1, 9, 10, tzinfo=ZoneInfo("Europe/Moscow"))) for name in ("bitrix24", "business_ru")),
    period=Period(None, date(2005, 6, 1)),
    done=Done(orders=Tally(65, 1_989_949_22), clients=41, reserves=Tally(6, 135_271_52), numbers=65),
)  # fmt: skip

OWNER_UNSOUND = replace(
    OWNER_BUSY,
    sources=(Source("bitrix24", _READ), Source("business_ru", _READ.replace(day=23), missing=("orders", "reserves"), is_old=True)),
    period=Period(date(2026, 11, 20), _TODAY), questions=(_LINES,), done=Done(), troubles=Troubles(), notices=(_BEHIND,),
    left_alone=(LeftAlone("incomplete_read", tuple(_deal(number) for number in range(140, 152))),),
)  # fmt: skip

MANAGER_BUSY = ManagerDigest(
    name="Ольга Климова", now=_NOW, sources=_SOURCES, period=Period(_YESTERDAY, _TODAY),
    questions=(replace(_LINES, manager=""), replace(_CLIENT, manager="")), notices=(_NO_BRANCH, _BEHIND),
    done=Done(orders=Tally(3, 174_000_00), lines=Tally(1, 1_250_50), reserves=Tally(2, 61_000_00), numbers=3, repairs=1),
    done_deals=tuple(_deal(number) for number in (126, 128, 129, 131, 133)),
    old_reserves=(HeldReserve(_deal(41, "Volvo XC90, комплект фар"), 34, 45_000_00), HeldReserve(_deal(66), 18, 22_700_00)),
)  # fmt: skip

MANAGER_DONE = replace(MANAGER_BUSY, questions=(), notices=(), old_reserves=())

EXAMPLES: Mapping[str, Mapping[str, Digest]] = {
    "digest/manager": {"busy": MANAGER_BUSY, "done": MANAGER_DONE},
    "digest/owner": {"busy": OWNER_BUSY, "first_day": OWNER_FIRST_DAY, "quiet": OWNER_QUIET, "unsound": OWNER_UNSOUND},
}
"""Kind → name → the facts of the letter."""
