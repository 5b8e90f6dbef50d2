from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from sverka.domain.digest import (
    Digest,
    LeftAlone,
    ManagerDigest,
    Notice,
    OwnerDigest,
    Period,
    Source,
    Standing,
    Troubles,
)
from sverka.domain.digest_facts import DELAYS, NOTICES, QUESTIONS, REASONS_TOLD
from sverka.domain.done import Done, Errands, Move
from sverka.domain.messaging.kinds import ORDER_READY
from sverka.domain.plan import REASONS
from sverka.domain.report import GROUPINGS
from sverka.domain.tally import Tally
from sverka.messages.digest import headlines, phrase, questions, sales, state, work
from sverka.messages.examples import (
    MANAGER_BUSY,
    MANAGER_DONE,
    OWNER_BUSY,
    OWNER_FIRST_DAY,
    OWNER_QUIET,
    OWNER_UNSOUND,
    TO_SAY,
)  # fmt: skip
from sverka.work.polling import LEDGER_FAMILIES, PORTAL_FAMILIES, SHOP_FAMILY

TODAY = date(2026, 11, 24)
DAY = Period(date(2026, 11, 23), TODAY)
DEALS = MANAGER_BUSY.done_deals


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def owner(**changes: Any) -> OwnerDigest:
    return replace(OWNER_QUIET, **changes)


def manager(**changes: Any) -> ManagerDigest:
    return replace(MANAGER_DONE, done=Done(), **changes)


@pytest.mark.parametrize(
    ("letter", "line"),
    [
        (OWNER_QUIET, "всё сошлось, вопросов нет"),
        (OWNER_FIRST_DAY, "сошлись все 65 сделок, создано 65 заказов на 1,99 млн ₽, вопросов нет"),
        (OWNER_BUSY, "пришло 152 250 ₽, сошлась 61 сделка из 65, не получилось 1 действие, 3 заявки без ответа, четыре вопроса"),
        (OWNER_UNSOUND, "Бизнес.ру прочитан не полностью, пришло 152 250 ₽, сошлась 61 сделка из 65, один вопрос"),
        (
            owner(standing=Standing(65, 64, 607, 1), done=Done(repairs=12), questions=OWNER_BUSY.questions[:1]),
            "сошлись 64 сделки из 65, исправлено 12 расхождений, один вопрос",
        ),
        (owner(standing=Standing(21, 0, 1, 1)), "не сошлась ни одна из 21 сделки, вопросов нет"),
        (owner(standing=Standing(1, 1, 1, 1), done=Done(orders=Tally(1, 0))), "сошлась 1 сделка из 1, создан 1 заказ, вопросов нет"),
        (
            owner(done=Done(orders=Tally(2, 5), repairs=1)),
            "сошлись все 65 сделок, созданы 2 заказа, исправлено 1 расхождение, вопросов нет",
        ),
        (owner(standing=Standing(), troubles=Troubles(("x",), ("y",))), "не получилось 2 действия, вопросов нет"),
        (owner(sources=(Source("bitrix24", None),)), "Битрикс24 ещё не прочитан, сошлись все 65 сделок, вопросов нет"),
        (
            owner(done=Done(completed=Tally(2, 50_000_00), shipped=Tally(1, 10_000_00), orders=Tally(1, 5), repairs=4)),
            "сошлись все 65 сделок, отгружены 3 заказа на 60 000 ₽, создан 1 заказ, вопросов нет",
        ),
        (
            owner(done=Done(moves=((Move("Оценка качества"), 2), (Move("Обработан", "Сервис"), 3)), errands=Errands(given=9))),
            "сошлись все 65 сделок, переведено 5 сделок, вопросов нет",
        ),
        (owner(done=Done(errands=Errands(given=9))), "сошлись все 65 сделок, вопросов нет"),
        (
            owner(sources=(replace(OWNER_QUIET.sources[0], is_old=True),)),
            "данные Битрикс24 устарели, сошлись все 65 сделок, вопросов нет",
        ),
    ],
)  # fmt: skip
def test_the_owners_subject_says_what_matters(letter: OwnerDigest, line: str) -> None:
    assert plain(headlines.owner(letter)) == line


