"""The words in which the portal's rooms talk: a person, a call, an answer, a method."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sandbox.systems.bitrix24.data.tables import Row, Table
from sandbox.systems.bitrix24.state import State
from sandbox.systems.bitrix24.wire.errors import ApiError
from sandbox.systems.bitrix24.wire.requests import Params


@dataclass(frozen=True)
class Actor:
    """Who calls, and what the webhook lets them do.

    scopes: names ticked on the webhook. own_rows_only: sees only the CRM rows for which they are responsible.
    """

    user_id: int
    person: str
    admin: bool
    scopes: frozenset[str]
    own_rows_only: bool = False
    read_only: bool = False


@dataclass(frozen=True)
class Answer:
    """What a method answers: any JSON value."""

    result: Any


@dataclass(frozen=True)
class Rows:
    """What a list method answers: printed rows, the key that wraps them, and how many more there are.

    wrap: the key of `result` under which the rows stand; empty for a bare array.
    total, next: absent from the answer when None.
    """

    rows: list[Any]
    wrap: str = ""
    total: int | None = None
    next: int | None = None

    @property
    def result(self) -> Any:
        """Return the value of the answer's key `result`."""
        return {self.wrap: self.rows} if self.wrap else self.rows


class Spoiler(Protocol):
    """A fault of the portal's own, for the length of one request."""

    def noted(self, table: Table, rows: Sequence[Row]) -> None:
        """Take note of the rows that a page is made of."""
        ...

    def spoilt(self, answer: Rows, now: int) -> Rows:
        """Return the printed page as it will be sent."""
        ...


@dataclass(frozen=True)
class Call:
    """One call of one method. `now` is the portal's second."""

    state: State
    actor: Actor
    params: Params
    now: int
    switches: Mapping[str, Any]
    spoiler: Spoiler | None = None


Handler = Callable[[Call], Answer | Rows]


@dataclass(frozen=True)
class Method:
    """A REST method: its name as the vendor spells it, and what the portal checks before it runs.

    scopes: any one of them is enough; none for the methods that every webhook may call.
    empty_codes: refusals come with an empty code, as from the classic CRM methods.
    denial: how a person without the rights is refused, where the method has words of its own.
    """

    name: str
    handler: Handler
    scopes: tuple[str, ...] = ()
    write: bool = False
    admin: bool = False
    empty_codes: bool = False
    denial: ApiError | None = None

    @property
    def lists(self) -> bool:
        """Say whether the method answers with rows."""
        return self.name.endswith(".list") or self.name in {"user.get", "department.get"}
