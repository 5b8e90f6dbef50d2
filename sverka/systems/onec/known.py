"""What is known of a base before it is read, so that only what is new is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sverka.domain.rows import Row


@dataclass(frozen=True)
class Analytic:
    """Whose settlements stand under a key of 1C. It never changes."""

    entity_id: str
    partner_id: str
    counterparty_id: str
    contract_id: str


@dataclass(frozen=True)
class Paper:
    """A document as people know it. number: "" if 1C does not show documents of its kind; sum_kopecks: None if it shows no sum."""

    number: str = ""
    issued_on: date | None = None
    sum_kopecks: int | None = None


@dataclass(frozen=True)
class Known:
    """rows: family → id → row as it was last read; analytics: by key; papers: by the id of the document."""

    rows: Mapping[str, Mapping[str, Row]] = field(default_factory=dict)
    analytics: Mapping[str, Analytic] = field(default_factory=dict)
    papers: Mapping[str, Paper] = field(default_factory=dict)
