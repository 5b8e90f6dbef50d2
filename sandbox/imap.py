"""The companies' IMAP servers: pymap speaks the protocol, people log in with what they have for SMTP.

Faults of the system `mail` strike here, too: `maintenance` and `http_503` instead of the greeting, `wrong_token` at the login, the
others when letters are fetched. TLS is left out on loopback. What lies in the boxes is in `imap_boxes.py`.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from argparse import Namespace
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from functools import partial
from typing import Any, NoReturn

from proxyprotocol.sock import SocketInfoLocal
from pymap.backend import dict as in_memory
from pymap.backend.dict import filter as sieve
from pymap.concurrent import Subsystem
from pymap.config import BackendCapability
from pymap.context import connection_exit
from pymap.exceptions import InvalidAuth, NotAllowedError
from pymap.imap import IMAPConnection
from pymap.imap.state import ConnectionState
from pymap.parsing.command import Command
from pymap.parsing.response import Response
from pysasl.creds.server import ServerCredentials
from pysasl.hashing import BuiltinHash
from pysasl.identity import ClearIdentity

from sandbox.faults import Fault
from sandbox.imap_boxes import Boxes
from sandbox.kit import Reply
from sandbox.world import Company, Mailbox, World

Credential = Callable[[str], dict[str, str]]
"""Returns a person's login and password."""

_AT_GREETING = ("http_503", "maintenance")
_AT_FETCH = ("slow", "reset", "timeout_before", "timeout_after", "half_body")
_REFUSED, _ANSWERED, _CUT = 401, 200, 0
_LINGER_ZERO = struct.pack("ii", 1, 0)


class ImapServer:
    """One company's server: called for each connection, as asyncio calls what serves one."""

    def __init__(self, world: World, company: Company, credential: Credential) -> None:
        self._world, self._company, self._credential = world, company, credential
        self._config = _Config()
        self._login = _Login(self._config, self)
        self._boxes: dict[str, Boxes] = {}

    async def __call__(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Serve one connection until either side closes it."""
        with suppress(ConnectionError, asyncio.CancelledError):
            if self.draw(_AT_GREETING):
                self.note("greeting", _REFUSED, "")
                writer.write(b"* BYE [UNAVAILABLE] Technical works, please come back later.\r\n")
                writer.close()
                return
            async with AsyncExitStack() as stack:
                connection_exit.set(stack)
                line = stack.enter_context(closing(_Line(self, self._config, reader, writer)))
                await line.run(ConnectionState(self._login, self._config))

    def person(self, given: ServerCredentials) -> str | None:
        """Return whose credentials these are."""
        if self.draw(("wrong_token",)):
            return None
        for person in self._company.people:
            own = self._credential(person)
            if given.authcid == own["login"] and given.verify(ClearIdentity(own["login"], own["password"])):
                return person
        return None

    def boxes(self, person: str) -> Boxes:
        """Return a person's boxes."""
        if person not in self._boxes:
            mailbox = self._company.mailbox or Mailbox(self._world.clock)
            address = self._company.people[person]["email"]
            self._boxes[person] = Boxes(mailbox, self._company.lock, address, partial(self._tell, person))
        return self._boxes[person]

    def draw(self, kinds: tuple[str, ...]) -> Fault | None:
        """Return the fault that strikes now, if any."""
        return self._world.faults.draw(self._company.name, "mail", kinds)

    def note(self, command: str, status: int, by: str) -> None:
        """Write a command into the journal of requests."""
        self._world.journal.request(self._company.name, "mail", Reply(status, b"", api=f"imap {command}", by=by))

    def _tell(self, person: str, command: str, payload: dict[str, object]) -> None:
        self._world.journal.effect(self._company.name, "mail", f"imap {command}", person, payload)


class _Config(in_memory.Config):
    def __init__(self) -> None:
        args = Namespace(passlib_cfg=None, proxy_protocol=None)
        super().__init__(
            args, demo_data=False, demo_user="", demo_password="", host=None, port=0, tls_enabled=False,
            ssl_context=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), hash_context=BuiltinHash(), cpu_subsystem=Subsystem.for_asyncio(),
        )  # fmt: skip

    @property
    def greeting(self) -> bytes:
        return b"mail.sandbox is ready"

    @property
    def backend_capability(self) -> BackendCapability:
        return BackendCapability(idle=False, object_id=False, multi_append=False)


class _Login(in_memory.Login):
    def __init__(self, config: _Config, server: ImapServer) -> None:
        super().__init__(config)
        self.server = server

    async def authenticate(self, credentials: ServerCredentials) -> in_memory.Identity:
        person = self.server.person(credentials)
        self.server.note("LOGIN", _ANSWERED if person else _REFUSED, person or "")
        if person is None:
            raise InvalidAuth
        return _Identity(person, self, None, frozenset())

    async def authorize(self, authenticated: Any, authzid: str) -> in_memory.Identity:
        """Let people in under their own name only; clients leave it out or repeat the login."""
        del authzid
        identity: in_memory.Identity = authenticated
        return identity


class _Identity(in_memory.Identity):
    @asynccontextmanager
    async def new_session(self) -> AsyncIterator[in_memory.Session]:
        login: Any = self.login
        boxes = login.server.boxes(self.name)
        yield _Session(self.name, self.config, boxes, sieve.FilterSet())


class _Session(in_memory.Session):
    async def append_messages(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse: letters come by SMTP."""
        raise NotAllowedError("Letters come by SMTP.")


class _Line(IMAPConnection):
    """One connection, on which a fault may strike."""

    def __init__(self, server: ImapServer, config: _Config, reader: StreamReader, writer: StreamWriter) -> None:
        super().__init__(config.commands, config, reader, writer, SocketInfoLocal(writer))
        self._server, self._is_half = server, False

    async def read_command(self, state: ConnectionState) -> Command:
        command = await super().read_command(state)
        word = command.command.decode("ascii", "replace")
        if word.endswith("FETCH"):
            session = getattr(state, "session", None)  # nobody has one before the login
            fault = self._server.draw(_AT_FETCH)
            self._server.note(
                word, _ANSWERED if fault is None or fault.kind == "slow" else _CUT, session.owner if session else ""
            )
            if fault is not None:
                await self._strike(fault)
        return command

    async def write_response(self, resp: Response) -> None:
        if not self._is_half:
            await super().write_response(resp)
            return
        whole = bytes(resp)
        self.writer.write(whole[: len(whole) // 2])
        self.writer.close()
        raise ConnectionAbortedError

    async def _strike(self, fault: Fault) -> None:
        await asyncio.sleep(fault.seconds)
        self._is_half = fault.kind == "half_body"
        if self._is_half or fault.kind == "slow":
            return
        if fault.kind == "reset":
            self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
        self.writer.transport.abort()
        raise ConnectionAbortedError
