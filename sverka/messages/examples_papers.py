"""Examples of what companies read about money: invented people and papers, figures that agree with each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sverka.domain.messaging.debts import DebtLine, Statement
from sverka.domain.messaging.invoices import Invoice, InvoiceLine
from sverka.domain.messaging.kinds import (
    DEBT_LIFTED,
    DEBT_SOFT,
    DEBT_STATEMENT,
    DEBT_STOP,
    DEBT_WARNING,
    INVOICE,
    INVOICE_UNPAID,
    PAYMENTS_DUE,
)
from sverka.domain.messaging.parties import Account, Contract, Party, Seller

_NOW = datetime(2026, 11, 24, 13, 30, tzinfo=ZoneInfo("Europe/Moscow"))
_STOPS_ON = date(2026, 12, 1)
_CONTRACT = Contract("118", date(2026, 2, 12), "поставки")
_PHONE = "+7 (495) 000-00-00, доб. 114"

SELLER = Seller(
    Party("ООО «ТехДеталь»", "7700000007", "770001001", "115000, г. Москва, ул. Заводская, д. 7, стр. 2"),
    Account("АО «Пример Банк», г. Москва", "044525000", "40702810000000000118", "30101810000000000000"),
    "Ковалёв А. С.", "Белова И. П.",
)  # fmt: skip
BUYER = Party("ООО «АгроПартс»", "6100000006", "610001001", "344000, г. Ростов-на-Дону, пр-кт Шолохова, д. 40")


def _line(
    number: str, issued: date, due: date, sum_kopecks: int, paid_kopecks: int = 0, late_days: int = 0
) -> DebtLine:
    left = sum_kopecks - paid_kopecks
    return DebtLine("УПД", number, issued, due, sum_kopecks, paid_kopecks, left, late_days, 22)


_OVERDUE = (
    _line("3187", date(2026, 10, 28), date(2026, 11, 18), 128_400_00, 60_000_00, 6),
    _line("3204", date(2026, 10, 29), date(2026, 11, 19), 28_100_00, late_days=5),
)
_COMING = (_line("3291", date(2026, 11, 11), date(2026, 12, 2), 54_200_00),)
_OLD = (
    replace(_line("2207", date(2025, 7, 16), date(2025, 8, 15), 214_300_00, 150_000_00, 466), vat_percent=20),
    replace(_line("219", date(2025, 9, 3), date(2025, 10, 3), 96_480_50, late_days=417), document="Акт", vat_percent=None),
    _line("3187", date(2026, 10, 28), date(2026, 11, 18), 128_400_00, 60_000_00, 6),
)  # fmt: skip
_MANY = tuple(
    _line(
        f"ТД00-00{3100 + each}",
        date(2026, 9, 1 + each % 28),
        date(2026, 10, 1 + each % 28),
        1_284_000_00 + each,
        7 * each,
        54 - each % 28,
    )
    for each in range(60)
)

STATEMENT = Statement(
    company=SELLER.party.name, name="Елена Михайловна", client=BUYER.name, contracts=(_CONTRACT,), as_of=_NOW, overdue=_OVERDUE,
    coming=_COMING, manager="Ольга Климова", manager_phone=_PHONE, seller=SELLER,
)  # fmt: skip
"""The statement of letters.md: 96 500,00 overdue, 54 200,00 to come."""

_FULL = replace(
    STATEMENT, received_kopecks=60_000_00, unallocated_kopecks=12_000_00, promised=(date(2026, 11, 27), 28_100_00),
    disputed=(_line("3100", date(2026, 10, 1), date(2026, 10, 22), 94_000_00, late_days=33),),
)  # fmt: skip
_ONE = replace(STATEMENT, overdue=_OVERDUE[:1], coming=())
_LONG = replace(
    _FULL, company="ООО «Торговый дом „Уральские автокомпоненты и спецтехника“»", name="Александра-Виктория Константиновна",
    client="ООО «Научно-производственное объединение „Сельскохозяйственные машины Юга России“»", overdue=_MANY,
    contracts=(_CONTRACT, Contract("УАС-2025/004522", date(2025, 12, 29), "поставки")), stops_on=_STOPS_ON,
    manager="Константин Преображенский-Вознесенский", coming=(*_COMING, replace(_COMING[0], number="3292")),
)  # fmt: skip
_STRANGER = replace(STATEMENT, tells_sums=False, stops_on=_STOPS_ON)
_BARE = replace(_ONE, name="", contracts=(), manager="", manager_phone="", stops_on=_STOPS_ON, seller=None)
_WARNED = replace(_FULL, stops_on=_STOPS_ON, as_of=_NOW.replace(day=26))

INVOICE_SENT = Invoice(
    company=SELLER.party.name, name="Елена Михайловна", number="4507", issued_on=date(2026, 11, 24), order="10100", buyer=BUYER,
    seller=SELLER, manager="Ольга Климова", manager_phone=_PHONE, contract=_CONTRACT, pay_until=date(2026, 11, 27),
    delivery="г. Ростов-на-Дону, терминал «Деловых Линий»",
    lines=(
        InvoiceLine("Рукав высокого давления 2SN DN12, 1,5 м", "шт", 24_000, 1_950_00, 46_800_00, 22, 8_439_34),
        InvoiceLine("Фильтр гидравлический HF6553", "шт", 12_000, 3_400_00, 40_800_00, 22, 7_357_38),
        InvoiceLine("Шланг напорный 25 мм", "м", 37_500, 416_00, 15_600_00, 22, 2_813_11),
    ),
)  # fmt: skip
"""An invoice of 103 200,00."""
_INSTEAD = replace(INVOICE_SENT, replaces="№ 4501 от 20.11.2026")
_PLAIN = replace(
    INVOICE_SENT, name="", order="", contract=None, pay_until=None, delivery="", manager="", manager_phone="",
    lines=tuple(replace(line, vat_percent=None, vat_kopecks=0) for line in INVOICE_SENT.lines),
)  # fmt: skip
_THICK = replace(
    INVOICE_SENT, company=_LONG.company, name=_LONG.name, number="ТДУА-2026/004522", buyer=replace(BUYER, name=_LONG.client),
    manager=_LONG.manager, order="ЗП-2026/004522", replaces="№ ТДУА-2026/004519 от 20.11.2026",
    seller=replace(SELLER, party=replace(SELLER.party, name=_LONG.company)),
    lines=tuple(
        replace(line, name=f"{line.name} {number}") for number in range(1, 31) for line in INVOICE_SENT.lines
    ),
)  # fmt: skip

PAPER_EXAMPLES: Mapping[str, Mapping[str, Statement | Invoice]] = {
    INVOICE: {"first": INVOICE_SENT, "instead": _INSTEAD, "bare": _PLAIN, "long": _THICK},
    INVOICE_UNPAID: {"reserved": INVOICE_SENT, "bare": _PLAIN, "long": _THICK},
    PAYMENTS_DUE: {
        "next": replace(STATEMENT, overdue=()), "stranger": replace(_STRANGER, overdue=()),
        "bare": replace(_BARE, overdue=(), coming=_COMING), "long": replace(_LONG, overdue=(), coming=_MANY),
    },
    DEBT_SOFT: {
        "usual": STATEMENT, "old": replace(STATEMENT, overdue=_OLD, is_reconciliation=True), "one": _ONE, "full": _FULL,
        "stranger": _STRANGER, "bare": _BARE, "long": _LONG,
    },
    DEBT_STATEMENT: {"usual": STATEMENT, "full": _FULL, "stranger": _STRANGER, "bare": _BARE, "long": _LONG},
    DEBT_WARNING: {"usual": replace(STATEMENT, stops_on=_STOPS_ON), "full": _WARNED, "stranger": _STRANGER, "bare": _BARE, "long": _LONG},
    DEBT_STOP: {
        name: replace(facts, stops_on=facts.as_of.date())
        for name, facts in {"usual": STATEMENT, "full": _WARNED, "stranger": _STRANGER, "bare": _BARE, "long": _LONG}.items()
    },
    DEBT_LIFTED: {
        "paid": replace(STATEMENT, overdue=(), coming=(), received_kopecks=96_500_00), "left": replace(STATEMENT, overdue=()),
        "stranger": _STRANGER, "bare": replace(_BARE, overdue=()), "long": _LONG,
    },
}  # fmt: skip
"""Kind → name → the facts; the first is the usual one."""
