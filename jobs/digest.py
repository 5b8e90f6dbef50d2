"""The daily letters: the owner's, and one for each manager whose deals have something to say.

Rules
- Once a day, between 07:00 and 18:00 of the company's own time: the first run in these hours writes the letters, the later ones
  nothing.
- A letter tells what happened since the last one that reached its reader, and how things stand now.
- The owner always gets one, on a quiet day a short one. A manager gets one if there is something to do, or something was done for
  the deals that they are responsible for; who is not at work any more gets none. The owner gets no second letter as a manager.
- The owner's first letter of a week, Monday's as a rule, brings the report: where requests come from and what becomes of them, by
  source, manager and branch, over seven days and over the month. The other days' letters say of yesterday what there is to say.
- Debts and old reserves are told in a letter that goes anyway; they alone are no reason for a manager's letter, for they would come every
  day. Nor are the tasks and notices that the manager has had.
- A manager without an e-mail address in the CRM is a finding, and the letters of the others go.
- A system that does not answer keeps no letter back: it is written from what is remembered, and says how old that is.
- The owners' letters are planned last: what a cap cuts off goes with the next run, until they close the day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time

from sverka.domain.actions import Action
from sverka.domain.contacts import email_or_nothing
from sverka.domain.digest import Digest
from sverka.domain.effects import Effect
from sverka.domain.plan import Finding, Plan, Skip
from sverka.domain.rows import User
from sverka.messages.render import Letter, render
from sverka.work import summary
from sverka.work.desk import Desk, Look
from sverka.work.spec import Job, Polls

OWNER = "owner"
EARLIEST, LATEST = time(7), time(18)


@dataclass(frozen=True)
class _Reader:
    """Who gets a letter. person: the role of an owner in the company's file, or the id of a user in the CRM."""

    person: str
    name: str
    email: str

    @property
    def subject(self) -> str:
        return f"person:{self.person}"


def plan(desk: Desk, look: Look) -> Plan:
    """Plan the letters of the day that nobody has planned yet."""
    local = look.now.astimezone(desk.policy.zone)
    if not EARLIEST <= local.time() < LATEST:
        return Plan(skips=(Skip(f"company:{desk.company}", "not_now"),))
    if desk.recipients and all(_is_planned(desk, role, local) for role in desk.recipients):
        return Plan()
    day = summary.read(desk, look.now, look.read_at, look.directory.sources)
    letters = tuple(_letters(desk, day))
    return Plan(
        actions=tuple(_action(desk, day, reader, facts) for reader, facts in letters if reader.email),
        findings=tuple(_no_address(reader) for reader, _ in letters if not reader.email),
        looked_at=_mailboxes(day),
    )


def wanted(_desk: Desk, _look: Look, _effect: Effect) -> bool:
    """Say that a planned letter is still wanted: late is better than never, and it says itself how fresh it is."""
    return True


def preview(desk: Desk, now: datetime, person: str = OWNER) -> Letter:
    """Write a person's letter from what is stored, without reading or sending anything.

    Sources of deals are named as portals name them from the first, for what this portal calls them is not stored.
    person: "owner", another role that gets the owner's letter, or a user's id. Raises LookupError for somebody unknown.
    """
    day = summary.read(desk, now, desk.clock.real(), {})
    if person == OWNER or person in desk.recipients:
        return render("digest/owner", _of_owner(desk, day, person)[1])
    user = next((user for user in day.users if user.ext_id == person), None)
    if user is None:
        raise LookupError(f"there is no user {person} in the CRM of {desk.company}")
    return render("digest/manager", summary.manager(day, user, _covered(desk, person)))


def _letters(desk: Desk, day: summary.Day) -> Iterator[tuple[_Reader, Digest]]:
    """Yield who gets a letter today and what it tells, the owners last."""
    owners = {email.casefold() for _, email in desk.recipients.values()}
    for user in day.users if desk.writes_to_managers else ():
        if user.active and user.email.casefold() not in owners and not _is_planned(desk, user.ext_id, day.now):
            facts = summary.manager(day, user, _covered(desk, user.ext_id))
            if facts.is_worth_sending:
                yield _reader(user), facts
    for role in desk.recipients:
        if not _is_planned(desk, role, day.now):
            yield _of_owner(desk, day, role)


def _of_owner(desk: Desk, day: summary.Day, role: str) -> tuple[_Reader, Digest]:
    name, email = desk.recipients.get(role, ("", ""))
    return _Reader(role, name, email), summary.owner(day, name, _covered(desk, role))


def _reader(user: User) -> _Reader:
    return _Reader(user.ext_id, user.name, email_or_nothing(user.email))


def _covered(desk: Desk, person: str) -> summary.Covered | None:
    """Return where a reader's last letter ended; for somebody who had none, where the owner's did."""
    return summary.covered(desk, f"person:{person}") or summary.covered(desk, f"person:{OWNER}")


def _is_planned(desk: Desk, person: str, now: datetime) -> bool:
    return summary.has_letter(desk, f"person:{person}", now.date())


def _action(desk: Desk, day: summary.Day, reader: _Reader, facts: Digest) -> Action:
    letter = render("digest/owner" if reader.person in desk.recipients else "digest/manager", facts)
    today = day.now.date().isoformat()
    return Action(
        "letter.digest", reader.subject, today,
        {
            "key": f"{desk.company}|{reader.subject}|{today}", "to_name": reader.name, "to": reader.email,
            "subject": letter.subject, "text": letter.text, "html": letter.html, "day": today, "until": day.until.isoformat(),
        },
        reason="Ежедневное письмо: что сделано, что осталось и что нужно решить.", after=letter.subject,
    )  # fmt: skip


def _no_address(reader: _Reader) -> Finding:
    text = f"У сотрудника «{reader.name}» в Битрикс24 не указана почта: ему некуда отправить письмо о его сделках."
    return Finding("missing", f"mailbox:{reader.person}", "email", text)


def _mailboxes(day: summary.Day) -> tuple[str, ...]:
    return tuple(f"mailbox:{user.ext_id}" for user in day.users)


JOB = Job(
    name="digest",
    summary="Write the daily letters to the owner and the managers",
    kinds=("letter.digest",),
    plan=plan,
    wanted=wanted,
    polls=Polls.CHANGES_IF_THEY_ANSWER,
    passes=1,
)
