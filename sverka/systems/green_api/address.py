"""An instance of GREEN-API as the settings have it: an address with the token inside, taken apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sverka.domain.secret import Secret

_INSTANCE = re.compile(r"(https?://[^/\s?#@]+(?:/[\w.-]+)*?/waInstance\d+)/([^/\s?#]+)/?", re.ASCII)


@dataclass(frozen=True)
class Instance:
    """Where requests go, and the token that ends their paths. base: up to the instance's number."""

    base: str
    token: Secret

    @classmethod
    def at(cls, url: Secret) -> Instance:
        """Take an address apart. Raises ValueError, which shows nothing of it, for what is none."""
        shape = _INSTANCE.fullmatch(url.reveal())
        if shape is None:
            raise ValueError(
                "an instance of GREEN-API looks like https://7105.api.greenapi.com/waInstance7105000001/TOKEN"
            )
        return cls(shape[1], Secret(shape[2]))

    def url(self, method: str, tail: str = "") -> str:
        """Return the address of a method, which holds the token. tail: what follows it."""
        return f"{self.base}/{method}/{self.token.reveal()}{tail}"
