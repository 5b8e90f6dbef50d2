"""Reports of letters that did not arrive: what counts of them, and that nothing ugly does."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.bounces import DIALECTS, VERDICTS, Returned, report
from sverka.domain.mailbox import Report
from sverka.domain.messaging.channels import EMAIL, MAX, Delivery, Fate
from sverka.domain.messaging.talked import End, Message, talked
from sverka.systems import reports
from tests.strategies import examples

NOON = datetime(2026, 11, 24, 9, tzinfo=UTC)
BORIS, OURS = "boris@pochta.example", "<r-1@fary.example>"
LETTER = f"From: sverka@fary.example\r\nMessage-ID:\r\n {OURS}\r\nSubject: x\r\n\r\nMessage-ID: <quoted@elsewhere.example>\r\n".encode()
SAYS_WHICH = sorted(set(DIALECTS) - {"terse"})


def written(dialect: str = "postfix", word: str = "no_such_user", letter: bytes = LETTER) -> bytes:
    return report(Returned(letter, "sverka@fary.example", BORIS, VERDICTS[word], NOON, NOON), dialect)


def read(raw: bytes) -> list[tuple[str, str, str]]:
    """Return what a report says, as (action, status, recipients); it is always about our letter."""
    found = reports.read(message_from_bytes(raw), NOON)
    assert all((each.message_id, each.at) == (OURS, NOON) for each in found)
    return [(each.action, each.status, " ".join(sorted(each.recipients))) for each in found]


@pytest.mark.parametrize("dialect", SAYS_WHICH)
@pytest.mark.parametrize(
    ("word", "said"), [("no_such_user", ("failed", "5.1.1")), ("full", ("failed", "5.2.2")), ("delayed", ("delayed", "4.4.1"))]
)  # fmt: skip
def test_a_report_is_read_in_every_dialect(dialect: str, word: str, said: tuple[str, str]) -> None:
    assert read(written(dialect, word)) == [(*said, BORIS)]


def test_a_report_that_does_not_say_of_which_letter_says_nothing() -> None:
    assert read(written("terse")) == []


REFUSED = [("failed", "5.1.1", BORIS)]
AS_GIVEN, AS_TAKEN = b"Original-Recipient: rfc822;" + BORIS.encode(), b"Final-Recipient: rfc822; " + BORIS.encode()


@pytest.mark.parametrize(
    ("said", "instead", "expected"),
    [
        (b"Action: failed", b"action:   FAILED ", REFUSED), (b"Status: 5.1.1", b"Status: 5.1.1 (bad destination mailbox)", REFUSED),
        (AS_GIVEN + b"\r\n", b"", REFUSED), (AS_TAKEN, b"Final-Recipient: RFC822;<" + BORIS.upper().encode() + b">", REFUSED),
        (AS_TAKEN, b"Final-Recipient: rfc822; box-7@mx.example", [("failed", "5.1.1", f"{BORIS} box-7@mx.example")]),
        (b"rfc822;", b"x400;", []), (b"rfc822;", b"", []), (BORIS.encode(), b"Boris", []),
        (b"Action: failed\r\n", b"", [("", "5.1.1", BORIS)]),
        (b"Status: 5.1.1", b"Status: 5.1.1111", []), (b"Status: 5.1.1", b"Status: no", []), (b"Status: 5.1.1\r\n", b"", []),
        (b"message/delivery-status", b"text/plain", []), (b"text/rfc822-headers", b"text/plain", []),
        (b"text/rfc822-headers", b"message/rfc822", REFUSED), (b"Message-ID:", b"In-Reply-To:", []),
        (OURS.encode(), b"r-1@fary.example", []), (OURS.encode(), b"<r 1@fary.example>", []), (OURS.encode(), b"<>", []),
    ],
)  # fmt: skip
def test_what_is_not_plainly_said_is_not_said(
    said: bytes, instead: bytes, expected: list[tuple[str, str, str]]
) -> None:
    raw = written()
    assert said in raw
    assert read(raw.replace(said, instead)) == expected


def test_each_recipient_has_an_end_of_its_own() -> None:
    block = f"Final-Recipient: rfc822; vera@pochta.example\r\nAction: delivered\r\nStatus: 2.1.5\r\n\r\nFinal-Recipient: rfc822; {BORIS}"
    raw = written().replace(f"Final-Recipient: rfc822; {BORIS}".encode(), block.encode())
    assert read(raw) == [("delivered", "2.1.5", "vera@pochta.example"), ("failed", "5.1.1", BORIS)]


@pytest.mark.parametrize(
    ("head", "is_one"),
    [
        ("Return-Path: <>\nContent-Type: multipart/report; report-type=delivery-status", True),
        ('Return-Path: <>\nContent-Type: Multipart/Report;\n boundary=b;\n report-type="Delivery-Status"', True),
        ("From: Mailer-Daemon@mx.example\nContent-Type: multipart/report; report-type=delivery-status", True),
        ("From: Postmaster <POSTMASTER@mx.example>\nContent-Type: multipart/report; report-type=delivery-status", True),
        ("From: eve@elsewhere.example\nContent-Type: multipart/report; report-type=delivery-status", False),
        ("Return-Path: <eve@x.example>\nFrom: eve@x.example\nContent-Type: multipart/report; report-type=delivery-status", False),
        ("Return-Path: <>\nContent-Type: multipart/report; report-type=disposition-notification", False),
        ("Return-Path: <>\nContent-Type: multipart/report", False), ("Return-Path: <>\nContent-Type: text/plain", False),
        ("Return-Path: <>", False),
    ],
)  # fmt: skip
def test_a_report_says_that_it_is_one_and_wants_no_answer(head: str, *, is_one: bool) -> None:
    message = message_from_bytes(f"{head}\n\n".encode())
    sender = str(message.get("From", "")).rpartition("<")[2].strip(">").casefold()
    assert reports.is_report(message, sender) is is_one


@given(
    st.sampled_from(SAYS_WHICH), st.integers(0, 2_000), st.integers(0, 400),
    st.binary(max_size=40) | st.sampled_from((b"\r\n\r\n", b"\x00" * 30, b"Content-Type: message/rfc822\r\n\r\n" * 60, b"\xff\xfe", b"--")),
)  # fmt: skip
@examples(soak=20_000, short=60)
def test_a_spoilt_report_says_the_truth_or_nothing(dialect: str, at: int, length: int, put: bytes) -> None:
    raw = written(dialect)
    message = message_from_bytes(raw[:at] + put + raw[at + length :])
    try:
        found = reports.read(message, NOON)
    except Exception:  # noqa: BLE001 (whoever reads letters expects anything)
        return
    assert all(each.status[0] in "245" and each.recipients and each.message_id.startswith("<") for each in found)


def claim(**changes: object) -> Report:
    usual = {"message_id": OURS, "recipients": frozenset({BORIS}), "action": "failed", "status": "5.1.1", "at": NOON}
    return Report(**(usual | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "went_to", "counts"),
    [
        (claim(), BORIS, True), (claim(), "Boris@Pochta.example", True), (claim(status="5.7.1"), BORIS, True),
        (claim(recipients=frozenset({BORIS, "box-7@mx.example"})), BORIS, True),
        (claim(), "vera@pochta.example", False), (claim(), "", False), (claim(action="delayed", status="4.4.1"), BORIS, False),
        (claim(status="4.4.7"), BORIS, False), (claim(action="delayed"), BORIS, False), (claim(action=""), BORIS, False),
        (claim(action="delivered", status="2.1.5"), BORIS, False),
    ],
)  # fmt: skip
def test_only_a_refusal_for_good_of_what_we_sent_there_counts(said: Report, went_to: str, *, counts: bool) -> None:
    fate = Fate(OURS, Delivery.UNDELIVERABLE, NOON, is_final=True, detail=said.status)
    assert said.fate(went_to) == (fate if counts else None)


def test_a_letter_that_came_back_is_counted_among_what_did_not_arrive() -> None:
    def by(channel: str, end: End) -> Message:
        return Message(NOON, "visit_eve", "contact:7", "Борис", end, went=True, channel=channel)

    counted = talked([by(EMAIL, End.LOST), by(EMAIL, End.TAKEN), by(MAX, End.ARRIVED), by(MAX, End.UNTOLD)])
    assert (counted.went, counted.told, counted.arrived, counted.lost) == (4, 2, 1, 1)
