"""The door to the database: what a transaction promises, and in which words it fails."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Executable, insert, select, text
from sqlalchemy.exc import SQLAlchemyError

from sverka.store import errors, sqlite
from sverka.store.engine import Store, Transaction
from sverka.store.ledgers import agreement, known_policy, lease
from tests.make import NOW

PHONE = "+79161234567"


def remember(tx: Transaction, fingerprint: str, company: str = "headlights") -> None:
    tx.change(insert(known_policy).values(company=company, fingerprint=fingerprint))


def remembered(tx: Transaction) -> list[str]:
    return tx.column(select(known_policy.c.fingerprint))


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "delete"), ("synchronous", 3), ("foreign_keys", 1), ("busy_timeout", 30_000), ("temp_store", 2)],
)
def test_every_connection_is_set_up_for_safety(store: Store, pragma: str, value: object) -> None:
    with store.reading() as tx:
        assert tx.scalar(text(f"PRAGMA {pragma}")) == value


def test_a_new_database_and_its_folder_are_for_their_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "var" / "lib" / "sverka.db"
    Store.open(f"sqlite:///{path}").close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_location_can_be_printed(store: Store, database: str) -> None:
    assert store.location == database


def break_off(tx: Transaction, statement: Executable) -> None:
    tx.change(statement)
    raise ZeroDivisionError


def test_an_error_undoes_the_whole_transaction(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.writing() as tx:
        break_off(tx, insert(known_policy).values(company="headlights", fingerprint="abc"))
    with store.reading() as tx:
        assert remembered(tx) == []


def test_a_change_of_the_schema_is_undone_like_any_other(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.writing() as tx:
        break_off(tx, text("CREATE TABLE fleeting (id INTEGER)"))
    with store.reading() as tx, pytest.raises(errors.StoreFailed):
        tx.all(text("SELECT * FROM fleeting"))


def test_a_reader_cannot_write(store: Store) -> None:
    with store.reading() as tx, pytest.raises(errors.StoreReadOnly):
        remember(tx, "abc")
    with store.writing() as tx:
        remember(tx, "abc")


def test_a_reader_sees_one_state_while_another_process_writes(
    store: Store, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_S", 0.05)
    with store.writing() as tx:
        remember(tx, "before")
    with Store.open(database) as other, store.reading() as tx:
        assert remembered(tx) == ["before"]
        with pytest.raises(errors.StoreLocked), other.writing() as writer:
            remember(writer, "after", company="machinery")
        assert remembered(tx) == ["before"]


def test_writers_wait_for_each_other_and_lose_nothing(store: Store) -> None:
    with store.writing() as tx:
        remember(tx, "0")

    def add_one(_: int) -> None:
        with store.writing() as tx:
            count = int(remembered(tx)[0])
            tx.change(known_policy.update().values(fingerprint=str(count + 1)))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add_one, range(60)))
    with store.reading() as tx:
        assert remembered(tx) == ["60"]


@pytest.mark.parametrize(
    "moment",
    [
        NOW,
        NOW.astimezone(timezone(timedelta(hours=12, minutes=45))),
        NOW + timedelta(microseconds=1),
        datetime(1969, 7, 20, 20, 17, tzinfo=NOW.tzinfo),
    ],
    ids=["utc", "another zone", "a microsecond", "before 1970"],
)
def test_a_moment_comes_back_as_it_went_in(store: Store, moment: datetime) -> None:
    with store.writing() as tx:
        tx.change(insert(lease).values(name="a", holder="me", fence=1, ttl_us=1, expires_at=moment))
        found = tx.scalar(select(lease.c.expires_at))
    assert (found, found.utcoffset()) == (moment, timedelta(0))


@pytest.mark.parametrize(
    "values",
    [
        {"expires_at": NOW.replace(tzinfo=None)},
        {"expires_at": NOW, "fence": 2**63},
        {"expires_at": NOW, "holder": "\ud83d"},
    ],
    ids=["a naive moment", "more than 64 bits", "half a surrogate pair"],
)
def test_a_value_that_cannot_be_kept_is_refused_in_words(store: Store, values: dict[str, object]) -> None:
    usual: dict[str, object] = {"name": "a", "holder": "me", "fence": 1, "ttl_us": 1}
    with store.writing() as tx, pytest.raises(errors.BadValue):
        tx.change(insert(lease).values(usual | values))


def test_text_is_kept_letter_by_letter(store: Store) -> None:
    value = "Фара\x00 \u202eправая 🚗 '); DROP TABLE agreement;--\r\n"
    with store.writing() as tx:
        tx.change(insert(agreement).values(company="c", subject="deal:1", aspect="lines", value=value, run_id=1))
        assert tx.scalar(select(agreement.c.value)) == value


def _take_twice(tx: Transaction) -> None:
    remember(tx, PHONE)
    remember(tx, PHONE)


def _fill(tx: Transaction) -> None:
    tx.change(text(f"PRAGMA max_page_count={tx.scalar(text('PRAGMA page_count'))}"))
    for number in range(5_000):
        remember(tx, PHONE * 20, company=str(number))


def _mistake(tx: Transaction) -> None:
    tx.change(text("INSERT INTO nothing VALUES (:phone)").bindparams(phone=PHONE))


@pytest.mark.parametrize(
    ("go_wrong", "error", "sentence"),
    [
        (_take_twice, errors.AlreadyTaken, "exists already"),
        (_fill, errors.StoreFull, "disk"),
        (_mistake, errors.StoreFailed, "refused a statement"),
    ],
    ids=["taken", "full", "wrong"],
)
def test_a_failure_is_told_in_our_words_and_names_no_values(
    store: Store, go_wrong: Callable[[Transaction], None], error: type[errors.StoreError], sentence: str
) -> None:
    with pytest.raises(error, match=sentence) as caught, store.writing() as tx:
        go_wrong(tx)
    told: BaseException | None = caught.value
    while told is not None:
        assert PHONE not in str(told)
        told = told.__cause__


def test_a_full_disk_leaves_the_database_whole(store: Store) -> None:
    with pytest.raises(errors.StoreFull), store.writing() as tx:
        _fill(tx)
    with store.reading() as tx:
        assert (remembered(tx), tx.scalar(text("PRAGMA integrity_check"))) == ([], "ok")


def test_a_database_held_by_somebody_else_is_waited_for_and_then_reported(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_S", 0.05)
    holder = sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with Store.open(database) as store:
        for transaction in (store.writing, store.reading):
            with pytest.raises(errors.StoreLocked, match="Another process"), transaction() as tx:
                remembered(tx)
    holder.close()


def test_a_file_that_is_no_database_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("just some notes, long enough to have a header of its own " * 20)
    with (
        Store.open(f"sqlite:///{tmp_path}/notes.db") as store,
        pytest.raises(errors.StoreDamaged),
        store.reading() as tx,
    ):
        remembered(tx)


@pytest.mark.parametrize(
    "url",
    ["", "sverka.db", "sqlite://", "sqlite:///:memory:", "sqlite:///file:x?uri=true", "mysql://root:hunter2@db/sverka", "sqlite:////dev/null/sverka.db"],
    ids=["nothing", "a mere path", "memory", "memory by name", "an address of SQLite's own", "another database", "no folder"],
)  # fmt: skip
def test_an_address_that_cannot_be_opened_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(errors.StoreUnreachable) as caught:
        Store.open(url)
    assert "hunter2" not in str(caught.value)
    assert str(caught.value).endswith(".")


def test_every_error_of_ours_says_by_itself_what_is_wrong() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.StoreError)]
    assert all(str(kind()).endswith(".") and "\n" not in str(kind()) for kind in kinds)
    assert not any(issubclass(kind, SQLAlchemyError) for kind in kinds)
