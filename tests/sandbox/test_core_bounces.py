"""Mailboxes that do not take what comes: what a sender hears of it, when, and in which server's words."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import closing
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from core_echo import PEOPLE, Scene, scene
from test_core_imap import box, fetched, told, uids

from sandbox import mail

BORIS, VERA = "boris@pochta.example", "vera@pochta.example"
LETTER = """Message-ID: <r-1@echo.example>
From: sverka@echo.example
Subject: =?utf-8?b?0JLQuNC30LjRgg==?=
Content-Type: text/plain; charset=utf-8
X-Own: of the letter

Здравствуйте!
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as opened:
        yield opened


def behave(world: Scene, address: str, word: str, **more: str) -> tuple[int, Any]:
    order = {"company": "acme", "channel": "email", "phone": address, "is": word, **more}
    return world.call("POST", f"{world.control}/_world/phones", order)


def came(world: Scene, address: str) -> list[dict[str, str]]:
    status, letters = world.call(
        "GET", f"{world.control}/_world/handset?company=acme&channel=email&phone={address.replace('+', '%2B')}"
    )
    assert status == 200
    return list(letters)


def send(world: Scene, *to: str, sender: str = "sverka@echo.example") -> None:
    parts, own = urlsplit(world.smtp), mail.credential("acme", "worker", PEOPLE)
    with closing(smtplib.SMTP(parts.hostname or "", parts.port or 0, "localhost", timeout=5)) as line:
        line.login(own["login"], own["password"])
        line.sendmail(sender, list(to), LETTER.encode())


def reports(world: Scene, person: str = "worker") -> list[EmailMessage]:
    """Return what lies in somebody's box, decoded."""
    with box(world, person, readonly=True) as line:
        raw = [fetched(line, uid, "(BODY.PEEK[])")[1] for uid in uids(line)]
    return [message_from_bytes(each, policy=policy.default) for each in raw]


def said(report: EmailMessage) -> dict[str, str]:
    """Return what a report says of its recipient."""
    status = next(part for part in report.iter_parts() if part.get_content_type() == "message/delivery-status")
    blocks = [block for block in status.iter_parts() if block["Action"]]
    assert len(blocks) == 1
    return {name: str(value) for name, value in blocks[0].items()}


@pytest.mark.parametrize(
    ("word", "action", "status"),
    [("no_such_user", "failed", "5.1.1"), ("full", "failed", "5.2.2"), ("delayed", "delayed", "4.4.1")],
)
def test_the_sender_hears_some_seconds_later_what_became_of_a_letter(
    world: Scene, word: str, action: str, status: str
) -> None:
    assert behave(world, BORIS, word)[0] == 200
    send(world, BORIS.upper())
    assert reports(world) == []
    world.world.clock.forward(6)
    (report,) = reports(world)
    assert (said(report)["Action"], said(report)["Status"]) == (action, status)
    assert said(report)["Final-Recipient"].partition(";")[2].strip() == BORIS.upper()
    assert (report["Return-Path"], report["To"], report.get_content_type()) == (
        "<>",
        "sverka@echo.example",
        "multipart/report",
    )
    assert reports(world, "owner") == []


@pytest.mark.parametrize(
    ("dialect", "parts"),
    [
        ("postfix", ["text/plain", "message/delivery-status", "text/rfc822-headers"]),
        ("exchange", ["multipart/alternative", "message/delivery-status", "message/rfc822"]),
        ("terse", ["text/plain", "message/delivery-status"]),
    ],
)
def test_servers_report_in_their_own_words(world: Scene, dialect: str, parts: list[str]) -> None:
    behave(world, BORIS, "no_such_user", dialect=dialect)
    send(world, BORIS)
    world.world.clock.forward(6)
    (report,) = reports(world)
    assert [part.get_content_type() for part in report.iter_parts()] == parts
    assert report.get_param("report-type") == "delivery-status"
    assert [part.defects for part in report.walk() if part.defects] == []
    returned = list(report.iter_parts())[2:]
    assert all("X-Own: of the letter" in str(part) and "<r-1@echo.example>" in str(part) for part in returned)
    if dialect == "exchange":
        text = report.get_body(("plain",))
        assert text is not None
        assert "Не удаётся доставить" in text.get_content()
        assert str(report["Subject"]) == "Не удаётся доставить: Визит"


