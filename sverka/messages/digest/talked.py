"""What clients were told, which channels carried nothing, whom nobody wrote to and why, and whom a manager is to tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sverka.domain.digest import Digest, ManagerDigest
from sverka.domain.messaging.channels import EMAIL, MAX, SMS, WHATSAPP
from sverka.domain.messaging.names import BY_CHANNEL, kind_name
from sverka.domain.messaging.talked import End, HeldBack, Message, Outage, Talked
from sverka.domain.messaging.wishes import RULES
from sverka.domain.russian import NBSP, capital, clock, counted, day, grouped, plural, quoted
from sverka.messages.digest.phrase import Name, Phrase, named

HELD_TITLE = "Кому не писали и почему"
TO_SAY_TITLE = "Позвоните сами: написать не получилось или нельзя"
HELD_SHOWN = 5
"""So many reasons are told, of which the last may stand for several."""

_MESSAGES = "сообщение|сообщения|сообщений"
_CLIENTS = "клиенту|клиентам|клиентам"
_TIMES_SHOWN = 2


class _Channel(NamedTuple):
    name: str
    was_sick: str


_CHANNELS: Mapping[str, _Channel] = {
    EMAIL: _Channel("почта", "Письма клиентам не отправлялись"),
    SMS: _Channel("SMS", "SMS не отправлялись"),
    WHATSAPP: _Channel("WhatsApp", "WhatsApp не работал"),
    MAX: _Channel("MAX", "MAX не работал"),
}

_WHY: Mapping[str, str] = {
    **RULES,
    "opted_out": "по собственной просьбе",
    "too_late": "было поздно: сообщение уже не имело бы смысла",
    "per_day": "за день уже написали столько, сколько можно",
    "per_week": "за неделю о долге уже напомнили столько раз, сколько можно",
    "per_month": "за месяц о долге уже напомнили столько раз, сколько можно",
    "gave_way": "сообщение уступило более важному",
    "stopped": "сообщение придержано ограничителем или ждёт разрешения",
    "propose": "сообщение ждёт разрешения",
    "switched_off": "такие сообщения не включены",
}
"""Why something did not go to several people; where what is said of one message would not do, in other words."""

_ENDS: Mapping[End, str] = {
    End.ARRIVED: "дошло", End.TAKEN: "отправлено", End.ON_WAY: "в пути", End.UNTOLD: "отправлено, доставку канал не подтвердил",
    End.LOST: "не дошло", End.UNSURE: "возможно, ушло: подтверждения нет", End.TO_SAY: "менеджер скажет сам",
    End.SAID: "менеджер сказал сам", End.GOING: "отправляется", End.WAITS: "ждёт", End.HELD: "не отправляли",
}  # fmt: skip
_EXPLAINED = (End.HELD, End.LOST, End.WAITS, End.TO_SAY)


def talked(letter: Digest) -> list[Phrase]:
    """Say what clients were told, and which channels carried nothing meanwhile."""
    facts, today = letter.talked, letter.period.until
    clauses = [*_went(facts, "Клиентам"), *_by_people(facts)]
    return [*_joined(clauses), *(Phrase(_outage(each, today)) for each in facts.outages)]


def talked_own(letter: ManagerDigest) -> list[Phrase]:
    """Say what a manager's clients were told; whom the manager is to call stands elsewhere in the letter."""
    return _joined(list(_went(letter.talked, "Вашим клиентам")))


def _joined(clauses: Sequence[str]) -> list[Phrase]:
    return [Phrase("; ".join(clauses))] if clauses else []


def _went(facts: Talked, whom: str) -> Iterator[str]:
    if not facts.went:
        return
    channels = [f"{BY_CHANNEL[name]}{NBSP}{grouped(count)}" for name, count in facts.by_channel]
    head = f"{whom} {plural(facts.went, 'ушло|ушли|ушло')} {counted(facts.went, _MESSAGES)}"
    arrived = ", ".join(_arrived(facts))
    if len(channels) > 1:
        yield f"{head}: {', '.join(channels)}"
        yield from [arrived] if arrived else []
    else:
        yield ", ".join(part for part in (head, arrived) if part)


def _arrived(facts: Talked) -> Iterator[str]:
    """Say how many arrived, of those whose channels tell; nothing where none does."""
    rest = facts.went - facts.told
    if facts.told and facts.arrived == facts.went:
        yield "оно дошло" if facts.went == 1 else "все дошли"
    elif facts.arrived:
        yield f"дошло {grouped(facts.arrived)}{f' из {grouped(facts.told)}' if rest else ''}"
    if facts.on_way:
        yield f"в{NBSP}пути {grouped(facts.on_way)}"
    if facts.lost:
        yield f"не дошло {grouped(facts.lost)}"
    if facts.told and rest:
        yield f"о доставке ещё {'одного' if rest == 1 else grouped(rest)} узнать нельзя"


