"""What a run says of itself: one report for each company, in the shape that `sverka run --json` prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

OUTCOMES: Mapping[str, str] = {
    "done": "the run went through",
    "held": "a brake has tripped",
    "failed": "something did not work; the run's sentences say what",
    "skipped": "nothing was to be done here; the reason says why",
}


@dataclass
class CompanyReport:
    """What one run did for one company. Counts by kind, reason and class; sentences for the person who ran it."""

    company: str
    outcome: str = "done"
    planned: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    proposed: Counter[str] = field(default_factory=Counter)
    skips: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    unknown: int = 0
    failed: int = 0
    requests: Counter[str] = field(default_factory=Counter)
    """Requests sent, by system."""
    sentences: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain JSON; empty counts stay, so that a reader need not guess."""
        return {
            "company": self.company,
            "outcome": self.outcome,
            **{name: dict(sorted(getattr(self, name).items())) for name in _COUNTS},
            "unknown": self.unknown,
            "failed": self.failed,
            "sentences": list(self.sentences),
        }


_COUNTS = ("planned", "done", "proposed", "skips", "findings", "requests")


@dataclass(frozen=True)
class RunReport:
    """A run of one job over its companies. tick: the due minute, or the run's own key for a run by hand."""

    job: str
    tick: str
    companies: tuple[CompanyReport, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the shape of the command line's promise."""
        return {"job": self.job, "tick": self.tick, "companies": [report.as_json() for report in self.companies]}


def exit_code(reports: Iterable[RunReport]) -> int:
    """Return 1 if anything failed, else 3 if a brake holds, else 0."""
    outcomes = {company.outcome for report in reports for company in report.companies}
    return 1 if "failed" in outcomes else 3 if "held" in outcomes else 0
