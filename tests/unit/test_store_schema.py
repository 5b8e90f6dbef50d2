"""How a database comes to our schema, and what is refused."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import column, insert, table, text

from sverka.domain.actions import Action
from sverka.domain.plan import Bind, Finding
from sverka.domain.proofs import Proof
from sverka.domain.rows import TABLES, Good
from sverka.store import attention, bindings, errors, findings, mirror, outbox, proofs, runs, schema
from sverka.store.engine import Store, Transaction
from sverka.store.migrations.apply import config
from sverka.store.tables import MIRROR, metadata
from tests.make import NOW


def described(store: Store) -> dict[str, list[str]]:
    """Return what each table and index was made from; the order of a table's constraints means nothing."""
    with store.reading() as tx:
        rows = tx.all(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    ours = [row for row in rows if not row.name.startswith(("sqlite_", "alembic_"))]
    return {row.name: sorted(line.strip().rstrip(",") for line in row.sql.splitlines()) for row in ours}


def test_the_migrations_lead_to_the_tables_as_they_are(store: Store, tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/straight.db") as straight:
        with straight.writing() as tx:
            metadata.create_all(tx.connection)
        assert described(store) == described(straight)
    with store.reading() as tx:
        assert compare_metadata(MigrationContext.configure(tx.connection), metadata) == []


def test_the_written_revisions_are_those_of_the_folder(store: Store) -> None:
    with store.reading() as tx:
        script = ScriptDirectory.from_config(config(tx.connection))
    assert tuple(each.revision for each in reversed(list(script.walk_revisions()))) == schema.REVISIONS


def test_every_type_of_row_has_its_table() -> None:
    assert tuple(MIRROR) == TABLES
    assert all({field.name for field in fields(kind)} <= set(MIRROR[kind].c.keys()) for kind in TABLES)


def test_preparing_makes_an_empty_schema_and_then_changes_nothing(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/new.db") as store:
        store.prepare()
        made = (tmp_path / "new.db").read_bytes()
        store.prepare()
    assert (tmp_path / "new.db").read_bytes() == made


def test_an_older_schema_is_refused_and_the_remedy_named(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "REVISIONS", (*schema.REVISIONS, "9999"))
    with pytest.raises(errors.SchemaTooOld, match="sverka db upgrade"):
        store.prepare()


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE customers (id INTEGER)"],
        ["CREATE TABLE alembic_version (version_num TEXT)", "INSERT INTO alembic_version VALUES ('later')"],
        ["CREATE TABLE alembic_version (version_num TEXT)"],
    ],
    ids=["somebody else's", "from a newer Sverka", "half made"],
)
def test_a_schema_that_is_not_ours_is_left_alone(tmp_path: Path, statements: list[str]) -> None:
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    before = path.read_bytes()
    with Store.open(f"sqlite:///{path}") as store, pytest.raises(errors.SchemaUnknown):
        store.prepare()
    with pytest.raises(errors.SchemaUnknown):
        schema.upgrade(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_upgrading_twice_is_upgrading_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    schema.upgrade(url)
    schema.upgrade(url)
    with Store.open(url) as store:
        store.prepare()


def make_first(tx: Transaction) -> None:
    """Make a database as the first revision left it, with a row in whatever an upgrade may touch."""
    command.upgrade(config(tx.connection), "0001")
    run_id = runs.start(tx, "headlights", "agreement", "12:00", NOW, NOW, "policy")
    assert run_id is not None
    bindings.bind(tx, "headlights", [Bind("order", "71", "12", "T1")], run_id)
    findings.record(tx, "headlights", [], [Finding("differs", "deal:71", "lines", "Отличается")], run_id, NOW)
    outbox.put(tx, "headlights", [Action("order.lines", "deal:71", "lines", {}, "")], run_id, NOW)
    proofs.add(tx, "headlights", Proof("bitrix24", "goods", True, True, 1, NOW, None), run_id, NOW)
    row = {
        "company": "headlights",
        "ext_id": "7",
        "name": "Фара",
        "article": "A",
        "is_service": False,
        "deleted": False,
    }
    tx.change(insert(table("good", *map(column, (*row, "changed_run")))).values(**row, changed_run=run_id))


def test_an_upgrade_forgets_what_the_vendors_know_and_keeps_what_only_we_know(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/first.db"
    with Store.open(url) as store:
        with store.writing() as tx:
            make_first(tx)
        with pytest.raises(errors.SchemaTooOld):
            store.prepare()
        schema.upgrade(url)
        store.prepare()
        with store.reading() as tx:
            assert (mirror.where(tx, "headlights", Good), proofs.last(tx, "headlights", "bitrix24", "goods")) == (
                [],
                None,
            )
            assert bindings.rights(tx, "headlights", "order", ["71"]) == {"71": "12"}
            assert [each.finding.subject for each in findings.open_items(tx)] == ["deal:71"]
            assert [each.subject for each in outbox.by_run(tx, 1)] == ["deal:71"]
            assert [each.tick for each in runs.history(tx, 9)] == ["12:00"]
            assert compare_metadata(MigrationContext.configure(tx.connection), metadata) == []


def test_a_migration_that_breaks_off_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("alembic.op.create_index", break_off)
    with Store.open(f"sqlite:///{tmp_path}/new.db") as store:
        with pytest.raises(ZeroDivisionError):
            store.prepare()
        assert described(store) == {}


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


def test_a_backup_overwrites_nothing(database: str, tmp_path: Path) -> None:
    (tmp_path / "monday.db").write_text("precious")
    with pytest.raises(errors.StoreUnreachable, match="never overwrites"):
        schema.backup(database, tmp_path / "monday.db")
    assert (tmp_path / "monday.db").read_text() == "precious"


def test_the_store_is_opened_without_pandas_and_without_alembic() -> None:
    modules = "engine mirror attention proofs bindings agreements findings outbox runs frames layouts schema counting"
    code = f"import sys; from sverka.store import {', '.join(modules.split())}; print(*sys.modules)"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert {"pandas", "numpy", "alembic", "mako"} & loaded == set()
    assert "sqlalchemy.orm" not in loaded
