"""From an HTTP request to a call: verb, model and parameters, wherever these were put.

Whether the call may be made is decided in `gate.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox.kit import Request
from sandbox.systems.business_ru.php import Params, parse_str

REPAIR = "repair"
_PATH = re.compile(r"/api/rest/([a-z0-9_]+)\.json")
_WRITES = frozenset({"POST", "PUT", "DELETE"})


@dataclass(frozen=True)
class Call:
    """One call. `params` hold neither `app_id` nor `app_psw`."""

    verb: str
    model: str
    params: Params
    app_id: str
    app_psw: str

    @property
    def api(self) -> str:
        """Name the call as the journals do."""
        return f"{self.verb} {self.model}"

    @property
    def writes(self) -> bool:
        """Tell whether the call would change the ledger if it were obeyed."""
        return self.verb in _WRITES and self.model != REPAIR

    @property
    def lists_rows(self) -> bool:
        """Tell whether the call asks for rows of a model, rather than for their count or a description."""
        reads = self.verb == "GET" and self.model != REPAIR
        return reads and not (self.wants("count_only") or self.wants("help"))

    def text(self, name: str) -> str | None:
        """Return a parameter that is a plain text, or None."""
        value = self.params.get(name)
        return value if isinstance(value, str) else None

    def wants(self, option: str) -> bool:
        """Tell whether an option such as `with_goods` is switched on."""
        return (self.text(option) or "").lower() in {"1", "true"}

    def members(self, name: str) -> tuple[str, ...]:
        """Return the values of a parameter given as a set (`store_ids[]=…`) or as one value; empty if not given."""
        value = self.params.get(name)
        if isinstance(value, str):
            return (value,)
        return tuple(item for item in (value or {}).values() if isinstance(item, str))


def read_call(request: Request) -> Call | None:
    """Read the call of a request, or None where the path is none of the interface's."""
    found = _PATH.fullmatch(request.path)
    if not found:
        return None
    params = parse_str(f"{request.query}&{_form(request)}")
    app_id, app_psw = params.pop("app_id", ""), params.pop("app_psw", "")
    return Call(request.method.upper(), found[1], params, _plain(app_id), _plain(app_psw))


def _form(request: Request) -> str:
    kind = request.headers.get("content-type", "application/x-www-form-urlencoded")
    return request.body.decode(errors="replace") if kind.startswith("application/x-www-form-urlencoded") else ""


def _plain(value: str | Params) -> str:
    return value if isinstance(value, str) else ""
