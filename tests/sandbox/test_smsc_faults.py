"""SMSC in trouble, and SMSC among the other systems of a company: faults, keys, a sandbox that is a process of its own."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest
from smsc_line import PHONE, Line, line

from sandbox.handset import Handset

ROOT = Path(__file__).parents[2]
BROKEN = (http.client.HTTPException, ConnectionError)
COMPANY = """
company: acme
systems:
  smsc: {account: ACME_SMSC_URL}
people:
  worker: {name: Сверка, email: sverka@acme.example}
  manager: {name: Ольга, email: olga@acme.example}
"""


@pytest.fixture
def desk() -> Iterator[Line]:
    with line() as opened:
        yield opened


@pytest.mark.parametrize(
    ("kind", "is_accepted"), [("timeout_after", True), ("half_body", True), ("timeout_before", False), ("reset", False)]
)
def test_whoever_lost_the_answer_learns_by_the_id_whether_it_was_taken(
    desk: Line, kind: str, *, is_accepted: bool
) -> None:
    desk.arm(kind, seconds=0.01)
    with pytest.raises(BROKEN):
        desk.send(id="a")
    assert desk.state_of("a") == -3
    desk.forward(60)
    assert desk.status("a")["status"] == (1 if is_accepted else -3)
    assert desk.handset().sms() == ["Заказ готов"] * is_accepted
    assert desk.world.journal.requests_since(0)[0]["write"] is True


@pytest.mark.parametrize(("kind", "code"), [("timeout_after", 9), ("reset", None)])
def test_a_quick_retry_is_error_9_if_the_first_was_taken(desk: Line, kind: str, code: int | None) -> None:
    desk.arm(kind, seconds=0.01)
    with pytest.raises(BROKEN):
        desk.send(id="a")
    assert desk.send(id="a").get("error_code") == code
    assert len(desk.texts()) == 1


def test_too_many_at_once_is_error_9_in_other_words_and_nothing_is_taken(desk: Line) -> None:
    desk.arm("http_429")
    assert desk.send(id="a") == {"error": "too many concurrent requests", "error_code": 9}
    assert desk.texts() == []
    assert desk.send(id="a") == {"id": "a", "cnt": 1}


@pytest.mark.parametrize(
    ("kind", "status"), [("http_500", 500), ("http_503", 503), ("maintenance", 503), ("html_200", 200)]
)
def test_other_refusals_have_their_status_and_take_nothing(desk: Line, kind: str, status: int) -> None:
    desk.arm(kind)
    seen, _, body = desk.raw("send", {**desk.keys, "phones": PHONE, "mes": "ready", "fmt": "3"})
    assert (seen, desk.texts()) == (status, [])
    assert not body.startswith(b"{")
    (row,) = desk.world.journal.requests_since(0)
    assert (row["method"], row["status"], row["by"], row["write"]) == ("send", status, "worker", True)


def test_a_login_may_be_refused_for_once(desk: Line) -> None:
    desk.arm("wrong_token")
    assert desk.send(id="a") == {"error": "authorise error", "error_code": 2}
    assert desk.send(id="a")["cnt"] == 1


@pytest.mark.parametrize(
    ("kind", "seen"),
    [("half_page", ["a"]), ("rows_move", ["c", "b", "a"]), ("duplicate_rows", ["a", "b", "c", "a", "b"])],
)
def test_a_spoilt_list_waits_for_a_list(desk: Line, kind: str, seen: list[str]) -> None:
    desk.arm(kind)
    for one in "abc":
        desk.send(one, id=one)
    desk.forward(60)
    assert desk.status("a")["status"] == 1
    asked = {"phone": ",".join([PHONE] * 3), "id": "a,b,c"}
    assert [row["id"] for row in desk.ask("status", **asked)] == seen
    desk.forward(60)
    assert [row["id"] for row in desk.ask("status", **asked)] == ["a", "b", "c"]


@pytest.mark.parametrize("kind", ["http_500", "wrong_token", "half_page"])
def test_what_is_no_page_of_the_vendor_has_no_fault_of_its_own(desk: Line, kind: str) -> None:
    desk.arm(kind)
    assert desk.raw("balance", desk.keys)[0] == 404


def test_a_process_of_its_own_gives_the_worker_an_address_and_clients_their_phones(tmp_path: Path) -> None:
    (tmp_path / "acme.yaml").write_text(COMPANY, encoding="utf-8")
    command = [sys.executable, "-m", "sandbox", "serve", "--config", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        address = urlsplit(ready["env"]["ACME_SMSC_URL"])
        keys = {"login": unquote(address.username or ""), "psw": unquote(address.password or "")}
        assert ready["companies"]["acme"]["people"]["manager"]["smsc"].items() >= {
            ("login", keys["login"]),
            ("password", keys["psw"]),
        }
        form = urlencode({**keys, "phones": PHONE, "mes": "Готов", "charset": "utf-8", "fmt": "3", "id": "a"}).encode()
        with urlopen(f"http://{address.hostname}:{address.port}/sys/send.php", form) as answer:
            assert json.load(answer) == {"id": "a", "cnt": 1}
        handset = Handset(ready, "acme", PHONE)
        assert handset.sms() == []
        with urlopen(Request(f"{ready['control']}/_world/clock", b'{"forward_s": 60}')):
            pass
        assert handset.sms() == ["Готов"]
        process.terminate()
