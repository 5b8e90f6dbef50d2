"""A listening socket on loopback that gives each connection a thread of its own: what both proxies stand behind."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

HOST = "127.0.0.1"


class Door:
    """Where a proxy is knocked at. address: host and port; threads: of all that came, over or not."""

    def __init__(self, serve: Callable[[socket.socket], None]) -> None:
        self._serve = serve
        self._listening = socket.create_server((HOST, 0), backlog=64)
        self.address = f"{HOST}:{self._listening.getsockname()[1]}"
        self.threads: list[threading.Thread] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            thread = threading.Thread(target=self._serve, args=(client,), daemon=True)
            self.threads.append(thread)
            thread.start()


def behind(address: str) -> tuple[str, int]:
    """Return the place on this machine that an address with a port names."""
    return HOST, int(address.rpartition(":")[2])
