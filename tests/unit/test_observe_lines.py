"""What stands in a log line, and what never does."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sverka.domain.secret import Secret, known
from sverka.observe.lines import JsonLine, PlainLine, StandardError
from sverka.observe.records import OURS, written_in
from sverka.observe.setup import setup
from sverka.systems.redaction import redact
from tests.house.tree import ROOT

Text = Callable[[], str]
"""What was written to standard error since it was asked last."""

_log = logging.getLogger("sverka.work.sending")


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    root = logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in ("root", *OURS)}
    handlers = list(root.handlers)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    yield
    root.handlers[:] = handlers
    for name, level in levels.items():
        (root if name == "root" else logging.getLogger(name)).setLevel(level)


@pytest.fixture
def stderr(capsys: pytest.CaptureFixture[str]) -> Text:
    return lambda: capsys.readouterr().err


def start(*, as_json: bool, level: str = "INFO") -> None:
    setup(as_json=as_json, level=level, sentry_dsn=None, release="sverka@0", clean=lambda text: redact(text, known()))


def test_a_json_line_holds_the_sentence_the_data_and_whose_run_it_was(stderr: Text) -> None:
    start(as_json=True)
    with written_in(job="agreement", company="headlights", run="hand-1"):
        _log.info("effect", extra={"kind": "order.create", "subject": "deal:71", "ms": 12})
    _log.info("afterwards")
    during, after = [json.loads(line) for line in stderr().splitlines()]
    assert during.pop("at").endswith("+00:00")
    assert during == {
        "level": "INFO", "logger": "sverka.work.sending", "message": "effect", "job": "agreement", "company": "headlights",
        "run": "hand-1", "kind": "order.create", "subject": "deal:71", "ms": 12,
    }  # fmt: skip
    assert "job" not in after


def test_a_plain_line_reads_like_a_sentence_with_data(stderr: Text) -> None:
    start(as_json=False)
    _log.info(
        "run finished", extra={"outcome": "broken off", "seconds": 0.5, "done": {"deal.field": 2}, "job": "agreement"}
    )
    _, _, said = stderr().partition("+00:00 ")
    assert said == (
        'INFO sverka.work.sending: run finished outcome="broken off" seconds=0.5 done={"deal.field": 2} job=agreement\n'
    )


FORGED = 'Ива"н\n2026-11-24T09:00:00 ERROR sverka: all is lost\r\u2028\x85\x1b[2J level=ERROR\u202e'


@pytest.mark.parametrize("as_json", [True, False], ids=["json", "plain"])
@pytest.mark.parametrize("part", ["data", "argument", "sentence"])
def test_what_a_customer_wrote_never_begins_a_line(stderr: Text, part: str, *, as_json: bool) -> None:
    start(as_json=as_json)
    if part == "data":
        _log.info("effect", extra={"title": FORGED})
    elif part == "argument":
        _log.info("said %s", FORGED)
    else:
        _log.info(FORGED)
    text = stderr()
    assert text.endswith("\n")
    assert len(text.splitlines()) == 1
    assert text[:-1].isprintable()
    if as_json:
        told = json.loads(text)
        assert (
            FORGED in {"data": told.get("title"), "argument": told["message"][5:], "sentence": told["message"]}.values()
        )


@pytest.mark.parametrize("line", [JsonLine, PlainLine])
def test_half_a_character_can_be_written(line: type[JsonLine]) -> None:
    record = logging.makeLogRecord({"name": "sverka", "levelname": "INFO", "msg": "said %s", "args": ("\ud800",)})
    assert line(str).format(record).isascii()


def test_data_cannot_take_the_place_of_the_level_or_the_sentence(stderr: Text) -> None:
    start(as_json=True)
    _log.info("effect", extra={"level": "CRITICAL", "logger": "x"})
    told = json.loads(stderr())
    assert (told["level"], told["logger"], told["message"]) == ("INFO", "sverka.work.sending", "effect")


@pytest.mark.parametrize("as_json", [True, False], ids=["json", "plain"])
@pytest.mark.parametrize(
    "form",
    [
        "канарейка/42+x",
        "%D0%BA%D0%B0%D0%BD%D0%B0%D1%80%D0%B5%D0%B9%D0%BA%D0%B0%2F42%2Bx",
        "0LrQsNC90LDRgNC10LnQutCwLzQyK3g=",
    ],
    ids=["plain", "URL-encoded", "base64"],
)
def test_a_secret_is_hidden_wherever_it_stands(stderr: Text, form: str, *, as_json: bool) -> None:
    start(as_json=as_json)
    held = Secret("канарейка/42+x")
    assert held in known()
    _log.info(
        "a sentence with %s", form, extra={"list": [form], "object": {form: {"deep": form}}, "other": _Shown(form)}
    )
    text = stderr()
    assert form not in text
    assert text.count("***") == 5


class _Shown:
    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self._text


def test_a_secret_is_known_for_as_long_as_anybody_holds_it() -> None:
    first, twin = Secret("twice the same"), Secret("twice the same")
    assert known().count(first) == 2
    del first
    assert twin in known()
    del twin
    assert Secret("twice the same") not in [each for each in known() if each.reveal() == "nothing"]
    assert [each for each in known() if each.reveal() == "twice the same"] == []


def test_the_password_inside_an_address_is_hidden_where_it_stands_alone(stderr: Text) -> None:
    start(as_json=False)
    held = (
        Secret("smtp://info%40shop.example:pass%2Bword@127.0.0.1:25"),
        Secret("https://abcdef0123@sentry.example/1"),
    )
    _log.info("tried pass%2Bword and pass+word and abcdef0123")
    assert stderr().endswith("tried *** and *** and ***\n")
    assert held


@pytest.mark.parametrize("as_json", [True, False], ids=["json", "plain"])
def test_an_error_is_told_by_its_type_and_place_never_by_its_text(stderr: Text, *, as_json: bool) -> None:
    def fail() -> None:
        try:
            int("Иван Петров")
        except ValueError as error:
            raise KeyError("+7 916 123-45-67") from error

    start(as_json=as_json)
    try:
        fail()
    except KeyError as error:
        _log.error("a defect", exc_info=error)
    text = stderr()
    assert "KeyError" in text
    assert "ValueError" in text
    assert "fail (test_observe_lines.py:" in text
    assert "916" not in text
    assert "Иван" not in text
    assert len(text.splitlines()) == 1


@pytest.mark.parametrize(
    ("level", "shown"),
    [("DEBUG", ["d", "i", "w", "e"]), ("INFO", ["i", "w", "e"]), ("WARNING", ["w", "e"]), ("ERROR", ["e"])],
)
def test_the_level_counts_for_what_we_say(stderr: Text, level: str, shown: list[str]) -> None:
    start(as_json=True, level=level)
    for sentence, number in (("d", logging.DEBUG), ("i", logging.INFO), ("w", logging.WARNING), ("e", logging.ERROR)):
        _log.log(number, sentence)
    assert [json.loads(line)["message"] for line in stderr().splitlines()] == shown


@pytest.mark.parametrize(
    "library", ["httpx", "httpcore.http11", "urllib3.connectionpool", "sqlalchemy.engine", "apscheduler"]
)
def test_libraries_speak_from_warnings_on_even_when_we_debug(stderr: Text, library: str) -> None:
    start(as_json=True, level="DEBUG")
    for number in (logging.DEBUG, logging.INFO, logging.WARNING):
        logging.getLogger(library).log(number, "x")
    assert [json.loads(line)["level"] for line in stderr().splitlines()] == ["WARNING"]


def test_nothing_is_said_before_somebody_asks_for_it() -> None:
    code = "import logging, sverka.observe.setup; logging.getLogger('sverka.work.runner').error('a defect')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_a_second_setup_takes_the_place_of_the_first(stderr: Text) -> None:
    start(as_json=True)
    start(as_json=False)
    _log.info("once")
    assert len(stderr().splitlines()) == 1


def test_a_line_that_cannot_be_put_together_tells_nothing_of_its_data(stderr: Text) -> None:
    start(as_json=False)
    (ours,) = [each for each in logging.getLogger().handlers if isinstance(each, StandardError)]
    ours.handle(logging.makeLogRecord({"msg": "%d deals", "args": ("Иван",)}))
    assert stderr() == "A line of the log could not be put together.\n"


def test_a_closed_standard_error_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    start(as_json=False)
    gone = io.StringIO()
    gone.close()
    monkeypatch.setattr(sys, "stderr", gone)
    _log.info("nobody hears this")


def test_a_defect_that_nobody_caught_is_one_line_too(stderr: Text) -> None:
    start(as_json=False)
    error = ValueError("Иван")
    sys.excepthook(ValueError, error, None)
    thread = threading.Thread(target=_stumble)
    thread.start()
    thread.join()
    first, second = stderr().splitlines()
    assert ("CRITICAL" in first, "error=ValueError" in first) == (True, True)
    assert ("ERROR" in second, "_stumble" in second) == (True, True)
    assert "Иван" not in first + second


def _stumble() -> Any:
    raise ValueError("Иван")
