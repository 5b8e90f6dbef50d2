"""Real input: two years of 2,466 invoices of 100 customers in 1C, chased day by day; `make test` plays two weeks, `make soak` all."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from tests.e2e.receivables import trader
from tests.soak import SOAK
from tests.unit.dunning_replay import RECEIVABLES

pytestmark = pytest.mark.skipif(
    not RECEIVABLES.is_file(), reason="the sample of receivables does not lie beside this checkout"
)

FIRST, DAYS = (date(2012, 1, 3), 740) if SOAK else (date(2012, 2, 27), 15)


def test_real_invoices_are_chased_once_in_time_and_only_those_that_are_overdue(tmp_path: Path) -> None:
    with trader(tmp_path) as opened:
        figures = opened.live(FIRST, DAYS)
        steps = opened.remembered()
        print(json.dumps({**figures, **steps}, ensure_ascii=False))  # noqa: T201 (the figures of the proof)
        sent = sum(count for name, count in steps.items() if name.endswith(" sent"))
        assert sent == figures["letters"] > (800 if SOAK else 25)
        assert steps["pre3 sent"] > steps["soft3 sent"] > (150 if SOAK else 5)
        assert steps["stmt8 sent"] > (40 if SOAK else 0)
        assert figures["calls"] > 0
