"""The daily letters: the owner's, one for each manager whose deals have something to say, and those of head, accountant, warehouse.

Rules
- Once a day, between 07:00 and 18:00 of the company's own time: the first run in these hours writes the letters, the later ones
  only what was not written then. Nothing is lost where a machine that cron alone wakes was off at nine.
- A letter tells what happened since the last one of its kind that reached its reader, and how things stand now.
- The owner always gets one, on a quiet day a short one. Whoever gets it gets no other.
- A manager gets one if there is something to do, or something was done for the deals that they are responsible for; who is not at
  work any more gets none.
- The head of sales, the accountant and the warehouse, as far as the company's file names them, get theirs if there is anything to tell.
  Who is named for two letters gets both, and each but once.
- The owner's and the head's first letter of a week, Monday's as a rule, brings the report: where requests come from and what becomes of
  them, by source, manager and branch, over seven days and over the month. The other days' letters say of yesterday what there is to say.
- Debts and old reserves are told in a letter that goes anyway; they alone are no reason for a manager's letter, for they would come every
  day. Nor are the tasks and notices that the manager has had.
- Where 1C is, the letters of owner, head, accountant and managers say what is owed by its books: by how many, how much is late and for how
  long, what came and what is due, who is written to today, who is not and why, which holds stand and what became of promises.
- A manager without an e-mail address in the CRM is a finding, and the letters of the others go.
- A system that does not answer keeps no letter back: it is written from what is remembered, and says how old that is.
- The owners' letters are planned last: what a cap cuts off goes with the next run, until they close the day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import NamedTuple

from sverka.domain.actions import Action
from sverka.domain.digest import Digest
from sverka.domain.effects import Effect
from sverka.domain.plan import Finding, Plan, Skip
from sverka.messages.render import render
from sverka.work import summary, tickets
from sverka.work.daily import OWNER, DailyLetter, Reader
from sverka.work.desk import Desk, Look
from sverka.work.digests import accountant, head, manager, owner, warehouse
from sverka.work.spec import Job, Polls

EARLIEST, LATEST = time(7), time(18)
LETTERS: tuple[DailyLetter, ...] = (manager.LETTER, warehouse.LETTER, accountant.LETTER, head.LETTER, owner.LETTER)
"""In the order of planning."""


class _Written(NamedTuple):
    """A letter for somebody, and what it tells."""

    letter: DailyLetter
    reader: Reader
    facts: Digest


def plan(desk: Desk, look: Look) -> Plan:
    """Plan the letters of the day that nobody has planned yet."""
    local = look.now.astimezone(desk.policy.zone)
    if not EARLIEST <= local.time() < LATEST:
        return Plan(skips=(Skip(f"company:{desk.company}", "not_now"),))
    if _is_closed(desk, local):
        return Plan()
    day = summary.read(desk, look.now, look.read_at, look.directory.sources)
    written = tuple(_of_today(desk, day))
    return Plan(
        actions=tuple(_action(desk, day, each) for each in written if each.reader.email),
        findings=tuple(_no_address(each.reader) for each in written if not each.reader.email),
        looked_at=_mailboxes(day),
    )


def wanted(_desk: Desk, _look: Look, _effect: Effect) -> bool:
    """Say that a planned letter is still wanted: late is better than never, and it says itself how fresh it is."""
    return True


def preview(desk: Desk, now: datetime, person: str = OWNER) -> dict[str, object]:
    """Write somebody's letter from what is stored, without reading or sending anything; return what its outbox row would hold.

    Sources of deals are named as portals name them from the first, for what this portal calls them is not stored.
    person: the name of a letter, a role of the company's file, or a user's id. Raises LookupError for somebody unknown.
    """
    day = summary.read(desk, now, desk.clock.real(), {})
    letter, reader = _asked_for(desk, day, person)
    history = _history(desk, day, letter, reader)
    return _payload(desk, day, _Written(letter, reader, letter.facts(day, reader, history)))


def _asked_for(desk: Desk, day: summary.Day, person: str) -> tuple[DailyLetter, Reader]:
    """Return the letter that `person` names, for its first reader; else the reader of that name with their first letter."""
    for letter in LETTERS:
        if letter.name == person and letter is not manager.LETTER:
            return letter, next(iter(letter.readers(desk, day)), Reader(person, "", ""))
    for letter in reversed(LETTERS):
        for reader in letter.readers(desk, day):
            if reader.person == person:
                return letter, reader
    user = next((user for user in day.users if user.ext_id == person), None)
    if user is None:
        raise LookupError(f"there is no user {person} in the CRM of {desk.company}")
    return manager.LETTER, Reader.of(user)


def _of_today(desk: Desk, day: summary.Day) -> Iterator[_Written]:
    """Yield who gets what today."""
    for letter in LETTERS:
        for reader in letter.readers(desk, day):
            history = _history(desk, day, letter, reader)
            if history.is_written:
                continue
            facts = letter.facts(day, reader, history)
            if facts.is_worth_sending:
                yield _Written(letter, reader, facts)


def _history(desk: Desk, day: summary.Day, letter: DailyLetter, reader: Reader) -> summary.History:
    """Return a reader's earlier letters of a kind; for somebody who had none, the owner's say where to begin."""
    return summary.history(desk, letter.name, reader.person, day.now.date(), instead=(OWNER, OWNER))


def _is_closed(desk: Desk, local: datetime) -> bool:
    roles = desk.readers.get(OWNER, {})
    return bool(roles) and all(summary.history(desk, OWNER, role, local.date()).is_written for role in roles)


def _action(desk: Desk, day: summary.Day, written: _Written) -> Action:
    payload = _payload(desk, day, written)
    return Action(
        "letter.digest", written.reader.subject, f"{payload['day']} {written.letter.name}", payload,
        reason="Ежедневное письмо: что сделано, что осталось и что нужно решить.", after=str(payload["subject"]),
    )  # fmt: skip


def _payload(desk: Desk, day: summary.Day, written: _Written) -> dict[str, object]:
    letter, reader, facts = written
    today = day.now.date()
    key = f"{desk.company}|{reader.subject}|{today.isoformat()} {letter.name}"
    facts = tickets.answerable(desk, key, facts, day.matters, today)
    return {
        "key": key, "letter": letter.name, "to_name": reader.name, "to": reader.email, **render(letter.template, facts).as_json(),
        "tickets": tickets.offered(key, facts, day.matters, today), "day": today.isoformat(), "until": day.until.isoformat(),
        "figures": dict(facts.figures),
    }  # fmt: skip


def _no_address(reader: Reader) -> Finding:
    text = f"У сотрудника «{reader.name}» в Битрикс24 не указана почта: ему некуда отправить письмо о его сделках."
    return Finding("missing", f"mailbox:{reader.person}", "email", text)


def _mailboxes(day: summary.Day) -> tuple[str, ...]:
    return tuple(f"mailbox:{user.ext_id}" for user in day.users)


JOB = Job(
    name="digest",
    summary="Write the daily letters to the owner, the managers, the head of sales, the accountant and the warehouse",
    kinds=("letter.digest",),
    plan=plan,
    wanted=wanted,
    polls=Polls.CHANGES_IF_THEY_ANSWER,
    passes=1,
    useful=timedelta(hours=1),
)
