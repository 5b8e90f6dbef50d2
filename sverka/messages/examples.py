"""An example of every letter, for previews and for the tests: invented people, figures that agree with each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sverka.domain.answer_reply import AnswerReply
from sverka.domain.digest import (
    Aged,
    Aging,
    Details,
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
from sverka.domain.digest_values import Income
from sverka.domain.done import Done, Errands, Move
from sverka.domain.mailbox import AnswerLink
from sverka.domain.messaging.talked import talked
from sverka.domain.report import Days, Score
from sverka.domain.tally import Tally
from sverka.domain.verdicts import Verdict
from sverka.messages.examples_clients import CLIENT_EXAMPLES
from sverka.messages.examples_receivables import ACCOUNTANT_AGES, ACCOUNTANT_DEBTS, HEAD_DEBTS, MINE, RECEIVABLES
from sverka.messages.examples_roles import (
    ACCOUNTANT_BUSY,
    ACCOUNTANT_MONDAY,
    AGED_DEBTS,
    DEBTS,
    HEAD_BUSY,
    HEAD_WEEKLY,
    INCOME,
    MESSAGES,
    MONDAY,
    NOW,
    OUTAGES,
    PAYMENTS,
    PICKS,
    READ,
    REPORT,
    SOURCES,
    TO_SAY,
    TODAY,
    WAREHOUSE_BUSY,
    WAREHOUSE_FREED,
    WEEKS,
    WORKS,
    YESTERDAY,
    deal,
)
from sverka.messages.render import Facts

_AUDI, _TOYOTA, _LADA = (
    deal(71, "Фары Audi A4, Рогов"),
    deal(84, "Toyota RAV4: линзы и полировка"),
    deal(112, "Lada Vesta, ксенон"),
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
    64_300_00, YESTERDAY, _TOYOTA, "Ольга Климова",
)  # fmt: skip
_DELETED = Question(
    18, "order",
    "Сделка «Lada Vesta, ксенон» на стадии «Резерв», а её заказ № 4498 в Бизнес.ру удалён. Восстановите заказ или переведите сделку.",
    21_450_00, TODAY, _LADA, "Степан Рогов",
)  # fmt: skip
_STATUS = Question(
    19, "order_status",
    "Сделка «Заказ 130» на стадии «Резерв», а заказ № 4530 в Бизнес.ру кто-то перевёл в другой статус. Что верно — сделка или заказ?",
    18_000_00, TODAY, deal(130),
)  # fmt: skip

_NO_BRANCH = Notice(
    "branch",
    "Сделка «Заказ 118» на стадии «Резерв»: не указан филиал или у него нет склада в Бизнес.ру, резерв не поставить. "
    "Укажите филиал в сделке.",
    1, 45_300_00, TODAY, (deal(118),),
)  # fmt: skip
_BEHIND = Notice(
    "behind",
    "Сделка «Заказ 99» на стадии «Оценка качества», а заказ № 4471 в Бизнес.ру ещё не в том статусе. "
    "Проверьте, кто забыл: продавец или склад.",
    1, 31_200_00, date(2026, 11, 19), (deal(99),),
)  # fmt: skip

LATE = (
    Notice(
        "answer", "Сделка «Заказ 134»: заявка с сайта ждёт ответа с 19:40. Позвоните клиенту.", 1, 0, YESTERDAY, (deal(134),),
    ),
    Notice(
        "stock", "Сделка «Заказ 99»: не хватает товара, чтобы отгрузить: лампа D3S Osram, 2 шт. Отгрузим, когда товар придёт.",
        1, 31_200_00, YESTERDAY, (deal(99),),
    ),
    Notice(
        "allowed", "Сделка «Заказ 88» стоит на стадии «Обработан» дольше трёх рабочих дней.",
        1, 12_400_00, date(2026, 11, 18), (deal(88),),
    ),
)  # fmt: skip
_LATE_IN_ALL = (
    Notice(
        "answer", "", 3, 0, YESTERDAY, (deal(134), deal(136), deal(137)), managers=(("Степан Рогов", 2), ("Ольга Климова", 1)),
    ),
    Notice("call", "Пропущенный звонок от клиента «Игнатов Павел»: никто не перезвонил.", 1, 0, TODAY),
    Notice("visit", "Сделка «Kia Rio, линзы»: визит завтра в 10:00, а в филиале отложено не всё: нет лампы D2S, 2 шт.", 1, 18_900_00,
           TODAY, (deal(139, "Kia Rio, линзы"),), managers=(("Степан Рогов", 1),)),
    Notice("stock", "", 2, 52_700_00, YESTERDAY, (deal(99), deal(135)), managers=(("Ольга Климова", 2),)),
    Notice(
        "allowed", "", 7, 118_300_00, date(2026, 11, 12), tuple(deal(number) for number in range(86, 93)),
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
    name="Андрей Сергеевич Ковалёв", company="Фары и свет", now=NOW, sources=SOURCES, period=Period(YESTERDAY, TODAY),
    standing=Standing(deals=65, agreeing=61, positions=607, sum_kopecks=1_989_949_22),
    reserves=Aging(
        Tally(23, 842_600_00), (Tally(12, 415_200_00), Tally(7, 230_100_00), Tally(3, 152_300_00), Tally(1, 45_000_00)),
        Aged(deal(41, "Volvo XC90, комплект фар"), 34, 45_000_00),
    ),
    debts=AGED_DEBTS, owed_before_kopecks=633_600_00, income=INCOME, picks=PICKS,
    details=Details(matters=LATE, debts=DEBTS, payments=PAYMENTS, picks=PICKS, works=WORKS, messages=MESSAGES),
    talked=talked(MESSAGES, OUTAGES),
    answer_field="Ответ Сверке", lost_orders=Tally(2, 27_800_00), yesterday=Score(8, Tally(3, 96_300_00), 2),
    questions=(_LINES, _CLIENT, _DELETED, _STATUS), delays=_LATE_IN_ALL,
    done=Done(
        shop_deals=Tally(3, 74_900_00), contacts=2, orders=Tally(7, 412_350_00), clients=3, completed=Tally(4, 128_600_00),
        shipped=Tally(1, 22_000_00), paid=Tally(4, 128_600_00), moves=_MOVES, lines=Tally(9, 14_327_50), deal_lines=1,
        reserves=Tally(5, 198_400_00), released=Tally(4, 96_300_00), cancelled=Tally(4, 96_300_00), numbers=7, availability=5, titles=8,
        cards=3, errands=Errands(14, 6, 9), repairs=13,
    ),
    troubles=Troubles(failed=("Клиента «ИП Сафина» нет в Бизнес.ру, а сделке «Заказ 121» нужен заказ.",)),
    left_alone=(LeftAlone("in_flight", (deal(127),)), LeftAlone("ignored", (deal(55), deal(58)))),
    notices=(
        Notice("branch", "", 4, 131_900_00, date(2026, 11, 21), tuple(deal(number) for number in (118, 119, 122, 125))),
        Notice("product", "", 5, 88_000_00, TODAY, (deal(120), deal(123), deal(124)), ("Лампа D3S Osram", "Герметик Orgavyl")),
        Notice("behind", "", 2, 56_000_00, date(2026, 11, 19), (deal(99), deal(101))),
    ),
)  # fmt: skip

OWNER_QUIET = OwnerDigest(
    name="Андрей Ковалёв", company="Фары и свет", now=NOW, sources=SOURCES, period=Period(YESTERDAY, TODAY),
    standing=Standing(deals=65, agreeing=65, positions=607, sum_kopecks=1_989_949_22),
    reserves=Aging(Tally(6, 135_271_52), (Tally(6, 135_271_52), Tally(), Tally(), Tally()), Aged(_AUDI, 3, 31_000_00)),
)  # fmt: skip

OWNER_FIRST_DAY = replace(
    OWNER_QUIET, now=datetime(2005, 6, 1, 9, 12, tzinfo=ZoneInfo("Europe/Moscow")),
    sources=tuple(Source(name, datetime(2005, 6, 1, 9, 10, tzinfo=ZoneInfo("Europe/Moscow"))) for name in ("bitrix24", "business_ru")),
    period=Period(None, date(2005, 6, 1)),
    done=Done(orders=Tally(65, 1_989_949_22), clients=41, reserves=Tally(6, 135_271_52), numbers=65),
)  # fmt: skip

OWNER_WEEKLY = replace(
    OWNER_QUIET, now=MONDAY, sources=tuple(replace(source, read_at=READ.replace(day=23)) for source in SOURCES),
    period=Period(date(2026, 11, 22), MONDAY.date()),
    report=REPORT, weeks=WEEKS,
    debts=Aging(Tally(2, 41_500_00), (Tally(1, 12_000_00), Tally(1, 29_500_00), Tally(), Tally()), Aged(deal(62), 12, 29_500_00)),
    income=Income(Days(date(2026, 11, 22), date(2026, 11, 22)), (), Tally(56, 1_694_050_00)),
)  # fmt: skip

OWNER_UNSOUND = replace(
    OWNER_BUSY,
    sources=(Source("bitrix24", READ), Source("business_ru", READ.replace(day=23), missing=("orders", "reserves"), is_old=True)),
    period=Period(date(2026, 11, 20), TODAY), questions=(_LINES,), delays=(), done=Done(), troubles=Troubles(), notices=(_BEHIND,),
    left_alone=(LeftAlone("incomplete_read", tuple(deal(number) for number in range(140, 152))),),
)  # fmt: skip

MANAGER_BUSY = ManagerDigest(
    name="Ольга Климова", answer_field="Ответ Сверке", now=NOW, sources=SOURCES, period=Period(YESTERDAY, TODAY),
    questions=(replace(_LINES, manager=""), replace(_CLIENT, manager="")), delays=LATE, notices=(_NO_BRANCH, _BEHIND),
    done=Done(
        orders=Tally(3, 174_000_00), completed=Tally(1, 46_000_00), moves=((Move("Оценка качества", facts=("work_order closed",)), 1),),
        lines=Tally(1, 1_250_50), reserves=Tally(2, 61_000_00), numbers=3, errands=Errands(given=4), repairs=1,
    ),
    done_deals=tuple(deal(number) for number in (126, 128, 129, 131, 133)),
    debts=(Aged(deal(62), 21, 89_000_00), Aged(deal(97), 3, 27_400_00)),
    old_reserves=(Aged(deal(41, "Volvo XC90, комплект фар"), 34, 45_000_00), Aged(deal(66), 18, 22_700_00)),
    talked=talked(MESSAGES[:14]),
)  # fmt: skip

MANAGER_DONE = replace(MANAGER_BUSY, questions=(), delays=(), notices=(), debts=(), old_reserves=())


def _linked(question: Question, *words: str) -> Question:
    links = (
        AnswerLink(word, "sverka@fary.example", f"{place % 16:x}" * 32)
        for place, word in enumerate(words, question.number)
    )
    return replace(question, links=tuple(links))


MANAGER_LINKS = replace(
    MANAGER_BUSY,
    questions=(
        _linked(MANAGER_BUSY.questions[0], "Сделка", "Бизнес.ру", "Оставить"),
        _linked(MANAGER_BUSY.questions[1], "Новый контрагент", "Оставить"),
    ),
    to_say=TO_SAY,
)  # fmt: skip

REPLY = AnswerReply("Ольга Климова", Verdict.ANSWERED, 12, "Андрей Ковалёв")

EXAMPLES: Mapping[str, Mapping[str, Facts]] = {
    "answer_reply": {
        "answered": REPLY, "changed": replace(REPLY, verdict=Verdict.CHANGED), "expired": replace(REPLY, verdict=Verdict.EXPIRED),
        "others": replace(REPLY, verdict=Verdict.OTHERS, number=None), "own": replace(REPLY, answered_by=""),
        "unknown": AnswerReply("", Verdict.UNKNOWN), "used": replace(REPLY, verdict=Verdict.USED),
    },
    "digest/accountant": {
        "ages": ACCOUNTANT_AGES, "busy": ACCOUNTANT_BUSY, "debts": ACCOUNTANT_DEBTS, "monday": ACCOUNTANT_MONDAY,
    },
    "digest/head": {"busy": HEAD_BUSY, "debts": HEAD_DEBTS, "weekly": HEAD_WEEKLY},
    "digest/manager": {
        "busy": MANAGER_BUSY, "debts": replace(MANAGER_BUSY, receivables=MINE), "done": MANAGER_DONE, "links": MANAGER_LINKS,
    },
    "digest/owner": {
        "busy": OWNER_BUSY, "debts": replace(OWNER_BUSY, receivables=RECEIVABLES), "first_day": OWNER_FIRST_DAY,
        "quiet": OWNER_QUIET, "unsound": OWNER_UNSOUND, "weekly": OWNER_WEEKLY,
    },
    "digest/warehouse": {"busy": WAREHOUSE_BUSY, "freed": WAREHOUSE_FREED},
    **CLIENT_EXAMPLES,
}  # fmt: skip
"""Kind → name → the facts of the letter."""
