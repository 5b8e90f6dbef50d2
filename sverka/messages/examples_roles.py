"""Examples of the letters to the head of sales, the accountant and the warehouse, and of what their tables and charts show."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sverka.domain.digest import Aged, Aging, Details, Notice, Period, Question, Source
from sverka.domain.digest_accountant import AccountantDigest, Unfit
from sverka.domain.digest_head import Activity, HeadDigest, Standing, Waiting
from sverka.domain.digest_values import BANK, CASH, VISIT, DealLink, Good, Income, Payment, Pick, Work
from sverka.domain.digest_warehouse import Freed, WarehouseDigest
from sverka.domain.messaging.channels import EMAIL, MAX, SMS
from sverka.domain.messaging.kinds import BIRTHDAY, ORDER_READY, THANKS_REVIEW, VISIT_BOOKED, VISIT_EVE, VISIT_SOON
from sverka.domain.messaging.talked import End, Message, Outage, talked
from sverka.domain.report import Days, Line, Report, Score, week_and_month
from sverka.domain.tally import Tally

NOW = datetime(2026, 11, 24, 8, 58, tzinfo=ZoneInfo("Europe/Moscow"))
READ = NOW.replace(minute=55)
TODAY, YESTERDAY = date(2026, 11, 24), date(2026, 11, 23)
MONDAY = NOW.replace(day=23)
SOURCES = (Source("bitrix24", READ), Source("business_ru", READ))
PERIOD = Period(YESTERDAY, TODAY)


def deal(number: int, title: str = "") -> DealLink:
    """Return an invented deal."""
    return DealLink(title or f"Заказ {number}", f"https://fary.example/crm/deal/details/{number}/")


def line(name: str, in_work: int, week: Score, month: Score) -> Line:
    """Return a line of the report."""
    return Line(name, in_work, (week, month))


def score(new: int, won: int, sum_roubles: int, lost: int, days: int) -> Score:
    """Return what became of deals."""
    return Score(new, Tally(won, sum_roubles * 100), lost, timedelta(days=days) if won else None)


REPORT = Report(
    week_and_month(MONDAY.date()),
    line("", 138, score(46, 21, 612_400, 9, 4), score(152, 70, 2_148_700, 31, 4)),
    {
        "source": (
            line("STORE", 61, score(22, 11, 301_200, 4, 3), score(71, 34, 1_050_300, 14, 3)),
            line("WEB", 40, score(11, 5, 148_700, 2, 5), score(38, 17, 512_400, 8, 5)),
            line("Звонок", 29, score(9, 4, 132_500, 2, 6), score(31, 15, 470_000, 6, 5)),
            line("", 8, score(4, 1, 30_000, 1, 0), score(12, 4, 116_000, 3, 0)),
        ),
        "manager": (
            line("Ольга Климова", 80, score(27, 13, 390_400, 5, 3), score(88, 42, 1_300_700, 17, 4)),
            line("Степан Рогов", 58, score(19, 8, 222_000, 4, 6), score(64, 28, 848_000, 14, 5)),
        ),
        "branch": (
            line("Москва", 90, score(30, 14, 420_000, 6, 4), score(98, 47, 1_466_200, 19, 4)),
            line("Санкт-Петербург", 41, score(14, 7, 192_400, 2, 4), score(49, 23, 682_500, 11, 4)),
            line("", 7, score(2, 0, 0, 1, 0), score(5, 0, 0, 1, 0)),
        ),
    },
)

_WON = (
    (35, 15, 431_900),
    (42, 18, 560_200),
    (29, 11, 322_700),
    (44, 20, 587_000),
    (40, 18, 541_300),
)
WEEKS = tuple(
    (Days(date(2026, 10, 12) + timedelta(weeks=week), date(2026, 10, 18) + timedelta(weeks=week)), score(new, won, roubles, 8, 4))
    for week, (new, won, roubles) in enumerate((*_WON, (46, 21, 612_400)))
)  # fmt: skip

_PASSAT, _POLO, _VOLVO = (
    deal(131, "Линзы Hella для Passat"),
    deal(133, "Фара VW Polo"),
    deal(41, "Volvo XC90, комплект фар"),
)
PICKS = (
    Pick(
        _PASSAT, "4507", "pickup", "Москва",
        (Good("Линза Hella 3R, 3 дюйма", 2_000), Good("Лампа Philips D2S", 2_000), Good("Герметик Orca, 4,5 м", 1_000)), 26_840_50, TODAY,
    ),
    Pick(_POLO, "4498", "pickup", "Москва", (Good("Фара VW Polo 5 левая", 1_000, 1_000),), 13_900_00, date(2026, 11, 20)),
    Pick(deal(136), "4519", "pickup", "Санкт-Петербург", (Good("Лампа D3S Osram", 2_000),), 13_800_00),
    Pick(deal(135), "4514", "delivery", "Москва", (Good("Модуль Aozoom A6", 2_000), Good("Лампа H7 Osram", 10_000)), 60_500_00, TODAY),
    Pick(
        deal(139, "Kia Rio, линзы"), "4521", VISIT, "Москва", (Good("Линза Aozoom K3", 2_000),), 18_900_00, TODAY,
        NOW.replace(hour=10, minute=0),
    ),
    Pick(
        deal(141, "BMW E90, стекло фары"), "4522", VISIT, "Москва", (Good("Стекло фары левой BMW 3 E90", 1_000),), 12_200_00, TODAY,
        NOW.replace(hour=15, minute=30),
    ),
)  # fmt: skip
PAYMENTS = (
    Payment(YESTERDAY, BANK, 89_000_00, "4471", deal=deal(62)),
    Payment(YESTERDAY, BANK, 24_600_00, "4480", deal=deal(63)),
    Payment(YESTERDAY, CASH, 27_650_00, "4507", "Касса Москва", deal(126)),
    Payment(YESTERDAY, CASH, 6_900_00, "4512", "Касса Санкт-Петербург", deal(128)),
    Payment(YESTERDAY, CASH, 4_100_00, "4390"),
)
INCOME = Income(Days(YESTERDAY, YESTERDAY), PAYMENTS, Tally(61, 1_846_300_00))
DEBTS = (
    Aged(deal(62), 34, 89_000_00), Aged(deal(97), 21, 64_300_00), Aged(deal(101), 12, 118_500_00), Aged(deal(103), 5, 41_400_00),
    Aged(deal(104), 3, 58_000_00),
)  # fmt: skip
AGED_DEBTS = Aging(
    Tally(5, 371_200_00),
    (Tally(2, 99_400_00), Tally(1, 118_500_00), Tally(1, 64_300_00), Tally(1, 89_000_00)),
    DEBTS[0],
)
WORKS = (
    Work(
        NOW.replace(day=23, hour=10, minute=5),
        "Сделка «Заказ 126» на стадии «Резерв»: создаём заказ в Бизнес.ру.",
        26_840_50,
        deal(126),
    ),
    Work(
        NOW.replace(day=23, hour=17, minute=12),
        "Сделка «Заказ 126»: проводим отгрузку, 3 позиции.",
        26_840_50,
        deal(126),
    ),
)


def _sent(count: int, kind: str, channel: str, end: End, first: int) -> tuple[Message, ...]:
    """Return messages of the day before to as many people, from a number on."""
    addresses = {EMAIL: "а***@mail.example"}
    return tuple(
        Message(
            NOW.replace(day=23, hour=19, minute=number % 60), kind, f"contact:{number}", f"Клиент {number}", end, went=True,
            channel=channel, address=addresses.get(channel, f"+7916***-**-{number:02d}"), deal=deal(number),
        )
        for number in range(first, first + count)
    )  # fmt: skip


def _kept(name: str, kind: str, end: End, rule: str, about: DealLink | None = None) -> Message:
    return Message(NOW.replace(day=23, hour=12, minute=0), kind, f"contact:{name}", name, end, rule, deal=about)


TO_SAY = (
    _kept("Анна Орлова", VISIT_EVE, End.TO_SAY, "nowhere", deal(139, "Kia Rio, линзы")),
    _kept("Игнатов Павел", ORDER_READY, End.TO_SAY, "no_address", _POLO),
)
MESSAGES = (
    *_sent(9, VISIT_EVE, MAX, End.ARRIVED, 20), *_sent(4, ORDER_READY, MAX, End.ARRIVED, 30), *_sent(6, VISIT_BOOKED, SMS, End.ARRIVED, 40),
    *_sent(1, VISIT_BOOKED, SMS, End.ON_WAY, 50), *_sent(4, ORDER_READY, EMAIL, End.TAKEN, 60), *TO_SAY,
    _kept("Семён Лапин", VISIT_EVE, End.UNSURE, "not_sure", deal(152)),
    _kept("Елена Гусева", BIRTHDAY, End.HELD, "opted_out"), _kept("Пётр Ильин", THANKS_REVIEW, End.HELD, "opted_out", deal(153)),
    _kept("Олег Маслов", THANKS_REVIEW, End.HELD, "in_dispute", deal(154)),
    _kept("Алла Жукова", VISIT_EVE, End.HELD, "too_late", deal(155)), _kept("Вера Зимина", VISIT_SOON, End.HELD, "early_visit", deal(156)),
    _kept("Ян Гросс", VISIT_EVE, End.HELD, "just_told", deal(157)),
)  # fmt: skip
OUTAGES = (
    Outage(SMS, ((NOW.replace(day=23, hour=10, minute=5), NOW.replace(day=23, hour=11, minute=10)),), is_rounded=True),
)
_STORELESS = Question(
    31, "bind_product", "Товар «Лампа D3S» в Битрикс24: в Бизнес.ру с этим артикулом два товара, № 15 и № 90. Какой из них верный?", 0,
    YESTERDAY,
)  # fmt: skip
_MISSED = Notice("call", "Пропущенный звонок от клиента «Игнатов Павел»: никто не перезвонил.", 1, 0, TODAY)
_UNANSWERED = Notice(
    "answer",
    "",
    3,
    0,
    YESTERDAY,
    (deal(134), deal(136), deal(137)),
    managers=(("Степан Рогов", 2), ("Ольга Климова", 1)),
)
_STANDING = Notice(
    "allowed", "", 7, 118_300_00, date(2026, 11, 12), tuple(deal(number) for number in range(86, 93)),
    managers=(("Ольга Климова", 5), ("Степан Рогов", 2)),
)  # fmt: skip

HEAD_BUSY = HeadDigest(
    name="Ирина Лебедева", now=NOW, sources=SOURCES, period=PERIOD, answer_field="Ответ Сверке", questions=(_STORELESS,),
    delays=(_UNANSWERED, _MISSED, _STANDING),
    waiting=(Waiting("Степан Рогов", 2, 2, 31_200_00, 1), Waiting("Ольга Климова", 1, 5, 87_100_00, 3)),
    activities=(
        Activity("Ольга Климова", 23, 8, score(5, 2, 64_300, 1, 3)), Activity("Степан Рогов", 17, 4, score(3, 1, 32_000, 1, 5)),
        Activity("Павел Игнатов", 6, 0),
    ),
    yesterday=score(8, 3, 96_300, 2, 4),
    funnels=(
        ("Интернет-магазин", (
            Standing("Новая заявка", Tally(9, 84_200_00), 6), Standing("Запрос на товар", Tally(14, 231_700_00), 2),
            Standing("Резерв", Tally(23, 842_600_00), 4), Standing("Самовывоз/доставка", Tally(6, 128_900_00), 3),
        )),
        ("Сервис", (Standing("Обработан", Tally(11, 312_000_00), 1), Standing("Закрыт на приезд", Tally(5, 160_800_00), 2))),
    ),
    talked=talked(MESSAGES, OUTAGES), details=Details(matters=(replace(_MISSED, managers=()),), messages=MESSAGES),
)  # fmt: skip
HEAD_WEEKLY = replace(
    HEAD_BUSY, now=MONDAY, sources=tuple(replace(each, read_at=READ.replace(day=23)) for each in SOURCES), questions=(), delays=(),
    waiting=(),
    period=Period(date(2026, 11, 22), MONDAY.date()), report=REPORT, details=Details(),
)  # fmt: skip

ACCOUNTANT_BUSY = AccountantDigest(
    name="Тамара Сергеевна Белова", now=NOW, sources=SOURCES, period=PERIOD, income=INCOME,
    unfit=(Unfit(Aged(deal(131, "Линзы Hella для Passat"), 1, 1_450_00), is_over=True), Unfit(Aged(deal(97), 4, 12_000_00), is_over=False)),
    debts=AGED_DEBTS, debtors=DEBTS, owed_before_kopecks=633_600_00, closed=Tally(4, 128_600_00),
    notices=(
        Notice(
            "other", "Сделка «Заказ 128»: отмечена оплата, а касса «Касса СПб» в Бизнес.ру не найдена. Укажите кассу в сделке.", 1,
            6_900_00, TODAY, (deal(128),),
        ),
    ),
    details=Details(debts=DEBTS, payments=PAYMENTS),
)  # fmt: skip
ACCOUNTANT_MONDAY = replace(
    ACCOUNTANT_BUSY, now=MONDAY, sources=HEAD_WEEKLY.sources, period=Period(date(2026, 11, 20), MONDAY.date()), unfit=(), notices=(),
    income=Income(Days(date(2026, 11, 20), date(2026, 11, 22)), (), Tally(56, 1_694_050_00)), closed=Tally(),
)  # fmt: skip

WAREHOUSE_BUSY = WarehouseDigest(
    name="Степан Рогов", now=NOW, sources=SOURCES, period=PERIOD, picks=PICKS,
    tomorrow=(
        Pick(
            deal(143, "Фары BMW F10"), "4525", VISIT, "Москва", (Good("Фара левая BMW 5 F10 адаптивный ксенон", 2_000, 1_000),), 148_600_00,
            TODAY + timedelta(days=1), NOW.replace(day=25, hour=11, minute=0),
        ),
    ),
    delays=(
        Notice(
            "stock",
            "Сделка «Лампы для таксопарка»: отгрузка остаётся черновиком, на складе филиала «Санкт-Петербург» не хватает: "
            "Лампа H7 Osram — 4 шт. Проведём её сами, как только товар появится.",
            1, 23_500_00, YESTERDAY, (deal(144, "Лампы для таксопарка"),),
        ),
    ),
    freed=(Freed(deal(91, "Фара Solaris"), 13_900_00), Freed(_VOLVO, 45_000_00)), details=Details(picks=PICKS),
)  # fmt: skip
WAREHOUSE_FREED = replace(WAREHOUSE_BUSY, picks=(), tomorrow=(), delays=(), details=Details())
