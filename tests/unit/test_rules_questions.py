"""Questions to people: one task at a time, answered by a word in the deal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reconcilers import questions
from sverka.domain.cases import OrderCase
from sverka.domain.plan import Answer, Finding, Plan, Seen
from sverka.domain.reminders import Made
from tests import make
from tests.make import NOW

CONFLICT = Finding("conflict", "deal:71", "lines", "Состав меняли и там, и там. Что верно?", "1 | 2", asks=True)
DIFFERS = Finding(
    "differs", "deal:71", "order_status", "Заказ перевели в другой статус.", "open | cancelled", asks=True
)
CLIENT = Finding("ambiguous", "deal:71", "client", "Кто это в Бизнес.ру?", "51,52", asks=True)
STORE = Finding("conflict", "deal:71", "shop_lines", "Состав меняли и там, и там. Что верно?", "1 | 2", asks=True)
OWNED = Finding("conflict", "deal:71", "deal_lines", "Состав меняли и там, и там. Что верно?", "1 | 2", asks=True)
DOUBLED = Finding("ambiguous", "deal:71", "reserve doubled", "Оставьте один.", "33,34", asks=True)


def deal(said: str = "", **changes: object) -> OrderCase:
    return make.at("shop/Резерв", {"answer": said}, deal_fields=make.DEAL_FIELDS, **changes)


def asked(*findings: Finding) -> dict[str, Seen]:
    """Return the memory of a run that told these."""
    return {finding.key: Seen(NOW, 1, finding.values) for finding in findings}


def answer_of(said: str, *findings: Finding, now: datetime = NOW) -> str | None:
    """Return what is understood, None for nothing; what is understood leaves the field, what is not stays."""
    plan = questions.decide(deal(said, seen=asked(*findings)), Plan(findings=findings), make.headlights(), now)
    emptied = [action.payload for action in plan.actions] == [{"deal": "71", "field": "answer", "value": ""}]
    assert emptied == bool(plan.answers)
    return plan.answers[0].choice if plan.answers else None


@pytest.mark.parametrize(
    ("said", "finding", "choice"),
    [
        pytest.param("сделка", CONFLICT, "take-owner", id="the deal is right"),
        pytest.param("  Сделка. ", CONFLICT, "take-owner", id="as people type"),
        pytest.param("битрикс24", DIFFERS, "take-owner", id="by its system's name"),
        pytest.param("Бизнес.ру", CONFLICT, "take-mirror", id="the ledger is right"),
        pytest.param("ЗАКАЗ", DIFFERS, "take-mirror", id="the order is right"),
        pytest.param("магазин", STORE, "take-mirror", id="the store is right"),
        pytest.param("сайт", STORE, "take-mirror", id="the store by its other name"),
        pytest.param("сделка", STORE, "take-owner", id="the deal, not the store"),
        pytest.param("бизнес.ру", OWNED, "take-owner", id="the ledger where it owns"),
        pytest.param("сделка", OWNED, "take-mirror", id="the deal where the ledger owns"),
        pytest.param("новый", CLIENT, "take-owner", id="a new client"),
        pytest.param("52", CLIENT, "bind:52", id="a number"),
        pytest.param("№ 52", CLIENT, "bind:52", id="a number with its sign"),
        pytest.param("№52.", CLIENT, "bind:52", id="a number as people type"),
        pytest.param("33", DOUBLED, "bind:33", id="a document's number"),
        pytest.param("оставить", CONFLICT, "ignore:2026-12-24", id="leave it: for thirty days"),
        pytest.param("Оставить до 31.12.2026", CONFLICT, "ignore:2026-12-31", id="leave it until a day"),
        pytest.param("оставить  до  1.2.2027", DIFFERS, "ignore:2027-02-01", id="a day without zeros"),
        pytest.param("оставить", CLIENT, "ignore:2026-12-24", id="leave it open who that is"),
    ],
)
def test_a_word_is_understood(said: str, finding: Finding, choice: str) -> None:
    assert answer_of(said, finding) == choice


@pytest.mark.parametrize(
    ("said", "finding"),
    [
        pytest.param("не знаю", CONFLICT, id="no word of ours"),
        pytest.param("магазин", CONFLICT, id="a side that has no part in it"),
        pytest.param("бизнес.ру", STORE, id="the ledger where it has no part"),
        pytest.param(
            "сделка", replace(CONFLICT, aspect="shop cancelled"), id="a side where only leaving it makes sense"
        ),
        pytest.param("52", CONFLICT, id="a number where none is asked for"),
        pytest.param("заказ", CLIENT, id="a side where a number is asked for"),
        pytest.param("51 или 52", CLIENT, id="two numbers"),
        pytest.param("новый", DOUBLED, id="new, where only one of the documents can be right"),
        pytest.param("оставить до 31.02.2027", CONFLICT, id="a day that does not exist"),
        pytest.param("оставить до завтра", CONFLICT, id="a day in words"),
        pytest.param("сделка, наверное", CONFLICT, id="a doubt"),
        pytest.param("сделка", replace(CONFLICT, kind="missing"), id="what a word cannot mend"),
        pytest.param("сделка", replace(CONFLICT, asks=False), id="what nobody asked"),
        pytest.param("сделка", replace(CONFLICT, subject="deal:72"), id="another deal's question"),
    ],
)
def test_a_word_is_not_understood(said: str, finding: Finding) -> None:
    assert answer_of(said, finding) is None


def test_a_word_that_is_not_understood_stays_and_the_words_that_would_do_are_told() -> None:
    plan = questions.decide(deal("не знаю", seen=asked(CLIENT)), Plan(findings=(CLIENT,)), make.headlights(), NOW)
    (finding,) = plan.findings
    assert "«не знаю» непонятен" in finding.text
    assert "«новый» — это новый контрагент" in finding.text
    assert "номер" in finding.text


def test_a_word_without_a_question_is_told() -> None:
    plan = questions.decide(deal("сделка"), Plan(), make.headlights(), NOW)
    assert (plan.actions, plan.answers) == ((), ())
    assert "вопросов по ней нет" in plan.findings[0].text


@pytest.mark.parametrize(
    "known", [(), (replace(CONFLICT, values="1 | 3"),)], ids=["nothing was asked", "something else was asked"]
)
def test_an_answer_to_what_has_changed_meanwhile_is_asked_for_anew(known: tuple[Finding, ...]) -> None:
    plan = questions.decide(deal("сделка", seen=asked(*known)), Plan(findings=(CONFLICT,)), make.headlights(), NOW)
    assert (plan.answers, plan.findings) == ((), ())
    assert [action.payload for action in plan.actions] == [{"deal": "71", "field": "answer", "value": ""}]


def test_an_answer_is_for_the_question_whose_task_stands() -> None:
    (task,) = questions.reminders(deal(), Plan(findings=(DIFFERS,)), make.headlights(), NOW)
    made = {task.action("headlights", "deal:71").key: Made("task", "9", is_open=True)}
    case = deal("сделка", seen=asked(CONFLICT, DIFFERS), made=made)
    both, left = (
        questions.decide(case, Plan(findings=some), make.headlights(), NOW).answers
        for some in ((CONFLICT, DIFFERS), (CONFLICT,))
    )
    assert ([answer.finding_key for answer in both], left) == ([DIFFERS.key], ())


def test_a_word_that_was_taken_already_leaves_the_field() -> None:
    case = deal("сделка", answers={CONFLICT.key: Answer("take-owner", CONFLICT.values, "manager", "сделка")})
    for findings in ((), (CONFLICT,)):
        plan = questions.decide(case, Plan(findings=findings), make.headlights(), NOW)
        assert (plan.answers, plan.findings) == ((), ())
        assert [action.payload["value"] for action in plan.actions] == [""]


def test_an_empty_field_says_nothing() -> None:
    assert questions.decide(deal(), Plan(findings=(CONFLICT,)), make.headlights(), NOW) == Plan()


def test_an_answer_is_kept_with_what_was_asked_and_who_answered() -> None:
    case = deal("сделка", seen=asked(CONFLICT))
    case = replace(case, deal=replace(case.deal, updated_by_id="8"))
    (answer,) = questions.decide(case, Plan(findings=(CONFLICT,)), make.headlights(), NOW).answers
    assert (answer.finding_key, answer.values, answer.reason) == (CONFLICT.key, CONFLICT.values, "сделка")
    assert "№ 8" in answer.by


def test_thirty_days_are_counted_from_the_companys_today() -> None:
    late_evening = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)  # the 25th in Moscow
    assert answer_of("оставить", CONFLICT, now=late_evening) == "ignore:2026-12-25"


class TestTheTask:
    def asked(self, case: OrderCase, *findings: Finding) -> list[str]:
        told = questions.reminders(case, Plan(findings=findings), make.headlights(), NOW)
        return [each.text for each in told]

    def test_asks_one_question_at_a_time(self) -> None:
        (text,) = self.asked(deal(), DIFFERS, CONFLICT)
        assert text.startswith(CONFLICT.text)

    def test_asks_the_next_when_the_first_is_answered(self) -> None:
        case = deal(answers={CONFLICT.key: Answer("take-owner", CONFLICT.values, "head")})
        (text,) = self.asked(case, DIFFERS, CONFLICT)
        assert text.startswith(DIFFERS.text)

    def test_is_asked_anew_when_the_values_change(self) -> None:
        case = deal(answers={CONFLICT.key: Answer("take-owner", "other values", "head")})
        (text,) = self.asked(case, CONFLICT)
        assert text.startswith(CONFLICT.text)
        occasions = [
            questions.reminders(case, Plan(findings=(finding,)), make.headlights(), NOW)[0].occasion
            for finding in (CONFLICT, replace(CONFLICT, values="1 | 3"))
        ]
        assert occasions[0] != occasions[1]

    def test_says_which_words_answer_it_and_where(self) -> None:
        (text,) = self.asked(deal(), CONFLICT)
        assert "в поле сделки «Ответ Сверке»" in text
        assert all(word in text for word in ("«сделка»", "«Бизнес.ру»", "«оставить»"))
        (text,) = self.asked(replace(deal(), deal_fields=frozenset()), CONFLICT)
        assert "sverka queue decide" in text

    def test_offers_the_sides_that_it_is_about(self) -> None:
        (text,) = self.asked(deal(), STORE)
        assert "«сделка»" in text
        assert "«магазин»" in text
        assert "«Бизнес.ру»" not in text

    def test_is_the_managers_and_due_within_a_working_day(self) -> None:
        (task,) = questions.reminders(deal(), Plan(findings=(CONFLICT,)), make.headlights(), NOW)
        assert (task.responsible, task.deadline) == ("6", NOW + timedelta(hours=8))

    def test_is_nobodys_without_a_manager(self) -> None:
        assert self.asked(deal(people=make.People()), CONFLICT) == []

    @pytest.mark.parametrize(
        "finding",
        [replace(CONFLICT, asks=False), replace(CONFLICT, kind="missing"), replace(CONFLICT, subject="client:5")],
        ids=["not asked", "to be mended, not answered", "of another subject"],
    )
    def test_is_not_set_for(self, finding: Finding) -> None:
        assert self.asked(deal(), finding) == []
