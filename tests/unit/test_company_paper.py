"""The paper that the client signs: everything of the file that decides what is done stands on it, in right Russian."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from sverka.cli import main
from sverka.companies import paper_words as words
from sverka.companies.company import Company
from sverka.companies.load import load_companies
from sverka.companies.paper import paper
from sverka.domain.policy import FIELDS, Mode, OnDrift
from sverka.domain.state_table import FACT_WORDS, FINAL_STAGES, LOST, NOTICES, ORDER_WORDS, TITLE_WORDS, WON
from tests.house.tree import ROOT
from tests.unit.company_file import edited

LINES = "lines:        {owner: bitrix24, on_drift: restore, grace_min: 5}"
EDITED_AT = datetime.fromisoformat("2026-11-24T12:30:00+03:00")


def plain(text: str) -> str:
    """Return a text without its line breaks and layout."""
    return " ".join(text.split())


def printed(company: Company) -> str:
    return plain(paper(company, EDITED_AT))


@pytest.fixture(scope="module")
def headlights() -> Company:
    return next(each for each in load_companies(ROOT / "config/companies") if each.name == "headlights")


def changed(folder: Path, *edits: tuple[str, str]) -> str:
    (folder / "headlights.yaml").write_text(edited(*edits), encoding="utf-8")
    return printed(load_companies(folder)[0])


@pytest.mark.parametrize(
    "sentence",
    [
        "Фары и свет — правила сверки Битрикс24 и Бизнес.ру",
        "Редакция от 24 ноября 2026 г., 12:30, отпечаток ",
        "Воронка «Интернет-магазин»",
        "Название новой сделки: <номер сделки> <фамилия клиента> <товары>",
        "Резерв Бизнес.ру: заказ есть, открыт; весь товар в резерве на складе филиала",
        "весь товар отгружен (только клиентам с отметкой «Постоянный клиент»)",
        "заказ выполнен; весь товар отгружен; оплачено полностью",
        "заказ, если он есть, открыт; тогда весь товар в резерве",
        "Сделка проиграна Бизнес.ру: заказ, если он есть, отменён; резерв снят",
        "ответственный сразу узнаёт о заявке; название сделки и карточка клиента приводятся в порядок",
        "срок ответа клиенту — 15 минут рабочего времени, потом узнаёт ответственный, ещё позже руководитель",
        "ответственный получает дело «Дозвониться до клиента»",
        (
            "Люди: когда всё это выполнено и установка не нужна, клиент узнаёт, что заказ собран (по полям «Способ получения», "
            "«Дата отгрузки», «Адрес доставки»); кому написать некуда — дело ответственному: сообщить"
        ),
        "срок — 1 рабочий день,",
        "срок — 2 рабочих дня,",
        "в поле «Наличие» видно, что есть на складах; чего не хватает — задача: Степан Рогов",
        "накануне визита, с 12:00, весь товар должен быть в резерве; если нет — задача ответственному",
        "Оплачено полностью и весь товар отгружен → на стадию «Оценка качества» со стадий «Самовывоз/доставка», «Отгружено/не оплачено»",
        "Заказ-наряд открыт → на стадию «Открыт заказ/наряд» со стадии «Закрыт на приезд»",
        "Отметили «Оплачено в кассе: да» на стадии «Самовывоз/доставка» → проводим отгрузку, приход в кассу филиала, закрываем заказ",
        "Выбрали «Установка: да» на стадии «Резерв» → переводим сделку с её заказом и резервом в воронку «Сервис», на стадию «Обработан»",
        "Заказ открыт — статус «Новый» или «Заказ-наряд открыт»",
        "Филиал «Москва» — Склад Москва, Касса Москва; г. Москва, ул. Угрешская",
        "воронка «Интернет-магазин», стадия «Новая заявка», источник STORE",
        "Состав заказа: верно то, что в сделке. Если изменят в Бизнес.ру — через 5 минут вернём, как было",
        "Статус заказа: верно то, что в сделке. Если изменят в Бизнес.ру — через 10 минут спросим человека",
        "Номер заказа: верно то, что в Бизнес.ру. Если изменят в сделке — через 10 минут вернём, как было",
        "Состав заказа сайта: верно последнее изменение. Что изменят на сайте, через 5 минут станет верным и в сделке",
        "Новые заказы делает сама, до 300 действий, до 5 000 000 ₽",
        "Снятие резервов делает сама, до 50 действий, до 100 % от всех",
        "ежедневно с 09:00 до 21:00 (Europe/Moscow)",
        "Вопросы, которые не относятся к сделкам, — Ирина Лебедева",
        "Ежедневное письмо обо всём — Андрей Ковалёв; каждый ответственный получает свою часть",
        "Сделки, закрытые до 1 июня 2005 г., 09:00 (Europe/Moscow), Сверка только считает",
    ],
)
def test_the_paper_says(headlights: Company, sentence: str) -> None:
    assert plain(sentence) in printed(headlights)


def test_every_part_of_the_file_that_decides_stands_on_the_paper(headlights: Company) -> None:
    text, policy = printed(headlights), headlights.policy
    funnels = [text[text.index(f"Воронка «{funnel.name}»") :] for funnel in policy.table.funnels]
    for funnel, section in zip(policy.table.funnels, funnels, strict=True):
        assert [
            stage.name
            for stage in funnel.stages
            if stage.name not in FINAL_STAGES and f"{stage.name} Бизнес.ру:" not in section
        ] == []
        assert [fact.target for fact in funnel.facts if f"→ на стадию «{fact.target}»" not in section] == []
        assert [
            each.field for each in funnel.decided if f"«{headlights.fields.deal[each.field].title}: да»" not in section
        ] == []
    assert [field for field in policy.owners if f"• {words.FIELDS[field][0]}: верно" not in text] == []
    assert [
        rule.name
        for rule in policy.rules.values()
        if f"• {words.RULES[rule.name]} {words.MODES[rule.mode]}" not in text
    ] == []
    assert [branch.name for branch in policy.branches if f"Филиал «{branch.name}»" not in text] == []


def test_every_word_that_a_file_may_use_has_its_russian(headlights: Company) -> None:
    assert set(words.ORDER) == set(words.STATUSES) == set(ORDER_WORDS)
    assert set(words.FACTS) == {(word, value) for word, values in FACT_WORDS.items() for value in values}
    assert set(words.TITLE) == set(TITLE_WORDS)
    assert set(words.FIELDS) == set(FIELDS)
    assert set(words.RULES) == set(headlights.policy.rules)
    assert set(words.NOTICES) == set(NOTICES)
    assert set(words.MODES) == set(Mode)
    assert set(words.ON_DRIFT) | {OnDrift.ADOPT} == set(OnDrift)


def test_the_paper_is_narrow_enough_to_be_printed_and_ends_in_two_signatures(headlights: Company) -> None:
    lines = paper(headlights, EDITED_AT).splitlines()
    assert max(map(len, lines)) <= 100
    assert [line.split()[0] for line in lines if line.endswith("20___ г.")] == ["Заказчик", "Исполнитель"]
    assert not [line for line in lines if line.lstrip().startswith("—")]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("shipments: {mode: auto, cap_per_run: 300}", "shipments: {mode: propose, cap_per_run: 21}",
         "Отгрузки предлагает, решает человек, до 21 действия"),
        ("  payments: {mode: auto, cap_per_run: 100}\n", "", "Приход в кассу только сообщает, до 10 действий"),
        ("days: [пн, вт, ср, чт, пт, сб, вс]", "days: [пн, вт, ср, чт, пт]", "Рабочее время — пн–пт с 09:00 до 21:00"),
        ("days: [пн, вт, ср, чт, пт, сб, вс]", "days: [пн, ср]", "Рабочее время — пн, ср с 09:00 до 21:00"),
        ("allowed: 15m", "allowed: 21m", "срок ответа клиенту — 21 минута рабочего времени"),
        ("allowed: 15m", "allowed: 4h", "срок ответа клиенту — 4 часа рабочего времени"),
        ("allowed: 3d", "allowed: 36h", "срок — 3 рабочих дня"),
        ("to: service/Обработан", "to: service/lost", "на стадию «Сделка проиграна»"),
        ("do: [move], to: service", "do: [link], to: service", "→ заводим связанную сделку в воронке «Сервис», на стадии «Обработан»"),
        ("do: [shipment, payment, close_order]", "do: [payment]", "→ проводим приход в кассу филиала."),
        (LINES, "lines: {owner: bitrix24, on_drift: ask, grace_min: 1}", "через 1 минуту спросим"),
        (LINES, "lines: {owner: bitrix24, on_drift: ask, grace_min: 0}", "в Бизнес.ру — спросим"),
        ("duties: {purchase: warehouse", "duties: {purchase: manager", "чего не хватает — задача: Ольга Климова"),
        ("  managers: responsible", "  # managers", "Ежедневное письмо обо всём — Андрей Ковалёв."),
        ('    title: "{id} {surname} {goods}"\n', "", "узнаёт о заявке; карточка клиента приводится в порядок"),
    ],
    ids=[
        "a rule that proposes", "a rule that is not named", "five days", "two days", "minutes", "hours", "days by hours", "to an end",
        "a second deal",
        "money only", "a minute", "at once", "another buyer",
        "no letters to managers", "no titles",
    ],
)  # fmt: skip
def test_what_changes_in_the_file_changes_on_the_paper(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert plain(sentence) in changed(tmp_path, (old, new))


def test_the_paper_is_printed_without_any_system(tmp_path: Path) -> None:
    env = {"SVERKA_DATABASE_URL": f"sqlite:///{tmp_path}/sverka.db", "SVERKA_COMPANIES": str(ROOT / "config/companies")}
    result = CliRunner().invoke(main, ["check", "--table"], env=env)
    assert result.exit_code == 0, result.output
    assert "Воронка «Сервис»" in result.output
    assert "Исполнитель" in result.output


def test_final_stages_bear_their_meaning_not_their_word(headlights: Company) -> None:
    text = printed(headlights)
    assert "Сделка успешна Бизнес.ру: ничего не требуется" in text
    assert [word for word in (f" {WON} ", f" {LOST} ") if word in text] == []
