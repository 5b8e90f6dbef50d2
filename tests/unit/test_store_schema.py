"""How a database comes to our schema, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import column, func, insert, inspect, select, table, text

from sverka.domain.actions import Action
from sverka.domain.effects import State
from sverka.domain.messaging.kinds import KIND_BY_NAME, ORDER_READY
from sverka.domain.messaging.manners import decide
from sverka.domain.messaging.wishes import Go, Manners, Recipient, Told, Wait, Wish
from sverka.domain.plan import Bind, Finding
from sverka.domain.proofs import Proof
from sverka.domain.rows import Good
from sverka.domain.tables import TABLES
from sverka.store import (
    addresses,
    bindings,
    errors,
    findings,
    letterbook,
    messages,
    mirror,
    outbox,
    proofs,
    runs,
    schema,
)
from sverka.store.engine import Store, Transaction
from sverka.store.migrations.apply import config
from sverka.store.tables import MIRROR, metadata
from sverka.work import traces
from sverka.work.desk import Desk, Look
from tests import make
from tests.make import NOW

SQLITE_SCHEMA = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
POSTGRESQL_SCHEMA = """
    SELECT table_name || '.' || column_name, data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '')
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT tablename || '.' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
"""


def described(store: Store) -> dict[str, list[str]]:
    """Return what each table, column and index was made from; the order of a table's constraints means nothing."""
    with store.reading() as tx:
        is_sqlite = tx.connection.dialect.name == "sqlite"
        rows = tx.all(text(SQLITE_SCHEMA if is_sqlite else POSTGRESQL_SCHEMA))
    return {
        name: sorted(line.strip().rstrip(",") for line in made.splitlines())
        for name, made in rows
        if not name.startswith(("sqlite_", "alembic_version"))
    }


def test_the_migrations_lead_to_the_tables_as_they_are(store: Store, bare_database: str) -> None:
    with Store.open(bare_database) as straight:
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
def test_a_schema_that_is_not_ours_is_left_alone(bare_database: str, statements: list[str]) -> None:
    with Store.open(bare_database) as store:
        with store.writing() as tx:
            for statement in statements:
                tx.change(text(statement))
        with store.reading() as tx:
            before = inspect(tx.connection).get_table_names()
        with pytest.raises(errors.SchemaUnknown):
            store.prepare()
        with pytest.raises(errors.SchemaUnknown):
            schema.upgrade(bare_database)
        with store.reading() as tx:
            assert inspect(tx.connection).get_table_names() == before


def test_preparing_and_upgrading_again_change_nothing(bare_database: str) -> None:
    with Store.open(bare_database) as store:
        store.prepare()
        made = described(store)
        store.prepare()
        schema.upgrade(bare_database)
        assert described(store) == made
        assert made != {}


def make_first(tx: Transaction) -> None:
    """Make a database as the first revision left it, with a row in whatever an upgrade may touch."""
    command.upgrade(config(tx.connection), "0001")
    run_id = runs.start(tx, "headlights", "agreement", "12:00", NOW, NOW, "policy")
    assert run_id is not None
    bindings.bind(tx, "headlights", [Bind("order", "71", "12", "T1")], run_id)
    findings.record(tx, "headlights", [], [Finding("differs", "deal:71", "lines", "Отличается")], run_id, NOW)
    outbox.put(tx, "headlights", [Action("order.lines", "deal:71", "lines", {}, "")], run_id, NOW)
    proofs.add(tx, "headlights", Proof("bitrix24", "goods", True, True, 1, NOW, None), run_id, NOW)
    row = {"company": "headlights", "ext_id": "7", "name": "Фара", "article": "A", "changed_run": run_id}
    flags = {"is_service": False, "deleted": False}
    tx.change(insert(table("good", *map(column, (*row, *flags)))).values(row | flags))


def test_an_upgrade_forgets_what_the_vendors_know_and_keeps_what_only_we_know(bare_database: str) -> None:
    with Store.open(bare_database) as store:
        with store.writing() as tx:
            make_first(tx)
        with pytest.raises(errors.SchemaTooOld):
            store.prepare()
        schema.upgrade(bare_database)
        store.prepare()
        with store.reading() as tx:
            assert mirror.where(tx, "headlights", Good) == []
            assert proofs.last(tx, "headlights", "bitrix24", "goods") is None
            assert bindings.rights(tx, "headlights", "order", ["71"]) == {"71": "12"}
            assert [each.finding.subject for each in findings.open_items(tx)] == ["deal:71"]
            assert [each.subject for each in outbox.by_run(tx, 1)] == ["deal:71"]
            assert [each.tick for each in runs.history(tx, 9)] == ["12:00"]
            assert compare_metadata(MigrationContext.configure(tx.connection), metadata) == []


LETTERS_OF_OLD = {"71": State.DONE, "72": State.PLANNED, "73": State.FAILED, "74": State.UNKNOWN, "75": State.CLAIMED}
"""Deal → how far a letter to its client had come when the house was still writing letters alone."""
OCCASION = "pickup Москва 2026-11-26"


