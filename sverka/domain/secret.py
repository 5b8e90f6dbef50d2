"""A value that must never be seen: a webhook, a password, an address with a password in it."""

from __future__ import annotations

import hmac
from weakref import WeakValueDictionary

MASK = "***"


class Secret:
    """Hold a secret. Whatever prints, formats, copies or pickles it sees `***`; only `reveal` tells."""

    __slots__ = ("__weakref__", "_value")

    def __init__(self, value: str) -> None:
        self._value = value
        _held[id(self)] = self

    def reveal(self) -> str:
        """Return the secret itself: only where it leaves for the system that it belongs to."""
        return self._value

    def __repr__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash(self._value)

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, _: object) -> Secret:
        return self

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        return Secret, (MASK,)


_held: WeakValueDictionary[int, Secret] = WeakValueDictionary()


def known() -> list[Secret]:
    """Return every secret that this process holds anywhere, so that none is forgotten where all must be hidden."""
    return [secret for reference in _held.valuerefs() if (secret := reference()) is not None]
