"""What a write that was cut in two may have left: it stands in the place of the base until both sides agree."""

from __future__ import annotations

from typing import Any

from sverka.domain.cut_off import cut_off, is_cut_off, may_stand, pieces
from sverka.domain.three_way import Verdict, judge

LENS, LAMP, LAMPS = (
    {"good": "g1", "price_kopecks": 890000, "amount_thousandths": 2000},
    {"good": "g2", "price_kopecks": 420000, "amount_thousandths": 2000},
    {"good": "g2", "price_kopecks": 420000, "amount_thousandths": 3000},
)


def payload(*lines: dict[str, Any], was: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {"order": "1", "lines": list(lines), "was": list(was)}


def test_old_and_new_lines_may_stand() -> None:
    assert may_stand(cut_off("1/2.00/abc", payload(LAMPS, was=(LENS, LAMP)))) == pieces([LENS, LAMP, LAMPS])


def test_what_an_earlier_cut_left_is_not_forgotten() -> None:
    once = cut_off(None, payload(LAMP))
    assert may_stand(cut_off(once, payload(LENS))) == pieces([LAMP, LENS])


def test_lines_of_the_store_are_told_apart_by_their_products() -> None:
    basket = {"product": "p1", "name": "a lamp", "price_kopecks": 1, "amount_thousandths": 2}
    assert pieces([basket]) == {"p1,1,2"}


def test_nothing_is_agreed_since() -> None:
    base = cut_off(None, payload(LAMP))
    assert is_cut_off(base)
    assert (judge(base, "ours", "half"), judge(base, "same", "same")) == (Verdict.NEVER_AGREED, Verdict.CONVERGED)


def test_an_agreed_value_is_no_cut() -> None:
    assert not any(is_cut_off(base) for base in (None, "none", "1/2.00/abc", "contested"))
    assert may_stand(None) == may_stand("contested") == frozenset()


def test_lines_that_were_to_be_nothing_leave_nothing() -> None:
    assert may_stand(cut_off(None, payload())) == frozenset()
