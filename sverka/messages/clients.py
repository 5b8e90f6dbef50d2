"""What messages to clients share: how people are greeted, who signs, and the short forms that fit into an SMS.

An SMS gives way step by step (`brief`): first what is merely good to know, then the manager's name, then the phone, then the ends of
long names; what it is about stays. A link is never shortened, nor a word cut in two but where it alone is too long.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from sverka.domain.messaging.debts import Statement
from sverka.domain.messaging.facts import ClientFacts, Generic, Greeting, ThanksReview, Visit, Welcome
from sverka.domain.messaging.invoices import Invoice
from sverka.domain.notices import OrderReady
from sverka.domain.russian import NBSP, clock, day, quoted
from sverka.messages.layout import cut, one_line

WHOLE, NO_EXTRAS, NO_NAME, NO_PERSON, BAREST = BRIEFS = range(5)
"""How brief an SMS is: with all; without what is good to know; nor the manager's name; nor the phone; nor the ends of long names."""

_LONGEST_NAME = 40
"""Characters of a name, or of a number: nobody is called by what is longer."""
_SENDER, _PLACE = (60, 40), (90, 60)
"""Characters of the company's name and of an address in an SMS, and in the barest one."""

_AT = ("в понедельник", "во вторник", "в среду", "в четверг", "в пятницу", "в субботу", "в воскресенье")
_STOPS = (".", "?", "!", "…")
_RUSSIAN = re.compile(r"\+7(\d{3})(\d{3})(\d\d)(\d\d)")
_CITY = re.compile(r"(?:г\.|город) ?[^,]+, *(?=\S)")
_HOUSE = re.compile(r"(?<=, )д\. ?(?=\d)")


def hail(facts: ClientFacts) -> str:
    """Greet the client, by name where it is known."""
    return f"Здравствуйте, {facts.name}!" if is_named(facts) else "Здравствуйте!"


def is_named(facts: ClientFacts) -> bool:
    """Whether there is a name by which the client may be called."""
    return 0 < len(facts.name) <= _LONGEST_NAME


def signature(facts: ClientFacts) -> list[str]:
    """Sign a letter, a line each."""
    who = f"{facts.manager}, ваш менеджер" if facts.manager else "Ваши менеджеры"
    return [line for line in (who, quoted(facts.company), _phone_of(facts)) if line]


def person(facts: ClientFacts) -> str:
    """Say in a line who answers; "" for nobody in particular."""
    return ", ".join(
        part for part in (f"{facts.manager}, ваш менеджер" if facts.manager else "", _phone_of(facts)) if part
    )


def phone(number: str) -> str:
    """Write a phone as people read it: `+7 495 123-45-67`; what is no Russian one stays as it is."""
    return _RUSSIAN.sub(rf"+7{NBSP}\1{NBSP}\2-\3-\4", number) if _RUSSIAN.fullmatch(number) else number


def on_day(moment: date) -> str:
    """Say on which day: `во вторник, 24 ноября`."""
    return f"{_AT[moment.weekday()]}, {day(moment)}"


def at_moment(moment: datetime) -> str:
    """Say when: `24 ноября, в 10:00`."""
    return f"{day(moment)}, в{NBSP}{clock(moment)}"


def joined(address: str) -> str:
    """Keep the abbreviations of an address and what they stand before on one line."""
    return address.replace(". ", f".{NBSP}")


def uncapital(text: str) -> str:
    """Begin with a small letter; an abbreviation, and a brand in Latin letters, stay as they are."""
    return text if text[1:2].isupper() or text[:1].isascii() else text[:1].lower() + text[1:]


def of_order(number: str) -> str:
    """Say of which order: ` № 4522` after the word; "" without a number."""
    return f" №{NBSP}{cut(one_line(number), _LONGEST_NAME)}" if number else ""


def sms_sender(facts: ClientFacts, brief: int) -> str:
    """Say who writes."""
    return short(one_line(facts.company), _SENDER[brief >= BAREST])


def firm(company: str) -> str:
    """Name a company within a sentence; one that has quotes in its name needs no others."""
    return one_line(company).replace(" «", f"{NBSP}«") if "«" in company else quoted(company)


def short(name: str, limit: int) -> str:
    """Shorten a company's name at a word; quotes that were cut open are closed."""
    name = cut(name, limit)
    return f"{name}»" if name.count("«") > name.count("»") else name


def sms_place(facts: OrderReady | Visit | Generic, brief: int) -> str:
    """End the sentence with the place; without the city, in which client and branch are."""
    return stopped(", ".join(["", short_address(facts.address, brief)]) if facts.address else "")


def short_address(address: str, brief: int) -> str:
    """Return an address without its city and the abbreviation of the house."""
    return cut(_HOUSE.sub("", _CITY.sub("", one_line(address), count=1)), _PLACE[brief >= BAREST])


def sms_person(facts: ClientFacts, brief: int) -> str:
    """Say whom to call; "" where nobody can be called, or there is no room."""
    number = _phone_of(facts)
    if not number or brief >= NO_PERSON:
        return ""
    return f"{facts.manager}, {number}" if facts.manager and brief < NO_NAME else number


def stopped(text: str) -> str:
    """End with a stop, unless the text has an end of its own."""
    return text if text.endswith(_STOPS) else f"{text}."


def review_subject(facts: ThanksReview) -> str:
    """Thank for the order, and ask."""
    return f"Спасибо за заказ{of_order(facts.order_number)}! Всё ли вам понравилось?"


def congratulation(facts: Greeting) -> str:
    """Congratulate within a line that names the company."""
    who = f"{facts.name}, " if is_named(facts) else ""
    return f"{who}поздравляем вас с{NBSP}днём рождения!"


def birthday_subject(facts: Greeting) -> str:
    """Congratulate in a subject line."""
    return f"{facts.name}, с днём рождения!" if is_named(facts) else "С днём рождения!"


def welcome_subject(facts: Welcome) -> str:
    """Welcome in a subject line."""
    return f"{quoted(facts.company)}: " + (
        f"ваш менеджер — {facts.manager}" if facts.manager else "спасибо, что обратились к нам"
    )


def _phone_of(facts: ClientFacts) -> str:
    return phone(facts.manager_phone) if isinstance(facts, Visit | Welcome | Statement | Invoice | Generic) else ""
