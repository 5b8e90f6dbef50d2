"""What happens in an instance as time goes by: messages leave, arrive, are read, leave again, or are dropped.

Nothing runs by itself: whoever looks at an instance first lets everything happen that was due by then, in its order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from sandbox.systems.green_api import names, notices, texts
from sandbox.systems.green_api.habits import Habit
from sandbox.systems.green_api.instances import AUTHORIZED, DAY_S, YELLOW_CARD, Instance, Message, Queued
from sandbox.systems.green_api.switches import Switches

RESENT_AFTER_S = 600.0

_Step = tuple[float, Callable[[float], None]]


def advance(instance: Instance, now: float, switches: Switches) -> None:
    """Let everything happen that was due by now."""
    while (step := min(_steps(instance, switches), key=lambda each: each[0], default=None)) and step[0] <= now:
        at, happen = step
        happen(at)


def head_in_hand(instance: Instance, now: float) -> bool:
    """Tell whether the first message of the queue is being sent right now."""
    return bool(instance.queue) and instance.state == AUTHORIZED and _taken_up(instance, instance.queue[0]) <= now


def accept(instance: Instance, item: Queued) -> None:
    """Put a message into the queue."""
    instance.queue.append(item)
    if instance.state == YELLOW_CARD:
        notices.tell_status(instance, _message(item, item.accepted_at), "yellowCard", item.accepted_at)


def change_state(instance: Instance, state: str, now: float, switches: Switches) -> None:
    """Bring an instance into another state, and tell of it."""
    was = instance.state
    if state == was:
        return
    instance.state, instance.state_since = state, now
    if was == AUTHORIZED and instance.channel == names.MAX and switches.max_drops_queue:
        instance.queue.clear()
    notices.tell_state(instance, now)
    if state == YELLOW_CARD:
        for item in instance.queue:
            notices.tell_status(instance, _message(item, now), "yellowCard", now)
    if instance.is_linked:
        _hear_held(instance, now)


def change_habit(instance: Instance, phone: str, habit: Habit, now: float) -> None:
    """Let a phone behave otherwise from now on; what is on its way follows."""
    instance.habits[phone] = habit
    for message in instance.messages:
        if message.phone == phone and not message.incoming and not message.lost:
            message.due = {"sent": habit.fate, "delivered": habit.opened}.get(message.status, _nothing)(now)
    instance.on_way = [message for message in instance.messages if message.due]


def come(instance: Instance, message: Message, now: float) -> None:
    """Take in what a person wrote; an account that is not linked hears of it when it is again."""
    instance.held.append(message)
    if instance.is_linked:
        _hear_held(instance, now)


def _steps(instance: Instance, switches: Switches) -> Iterator[_Step]:
    for message in instance.on_way:
        yield message.due[0][0], partial(_befall, instance, message)
    if instance.queue:
        yield _next_of_queue(instance, instance.queue[0], switches)
    if instance.echoes and instance.state == AUTHORIZED:
        yield max(instance.echoes[0][0], instance.state_since), partial(_leave_again, instance)


def _next_of_queue(instance: Instance, head: Queued, switches: Switches) -> _Step:
    taken_up, dropped_at = _taken_up(instance, head), head.accepted_at + DAY_S
    delay_s = instance.settings_at(taken_up)["delaySendMessagesMilliseconds"] / 1000
    leaves_at = taken_up + delay_s + head.typing_s
    if instance.state == AUTHORIZED and leaves_at < dropped_at:
        return leaves_at, partial(_leave, instance, switches)
    return dropped_at, partial(_drop, instance)


def _taken_up(instance: Instance, head: Queued) -> float:
    return max(head.accepted_at, instance.free_at, instance.state_since)


def _drop(instance: Instance, _: float) -> None:
    instance.queue.pop(0)


def _leave(instance: Instance, switches: Switches, at: float) -> None:
    item = instance.queue.pop(0)
    instance.free_at = at
    _set_out(instance, _message(item, at))
    if switches.resends:
        instance.echoes.append((at + RESENT_AFTER_S, item))


def _leave_again(instance: Instance, at: float) -> None:
    _, item = instance.echoes.pop(0)
    again = _message(item, at)
    again.id_message = instance.new_id()
    _set_out(instance, again)


def _set_out(instance: Instance, message: Message) -> None:
    habit, at = instance.habit(message.phone), message.at
    message.lost = habit.how == "blocked"
    instance.messages.append(message)
    if habit.first == "sent":
        notices.tell_left(instance, message, at)
        message.due = habit.fate(at)
    message.statuses.append((at, habit.first))
    notices.tell_status(instance, message, habit.first, at)
    if message.due:
        instance.on_way.append(message)


def _befall(instance: Instance, message: Message, at: float) -> None:
    _, status = message.due.pop(0)
    message.statuses.append((at, status))
    notices.tell_status(instance, message, status, at)
    if not message.due:
        instance.on_way.remove(message)


def _hear_held(instance: Instance, now: float) -> None:
    for message in instance.held:
        instance.messages.append(message)
        notices.tell_came(instance, message, now)
    instance.held.clear()


def _message(item: Queued, at: float) -> Message:
    return Message(item.id_message, item.chat_id, item.phone, texts.carried(item.body["message"]), at)


def _nothing(_: float) -> list[tuple[float, str]]:
    return []
