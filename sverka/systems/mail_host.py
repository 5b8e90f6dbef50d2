"""Where a mail server is reached, and as whom: an address with login and password, taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from sverka.domain.secret import Secret
from sverka.systems.addresses import is_loopback


@dataclass(frozen=True)
class MailHost:
    """A server for letters. is_tls: encrypted from the first byte; otherwise encryption is begun on the line."""

    host: str
    port: int
    is_tls: bool
    user: str
    password: Secret

    @classmethod
    def at(cls, url: Secret, ports: Mapping[str, int]) -> MailHost:
        """Take an address apart. ports: scheme → its usual port, that of encrypted lines last. Raises ValueError for other addresses."""
        plain, encrypted = ports
        parts = urlsplit(url.reveal())
        if parts.scheme not in ports or not parts.hostname:
            raise ValueError(
                f"a mail server looks like {encrypted}://user:password@host:{ports[encrypted]} or {plain}://host:{ports[plain]}"
            )
        user, password = unquote(parts.username or ""), Secret(unquote(parts.password or ""))
        return cls(parts.hostname, parts.port or ports[parts.scheme], parts.scheme == encrypted, user, password)

    @property
    def is_loopback(self) -> bool:
        """Whether the server is this machine, to which letters may travel in the clear."""
        return is_loopback(self.host)
