"""Heads of letters and the company's file with anything in any place: understood or refused, and each for itself.

Heads come from strangers, files from colleagues in a hurry; neither may end a run, or bend what stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sverka.companies.load import load_companies
from sverka.companies.mistakes import CompanyFileError
from sverka.domain.mailbox import Incoming
from sverka.systems import inbox
from tests.soak import SOAK
from tests.strategies import UGLY, examples
from tests.unit.company_file import TEXT

TRUE = {
    "From": "=?utf-8?b?0J7Qu9GM0LPQsA==?= <Olga@Fary.example>", "To": "sverka@fary.example", "Message-ID": "<a1@client.example>",
    "Subject": f"=?utf-8?q?=D0=9E=D1=82=D0=B2=D0=B5=D1=82?= [{'0123456789abcdef' * 2}]", "Date": "Tue, 24 Nov 2026 12:00:00 +0300",
    "Authentication-Results": "mx; dmarc=pass", "Auto-Submitted": "no", "Precedence": "normal", "Return-Path": "<olga@fary.example>",
    "Content-Type": "text/plain; charset=utf-8", "List-Id": "",
}  # fmt: skip
UGLY_BYTES: Sequence[bytes] = (
    *(value.encode("utf-8", "surrogatepass") for value in UGLY if isinstance(value, str)), b"\xef\xf0\xe8\xe2\xe5\xf2", b"\x00",
    b"a\r\nX: y",
    b"=?utf-8?b?!!!?=", b"=?no-such-charset?q?=D0?=", b"=?utf-8?q?=FF=FE?=", b"=?utf-8?b?" + b"0J7Qu9GM0LPQsA==" * 300 + b"?=",
    b'"\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd" <a@x.example>, evil@y.example', b"<a@x.example", b"a@x.example>", b"@", b"a@", b"(", b'"',
    b"<" * 500, b"a@[::1]",
    b"Group: a@x.example, b@x.example;", b"undisclosed-recipients:;", b"multipart/mixed; boundary=",
    b'multipart/report; boundary="', b"text/plain; charset=x",
    b"<" + b"m" * 300 + b"@x>", b"<a b@x>", b"<a@x> <b@x>", b"Tue, 99 Nov 2026 99:99:99 +9999",
)  # fmt: skip
DATES = (
    b'INTERNALDATE "24-Nov-2026 12:00:00 +0300"', b'INTERNALDATE " 1-Nov-2026 12:00:00 +0300"', b'INTERNALDATE "24-Nov-2026 12:00:00"', b"",
    b'INTERNALDATE "99-Nov-9999 99:00:00 +9999"', b'INTERNALDATE ""', b'INTERNALDATE "\xff"', b'INTERNALDATE "01-Jan-0001 00:00:00 +0000"',
)  # fmt: skip


def answer(uid: int, heads: dict[str, bytes], date: bytes = DATES[0]) -> list[Any]:
    """Write one letter as a server answers it."""
    raw = b"".join(name.encode() + b": " + value + b"\r\n" for name, value in heads.items()) + b"\r\n"
    return [(f"{uid} (UID {uid} ".encode() + date + f" BODY[HEADER]<0> {{{len(raw)}}}".encode(), raw), b")"]


def true_heads() -> dict[str, bytes]:
    return {name: value.encode() for name, value in TRUE.items()}


def read(*letters: list[Any]) -> list[Incoming]:
    """Read what a server answered about the letters 1, 2, 3 …"""
    items = [part for letter in letters for part in letter]
    box = SimpleNamespace(client=SimpleNamespace(uid=lambda *_: ("OK", items)))
    return list(inbox._heads(box, range(1, len(letters) + 1)))  # type: ignore[arg-type]


def is_whole(letter: Incoming) -> bool:
    """Whether a head is fit to be judged, kept and answered: one address at most, no line breaks where we write it down again."""
    moments = letter.arrived_at.tzinfo is not None
    known = re.fullmatch("[0-9a-f]{24}", letter.key) is not None
    quoted = letter.message_id == "" or re.fullmatch(r"<[!-~]{1,250}>", letter.message_id) is not None
    return moments and known and quoted and re.fullmatch("[0-9a-f]{32}|", letter.token) is not None


def check(spoiled: list[Any]) -> None:
    """Read a letter between two true ones: these come through as ever."""
    before, after = answer(1, true_heads()), answer(3, true_heads())
    found = read(before, spoiled, after)
    (first,), (last,) = ([each for each in found if each.uid == uid] for uid in (1, 3))
    assert (first, last) == tuple(read(before, answer(2, true_heads()), after)[::2])
    assert len(found) <= 3
    assert all(is_whole(letter) for letter in found)


def test_a_true_head_is_read() -> None:
    (letter,) = read(answer(1, true_heads()))
    assert (letter.sender, letter.message_id, letter.token) == (
        "olga@fary.example",
        "<a1@client.example>",
        "0123456789abcdef" * 2,
    )


@pytest.mark.parametrize("name", TRUE)
def test_a_head_with_anything_in_any_line_harms_no_other(name: str) -> None:
    for value in UGLY_BYTES:
        check(answer(2, {**true_heads(), name: value[:5_000]}))


@pytest.mark.parametrize("date", DATES, ids=repr)
def test_a_letter_of_any_date_harms_no_other(date: bytes) -> None:
    check(answer(2, true_heads(), date))


LINES = st.sampled_from(UGLY_BYTES).map(lambda it: it[:2_000]) | st.binary(max_size=60)


@given(
    st.dictionaries(st.sampled_from(sorted(TRUE)), LINES, min_size=1, max_size=4),
    st.sampled_from(DATES),
)  # fmt: skip
@examples(soak=10_000, short=40)
def test_heads_with_several_bad_lines_harm_no_other(changes: dict[str, bytes], date: bytes) -> None:
    check(answer(2, {**true_heads(), **changes}, date))


@pytest.mark.parametrize(
    "body", [b"", b"\x00" * 100, b"\r\n\r\n", b"no head at all", b": \r\n" * 50, b"\xff\xfe" * 50], ids=repr
)
def test_what_is_no_head_harms_no_other(body: bytes) -> None:
    check([(f"2 (UID 2 {DATES[0].decode()} BODY[HEADER]<0> {{{len(body)}}}".encode(), body), b")"])


PLAIN = re.compile(r"^( *(?:- )?[^#\s:][^:#]*: +)([^\s{\[#|>][^#]*?)( *)$")
PLACES = [number for number, line in enumerate(TEXT.split("\n")) if PLAIN.match(line)]
WRITTEN = (
    "", "no", "12:30", "007", "+79161234567", "2026-11-23", "~", "null", '""', "' '", "[]", "{}", "[[]]", "{a: {b: []}}", "-1",
    "0", "1e400", ".nan", "-.inf",
    "9007199254740993", "1" * 400, "0x10", "1_000", "0.1", "-0", "!!python/object/apply:os.system [ls]", "!!binary aaaa", "!x y",
    "*alias", "&anchor 1", "<<",
    "{<<: {a: 1}}", '"\\0"', '"\\ud800"', '"a\\r\\nb"', '"\\u202eabc"', '"{{7*7}}"', "<script>", "=cmd|x", '"х\\u200b"', "Mоscow",
    "@", "`", "%x", "? a", "- a",
    '"' + "x" * 100_000 + '"', "[" * 40 + "]" * 40, "[" * 1_000, "'", '"', "\t", "\x07", "😀", "a: b: c", "|", "99:99", '"24:00"',
    "1000d", "-5m", "0m", "10000000000000m",
)  # fmt: skip


def put(number: int, written: str) -> str:
    """Return the example's file with something else written in a line, in place of its value."""
    lines = TEXT.split("\n")
    lines[number] = PLAIN.sub(lambda found: found.group(1) + written, lines[number])
    return "\n".join(lines)


