"""`status.php`: what is known of a message by its number and its id together, one or a list of them.

Of several messages to one number under one id the last is told. Until the registry has a message, it is as if it were not there.
A single status is asked for five times a minute at most, a list once; beyond that, and where limits are not off, error 9.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from sandbox.kit import Setting
from sandbox.systems.smsc import answers, switches
from sandbox.systems.smsc.account import Account, Message
from sandbox.systems.smsc.answers import NotHere, Refusal
from sandbox.systems.smsc.calls import Call
from sandbox.systems.smsc.numbers import number_of
from sandbox.systems.smsc.phones import Fate

Row = dict[str, Any]
Spoiler = Callable[[list[Row]], list[Row]]

NOT_FOUND = -3
_MOSCOW = timezone(timedelta(hours=3))
_SINGLES_PER_MINUTE = 5
_SENDER = "SMSC.RU"
_NAMES = {
    -1: "Ожидает отправки", 0: "Передано оператору", 1: "Доставлено", 3: "Просрочено", 20: "Невозможно доставить",
    22: "Неверный номер", 23: "Запрещено", 25: "Недоступный номер",
}  # fmt: skip
SPOILERS: dict[str, Spoiler] = {
    "half_page": lambda rows: rows[: len(rows) // 2],
    "rows_move": lambda rows: rows[::-1],
    "duplicate_rows": lambda rows: rows + rows[: (len(rows) + 1) // 2],
}
"""Faults of a list: half of it, the rows in another order than they were asked for, some rows twice."""


def status(setting: Setting, account: Account, call: Call, spoil: Spoiler | None = None) -> bytes:
    """Answer a call, the rows of a list spoilt if asked for, or raise Refusal."""
    if call.wants("del"):
        raise NotHere("This SMSC takes no message back: it knows nothing of `del`.")
    pairs = _pairs(call)
    now = setting.clock.now().timestamp()
    _demand_patience(setting, account, call, now)
    rows = [_row(setting, account, call, phone, message_id, now) for phone, message_id in pairs]
    rows = spoil(rows) if spoil else rows
    return answers.written(call, rows if call.asks_for_list else rows[0], "\n".join(map(_line, rows)))


def _pairs(call: Call) -> list[tuple[str, str]]:
    phones, ids = ([item for item in map(str.strip, call.text(name).split(",")) if item] for name in ("phone", "id"))
    if not phones or len(phones) != len(ids) or call.text("all") not in {"", "0", "1", "2"}:
        raise Refusal(1)
    return list(zip(phones, ids, strict=True))


def _demand_patience(setting: Setting, account: Account, call: Call, now: float) -> None:
    what = "statuses" if call.asks_for_list else f"status {call.text('phone')} {call.text('id')}"
    lists = switches.effective(setting.switches)[switches.LISTS_PER_MINUTE]
    most = lists if call.asks_for_list else _SINGLES_PER_MINUTE
    if account.times_asked(what, now) > most and setting.limits != "off":
        raise Refusal(9)


def _row(setting: Setting, account: Account, call: Call, phone: str, message_id: str, now: float) -> Row:
    lag_s = switches.effective(setting.switches)[switches.REGISTRY_LAG_S]
    message = account.last_known(number_of(phone) or "", message_id, now - lag_s)
    asked = {"id": answers.shown_id(message_id), "phone": phone.lstrip("+")} if call.asks_for_list else {}
    if message is None:
        return {"status": NOT_FOUND, **asked}
    known = account.fate(message, now)
    # A list, as public records of it show, leaves out an error that there is not.
    err = {} if call.asks_for_list and not known.err else {"err": known.err}
    return {"status": known.status, **_stamps("last", known.at), **err, **_whole(call, message, known), **asked}


def _whole(call: Call, message: Message, known: Fate) -> Row:
    """Return what `all` adds. 2 adds the subscriber's country, operator and region, which are not known here."""
    if not call.wants("all"):
        return {}
    whole = {
        **_stamps("send", message.accepted_at), "phone": message.phone, "cost": answers.roubles(message.cost_kopecks),
        "sender_id": message.sender or _SENDER, "status_name": _NAMES[known.status], "message": message.text, "type": 0,
    }  # fmt: skip
    return whole | (dict.fromkeys(("country", "operator", "region"), "") if call.text("all") == "2" else {})


def _stamps(name: str, at: float) -> Row:
    return {f"{name}_date": _wall(at), f"{name}_timestamp": int(at)}


def _wall(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).astimezone(_MOSCOW).strftime("%d.%m.%Y %H:%M:%S")


def _line(row: Row) -> str:
    return f"Status = {row['status']}" + (f", check_time = {row['last_date']}" if "last_date" in row else "")
