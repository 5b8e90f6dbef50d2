"""What SQLite alone can do or suffer: a file, its locks, its rights, its copies."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from sverka.store import attention, errors, mirror, schema, sqlite
from sverka.store.engine import Store, Transaction
from tests.databases import SQLITE
from tests.make import deal
from tests.unit.test_store_engine import PHONE, chain, remember, remembered


@pytest.fixture
def database_kind() -> str:
    return SQLITE


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


def fill(tx: Transaction) -> None:
    tx.change(text(f"PRAGMA max_page_count={tx.scalar(text('PRAGMA page_count'))}"))
    for number in range(5_000):
        remember(tx, PHONE * 20, company=str(number))


def test_a_full_disk_is_told_in_our_words_and_leaves_the_database_whole(store: Store) -> None:
    with pytest.raises(errors.StoreFull, match="disk") as caught, store.writing() as tx:
        fill(tx)
    assert [str(each) for each in chain(caught.value) if PHONE in str(each)] == []
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


def test_a_file_that_went_away_in_use_is_told_and_not_made_anew(store: Store, database: str) -> None:
    file = Path(database.removeprefix("sqlite:///"))
    with store.writing() as tx:
        remember(tx, "before")
    file.rename(file.with_name("elsewhere"))
    with pytest.raises(errors.StoreMoved, match="bring it back"), store.writing() as tx:
        remember(tx, "after", company="machinery")
    with store.reading() as tx, pytest.raises(errors.StoreUnreachable), store.reading() as another:
        remembered(another)
    assert not file.exists()
    file.with_name("elsewhere").rename(file)
    with store.writing() as tx:
        assert remembered(tx) == ["before"]


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
    ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?uri=true", "sqlite:////dev/null/sverka.db"],
    ids=["memory", "memory by name", "an address of SQLite's own", "no folder"],
)
def test_a_file_that_cannot_be_opened_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(errors.StoreUnreachable) as caught:
        Store.open(url)
    assert str(caught.value).endswith(".")


def test_preparing_twice_does_not_touch_the_file(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/new.db") as store:
        store.prepare()
        made = (tmp_path / "new.db").read_bytes()
        store.prepare()
    assert (tmp_path / "new.db").read_bytes() == made


def test_merging_the_same_again_does_not_touch_the_file(store: Store, tmp_path: Path) -> None:
    rows = [deal(ext_id=str(number)) for number in range(300)]
    with store.writing() as tx:
        mirror.merge(tx, "headlights", rows, 1)
    before = (tmp_path / "sverka.db").read_bytes()
    with store.writing() as tx:
        assert mirror.merge(tx, "headlights", rows, 2) == 0
    assert (tmp_path / "sverka.db").read_bytes() == before


def test_a_folder_with_an_odd_name_is_no_trouble(tmp_path: Path) -> None:
    path = tmp_path / "50% фары" / "sverka.db"
    schema.upgrade(f"sqlite:///{path}")
    assert path.stat().st_size > 0


def test_a_backup_is_a_whole_private_copy(store: Store, database: str, tmp_path: Path) -> None:
    with store.writing() as tx:
        attention.add(tx, "headlights", ["71"], 1)
        assert attention.waiting(tx, "headlights") == ("71",)
    copy = tmp_path / "copies" / "monday.db"
    with store.reading() as tx:
        schema.backup(database, copy)
    store.backup(tmp_path / "copies" / "tuesday.db")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with Store.open(f"sqlite:///{copy}") as opened:
        opened.prepare()
        with opened.reading() as tx:
            assert attention.waiting(tx, "headlights") == ("71",)
