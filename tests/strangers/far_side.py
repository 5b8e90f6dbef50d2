"""Runs in the strangers' own environment: their clients, commanded by lines of JSON on standard input.

A line either opens a client or calls a method of the one that is open; each gets a line back: the `value`, or what was
`raised`, and how long the client has `waited`. Clients wait in the sandbox's time, and their sockets end at this machine.
Nothing of the project can be imported here.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import ssl
import sys
import time
import warnings
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import is_dataclass
from functools import reduce
from types import SimpleNamespace
from typing import Any, TextIO
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

HERE = {"127.0.0.1", "::1", "localhost"}
LOOP = asyncio.Runner()


def b24pysdk(webhook: str) -> Any:
    """Open Bitrix24's own SDK: `token` makes any call, `client` knows the methods by name."""
    from b24pysdk import BitrixWebhook

    address = urlsplit(webhook)
    token = BitrixWebhook(domain=address.netloc, webhook_token=address.path.removeprefix("/rest/"))
    return SimpleNamespace(token=token, client=token.get_client())


def fast_bitrix24(webhook: str) -> Any:
    """Open fast_bitrix24 with a session that knows the sandbox's authority."""
    import aiohttp
    from fast_bitrix24 import BitrixAsync

    async def opened() -> Any:
        trusting = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=os.environ["REQUESTS_CA_BUNDLE"]))
        session = aiohttp.ClientSession(connector=trusting, raise_for_status=True)
        return BitrixAsync(webhook, client=session, verbose=False)

    return LOOP.run(opened())


def businessru_api(address: str, app_id: int, secret: str, **options: Any) -> Any:
    """Open businessru-api at an address, where it would look for `account.business.ru`."""
    from businessru_api import BusinessruAPI

    class AtAddress(BusinessruAPI):  # type: ignore[misc]
        def _get_collection_base_url(self, collection: str) -> str:
            return f"{address}/api/rest/{collection}.json"

    return AtAddress("", app_id, secret, **options)


def python_1c_odata(server: str, login: str, password: str, **options: Any) -> Any:
    """Open python-1c-odata: sets by their full names, `infobase`, and `written`, which writes a filter in the client's own words."""
    import aiohttp
    import python_1c_odata as library

    async def session() -> Any:
        trusting = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=os.environ["REQUESTS_CA_BUNDLE"]))
        return aiohttp.ClientSession(connector=trusting)

    class Sets:
        infobase = library.Infobase(server, "ut", login, password, session=LOOP.run(session()), **options)

        def __getattr__(self, name: str) -> Any:
            kind, _, rest = name.partition("_")
            return getattr(library, kind)(self.infobase, rest)

        def written(self, text: str) -> str:
            return str(eval(text, vars(library)))

    return Sets()


class Patience:
    """Lets clients wait without time passing: the sandbox's clock moves instead."""

    def __init__(self) -> None:
        self.waited: list[float] = []
        self._control = ""
        self._breath = asyncio.sleep
        time.sleep = self.wait  # before a client is imported, so that it finds no other
        asyncio.sleep = self.wait_in_turn  # type: ignore[assignment]

    def begin(self, control: str) -> None:
        """Count anew, with the clock of the sandbox at this address."""
        self._control, self.waited = control, []

    def wait(self, seconds: float) -> None:
        """Move the sandbox's clock on."""
        if seconds > 0:
            self.waited.append(round(seconds, 3))
            forward = json.dumps({"forward_s": seconds}).encode()
            urlopen(Request(f"{self._control}/_world/clock", data=forward), timeout=10).close()

    async def wait_in_turn(self, seconds: float) -> None:
        """Move the sandbox's clock on and let the client's other tasks run."""
        self.wait(seconds)
        await self._breath(0)


def seal(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse whatever would leave this machine."""
    host = arguments[0] if event == "socket.getaddrinfo" else None
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    if host is not None and host not in HERE:
        raise RuntimeError(f"a client reached for {host!r}")


def opened(order: dict[str, Any], patience: Patience) -> Any:
    """Open the client that the order names."""
    patience.begin(order["control"])
    os.environ["REQUESTS_CA_BUNDLE"] = order["ca_file"]
    openers = {each.__name__: each for each in (b24pysdk, fast_bitrix24, businessru_api, python_1c_odata)}
    return openers[order["open"]](**order["named"])


def called(order: dict[str, Any], client: Any) -> Any:
    """Call what the path names and return what it finally yields."""
    value = reduce(getattr, order["path"], client)(*order["args"], **order["named"])
    if inspect.isasyncgen(value):
        value = gathered(value)
    if inspect.isawaitable(value):
        value = LOOP.run(value)  # type: ignore[arg-type]
    return getattr(value, "result", value)  # the SDK's requests are sent when their result is looked at


async def gathered(rows: AsyncIterator[Any]) -> list[Any]:
    """Return all rows that a client brings one after another."""
    return [row async for row in rows]


def plain(value: Any) -> Any:
    """Return what JSON cannot hold as a dictionary, a list or a text."""
    if isinstance(value, Mapping) or is_dataclass(value):
        return dict(value) if isinstance(value, Mapping) else vars(value)
    return list(value) if isinstance(value, Iterator) else str(value)


def converse(patience: Patience, orders: TextIO, answers: TextIO) -> None:
    """Follow orders until the other side hangs up."""
    client = None
    for line in orders:
        order = json.loads(line)
        try:
            if "open" in order:
                client, value = opened(order, patience), None
            else:
                value = called(order, client)
            answer = json.dumps({"value": value, "waited": patience.waited}, default=plain)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test wants to know
            names = [each.__name__ for each in type(error).__mro__]
            answer = json.dumps({"raised": names, "text": str(error), "waited": patience.waited})
        print(answer, file=answers, flush=True)


if __name__ == "__main__":
    sys.addaudithook(seal)
    warnings.simplefilter("error", RuntimeWarning)  # a client warns so when rows are missing
    with os.fdopen(os.dup(1), "w") as wire:
        os.dup2(2, 1)  # what a client prints is no answer
        converse(Patience(), sys.stdin, wire)
