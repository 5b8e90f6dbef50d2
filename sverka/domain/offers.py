"""What a question offers, in the words in which people answer it. Pure.

What an answer means for the systems is the reconcilers' business; what may be chosen at all is said by `plan.choices`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sverka.domain.plan import Finding, choices
from sverka.domain.russian import capital

DEAL, LEDGER, SHOP = "сделка", "Бизнес.ру", "магазин"
LEFT_FOR = timedelta(days=30)
"""So long a difference is left alone where nobody says how long."""

_OWNER_AND_MIRROR: Mapping[str, tuple[str, str]] = {
    "shop_lines": (DEAL, SHOP), "deal_lines": (LEDGER, DEAL), "availability": (LEDGER, DEAL), "ledger_order": (LEDGER, DEAL),
}  # fmt: skip
"""What is asked about → the sides that own and mirror it, where that is not the deal and the ledger."""

_DEEDS: Mapping[tuple[str, str], str] = {
    ("stage", "take-owner"): "Не переводить", ("stage", "take-mirror"): "Перевести снова",
}  # fmt: skip
"""What is asked about, and a choice → what is done then, where the name of a side would not tell."""


@dataclass(frozen=True)
class Offer:
    """One answer that a question offers: the word that a person reads, and the choice that it stands for."""

    word: str
    choice: str


def sides(question: Finding) -> dict[str, str]:
    """Return which side each choice holds to be right."""
    owner, mirror = _OWNER_AND_MIRROR.get(question.aspect, (DEAL, LEDGER))
    return {"take-owner": owner, "take-mirror": mirror}


def offers(question: Finding, today: date) -> tuple[Offer, ...]:
    """Return the answers that can be given by one word; who is who takes a number, which no link can know."""
    allowed = choices(question.kind, question.aspect, asks=question.asks)
    return tuple(_offer(choice, question, today) for choice in allowed if choice != "bind")


def _offer(choice: str, question: Finding, today: date) -> Offer:
    if choice == "ignore":
        return Offer("Оставить", f"ignore:{(today + LEFT_FOR).isoformat()}")
    if question.kind == "ambiguous":
        return Offer("Новый контрагент", choice)
    return Offer(_DEEDS.get((question.aspect, choice)) or capital(sides(question)[choice]), choice)
