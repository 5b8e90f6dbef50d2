"""What PostgreSQL alone can do or suffer: a server, its sessions, its locks, its words, its copies."""

from __future__ import annotations

import os
import stat
import subprocess
import threading
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, text

from sverka.store import attention, errors, postgres, schema
from sverka.store.engine import Store
from tests.databases import POSTGRESQL, Databases, programs
from tests.unit.test_store_engine import remember, remembered


@pytest.fixture
def database_kind() -> str:
    return POSTGRESQL


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("synchronous_commit", "on"),
        ("lock_timeout", "30s"),
        ("statement_timeout", "10min"),
        ("idle_in_transaction_session_timeout", "10min"),
        ("application_name", "sverka"),
    ],
)
def test_every_session_is_set_up_for_safety(store: Store, setting: str, value: str) -> None:
    with store.reading() as tx:
        assert tx.scalar(text(f"SHOW {setting}")) == value


def test_what_the_address_says_of_the_session_holds(database: str) -> None:
    with Store.open(f"{database}&options=-c%20lock_timeout%3D1s") as store, store.reading() as tx:
        assert [tx.scalar(text(f"SHOW {name}")) for name in ("lock_timeout", "synchronous_commit")] == ["1s", "on"]


def test_a_server_that_may_forget_what_it_committed_is_known(database: str) -> None:
    """The server of the tests is careless on purpose; a session of ours is not, unless its address says so."""
    with Store.open(database) as store, store.reading() as tx:
        assert tx.careless() == ("fsync", "full_page_writes")
    with Store.open(f"{database}&options=-c%20synchronous_commit%3Doff") as store, store.reading() as tx:
        assert tx.careless() == ("fsync", "full_page_writes", "synchronous_commit")


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg"])
def test_the_driver_need_not_be_named(database: str, scheme: str) -> None:
    with Store.open(database.replace("postgresql+psycopg", scheme)) as store, store.reading() as tx:
        assert remembered(tx) == []


def test_the_location_can_be_printed(database: str) -> None:
    url = make_url(database).set(password="hunter2")
    with Store.open(url.render_as_string(hide_password=False)) as store:
        assert store.location == url.render_as_string(hide_password=True)
        assert "hunter2" not in store.location


def test_a_reader_sees_one_state_while_another_process_writes(store: Store, database: str) -> None:
    with store.writing() as tx:
        remember(tx, "before")
    with Store.open(database) as other, store.reading() as tx:
        assert remembered(tx) == ["before"]
        with other.writing() as writer:
            remember(writer, "after", company="machinery")
        assert remembered(tx) == ["before"]
    with store.reading() as tx:
        assert remembered(tx) == ["before", "after"]


def test_a_writer_that_waited_sees_what_was_written_meanwhile(store: Store, database: str) -> None:
    seen: list[list[str]] = []

    def follow() -> None:
        with Store.open(database) as other, other.writing() as tx:
            seen.append(remembered(tx))

    follower = threading.Thread(target=follow)
    with store.writing() as tx:
        follower.start()
        waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        while follower.is_alive() and not tx.scalar(waiting):
            follower.join(0.01)
        remember(tx, "abc")
    follower.join(60)
    assert seen == [["abc"]]


def test_a_writer_is_waited_for_and_then_reported(store: Store, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "LOCK_TIMEOUT_S", 0.05)
    with Store.open(database) as other, store.writing():
        with pytest.raises(errors.StoreLocked, match="Another process"), other.writing() as tx:
            remembered(tx)
        with other.reading() as tx:
            assert remembered(tx) == []


def test_a_session_that_the_server_ended_is_replaced(store: Store) -> None:
    end = text("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(errors.StoreUnreachable), store.writing() as tx:
        tx.all(end)
    with store.reading() as tx:
        assert remembered(tx) == []


def test_a_text_with_a_zero_byte_is_refused_in_words(store: Store) -> None:
    with pytest.raises(errors.BadValue), store.writing() as tx:
        remember(tx, "a\x00b")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ({"host": "127.0.0.1", "port": 9, "query": {}}, "cannot be reached"),
        ({"database": "nowhere"}, "nowhere"),
        ({"username": "nobody"}, "nobody"),
    ],
    ids=["no server", "no such database", "no such user"],
)
def test_a_server_that_lets_nobody_in_is_told_with_its_reason(
    database: str, address: dict[str, object], said: str
) -> None:
    url = make_url(database).set(**({"password": "hunter2"} | address))  # type: ignore[arg-type]
    with (
        Store.open(url.render_as_string(hide_password=False)) as store,
        pytest.raises(errors.StoreUnreachable, match=said) as caught,
        store.reading() as tx,
    ):
        remembered(tx)
    assert "hunter2" not in str(caught.value)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_an_address_without_a_database_is_refused_with_a_remedy() -> None:
    with pytest.raises(errors.StoreUnreachable, match="names no database; write"):
        Store.open("postgresql://sverka:hunter2@db")


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("53100", errors.StoreFull), ("40P01", errors.StoreLocked), ("40001", errors.StoreLocked), ("XX001", errors.StoreDamaged),
        ("57P01", errors.StoreUnreachable), ("08006", errors.StoreUnreachable), ("28P01", errors.StoreUnreachable),
        ("3D000", errors.StoreUnreachable), ("53300", errors.StoreUnreachable), ("42501", errors.StoreReadOnly),
        ("57014", errors.StoreFailed), ("42601", errors.StoreFailed), ("23514", errors.StoreFailed), ("22003", errors.BadValue),
    ],
)  # fmt: skip
def test_what_the_server_says_is_one_of_our_errors(code: str, error: type[errors.StoreError]) -> None:
    assert type(postgres.in_our_words(psycopg.errors.lookup(code)("said"))) is error


def test_a_backup_can_be_brought_back(
    store: Store, database: str, databases: Databases, request: pytest.FixtureRequest,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("PATH", f"{programs()}{os.pathsep}{os.environ['PATH']}")
    with store.writing() as tx:
        attention.add(tx, "headlights", ["71"], 1)
    copy = tmp_path / "copies" / "monday.dump"
    schema.backup(database, copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    back = databases.url_for(request, POSTGRESQL, tmp_path, migrated=False)
    address = back.replace("+psycopg", "")
    subprocess.run([programs() / "pg_restore", f"--dbname={address}", "--exit-on-error", copy], check=True)
    with Store.open(back) as opened:
        opened.prepare()
        with opened.reading() as tx:
            assert attention.waiting(tx, "headlights") == ("71",)


def test_without_pg_dump_the_remedy_is_named(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(errors.StoreFailed, match="install the client of PostgreSQL"):
        store.backup(tmp_path / "copy.dump")
    assert list(tmp_path.iterdir()) == []


def test_a_pg_dump_that_fails_is_quoted_and_leaves_no_copy(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "pg_dump"
    program.write_text("#!/bin/sh\necho 'pg_dump: error: too old for this server' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(errors.StoreFailed, match="too old for this server"):
        store.backup(tmp_path / "copies" / "copy.dump")
    assert list((tmp_path / "copies").iterdir()) == []
