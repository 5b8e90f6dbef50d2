"""Who asked to be written to no more, and who again: what was written last holds, in whatever order and however often it is heeded."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations

import pytest

from sverka.domain.messaging.ladder import CARE
from sverka.domain.messaging.wishes import Asked
from sverka.store import addresses
from sverka.store.addresses import Account
from sverka.store.engine import Store
from tests.make import NOW

HERE, THERE = "headlights", "other"
PHONE, OTHER_PHONE, CHAT, OTHER_CHAT = "+79161234567", "+79160000000", "527646474009", "527646474010"
SCOPES = {"стоп": (CARE, "max"), "возможно": (CARE,), "старт": ()}


def word(said: str, minute: int, address: str = PHONE) -> Asked:
    return Asked(address, SCOPES[said], "max", said, NOW + timedelta(minutes=minute))


def heed(store: Store, *asked: Asked, company: str = HERE) -> None:
    with store.writing() as tx:
        addresses.heed(tx, company, asked)


def silences(store: Store, company: str = HERE) -> dict[str, set[str]]:
    """Return the silences that hold, by address."""
    with store.reading() as tx:
        found = addresses.silences(tx, company, [PHONE, OTHER_PHONE])
    assert len({(each.address, each.scope) for each in found}) == len(found)
    return {
        address: {each.scope for each in found if each.address == address}
        for address in sorted({each.address for each in found})
    }


@pytest.mark.parametrize(
    ("words", "holds"),
    [
        (["стоп"], {CARE, "max"}), (["возможно"], {CARE}), (["старт"], set()), (["возможно", "стоп"], {CARE, "max"}),
        (["стоп", "старт"], set()), (["старт", "стоп"], {CARE, "max"}), (["стоп", "старт", "возможно"], {CARE}),
        (["возможно", "стоп", "старт", "стоп"], {CARE, "max"}), (["стоп", "старт", "стоп", "старт"], set()),
    ],
    ids=lambda words: " ".join(sorted(words) if isinstance(words, set) else words),
)  # fmt: skip
def test_what_was_written_last_holds(store: Store, words: list[str], holds: set[str]) -> None:
    said = [word(each, minute) for minute, each in enumerate(words)]
    heed(store, *reversed(said))
    assert silences(store) == ({PHONE: holds} if holds else {})
    for again in combinations(said, 2):
        heed(store, *again)
    for one in said:
        heed(store, one)
    assert silences(store) == ({PHONE: holds} if holds else {}), "what is heeded once more undoes nothing"


def test_a_silence_begins_with_the_word_that_asked_for_it(store: Store) -> None:
    heed(store, word("стоп", 1), word("стоп", 2))
    with store.reading() as tx:
        assert {each.since for each in addresses.silences(tx, HERE, [PHONE])} == {NOW + timedelta(minutes=1)}


def test_of_two_words_of_one_second_the_one_that_came_last_holds(store: Store) -> None:
    heed(store, word("стоп", 1), word("старт", 1))
    assert silences(store) == {}
    heed(store, word("возможно", 2), word("старт", 3), word("стоп", 3))
    assert silences(store) == {PHONE: {CARE, "max"}}


def test_a_word_that_reaches_us_late_does_not_undo_a_later_one(store: Store) -> None:
    heed(store, word("возможно", 1), word("старт", 3))
    heed(store, word("стоп", 2))
    assert silences(store) == {}


def test_a_silence_is_of_one_address_in_one_company(store: Store) -> None:
    heed(store, word("стоп", 1), word("стоп", 1, OTHER_PHONE))
    heed(store, word("возможно", 1), company=THERE)
    heed(store, word("старт", 2, OTHER_PHONE))
    heed(store, word("старт", 3), company=THERE)
    assert (silences(store), silences(store, THERE)) == ({PHONE: {CARE, "max"}}, {})


def test_what_was_asked_for_in_a_chat_ends_by_the_phone_that_it_turns_out_to_be_of(store: Store) -> None:
    heed(store, word("стоп", 1, CHAT), word("стоп", 1, OTHER_CHAT))
    with store.writing() as tx:
        for phone, chat in ((PHONE, CHAT), (OTHER_PHONE, OTHER_CHAT), ("+79160000001", None)):
            addresses.remember_account(tx, HERE, Account("max", phone, chat, NOW))
            addresses.remember_account(tx, THERE, Account("max", phone, OTHER_CHAT, NOW))
    heed(store, word("старт", 2))
    heed(store, word("стоп", 1))
    with store.reading() as tx:
        assert {each.address for each in addresses.silences(tx, HERE, [PHONE, CHAT, OTHER_CHAT])} == {OTHER_CHAT}
