"""A base of 1C as the settings have it: an address with login and password inside, taken apart."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from sverka.domain.secret import Secret
from sverka.systems.addresses import Place

_SHAPE = (
    "a base of 1C looks like https://LOGIN:PASSWORD@host/publication, "
    "with %3A for a colon, %40 for an at sign and %2F for a slash inside login or password"
)
_ODATA = "/odata/standard.odata"


@dataclass(frozen=True)
class Base:
    """Where requests go, and as whom. site: scheme, host and port; root: the address before `/Resource`, without secrets."""

    site: str
    root: str
    password: Secret
    basic: Secret
    """Login and password in base64, UTF-8 before, for logins are often Cyrillic."""

    @classmethod
    def at(cls, url: Secret) -> Base:
        """Take an address apart. Raises ValueError, which shows nothing of it, for what is none."""
        site = Place.of(url.reveal()).site
        if not site.startswith(("https://", "http://")):
            raise ValueError(_SHAPE)
        parts = urlsplit(url.reveal())
        publication = parts.path.rstrip("/").removesuffix(_ODATA)
        if not parts.username or not parts.password or not publication.strip("/") or parts.query or parts.fragment:
            raise ValueError(_SHAPE)
        login, password = unquote(parts.username), unquote(parts.password)
        basic = b64encode(f"{login}:{password}".encode()).decode()
        return cls(site, f"{site}{publication}{_ODATA}", Secret(password), Secret(basic))
