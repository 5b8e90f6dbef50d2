"""What a company file may get wrong, and that all of it comes in one answer with lines and remedies."""

from __future__ import annotations

from pathlib import Path

import pytest

from sverka.companies.load import load_companies
from sverka.companies.mistakes import CompanyFileError
from tests.unit.company_file import TEXT, edited, line_of, mistakes_of

SERVICE_END = "      lost:                  {order: cancelled_if_any, reserve: none}\n\n# Who wins"


def test_five_mistakes_come_in_one_answer_each_with_itsline_of(tmp_path: Path) -> None:
    text = edited(
        ("company: headlights", "company: headlihgts"),
        ("timezone: Europe/Moscow", "timezone: Europe/Moskow"),
        ("Резерв:                {order: open,", "Резерв:                {order: opn,"),
        ("  lines:    {mode: auto", "  lnes:    {mode: auto"),
        ("owner: [owner]", "owner: [ownr]"),
    )
    (tmp_path / "headlights.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CompanyFileError) as caught:
        load_companies(tmp_path)
    first, *lines = str(caught.value).split("\n")
    file = tmp_path / "headlights.yaml"
    assert first == "5 mistakes in the company files:"
    assert lines == [
        (
            f"{file}:{line_of('company: headlights')}: company: `headlihgts` stands in the file headlights.yaml; "
            "write `company: headlights`, or rename the file"
        ),
        f"{file}:{line_of('timezone:')}: timezone: `Europe/Moskow` is no time zone; did you mean `Europe/Moscow`?",
        f"{file}:{line_of('Резерв:')}: funnels.shop.stages.Резерв.order: `opn` is not known here; did you mean `open`?",
        f"{file}:{line_of('  lines:    {mode')}: rules.lnes: `lnes` is not known here; did you mean `lines`?",
        f"{file}:{line_of('owner: [owner]')}: digest.owner[0]: `ownr` is not known here; did you mean `owner`?",
    ]


CASES = {
    "an unknown section": ("digest:\n", "digst: {}\ndigest:\n", "digst", "did you mean `digest`?"),
    "an unknown requirement": (
        "Новая заявка:          {}",
        "Новая заявка: {resrve: all}",
        "funnels.shop.stages.Новая заявка.resrve",
        "did you mean `reserve`?",
    ),
    "a requirement that is no word of the table": (
        "Новая заявка:          {}",
        "Новая заявка: {notice: thanks}",
        "funnels.shop.stages.Новая заявка.notice",
        "allowed: order, reserve, shipment, payment, only",
    ),
    "an unknown status word": (
        "  closed: Выполнен",
        "  closd: Выполнен",
        "order_statuses.closd",
        "did you mean `closed`?",
    ),
    "a missing key": (
        "    store: Склад Москва\n",
        "",
        "branches[0].store",
        "add `store: …` (The ledger's name of the warehouse)",
    ),
    "a section in place of a text": ("title: Фары и свет", "title: {a: b}", "title", "write one text"),
    "a text in place of a section": (
        "head:       {name: Ирина Лебедева, email: head@fary.example}",
        "head: Ирина",
        "people.head",
        "name, email",
    ),
    "a text in place of a list": ("owner: [owner]", "owner: owner", "digest.owner", "brackets"),
    "a number in place of a text": ("store: Склад Москва", "store: 12", "branches[0].store", "quotes"),
    "a fraction in place of a number": ("grace_min: 5}", "grace_min: 1.5}", "owners.lines.grace_min", "without quotes"),
    "a number out of bounds": (
        "cap_share_percent: 100",
        "cap_share_percent: 101",
        "rules.releases.cap_share_percent",
        "at most 100",
    ),
    "an empty list": ("owner: [owner]", "owner: []", "digest.owner", "name at least one"),
    "an e-mail that is none": ("email: head@fary.example", "email: head", "people.head.email", "one address"),
    "two addresses in one": (
        "email: head@fary.example",
        'email: "a@x.example, b@y.example"',
        "people.head.email",
        "one address",
    ),
    "a sender without an address": (
        "sender: Сверка <sverka@fary.example>",
        "sender: Сверка",
        "systems.mail.sender",
        "`Name <address>`",
    ),
    "a moment without an offset": ("T09:00:00+04:00", "T09:00:00", "history_cutoff", "+03:00"),
    "a link without a scheme": (
        "https://reviews.example/fary-spb",
        "reviews.example",
        "branches[1].review_link",
        "https://",
    ),
    "options of a field that is no list": (
        "{title: Дата отгрузки, type: date}",
        "{title: Дата отгрузки, type: date, options: [а]}",
        "fields.deal.ship_date",
        "change the type",
    ),
    "options by an unknown word": (
        "options: branches",
        "options: brnches",
        "fields.deal.branch.options",
        "did you mean `branches`?",
    ),
    "a limit on a shipment that is not required": (
        "Новая заявка:          {}",
        "Новая заявка: {only: trusted}",
        "funnels.shop.stages.Новая заявка",
        "add `shipment: all`",
    ),
    "a person who is not described": (
        "owner: [owner]",
        "owner: [master]",
        "digest.owner[0]",
        "did you mean `manager`?",
        "  master: ",
        "  # ",
    ),
    "an owner of a field that the portal lacks": (
        "    ledger_order: {title",
        "    # {title",
        "owners.ledger_order",
        "describe it there",
    ),
    "a status that the ledger's names lack": (
        "  closed: Выполнен\n",
        "",
        "funnels.shop.stages.Оценка качества.order",
        "add `closed: …` to `order_statuses`",
    ),
    "two branches of one name": ("name: Санкт-Петербург", "name: Москва", "branches[1].name", "a name of its own"),
    "two words for one status": (
        "closed: Выполнен",
        "closed: Отменён",
        "order_statuses.cancelled",
        "a name of its own",
    ),
    "one variable for two secrets": (
        "secret: HEADLIGHTS_BUSINESS_RU_SECRET",
        "secret: HEADLIGHTS_BUSINESS_RU_URL",
        "systems.business_ru.secret",
        "a name of its own",
    ),
    "a variable of the program's own": (
        "HEADLIGHTS_SMTP_URL",
        "SVERKA_SMTP_URL",
        "systems.mail.smtp",
        "without SVERKA_",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_one_mistake_is_one_sentence(tmp_path: Path, case: tuple[str, ...]) -> None:
    old, new, path, remedy, *more = case
    edits = [(old, new), *zip(more[::2], more[1::2], strict=True)]
    (mistake,) = mistakes_of(tmp_path, *edits)
    assert mistake.path == path
    assert remedy in mistake.remedy


def _table(*rows: str) -> tuple[str, str]:
    return SERVICE_END, SERVICE_END.replace("\n\n", "\n" + "".join(f"    {row}\n" for row in rows) + "\n")


OPENED = "- {when: {work_order: opened}, from: [Закрыт на приезд], to: Открыт заказ/наряд}"


@pytest.mark.parametrize(
    ("rows", "path", "said"),
    [
        (
            ["facts:", OPENED, OPENED.replace("to: Открыт", "to: Открт")],
            "facts[1].to",
            "did you mean `Открыт заказ/наряд`?",
        ),
        (
            ["facts:", OPENED.replace("Закрыт на приезд", "Закрыт приезд")],
            "facts[0].from[0]",
            "did you mean `Закрыт на приезд`?",
        ),
        (
            ["facts:", OPENED, "- {when: {payment: full}, from: [Закрыт на приезд], to: Оценка качества}"],
            "facts[1]",
            "exclude each other",
        ),
        (
            ["facts:", "- {when: {work_order: closed}, from: [Открыт заказ/наряд], to: Заявка}"],
            "facts[0]",
            "only move a deal forward",
        ),
        (["facts:", "- {when: {payment: full}, from: [Заявка], to: lost}"], "facts[0]", "repaired for ever"),
        (["facts:", "- {when: {}, from: [Заявка], to: won}"], "facts[0].when", "payment, shipment, work_order"),
        (
            ["facts:", "- {when: {payment: part}, from: [Заявка], to: won}"],
            "facts[0].when.payment",
            "allowed: full, none",
        ),
        (["facts:", "- {when: {payment: full}, to: won}"], "facts[0].from", "add `from: …`"),
        (
            ["decided:", "- {field: Оплачено в касе, at: [Заявка], do: [payment]}"],
            "decided[0].field",
            "`Оплачено в кассе`",
        ),
        (["decided:", "- {field: Спор, at: [Заявк], do: [payment]}"], "decided[0].at[0]", "did you mean `Заявка`?"),
        (["decided:", "- {field: Спор, at: [Заявка], do: [pay]}"], "decided[0].do[0]", "did you mean `payment`?"),
    ],
    ids=[
        "to a stage that does not exist",
        "from a stage that does not exist",
        "two facts that fight",
        "backwards",
        "to a stage that denies the fact",
        "a fact without a condition",
        "an unknown state",
        "no origin",
        "an unknown field",
        "a decision at an unknown stage",
        "an unknown deed",
    ],
)
def test_a_contradiction_of_the_state_table_is_told_where_it_stands(
    tmp_path: Path, rows: list[str], path: str, said: str
) -> None:
    edit = _table(*rows)
    (mistake,) = mistakes_of(tmp_path, edit)
    assert mistake.path == f"funnels.service.{path}"
    assert said in str(mistake)
    assert mistake.line == line_of(rows[-1], TEXT.replace(*edit))


def test_a_stage_that_contradicts_itself_is_told_in_itsline_of(tmp_path: Path) -> None:
    (mistake,) = mistakes_of(tmp_path, ("Заявка:                {}", "Заявка: {reserve: all}"))
    assert (mistake.line, mistake.path) == (line_of("      Заявка:"), "funnels.service.stages.Заявка")
    assert mistake.remedy == "goods are held for an order, so add `order: open`"


def test_a_mistake_in_one_section_hides_none_in_another(tmp_path: Path) -> None:
    mistakes = mistakes_of(
        tmp_path,
        ("  bitrix24:\n    webhook: HEADLIGHTS_BITRIX24_WEBHOOK\n", ""),
        ("store: Склад Москва", "store: 007"),
        _table("facts:", OPENED.replace("to: Открыт", "to: Открт")),
        ("managers: responsible", "managers: all"),
    )
    assert [mistake.path for mistake in mistakes] == [
        "systems.bitrix24",
        "branches[0].store",
        "funnels.service.facts[0].to",
        "digest.managers",
    ]


def test_a_pasted_secret_is_refused_and_never_quoted(tmp_path: Path) -> None:
    edits = [
        ("webhook: HEADLIGHTS_BITRIX24_WEBHOOK", "webhook: https://fary.bitrix24.example/rest/1/c4n4ry/"),
        ("secret: HEADLIGHTS_BUSINESS_RU_SECRET", "secret: 0071"),
        ("smtp: HEADLIGHTS_SMTP_URL", "smtp: 4711"),
    ]
    mistakes = mistakes_of(tmp_path, *edits)
    assert [mistake.path for mistake in mistakes] == [
        "systems.bitrix24.webhook",
        "systems.business_ru.secret",
        "systems.mail.smtp",
    ]
    told = " ".join(map(str, mistakes))
    assert [secret for secret in ("c4n4ry", "0071", "4711") if secret in told] == []


def test_mistakes_of_all_files_come_together(tmp_path: Path) -> None:
    (tmp_path / "bulbs.yaml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "lamps.yml").write_text(TEXT, encoding="utf-8")
    mistakes = mistakes_of(tmp_path, ("grace_min: 5}", "grace_min: soon}"))
    by_file = [(mistake.file.name, mistake.path) for mistake in mistakes]
    assert by_file[0] == ("bulbs.yaml", "company")
    assert by_file[-1] == ("lamps.yml", "")
    assert ("headlights.yaml", "owners.lines.grace_min") in by_file


def test_two_companies_may_not_share_a_secret(tmp_path: Path) -> None:
    other = TEXT.replace("company: headlights", "company: bulbs").replace(": HEADLIGHTS_B", ": BULBS_B")
    (tmp_path / "bulbs.yaml").write_text(other, encoding="utf-8")
    (mistake,) = mistakes_of(tmp_path)
    assert (mistake.file.name, mistake.path) == ("headlights.yaml", "systems.mail.smtp")
    assert mistake.problem == "bulbs.yaml names the same variable"


def test_an_empty_folder_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(CompanyFileError, match=r"^1 mistake in the company files:\n.*holds no company file"):
        load_companies(tmp_path)
