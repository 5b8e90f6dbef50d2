"""How clients are written to, on the paper that the client signs: channels, hours, how much is too much, greetings."""

from __future__ import annotations

from collections.abc import Iterator

from sverka.companies.company import Company
from sverka.companies.paper_layout import DASH, bullet, names
from sverka.domain.messaging.names import BY_CHANNEL, NOT_WRITTEN
from sverka.domain.messaging.wishes import Birthdays, Manners, WelcomeRule
from sverka.domain.policy import Policy
from sverka.domain.russian import counted, money

_HOURS, _MINUTES, _MESSAGES = "час|часа|часов", "минуту|минуты|минут", "сообщение|сообщения|сообщений"
_LEAP_DAYS = {"02-28": "28 февраля", "03-01": "1 марта"}
_WHOSE = {
    "company": "по часам клиента, а если их не узнать, по часам компании",
    "anywhere": "по часам клиента, а если их не узнать, только когда день во всей России",
}


def message_lines(company: Company) -> Iterator[str]:
    """Return the lines of the section."""
    policy, manners = company.policy, company.policy.manners
    ways = ", ".join(BY_CHANNEL[channel] for channel in manners.channels)
    yield from bullet(f"Пишем {ways}{DASH} в этом порядке: следующим, если предыдущим клиента не достать.")
    if choice := company.fields.client.get("write_to"):
        yield from bullet(
            f"Если в карточке клиента в поле «{choice.title}» выбран способ, начинаем с него. Кому выбрано «{NOT_WRITTEN}», тому не пишем: "
            "о заказе или визите ему говорит ответственный, и получает об этом дело."
        )
    yield from bullet(
        f"О заказах и визитах{DASH} {_between(manners, 'service')}; благодарности, поздравления, приветствия{DASH} "
        f"{_between(manners, 'care')}; {_WHOSE[manners.unknown_zone]}."
    )
    yield from bullet("Что меняется в заказе или визите в течение десяти минут, говорим одним сообщением: как стало.")
    yield from bullet(
        f"Благодарности, поздравления и приветствия не идут раньше чем через {_gap(manners.gap_min)} после любого другого сообщения, "
        f"и ждут, если за день человек уже получил {counted(manners.per_day, _MESSAGES)}."
    )
    yield from bullet(
        "Кто написал «стоп», больше не получает благодарностей и поздравлений, а тем способом, каким он это написал, совсем ничего, "
        "пока не напишет «старт»."
    )
    yield from _birthdays(manners.birthdays)
    yield from _welcome(policy, manners.welcome)


def _between(manners: Manners, sort: str) -> str:
    opens, closes = (f"{minute // 60:02d}:{minute % 60:02d}" for minute in manners.hours[sort])
    return f"с {opens} до {closes}"


def _gap(minutes: int) -> str:
    whole, rest = divmod(minutes, 60)
    return counted(minutes, _MINUTES) if rest else counted(whole, _HOURS)


def _birthdays(greets: Birthdays | None) -> Iterator[str]:
    if greets is not None:
        yield from bullet(
            f"С днём рождения поздравляем раз в год, с {greets.at:%H:%M} по часам клиента; кто родился 29 февраля, в обычный год{DASH} "
            f"{_LEAP_DAYS[greets.leap_day]}. Ответственный узнаёт утром."
        )


def _welcome(policy: Policy, rule: WelcomeRule | None) -> Iterator[str]:
    if rule is not None:
        funnels = [funnel.name for funnel in policy.table.funnels if funnel.key in rule.funnels]
        where = f"{'воронке' if len(funnels) == 1 else 'воронках'} {names(funnels)}"
        yield from bullet(
            f"Нового клиента, чья первая сделка в {where}, приветствуем один раз, в рабочее время; на всех вместе{DASH} "
            f"до {money(rule.kopecks_a_day)} в день."
        )
