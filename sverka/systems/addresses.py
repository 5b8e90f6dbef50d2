"""What may be told of a system's address: where it leads, and whether it is safe on the way. Never what is secret in it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Place:
    """Where requests go. site: scheme, host and port, fit to be shown."""

    site: str
    is_encrypted: bool
    is_loopback: bool

    @classmethod
    def of(cls, url: str) -> Place:
        """Take an address apart; what is no address is a place without a host."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return cls("", is_encrypted=False, is_loopback=False)
        shown = f"[{host}]" if ":" in host else host
        site = f"{parts.scheme}://{shown}{f':{port}' if port else ''}" if parts.scheme and host else ""
        return cls(site, is_encrypted=parts.scheme == "https", is_loopback=is_loopback(host))

    @property
    def is_open(self) -> bool:
        """Whether secrets and data can be read on their way."""
        return not self.is_encrypted and not self.is_loopback


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, to which data may travel in the clear."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
