"""What people say of debts on the command line: what it keeps back, until when, and what brings a letter back."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from sverka.cli import main
from sverka.commands.debt_books import connected, one_that_chases
from sverka.domain.account_rows import Counterparty, Settled
from sverka.store import debts, mirror
from sverka.work.debtors import debtors
from tests.e2e.town import Town, town

CLIENT, OTHER = "ООО «ГидроСнаб»", "АО «Дорстрой-Север»"
CARD, BY = "machinery/client:201", ("--by", "Ольга")
NOON, AFTERNOON = "2026-11-24T12:00:00+03:00", "2026-11-24T14:30:00+03:00"


@contextmanager
def debts_at_noon(folder: Path, *more: tuple[str, int, date, str]) -> Iterator[Town]:
    """Open the town at noon of a Tuesday: a customer is six working days late with № 3187, and five with № 3188; 1C was read."""
    with town(folder, sockets=False, company="machinery") as place:
        first, second = date(2026, 11, 16), date(2026, 11, 17)
        for client, roubles, due, number in (
            (CLIENT, 128400, first, "3187"),
            (CLIENT, 50000, second, "3188"),
            *more,
        ):
            place.person("accountant").ship(client, roubles, due, number)
        place.set_clock(NOON)
        assert place.run("dunning")["outcome"] == "done"
        yield place


@pytest.fixture
def late(tmp_path: Path) -> Iterator[Town]:
    with debts_at_noon(tmp_path) as place:
        yield place


@pytest.fixture(scope="module")
def two_late(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Another customer owes as well, by a document of the same number; the statement is loaded, so their stretches have begun."""
    with debts_at_noon(tmp_path_factory.mktemp("two"), (OTHER, 30000, date(2026, 11, 16), "3188")) as place:
        say(place, "loaded", "--until", "2026-11-23", *BY)
        place.run("dunning")
        yield place


def asked(place: Town, *arguments: str) -> tuple[int, str, str]:
    """Ask the command line; return the exit code, what was printed for programs, and for people."""
    done = CliRunner().invoke(main, ("dunning", *arguments), env=dict(place.app.environ))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


def say(place: Town, *arguments: str) -> int:
    """Say something that is taken; return its number."""
    code, _, told = asked(place, *arguments)
    assert code == 0, told
    return max(item["id"] for item in items(place, "list", "--all"))


def items(place: Town, *arguments: str) -> list[dict[str, Any]]:
    code, printed, told = asked(place, *arguments, "--json")
    assert code == 0, told
    found: list[dict[str, Any]] = json.loads(printed)["items"]
    return found


def goes_today(place: Town) -> tuple[str, str]:
    """Return the step and the sum that go to the only customer today, or "" and the reason why nothing does."""
    (line,) = items(place, "forewarn")
    return (line["step"], line["sum"]) if line["goes"] else ("", line["reason"])


def letters(place: Town, moment: str) -> list[str]:
    """Return the texts of the letters to clients that go at a moment."""
    place.set_clock(moment)
    mark = place.mark()
    assert place.run("dunning")["outcome"] == "done"
    return [row["payload"]["text"] for row in place.effects(mark) if row["system"] == "mail"]


def looked_ahead(place: Town, folder: Path, first: str, last: str) -> list[dict[str, str]]:
    """Return the customer's rows of looking ahead."""
    code, _, told = asked(place, "simulate", "--from", first, "--to", last, "--out", str(folder / "ahead.csv"))
    assert code == 0, told
    with (folder / "ahead.csv").open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["name"] == CLIENT]


def test_a_promise_keeps_the_letter_back_until_its_day_is_over_as_looking_ahead_foretells(
    late: Town, tmp_path: Path
) -> None:
    say(late, "loaded", "--until", "2026-11-23", *BY)
    assert goes_today(late) == ("soft3", "178400.00")
    say(late, "promise", CARD, "--sum", "178 400", "--date", "2026-11-26", "--reason", "оплатим в четверг", *BY)
    assert goes_today(late) == ("", "promise")
    foretold = looked_ahead(late, tmp_path, "2026-11-24", "2026-11-30")
    assert [row["gate"] for row in foretold[:4]] == ["G6 promise"] * 4
    assert [row["day"] for row in foretold if row["step"]] == ["2026-11-30"]
    assert letters(late, AFTERNOON) == []
    late.set_clock("2026-11-30T12:00:00+03:00")
    late.run("dunning")
    say(late, "loaded", "--until", "2026-11-27", *BY)
    (letter,) = letters(late, "2026-11-30T14:30:00+03:00")
    assert "178 400,00" in letter.replace("\u202f", " ").replace("\u00a0", " ")