def make_letters(tx: Transaction) -> None:
    """Make a database as the fifth revision left it, with letters to clients, and a comment about one that waits."""
    command.upgrade(config(tx.connection), "0005")
    letter = {
        "to": "a@pochta.example",
        "to_name": "Алексей",
        "template": "order_ready",
        "subject": "Собран",
        "text": "Здравствуйте",
    }
    usual = {
        "company": "headlights", "creation": True, "reason": "Пишем клиенту", "evidence": [], "before": "", "after": "", "money_kopecks": 0,
        "settles": [], "attempts": 1, "planned_at": NOW, "fence": 1, "external_id": "", "detail": "", "run_id": 1,
    }  # fmt: skip
    for deal, state in LETTERS_OF_OLD.items():
        mine = {
            "kind": "letter.client", "system": "mail", "risk": 4, "subject": f"letter:{deal}", "payload": letter, "state": state,
            "key": f"letter.client|letter:{deal}|order_ready {OCCASION}", "claimed_at": None if state is State.PLANNED else NOW,
            "ended_at": NOW if state in (State.DONE, State.FAILED) else None,
        }  # fmt: skip
        tx.change(insert(outbox.outbox).values(usual | mine))
    comment = {"deal": "71", "text": "Клиенту отправлено письмо", "mark": "s1"}
    waits = {
        "kind": "comment.create", "system": "bitrix24", "risk": 0, "subject": "deal:71", "payload": comment, "state": State.PLANNED,
        "key": f"comment.create|deal:71|letter order_ready {OCCASION}", "attempts": 0,
    }  # fmt: skip
    tx.change(insert(outbox.outbox).values(usual | waits))


def wish_about(deal: str) -> Wish:
    """The wish to tell the same that the letter of old told."""
    times = {"not_before": NOW, "expires_at": NOW + timedelta(days=3)}
    return Wish(KIND_BY_NAME[ORDER_READY], f"deal:{deal}", "contact:7", OCCASION, {}, reason="", **times)


def test_letters_to_clients_of_old_are_messages_that_went_and_nothing_goes_twice(bare_database: str) -> None:
    with Store.open(bare_database) as store:
        with store.writing() as tx:
            make_letters(tx)
        schema.upgrade(bare_database)
        wishes = {deal: wish_about(deal) for deal in LETTERS_OF_OLD}
        aleksei = Recipient("contact:7", "Алексей", phone="+79161234501", email="a@pochta.example")
        manners = Manners(channels=("email", "sms"))
        with store.writing() as tx:
            past = messages.past(tx, "headlights", ["a@pochta.example"], [wish.key for wish in wishes.values()])
            verdicts = [decide(wish, aleksei, past, manners, (), NOW, make.policy().zone) for wish in wishes.values()]
            again = [Action("message.sms", wish.subject, OCCASION, {}, "") for wish in wishes.values()]
            taken = outbox.put(tx, "headlights", again, 1, NOW).taken
            (comment,) = [row for row in outbox.planned(tx, "headlights", NOW) if row.kind != "message.sms"]
        assert verdicts == [
            Told(),
            Go("email", "a@pochta.example"),
            Go("sms", "+79161234501", again=1),
            Wait("not_sure"),
            Wait("pending"),
        ]
        assert [action.subject.partition("/")[0] for action in taken] == [f"letter:deal:{n}" for n in (71, 74, 75)]
        assert (comment.kind, comment.payload["card"]) == ("comment.create", "deal:71")
        desk = cast("Desk", SimpleNamespace(store=store, company="headlights", policy=make.policy()))
        look = cast("Look", SimpleNamespace(now=NOW + timedelta(minutes=5)))
        assert traces.plan(desk, look, (ORDER_READY,)).actions == (), "what was noted, or is about to be, is noted once"


def test_who_asked_for_silence_is_not_written_to_after_an_upgrade(bare_database: str) -> None:
    asked = {"company": "headlights", "scope": "care", "source": "max", "words": "стоп", "since": 0}
    rows = [asked | {"address": "+79161234501", "ended_at": None}, asked | {"address": "+79161234502", "ended_at": 1}]
    with Store.open(bare_database) as store:
        with store.writing() as tx:
            command.upgrade(config(tx.connection), "0007")
            tx.change(insert(table("silence", *map(column, rows[0]))), rows)
        schema.upgrade(bare_database)
        with store.reading() as tx:
            assert [each.address for each in addresses.silenced(tx, None)] == ["+79161234501"]
            assert tx.scalar(select(func.count()).select_from(letterbook.silence)) == 2
        with store.writing() as tx:
            assert addresses.speak(tx, "headlights", "+79161234501", "Ольга", NOW) == 1


def test_a_migration_that_breaks_off_leaves_nothing_behind(bare_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("alembic.op.create_index", break_off)
    with Store.open(bare_database) as store:
        with pytest.raises(ZeroDivisionError):
            store.prepare()
        assert described(store) == {}


def test_a_backup_overwrites_nothing(database: str, tmp_path: Path) -> None:
    (tmp_path / "monday.db").write_text("precious")
    with pytest.raises(errors.StoreUnreachable, match="never overwrites"):
        schema.backup(database, tmp_path / "monday.db")
    assert (tmp_path / "monday.db").read_text() == "precious"


def test_the_store_brings_nothing_that_few_commands_need() -> None:
    modules = "engine mirror attention proofs bindings agreements findings outbox runs frames layouts schema counting"
    code = f"import sys; from sverka.store import {', '.join(modules.split())}; print(*sys.modules)"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert {"pandas", "numpy", "alembic", "mako", "psycopg"} & loaded == set()
    assert "sqlalchemy.orm" not in loaded
