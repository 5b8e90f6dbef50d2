"""The SMTP server as a client meets it: log in, send, be refused, be cut off."""

from __future__ import annotations

import smtplib
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from core_echo import PEOPLE, Scene, scene

from sandbox import mail


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as opened:
        yield opened


def _message() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Сверка <sverka@echo.example>"
    message["To"] = "Андрей Ковалёв <owner@echo.example>"
    message["Subject"] = "Итоги дня: всё сходится"
    message["Message-ID"] = "<r-1@echo.example>"
    message.set_content("Добрый вечер.\n.точка в начале строки\n", cte="quoted-printable")
    message.add_alternative("<p>Добрый вечер.</p>", subtype="html", cte="base64")
    return message


@contextmanager
def _line(world: Scene, timeout_s: float = 5.0) -> Iterator[smtplib.SMTP]:
    parts = urlsplit(world.smtp)
    with closing(smtplib.SMTP(parts.hostname or "", parts.port or 0, "localhost", timeout=timeout_s)) as line:
        yield line


@contextmanager
def _logged_in(world: Scene, person: str = "worker", timeout_s: float = 5.0) -> Iterator[smtplib.SMTP]:
    own = mail.credential("acme", person, PEOPLE)
    with _line(world, timeout_s) as line:
        line.login(own["login"], own["password"])
        yield line


def _send(world: Scene, person: str = "worker") -> None:
    with _logged_in(world, person) as line:
        line.send_message(_message())


@pytest.mark.parametrize("person", ["worker", "owner"])
def test_an_accepted_letter_is_an_effect_with_everything_decoded(world: Scene, person: str) -> None:
    _send(world, person)
    (effect,) = world.world.journal.effects_since(0)
    assert (effect["system"], effect["kind"], effect["by"]) == ("mail", "send", person)
    payload = effect["payload"]
    assert (payload["from"], payload["to"]) == ("sverka@echo.example", ["owner@echo.example"])
    assert payload["headers"]["Subject"] == "Итоги дня: всё сходится"
    assert payload["headers"]["To"] == "Андрей Ковалёв <owner@echo.example>"
    assert payload["text"] == "Добрый вечер.\n.точка в начале строки\n"
    assert payload["html"] == "<p>Добрый вечер.</p>\n"
    assert "Message-ID: <r-1@echo.example>" in payload["raw"]
    assert world.world.companies["acme"].counts()["mail"] == {"letters": 1}


def test_a_letter_without_parts_or_with_a_strange_charset_is_taken(world: Scene) -> None:
    strange = b"Content-Type: text/plain; charset=klingon\r\n\r\n\xff\xfe\r\n"
    with _logged_in(world) as line:
        line.sendmail("a@echo.example", ["b@x.example"], strange)
        line.sendmail("a@echo.example", ["b@x.example", "c@x.example"], b"\r\n")
    assert [letter["to"] for letter in world.effects()] == [["b@x.example"], ["b@x.example", "c@x.example"]]


def test_the_worker_url_holds_login_and_password(world: Scene) -> None:
    parts = urlsplit(mail.worker_url(world.world.companies["acme"], world.smtp))
    with _line(world) as line:
        assert line.login(unquote(parts.username or ""), unquote(parts.password or ""))[0] == 235


def test_nobody_sends_without_logging_in_rightly(world: Scene) -> None:
    with _line(world) as line, pytest.raises(smtplib.SMTPSenderRefused) as refused:
        line.send_message(_message())
    assert refused.value.smtp_code == 530
    with _line(world) as line, pytest.raises(smtplib.SMTPAuthenticationError):
        line.login("owner@echo.example", "guess")
    assert world.effects() == []


def test_a_wrong_token_is_a_refused_login(world: Scene) -> None:
    world.arm("wrong_token", "mail", count=1)
    with pytest.raises(smtplib.SMTPAuthenticationError), _logged_in(world):
        pass


@pytest.mark.parametrize(("kind", "code"), [("http_500", 550), ("http_429", 451)])
def test_a_recipient_is_refused_for_good_or_for_now(world: Scene, kind: str, code: int) -> None:
    world.arm(kind, "mail", count=1)
    with _logged_in(world) as line:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            line.send_message(_message())
        assert refused.value.recipients["owner@echo.example"][0] == code
        assert world.effects() == []
        line.send_message(_message())
    assert len(world.effects()) == 1
    assert world.statuses() == [code, 250]


@pytest.mark.parametrize("kind", ["http_503", "maintenance"])
def test_a_closed_post_office_refuses_the_sender(world: Scene, kind: str) -> None:
    world.arm(kind, "mail", count=1)
    with pytest.raises(smtplib.SMTPSenderRefused) as refused:
        _send(world)
    assert refused.value.smtp_code == 421


@pytest.mark.parametrize(
    ("kind", "accepted"),
    [("timeout_before", False), ("reset", False), ("timeout_after", True), ("half_body", True)],
)
def test_a_line_cut_at_the_final_dot_leaves_the_letter_taken_or_not(world: Scene, kind: str, *, accepted: bool) -> None:
    world.arm(kind, "mail", count=1, seconds=0.05)
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        _send(world)
    assert len(world.effects()) == int(accepted)
    _send(world)


def test_a_slow_post_office_takes_the_letter(world: Scene) -> None:
    world.arm("slow", "mail", count=1, seconds=0.2)
    began = time.monotonic()
    _send(world)
    assert time.monotonic() - began >= 0.2


def test_a_reset_of_the_world_empties_the_mailbox(world: Scene) -> None:
    _send(world)
    world.world.reset()
    assert world.effects() == []
    assert world.world.companies["acme"].counts()["mail"] == {"letters": 0}


def test_it_stops_quickly_with_a_line_held(world: Scene) -> None:
    world.arm("timeout_before", "mail", count=1)
    with _logged_in(world, timeout_s=0.2) as line, pytest.raises((TimeoutError, smtplib.SMTPServerDisconnected)):
        line.send_message(_message())
    with _logged_in(world) as waiting:
        began = time.monotonic()
        world.office.stop()
        assert time.monotonic() - began < 1
        with pytest.raises(smtplib.SMTPServerDisconnected):
            waiting.noop()
