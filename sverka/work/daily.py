"""What a daily letter is: a name, who gets it, and what of the day it tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sverka.domain.contacts import email_or_nothing
from sverka.domain.digest import Digest
from sverka.domain.rows import User
from sverka.work.desk import Desk
from sverka.work.summary import Day, History

OWNER = "owner"


@dataclass(frozen=True)
class Reader:
    """Who gets a letter. person: a role of the company's file, or the id of a user in the CRM. email: "" if there is none."""

    person: str
    name: str
    email: str

    @property
    def subject(self) -> str:
        """The reader's name in plans."""
        return f"person:{self.person}"

    @classmethod
    def of(cls, user: User) -> Reader:
        """Return an employee as a reader."""
        return cls(user.ext_id, user.name, email_or_nothing(user.email))


@dataclass(frozen=True)
class DailyLetter:
    """A letter of the day. name: its template folder under `digest/`, and the word by which the company's file names its readers.

    readers: everybody who gets it; facts: what it tells one of them, given the reader's earlier letters of the kind.
    """

    name: str
    readers: Callable[[Desk, Day], Iterable[Reader]]
    facts: Callable[[Day, Reader, History], Digest]

    @property
    def template(self) -> str:
        """The kind of message that it is rendered as."""
        return f"digest/{self.name}"


def owners(desk: Desk) -> frozenset[str]:
    """Return the addresses, in small letters, to which the owner's letter goes."""
    return frozenset(email.casefold() for _, email in desk.readers.get(OWNER, {}).values())


def named(letter: str) -> Callable[[Desk, Day], Iterator[Reader]]:
    """Return the readers that the company's file names for a letter: each address once, and no owner for any but the owner's."""

    def readers(desk: Desk, _day: Day) -> Iterator[Reader]:
        seen = set() if letter == OWNER else set(owners(desk))
        for role, (name, email) in desk.readers.get(letter, {}).items():
            if email.casefold() not in seen:
                seen.add(email.casefold())
                yield Reader(role, name, email)

    return readers
