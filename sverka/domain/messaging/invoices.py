"""What an invoice, and the letter it goes with, are written from; number, day, sums and tax are the ledger's. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sverka.domain.messaging.parties import Contract, Party, Seller, Values, as_json, day_or_none


@dataclass(frozen=True)
class InvoiceLine:
    """A line of an invoice. sum_kopecks: with the tax in it. vat_percent: None for a line without the tax, and vat_kopecks is 0 then."""

    name: str
    unit: str
    amount_thousandths: int
    price_kopecks: int
    sum_kopecks: int
    vat_percent: int | None = None
    vat_kopecks: int = 0

    @classmethod
    def from_json(cls, held: Values) -> InvoiceLine:
        """Read it back."""
        return cls(**{**held, "vat_percent": None if held["vat_percent"] == "" else held["vat_percent"]})


@dataclass(frozen=True)
class Invoice:
    """An invoice and whom the letter is for.

    company: the own entity as its papers name it; name: how to address the person. order: the number of what is ordered. replaces: the
    invoice in place of which this one is, `№ 4501 от 20.11.2026`. pay_until: until when its prices and the reserve hold, None for no bound.
    delivery: where the goods go, "" if that is no part of it.
    """

    company: str
    name: str
    number: str
    issued_on: date
    order: str
    buyer: Party
    seller: Seller
    lines: tuple[InvoiceLine, ...]
    manager: str
    manager_phone: str = ""
    contract: Contract | None = None
    replaces: str = ""
    pay_until: date | None = None
    delivery: str = ""

    @property
    def sum_kopecks(self) -> int:
        """What is to be paid, the tax in it."""
        return sum(line.sum_kopecks for line in self.lines)

    @property
    def vat_kopecks(self) -> dict[int, int]:
        """The tax in it by rate in per cent; empty if there is none."""
        rates = sorted({line.vat_percent for line in self.lines if line.vat_percent is not None})
        return {rate: sum(line.vat_kopecks for line in self.lines if line.vat_percent == rate) for rate in rates}

    def as_json(self) -> dict[str, Any]:
        """Return what a payload holds of it."""
        return as_json(self)

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Invoice:
        """Read it back."""
        return cls(**{
            **facts, "issued_on": date.fromisoformat(facts["issued_on"]), "buyer": Party(**facts["buyer"]),
            "seller": Seller.from_json(facts["seller"]), "lines": tuple(map(InvoiceLine.from_json, facts["lines"])),
            "contract": Contract.from_json(facts["contract"]) if facts["contract"] else None,
            "pay_until": day_or_none(facts["pay_until"]),
        })  # fmt: skip
