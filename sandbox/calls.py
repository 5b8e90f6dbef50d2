"""How a person's programs call the vendors: Bitrix24 by a webhook, Бизнес.ру by signed requests, 1C by its OData interface.

Written from the vendors' contracts with the standard library, so that tests do not lean on the product's own clients.
What people do with the calls is in `people`.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import md5
from itertools import count
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, quote_plus
from urllib.request import ProxyHandler, Request, build_opener

_TIMEOUT_S = 60.0
_UNQUOTED = "/()',="
_DIRECT = build_opener(ProxyHandler({}))  # loopback needs no proxy, whatever the environment says


class VendorError(Exception):
    """The vendor refused: the HTTP status, the vendor's code (may be empty) and its text."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(f"{status} {code}: {text}")
        self.status, self.code, self.text = status, code, text


@dataclass(frozen=True)
class Portal:
    """Bitrix24 through one person's webhook URL."""

    webhook: str

    def call(self, method: str, params: Mapping[str, Any]) -> Any:
        """Call a method and return its `result`; raises VendorError."""
        status, answer = _ask("POST", f"{self.webhook.rstrip('/')}/{method}", json.dumps(params), "application/json")
        if "error" in answer:
            raise VendorError(status, str(answer["error"]), str(answer.get("error_description", "")))
        return answer["result"]

    def walk(self, method: str, params: Mapping[str, Any], key: str) -> Iterator[Any]:
        """Yield the rows under `key` of all pages, by id."""
        last = 0
        while True:
            page = {**params, "order": {"id": "ASC"}, "filter": {**params.get("filter", {}), ">id": last}, "start": -1}
            rows = self.call(method, page)[key]
            yield from rows
            if len(rows) < 50:
                return
            last = rows[-1]["id"]


class Ledger:
    """Бизнес.ру through one person's integration; the token is fetched at need."""

    def __init__(self, base_url: str, app_id: str | int, secret: str) -> None:
        self._base_url, self._app_id, self._secret = base_url.rstrip("/"), str(app_id), secret
        self._token = ""

    def call(self, verb: str, model: str, params: Mapping[str, Any]) -> Any:
        """Make one call, with a new token if the old one was lost, and return its `result`; raises VendorError."""
        if not self._token:
            self._repair()
        try:
            return self._signed(verb, model, params)["result"]
        except VendorError as error:
            if error.status != 401:
                raise
            self._repair()
            return self._signed(verb, model, params)["result"]

    def walk(self, model: str, params: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the rows of all pages."""
        for number in count(1):
            rows = self.call("GET", model, {**params, "limit": 250, "page": number})
            yield from rows
            if len(rows) < 250:
                return

    def _repair(self) -> None:
        self._token = ""
        self._token = self._signed("GET", "repair", {})["token"]

    def _signed(self, verb: str, model: str, params: Mapping[str, Any]) -> dict[str, Any]:
        query = php_query({**params, "app_id": self._app_id})
        signature = md5(f"{self._token}{self._secret}{query}".encode(), usedforsecurity=False).hexdigest()
        address, text = f"{self._base_url}/api/rest/{model}.json", f"{query}&app_psw={signature}"
        if verb == "GET":
            status, answer = _ask("GET", f"{address}?{text}")
        else:
            status, answer = _ask(verb, address, text, "application/x-www-form-urlencoded")
        if status != 200 or answer.get("status") == "error":
            raise VendorError(status, str(answer.get("error_code", "")), str(answer.get("error_text", answer)))
        return answer


class Infobase:
    """1C through one person's login, in JSON without metadata."""

    def __init__(self, base_url: str, login: str, password: str) -> None:
        self._root = f"{base_url.rstrip('/')}/ut/odata/standard.odata"
        self._login = f"Basic {b64encode(f'{login}:{password}'.encode()).decode()}"

    def rows(self, name: str, condition: str = "", **options: str) -> list[dict[str, Any]]:
        """Return the rows of a set or of a virtual table, `AccumulationRegister_…/Balance()`; options: select, orderby."""
        named = {"filter": condition, **options} if condition else options
        return list(self.call("GET", name, {f"${key}": value for key, value in named.items()})["value"])

    def create(self, name: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Write a new object and return it."""
        return self.call("POST", name, body=fields)

    def change(self, name: str, key: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Change an object and return it."""
        return self.call("PATCH", f"{name}(guid'{key}')", body=fields)

    def post(self, name: str, key: str) -> None:
        """Post a document."""
        self.call("POST", f"{name}(guid'{key}')/Post", {"PostingModeOperational": "false"})

    def unpost(self, name: str, key: str) -> None:
        """Take the posting of a document back."""
        self.call("POST", f"{name}(guid'{key}')/Unpost")

    def call(
        self, verb: str, path: str, options: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Make one call and return what came back, nothing for an answer without a body; raises VendorError."""
        asked = {"$format": "json;odata=nometadata", **(options or {})}
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in asked.items())
        address = f"{self._root}/{quote(path, safe=_UNQUOTED)}?{query}"
        headers = {"Authorization": self._login, "Content-Type": "application/json"}
        status, content = _exchange(verb, address, None if body is None else json.dumps(body, default=str), headers)
        answer = _decoded(status, content) if content else {}
        if status >= 400:
            error = answer.get("odata.error", {})
            raise VendorError(status, str(error.get("code", "")), str(error.get("message", {}).get("value", "")))
        return answer


def php_query(params: Mapping[str, Any]) -> str:
    """Write parameters as PHP's ksort and http_build_query would: numeric keys first, `a[b]=c`, booleans 1 and 0."""
    ordered = sorted(params, key=lambda key: (not key.isdigit(), int(key) if key.isdigit() else 0, key))
    return "&".join(f"{_encoded(name)}={_encoded(value)}" for key in ordered for name, value in _flat(key, params[key]))


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{name}[{key}]", inner)
    elif isinstance(value, list | tuple):
        yield from _flat(name, dict(enumerate(value)))
    elif isinstance(value, bool):
        yield name, str(int(value))
    else:
        yield name, "" if value is None else str(value)


def _encoded(text: str) -> str:
    return quote_plus(text).replace("~", "%7E")


def _ask(method: str, address: str, body: str | None = None, content_type: str = "") -> tuple[int, dict[str, Any]]:
    status, content = _exchange(method, address, body, {"Content-Type": content_type} if body is not None else {})
    return status, _decoded(status, content)


def _exchange(method: str, address: str, body: str | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
    content = None if body is None else body.encode()
    request = Request(address, content, dict(headers), method=method)  # noqa: S310 - loopback
    try:
        with _DIRECT.open(request, timeout=_TIMEOUT_S) as answer:
            return answer.status, answer.read()
    except HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read()


def _decoded(status: int, body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except ValueError:
        raise VendorError(status, "", body.decode(errors="replace")) from None
    if not isinstance(answer, dict):
        raise VendorError(status, "", body.decode(errors="replace"))
    return answer
