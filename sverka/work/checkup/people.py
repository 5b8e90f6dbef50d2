"""People: whether those of the file work on the portal and in the ledger, and whether the two know each other's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

from sverka.companies.company import Company, Person
from sverka.domain.rows import Employee, User
from sverka.systems.bitrix24.rights import Rights
from sverka.work.checkup.lines import Line, counted, error, listed, look, right, warning

PORTAL, LEDGER = "Bitrix24", "Бизнес.ру"
_WORKER = "worker"
_ALIKE = 0.85
"""Addresses of one company end alike, so that a looser likeness would mean nothing."""


def on_portal(company: Company, rights: Rights, users: Sequence[User]) -> Iterator[Line]:
    """Look for the people of the file among the users of the portal, and for the owner of the webhook among the people."""
    active = {user.email.casefold() for user in users if user.active and user.email}
    gone = {user.email.casefold() for user in users if not user.active}
    lines = [
        _absent(company, person, active, is_dismissed=person.email.casefold() in gone)
        for person in company.people.values()
        if person.email.casefold() not in active
    ]
    yield from lines or [right(PORTAL, f"{counted(len(company.people), 'person', 'people')} of the file work there")]
    yield from _owner(company, rights, users)


def in_ledger(company: Company, employees: Sequence[Employee]) -> Iterator[Line]:
    """Look for the author of documents among the employees."""
    emails = {row.email for row in employees if row.email and not row.deleted}
    author = company.policy.author_email
    if author.casefold() not in {email.casefold() for email in emails}:
        text = f"there is no employee with the e-mail «{author}», in whose name documents are made, so none can be"
        place = f"{company.file.name}, `systems.business_ru.author`"
        yield error(
            LEDGER,
            text,
            f"{_alike(author, emails)}the address stands in {place}; or add the e-mail to the employee's card",
        )


def across(users: Iterable[User], employees: Iterable[Employee]) -> Iterator[Line]:
    """Compare the people of both systems: they are known to each other by e-mail and name together."""
    known = {(row.email.casefold(), row.name.casefold()) for row in employees if not row.deleted}
    active = [user for user in users if user.active]
    strangers = [user.name for user in active if (user.email.casefold(), user.name.casefold()) not in known]
    if not strangers:
        yield right("people", f"all {len(active)} of the portal are employees in Бизнес.ру")
        return
    text = f"{len(strangers)} of {len(active)} users of the portal are no employees in Бизнес.ру by e-mail and name: {listed(strangers)}"
    mend = "orders of their deals bear the author's name; if it should be theirs, write e-mail and name alike in both systems"
    yield look("people", text, mend)


def _alike(email: str, known: Iterable[str]) -> str:
    near = next(iter(get_close_matches(email, sorted(known), n=1, cutoff=_ALIKE)), "")
    return f"did you mean «{near}»? Else " if near else ""


def _absent(company: Company, person: Person, known: Iterable[str], *, is_dismissed: bool) -> Line:
    duties = [duty for duty, email in company.policy.duties.items() if email.casefold() == person.email.casefold()]
    place = f"{company.file.name}, `people.{person.role}`"
    if is_dismissed:
        text = f"{person.name} ({person.email}) is dismissed there, and `{person.role}` in the file"
        mend = f"name who took over in {place}"
    else:
        text = f"nobody there has the e-mail «{person.email}» of `{person.role}`"
        mend = f"{_alike(person.email, known)}the address stands in {place}; or invite {person.name} to the portal"
    if duties:
        return error(PORTAL, f"{text}, so nobody sees to {listed(duties)}", mend)
    return warning(PORTAL, f"{text}, so no task or notice reaches that person", mend)


def _owner(company: Company, rights: Rights, users: Iterable[User]) -> Iterator[Line]:
    worker = company.people.get(_WORKER)
    email = next((user.email for user in users if user.ext_id == rights.user_id), "")
    if worker and email and email.casefold() != worker.email.casefold():
        text = (
            f"the webhook is that of {rights.user_name} ({email}), and `people.worker` is {worker.email}, "
            "so what Sverka does stands there as done by somebody else"
        )
        mend = (
            f"make the webhook while logged in as {worker.name} and put it into {company.connection.bitrix24.webhook}, "
            f"or mend {company.file.name}, `people.worker`"
        )
        yield warning(PORTAL, text, mend)
