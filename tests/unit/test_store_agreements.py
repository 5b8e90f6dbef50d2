"""The base of the three-way comparison: kept, replaced, forgotten."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sverka.domain.plan import Agreed
from sverka.store import agreements
from sverka.store.engine import Store, Transaction

COMPANY = "headlights"
SUBJECTS = ["deal:1", "deal:2"]


@pytest.fixture
def tx(store: Store) -> Iterator[Transaction]:
    with store.writing() as opened:
        yield opened


def test_only_the_named_aspects_of_the_subject_are_forgotten(tx: Transaction) -> None:
    for company in (COMPANY, "machinery"):
        agreements.put(tx, company, [Agreed(subject, each, "x") for subject in SUBJECTS for each in "abc"], 1)
    agreements.forget(tx, COMPANY, "deal:1", ["a", "c", "never agreed"])
    assert set(agreements.bases(tx, COMPANY, SUBJECTS)) == {
        ("deal:1", "b"), ("deal:2", "a"), ("deal:2", "b"), ("deal:2", "c"),
    }  # fmt: skip
    assert len(agreements.bases(tx, "machinery", SUBJECTS)) == 6


def test_to_forget_nothing_changes_nothing(tx: Transaction) -> None:
    agreements.put(tx, COMPANY, [Agreed("deal:1", "a", "x")], 1)
    agreements.forget(tx, COMPANY, "deal:1", [])
    assert agreements.bases(tx, COMPANY, SUBJECTS) == {("deal:1", "a"): "x"}


def test_what_was_forgotten_may_be_agreed_anew(tx: Transaction) -> None:
    agreements.put(tx, COMPANY, [Agreed("deal:1", "a", "x")], 1)
    agreements.forget(tx, COMPANY, "deal:1", ["a"])
    assert agreements.put(tx, COMPANY, [Agreed("deal:1", "a", "x")], 2) == 1
