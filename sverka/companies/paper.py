"""The rules of a company as a paper in Russian: what the client reads, discusses and signs before the program may act.

Everything on it comes from the company's file; no part of the file that decides what is done may be missing here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from sverka.companies import paper_words as words
from sverka.companies.company import Company
from sverka.companies.paper_funnels import funnel_lines
from sverka.companies.paper_layout import DASH, bullet, paragraph, span
from sverka.companies.paper_messages import message_lines
from sverka.domain.actions import KINDS
from sverka.domain.policy import OnDrift, Ownership, Policy, Rule, WorkingHours
from sverka.domain.rows import LedgerOrder
from sverka.domain.russian import NBSP, as_of, counted, money
from sverka.domain.state_table import ALLOWED_STATUSES

_WITH_LEDGER = (
    "Для каждой стадии сделки сказано, что должно быть в Бизнес.ру и что получают люди; для каждой воронки"
    f"{DASH} какие факты учёта двигают сделку и что решает человек."
)
_WITHOUT = f"Для каждой стадии сделки сказано, что получают люди; для каждой воронки{DASH} что решает человек."
_OF_LEDGER = frozenset(kind.rule for kind in KINDS if kind.system == LedgerOrder.system) | {
    "shop",
    "deals",
    "deal_lines",
}
"""Rules that have nothing to do for a company without a ledger."""


def paper(company: Company, edited_at: datetime) -> str:
    """Return the paper, in lines of limited width. edited_at: when the file was changed last, in the company's zone."""
    policy = company.policy
    sections = [
        *((f"Воронка «{funnel.name}»", funnel_lines(company, funnel)) for funnel in policy.table.funnels),
        *_about_ledger(company),
        ("Как Сверка пишет клиентам", message_lines(company)),
        ("Что Сверка делает сама, а что предлагает", _rules(policy)),
        ("Люди и время", _people(company)),
        ("История", _history(policy)),
    ]
    lines = list(_head(company, edited_at))
    for number, (heading, body) in enumerate(sections, start=1):
        lines += ["", "", f"{number}. {heading}", "", *body]
    return "\n".join([*lines, "", "", *_signatures()])


def _head(company: Company, edited_at: datetime) -> Iterator[str]:
    has_ledger = company.policy.has_ledger
    yield f"{company.policy.title}{DASH} правила " + (
        "сверки Битрикс24 и Бизнес.ру" if has_ledger else "Сверки для Битрикс24"
    )
    yield f"Редакция от {as_of(edited_at, date.min)}, отпечаток {company.fingerprint[:12]}"
    yield ""
    yield from paragraph(f"{_WITH_LEDGER if has_ledger else _WITHOUT} Чего здесь нет, Сверка не делает.", indent=0)


def _about_ledger(company: Company) -> Iterator[tuple[str, Iterator[str]]]:
    """Yield the sections that a company without a ledger does not need, but for its branches."""
    if company.policy.has_ledger:
        yield "Статусы, филиалы, интернет-магазин", _places(company)
        yield "Чьё слово верно, если стороны разошлись", _owners(company.policy)
    else:
        yield "Филиалы", _addresses(company.policy)


def _addresses(policy: Policy) -> Iterator[str]:
    for branch in policy.branches:
        yield from bullet(f"«{branch.name}»{DASH} {_unbroken(branch.address)}.")


def _unbroken(address: str) -> str:
    return address.replace("г. ", f"г.{NBSP}")


def _places(company: Company) -> Iterator[str]:
    policy = company.policy
    used = {
        words.STATUSES[stage.order]: stage.order
        for funnel in policy.table.funnels
        for stage in funnel.stages
        if stage.order
    }
    for label, word in used.items():
        shown = [f"«{policy.order_statuses[each]}»" for each in ALLOWED_STATUSES[word] if each in policy.order_statuses]
        yield from bullet(f"{label}{DASH} статус {' или '.join(shown)}.")
    for branch in policy.branches:
        yield from bullet(
            f"Филиал «{branch.name}»{DASH} {branch.store}, {branch.cash_desk}; {_unbroken(branch.address)}."
        )
    if desk := company.fields.deal.get("cash_desk"):
        yield from bullet(f"Деньги проводим в кассу из поля «{desk.title}», а если оно пустое, в кассу филиала.")
    if policy.shop:
        funnel = next(each.name for each in policy.table.funnels if each.key == policy.shop.funnel)
        yield from bullet(
            f"Заказ интернет-магазина без сделки становится сделкой: воронка «{funnel}», стадия «{policy.shop.stage}», "
            f"источник {policy.shop.source}."
        )


