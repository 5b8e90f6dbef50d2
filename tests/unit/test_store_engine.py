"""The door to the database: what a transaction promises, and in which words it fails; the same for both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import Executable, insert, select, text
from sqlalchemy.exc import SQLAlchemyError

from sverka.store import errors
from sverka.store.engine import Store, Transaction
from sverka.store.ledgers import agreement, known_policy, lease
from tests.make import NOW

PHONE = "+79161234567"


def remember(tx: Transaction, fingerprint: str, company: str = "headlights") -> None:
    tx.change(insert(known_policy).values(company=company, fingerprint=fingerprint))


def remembered(tx: Transaction) -> list[str]:
    return tx.column(select(known_policy.c.fingerprint))


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


def remember_in_spite(store: Store) -> None:
    """Write, have a statement refused, and go on as if nothing had been."""
    with store.writing() as tx:
        remember(tx, "abc")
        with pytest.raises(errors.AlreadyTaken):
            remember(tx, "def")


def test_after_a_refused_statement_nothing_is_written_even_if_somebody_caught_the_error(store: Store) -> None:
    with pytest.raises(errors.StoreFailed, match="nothing of its transaction was written"):
        remember_in_spite(store)
    with store.reading() as tx:
        assert remembered(tx) == []


def attempt_in_vain(tx: Transaction) -> None:
    with tx.attempting():
        remember(tx, "of the attempt", company="machinery")
        remember(tx, "def")


def test_a_block_that_is_an_attempt_is_undone_alone(store: Store) -> None:
    with store.writing() as tx:
        remember(tx, "abc")
        with pytest.raises(errors.AlreadyTaken):
            attempt_in_vain(tx)
        remember(tx, "later", company="weather")
    with store.reading() as tx:
        assert sorted(remembered(tx)) == ["abc", "later"]


def test_a_reader_cannot_write(store: Store) -> None:
    with store.reading() as tx, pytest.raises(errors.StoreReadOnly):
        remember(tx, "abc")
    with store.writing() as tx:
        remember(tx, "abc")


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
    with pytest.raises(errors.BadValue), store.writing() as tx:
        tx.change(insert(lease).values(usual | values))


def test_text_is_kept_letter_by_letter(store: Store) -> None:
    value = "Фара\x01 \u202eправая 🚗 '); DROP TABLE agreement;-- 100% \\x %(a)s :b\r\n"
    with store.writing() as tx:
        tx.change(insert(agreement).values(company="c", subject="deal:1", aspect="lines", value=value, run_id=1))
        assert tx.scalar(select(agreement.c.value)) == value


def test_many_rows_written_at_once_are_counted(store: Store) -> None:
    rows = [{"company": str(number), "fingerprint": "abc"} for number in range(3_000)]
    with store.writing() as tx:
        assert tx.change(tx.insert(known_policy).on_conflict_do_nothing(), rows[:2_000]) == 2_000
        assert tx.change(tx.insert(known_policy).on_conflict_do_nothing(), rows) == 1_000
        assert tx.change(tx.insert(known_policy).on_conflict_do_nothing(), []) == 0


def _take_twice(tx: Transaction) -> None:
    remember(tx, "abc", company=PHONE)
    remember(tx, "abc", company=PHONE)


def _break_a_rule(tx: Transaction) -> None:
    tx.change(
        text("INSERT INTO binding (company, kind, left_id, right_id, tier, run_id) VALUES (:c, '', '', '', 'T5', 1)").bindparams(c=PHONE)
    )  # fmt: skip


def _mistake(tx: Transaction) -> None:
    tx.change(text("INSERT INTO nothing VALUES (:phone)").bindparams(phone=PHONE))


@pytest.mark.parametrize(
    ("go_wrong", "error", "sentence"),
    [
        (_take_twice, errors.AlreadyTaken, "exists already"),
        (_break_a_rule, errors.StoreFailed, "refused a statement"),
        (_mistake, errors.StoreFailed, "refused a statement"),
    ],
    ids=["taken", "against a rule", "wrong"],
)
def test_a_failure_is_told_in_our_words_and_names_no_values(
    store: Store, go_wrong: Callable[[Transaction], None], error: type[errors.StoreError], sentence: str
) -> None:
    with pytest.raises(error, match=sentence) as caught, store.writing() as tx:
        go_wrong(tx)
    told = list(chain(caught.value))
    assert len(told) > 1
    assert [str(each) for each in told if PHONE in f"{each} {each.args}"] == []


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Return an error and all that led to it."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize(
    "url",
    ["", "sverka.db", "postgresql://u:hunter2@db:port/sverka", "mysql://root:hunter2@db/sverka"],
    ids=["nothing", "a mere path", "no port", "another database"],
)
def test_an_address_that_cannot_be_opened_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(errors.StoreUnreachable, match="write sqlite:///") as caught:
        Store.open(url)
    assert "hunter2" not in str(caught.value)


def test_every_error_of_ours_says_by_itself_what_is_wrong() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.StoreError)]
    assert all(str(kind()).endswith(".") and "\n" not in str(kind()) for kind in kinds)
    assert not any(issubclass(kind, SQLAlchemyError) for kind in kinds)
