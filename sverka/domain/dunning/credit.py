"""How much of a customer's limit is used: exposure over limit, per contract or for all contracts together. Pure.

Disputed and promised debts stay in exposure, as 1C counts them; money that belongs to no document does not lessen it, advances do.
"""

from __future__ import annotations

from dataclasses import dataclass

from sverka.domain.dunning.facts import Customer, Terms
from sverka.domain.dunning.policy import NoLimit

ALL = "*"
"""In place of a contract's id: the limit is one for all."""


@dataclass(frozen=True)
class Usage:
    """How much of one limit is used. limit_kopecks: None for no limit at all."""

    contract: str
    exposure_kopecks: int
    limit_kopecks: int | None

    def is_over(self, percent: int) -> bool:
        """Whether more than a share of the limit is used."""
        return self.limit_kopecks is not None and self.exposure_kopecks * 100 > self.limit_kopecks * percent

    def reaches(self, percent: int) -> bool:
        """Whether a share of the limit or more is used. Of a limit of nothing no share is used before something is owed."""
        if self.limit_kopecks is None or self.exposure_kopecks <= 0:
            return False
        return self.exposure_kopecks * 100 >= self.limit_kopecks * percent

    @property
    def percent(self) -> int | None:
        """What share is used, in whole per cent rounded down, for people; None where there is no limit, or one of nothing."""
        return self.exposure_kopecks * 100 // self.limit_kopecks if self.limit_kopecks else None

    @property
    def free_kopecks(self) -> int | None:
        """What may still be given on deferral, None for any sum."""
        return None if self.limit_kopecks is None else max(0, self.limit_kopecks - self.exposure_kopecks)

    def plus(self, kopecks: int) -> Usage:
        """Return it with something more on deferral."""
        return Usage(self.contract, self.exposure_kopecks + kopecks, self.limit_kopecks)


def usages(customer: Customer, no_limit: NoLimit, *, without_order: str = "") -> tuple[Usage, ...]:
    """Return how every limit of a customer is used. without_order: an order that is not to count, for it is being judged."""
    if customer.common_limit_kopecks is not None:
        return (Usage(ALL, _exposure(customer, None, without_order), customer.common_limit_kopecks),)
    limits = {each.contract: each.limit_kopecks for each in customer.terms}
    used = {each.contract for each in customer.documents} | {each.contract for each in customer.commitments}
    contracts = sorted(used | set(limits))
    nothing_said = 0 if no_limit is NoLimit.ZERO else None
    found = []
    for contract in contracts:
        limit = limits.get(contract)
        found.append(
            Usage(contract, _exposure(customer, contract, without_order), nothing_said if limit is None else limit)
        )
    return tuple(found)


def usage_of(customer: Customer, contract: str, no_limit: NoLimit, *, without_order: str = "") -> Usage:
    """Return how the limit is used that an order under a contract would use."""
    every = usages(customer, no_limit, without_order=without_order)
    found = next((each for each in every if each.contract in (contract, ALL)), None)
    return found or Usage(contract, 0, 0 if no_limit is NoLimit.ZERO else None)


def bans_overdue(terms: tuple[Terms, ...], contract: str) -> bool:
    """Whether 1C's contract forbids shipments while anything under it is overdue."""
    return any(each.bans_overdue for each in terms if each.contract == contract)


def _exposure(customer: Customer, contract: str | None, without_order: str) -> int:
    """Return what is at risk: debts due and not due, and goods promised on deferral, less advances."""
    owed = sum(
        each.residual_kopecks
        for each in customer.documents
        if contract in (None, each.contract) and each.is_shipped and not each.is_prepaid
    )
    promised = sum(
        each.sum_kopecks
        for each in customer.commitments
        if contract in (None, each.contract) and each.id != (without_order or None)
    )
    return owed + promised - sum(each.sum_kopecks for each in customer.advances if contract in (None, each.contract))
