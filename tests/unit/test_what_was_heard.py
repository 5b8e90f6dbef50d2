"""What a client wrote is dealt with once all that tells of it may go; until then it is looked at again."""

from __future__ import annotations

import pytest

from sverka.domain.actions import Action
from sverka.domain.plan import Plan
from sverka.work.runner import _dealt_with

COMMENT, NOTICE = (
    Action(kind, "letter:deal:71/heard", "max 1", {}, reason="Клиент написал.")
    for kind in ("comment.create", "notice.send")
)


@pytest.mark.parametrize(
    ("let", "needed", "is_dealt_with"),
    [
        pytest.param((COMMENT, NOTICE), (COMMENT, NOTICE), True, id="all of it goes"),
        pytest.param((COMMENT,), (COMMENT, NOTICE), False, id="the notice does not"),
        pytest.param((NOTICE,), (COMMENT, NOTICE), False, id="the comment does not"),
        pytest.param((), (COMMENT, NOTICE), False, id="nothing goes"),
        pytest.param((), (), True, id="nothing has to go, for it was heeded"),
    ],
)
def test_a_message_is_dealt_with_when_all_that_tells_of_it_may_go(
    let: tuple[Action, ...], needed: tuple[Action, ...], *, is_dealt_with: bool
) -> None:
    plan = Plan(actions=let, heard=((7, tuple(each.key for each in needed)),))
    assert _dealt_with(plan) == ([7] if is_dealt_with else [])
