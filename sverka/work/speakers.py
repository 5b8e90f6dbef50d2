"""Who wishes which messages: the written list, by which a planned message finds its rule again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reconcilers import deals
from sverka.domain.actions import card_of
from sverka.domain.effects import Effect
from sverka.domain.messaging.channels import CHANNEL_BY_ACTION
from sverka.domain.messaging.kinds import BIRTHDAY, ORDER_READY, SHIPPING, STATEMENTS, THANKS_REVIEW, VISITS, WELCOME
from sverka.domain.messaging.wishes import Wish
from sverka.work import birthdays, casework, dunning, reviews, shipping, talk, visits, welcome
from sverka.work.desk import Desk, Look


def _of_deal(desk: Desk, look: Look, card: str) -> Sequence[Wish]:
    case = casework.case_of(desk, look, card)
    return () if case is None else deals.decide(case, desk.policy, look.now).wishes


def _by(
    wishes: Callable[[Desk, Look, list[str]], tuple[list[Wish], list[str]]],
) -> Callable[[Desk, Look, str], Sequence[Wish]]:
    return lambda desk, look, card: wishes(desk, look, [card])[0]


SPEAKERS: Mapping[str, Callable[[Desk, Look, str], Sequence[Wish]]] = {
    ORDER_READY: _of_deal, THANKS_REVIEW: _by(reviews.wishes), BIRTHDAY: _by(birthdays.wishes), WELCOME: _by(welcome.wishes),
    **dict.fromkeys(VISITS, _by(visits.wishes)), **dict.fromkeys(SHIPPING, _by(shipping.wishes)),
    **dict.fromkeys(STATEMENTS, _by(dunning.wishes)),
}  # fmt: skip
"""Kind of a message → what is wished about a card. A company's own kinds are wished by the rules of deals."""


def wanted(desk: Desk, look: Look, effect: Effect) -> bool:
    """Say whether a planned message still follows from the facts and from good manners, and what goes with shipping from its rules.

    What goes with messages is wanted in any case: what was said stays said, and a to-do is closed by whoever made it.
    """
    if shipping.is_of_the_way_out(effect):
        return shipping.wanted(desk, look, effect)
    if effect.kind not in CHANNEL_BY_ACTION:
        return True
    speaker = SPEAKERS.get(effect.payload["template"], _of_deal)
    return talk.wanted(desk, look, effect, speaker(desk, look, card_of(effect.subject)))
