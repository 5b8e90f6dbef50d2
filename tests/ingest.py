"""A Sentry for tests: a real HTTP server on loopback that takes envelopes and shows what came in them."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Ingest:
    """What was reported so far."""

    def __init__(self, port: int) -> None:
        self.dsn = f"http://0123456789abcdef@127.0.0.1:{port}/1"
        self.envelopes: list[bytes] = []

    @property
    def events(self) -> list[dict[str, Any]]:
        """Return the reported errors."""
        return [item for kind, item in self._items() if kind == "event"]

    @property
    def check_ins(self) -> list[dict[str, Any]]:
        """Return the check-ins of monitors."""
        return [item for kind, item in self._items() if kind == "check_in"]

    def _items(self) -> Iterator[tuple[str, Any]]:
        for envelope in self.envelopes:
            _, _, rest = envelope.partition(b"\n")
            while rest:
                head, _, rest = rest.partition(b"\n")
                item = json.loads(head)
                length = item.get("length", len(rest))
                yield item["type"], json.loads(rest[:length])
                rest = rest[length:].lstrip(b"\n")


@contextmanager
def ingest() -> Iterator[Ingest]:
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            packed = self.headers.get("Content-Encoding") == "gzip"
            found.envelopes.append(gzip.decompress(body) if packed else body)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found = Ingest(server.server_port)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield found
        finally:
            server.shutdown()
