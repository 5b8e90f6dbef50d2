"""The sentences about visits: facts in, Russian out; letters, messengers and SMS share them."""

from __future__ import annotations

from sverka.domain.messaging.facts import Visit
from sverka.domain.russian import NBSP, capital, clock, counted, day, weekday
from sverka.messages.clients import WHOLE, at_moment, joined, on_day, stopped, uncapital
from sverka.messages.layout import cut, one_line

_FOR = ("понедельник", "вторник", "среду", "четверг", "пятницу", "субботу", "воскресенье")
_OF = ("понедельника", "вторника", "среды", "четверга", "пятницы", "субботы", "воскресенья")
_WORKS_SHOWN, _LONGEST_WORK = 3, 60


def booked(visit: Visit) -> str:
    """Say for when somebody is booked; of a visit that was moved, from when to when."""
    at, was_at = visit.at, visit.was_at
    if was_at is None:
        return f"Вы записаны на {_FOR[at.weekday()]}, {at_moment(at)}"
    if was_at.date() == at.date():
        return f"Ваш визит {on_day(at)}, перенесён с{NBSP}{clock(was_at)} на{NBSP}{clock(at)}"
    before, after = (f"{clock(each)} {_OF[each.weekday()]}, {day(each)}" for each in (was_at, at))
    return f"Ваш визит перенесён с{NBSP}{before}, на{NBSP}{after}"


def sms_booked(visit: Visit) -> str:
    """Say the same in the middle of a line; of a move to another day without the days of the week."""
    at, was_at = visit.at, visit.was_at
    if was_at is None or was_at.date() == at.date():
        return uncapital(booked(visit))
    return f"ваш визит перенесён с {clock(was_at)} {day(was_at)} на {clock(at)} {day(at)}"


def cancelled(visit: Visit) -> str:
    """Say which visit will not be."""
    return f"Ваш визит {on_day(visit.at)}, в{NBSP}{clock(visit.at)} отменён"


def eve(visit: Visit) -> str:
    """Remind in the evening before."""
    return f"Ждём вас завтра, {on_day(visit.at)}, в{NBSP}{clock(visit.at)}"


def soon(visit: Visit) -> str:
    """Remind on the day itself."""
    return f"Ждём вас сегодня, {at_moment(visit.at)}"


def rows(visit: Visit) -> list[tuple[str, str]]:
    """Say when, where and what for, a label and what stands beside it."""
    return [("Когда", f"{weekday(visit.at)}, {clock(visit.at)}"), *places(visit)]


def places(visit: Visit) -> list[tuple[str, str]]:
    """Say where and what for."""
    told = (("Где", joined(visit.address or visit.branch)), ("Работы", works(visit)))
    return [(label, said) for label, said in told if said]


def works(visit: Visit) -> str:
    """Name what will be done; "" if nothing is known."""
    names = [cut(one_line(name), _LONGEST_WORK) for name in visit.works if name.strip()]
    shown = _WORKS_SHOWN if len(names) > _WORKS_SHOWN + 1 else len(names)
    more = f" и ещё {counted(len(names) - shown, 'работа|работы|работ')}" if len(names) > shown else ""
    return ", ".join(uncapital(name) for name in names[:shown]) + more


def sms_works(visit: Visit, brief: int) -> str:
    """Name what will be done, where there is room."""
    return stopped(capital(works(visit))) if visit.works and brief <= WHOLE else ""


def change(_: Visit, to: str) -> str:
    """Say how to change the visit. to: what is answered, `письмо` or `сообщение`."""
    return f"Если планы изменятся, просто ответьте на это {to}: подберём другое время."


def again(_: Visit, to: str) -> str:
    """Say how to come after all."""
    return f"Если это ошибка или нужен другой день, просто ответьте на это {to}."


def late(visit: Visit, to: str) -> str:
    """Say what to do who is late."""
    return f"Опаздываете или не сможете приехать? {'Позвоните или' if visit.manager_phone else 'Просто'} ответьте на это {to}."
