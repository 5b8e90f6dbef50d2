"""A company tells its clients something of its own, without a line of Python: a folder of texts and a word at a stage."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.handset import Handset
from sverka.settings import SettingsError
from tests.e2e.town import COMPANIES, COMPANY, Town, town

MARINA = "+79162345602"
TEXT = "{{ letter.company }}: ваша заявка принята, подбираем детали. Ваш менеджер {{ letter.manager }}.\n"


def company_folder(folder: Path, text: str) -> Path:
    """The company's file with a kind of its own, its text beside it."""
    written = (COMPANIES / f"{COMPANY}.yaml").read_text(encoding="utf-8")
    own = "  templates: texts\n  own:\n    request_taken: {sort: service, useful: 4h}\n"
    changed = written.replace("\nmessages:\n", f"\nmessages:\n{own}").replace(
        "{show: availability, allowed: 2d}", "{show: availability, allowed: 2d, notice: request_taken}"
    )
    assert changed.count("request_taken") == 2, "the file is not what it was"
    (folder / f"{COMPANY}.yaml").write_text(changed, encoding="utf-8")
    kind = folder / "texts" / "request_taken"
    kind.mkdir(parents=True)
    for name in ("messenger.txt.j2", "sms.txt.j2"):
        (kind / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def headlights(tmp_path: Path) -> Iterator[Town]:
    """The company at ten on a Monday."""
    (tmp_path / "companies").mkdir()
    with town(tmp_path, companies=company_folder(tmp_path / "companies", TEXT), sockets=False) as opened:
        opened.set_clock("2026-11-23T10:00:00+03:00")
        opened.settle()
        yield opened


def told(headlights: Town) -> list[str]:
    """What came to the client's phone, a little later."""
    headlights.forward(minutes=2)
    return [row["text"] for row in Handset(headlights.sandbox.ready, COMPANY, MARINA).messages("max")]


def test_who_comes_to_the_stage_is_told_once_for_each_stay(headlights: Town) -> None:
    deal = headlights.person().make_deal(
        "Интернет-магазин", "Запрос на товар", "Марина Соловьёва", [("LAMP-D2S-PHILIPS", 1, 4200)], Филиал="Москва"
    )
    headlights.settle()
    assert headlights.run()["planned"] == {}
    words = "Фары и свет: ваша заявка принята, подбираем детали. Ваш менеджер Ольга Климова."
    assert told(headlights) == [words]
    headlights.person().move_deal(deal, "Недозвон")
    headlights.settle()
    headlights.forward(minutes=20)
    headlights.person().move_deal(deal, "Запрос на товар")
    headlights.settle()
    assert told(headlights) == [words, words]


def test_a_text_that_cannot_be_written_is_told_at_the_start_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "companies").mkdir()
    folder = company_folder(tmp_path / "companies", "{{ letter.nickname }}\n")
    with pytest.raises(SettingsError, match=r"messenger\.txt\.j2:1: .*nickname"), town(tmp_path, companies=folder):
        pass
