"""What a company file may get wrong, and that all of it comes in one answer with lines and remedies."""

from __future__ import annotations

from pathlib import Path

import pytest

from sverka.companies.load import load_companies
from sverka.companies.mistakes import CompanyFileError
from tests.unit.company_file import TEXT, edited, line_of, mistakes_of

PEOPLE = TEXT[TEXT.index("people:\n") : TEXT.index("\n# When clients")]
NEW = "Новая заявка:          {request: true, allowed: 15m}"
SHOP = "shop: {funnel: shop, stage: Новая заявка, source: STORE}"
HOURS = 'hours: {from: "09:00", to: "21:00", days: [пн, вт, ср, чт, пт, сб, вс]}'


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
        NEW,
        "Новая заявка: {resrve: all}",
        "funnels.shop.stages.Новая заявка.resrve",
        "did you mean `reserve`?",
    ),
    "a requirement that is no word of the table": (
        NEW,
        "Новая заявка: {thanks: client}",
        "funnels.shop.stages.Новая заявка.thanks",
        "allowed: order, reserve, shipment, payment, only, request, activity, allowed, show, eve_check, notice",
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
    "a reader named twice": (
        "accountant: [accountant]",
        "accountant: [accountant, accountant]",
        "digest.accountant[1]",
        "once",
    ),
    "an owner who gets a second letter": ("head: [head]", "head: [owner]", "digest.head[0]", "name somebody else"),
    "a reader whom nobody is": (
        "accountant: [accountant]",
        "accountant: [worker, mastre]",
        "digest.accountant[1]",
        "did you mean `master`?",
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
        NEW,
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
    "a stage that shows what the portal lacks": (
        "    availability: {title",
        "    # {title",
        "funnels.shop.stages.Запрос на товар.show",
        "describe it there, or drop it here",
        "  availability: {owner",
        "  # {owner",
    ),
    "an eve of a visit that no deal has": (
        "    visit_at: ",
        "    # ",
        "funnels.service.stages.Закрыт на приезд.eve_check",
        "describe it there, or drop it here",
        ", notice: visits",
        "",
    ),
    "what is told of a visit that no deal has": (
        "    visit_at: ",
        "    # ",
        "funnels.service.stages.Закрыт на приезд.notice",
        "describe it there, or drop it here",
        ', eve_check: "12:00"',
        "",
    ),
    "trust that no client's card shows": (
        "    trusted:      {title: Постоянный клиент, type: boolean}\n",
        "",
        "funnels.shop.stages.Отгружено/не оплачено.only",
        "describe it there, or drop it here",
    ),
    "a field that holds something else": (
        "{title: Дата и время визита, type: datetime}",
        "{title: Дата и время визита, type: date}",
        "fields.deal.visit_at.type",
        "write `type: datetime`",
    ),
    "a word in place of an hour": (HOURS, HOURS.replace('"09:00"', "утро"), "hours.from", 'such as "09:00"'),
    "an hour that no clock shows": (HOURS, HOURS.replace("21:00", "24:00"), "hours.to", 'such as "09:00"'),
    "a day that ends before it begins": (HOURS, HOURS.replace("21:00", "08:00"), "hours", "the earlier time in `from`"),
    "a day of another week": (HOURS, HOURS.replace("пн", "mo"), "hours.days[0]", "пн, вт, ср, чт, пт, сб, вс"),
    "no day at all": (HOURS, HOURS.replace("[пн, вт, ср, чт, пт, сб, вс]", "[]"), "hours.days", "at least one"),
    "an unknown duty": ("duties: {purchase:", "duties: {purchse:", "duties.purchse", "did you mean `purchase`?"),
    "a duty of nobody": (
        "duties: {purchase: warehouse",
        "duties: {purchase: master",
        "duties.purchase",
        "did you mean `manager`?",
        "  master: ",
        "  # ",
    ),
    "nobody at all": (PEOPLE, "people: {}\n", "people", "name at least one"),
    "a store in an unknown funnel": (
        SHOP,
        SHOP.replace("funnel: shop", "funnel: shp"),
        "shop.funnel",
        "did you mean `shop`?",
    ),
    "a store at an unknown stage": (
        SHOP,
        SHOP.replace("заявка", "заявк"),
        "shop.stage",
        "did you mean `Новая заявка`?",
    ),
    "a store whose deals begin at the end": (
        SHOP,
        SHOP.replace("Новая заявка", "won"),
        "shop.stage",
        "allowed: Новая заявка",
    ),
    "lines of a store that is not there": (SHOP + "\n", "", "owners.shop_lines", "describe the online store there"),
    "a time that is no span": (
        NEW,
        NEW.replace("15m", "15 мин"),
        "funnels.shop.stages.Новая заявка.allowed",
        "15m, 4h, 2d",
    ),
    "no time at all": (NEW, NEW.replace("15m", "0m"), "funnels.shop.stages.Новая заявка.allowed", "15m, 4h, 2d"),
    "a text in place of a yes": (
        NEW,
        NEW.replace("true", '"да"'),
        "funnels.shop.stages.Новая заявка.request",
        "write true or false",
    ),
    "something else to show": (
        "show: availability",
        "show: prices",
        "funnels.shop.stages.Запрос на товар.show",
        "allowed: availability",
    ),
    "an unknown placeholder": (
        'title: "{id} {surname} {goods}"',
        'title: "{id} {surname} {products}"',
        "funnels.shop.title",
        "known are {id}, {client}, {surname}, {goods}, {source}",
    ),
    "a placeholder with a format": ('title: "{id} ', 'title: "{id:05} ', "funnels.shop.title", "known are {id}"),
    "a brace without its pair": ('title: "{id} ', 'title: "{id ', "funnels.shop.title", "without any other brace"),
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


def test_a_mistake_in_one_section_hides_none_in_another(tmp_path: Path) -> None:
    mistakes = mistakes_of(
        tmp_path,
        ("  bitrix24:\n    webhook: HEADLIGHTS_BITRIX24_WEBHOOK\n", ""),
        ("store: Склад Москва", "store: 007"),
        ("from: [Закрыт на приезд], to: Открыт заказ/наряд", "from: [Закрыт на приезд], to: Открт заказ/наряд"),
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
    mistakes = mistakes_of(tmp_path)
    shared = ["mail.smtp", "mail.imap", "smsc.account", "green_api.whatsapp", "green_api.max"]
    assert sorted(mistake.path for mistake in mistakes) == sorted(f"systems.{name}" for name in shared)
    assert {mistake.file.name for mistake in mistakes} == {"headlights.yaml"}
    assert {mistake.problem for mistake in mistakes} == {"bulbs.yaml names the same variable"}


def test_an_empty_folder_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(CompanyFileError, match=r"^1 mistake in the company files:\n.*holds no company file"):
        load_companies(tmp_path)
