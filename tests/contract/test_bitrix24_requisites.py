"""Requisites of the CRM's companies, read and made: against a portal behind a socket."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sverka.domain.effects import Answer
from sverka.domain.rows import Requisite
from tests.contract.portal_world import MONDAY, Town, town
from tests.contract.test_bitrix24_creations import requisite_wish


@pytest.fixture
def live() -> Iterator[Town]:
    with town() as opened:
        yield opened


def test_the_requisites_of_companies_tell_whom_1c_means(live: Town) -> None:
    """Those of contacts are of another kind, and those that are in use no more do not count."""
    company, contact = live.portal.add_company("Вектор"), live.portal.add_contact("Анна", "Орлова")
    for kind, owner, active in ((4, company, "Y"), (4, company, "N"), (3, contact, "Y")):
        fields = {
            "ENTITY_TYPE_ID": kind,
            "ENTITY_ID": owner,
            "PRESET_ID": 1,
            "ACTIVE": active,
            "RQ_INN": "7701 234567",
            "RQ_KPP": "770101001",
        }
        live.owner("crm.requisite.add", fields=fields)
    (reading,) = live.client.changes({"requisites": None}, live.directory)
    (row,) = reading.rows
    assert isinstance(row, Requisite)
    assert (row.client_key, row.inn, row.kpp) == (f"client:{company}", "7701234567", "770101001")
    (later,) = live.client.changes({"requisites": MONDAY}, live.directory)
    assert later.proof.full


def test_an_entrepreneur_gets_the_form_of_entrepreneurs(live: Town) -> None:
    number = live.send("requisite.create", **(requisite_wish(live) | {"kpp": "", "is_entrepreneur": True})).external_id
    forms = {row["XML_ID"]: row["ID"] for row in live.owner("crm.requisite.preset.list")}
    (row,) = live.owner("crm.requisite.list", filter={"ID": number})
    assert (row["PRESET_ID"], row["RQ_INN"]) == (forms["#CRM_REQUISITE_PRESET_DEF_RU_INDIVIDUAL#"], "7701234567")


def test_another_branch_with_the_same_number_of_a_taxpayer_is_another_entity(live: Town) -> None:
    wish = requisite_wish(live)
    live.send("requisite.create", **wish)
    assert not live.look("requisite.create", wish | {"kpp": "780101001"}).found


def test_a_portal_without_the_form_of_requisites_refuses(live: Town) -> None:
    for row in list(live.portal.state.presets):
        live.portal.state.presets.delete(row["ID"])
    outcome = live.send("requisite.create", **requisite_wish(live))
    assert (outcome.answer, outcome.changed) == (Answer.REFUSED, False)
