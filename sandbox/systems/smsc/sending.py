"""`send.php`: what is checked, in which order, and what an accepted message leaves behind.

One error comes at a time: parameters (1), an identical request (9), the numbers (7, 8), the text and the sender's name (6), the
money (3). Requests are identical if their numbers and texts are; every request counts, also a refused one, so whoever repeats
himself within the minute waits anew. The vendor refuses 15 requests at once too; here there is never more than one at a time,
and that answer comes only as the fault `http_429`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox.kit import Setting
from sandbox.systems.smsc import answers, switches
from sandbox.systems.smsc.account import Account, Message
from sandbox.systems.smsc.answers import NotHere, Refusal
from sandbox.systems.smsc.calls import SEND, Call
from sandbox.systems.smsc.numbers import is_landline, number_of
from sandbox.systems.smsc.phones import REFUSED
from sandbox.systems.smsc.segments import cut, parts_of

SYSTEM = "smsc"
_ELSEWHERE = (
    "time", "tz", "period", "freq", "list", "translit", "tinyurl", "err", "op", "hlr", "ping", "flash", "bin", "push", "mms", "mail",
    "soc", "viber", "call", "tg", "bot", "fileurl", "imgcode",
)  # fmt: skip
"""Fields with which the vendor does what is not done here."""
_LONGEST_TEXT = 1000
_LONGEST_LIFE_H = 24
_LARGEST_ID = 2**31 - 1
_ID = re.compile(r"[A-Za-z0-9._-]{1,40}")
_PRICES_PER_MINUTE = 5


@dataclass(frozen=True)
class Order:
    """A request to send that was understood. numbers: as they were written. sender: "" for none. id: "" if none was given."""

    numbers: tuple[str, ...]
    text: str
    id: str
    sender: str
    valid_h: int

    @property
    def parts(self) -> int:
        """The number of parts of one message."""
        return parts_of(self.text)


def send(setting: Setting, account: Account, call: Call) -> bytes:
    """Obey a call or raise Refusal; each accepted message is told to the journal of effects."""
    order = _read(call)
    now = setting.clock.now().timestamp()
    _demand_patience(setting, account, call, order, now)
    message_id = order.id or account.next_id()
    phones = _deliverable(account, order, message_id, now)
    _demand_innocence(setting, order, message_id)
    price = order.parts * switches.effective(setting.switches)[switches.PART_KOPECKS]
    if not call.writes:
        return _answer(call, order, {"cost": answers.roubles(price * len(phones))}, len(phones))
    if account.balance_kopecks < price * len(phones):
        raise Refusal(3, message_id)
    for phone in phones:
        message = Message(message_id, phone, order.text, order.parts, price, order.sender, now, order.valid_h)
        _accept(setting, account, message)
    money = {"cost": answers.roubles(price * len(phones)), "balance": answers.roubles(account.balance_kopecks)}
    told = {"2": ("cost",), "3": ("cost", "balance")}.get(call.text("cost"), ())
    return _answer(call, order, {name: money[name] for name in told}, len(phones), message_id)


def _accept(setting: Setting, account: Account, message: Message) -> None:
    account.messages.append(message)
    account.balance_kopecks -= message.cost_kopecks
    shown = ("id", "phone", "text", "parts", "cost_kopecks", "sender")
    payload = {name: getattr(message, name) for name in shown}
    setting.journal.effect(setting.company, SYSTEM, f"POST {SEND}", "worker", payload)


def _read(call: Call) -> Order:
    for name in _ELSEWHERE:
        if call.wants(name):
            raise NotHere(f"This SMSC sends texts at once, to numbers, and knows nothing of `{name}`.")
    numbers = tuple(number for number in map(str.strip, re.split("[,;]", call.text("phones"))) if number)
    text, most_parts = call.text("mes"), call.text("maxsms")
    if not numbers or not text or len(text) > _LONGEST_TEXT:
        raise Refusal(1)
    if most_parts and not _is_whole(most_parts, _LONGEST_TEXT):
        raise Refusal(1)
    text = cut(text, int(most_parts)) if most_parts else text
    sender = call.text("sender")
    return Order(numbers, text, _id(call), "" if sender == "." else sender, _life_h(call))


def _id(call: Call) -> str:
    given = call.text("id")
    if not call.wants("id"):
        return ""
    if given.isdigit():
        if not _is_whole(given, _LARGEST_ID):
            raise Refusal(1)
        return str(int(given))
    if not _ID.fullmatch(given):
        raise Refusal(1)
    return given


def _life_h(call: Call) -> int:
    given = call.text("valid") if call.wants("valid") else str(_LONGEST_LIFE_H)
    if not _is_whole(given, _LONGEST_LIFE_H):
        raise Refusal(1)
    return int(given)


def _is_whole(text: str, most: int) -> bool:
    return re.fullmatch("[0-9]{1,10}", text) is not None and 1 <= int(text) <= most


def _demand_patience(setting: Setting, account: Account, call: Call, order: Order, now: float) -> None:
    """Refuse an identical request within a minute; of prices five are told, or any number where limits are off."""
    told_apart = order.id if setting.switches.get(switches.IDS_TELL_APART) else ""
    request = "\n".join(("send" if call.writes else "price", told_apart, *order.numbers, order.text))
    times = account.times_asked(request, now)
    if times > 1 and call.writes:
        raise Refusal(9)
    if times > _PRICES_PER_MINUTE and not call.writes and setting.limits != "off":
        raise Refusal(9)


def _deliverable(account: Account, order: Order, message_id: str, now: float) -> list[str]:
    """Return the numbers to which the message can go; those to which it cannot are left out while there are others."""
    numbers = [number for number in map(number_of, order.numbers) if number]
    if not numbers:
        raise Refusal(7, message_id)
    reached = [one for one in numbers if not is_landline(one) and account.manner(one, now).word != REFUSED]
    if not reached:
        raise Refusal(8, message_id)
    return reached


def _demand_innocence(setting: Setting, order: Order, message_id: str) -> None:
    """Refuse forbidden words, and a sender's name other than the one which the company's file says was agreed."""
    agreed = setting.config["systems"][SYSTEM].get("sender", "")
    words = switches.effective(setting.switches)[switches.FORBIDDEN_WORDS]
    if (order.sender and order.sender != agreed) or any(word in order.text.lower() for word in words):
        raise Refusal(6, message_id)


def _answer(call: Call, order: Order, money: dict[str, str], count: int, message_id: str = "") -> bytes:
    parts = order.parts * count
    known = {"id": answers.shown_id(message_id)} if message_id else {}
    line = f"OK - {parts} SMS, ID - {message_id}" if message_id else f"{money['cost']} ({parts} SMS)"
    return answers.written(call, {**known, "cnt": parts, **money}, line)
