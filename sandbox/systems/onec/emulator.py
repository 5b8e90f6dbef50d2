"""The emulator itself: the doors through which the sandbox builds, asks, disturbs and resets it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from sandbox.kit import Reply, Request, Setting
from sandbox.systems.onec import founding, gate, seeding, serving
from sandbox.systems.onec.base import Base, Now
from sandbox.systems.onec.model import catalogs as sets
from sandbox.systems.onec.serving import SYSTEM, Office
from sandbox.systems.onec.spoiling import SPOILERS

PUBLICATION = "/ut"
_ZONE = "Europe/Moscow"


class OneC:
    """The infobase of one company, УТ 11.5, behind one publication."""

    name = SYSTEM

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._zone = ZoneInfo(setting.config.get("timezone", _ZONE))
        self._people = {person: said["name"] for person, said in setting.config.get("people", {}).items()}
        self.state = Base()

    def handle(self, request: Request) -> Reply:
        """Answer as the publication would."""
        return serving.serve(self._office(), request)

    def spoil(self, kind: str, request: Request) -> Reply | None:
        """Answer a list with its rows spoilt; None, with nothing done, for any other call."""
        call = serving.call_of(request)
        return serving.serve(self._office(), request, SPOILERS[kind]) if call and call.lists_rows else None

    def refuse_token(self, request: Request) -> Reply:
        """Answer as to a login that nobody has."""
        return serving.refuse_login(self._office(), request)

    def refuse(self, kind: str, request: Request) -> Reply:
        """Answer http_429, http_503 or any other kind with a page of the web server."""
        return serving.refuse(self._office(), request, kind)

    def counts(self) -> dict[str, int]:
        """Return how many objects of each set there are that are not marked for deletion."""
        return self._office().base.counts()

    def credential(self, person: str, base_url: str) -> dict[str, str]:
        """Return the login and the password of a person; raises LookupError for one whom the infobase does not know."""
        if person not in self._people:
            raise LookupError(f"{person!r} is no user of the infobase of {self._setting.company}")
        return {"login": self._people[person], "password": gate.password_of(self._setting.company, person)}

    def environment(self, base_url: str) -> dict[str, str]:
        """Return the worker's variable: the address of the publication with the login and the password in it, as UTF-8."""
        own = self.credential("worker", base_url)
        userinfo = f"{quote(own['login'], safe='')}:{quote(own['password'], safe='')}@"
        address = base_url.replace("//", f"//{userinfo}", 1) + PUBLICATION
        return {self._setting.config["systems"][SYSTEM]["url"]: address}

    def found(self, world: Mapping[str, Any]) -> None:
        """Write the directories without which nobody can work. world: the key `onec` of the company's world, or nothing."""
        what = founding.directories(self._setting.config, world)
        founding.found_company(self.state, self._people, what, self._now())

    def price_kinds(self) -> list[str]:
        """Return the names of the kinds of prices, in the order in which they were founded."""
        return [row["Description"] for row in self.state.rows(sets.PRICE_KINDS)]

    def add_client(self, client: seeding.Client) -> str:
        """Add a counterparty with partner, agreement and contract; return the counterparty's guid."""
        return seeding.add_client(self.state, self._now(), client)

    def add_good(self, name: str, article: str, prices_kopecks: dict[str, int], *, service: bool = False) -> str:
        """Add a good or a service with its prices by the names of their kinds; return its guid."""
        return seeding.add_good(self.state, self._now(), name, article, prices_kopecks, service=service)

    def happens(self, on: date, sort: str, **words: Any) -> None:
        """Let goods be shipped (`ship`), money come (`pay`) or be allocated (`allocate`) as that day begins, by the world's clock.

        ship: name, counterparty (guid), sum_kopecks, number, due, comment. pay: name, counterparty, sum_kopecks, number, settles (the
        name of a shipment, or nothing). allocate: name (of a payment), settles. `name` is the loader's own.
        """
        at = datetime(on.year, on.month, on.day, tzinfo=self._zone).timestamp()
        self.state.due.append(seeding.later(at, sort, **words))

    def _office(self) -> Office:
        now = self._now()
        seeding.arrive(self.state, now.unix, self._wall)
        return Office(self._setting, self.state, self._people, now)

    def _now(self) -> Now:
        unix = self._setting.clock.now().timestamp()
        return Now(unix, self._wall(unix))

    def _wall(self, unix: float) -> str:
        return datetime.fromtimestamp(unix, UTC).astimezone(self._zone).strftime("%Y-%m-%dT%H:%M:%S")
