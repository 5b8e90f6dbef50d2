"""What a letter about a customer's debts, and the statement of account, are written from: one for a customer and an own entity. Pure.

Words belong to `sverka.messages`; who owes what, and which letter is due, to the rules. Sums are in kopecks, moments in the zone in which
they are printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sverka.domain import vat
from sverka.domain.messaging.parties import Contract, Seller, Values, as_json, day_or_none


@dataclass(frozen=True)
class DebtLine:
    """A document that is not paid in full. document: its kind as people write it, `УПД`.

    late_days: calendar days past its due day, 0 for none. vat_percent: the rate of its tax, None for a document without.
    """

    document: str
    number: str
    issued_on: date
    due_on: date
    sum_kopecks: int
    paid_kopecks: int
    residual_kopecks: int
    late_days: int = 0
    vat_percent: int | None = None

    @classmethod
    def from_json(cls, held: Values) -> DebtLine:
        """Read it back."""
        days = {name: date.fromisoformat(held[name]) for name in ("issued_on", "due_on")}
        return cls(**{**held, **days, "vat_percent": None if held["vat_percent"] == "" else held["vat_percent"]})


def residual(lines: Iterable[DebtLine]) -> int:
    """Return what is left to pay of some documents."""
    return sum(line.residual_kopecks for line in lines)


@dataclass(frozen=True)
class Statement:
    """How a customer stands with an own entity.

    company: the own entity as its papers name it, `ООО «ТехДеталь»`; name: how to address the person, client: their company. as_of: of
    which moment the data are. overdue, coming: what is to be told, the first due first; overdue is empty where only terms to come are told.
    disputed: what is not counted in either.
    unallocated_kopecks: money that came and belongs to no document yet; received_kopecks: what came lately and is to be thanked for.
    promised: (day, kopecks) of a promise that stands. stops_on: from which day shipments stop, or stopped.
    """

    company: str
    name: str
    client: str
    contracts: tuple[Contract, ...]
    as_of: datetime
    overdue: tuple[DebtLine, ...]
    coming: tuple[DebtLine, ...]
    manager: str
    manager_phone: str = ""
    disputed: tuple[DebtLine, ...] = ()
    unallocated_kopecks: int = 0
    received_kopecks: int = 0
    promised: tuple[date, int] | None = None
    stops_on: date | None = None
    is_reconciliation: bool = False
    """Whether old debts were seen for the first time: figures to be compared, no reproach."""
    tells_sums: bool = True
    """Whether the person answers for money; whoever does not is told of no debt."""
    is_vat_known: bool = True
    """Whether it is known how much of the documents is tax; else nothing is said of it."""
    seller: Seller | None = None
    """The own entity with its account, for the statement's payment code; None for a statement without."""

    @property
    def asked(self) -> tuple[DebtLine, ...]:
        """The documents whose payment the letter is about: what is overdue, else what is due next."""
        return self.overdue or self.coming

    @property
    def vat_kopecks(self) -> dict[int, int]:
        """The tax in what is asked for, by rate in per cent; empty if there is none."""
        return vat.by_percent((line.vat_percent, line.residual_kopecks) for line in self.asked)

    def as_json(self) -> dict[str, Any]:
        """Return what a payload holds of it."""
        held = as_json(self)
        return held | {"promised": [self.promised[0].isoformat(), self.promised[1]] if self.promised else []}

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Statement:
        """Read it back."""
        lines = {name: tuple(map(DebtLine.from_json, facts[name])) for name in ("overdue", "coming", "disputed")}
        promised = (date.fromisoformat(facts["promised"][0]), int(facts["promised"][1])) if facts["promised"] else None
        return cls(**{
            **facts, **lines, "contracts": tuple(map(Contract.from_json, facts["contracts"])), "promised": promised,
            "as_of": datetime.fromisoformat(facts["as_of"]), "stops_on": day_or_none(facts["stops_on"]),
            "seller": Seller.from_json(facts["seller"]) if facts["seller"] else None,
        })  # fmt: skip
