"""Examples of what the daily letters of a company with 1C say of debts."""

from __future__ import annotations

from dataclasses import replace

from sverka.domain.digest import Period
from sverka.domain.digest_receivables import Debtor, Promised, Receivables
from sverka.domain.digest_values import DealLink
from sverka.domain.dunning.decision import LAGGING
from sverka.domain.dunning.facts import Hold
from sverka.domain.report import Days
from sverka.domain.tally import NOTHING, Tally
from sverka.messages.examples_roles import (
    ACCOUNTANT_BUSY,
    ACCOUNTANT_MONDAY,
    HEAD_BUSY,
    MONDAY,
    NOW,
    READ,
    TODAY,
    YESTERDAY,
)  # fmt: skip


def _card(number: int, name: str) -> DealLink:
    return DealLink(name, f"https://fary.example/crm/company/details/{number}/")


def _debtor(number: int, name: str, owed: int, overdue: int, days: int, reason: str = "", **more: Hold) -> Debtor:
    """Return an invented debtor; sums in roubles."""
    holds = {"hold": Hold.WATCH, "wanted": Hold.WATCH, **more}
    return Debtor(
        _card(number, name), owed * 100, overdue * 100, overdue * 100, days, holds["hold"], holds["wanted"], reason, "Ольга Климова"
    )  # fmt: skip


DEBTORS = (
    _debtor(21, "ООО «СпецМашСервис»", 612_300, 512_300, 28, "no_call", hold=Hold.PREPAY_ONLY, wanted=Hold.STOP_SHIP),
    _debtor(22, "ООО «УралДеталь»", 430_100, 430_100, 12, "promise", wanted=Hold.PREPAY_ONLY),
    _debtor(23, "ООО «Техноград»", 401_000, 285_000, 34, "unallocated"),
    _debtor(24, "ООО «ДорТех»", 298_700, 298_700, 6, "promise"),
    _debtor(25, "ООО «АгроПартс»", 250_700, 96_500, 6),
    _debtor(26, "ООО «ГидроСнаб»", 220_000, 220_000, 5, LAGGING),
    _debtor(27, "АО «Дорстрой-Север»", 742_000, 0, 0),
)
RECEIVABLES = Receivables(
    read_at=READ.replace(hour=8, minute=40), bank_on=YESTERDAY, days=Days(YESTERDAY, YESTERDAY), owed=Tally(7, 2_954_800_00),
    overdue=Tally(6, 1_842_600_00), net_kopecks=828_800_00, before_kopecks=2_105_000_00,
    ages=(615_200_00, 430_100_00, 512_300_00, 285_000_00, 0), came=Tally(11, 1_126_400_00), due_today=Tally(6, 742_000_00),
    today=Tally(1, 96_500_00),
    silent=(
        ("promise", (DEBTORS[1], DEBTORS[3])), (LAGGING, (DEBTORS[5],)), ("no_call", (DEBTORS[0],)), ("unallocated", (DEBTORS[2],)),
    ),
    told=(("soft3", 2), ("stmt8", 1)), by_hand=(("call5", 3),), held=((Hold.PREPAY_ONLY, 1),),
    proposed=((Hold.STOP_SHIP, 1), (Hold.PREPAY_ONLY, 1)), promised=Promised(2, 1, 1, Tally(2, 728_800_00)), debtors=DEBTORS,
    strangers=Tally(1, 54_200_00),
    to_fill=('У «ООО "Лесные дороги"» в 1С не заполнено: вид цен. Заказы ждут менеджера, пока это не заполнено.',),
)  # fmt: skip
MINE = replace(RECEIVABLES, strangers=NOTHING, to_fill=(), before_kopecks=None)

ACCOUNTANT_DEBTS = replace(
    ACCOUNTANT_BUSY, receivables=RECEIVABLES, income=replace(ACCOUNTANT_BUSY.income, payments=())
)
ACCOUNTANT_AGES = replace(
    ACCOUNTANT_MONDAY, period=Period(YESTERDAY, TODAY), now=MONDAY,
    receivables=replace(RECEIVABLES, read_at=NOW.replace(day=22), days=ACCOUNTANT_MONDAY.income.days),
)  # fmt: skip
HEAD_DEBTS = replace(HEAD_BUSY, receivables=RECEIVABLES)
