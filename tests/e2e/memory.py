"""The worker's requests straight into the emulators, without sockets: the same callables on another front."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import format_datetime

import httpx

from sandbox.front import Manner
from sandbox.kit import Request
from sandbox.serve import Sandbox
from sandbox.service import Service


class MemoryTransport(httpx.BaseTransport):
    """Carries requests to the sandbox's emulators by the port of the address; faults, journal and locks are the sandbox's own."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._world = sandbox.world
        self.lose: Callable[[httpx.Request], bool] = lambda _request: False
        """Whether the answer to a request that was carried out is lost on its way back."""
        self.busy: Callable[[httpx.Request], bool] = lambda _request: False
        """Whether the ledger's window is closed for a request."""
        self.refuse: Callable[[httpx.Request], bool] = lambda _request: False
        """Whether the ledger refuses a request by a rule of its own."""
        self.spoil: Callable[[bytes], bytes] = lambda body: body
        """What becomes of an answer of the portal on its way."""
        self._services: dict[int | None, Service] = {}
        for name, company in sandbox.world.companies.items():
            systems = sandbox.ready["companies"][name]["systems"]
            for system, emulator in company.emulators.items():
                port = httpx.URL(systems[system]["http"]).port
                self._services[port] = Service(
                    name, emulator, company.lock, sandbox.world.journal, sandbox.world.faults
                )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request as the front would, but for the sockets."""
        if self.busy(request):
            return httpx.Response(
                503,
                headers={"date": format_datetime(self._world.clock.now(), usegmt=True)},
                text="limit",
                request=request,
            )
        if self.refuse(request):
            refusal = {"status": "error", "error_code": "common:1", "error_text": "Не заполнено обязательное поле"}
            return httpx.Response(
                200,
                headers={"date": format_datetime(self._world.clock.now(), usegmt=True)},
                json=refusal,
                request=request,
            )
        service = self._services[request.url.port]
        headers = {name.lower(): value for name, value in request.headers.items()}
        path, _, query = request.url.raw_path.decode("ascii").partition("?")
        asked = Request(request.method, path, query, headers, request.read(), secure=False, client_ip="127.0.0.1")
        delivery = service(asked)
        if self.lose(request):
            raise httpx.ReadTimeout("no answer", request=request)
        if delivery.manner in (Manner.SILENCE, Manner.RESET):
            raise (
                httpx.ReadTimeout("no answer", request=request)
                if delivery.manner is Manner.SILENCE
                else httpx.ReadError("reset", request=request)
            )
        if delivery.manner is Manner.HALF:
            raise httpx.RemoteProtocolError("the line was cut", request=request)
        reply = delivery.reply
        answer_headers = {
            "content-type": reply.content_type,
            "date": format_datetime(self._world.clock.now(), usegmt=True),
            **reply.headers,
        }
        body = (
            self.spoil(reply.body) if "/rest/" in request.url.path and "/api/" not in request.url.path else reply.body
        )
        return httpx.Response(reply.status, headers=answer_headers, content=body, request=request)
