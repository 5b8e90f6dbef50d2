"""A server that talks by a script, on a socket of this machine: for what no real server would say."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol, TypeVar


class Talks(Protocol):
    """What a server of letters says. port: where it is reached; context: for one that is encrypted from the first byte."""

    port: int
    context: ssl.SSLContext | None

    def talk(self, line: Any) -> None:
        """Talk with one client until either has had enough."""
        ...


S = TypeVar("S", bound=Talks)


@contextmanager
def serving(server: S) -> Iterator[S]:
    """Let a server talk with one client, in a thread of its own."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        server.port = door.getsockname()[1]

        def serve() -> None:
            with suppress(OSError):
                line, _ = door.accept()
                with server.context.wrap_socket(line, server_side=True) if server.context else line as wrapped:
                    server.talk(wrapped)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server
        with suppress(OSError):
            door.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=3)
