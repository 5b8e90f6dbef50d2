"""`sverka messages list` and `sverka messages preview`: what a person sees before anything is sent."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from sverka.app import WrongUsage
from sverka.commands import messages
from sverka.companies.load import load_companies
from sverka.domain.messaging.kinds import KINDS, MessageKind, Sort
from sverka.domain.messaging.segments import parts
from sverka.messages.examples_clients import CLIENT_EXAMPLES, VISIT
from sverka.messages.render import render
from sverka.messages.texts import text_for
from tests.house.tree import ROOT

Output = pytest.CaptureFixture[str]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    (folder / "card_ready").mkdir(parents=True)
    (folder / "card_ready" / "messenger.txt.j2").write_text("{{ letter.company }}: карта готова", encoding="utf-8")
    return folder


CARD = MessageKind("card_ready", Sort.CARE, 45, timedelta(minutes=90))


def test_a_preview_for_a_company_is_written_in_its_name_and_words(capsys: Output) -> None:
    (water,) = [each for each in load_companies(ROOT / "config/companies") if each.name == "water"]
    messages.preview("welcome", "sms", None, water.templates, water.policy.title)
    usual = capsys.readouterr().out.splitlines()[1]
    assert usual.startswith("Кристально чистая вода: спасибо, что выбрали нас! Принимаем заказы по +7 495 123-01-45")
    assert len(parts(usual)) == 2


def test_the_list_says_of_each_kind_what_it_is_and_what_it_takes(capsys: Output) -> None:
    messages.listing(as_json=True)
    items = json.loads(capsys.readouterr().out)["items"]
    assert [item["kind"] for item in items] == [kind.name for kind in KINDS]
    assert items[[item["kind"] for item in items].index("visit_soon")] == {
        "kind": "visit_soon", "sort": "service", "channels": ["email", "sms", "whatsapp", "max"], "sms_parts": 2, "useful_for_min": 45,
    }  # fmt: skip


def test_the_list_for_people_says_the_same(capsys: Output, own: Path) -> None:
    messages.listing((*KINDS, CARD), own, as_json=False)
    rows = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "visit_soon service email, sms, whatsapp, max 2 45 min" in rows
    assert "order_ready service email, sms, whatsapp, max 2 3 d" in rows
    assert "visit_eve service email, sms, whatsapp, max 2 2 h" in rows
    assert "card_ready care whatsapp, max - 90 min" in rows


def test_a_preview_shows_every_example_by_every_channel(capsys: Output) -> None:
    messages.preview("visit_eve", None, None)
    shown = capsys.readouterr().out
    for facts in CLIENT_EXAMPLES["visit_eve"].values():
        letter = render("visit_eve", facts)
        for text in (
            letter.subject,
            letter.text.strip(),
            text_for("sms", "visit_eve", facts),
            text_for("max", "visit_eve", facts),
        ):
            assert text in shown
    assert "[whatsapp, max: named]" in shown
    assert "[sms: named, 132 signs, 2 SMS]" in shown


def test_a_preview_shows_one_channel(capsys: Output) -> None:
    messages.preview("visit_soon", "whatsapp", None)
    shown = capsys.readouterr().out
    assert text_for("whatsapp", "visit_soon", VISIT) in shown
    assert "sms" not in shown
    assert "email" not in shown


def test_a_companys_own_kind_is_shown_from_the_general_example(capsys: Output, own: Path) -> None:
    messages.preview("card_ready", None, None, own)
    assert "Фары и свет: карта готова" in capsys.readouterr().out


def test_a_letter_is_written_as_html_and_as_text(tmp_path: Path, capsys: Output) -> None:
    messages.preview("visit_booked", None, tmp_path / "letter.html")
    letter = render("visit_booked", VISIT)
    assert (tmp_path / "letter.html").read_text(encoding="utf-8") == letter.html
    assert (tmp_path / "letter.txt").read_text(encoding="utf-8") == letter.text
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("kind", "channel", "file", "said"),
    [
        ("visit_ev", None, None, "no kind of message «visit_ev»; did you mean visit_eve?"),
        ("digest/owner", None, None, "no kind of message «digest/owner»; there are: order_ready"),
        ("client", None, None, "no kind of message «client»"),
        ("visit_eve", "sns", None, "no channel of visit_eve «sns»; did you mean sms?"),
        ("visit_eve", "sms", "a.html", "only a letter is written into files"),
        ("visit_eve", None, "a.txt", "name the HTML file, such as"),
        ("visit_eve", "email", "nowhere/a.html", "there is no folder"),
    ],
)
def test_what_cannot_be_shown_is_told(
    tmp_path: Path, kind: str, channel: str | None, file: str | None, said: str
) -> None:
    with pytest.raises(WrongUsage, match=said.replace("?", r"\?")):
        messages.preview(kind, channel, tmp_path / file if file else None)
    assert list(tmp_path.iterdir()) == []


def test_a_letter_of_a_kind_without_letters_is_not_written(tmp_path: Path, own: Path) -> None:
    with pytest.raises(WrongUsage, match="only a letter is written into files"):
        messages.preview("card_ready", None, tmp_path / "a.html", own)
