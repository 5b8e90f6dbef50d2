"""What trips a brake, what one covers, how it is told: the pure decisions, and what they read outside the store."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sverka.domain import brakes, high_water, plausible
from sverka.domain.actions import KIND_BY_NAME, KINDS, Action
from sverka.domain.brakes import Again, Hold
from sverka.domain.high_water import Adoption, Doubt, HighWater
from sverka.domain.messaging.channels import CHANNEL_BY_ACTION
from sverka.domain.ping_pong import fought_over
from sverka.domain.skew import Ahead, Pace, skew
from sverka.store import brakes as remembered
from sverka.store import outbox, runs
from sverka.store.engine import Store
from sverka.work.mark import Mark, MarkUnreadable
from sverka.work.switches import Switches
from tests.make import NOW

COMPANY = "headlights"
S, M, H, D = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("scope", "kind", "subject", "is_covered"),
    [
        ("all", "order.create", "deal:71", True),
        ("headlights", "deal.stage", "deal:71", True),
        ("machinery", "deal.stage", "deal:71", False),
        ("headlights/all", "task.create", "deal:71", True),
        ("machinery/all", "task.create", "deal:71", False),
        ("bitrix24", "deal.stage", "deal:71", True),
        ("bitrix24", "order.create", "deal:71", False),
        ("headlights/business_ru", "order.create", "deal:71", True),
        ("releases", "reserve.release", "deal:71", True),
        ("headlights/releases", "reserve.hold", "deal:71", False),
        ("risk>=2", "order.create", "deal:71", True),
        ("risk>=3", "order.create", "deal:71", False),
        ("headlights/risk>=3", "reserve.hold", "deal:71", True),
        ("headlights/clock", "order.create", "deal:71", True),
        ("headlights/clock", "deal.stage", "deal:71", False),
        ("headlights/clock", "message.email", "letter:deal:71/order_ready", True),
        ("store", "cash.create", "deal:71", True),
        ("headlights/deal:71", "deal.field", "deal:71", True),
        ("headlights/deal:71", "message.email", "letter:deal:71/order_ready", True),
        ("headlights/deal:71", "message.max", "letter:deal:71/visit_eve", True),
        ("headlights/deal:7", "message.max", "letter:deal:71/visit_eve", False),
        ("headlights/contact:7", "message.sms", "letter:contact:7/birthday", True),
        ("messages", "message.whatsapp", "letter:deal:71/visit_eve", True),
        ("smsc", "message.sms", "letter:deal:71/visit_eve", True),
        ("green_api", "message.sms", "letter:deal:71/visit_eve", False),
        ("headlights/letters", "message.email", "letter:deal:71/order_ready", False),
        ("headlights/deal:71", "deal.field", "deal:72", False),
        ("headlights/bitrix24:products", "order.create", "deal:71", False),
        ("all", "letter.digest", "person:owner", False),
        ("headlights/mail", "letter.digest", "person:owner", False),
        ("risk>=0", "letter.reply", "person:owner", False),
        ("letters", "letter.digest", "person:owner", True),
        ("headlights/letters", "letter.digest", "person:owner", True),
    ],
)  # fmt: skip
def test_a_brake_covers_what_its_scope_says_and_letters_to_colleagues_only_by_their_name(
    scope: str, kind: str, subject: str, is_covered: bool
) -> None:
    assert brakes.covers(scope, COMPANY, KIND_BY_NAME[kind], subject) is is_covered


@given(st.sampled_from(KINDS), st.sampled_from(["all", "headlights", "headlights/all"]))
def test_a_kill_switch_covers_everything_but_letters_to_colleagues(kind: brakes.Kind, scope: str) -> None:
    assert brakes.covers(scope, COMPANY, kind, "deal:1") is (kind.rule != "letters")


@pytest.mark.parametrize(
    ("tries", "failures", "trips"), [(9, 9, False), (10, 2, False), (10, 3, True), (100, 20, False), (100, 21, True)]
)
def test_a_rule_stops_above_a_fifth_of_refusals_among_at_least_ten(tries: int, failures: int, trips: bool) -> None:
    brake = brakes.fails_too_often(COMPANY, "orders", tries, failures)
    assert (brake is not None) is trips
    if brake:
        assert brake.scope == "headlights/orders"
        assert f"{failures} of {tries}" in brake.reason


def test_a_system_that_leaves_five_open_in_a_day_is_written_to_no_more() -> None:
    found = tuple(brakes.leave_open(COMPANY, {"business_ru": 5, "bitrix24": 4}))
    assert [each.scope for each in found] == ["headlights/business_ru"]
    assert "о 5 действиях" in found[0].text.replace("\u00a0", " ")


AGREED = Ahead(-S, S)


@pytest.mark.parametrize(
    ("vendors", "business", "real", "is_declared", "said"),
    [
        ({"a": AGREED, "b": AGREED}, M, M, False, ""),
        ({"a": AGREED, "b": Ahead(119 * S, 121 * S)}, M, M, False, ""),
        ({"a": AGREED, "b": Ahead(122 * S, 124 * S)}, M, M, False, "a and b are 2 min 1 s apart"),
        ({"a": AGREED, "b": Ahead(-H, -H)}, M, M, True, "59 min 59 s apart"),
        ({"a": AGREED, "b": Ahead(timedelta(), 10 * M)}, M, M, False, ""),
        ({"a": AGREED}, -5 * M, M, False, ""),
        ({"a": AGREED}, -5 * M - S, M, False, "5 min 1 s before that of the last run"),
        ({"a": AGREED}, -H, M, True, ""),
        ({"a": AGREED}, D + M, M, False, ""),
        ({"a": AGREED}, D + M + S, M, False, "jumped ahead by 1 day,"),
        ({"a": AGREED}, 3652 * D, H, False, "jumped ahead by 3651 days"),
        ({"a": AGREED}, 9 * D, 9 * D, False, ""),
        ({"a": AGREED}, D + S, -9 * D, False, "jumped ahead"),
        ({"a": AGREED}, 3652 * D, M, True, ""),
    ],
)  # fmt: skip
def test_time_is_not_trusted_where_vendors_disagree_or_it_jumps(
    vendors: dict[str, Ahead], business: timedelta, real: timedelta, is_declared: bool, said: str
) -> None:
    last, now = Pace(NOW, NOW), Pace(NOW + business, NOW + real)
    brake = skew(COMPANY, vendors, last, now, is_declared=is_declared)
    assert (brake is not None) is bool(said)
    if brake:
        assert said in brake.reason
        assert brake.scope == "headlights/clock"


def test_the_first_run_knows_no_time_to_compare_with() -> None:
    assert skew(COMPANY, {"a": AGREED}, None, Pace(NOW - 9000 * D, NOW), is_declared=False) is None


@pytest.mark.parametrize(
    ("rows", "usual", "trips"),
    [(0, [20, 20, 20], True), (0, [19, 19], False), (0, [], False), (69, [100] * 7, True), (70, [100] * 7, False), (13, [20], True),
     (80, [100, 10, 10, 200, 100, 100, 100], False), (300, [100], False)],
)  # fmt: skip
def test_a_count_is_judged_by_the_median_of_the_last_ones(rows: int, usual: list[int], trips: bool) -> None:
    assert (plausible.too_few(COMPANY, "bitrix24", "deals", rows, usual) is not None) is trips


@pytest.mark.parametrize(
    ("changed", "known", "trips"), [(19, 19, False), (6, 20, False), (7, 20, True), (0, 500, False)]
)
def test_more_than_a_third_of_rows_that_changed_at_once_are_not_believed(changed: int, known: int, trips: bool) -> None:
    assert (plausible.too_different(COMPANY, "bitrix24", "products", changed, known) is not None) is trips


def test_a_field_that_decisions_rest_on_may_not_vanish_and_one_that_only_shows_may() -> None:
    known = {"deal.branch": "Филиал", "deal.answer": "Ответ Сверке"}
    brake = plausible.gone_fields(COMPANY, "bitrix24", known, ())
    assert brake is not None
    assert "«Филиал»" in brake.text
    assert "Ответ" not in brake.text
    assert plausible.gone_fields(COMPANY, "bitrix24", known, {"deal.branch"}) is None


def lines(amount: int, was: int) -> Action:
    return Action("order.lines", "deal:71", "restore", {"order": "12", "lines": [amount], "was": [was]}, "")


def done(action: Action, hours: int) -> Again:
    return Again(action.kind, action.payload, NOW - hours * H)


RELEASE = Action("reserve.release", "deal:71", "5", {"reserve": "5"}, "")
HOLD = Action("reserve.hold", "deal:71", "5", {"reserve": "5"}, "")
FIELD = Action("deal.field", "deal:71", "ledger_order", {"deal": "71", "field": "ledger_order", "value": "12"}, "")
OTHER_FIELD = Action(
    "deal.field", "deal:71", "availability", {"deal": "71", "field": "availability", "value": "да"}, ""
)


@pytest.mark.parametrize(
    ("wanted", "before", "is_fought_over"),
    [
        (lines(2, 3), [done(lines(2, 4), 1), done(lines(2, 5), 2)], True),
        (lines(2, 3), [done(lines(2, 4), 1)], False),
        (lines(2, 3), [done(lines(3, 2), 1), done(lines(2, 3), 2), done(lines(3, 2), 3)], False),
        (FIELD, [done(FIELD, 1), done(OTHER_FIELD, 2), done(FIELD, 3)], True),
        (RELEASE, [done(HOLD, 1), done(RELEASE, 2), done(HOLD, 3), done(RELEASE, 4)], False),
        (RELEASE, [done(RELEASE, 1), done(RELEASE, 2)], True),
    ],
    ids=[
        "taken back twice",
        "taken back once",
        "follows its owner",
        "among others",
        "deal lost and won back",
        "held again by hand",
    ],
)
def test_what_is_set_to_one_value_a_third_time_in_a_day_is_fought_over(
    wanted: Action, before: list[Again], is_fought_over: bool
) -> None:
    assert (fought_over([wanted], before) is not None) is is_fought_over


EARLIER, LATER = HighWater("one", 10, 5, NOW), HighWater("one", 11, 5, NOW + H)


@pytest.mark.parametrize(
    ("store", "mark", "is_old"),
    [
        (EARLIER, None, False),
        (EARLIER, EARLIER, False),
        (LATER, EARLIER, False),
        (EARLIER, LATER, True),
        (HighWater("one", 10, 4, NOW), EARLIER, True),
        (HighWater("two", 99, 99, NOW), EARLIER, True),
        (HighWater("", 0, 0, NOW), EARLIER, True),
        (HighWater("", 0, 0, NOW), None, False),
    ],
    ids=[
        "no mark",
        "equal",
        "ahead",
        "effects missing",
        "a run missing",
        "another store",
        "an empty store",
        "the first run",
    ],
)
def test_a_store_that_has_not_come_as_far_as_its_mark_is_an_old_copy(
    store: HighWater, mark: HighWater | None, is_old: bool
) -> None:
    assert (high_water.old_copy(store, mark) is not None) is is_old


@pytest.mark.parametrize(
    ("kind", "began", "day", "after", "doubt"),
    [
        ("order.create", None, None, H, Doubt.LOOK),
        ("task.create", None, None, H, Doubt.LOOK),
        ("order.create", None, None, 8 * D, Doubt.NONE),
        ("order.lines", None, None, H, Doubt.NONE),
        *((message, NOW - H, None, H, Doubt.ASK) for message in CHANNEL_BY_ACTION),
        *((message, None, None, H, Doubt.ASK) for message in CHANNEL_BY_ACTION),
        *((message, NOW + H, None, H, Doubt.NONE) for message in CHANNEL_BY_ACTION),
        ("letter.digest", None, NOW.date(), H, Doubt.DROP),
        ("letter.digest", None, NOW.date() + D, H, Doubt.NONE),
        ("letter.reply", None, None, H, Doubt.NONE),
    ],
)
def test_after_an_old_copy_was_adopted_what_may_have_happened_is_looked_for_asked_or_dropped(
    kind: str, began: datetime | None, day: date | None, after: timedelta, doubt: Doubt
) -> None:
    adoption = Adoption(NOW, forgotten_until=NOW)
    found = high_water.doubt(KIND_BY_NAME[kind], adoption, NOW + after, began=began, day=day, last_day=NOW.date())
    assert found is doubt


def test_the_mark_is_replaced_as_a_whole_and_never_goes_back(tmp_path: Path) -> None:
    mark = Mark(tmp_path / "new" / "sverka.mark")
    assert mark.read() is None
    assert mark.raise_to(LATER)
    assert mark.read() == LATER
    mark.raise_to(EARLIER)
    assert mark.read() == LATER
    assert [file.name for file in mark.file.parent.iterdir()] == ["sverka.mark"]


@pytest.mark.parametrize(
    "content",
    ["", "{}", '{"format": 2}', "[1]", '{"format": 1, "epoch": "a", "effect": "x", "run": 1, "at": ""}', "\udcff"],
)
def test_a_mark_that_says_nothing_is_not_taken_for_none(tmp_path: Path, content: str) -> None:
    mark = Mark(tmp_path / "sverka.mark")
    mark.file.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(MarkUnreadable):
        mark.read()
    assert not mark.raise_to(LATER)
    assert high_water.unreadable("f", "t").scope == brakes.STORE


def test_a_mark_that_cannot_be_written_ends_no_run(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert not Mark(tmp_path / "file" / "sverka.mark").raise_to(LATER)


def test_a_switch_is_a_file_or_a_variable_and_says_how_to_take_it_back(tmp_path: Path) -> None:
    file, machine = tmp_path / "STOP", tmp_path / "run"
    switches = Switches.of(file, "", machine)
    assert switches.thrown(NOW) == ()
    file.touch()
    (hold,) = switches.thrown(NOW)
    assert (hold.scope, hold.mend) == ("all", f"rm {file}")
    assert abs(datetime.now(UTC) - hold.since) < H
    file.unlink()
    machine.mkdir()
    (machine / "STOP").touch()
    assert [hold.mend for hold in switches.thrown(NOW)] == [f"rm {machine / 'STOP'}"]
    assert [hold.by for hold in Switches(variable="SVERKA_STOP").thrown(NOW)] == ["SVERKA_STOP"]


def test_a_switch_that_cannot_be_looked_for_is_taken_for_thrown(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert [hold.scope for hold in Switches((tmp_path / "loop",)).thrown(NOW)] == ["all"]


@pytest.mark.parametrize(
    ("hold", "english", "russian"),
    [
        (
            Hold("headlights/risk>=2", "Ирина", "инвентаризация", NOW),
            (
                "a brake holds headlights/risk>=2 since 2026-11-24 09:00+00:00: инвентаризация. "
                "To go on: sverka breaker reset 'headlights/risk>=2' --by NAME --reason REASON"
            ),
            (
                "Работа остановлена (headlights/risk>=2), это сделал «Ирина»: инвентаризация. Стоит с 24 ноября; "
                "чтобы продолжить: sverka breaker reset 'headlights/risk>=2' --by ИМЯ --reason ПРИЧИНА."
            ),
        ),
        (
            Hold("store", "sverka", "it is older", NOW, "Память старше."),
            "a brake holds store since 2026-11-24 09:00+00:00: it is older. To go on: sverka db adopt --by NAME --reason REASON",
            "Память старше. Стоит с 24 ноября; чтобы продолжить: sverka db adopt --by ИМЯ --reason ПРИЧИНА.",
        ),
        (
            Hold("all", "SVERKA_STOP", "SVERKA_STOP is set", NOW, "Всё стоит.", "take SVERKA_STOP away"),
            "a brake holds all since 2026-11-24 09:00+00:00: SVERKA_STOP is set. To go on: take SVERKA_STOP away",
            "Всё стоит. Стоит с 24 ноября; чтобы продолжить: take SVERKA_STOP away.",
        ),
    ],
)
def test_a_brake_says_what_happened_since_when_and_what_to_do(hold: Hold, english: str, russian: str) -> None:
    assert brakes.sentence(hold) == english
    assert brakes.finding(hold, COMPANY).text.replace("\u00a0", " ") == russian


def test_the_brake_of_a_deal_asks_under_the_deal_and_others_tell_under_the_company() -> None:
    deal = brakes.finding(Hold("headlights/deal:71", "sverka", "twice", NOW, "Спор."), COMPANY)
    assert (deal.subject, deal.asks, deal.kind) == ("deal:71", True, "held")
    rule = brakes.finding(Hold("headlights/orders", "sverka", "3 of 10", NOW, "Отказы."), COMPANY)
    assert (rule.subject, rule.asks) == ("brakes:headlights", False)


def test_a_company_is_told_its_own_brakes_and_those_of_all() -> None:
    scopes = [
        "all",
        "store",
        "orders",
        "risk>=2",
        "business_ru",
        COMPANY,
        f"{COMPANY}/clock",
        "machinery",
        "machinery/clock",
    ]
    assert [scope for scope in scopes if brakes.is_of(scope, COMPANY)] == scopes[:7]


def test_the_store_remembers_who_let_a_brake_go_and_not_that_it_went_by_itself(store: Store) -> None:
    with store.writing() as tx:
        runs.trip(tx, "a", "sverka", "why", NOW, text="почему")
        assert [hold.text for hold in runs.holds(tx)] == ["почему"]
        remembered.lift(tx, ["a", "b"], NOW + M)
        assert (runs.holds(tx), remembered.releases(tx)) == ([], {})
        runs.trip(tx, "a", "sverka", "why", NOW)
        runs.reset(tx, "a", "Ирина", "так", NOW + H)
        assert remembered.releases(tx) == {"a": NOW + H}


def test_the_store_remembers_the_last_time_that_could_be_trusted(store: Store) -> None:
    with store.writing() as tx:
        assert remembered.last_pace(tx, COMPANY) is None
        for moment in (NOW, NOW + H):
            remembered.keep_pace(tx, COMPANY, Pace(moment, moment + S))
        assert remembered.last_pace(tx, COMPANY) == Pace(NOW + H, NOW + H + S)
        assert remembered.last_pace(tx, "machinery") is None


def test_the_store_tells_when_effects_became_unknown_and_what_was_repaired(store: Store) -> None:
    from sverka.domain.effects import Answer, State

    with store.writing() as tx:
        run_id = runs.start(tx, COMPANY, "agreement", "1", NOW, NOW, "") or 0
        fence = runs.acquire(tx, "writer", "me", 60, NOW) or 0
        first, second = outbox.put(tx, COMPANY, [lines(2, 3), HOLD], run_id, NOW).ids
        for effect_id, state in ((first, State.UNKNOWN), (second, State.DONE)):
            tx.change(
                outbox.outbox.update()
                .where(outbox.outbox.c.id == effect_id)
                .values(state="claimed", fence=fence, claimed_at=NOW)
            )
            outbox.note_attempt(tx, effect_id, 1, Answer.AMBIGUOUS, 5, "", NOW + M)
            outbox.finish(tx, effect_id, fence, state, now=NOW + M, changed=True)
        assert remembered.unknown_since(tx, COMPANY, NOW) == {"business_ru": [NOW + M]}
        assert remembered.unknown_since(tx, COMPANY, NOW + H) == {}
        assert remembered.set_again(tx, COMPANY, ["deal:71"], NOW) == {
            "deal:71": [Again("reserve.hold", HOLD.payload, NOW + M)]
        }
        assert remembered.set_again(tx, COMPANY, ["deal:71"], NOW + H) == {}