def _by_people(facts: Talked) -> Iterator[str]:
    """Say what people say instead, and what may have gone; what comes first of all names its thing."""
    is_first = not facts.went
    for count, one, several in (
        (facts.to_say, "менеджер скажет сам", "менеджеры скажут сами"),
        (facts.said, "менеджер сказал сам", "менеджеры сказали сами"),
    ):
        if count:
            what = f"{_to_clients(count)} " if is_first else f"{_neuter(count)}{NBSP}— "
            yield f"{what}{one if count == 1 else several}"
            is_first = False
    if facts.unsure:
        what = _to_clients(facts.unsure) if is_first else f"ещё {_neuter(facts.unsure)}"
        yield f"{what}, возможно, {plural(facts.unsure, 'ушло|ушли|ушло')}: подтверждения нет"


def _neuter(count: int) -> str:
    return "одно" if count == 1 else grouped(count)


def _to_clients(count: int) -> str:
    return f"{counted(count, _MESSAGES)} {'клиенту' if count == 1 else 'клиентам'}"


def _outage(outage: Outage, today: date) -> str:
    when = " и ".join(_stretch(since, until, today) for since, until in outage.times)
    if len(outage.times) > _TIMES_SHOWN:
        since, until = max(outage.times, key=_length)
        when = f"{counted(len(outage.times), 'раз|раза|раз')}, дольше всего {_stretch(since, until, today)}"
    return f"{_CHANNELS[outage.channel].was_sick} {when}{', сообщения ушли другим путём' if outage.is_rounded else ''}"


def _length(times: tuple[datetime, datetime | None]) -> timedelta:
    since, until = times
    return timedelta.max if until is None else until - since


def _stretch(since: datetime, until: datetime | None, today: date) -> str:
    """Write a stretch of time: `вчера с 10:05 до 11:10`, `20 ноября с 10:05 и до сих пор`, `с 20:10 вчера до 08:30 сегодня`."""
    if until is None:
        return f"{_on(since, today)} с{NBSP}{clock(since)} и до сих пор"
    if since.date() == until.date():
        return f"{_on(since, today)} с{NBSP}{clock(since)} до{NBSP}{clock(until)}"
    return f"с{NBSP}{clock(since)} {_on(since, today)} до{NBSP}{clock(until)} {_on(until, today)}"


def _on(moment: datetime, today: date) -> str:
    ago = (today - moment.date()).days
    return {0: "сегодня", 1: "вчера"}.get(ago) or day(moment)


def held_back(facts: Talked) -> list[Phrase]:
    """Say to how many clients something did not go, a line for each reason; who asked for it, by name."""
    count = len(facts.held) if len(facts.held) <= HELD_SHOWN else HELD_SHOWN - 1
    rest = sum(each.clients for each in facts.held[count:])
    more = [Phrase(f"Ещё {counted(rest, _CLIENTS)}{NBSP}— по другим причинам, они в таблице")] if rest else []
    return [*(_held(each) for each in facts.held[:count]), *more]


def _held(held: HeldBack) -> Phrase:
    messages = f" ({counted(held.messages, _MESSAGES)})" if held.messages != held.clients else ""
    text = f"{counted(held.clients, _CLIENTS)}{messages}{NBSP}— {_WHY[held.rule]}"
    names = [Name(name, deal.url if deal else "") for name, deal in held.names] if held.rule == "opted_out" else []
    return named(text, names)


def to_say(messages: Sequence[Message]) -> list[Phrase]:
    """Say whom a manager is to tell what, and why it was not written."""
    return [Phrase(_to_say(each), about=each.deal) for each in messages]


def _to_say(message: Message) -> str:
    about = f", сделка {quoted(message.deal.title)}" if message.deal else ""
    return f"{quoted(message.name)}{about}: {kind_name(message.kind)}. {capital(RULES[message.rule])}"


def row(message: Message) -> tuple[str, str, str, str, str]:
    """Return what the table says of a message: what, to whom, by which channel, how it stands, why."""
    why = RULES.get(message.rule, "") if message.end in _EXPLAINED else ""
    whom = ", ".join(part for part in (message.name, message.address) if part)
    channel = _CHANNELS[message.channel].name if message.channel else ""
    return capital(kind_name(message.kind)), whom, channel, _ENDS[message.end], why
