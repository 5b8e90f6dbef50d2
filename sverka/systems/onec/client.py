"""Requests to one base of 1C: one after the other, each with the user's login, reads asked again.

Nothing is kept between requests: a base that is published as usual gives its sessions to whoever comes with the same user, so none is
asked for by header, and no cookie comes. The first request after a rest may take half a minute; balances have three times as long.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from sverka.domain.clock import Clock
from sverka.domain.secret import Secret
from sverka.systems.errors import BadAnswer, ContractBroken, NotFound, NotOffered, Refused
from sverka.systems.http import HttpSettings, Request, Response, Wire
from sverka.systems.onec.address import Base
from sverka.systems.onec.faults import SYSTEM, fault
from sverka.systems.onec.query import Options, address
from sverka.systems.retry import Jitter, asking_again
from sverka.systems.values import BadValueError, Json, http_moment, parse_json

T = TypeVar("T")

_SLOW = 3
"""How many times as long the tables of balances may take."""
_JSON = {"$format": "json;odata=nometadata"}
_NUMBER = re.compile(r"\d{1,15}", re.ASCII)


@dataclass(frozen=True)
class Answered:
    """What was asked for, and when 1C answered, by its web server's clock, in UTC."""

    rows: tuple[Json, ...]
    server_at: datetime
    count: str = ""
    """How many there are in all, if that was asked for too."""


class OnecApi:
    """The line to one base. Raises ValueError for an address that is none."""

    def __init__(self, url: Secret, http: HttpSettings, clock: Clock, jitter: Jitter) -> None:
        self._base = Base.at(url)
        self._secrets = (url, self._base.password, self._base.basic)
        slow = replace(http, read_s=http.read_s * _SLOW, total_s=http.total_s * _SLOW)
        self._wire, self._slow = (Wire(SYSTEM, each, clock, _writes) for each in (http, slow))
        self._clock = clock
        self._jitter = jitter
        self._server_at: datetime | None = None
        self._has_count = True

    @property
    def site(self) -> str:
        """Return scheme, host and port, which hold no secret."""
        return self._base.site

    @property
    def sent(self) -> int:
        """Return how many requests were sent."""
        return self._wire.sent + self._slow.sent

    @property
    def has_answered(self) -> bool:
        """Say whether any answer came yet."""
        return self._server_at is not None

    def time(self) -> datetime:
        """Return 1C's time in its first answer, in UTC, to the second; asks what is published if nothing was asked yet."""
        if self._server_at is None:
            self.sets()
        assert self._server_at is not None
        return self._server_at

    def sets(self) -> frozenset[str]:
        """Return the names of the sets that are published. Raises SystemTrouble."""
        found = self.rows("", {"$format": "json"}).rows
        return frozenset(name for each in found if isinstance(name := each.get("url") or each.get("name"), str))

    def rows(self, resource: str, options: Options, *, is_slow: bool = False) -> Answered:
        """Read what a set, a register or a function holds. Raises SystemTrouble."""
        ask = partial(self._rows, resource, options, self._slow if is_slow else self._wire)
        return self._patiently(ask)

    def count(self, resource: str, condition: str) -> int:
        """Return how many objects of a set fulfil a condition, "" for all. Raises SystemTrouble.

        Where the base does not count by address, which is said of some, it counts beside a page.
        """
        chosen = {"$filter": condition} if condition else {}
        if self._has_count:
            try:
                return self._patiently(lambda: self._bare_count(f"{resource}/$count", chosen))
            except (NotOffered, NotFound, Refused):
                pass  # the same trouble comes again below if it is another one
        page = {**_JSON, **chosen, "$inlinecount": "allpages", "$top": "1", "$select": "Ref_Key"}
        counted = self.rows(resource, page).count
        self._has_count = False
        if not _NUMBER.fullmatch(counted):
            raise ContractBroken(SYSTEM, f"GET {resource}", "the answer does not tell how many there are")
        return int(counted)

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()
        self._slow.close()

    def _patiently(self, ask: Callable[[], T]) -> T:
        settings = self._wire.settings
        return asking_again(ask, self._clock, self._jitter, tries=settings.tries, patience_s=settings.patience_s)

    def _rows(self, resource: str, options: Options, wire: Wire) -> Answered:
        where = f"GET {resource.partition('(')[0] or 'service'}"
        response = self._get(where, resource, {**_JSON, **options}, wire)
        document = self._document(where, response)
        rows = document.get("value")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ContractBroken(SYSTEM, where, "the answer holds no list of rows")
        return Answered(tuple(rows), self._heard(where, response), str(document.get("odata.count", "")))

    def _bare_count(self, resource: str, options: Options) -> int:
        where = f"GET {resource}"
        response = self._get(where, resource, options, self._wire)
        said = response.body.decode("utf-8-sig", errors="replace").strip()
        if response.status == 200 and _NUMBER.fullmatch(said):
            self._heard(where, response)
            return int(said)
        self._document(where, response)
        raise BadAnswer(SYSTEM, where, "what came is no number")

    def _get(self, where: str, resource: str, options: Options, wire: Wire) -> Response:
        headers = {"Authorization": f"Basic {self._base.basic.reveal()}"}
        url = address(self._base.root, resource, options)
        return wire.exchange(Request("GET", url, where, headers=headers), self._secrets)

    def _document(self, where: str, response: Response) -> Json:
        try:
            document = parse_json(response.body)
        except ValueError:
            document = None
        trouble = fault(where, response.status, document, self._secrets)
        if trouble is not None:
            if document is not None and isinstance(trouble, Refused | NotOffered | NotFound):
                with suppress(ContractBroken):
                    self._heard(where, response)  # it is 1C that says no
            raise trouble
        assert isinstance(document, dict)
        return document

    def _heard(self, where: str, response: Response) -> datetime:
        try:
            moment = http_moment(response.date)
        except BadValueError as error:
            raise ContractBroken(SYSTEM, where, "the answer does not tell the time") from error
        self._server_at = self._server_at or moment
        return moment


def _writes(request: Request) -> bool:
    return request.verb != "GET"