def test_a_disputed_document_is_left_out_until_the_dispute_is_ended(late: Town) -> None:
    say(late, "loaded", "--until", "2026-11-23", *BY)
    word = say(late, "dispute", "№ 3188", "--reason", "quantity", *BY)
    assert goes_today(late) == ("soft3", "128400.00")
    say(late, "end", str(word), *BY)
    assert goes_today(late) == ("soft3", "178400.00")
    say(late, "dispute", "3187", "--reason", "price", *BY)
    (letter,) = letters(late, AFTERNOON)
    demanded = letter.partition("Итого")[2].partition("\n")[0]
    assert demanded.replace("\u202f", " ").replace("\u00a0", " ").strip().endswith(" 50 000,00")


def test_nothing_goes_before_the_statement_is_loaded_nor_in_a_pause_until_it_is_ended(late: Town) -> None:
    assert goes_today(late) == ("", "payments_unknown")
    assert letters(late, AFTERNOON) == []
    say(late, "loaded", "--until", "2026-11-23", *BY)
    pause = say(late, "pause", CARD, "--until", "2026-11-30", "--reason", "переезжают", *BY)
    assert goes_today(late) == ("", "pause")
    assert letters(late, "2026-11-24T14:50:00+03:00") == []
    say(late, "end", str(pause), *BY)
    assert len(letters(late, "2026-11-24T15:10:00+03:00")) == 1
    assert goes_today(late) == ("", "said_today")


def test_what_goes_today_is_shown_with_why_the_others_wait(two_late: Town) -> None:
    shown = {line["name"]: (line["goes"], line["step"], line["reason"]) for line in items(two_late, "forewarn")}
    assert shown == {CLIENT: (True, "soft3", None), OTHER: (False, None, "over_cap")}
    code, text, _ = asked(two_late, "forewarn")
    assert (code, "soft3" in text, "goes by itself" in text) == (0, True, True)


def test_who_owes_what_1c_has_not_worked_out_yet_is_shown_as_waiting_for_that(two_late: Town, tmp_path: Path) -> None:
    with two_late.app.store.writing() as tx:
        parties = {each.ext_id for each in mirror.where(tx, "machinery", Counterparty, name=CLIENT)}
        (row,) = [each for each in mirror.where(tx, "machinery", Settled) if each.counterparty_id in parties]
        mirror.merge(tx, "machinery", [replace(row, balance_kopecks=row.balance_kopecks - 100)], 1)
    shown = {line["name"]: (line["step"], line["reason"], line["overdue"]) for line in items(two_late, "forewarn")}
    ahead = ("simulate", "--from", "2026-11-24", "--to", "2026-11-24", "--out", str(tmp_path / "ahead.csv"))
    _, _, told = asked(two_late, *ahead)
    with two_late.app.store.writing() as tx:
        mirror.merge(tx, "machinery", [row], 1)
    assert shown == {CLIENT: (None, "ageing_lags", "178400.00"), OTHER: ("soft3", None, "30000.00")}
    assert (CLIENT in told, "1 row." in told) == (True, True)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("promise", CARD, "--sum", "178400.01", "--date", "2026-11-26"), "178400.00 RUB; write one up to that"),
        (("promise", CARD, "--sum", "0", "--date", "2026-11-26"), "178400.00 RUB; write one up to that"),
        (("promise", CARD, "--sum", "много", "--date", "2026-11-26"), "write one such as 128400"),
        (("promise", CARD, "--sum", "100", "--date", "2026-12-15"), "name a day from 2026-11-24 to 2026-12-14"),
        (("promise", CARD, "--sum", "100", "--date", "2026-11-23"), "name a day from 2026-11-24 to 2026-12-14"),
        (("promise", "client:203", "--sum", "100", "--date", "2026-11-26"), "owes nothing that was read from 1C"),
        (("promise", "deal:71", "--sum", "100", "--date", "2026-11-26"), "write one such as client:5"),
        (("promise", "client:999", "--sum", "100", "--date", "2026-11-26"), "not in the mirror"),
        (("promise", "headlights/client:1", "--sum", "100", "--date", "2026-11-26"), "no debts are chased there"),
        (("pause", CARD, "--until", "2026-12-25", "--reason", "отпуск"), "name a day from 2026-11-24 to 2026-12-24"),
        (("pause", CARD, "--until", "2026-11-23", "--reason", "отпуск"), "name a day from 2026-11-24 to 2026-12-24"),
        (("loaded", "--until", "2026-11-25"), "still to come"),
        (("loaded", "--until", "вчера"), "write one such as 2026-11-27"),
        (("dispute", "9999", "--reason", "price"), "no document that is still to be paid has the number «9999»"),
        (("end", "999"), "`sverka dunning list` shows what has"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, tuple) else "",
)  # fmt: skip
def test_a_word_that_cannot_be_taken_is_answered_with_what_can(
    two_late: Town, words: tuple[str, ...], answer: str
) -> None:
    before = items(two_late, "list", "--all")
    code, _, told = asked(two_late, *words, *BY)
    assert (code, answer in told) == (2, True), told
    assert items(two_late, "list", "--all") == before


