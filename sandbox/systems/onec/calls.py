"""From an HTTP request to a call: what is addressed, with which options, in which representation it shall be answered.

Whether the call may be made is decided in `gate.py`, what comes of it in `serving.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from sandbox.kit import Request
from sandbox.systems.onec.errors import ODataError
from sandbox.systems.onec.paths import Segment, options, segments

_WRITES = frozenset({"POST", "PATCH", "PUT", "DELETE", "MERGE"})
COUNT, METADATA = "$count", "$metadata"


class Level(Enum):
    """How much metadata an answer carries."""

    NONE = "nometadata"
    MINIMAL = "minimalmetadata"
    FULL = "fullmetadata"


@dataclass(frozen=True)
class Call:
    """One call. `segments` are empty for the service document."""

    verb: str
    segments: tuple[Segment, ...]
    options: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    root: str
    """The address of the interface, which answers repeat."""

    @property
    def api(self) -> str:
        """Name the call as the journals do: `GET Document_ЗаказКлиента`, `POST Document_ЗаказКлиента/Post`."""
        return " ".join([self.verb, "/".join(one.name for one in self.segments)]).strip()

    @property
    def writes(self) -> bool:
        """Tell whether the call would change the base if it were obeyed."""
        return self.verb in _WRITES

    @property
    def lists_rows(self) -> bool:
        """Tell whether the call asks for the rows of a set, rather than for one of them, their count, or a description."""
        if self.verb != "GET" or not self.segments or self.segments[0].name == METADATA:
            return False
        keyed = self.segments[0].inner is not None and len(self.segments) == 1
        return not keyed and self.segments[-1].name != COUNT

    @property
    def wants_json(self) -> bool:
        """Tell whether JSON was asked for, by the option or by the header; else the answer is Atom."""
        return "json" in self._format()

    def level(self) -> Level:
        """Return how much metadata was asked for; raises ODataError for a level that is not known."""
        _, found, said = self._format().partition("odata=")
        try:
            return Level(said.partition(";")[0].strip()) if found else Level.MINIMAL
        except ValueError:
            raise ODataError(400, 3, f'Представление "{said}" не поддерживается') from None

    def option(self, name: str) -> str | None:
        """Return an option of the query, or None."""
        return self.options.get(name)

    def _format(self) -> str:
        return self.options.get("$format") or self.headers.get("accept", "")


def read_call(request: Request) -> Call | None:
    """Read the call of a request, or None where the path is none of the interface's; raises ODataError."""
    found = segments(request.path)
    if found is None:
        return None
    scheme = "https" if request.secure else "http"
    before = request.path.partition("/odata/standard.odata")[0]
    root = f"{scheme}://{request.headers.get('host', 'localhost')}{before}/odata/standard.odata"
    return Call(request.method.upper(), found, options(request.query), request.headers, request.body, root)
