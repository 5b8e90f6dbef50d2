"""Who deals with whom, by what contract, through which account: what papers between companies name. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sverka.domain.russian import NBSP

Values = Mapping[str, Any]
"""An object of JSON."""


def as_json(facts: Any) -> dict[str, Any]:
    """Return facts, a dataclass, as JSON: days and moments as text, what is not known as ""."""
    return asdict(facts, dict_factory=lambda pairs: {name: _plain(value) for name, value in pairs})


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else list(value) if isinstance(value, tuple) else value


def day_or_none(text: str) -> date | None:
    """Read a day back; None where none was known."""
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True)
class Contract:
    """A contract. kind: what it is about, in the genitive, `поставки`. signed_on: None if that is not known."""

    number: str
    signed_on: date | None = None
    kind: str = ""

    @property
    def name(self) -> str:
        """How documents name it after the word for a contract: `№ 118 от 12.02.2026`."""
        return f"№{NBSP}{self.number}{f' от{NBSP}{self.signed_on:%d.%m.%Y}' if self.signed_on else ''}"

    @classmethod
    def from_json(cls, held: Values) -> Contract:
        """Read it back."""
        return cls(held["number"], day_or_none(held["signed_on"]), held["kind"])


@dataclass(frozen=True)
class Party:
    """A company or a sole proprietor. A sole proprietor has no КПП; what is not known is ""."""

    name: str
    inn: str = ""
    kpp: str = ""
    address: str = ""

    @property
    def line(self) -> str:
        """How a document names it: `ООО «АгроПартс», ИНН 6163000000, КПП 616301001, 344000, г. Ростов-на-Дону`."""
        inn, kpp = f"ИНН{NBSP}{self.inn}" if self.inn else "", f"КПП{NBSP}{self.kpp}" if self.kpp else ""
        return ", ".join(part for part in (self.name, inn, kpp, self.address) if part)


@dataclass(frozen=True)
class Account:
    """Where money for an own entity goes. correspondent: the bank's account with the Bank of Russia, "" for none."""

    bank: str
    bic: str
    number: str
    correspondent: str = ""


@dataclass(frozen=True)
class Seller:
    """An own entity as its papers name it. director, accountant: `Ковалёв А. С.`, "" if papers bear no such name."""

    party: Party
    account: Account
    director: str = ""
    accountant: str = ""

    @classmethod
    def from_json(cls, held: Values) -> Seller:
        """Read it back."""
        return cls(Party(**held["party"]), Account(**held["account"]), held["director"], held["accountant"])