def test_a_number_that_two_documents_bear_is_listed_and_an_id_names_one(two_late: Town) -> None:
    code, _, told = asked(two_late, "dispute", "3188", "--reason", "quality", *BY)
    lines = [line for line in told.splitlines() if "№ 3188" in line]
    assert (code, len(lines)) == (2, 2)
    (others,) = [line for line in lines if OTHER in line]
    word = say(two_late, "dispute", others.rpartition("id ")[2], "--reason", "quality", *BY)
    (held,) = [item for item in items(two_late, "list") if item["id"] == word]
    assert (held["name"], held["kind"], held["said"]["number"]) == (OTHER, "dispute", "3188")
    code, _, told = asked(two_late, "dispute", others.rpartition("id ")[2], "--reason", "price", *BY)
    assert (code, f"sverka dunning end {word} --by NAME" in told) == (2, True)
    say(two_late, "end", str(word), *BY)


def test_a_third_promise_is_the_heads_to_decide(two_late: Town) -> None:
    promise = ("promise", "client:201", "--sum", "1000", "--date", "2026-12-01", *BY)
    words = [say(two_late, *promise), say(two_late, *promise)]
    code, _, told = asked(two_late, *promise)
    assert (code, "2 promises were taken" in told) == (2, True), told
    for word in words:
        say(two_late, "end", str(word), *BY)
    assert say(two_late, "end", str(words[0]), *BY)
    assert {item["kind"] for item in items(two_late, "list")} == {"statement"}
    assert {item["id"] for item in items(two_late, "list", "--all") if item["ended_by"] == "Ольга"} >= set(words)
    assert "1000.00 RUB by 2026-12-01" in " ".join(asked(two_late, "list", "--all")[1].split())


def test_looking_ahead_shows_the_ladder_of_who_does_not_pay_and_keeps_nothing(two_late: Town, tmp_path: Path) -> None:
    before = items(two_late, "forewarn")
    rows = looked_ahead(two_late, tmp_path, "2026-11-24", "2026-12-16")
    assert len(rows) == 23
    steps = {row["day"]: row["step"] for row in rows if row["step"]}
    assert steps == {
        "2026-11-24": "soft3", "2026-11-26": "call5", "2026-12-01": "stmt8", "2026-12-04": "warn12", "2026-12-09": "stop15",
        "2026-12-14": "human20",
    }  # fmt: skip
    by_day = {row["day"]: row for row in rows}
    late = {day: (by_day[day]["late 8-15"], by_day[day]["late 16-30"]) for day in ("2026-12-01", "2026-12-02")}
    assert late == {"2026-12-01": ("178400.00", "0.00"), "2026-12-02": ("50000.00", "128400.00")}
    assert (by_day["2026-11-25"]["gate"], len(by_day["2026-11-25"]["documents"].split())) == ("G8 gap", 2)
    assert items(two_late, "forewarn") == before


@pytest.mark.parametrize(
    "days", [("2026-11-23", "2026-11-25"), ("2026-11-26", "2026-11-25"), ("2026-11-26", "2028-01-01")]
)
def test_nobody_looks_back_or_further_than_a_year(two_late: Town, tmp_path: Path, days: tuple[str, str]) -> None:
    out = tmp_path / "ahead.csv"
    code, _, told = asked(two_late, "simulate", "--from", days[0], "--to", days[1], "--out", str(out))
    assert (code, "name --from and --to between 2026-11-24 and" in told, out.exists()) == (2, True, False)


def test_a_base_that_is_read_some_seconds_after_the_portal_is_known_all_the_same(late: Town) -> None:
    say(late, "loaded", "--until", "2026-11-23", *BY)
    base = httpx.URL(late.sandbox.ready["companies"]["machinery"]["systems"]["onec"]["http"]).port
    waits = [7]

    def slow(request: httpx.Request) -> bool:
        if request.url.port == base and waits:
            late.forward(seconds=waits.pop())
        return False

    assert late.transport is not None
    late.transport.busy = slow
    assert (len(letters(late, AFTERNOON)), waits) == (1, [])


def test_a_word_of_the_small_hours_is_of_the_companys_own_day(two_late: Town) -> None:
    at = datetime.fromisoformat("2026-11-25T00:30:00+03:00")
    with two_late.app.store.writing() as tx:
        word = debts.say(tx, "machinery", "client:201", "promise", {"due_on": "2026-11-25"}, 100_00, "Ольга", "", at)
    with closing(connected(two_late.app, one_that_chases(two_late.app, "machinery"))) as desk:
        (promise,) = next(each.customer.promises for each in debtors(desk, at) if each.customer.promises)
    say(two_late, "end", str(word), *BY)
    assert promise.made_on == date(2026, 11, 25)