@pytest.mark.parametrize(
    ("letter", "line"),
    [
        (
            MANAGER_BUSY,
            (
                "Ольга, на сегодня: 1 заявка без ответа, 2 вопроса, 1 сделке не хватает товара, 1 сделка стоит слишком долго, "
                "2 замечания"
            ),
        ),
        (manager(to_say=TO_SAY), "Ольга, на сегодня: позвонить 2 клиентам"),
        (
            manager(to_say=(*TO_SAY[:1], replace(TO_SAY[0], kind=ORDER_READY)), questions=OWNER_BUSY.questions[:1]),
            "Ольга, на сегодня: позвонить 1 клиенту, 1 вопрос",
        ),
        (MANAGER_DONE, "Ольга, вопросов нет: отгружен 1 заказ на 46 000 ₽, созданы 3 заказа"),
        (manager(), "Ольга, вопросов нет"),
        (manager(name=""), "Вопросов нет"),
        (
            manager(notices=tuple(Notice(topic, "", 1, 0, TODAY) for topic in NOTICES if topic not in DELAYS)),
            "Ольга, на сегодня: 1 сделка без филиала, 1 сделка без клиента, 8 замечаний",
        ),
        (
            manager(notices=tuple(Notice(topic, "", 1, 0, TODAY) for topic in ("lines", "product", "behind"))),
            "Ольга, на сегодня: 1 сделка без товаров, 1 товар не найден, 1 сделка впереди заказа",
        ),
        (
            manager(delays=tuple(Notice(topic, "", 1, 0, TODAY) for topic in ("answer", "answer", "visit"))),
            "Ольга, на сегодня: 2 заявки без ответа, 1 визит без товара",
        ),
    ],
)  # fmt: skip
def test_the_managers_subject_says_what_is_to_do(letter: ManagerDigest, line: str) -> None:
    assert plain(headlines.addressed(headlines.manager(letter), letter)) == line


@pytest.mark.parametrize(
    ("letter", "line"),
    [
        (OWNER_QUIET, "Данные: Битрикс24 — на 08:55, Бизнес.ру — на 08:55."),
        (OWNER_UNSOUND, "Данные: Битрикс24 — на 08:55, Бизнес.ру — на 23 ноября, 08:55."),
        (owner(sources=(Source("bitrix24", None),)), ""),
    ],
)
def test_the_age_of_the_data_is_said(letter: Digest, line: str) -> None:
    assert plain(state.source_line(letter)) == line


def test_a_source_that_may_not_be_relied_on_is_said_aloud() -> None:
    sound = OWNER_QUIET.sources[0]
    letter = owner(
        sources=(
            sound,
            replace(sound, missing=("orders", "reserve_lines")),
            replace(sound, is_old=True),
            Source("business_ru", None),
        )
    )
    missing, old, never = (plain(text) for text in state.warnings(letter))
    assert missing.startswith("Битрикс24 прочитан не полностью, не дошли: заказы, состав резервов.")
    assert old.startswith("Последние полные данные Битрикс24 — на 08:55.")
    assert never.startswith("Бизнес.ру ещё ни разу не прочитан целиком.")


@pytest.mark.parametrize("family", [*PORTAL_FAMILIES, SHOP_FAMILY, "shop_lines", "lines", *LEDGER_FAMILIES])
def test_whatever_was_not_read_has_a_name(family: str) -> None:
    letter = owner(sources=(replace(OWNER_QUIET.sources[0], missing=(family,)),))
    assert family not in state.warnings(letter)[0]
    assert "прочие данные" not in state.warnings(letter)[0]


