"""How a run that chases debts reads 1C: once, after the portal, by a clock of 1C's own; and that it can be tried dry."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest

from tests.e2e.town import Town, town

_PARTIES = "Catalog_Контрагенты/$count"


@pytest.fixture
def owing(tmp_path: Path) -> Iterator[Town]:
    """The company on a Tuesday at half past two, with one customer a week late and the bank's statement of yesterday loaded."""
    with town(tmp_path, sockets=False, company="machinery") as place:
        accountant = place.person("accountant")
        accountant.ship("ООО «ГидроСнаб»", 128400, date(2026, 11, 16), "3187")
        place.set_clock("2026-11-24T14:30:00+03:00")
        accountant.receive_payment("ООО «Лесные дороги»", 1000)
        yield place


def _letters(place: Town) -> list[str]:
    return [to for row in place.effects() if row["system"] == "mail" for to in row["payload"]["to"]]


def test_a_letter_goes_though_1c_tells_a_later_time_than_the_portal(owing: Town) -> None:
    assert owing.transport is not None
    answer = owing.transport.handle_request

    def ahead(request: httpx.Request) -> httpx.Response:
        told = answer(request)
        if "/odata/" in request.url.path:
            told.headers["date"] = format_datetime(owing.sandbox.world.clock.now() + timedelta(minutes=1), usegmt=True)
        return told

    owing.transport.handle_request = ahead  # type: ignore[method-assign]
    assert owing.run("dunning")["outcome"] == "done"
    assert _letters(owing) == ["buh@gidrosnab.example"]


def test_a_run_reads_1c_once_however_often_it_looks_at_the_portal(owing: Town) -> None:
    assert owing.transport is not None
    asked, answer = [], owing.transport.handle_request

    def heard(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return answer(request)

    owing.transport.handle_request = heard  # type: ignore[method-assign]
    report = owing.run("dunning")
    assert report["done"]["message.email"] == 1
    assert sum(path.endswith(_PARTIES) for path in asked) == 1
    assert sum(path.endswith("/batch.json") for path in asked) > 6, "the portal is read back"
    owing.run("dunning")
    assert sum(path.endswith(_PARTIES) for path in asked) == 2, "another run reads anew"


def test_a_dry_run_tells_what_would_be_said_and_says_nothing(owing: Town) -> None:
    report = owing.run("dunning", dry_run=True)
    assert (report["outcome"], report["planned"]["message.email"], owing.effects()) == ("done", 1, [])
