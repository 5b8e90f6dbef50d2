"""The lines of `sverka check` about 1C: what is not published, what may not be read, what another configuration calls otherwise."""

from __future__ import annotations

from functools import partial

import httpx
import pytest

from sverka.work.checkup.accounts import ABOUT, SOURCE, accounts
from sverka.work.checkup.doors import Door, visit
from tests.contract.onec_rows import contract, one_of_each
from tests.contract.onec_vendor import CONTRACTS, KEY_REGISTER, KEYS, RECEIPTS, HandOnec, error


def told(base: HandOnec) -> list[str]:
    """Return what is said of a base, from the door on."""
    with base.client() as client:
        door = Door(ABOUT, client.place, "ONEC_URL", "ONEC_URL", SOURCE)
        return [str(line) for line in visit(door, client.server_time, base.clock, partial(accounts, client)).lines]


def test_a_base_that_shows_all_is_right() -> None:
    assert told(HandOnec(sets=one_of_each())) == [
        "1C: https://1c.example lets us in",
        "1C: 11 sets that a run reads can be read",
    ]


def test_what_is_not_published_is_named_with_where_to_tick_it() -> None:
    base = HandOnec(sets=one_of_each())
    del base.sets[CONTRACTS], base.sets[RECEIPTS]
    _, line = told(base)
    assert f"«{CONTRACTS}», «{RECEIPTS}»" in line
    assert "tick it under «Состав» and save" in line


def test_one_source_of_keys_is_enough() -> None:
    base = HandOnec(sets=one_of_each() | {KEY_REGISTER: []})
    del base.sets[KEYS]
    assert told(base)[-1] == "1C: 11 sets that a run reads can be read"


def test_rights_that_are_missing_are_named() -> None:
    base = HandOnec(sets=one_of_each(), faults=[None, None, error(401, "20", "Недостаточно прав")])
    _, line = told(base)
    assert "Catalog_Организации cannot be read: the user of 1C has no right to it" in line
    assert "without restrictions by records" in line


def test_a_field_that_is_called_otherwise_is_named() -> None:
    stranger = {name: value for name, value in contract().items() if name != "СрокОплаты"}
    _, line = told(HandOnec(sets=one_of_each() | {CONTRACTS: [stranger]}))
    assert (
        f"{CONTRACTS} cannot be read: 1C knows no such field; the configuration or its version is another one" in line
    )
    assert "it must be УТ 11.5, КА 2.5 or ERP 2.5" in line


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (httpx.Response(401), "does not let us in (1C does not accept the login and password)"),
        (httpx.Response(404, text="<html>"), "answers, but not as 1C does (nothing is published at this address)"),
        (httpx.ConnectError("refused"), "cannot be reached"),
        (httpx.Response(406), "takes no more requests now (1C has no free session or licence)"),
    ],
    ids=["password", "address", "network", "licence"],
)
def test_a_door_that_is_shut_says_why(fault: httpx.Response | Exception, text: str) -> None:
    (line,) = told(HandOnec(faults=[fault] * 1000))
    assert text in line
    assert "ONEC_URL" in line or "ten minutes" in line


def test_the_look_costs_little_however_much_the_base_holds() -> None:
    base = HandOnec(sets=one_of_each())
    told(base)
    assert len(base.requests) == len(base.sets) + 2
    assert all(options.get("$top") == "1" for name in base.sets for options in base.queries(name))
