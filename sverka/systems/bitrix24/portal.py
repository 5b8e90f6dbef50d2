"""One company's portal, as the rest of Sverka sees it: readings with proofs in, outcomes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from sverka.domain.actions import Payload
from sverka.domain.clock import Clock
from sverka.domain.effects import Outcome, Probe
from sverka.domain.proofs import Reading
from sverka.domain.rows import Deal, DealLine
from sverka.domain.secret import Secret
from sverka.systems.addresses import Place
from sverka.systems.bitrix24 import shop
from sverka.systems.bitrix24.client import PortalApi
from sverka.systems.bitrix24.directory import Directory, read_directory
from sverka.systems.bitrix24.encoding import Command
from sverka.systems.bitrix24.families import ALWAYS_WHOLE, deals_by_id, lines_of, nowhere, questions
from sverka.systems.bitrix24.question import Question
from sverka.systems.bitrix24.readings import reading_of, shop_readings, uninvited
from sverka.systems.bitrix24.rights import Rights, read_rights
from sverka.systems.bitrix24.walk import Party, Walk
from sverka.systems.bitrix24.writing import custom_fields
from sverka.systems.bitrix24.writing.custom_fields import NewField
from sverka.systems.bitrix24.writing.writer import Writer
from sverka.systems.http import HttpSettings
from sverka.systems.retry import Jitter


class Portal:
    """A Bitrix24 portal through an inbound webhook. Closes with `with` or `close()`."""

    def __init__(
        self, webhook: Secret, http: HttpSettings, clock: Clock, jitter: Jitter, *, limits_off: bool = False
    ) -> None:
        self._api = PortalApi(webhook, http, clock, jitter, limits_off=limits_off)
        self._writer = Writer(self._api)

    @property
    def sent(self) -> int:
        """Return how many requests were sent."""
        return self._api.wire.sent

    @property
    def moved_to(self) -> str:
        """Return the host under which the portal answers now, if the settings name an old one, else ""."""
        return self._api.moved_to

    @property
    def place(self) -> Place:
        """Return where the portal answers."""
        return Place.of(self._api.site)

    def card_url(self, deal_id: str) -> str:
        """Return where people find a deal's card: an address without secrets."""
        return f"{self._api.site}/crm/deal/details/{deal_id}/"

    def client_url(self, client: str) -> str:
        """Return where people find the card of a client, `client:5` or `contact:7`: an address without secrets."""
        kind, _, number = client.partition(":")
        return f"{self._api.site}/crm/{'company' if kind == 'client' else kind}/details/{number}/"

    def server_time(self) -> datetime:
        """Return the portal's time in its first answer, in UTC; asks for it if nothing was asked yet."""
        return self._api.first_started_at or self._api.read({"time": Command("server.time", {})}).started_at

    def directory(self, fields: Mapping[str, Mapping[str, str]]) -> Directory:
        """Read funnels, stages, sources, custom fields and catalogues in one request. fields: kind → our name → title."""
        return read_directory(self._api, fields)

    def rights(self) -> Rights:
        """Read what the webhook may do, in one request."""
        return read_rights(self._api)

    def make_field(self, field: NewField, permit: Callable[[], bool]) -> Outcome:
        """Make a custom field; `permit` is asked right before."""
        return custom_fields.make(self._api, field, permit)

    def changes(self, since: Mapping[str, datetime | None], directory: Directory) -> tuple[Reading, ...]:
        """Read families changed since a moment, wholly if it is None.

        Families: those of `families.FAMILIES`, and `shop_orders`, which brings a second reading, `shop_lines`, whose owners are
        the orders that were read. `users` and `departments` are always read wholly; of activities a whole reading brings those not
        completed and those completed in the last week. Raises SystemTrouble if the portal does not answer at all; what fails later,
        or is refused, makes a reading incomplete and harms no other.
        """
        orders = [Walk(shop.changed_orders(since[shop.ORDERS]))] if shop.ORDERS in since else []
        families = {name: moment for name, moment in since.items() if name != shop.ORDERS}
        walks = {name: _walks(questions(name, moment, directory)) for name, moment in families.items()}
        server_at = self._walk([*(walk for each in walks.values() for walk in each), *orders])
        first = (
            reading_of(
                name, each, server_at,
                since=None if name in ALWAYS_WHOLE else since[name], trouble=nowhere(name, directory),
            )
            for name, each in walks.items()
        )  # fmt: skip
        return (*first, *self._shop(orders, server_at))

    def shop_orders(self, ids: Sequence[str]) -> tuple[Reading, Reading]:
        """Read given orders of the store again, and their lines; those that do not come do not exist any more."""
        server_at = self.server_time()
        return shop_readings(shop.read_orders(self._api, ids), server_at, owners=ids)

    def lines(self, deal_ids: Sequence[str], expected_rows: int) -> Reading:
        """Read the product rows of given deals; up to 2,500 rows come in one request if so many are expected."""
        walks = _walks(lines_of(deal_ids, expected_rows))
        server_at = self._walk(walks)
        came_of = {row.deal_id for walk in walks for row in walk.rows if isinstance(row, DealLine)}
        return reading_of("lines", walks, server_at, owners=deal_ids, trouble=uninvited(came_of, deal_ids))

    def deals(self, ids: Sequence[str], directory: Directory) -> Reading:
        """Read given deals again; those that do not come do not exist any more, or are templates."""
        walks = _walks(deals_by_id(ids, directory))
        server_at = self._walk(walks)
        came = {row.ext_id for walk in walks for row in walk.rows if isinstance(row, Deal)}
        return reading_of("deals", walks, server_at, owners=ids, trouble=uninvited(came, ids))

    def send(
        self, effects: Sequence[tuple[str, Payload]], directory: Directory, permit: Callable[[], bool]
    ) -> list[Outcome]:
        """Carry effects out, one outcome for each, in order; `permit` is asked right before each request that writes.

        Sets of deal fields go together, all else singly. Raises KeyError for a kind that is not Bitrix24's.
        """
        return self._writer.send(effects, directory, permit)

    def look(self, kind: str, payload: Payload, directory: Directory) -> Probe:
        """Say whether an effect whose answer was lost stands on the portal. Raises KeyError as `send`."""
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

    def _walk(self, walks: Sequence[Walk[Any]]) -> datetime:
        return Party(self._api, list(walks)).go() if walks else self.server_time()

    def _shop(self, walks: Sequence[Walk[str]], server_at: datetime) -> Iterator[Reading]:
        for walk in walks:
            trouble = "; ".join(filter(None, (walk.trouble, *(why for _, why in walk.malformed))))
            read = shop.read_orders(self._api, walk.rows)
            yield from shop_readings(read, server_at, since=walk.question.since, trouble=trouble)


def _walks(asked: Sequence[Question[Any]]) -> list[Walk[Any]]:
    return [Walk(question) for question in asked]