def test_every_question_reason_and_topic_has_its_words() -> None:
    for question in QUESTIONS:
        asked = replace(OWNER_BUSY.questions[0], topic=question)
        assert questions.until_answered([asked]).startswith("Пока вы не ответили, ")
        assert isinstance(questions.choices(asked), tuple)
    assert set(work.DELAY_TITLES) == set(DELAYS)
    assert set(sales.TABLES) == set(GROUPINGS)
    for reason in REASONS_TOLD:
        assert reason in REASONS
        assert phrase.plain(work.left_alone(LeftAlone(reason, DEALS[:1]))).endswith("Это «Заказ 126».")
    for topic in NOTICES:
        told = Notice(topic, "Как есть.", 4, 100, TODAY, DEALS[:4], ("Лампа", "Линза"))
        assert plain(phrase.plain(work.notice(told, DAY)))


@pytest.mark.parametrize(
    ("deals", "said"),
    [
        (1, "Это «Заказ 126»."),
        (2, "Это «Заказ 126» и «Заказ 128»."),
        (4, "Это «Заказ 126», «Заказ 128», «Заказ 129» и «Заказ 131»."),
        (5, "Это «Заказ 126», «Заказ 128», «Заказ 129» и ещё 2."),
    ],
)
def test_names_are_listed_as_people_would(deals: int, said: str) -> None:
    assert phrase.plain(work.left_alone(LeftAlone("ignored", DEALS[:deals]))).endswith(said)


@pytest.mark.parametrize(
    ("notice", "said"),
    [
        (Notice("branch", "Своими словами.", 1, 5_00, TODAY, DEALS[:1]), "Своими словами."),
        (Notice("branch", "Своими словами?", 1, 5_00, date(2026, 11, 2), DEALS[:1]), "Своими словами? Так с 2 ноября."),
        (
            Notice("branch", "", 2, 131_900_00, date(2026, 11, 21), DEALS[:2]),
            (
                "2 сделки на 131 900 ₽ без филиала: резерв не поставить, укажите филиал. "
                "Это «Заказ 126» и «Заказ 128». Самая давняя — с 21 ноября."
            ),
        ),
        (
            Notice("product", "", 2, 0, TODAY, DEALS[:2], ("Лампа",)),
            "1 товар не найден в Бизнес.ру по артикулу, его ждут 2 сделки. Это «Лампа».",
        ),
        (
            Notice("product", "", 2, 88_00, TODAY, DEALS[:1], ("Лампа", "Линза")),
            "2 товара не найдены в Бизнес.ру по артикулу, их ждёт 1 сделка на 88 ₽. Это «Лампа» и «Линза».",
        ),
    ],
)  # fmt: skip
def test_what_people_should_know_is_said(notice: Notice, said: str) -> None:
    assert plain(phrase.plain(work.notice(notice, DAY))) == said


def test_seven_notices_are_enough_for_an_owner() -> None:
    told = work.notices([Notice("other", f"Замечание {n}.", 1, 0, TODAY) for n in range(9)], DAY)
    assert [plain(said.text) for said in told][-2:] == ["Замечание 6.", "И ещё 2 замечания"]


def test_silence_has_its_consequences_spelled_out() -> None:
    assert (
        plain(questions.until_answered(OWNER_BUSY.questions[:2]))
        == "Пока вы не ответили: 1 — состав заказа не меняем, 2 — заказ не создаём."
    )


def test_reserves_older_than_a_week_are_told_by_age() -> None:
    figures = {figure.label: figure for figure in state.figures(OWNER_BUSY)}
    held = figures["Товар в резерве по сделкам"]
    assert [plain(share) for share in held.shares] == [
        "до 7 дней: 415 200",
        "8–14: 230 100",
        "15–30: 152 300",
        "больше 30: 45 000",
    ]
    assert plain(held.notes[1]) == "самый старый — 34 дня, «Volvo XC90, комплект фар»"
    assert not any(figure.shares for figure in state.figures(OWNER_QUIET))
