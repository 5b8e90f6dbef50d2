"""What the accountant's letter says: money that came, what does not fit, who owes, which orders were closed. Frozen values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sverka.domain.digest import Aged, Aging, Digest
from sverka.domain.digest_values import Income, Payment
from sverka.domain.tally import NOTHING, Tally


@dataclass(frozen=True)
class Unfit:
    """Money that does not fit its order: too much of it, or too little though the order should be paid in full."""

    what: Aged
    is_over: bool


@dataclass(frozen=True, kw_only=True)
class AccountantDigest(Digest):
    """The accountant's letter. notices: what is to be put right about money, one by one."""

    income: Income
    unfit: tuple[Unfit, ...] = ()
    """The most money first."""
    debts: Aging = field(default_factory=Aging)
    """What is shipped and not paid, by age."""
    debtors: tuple[Aged, ...] = ()
    """The same, the oldest first."""
    owed_before_kopecks: int | None = None
    """What was owed a week ago; None if the letter of that day is not known."""
    closed: Tally = NOTHING
    """Orders that were closed since the last letter."""

    @property
    def strays(self) -> tuple[Payment, ...]:
        """Money of the days told that is bound to orders of which the CRM knows no deal."""
        return tuple(payment for payment in self.income.payments if payment.deal is None)

    @property
    def needs_a_hand(self) -> bool:
        """Whether something is to be put right."""
        return bool(super().needs_a_hand or self.unfit or self.strays)

    @property
    def is_worth_sending(self) -> bool:
        """Whether money came, orders were closed, something does not fit, or somebody owes."""
        return bool(self.needs_a_hand or self.income.payments or self.closed or self.debts.total or self.receivables)

    @property
    def figures(self) -> Mapping[str, int]:
        """And what is owed."""
        return {**super().figures, "owed_kopecks": self.debts.total.sum_kopecks}
