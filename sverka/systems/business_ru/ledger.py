"""One company's account of Бизнес.ру, as the rest of Sverka sees it: readings with proofs in, outcomes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import TracebackType
from typing import Self

from sverka.domain.actions import Payload
from sverka.domain.clock import Clock
from sverka.domain.effects import Outcome, Probe
from sverka.domain.proofs import Reading
from sverka.domain.secret import Secret
from sverka.systems.addresses import Place
from sverka.systems.business_ru import write
from sverka.systems.business_ru.client import LedgerApi
from sverka.systems.business_ru.read import Reader
from sverka.systems.http import HttpSettings
from sverka.systems.retry import Jitter


class Ledger:
    """An account of Бизнес.ру. Closes with `with` or `close()`."""

    def __init__(
        self,
        url: str,
        app_id: str,
        secret: Secret,
        http: HttpSettings,
        clock: Clock,
        jitter: Jitter,
        *,
        requests_per_5min: int = 300,
        limits_off: bool = False,
        digits_first: bool = True,
    ) -> None:
        self._api = LedgerApi(
            url, app_id, secret, http, clock, jitter,
            requests_per_5min=requests_per_5min, limits_off=limits_off, digits_first=digits_first,
        )  # fmt: skip

    @property
    def sent(self) -> int:
        """Return how many requests were sent."""
        return self._api.wire.sent

    @property
    def place(self) -> Place:
        """Return where the ledger answers."""
        return Place.of(self._api.site)

    def server_time(self) -> datetime:
        """Return the ledger's time in its first answer, in UTC, to the second; asks for it if nothing was asked yet."""
        return self._api.time()

    def references(self) -> Reading:
        """Read stores, cash desks, organizations and order statuses as `Reference` rows."""
        return Reader(self._api).references()

    def changes(self, since: Mapping[str, datetime | None]) -> tuple[Reading, ...]:
        """Read families changed since a moment, wholly if it is None.

        Families: `orders order_lines reserves reserve_lines shipments shipment_lines payments stock goods partners employees`.
        Raises SystemTrouble if the ledger does not answer at all; what fails later makes a reading incomplete.
        """
        reader = Reader(self._api)
        return tuple(reader.changes(family, moment) for family, moment in since.items())

    def send(self, kind: str, payload: Payload, permit: Callable[[], bool]) -> Outcome:
        """Carry one effect out; `permit` is asked right before each write request."""
        return write.send(self._api, kind, payload, permit)

    def look(self, kind: str, payload: Payload) -> Probe:
        """Say whether an effect whose answer was lost stands: a creation is known by its mark, a set by what stands."""
        return write.look(self._api, kind, payload)

    def close(self) -> None:
        """Close the connections."""
        self._api.wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
