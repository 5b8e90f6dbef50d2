"""What the daily letters say of debts: which sums they come to, and how they are put."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from sverka.domain.digest import Digest
from sverka.domain.digest_receivables import Books, Came, Case, Receivables, receivables
from sverka.domain.digest_values import DealLink
from sverka.domain.dunning.decision import LAGGING, REASONS
from sverka.domain.dunning.facts import Customer, Hold, Outcome
from sverka.domain.dunning.policy import LADDERS
from sverka.domain.report import Days
from sverka.domain.tally import NOTHING, Tally
from sverka.messages.charts import ages
from sverka.messages.digest import headlines, money, state
from sverka.messages.digest import receivables as words
from sverka.messages.digest.phrase import plain
from sverka.messages.examples import EXAMPLES
from sverka.messages.examples_receivables import ACCOUNTANT_AGES, ACCOUNTANT_DEBTS, HEAD_DEBTS, RECEIVABLES
from sverka.messages.render import render
from sverka.messages.sheets import book
from tests.unit.dunning_cases import MOSCOW, NOW, TODAY, customer, decide, document, promise, receipt, rub, touch

MORNING = NOW.replace(hour=9, minute=0)
YESTERDAY = TODAY - timedelta(days=1)
DAYS = Days(YESTERDAY, YESTERDAY)


def case(of: Customer, *, is_lagging: bool = False, responsible: str = "7") -> Case:
    decision = decide(of, MORNING)
    card = DealLink(of.key, f"https://tehzap.example/{of.key}")
    return Case(card, of, decision.standing, None if is_lagging else decision, responsible)


def told(*cases: Case, days: Days = DAYS, before: int | None = None, **more: Any) -> Receivables:
    return receivables(Books(TODAY, MOSCOW, MORNING, YESTERDAY, cases, **more), days, before)


def text(value: str) -> str:
    return value.replace("\u00a0", " ").replace("\u202f", " ")


def rows(owed: Receivables) -> dict[str, tuple[str, ...]]:
    """Label of a row → its value, its parts, what is said of it."""
    return {each.label: tuple(map(text, (each.value, *each.shares, *each.notes))) for each in words.owed_figures(owed)}


def test_what_is_owed_is_parted_into_what_is_late_and_what_is_due_today() -> None:
    first = customer(document("a", 3, 128_400), document("b", 0, 40_000), document("c", -5, 10_000), key="first")
    second = customer(document("d", 30, 90_000), key="second")
    owed = told(case(first), case(second), case(customer(document("e", -1, 1_600), key="third")))
    assert (owed.owed, owed.overdue) == (Tally(3, rub(270_000)), Tally(2, rub(218_400)))
    assert owed.due_today == Tally(1, rub(40_000))
    assert owed.ages == (rub(128_400), 0, 0, rub(90_000), 0), (
        "a debt of 30 working days is 42 days late on the calendar"
    )
    assert [each.card.title for each in owed.debtors] == ["first", "second", "third"]


def test_what_is_promised_is_late_all_the_same_but_not_to_be_chased() -> None:
    owed = told(case(customer(document("a", 8, 50_000), promises=(promise(2, -3, 50_000),))))
    assert (owed.overdue.sum_kopecks, owed.net_kopecks) == (rub(50_000), 0)
    assert [(reason, len(them)) for reason, them in owed.silent] == [("promise", 1)]
    assert owed.promised.live == Tally(1, rub(50_000))


def test_who_is_to_be_reminded_this_afternoon_is_not_among_those_who_are_not_written_to() -> None:
    owed = told(case(customer(document("a", 3, 50_000))))
    assert (owed.today, owed.silent) == (Tally(1, rub(50_000)), ())


def test_nothing_is_said_to_a_customer_whose_ageing_1c_has_not_worked_out_but_the_debt_is_counted() -> None:
    owed = told(case(customer(document("a", 3, 50_000)), is_lagging=True))
    assert (owed.overdue.sum_kopecks, owed.today) == (rub(50_000), NOTHING)
    assert [reason for reason, _ in owed.silent] == [LAGGING]


def test_money_counts_on_the_days_of_the_letter_whoever_paid_it() -> None:
    came = (
        Came(YESTERDAY, rub(30_000)), Came(YESTERDAY, rub(5_000), "dealer"), Came(TODAY, rub(7)), Came(date(2026, 11, 20), rub(9)),
    )  # fmt: skip
    assert told(money=came).came == Tally(2, rub(35_000))
    assert told(money=came, days=Days(date(2026, 11, 20), YESTERDAY)).came == Tally(3, rub(35_009))


def test_steps_are_counted_on_the_days_of_the_letter_by_what_became_of_them() -> None:
    of = customer(
        document("a", 9, 50_000),
        touches=(
            touch("soft3", 6, "a"), touch("stmt8", 1, "a"), touch("call5", 1, "a"),
            touch("warn12", 1, "a", outcome=Outcome.FAILED),
        ),
    )  # fmt: skip
    owed = told(case(of))
    assert (owed.told, owed.by_hand) == ((("stmt8", 1),), (("call5", 1),))


def test_holds_in_force_and_those_that_wait_for_the_head_stand_apart() -> None:
    held = customer(document("a", 8, 50_000), key="held", hold=Hold.PREPAY_ONLY)
    proposed = customer(document("b", 8, 50_000), key="proposed")
    owed = told(case(held), case(proposed))
    assert owed.held == ((Hold.PREPAY_ONLY, 1),)
    assert owed.proposed == ((Hold.PREPAY_ONLY, 1),)


def test_a_broken_word_is_told_while_the_debt_it_was_given_about_stands() -> None:
    of = customer(
        document("a", 9, 50_000), promises=(promise(6, 4, 50_000), promise(40, 38, 10, "old")), receipts=(receipt("r", 40, 10),)
    )  # fmt: skip
    promised = told(case(of)).promised
    assert (promised.broken, promised.kept, promised.live) == (1, 0, NOTHING)


def test_a_manager_is_told_of_the_customers_that_are_theirs() -> None:
    mine, other = customer(document("a", 3, 50_000), key="mine"), customer(document("b", 3, 70_000), key="other")
    books = Books(
        TODAY, MOSCOW, MORNING, YESTERDAY, (case(mine), case(other, responsible="8")), (Came(YESTERDAY, rub(1), "other"),),
        Tally(1, rub(2)), ("Заполнить.",),
    )  # fmt: skip
    owed = receivables(books.of("7"), DAYS, None)
    assert (owed.owed, owed.came, owed.strangers, owed.to_fill) == (Tally(1, rub(50_000)), NOTHING, NOTHING, ())


def test_figures_say_how_much_less_or_more_is_late_than_a_week_ago() -> None:
    found = rows(RECEIVABLES)
    assert found["Нам должны"] == ("2 954 800 ₽", "7 клиентов")
    assert found["Из них просрочено"] == (
        "1 842 600 ₽", "1–7 дн.: 615 200", "8–15 дн.: 430 100", "16–30 дн.: 512 300", "31–60 дн.: 285 000", "6 клиентов",
        "меньше, чем неделю назад, на 262 400 ₽", "без споров, обещаний и неразнесённых денег — 828 800 ₽",
    )  # fmt: skip
    more = replace(RECEIVABLES, before_kopecks=rub(1_000_000))
    assert "больше, чем неделю назад, на 842 600 ₽" in rows(more)["Из них просрочено"]
    assert len(rows(replace(RECEIVABLES, before_kopecks=None))["Из них просрочено"]) == 7
    assert found["Пришло вчера"] == ("1 126 400 ₽", "11 платежей")
    assert found["Ждём сегодня"] == ("742 000 ₽", "6 документов")


def test_rows_of_nothing_are_not_printed() -> None:
    nothing = told()
    assert not nothing
    assert (words.owed_figures(nothing), words.owed_work(nothing), words.owed_silent(nothing)) == ([], [], [])


def test_work_with_debts_is_told_in_words() -> None:
    assert [text(plain(each)) for each in words.owed_work(RECEIVABLES)] == [
        "Сегодня напомним: 1 клиенту, 96 500 ₽.",
        "Отправлено вчера: вежливое напоминание — 2, выписка с просьбой назвать день оплаты — 1.",
        "Поручено людям вчера: позвонить об оплате — 3.",
        "Действуют ограничения: только предоплата — 1 клиент.",
        "Предложено, решает руководитель: остановить отгрузки — 1 клиент, требовать предоплату — 1 клиент.",
        "Обещания по нынешним долгам: сдержано 2, сдержано частично 1, не сдержано 1, ждём по 2 обещаниям 728 800 ₽.",
    ]


def test_who_is_not_written_to_is_named_with_the_reason() -> None:
    first = words.owed_silent(RECEIVABLES)[0]
    said = "Обещанный день оплаты ещё не наступил: 2 клиента, 728 800 ₽. Это «ООО „УралДеталь“» и «ООО „ДорТех“»."
    assert text(plain(first)) == said


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_words(reason: str) -> None:
    assert words.reason_text(reason)


@pytest.mark.parametrize("step", sorted({step.id for ladder in LADDERS.values() for step in ladder.steps}))
def test_every_step_of_every_ladder_has_a_name(step: str) -> None:
    assert words.step_name(step) != words.step_name("gone1")


def test_the_letter_says_how_fresh_1c_and_the_bank_are() -> None:
    assert text(state.source_line(ACCOUNTANT_DEBTS)).endswith("1С — на 08:40, банк — по 23 ноября.")
    assert state.warnings(ACCOUNTANT_DEBTS) == []
    (warning,) = state.warnings(ACCOUNTANT_AGES)
    assert text(warning).startswith("Последние полные данные 1С — на 22 ноября, 08:58.")
    unread = replace(HEAD_DEBTS, receivables=replace(RECEIVABLES, read_at=None))
    assert state.warnings(unread) == ["1С ещё ни разу не прочитана целиком: о долгах сказать нечего."]


def test_subjects_name_what_is_overdue() -> None:
    assert "просрочено 1,84 млн ₽" in text(headlines.owner(EXAMPLES["digest/owner"]["debts"]))  # type: ignore[arg-type]
    assert text(money.accountant_headline(ACCOUNTANT_DEBTS)).startswith("пришло 1,13 млн ₽, просрочено 1,84 млн ₽")


@pytest.mark.parametrize("name", ["accountant", "head", "manager", "owner"])
def test_letters_of_a_company_without_1c_say_nothing_of_it(name: str) -> None:
    letter = render(f"digest/{name}", EXAMPLES[f"digest/{name}"]["busy"]).as_json()
    whole = f"{letter}"
    assert words.OWED_TITLE not in whole
    assert "1С — на" not in whole


def test_a_letter_leaves_what_is_overdue_for_the_letter_of_a_week_later() -> None:
    assert ACCOUNTANT_DEBTS.figures["overdue_kopecks"] == rub(1_842_600)
    assert "overdue_kopecks" not in replace(ACCOUNTANT_DEBTS, receivables=None).figures


def test_debtors_stand_in_the_table_row_by_row() -> None:
    letter: Digest = ACCOUNTANT_DEBTS
    made = book(letter)
    assert made is not None
    sheet = next(each for each in made.sheets if each.title == "Должники")
    assert len(sheet.rows) == len(RECEIVABLES.debtors)
    assert sheet.rows[0][:3] == ("ООО «СпецМашСервис»", rub(612_300), rub(512_300))
    assert sheet.rows[0][5:8] == ("только предоплата", "остановить отгрузки", "сначала нужен звонок менеджера")


def test_on_monday_the_accountant_sees_what_is_late_by_age() -> None:
    chart = ages.chart(ACCOUNTANT_AGES)
    assert chart is not None
    assert [text(each) for each in chart.labels] == ["1–7 дней", "8–15 дней", "16–30 дней", "31–60 дней"]
    assert chart.panels[0].series[0].values == RECEIVABLES.ages[:4]
    assert ages.chart(ACCOUNTANT_DEBTS) is None, "on Tuesday"