def test_a_late_letter_arrives_and_a_refused_one_never_does(world: Scene) -> None:
    behave(world, BORIS, "delayed")
    behave(world, VERA, "full")
    send(world, BORIS, VERA, "owner@echo.example")
    assert (came(world, BORIS), len(came(world, "OWNER@echo.example"))) == ([], 1)
    world.world.clock.forward(6)
    assert (len(reports(world)), came(world, BORIS)) == (2, [])
    world.world.clock.forward(600)
    (letter,) = came(world, BORIS)
    assert (letter["subject"], letter["text"], letter["at"][:17]) == ("Визит", "Здравствуйте!\n\n", "2026-11-23T05:10:")
    assert (came(world, VERA), len(reports(world)), len(reports(world, "owner"))) == ([], 2, 1)


def test_a_mailbox_may_become_well_again(world: Scene) -> None:
    behave(world, BORIS, "full")
    behave(world, BORIS, "usual")
    send(world, BORIS)
    world.world.clock.forward(60)
    assert (len(came(world, BORIS)), reports(world)) == (1, [])


def test_nobody_is_told_of_a_report_that_does_not_arrive(world: Scene) -> None:
    behave(world, BORIS, "no_such_user")
    send(world, BORIS, sender="")
    assert world.effects()[0]["from"] == ""
    world.world.clock.forward(60)
    assert (reports(world), world.world.companies["acme"].counts()["mail"]) == ([], {"letters": 1})


def test_what_came_first_lies_first(world: Scene) -> None:
    behave(world, "owner@echo.example", "delayed")
    behave(world, BORIS, "full")
    send(world, "owner@echo.example")
    world.world.clock.forward(100)
    send(world, BORIS, sender="owner@echo.example")
    world.world.clock.forward(700)
    assert [letter.get_content_type() for letter in reports(world, "owner")] == ["multipart/report", "text/plain"]


def test_letters_keep_their_numbers_however_late_reports_come(world: Scene) -> None:
    behave(world, BORIS, "no_such_user")
    send(world, BORIS)
    send(world, "sverka@echo.example")
    with box(world, "worker", readonly=True) as line:
        assert uids(line) == ["2"]
    world.world.clock.forward(6)
    with box(world, "worker", readonly=True) as line:
        assert (uids(line), told(line, "UIDNEXT")) == (["2", "3"], 4)


def test_a_reset_of_the_world_forgets_what_was_to_come(world: Scene) -> None:
    behave(world, BORIS, "no_such_user")
    send(world, BORIS)
    world.world.reset()
    send(world, BORIS)
    world.world.clock.forward(60)
    assert (reports(world), len(came(world, BORIS))) == ([], 1)


@pytest.mark.parametrize(
    ("address", "word", "more", "sentence"),
    [
        (BORIS, "off", {}, "no_such_user, full, delayed"), (BORIS, "full", {"dialect": "qmail"}, "postfix, exchange, terse"),
        (BORIS, "full", {"until": "noon"}, "until cannot be said"), ("+79161234567", "full", {}, "no address of a mailbox"),
    ],
)  # fmt: skip
def test_a_wrong_word_is_answered_with_the_right_ones(
    world: Scene, address: str, word: str, more: dict[str, str], sentence: str
) -> None:
    status, answer = behave(world, address, word, **more)
    assert (status, sentence in answer["error"]) == (400, True), answer


def test_clients_do_not_write_to_the_company_past_its_server(world: Scene) -> None:
    order = {"company": "acme", "channel": "email", "from": BORIS, "text": "стоп"}
    status, answer = world.call("POST", f"{world.control}/_world/incoming", order)
    assert (status, answer["error"]) == (400, "Letters to the company come by SMTP.")
