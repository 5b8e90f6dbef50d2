"""The companies' SMTP servers: real AUTH, MAIL, RCPT and DATA on loopback, and the faults that letters meet.

Each accepted letter is an effect of the system `mail`. People of the company find theirs by IMAP (`imap.py`); nothing is delivered
further, but what becomes of a letter to an address that behaves badly is reported to its sender. TLS is left out on loopback.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import socket
import struct
import threading
from collections.abc import Coroutine, Iterable, Mapping
from typing import Any
from urllib.parse import quote
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from sandbox.faults import Fault
from sandbox.imap import ImapServer
from sandbox.kit import Reply, SandboxError
from sandbox.letters import above, letter
from sandbox.world import Company, Mailbox, World

HOST = "127.0.0.1"
_AT_MAIL = {"http_503": "421 4.3.2 Service not available", "maintenance": "421 4.3.2 Technical works"}
_AT_RCPT = {"http_429": "451 4.7.1 Greylisted, try again later", "http_500": "550 5.1.1 No such user"}
_BEFORE_ACCEPTING = ("timeout_before", "reset")
_AFTER_ACCEPTING = ("slow", "timeout_after", "half_body")
_LINGER_ZERO = struct.pack("ii", 1, 0)
_LONGEST_LINE = 1024 * 1024


def credential(company: str, person: str, people: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return the login and password of a person (or `worker`) at the company's mail server, by SMTP and by IMAP."""
    password = hashlib.sha256(f"smtp {company} {person}".encode()).hexdigest()[:24]
    return {"login": people[person]["email"], "password": password}


def worker_url(company: Company, address: str) -> str:
    """Put the worker's login and password into an address such as `smtp://127.0.0.1:2525`."""
    own = credential(company.name, "worker", company.people)
    return address.replace("//", f"//{quote(own['login'], safe='')}:{quote(own['password'], safe='')}@", 1)


class PostOffice:
    """The mail servers of one sandbox on one event loop in one thread."""

    def __init__(self, world: World) -> None:
        logging.getLogger("mail.log").setLevel(logging.ERROR)  # the library warns of a deprecation inside itself
        self._world = world
        self._loop = asyncio.new_event_loop()
        self._servers: list[asyncio.Server] = []
        self._thread = threading.Thread(target=self._run, name="sandbox-mail", daemon=True)

    def listen(self, company: Company, port: int = 0) -> str:
        """Open the company's server and return its address; to be called before `start`."""
        clerk = _Clerk(self._world, company, company.mailbox or Mailbox(self._world.clock))
        return f"smtp://{self._open(self._loop.create_server(lambda: self._protocol(clerk), HOST, port), port)}"

    def listen_imap(self, company: Company, port: int = 0) -> str:
        """Open the company's boxes to their owners and return the address; to be called before `start`."""
        server = ImapServer(self._world, company, lambda person: credential(company.name, person, company.people))
        return f"imap://{self._open(asyncio.start_server(server, HOST, port, limit=_LONGEST_LINE), port)}"

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """Close every server and every connection at once."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        elif not self._loop.is_closed():
            self._close()

    def _open(self, opening: Coroutine[Any, Any, asyncio.Server], port: int) -> str:
        try:
            server = self._loop.run_until_complete(opening)
        except OSError as error:
            raise SandboxError(f"Port {port} of {HOST} cannot be taken: {error.strerror}.") from error
        self._servers.append(server)
        return f"{HOST}:{server.sockets[0].getsockname()[1]}"

    def _protocol(self, clerk: _Clerk) -> SMTP:
        return SMTP(
            clerk,
            hostname="mail.sandbox",
            ident="sandbox",
            loop=self._loop,
            enable_SMTPUTF8=True,
            authenticator=clerk.authenticate,
            auth_require_tls=False,
        )

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        self._close()

    def _close(self) -> None:
        for server in self._servers:
            server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            self._loop.run_until_complete(_ended(tasks))
        self._loop.close()


async def _ended(tasks: Iterable[asyncio.Task[Any]]) -> None:
    await asyncio.gather(*tasks, return_exceptions=True)


class _Clerk:
    """What one company's server says at each step of a conversation; aiosmtpd speaks the protocol."""

    def __init__(self, world: World, company: Company, mailbox: Mailbox) -> None:
        self._world, self._company, self._mailbox = world, company, mailbox
        self._turned_away: WeakSet[Session] = WeakSet()

    def authenticate(
        self, _server: SMTP, session: Session, _envelope: Envelope, _mechanism: str, auth_data: Any
    ) -> AuthResult:
        """Find the person by login and password; the person's name becomes the session's `auth_data`."""
        if self._draw(("wrong_token",)):
            self._turned_away.add(session)  # for good: clients try their other ways of logging in on the same line
        person = None if session in self._turned_away else self._person(auth_data)
        if person is None:
            self._note(535, "")
            return AuthResult(success=False, handled=False)
        return AuthResult(success=True, auth_data=person)

    def _person(self, given: LoginPassword) -> str | None:
        own = {"login": given.login.decode("utf-8", "replace"), "password": given.password.decode("utf-8", "replace")}
        people = self._company.people
        return next((person for person in people if credential(self._company.name, person, people) == own), None)

    async def handle_MAIL(  # noqa: N802 - the library's name
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Begin a letter; only for those who have logged in."""
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        if refusal := self._refusal(_AT_MAIL, session):
            return refusal
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient; any address is good, unless a fault refuses it."""
        if refusal := self._refusal(_AT_RCPT, session):
            return refusal
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Accept the letter, or cut the line before or after accepting it."""
        if fault := self._draw(_BEFORE_ACCEPTING):
            self._note(0, _by(session))
            await _cut(server, fault)
        number = self._accept(session, envelope)
        fault = self._draw(_AFTER_ACCEPTING)
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        elif fault is not None:
            await _cut(server, fault)
        return f"250 2.0.0 OK: queued as {number}"

    def _accept(self, session: Session, envelope: Envelope) -> int:
        content = envelope.original_content or b""
        sender = str(envelope.mail_from or "").strip("<>")  # a report has an empty one
        payload = letter(content, sender, [str(address) for address in envelope.rcpt_tos])
        login = credential(self._company.name, _by(session), self._company.people)["login"]
        with self._company.lock:
            number = self._mailbox.take(above(payload, login) + content, sender, payload["to"])
            self._world.journal.effect(self._company.name, "mail", "send", _by(session), payload)
            self._note(250, _by(session))
            return number

    def _refusal(self, answers: Mapping[str, str], session: Session) -> str | None:
        fault = self._draw(tuple(answers))
        if fault is None:
            return None
        self._note(int(answers[fault.kind][:3]), _by(session))
        return answers[fault.kind]

    def _draw(self, kinds: tuple[str, ...]) -> Fault | None:
        return self._world.faults.draw(self._company.name, "mail", kinds)

    def _note(self, status: int, by: str) -> None:
        self._world.journal.request(self._company.name, "mail", Reply(status, b"", api="send", by=by, write=True))


def _by(session: Session) -> str:
    person: Any = session.auth_data
    return str(person)


async def _cut(server: SMTP, fault: Fault) -> None:
    """Hold the line as the fault says, close it without the whole answer, and never return."""
    await asyncio.sleep(fault.seconds)
    transport: Any = server.transport
    if fault.kind == "half_body":
        transport.write(b"250-2.0.0 OK\r\n")  # says that another line follows
        transport.close()
    else:
        if fault.kind == "reset":
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
        transport.abort()
    await asyncio.Event().wait()  # the loss of the connection cancels this coroutine
