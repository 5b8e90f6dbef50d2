"""An example of every letter, for previews and for the tests: invented people, figures that agree with each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sverka.domain.digest import (
    Aged,
    Aging,
    DealLink,
    LeftAlone,
    ManagerDigest,
    Notice,
    OwnerDigest,
    Period,
    Question,
    Source,
    Standing,
    Troubles,
)
from sverka.domain.done import Done, Errands, Move
from sverka.domain.notices import DELIVERY, PICKUP, WAYS, OrderReady, Ware
from sverka.domain.report import Line, Report, Score, week_and_month
from sverka.domain.tally import Tally
from sverka.messages.render import Facts

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

_LATE = (
    Notice(
        "answer", "Сделка «Заказ 134»: заявка с сайта ждёт ответа с 19:40. Позвоните клиенту.", 1, 0, _YESTERDAY, (_deal(134),),
    ),
    Notice(
        "stock", "Сделка «Заказ 99»: не хватает товара, чтобы отгрузить: лампа D3S Osram, 2 шт. Отгрузим, когда товар придёт.",
        1, 31_200_00, _YESTERDAY, (_deal(99),),
    ),
    Notice(
        "allowed", "Сделка «Заказ 88» стоит на стадии «Обработан» дольше трёх рабочих дней.",
        1, 12_400_00, date(2026, 11, 18), (_deal(88),),
    ),
)  # fmt: skip
_LATE_IN_ALL = (
    Notice(
        "answer", "", 3, 0, _YESTERDAY, (_deal(134), _deal(136), _deal(137)), managers=(("Степан Рогов", 2), ("Ольга Климова", 1)),
    ),
    Notice("call", "Пропущенный звонок от клиента «Игнатов Павел»: никто не перезвонил.", 1, 0, _TODAY),
    Notice("visit", "Сделка «Kia Rio, линзы»: визит завтра в 10:00, а в филиале отложено не всё: нет лампы D2S, 2 шт.", 1, 18_900_00,
           _TODAY, (_deal(139, "Kia Rio, линзы"),), managers=(("Степан Рогов", 1),)),
    Notice("stock", "", 2, 52_700_00, _YESTERDAY, (_deal(99), _deal(135)), managers=(("Ольга Климова", 2),)),
    Notice(
        "allowed", "", 7, 118_300_00, date(2026, 11, 12), tuple(_deal(number) for number in range(86, 93)),
        managers=(("Ольга Климова", 5), ("Степан Рогов", 2)),
    ),
)  # fmt: skip
_MOVES = (
    (Move("Оценка качества", facts=("payment full", "shipment all")), 4),
    (Move("Открыт заказ/наряд", facts=("work_order opened",)), 3),
    (Move("Оценка качества", facts=("work_order closed",)), 2),
    (Move("Обработан", "Сервис"), 2),
)

OWNER_BUSY = OwnerDigest(
    name="Андрей Сергеевич Ковалёв", company="Фары и свет", now=_NOW, sources=_SOURCES, period=Period(_YESTERDAY, _TODAY),
    standing=Standing(deals=65, agreeing=61, positions=607, sum_kopecks=1_989_949_22),
    reserves=Aging(
        Tally(23, 842_600_00), (Tally(12, 415_200_00), Tally(7, 230_100_00), Tally(3, 152_300_00), Tally(1, 45_000_00)),
        Aged(_deal(41, "Volvo XC90, комплект фар"), 34, 45_000_00),
    ),
    debts=Aging(
        Tally(9, 371_200_00), (Tally(5, 163_700_00), Tally(3, 118_500_00), Tally(1, 89_000_00), Tally()), Aged(_deal(62), 21, 89_000_00),
    ),
    answer_field="Ответ Сверке", lost_orders=Tally(2, 27_800_00), yesterday=Score(8, Tally(3, 96_300_00), 2),
    questions=(_LINES, _CLIENT, _DELETED, _STATUS), delays=_LATE_IN_ALL,
    done=Done(
        shop_deals=Tally(3, 74_900_00), contacts=2, orders=Tally(7, 412_350_00), clients=3, completed=Tally(4, 128_600_00),
        shipped=Tally(1, 22_000_00), paid=Tally(4, 128_600_00), moves=_MOVES, lines=Tally(9, 14_327_50), deal_lines=1,
        reserves=Tally(5, 198_400_00), released=Tally(4, 96_300_00), cancelled=Tally(4, 96_300_00), numbers=7, availability=5, titles=8,
        cards=3, errands=Errands(14, 6, 9), letters=3, repairs=13,
    ),
    troubles=Troubles(failed=("Клиента «ИП Сафина» нет в Бизнес.ру, а сделке «Заказ 121» нужен заказ.",)),
    left_alone=(LeftAlone("in_flight", (_deal(127),)), LeftAlone("ignored", (_deal(55), _deal(58)))),
    notices=(
        Notice("branch", "", 4, 131_900_00, date(2026, 11, 21), tuple(_deal(number) for number in (118, 119, 122, 125))),
        Notice("product", "", 5, 88_000_00, _TODAY, (_deal(120), _deal(123), _deal(124)), ("Лампа D3S Osram", "Герметик Orgavyl")),
        Notice("behind", "", 2, 56_000_00, date(2026, 11, 19), (_deal(99), _deal(101))),
    ),
)  # fmt: skip

OWNER_QUIET = OwnerDigest(
    name="Андрей Ковалёв", company="Фары и свет", now=_NOW, sources=_SOURCES, period=Period(_YESTERDAY, _TODAY),
    standing=Standing(deals=65, agreeing=65, positions=607, sum_kopecks=1_989_949_22),
    reserves=Aging(Tally(6, 135_271_52), (Tally(6, 135_271_52), Tally(), Tally(), Tally()), Aged(_AUDI, 3, 31_000_00)),
)  # fmt: skip

OWNER_FIRST_DAY = replace(
    OWNER_QUIET, now=datetime(2005, 6, 1, 9, 12, tzinfo=ZoneInfo("Europe/Moscow")),
    sources=tuple(Source(name, datetime(2005, 6, 1, 9, 10, tzinfo=ZoneInfo("Europe/Moscow"))) for name in ("bitrix24", "business_ru")),
    period=Period(None, date(2005, 6, 1)),
    done=Done(orders=Tally(65, 1_989_949_22), clients=41, reserves=Tally(6, 135_271_52), numbers=65),
)  # fmt: skip

_MONDAY = _NOW.replace(day=23)


def _line(name: str, in_work: int, week: Score, month: Score) -> Line:
    return Line(name, in_work, (week, month))


def _score(new: int, won: int, sum_roubles: int, lost: int, days: int) -> Score:
    return Score(new, Tally(won, sum_roubles * 100), lost, timedelta(days=days) if won else None)


OWNER_WEEKLY = replace(
    OWNER_QUIET, now=_MONDAY, sources=tuple(replace(source, read_at=_READ.replace(day=23)) for source in _SOURCES),
    period=Period(date(2026, 11, 22), _MONDAY.date()), debts=Aging(Tally(2, 41_500_00), (Tally(2, 41_500_00), *[Tally()] * 3)),
    report=Report(
        week_and_month(_MONDAY.date()),
        _line("", 138, _score(46, 21, 612_400, 9, 4), _score(152, 70, 2_148_700, 31, 4)),
        {
            "source": (
                _line("STORE", 61, _score(22, 11, 301_200, 4, 3), _score(71, 34, 1_050_300, 14, 3)),
                _line("WEB", 40, _score(11, 5, 148_700, 2, 5), _score(38, 17, 512_400, 8, 5)),
                _line("Звонок", 29, _score(9, 4, 132_500, 2, 6), _score(31, 15, 470_000, 6, 5)),
                _line("", 8, _score(4, 1, 30_000, 1, 0), _score(12, 4, 116_000, 3, 0)),
            ),
            "manager": (
                _line("Ольга Климова", 80, _score(27, 13, 390_400, 5, 3), _score(88, 42, 1_300_700, 17, 4)),
                _line("Степан Рогов", 58, _score(19, 8, 222_000, 4, 6), _score(64, 28, 848_000, 14, 5)),
            ),
            "branch": (
                _line("Москва", 90, _score(30, 14, 420_000, 6, 4), _score(98, 47, 1_466_200, 19, 4)),
                _line("Санкт-Петербург", 41, _score(14, 7, 192_400, 2, 4), _score(49, 23, 682_500, 11, 4)),
                _line("", 7, _score(2, 0, 0, 1, 0), _score(5, 0, 0, 1, 0)),
            ),
        },
    ),
)  # fmt: skip

OWNER_UNSOUND = replace(
    OWNER_BUSY,
    sources=(Source("bitrix24", _READ), Source("business_ru", _READ.replace(day=23), missing=("orders", "reserves"), is_old=True)),
    period=Period(date(2026, 11, 20), _TODAY), questions=(_LINES,), delays=(), done=Done(), troubles=Troubles(), notices=(_BEHIND,),
    left_alone=(LeftAlone("incomplete_read", tuple(_deal(number) for number in range(140, 152))),),
)  # fmt: skip

MANAGER_BUSY = ManagerDigest(
    name="Ольга Климова", answer_field="Ответ Сверке", now=_NOW, sources=_SOURCES, period=Period(_YESTERDAY, _TODAY),
    questions=(replace(_LINES, manager=""), replace(_CLIENT, manager="")), delays=_LATE, notices=(_NO_BRANCH, _BEHIND),
    done=Done(
        orders=Tally(3, 174_000_00), completed=Tally(1, 46_000_00), moves=((Move("Оценка качества", facts=("work_order closed",)), 1),),
        lines=Tally(1, 1_250_50), reserves=Tally(2, 61_000_00), numbers=3, errands=Errands(given=4), repairs=1,
    ),
    done_deals=tuple(_deal(number) for number in (126, 128, 129, 131, 133)),
    debts=(Aged(_deal(62), 21, 89_000_00), Aged(_deal(97), 3, 27_400_00)),
    old_reserves=(Aged(_deal(41, "Volvo XC90, комплект фар"), 34, 45_000_00), Aged(_deal(66), 18, 22_700_00)),
)  # fmt: skip

MANAGER_DONE = replace(MANAGER_BUSY, questions=(), delays=(), notices=(), debts=(), old_reserves=())

PICKUP_LATER = OrderReady(
    company="Фары и свет", name="Алексей", order="4522", way=WAYS[PICKUP], address="г. Москва, ул. Угрешская, д. 2, стр. 53",
    day=date(2026, 11, 26),
    wares=(
        Ware("Линза Hella 3R, 3 дюйма", 8_900_00, 2_000, 17_800_00), Ware("Лампа Philips D2S", 4_200_00, 2_000, 8_400_00),
        Ware("Герметик Orca, 4,5 м", 640_50, 1_000, 640_50),
    ),
    sum_kopecks=26_840_50, due_kopecks=16_840_50, manager="Ольга Климова",
)  # fmt: skip
PICKUP_NOW = replace(PICKUP_LATER, name="", day=None, due_kopecks=0, manager="")
BROUGHT = replace(
    PICKUP_LATER, name="Елена", way=WAYS[DELIVERY], address="г. Тверь, ул. Советская, д. 14, кв. 8",
    due_kopecks=PICKUP_LATER.sum_kopecks,
)  # fmt: skip

EXAMPLES: Mapping[str, Mapping[str, Facts]] = {
    "digest/manager": {"busy": MANAGER_BUSY, "done": MANAGER_DONE},
    "digest/owner": {
        "busy": OWNER_BUSY, "first_day": OWNER_FIRST_DAY, "quiet": OWNER_QUIET, "unsound": OWNER_UNSOUND, "weekly": OWNER_WEEKLY,
    },
    "order_ready": {"delivery": BROUGHT, "pickup": PICKUP_LATER, "pickup_now": PICKUP_NOW},
}  # fmt: skip
"""Kind → name → the facts of the letter."""