def load(folder: Path, text: str) -> None:
    """Load a file: it describes a company, or its mistakes are told, each in one line of bearable length."""
    (folder / "headlights.yaml").write_text(text, encoding="utf-8", errors="surrogatepass")
    try:
        load_companies(folder)
    except CompanyFileError as told:
        complaint = told
    else:
        return
    assert complaint.mistakes
    assert all(mistake.line >= 1 and "\n" not in str(mistake) for mistake in complaint.mistakes)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("companies")


@given(number=st.sampled_from(PLACES), written=st.sampled_from(WRITTEN))
@examples(soak=10_000, short=12)
def test_a_company_file_with_anything_for_a_value_is_a_company_or_a_list_of_mistakes(
    folder: Path, number: int, written: str
) -> None:
    load(folder, put(number, written))


@pytest.mark.parametrize(
    "written",
    WRITTEN if SOAK else ("[" * 1_000, '"\\ud800"', "1e400", "10000000000000m"),
    ids=lambda it: repr(it)[:30],
)
def test_anything_written_for_a_name_is_a_company_or_a_list_of_mistakes(folder: Path, written: str) -> None:
    load(folder, put(next(number for number in PLACES if "title:" in TEXT.split("\n")[number]), written))


@pytest.mark.parametrize(
    "text",
    ["", "\ufeff", "\x00", "a: 1\na: 2", "[" * 1_000, "- " * 1_000, "? " * 1_000, "---\n---\n", "x" * 100_000],
    ids=lambda it: repr(it)[:20],
)
def test_what_is_no_company_file_is_said_so(folder: Path, text: str) -> None:
    with pytest.raises(CompanyFileError):
        load_companies(_written(folder, text))


def _written(folder: Path, text: str) -> Path:
    (folder / "headlights.yaml").write_text(text, encoding="utf-8")
    return folder