def _owners(policy: Policy) -> Iterator[str]:
    for field, ownership in policy.owners.items():
        yield from bullet(_owner(field, ownership))
    yield from paragraph(
        f"Если изменили и там, и там{DASH} спрашиваем человека. Чего нет в этом списке, не сравниваем и не меняем."
    )


def _owner(field: str, ownership: Ownership) -> str:
    name, beside = words.FIELDS[field]
    ours, theirs = ("в сделке", beside) if ownership.owner == "bitrix24" else (beside, "в сделке")
    minutes = int(ownership.grace.total_seconds() // 60)
    wait = f" через {counted(minutes, words.AFTER_MINUTES)}" if minutes else ""
    if ownership.on_drift is OnDrift.ADOPT:
        return f"{name}: верно последнее изменение. Что изменят {theirs},{wait} станет верным и {ours}."
    return f"{name}: верно то, что {ours}. Если изменят {theirs}{DASH}{wait} {words.ON_DRIFT[ownership.on_drift]}."


def _rules(policy: Policy) -> Iterator[str]:
    for rule in policy.rules.values():
        if rule.name in _OF_LEDGER and not policy.has_ledger:
            continue
        mode = ", ".join([words.MODES[rule.mode], *_caps(rule)])
        yield f"   • {words.RULES[rule.name]:<36} {mode}"
    yield ""
    held = "; снятие резервов сверх предела не делается совсем, пока человек не разрешит" if policy.has_ledger else ""
    yield from paragraph(f"Пределы считаются на один запуск. Что сверх предела, ждёт следующего{held}.")
    if policy.has_ledger:
        yield from paragraph(
            "Отгрузку и приход в кассу Сверка проводит, только если так решил человек: перевёл сделку на стадию или отметил поле."
        )


def _caps(rule: Rule) -> Iterator[str]:
    if rule.cap_per_run is not None:
        yield f"до {counted(rule.cap_per_run, words.UP_TO_ACTIONS)}"
    if rule.cap_share_percent is not None:
        yield f"до {rule.cap_share_percent}{NBSP}% от всех"
    if rule.cap_sum_kopecks is not None:
        yield f"до {money(rule.cap_sum_kopecks)}"


def _people(company: Company) -> Iterator[str]:
    policy, hours = company.policy, company.policy.hours
    day = f"{_weekdays(hours)} с {hours.opens:%H:%M} до {hours.closes:%H:%M} ({policy.zone.key})"
    yield from bullet(f"Рабочее время{DASH} {day}. Сроки идут только в это время.")
    yield from bullet(
        f"Срок вышел{DASH} узнаёт ответственный; прошло ещё столько же{DASH} и его руководитель. "
        f"Пропущенный звонок ждёт {span(hours.missed_call, hours)}."
    )
    if policy.has_ledger:
        yield from bullet(f"Чего не хватает на складах{DASH} задача: {company.person(policy.duties['purchase'])}.")
    yield from bullet(f"Вопросы, которые не относятся к сделкам,{DASH} {company.person(policy.duties['questions'])}.")
    managers = "; каждый ответственный получает свою часть" if company.digest.managers else ""
    for letter, readers in company.digest.readers.items():
        if readers:
            told = words.LETTERS[letter] + f"{DASH} " + ", ".join(person.name for person in readers)
            yield from bullet(f"Ежедневное письмо {told}{managers if letter == 'owner' else ''}.")


def _weekdays(hours: WorkingHours) -> str:
    days, first, last = hours.weekdays, hours.weekdays[0], hours.weekdays[-1]
    if len(days) == len(words.WEEKDAYS):
        return "ежедневно"
    if len(days) > 2 and last - first + 1 == len(days):
        return f"{words.WEEKDAYS[first]}–{words.WEEKDAYS[last]}"
    return ", ".join(words.WEEKDAYS[each] for each in days)


def _history(policy: Policy) -> Iterator[str]:
    cutoff = as_of(policy.history_cutoff.astimezone(policy.zone), date.min)
    yield from paragraph(
        f"Сделки, закрытые до {cutoff} ({policy.zone.key}), Сверка только считает: не меняет и не пишет о них."
    )


def _signatures() -> Iterator[str]:
    for who in ("Заказчик", "Исполнитель"):
        yield f"{who:<12} {'_' * 22} / {'_' * 24} /  «____» {'_' * 14} 20___ г."
        yield f"{'':<12} {'подпись':^22}   {'фамилия, имя':^24}    {'дата':^26}".rstrip()
        yield ""
