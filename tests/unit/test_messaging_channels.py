"""By which channels somebody is reached, and which channels carry messages now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sverka.domain.effects import Answer
from sverka.domain.messaging.health import TRY_AGAIN, Attempt, Trouble, sick, troubles, while_tried
from sverka.domain.messaging.kinds import Sort
from sverka.domain.messaging.ladder import allowed, next_channel, reaching, wants_no_care
from sverka.domain.messaging.wishes import Sick
from tests.strategies import examples
from tests.unit.messaging_people import ALL_CHANNELS, EMAIL, MANNERS, MIN, NOON, PHONE, ill, person, silence


@pytest.mark.parametrize(
    ("changes", "order"),
    [
        pytest.param({}, "max whatsapp sms email", id="in the company's order"),
        pytest.param({"prefers": "sms"}, "sms max whatsapp email", id="what the card names comes first"),
        pytest.param({"prefers": "telegram"}, "max whatsapp sms email", id="the company has no such channel"),
        pytest.param({"phone": ""}, "email", id="no phone"),
        pytest.param({"email": ""}, "max whatsapp sms", id="no mailbox"),
        pytest.param({"no_account": frozenset({"max"})}, "whatsapp sms email", id="no account there"),
        pytest.param(
            {"no_account": frozenset({"max"}), "prefers": "max"},
            "whatsapp sms email",
            id="prefers what they do not have",
        ),
        pytest.param({"phone": "", "email": ""}, "", id="nothing at all"),
        pytest.param({"silences": (silence("sms"),)}, "max whatsapp email", id="asked not to get SMS"),
        pytest.param({"silences": (silence("all"),)}, "email", id="asked for silence at the phone"),
        pytest.param({"silences": (silence("all", EMAIL),)}, "max whatsapp sms", id="asked for silence in the mailbox"),
        pytest.param({"silences": (silence("email", EMAIL.upper()),)}, "max whatsapp sms", id="a mailbox in capitals"),
        pytest.param(
            {"silences": (silence("email", PHONE),)}, "max whatsapp sms email", id="another address's silence"
        ),
        pytest.param(
            {"silences": (silence("all", "+79160000000"),)}, "max whatsapp sms email", id="somebody else's silence"
        ),
        pytest.param(
            {"silences": (silence("care"),)}, "max whatsapp sms email", id="asked for no care: service goes on"
        ),
    ],
)
def test_the_order_of_channels(changes: dict[str, Any], order: str) -> None:
    assert " ".join(allowed(person(**changes), MANNERS, Sort.SERVICE)) == order


def test_adverts_never_go_where_the_law_forbids_them() -> None:
    assert reaching(person(prefers="whatsapp"), MANNERS, Sort.ADVERT) == ("max", "sms", "email")


@pytest.mark.parametrize(
    ("scope", "address", "is_meant"),
    [("care", PHONE, True), ("all", EMAIL, True), ("care", "other@mail.example", False), ("sms", PHONE, False)],
)
def test_who_wants_no_care_at_one_address_wants_none_at_any(scope: str, address: str, is_meant: bool) -> None:
    assert wants_no_care(person(silences=(silence(scope, address),))) is is_meant


def test_a_sick_channel_is_passed_over_until_one_may_try_it() -> None:
    resting = {"max": ill("max", NOON + MIN)}
    assert next_channel(ALL_CHANNELS, resting, NOON) == "whatsapp"
    assert next_channel(ALL_CHANNELS, resting, NOON + MIN) == "max"
    assert next_channel(("max",), resting, NOON) is None


def tries(letters: str) -> list[Attempt]:
    """An attempt a minute before noon: a - accepted, r - refused, n - not executed, m - an answer was lost."""
    names = {"a": Answer.ACCEPTED, "r": Answer.REFUSED, "n": Answer.NOT_EXECUTED, "m": Answer.AMBIGUOUS}
    return [Attempt("sms", names[letter], NOON + number * MIN) for number, letter in enumerate(letters)]


@pytest.mark.parametrize(
    ("letters", "since"),
    [
        pytest.param("", None, id="nothing was tried"),
        pytest.param("aaa", None, id="all is well"),
        pytest.param("an", None, id="one failure"),
        pytest.param("nan", None, id="failures that are not in a row"),
        pytest.param("nn", 0, id="two failures"),
        pytest.param("am", None, id="one lost answer"),
        pytest.param("amn", 1, id="a lost answer and a failure"),
        pytest.param("annn", 1, id="from the first of them"),
        pytest.param("nna", None, id="well again"),
        pytest.param("nnann", 3, id="sick again"),
        pytest.param("rrr", None, id="refusals are about the addressee"),
        pytest.param("nrn", 0, id="a refusal ends nothing"),
        pytest.param("nnr", 0, id="nor does one after"),
    ],
)
def test_a_channel_is_sick_after_two_failures_in_a_row(letters: str, since: int | None) -> None:
    found = sick(tries(letters), NOON + 60 * MIN)
    assert (found and found.since) == (None if since is None else NOON + since * MIN)


def test_ten_minutes_after_the_last_failure_one_message_may_try() -> None:
    found = sick(tries("nnm"), NOON + 5 * MIN)
    assert found == Sick("sms", NOON, NOON + 12 * MIN, "не отвечает")


def test_while_one_tries_no_other_does() -> None:
    later = NOON + 30 * MIN
    assert sick(tries("nn"), later, is_tried=True) == Sick("sms", NOON, later + TRY_AGAIN, "не принимает сообщения")
    assert while_tried(ill("sms", NOON), later).until == later + TRY_AGAIN
    assert while_tried(ill("sms", later + 60 * MIN), later).until == later + 60 * MIN


def test_troubles_are_told_with_their_beginning_and_their_end() -> None:
    late = NOON + 20 * MIN
    others = [
        Attempt("max", Answer.NOT_EXECUTED, late, "нет денег"),
        Attempt("max", Answer.NOT_EXECUTED, late + MIN, "нет денег"),
    ]
    assert troubles([*others, *tries("annranm")]) == [
        Trouble("sms", NOON + MIN, NOON + 2 * MIN, 2, "не принимает сообщения", until=NOON + 4 * MIN),
        Trouble("sms", NOON + 5 * MIN, NOON + 6 * MIN, 2, "не отвечает"),
        Trouble("max", late, late + MIN, 2, "не принимает сообщения: нет денег"),
    ]


ATTEMPTS = st.lists(
    st.builds(
        Attempt, st.sampled_from(["sms", "max"]), st.sampled_from(Answer), st.integers(0, 8).map(lambda minute: NOON + minute * MIN)
    ),
    max_size=10,
)  # fmt: skip


@given(ATTEMPTS, st.randoms(use_true_random=False))
@examples(soak=1_000, short=40)
def test_health_knows_no_order_of_attempts_and_no_refusals(attempts: list[Attempt], dice: Any) -> None:
    shuffled = dice.sample(attempts, len(attempts))
    assert troubles(shuffled) == troubles(attempts)
    assert troubles(each for each in shuffled if each.answer is not Answer.REFUSED) == troubles(attempts)


@given(ATTEMPTS)
@examples(soak=1_000, short=40)
def test_an_accepted_message_makes_a_channel_well_and_two_failures_sick(attempts: list[Attempt]) -> None:
    after, now = NOON + timedelta(hours=2), NOON + timedelta(hours=3)
    mine = [each for each in attempts if each.channel == "sms"]
    assert sick([*mine, Attempt("sms", Answer.ACCEPTED, after)], now) is None
    found = sick([*mine, *(Attempt("sms", Answer.AMBIGUOUS, after + number * MIN) for number in range(2))], now)
    assert found is not None
    assert found.since <= after
    assert found.until == after + MIN + TRY_AGAIN
