"""An account of SMSC as the settings have it: an address with login and password inside, taken apart."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from sverka.domain.secret import Secret
from sverka.systems.addresses import Place

_SHAPE = (
    "an account of SMSC looks like https://LOGIN:PASSWORD@smsc.ru, with %3A for a colon and %40 for an at sign inside"
)


@dataclass(frozen=True)
class Account:
    """Where requests go, and as whom. site: scheme, host and port."""

    site: str
    login: str
    password: Secret

    @classmethod
    def at(cls, url: Secret) -> Account:
        """Take an address apart. Raises ValueError, which shows nothing of it, for what is none."""
        site = Place.of(url.reveal()).site
        if not site.startswith(("https://", "http://")):
            raise ValueError(_SHAPE)
        parts = urlsplit(url.reveal())
        if not parts.username or not parts.password or parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError(_SHAPE)
        return cls(site, unquote(parts.username), Secret(unquote(parts.password)))
