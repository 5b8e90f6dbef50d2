"""One company's base of 1C, as the rest of Sverka sees it: readings with proofs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from sverka.domain.clock import Clock
from sverka.domain.proofs import Reading
from sverka.domain.secret import Secret
from sverka.systems.addresses import Place
from sverka.systems.http import HttpSettings
from sverka.systems.onec.client import OnecApi
from sverka.systems.onec.known import Known
from sverka.systems.onec.lookups import Lookups
from sverka.systems.onec.read import Reader
from sverka.systems.onec.trial import Trial, trials
from sverka.systems.retry import Jitter

_NOTHING = Known()


class Accounts:
    """A base of 1C. zone: the one in which it writes moments. Closes with `with` or `close()`."""

    def __init__(self, url: Secret, zone: ZoneInfo, http: HttpSettings, clock: Clock, jitter: Jitter) -> None:
        """Raise ValueError for an address that is no base's."""
        self._api = OnecApi(url, http, clock, jitter)
        self._zone = zone
        self._lookups = Lookups(self._api)

    @property
    def sent(self) -> int:
        """Return how many requests were sent."""
        return self._api.sent

    @property
    def place(self) -> Place:
        """Return where the base answers."""
        return Place.of(self._api.site)

    def server_time(self) -> datetime:
        """Return the web server's time in its first answer, in UTC, to the second; asks for it if nothing was asked yet."""
        return self._api.time()

    def changes(self, since: Mapping[str, datetime | None], known: Known = _NOTHING) -> tuple[Reading, ...]:
        """Read families as they stand now; each reading is full.

        Families: `entities counterparties contracts terms debts advances settled receipts`. since: a moment lets what is `known` and
        bears the same version still be taken over, None reads everything anew. Raises SystemTrouble if 1C does not answer at all;
        what fails later makes a reading incomplete.
        """
        self._lookups.learn(known.analytics, known.papers)
        reader = Reader(self._api, self._zone, self._lookups, known)
        return tuple(reader.read(family, anew=moment is None) for family, moment in since.items())

    def trials(self) -> tuple[Trial, ...]:
        """Ask everything that a reading needs for one row, and say of each whether it can be read. Raises SystemTrouble."""
        return trials(self._api)

    def close(self) -> None:
        """Close the connections."""
        self._api.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
