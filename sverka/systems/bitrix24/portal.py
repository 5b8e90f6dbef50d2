"""One company's portal, as the rest of Sverka sees it: readings with proofs in, outcomes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from sverka.domain.actions import Payload
from sverka.domain.clock import Clock
from sverka.domain.effects import Outcome, Probe
from sverka.domain.proofs import Proof, Reading
from sverka.domain.rows import Deal, DealLine
from sverka.domain.secret import Secret
from sverka.systems.bitrix24.client import PortalApi
from sverka.systems.bitrix24.directory import Directory, read_directory
from sverka.systems.bitrix24.encoding import Command
from sverka.systems.bitrix24.families import deals_by_id, lines_of, questions
from sverka.systems.bitrix24.faults import SYSTEM
from sverka.systems.bitrix24.question import Question
from sverka.systems.bitrix24.walk import Party, Walk
from sverka.systems.bitrix24.write import FieldWriter
from sverka.systems.http import HttpSettings
from sverka.systems.retry import Jitter


class Portal:
    """A Bitrix24 portal through an inbound webhook. Closes with `with` or `close()`."""

    def __init__(
        self, webhook: Secret, http: HttpSettings, clock: Clock, jitter: Jitter, *, limits_off: bool = False
    ) -> None:
        self._api = PortalApi(webhook, http, clock, jitter, limits_off=limits_off)
        self._writer = FieldWriter(self._api)

    @property
    def sent(self) -> int:
        """Return how many requests were sent."""
        return self._api.wire.sent

    @property
    def moved_to(self) -> str:
        """Return the host under which the portal answers now, if the settings name an old one, else ""."""
        return self._api.moved_to

    def card_url(self, deal_id: str) -> str:
        """Return where people find a deal's card: an address without secrets."""
        return f"{self._api.site}/crm/deal/details/{deal_id}/"

    def server_time(self) -> datetime:
        """Return the portal's time in its first answer, in UTC; asks for it if nothing was asked yet."""
        return self._api.first_started_at or self._api.read({"time": Command("server.time", {})}).started_at

    def directory(self, fields: Mapping[str, Mapping[str, str]]) -> Directory:
        """Read funnels, stages, custom fields and catalogues in one request. fields: kind → our name → title."""
        return read_directory(self._api, fields)

    def changes(self, since: Mapping[str, datetime | None], directory: Directory) -> tuple[Reading, ...]:
        """Read families (`deals`, `clients`, `products`, `users`) changed since a moment, wholly if it is None.

        Raises SystemTrouble if the portal does not answer at all; what fails later makes a reading incomplete.
        """
        walks = {name: _walks(questions(name, moment, directory)) for name, moment in since.items()}
        server_at = self._walk([walk for each in walks.values() for walk in each])
        return tuple(
            _reading(name, each, server_at, since=_really_since(name, since), trouble=_nowhere(name, directory))
            for name, each in walks.items()
        )

    def lines(self, deal_ids: Sequence[str], expected_rows: int) -> Reading:
        """Read the product rows of given deals; up to 2,500 rows come in one request if so many are expected."""
        walks = _walks(lines_of(deal_ids, expected_rows))
        server_at = self._walk(walks)
        came_of = {row.deal_id for walk in walks for row in walk.rows if isinstance(row, DealLine)}
        return _reading("lines", walks, server_at, owners=deal_ids, trouble=_uninvited(came_of, deal_ids))

    def deals(self, ids: Sequence[str], directory: Directory) -> Reading:
        """Read given deals again; those that do not come do not exist any more, or are templates."""
        walks = _walks(deals_by_id(ids, directory))
        server_at = self._walk(walks)
        came = {row.ext_id for walk in walks for row in walk.rows if isinstance(row, Deal)}
        return _reading("deals", walks, server_at, owners=ids, trouble=_uninvited(came, ids))

    def send(
        self, effects: Sequence[tuple[str, Payload]], directory: Directory, permit: Callable[[], bool]
    ) -> list[Outcome]:
        """Carry out effects of kind `deal.ledger_order`; `permit` is asked right before each request."""
        return self._writer.send(effects, directory, permit)

    def look(self, kind: str, payload: Payload, directory: Directory) -> Probe:
        """Say whether an effect whose answer was lost stands on the portal."""
        return self._writer.look(kind, payload, directory)

    def close(self) -> None:
        """Close the connections."""
        self._api.wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _walk(self, walks: list[Walk]) -> datetime:
        return Party(self._api, walks).go() if walks else self.server_time()


def _walks(asked: list[Question]) -> list[Walk]:
    return [Walk(question) for question in asked]


def _really_since(family: str, since: Mapping[str, datetime | None]) -> datetime | None:
    return None if family == "users" else since[family]


def _nowhere(family: str, directory: Directory) -> str:
    """Say why a family could not be asked for at all."""
    if family != "products" or directory.catalogs:
        return ""
    return directory.catalog_trouble or "the portal shows no catalogue of products"


def _uninvited(came: set[str], asked: Sequence[str]) -> str:
    """Say that the portal did not apply a filter, which it does in silence when it does not know it."""
    strangers = came.difference(asked)
    return (
        f"rows of {len(strangers)} deals came that were not asked for: the filter was not applied" if strangers else ""
    )


def _reading(
    family: str,
    walks: list[Walk],
    server_at: datetime,
    *,
    since: datetime | None = None,
    owners: Sequence[str] | None = None,
    trouble: str = "",
) -> Reading:
    troubles = [each for each in (trouble, *(walk.trouble for walk in walks)) if each]
    rows = tuple(row for walk in walks for row in walk.rows)
    proof = Proof(
        SYSTEM, family, full=since is None and owners is None, complete=not troubles, rows=len(rows), server_at=server_at,
        since=since, trouble="; ".join(troubles), malformed=tuple(each for walk in walks for each in walk.malformed),
    )  # fmt: skip
    return Reading(proof, rows, tuple(owners or ()), frozenset(each for walk in walks for each in walk.damaged))
