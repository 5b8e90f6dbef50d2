"""Whatever happens in whatever order: nothing is lost, nothing is done twice, and what nobody can know is said to be unknown.

The outbox, the lease and the sender are the product's own; the systems outside are a model that knows what really happened. Rules let
plans come, workers send, look up, die and pause, clocks jump and people decide; the laws are those of reliability §5.2. The same machine
is shown senders with a bug each, and must catch every one of them.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any, cast

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from sverka.domain.actions import KIND_BY_NAME, Action, ref
from sverka.domain.effects import WAITING, Effect, State
from sverka.domain.high_water import Doubt
from sverka.domain.proofs import Proof, Reading
from sverka.store import outbox, runs, sqlite
from sverka.store.engine import Store
from sverka.store.errors import AlreadyTaken, NotPossible
from sverka.systems.bitrix24.directory import Directory
from sverka.work import sending
from sverka.work.brakes import Gate
from sverka.work.desk import Desk, Look
from sverka.work.lease import Lease
from sverka.work.stop import Stop
from tests import make
from tests.provider import FAULTS, SETS, START, Killed, Ledger, Phones, Portal, PostBox, Time, World
from tests.sender_bugs import end_without_fence, look_at_once, lost_means_not_sent, send_after_a_pause
from tests.soak import SOAK
from tests.strategies import examples

MESSAGES = ("message.email", "message.sms")
KINDS = ("order.create", "order.lines", "todo.create", "deal.field", *MESSAGES, "letter.digest")
FAMILY = {kind: KIND_BY_NAME[kind].family or kind for kind in KINDS}
SUBJECTS = ("deal:1", "deal:2", "deal:3")
WORKERS = ("Anna", "Boris")
DIRECTORY = Directory(
    {}, (), (), "", Reading(Proof("bitrix24", "stages", full=True, complete=True, rows=0, server_at=START), ())
)
AFTERWARDS_S = (60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400)
"""The 48 hours after the last fault."""

seen: Counter[str] = Counter()
"""What all examples of a run came to, for the record."""


class Worker:
    """A process that sends. It holds the company's lease for writing, or does nothing."""

    def __init__(self, machine: Sending, name: str) -> None:
        company = make.policy().company
        self._machine, self._store = machine, machine.store
        self.lease = Lease(machine.store, machine.time, f"writer:{machine.company}", name)
        lines = {"bitrix24": Portal, "business_ru": Ledger, "mail": PostBox}
        portal, ledger, post = (kind(machine.world, system, lambda: self.lease.fence) for system, kind in lines.items())
        desk = Desk(
            make.policy(),
            "",
            {},
            cast("Any", portal),
            cast("Any", ledger),
            cast("Any", post),
            machine.store,
            machine.time,
        )
        assert desk.company == company
        phones = Phones(machine.world, "smsc", lambda: self.lease.fence)
        self._desk = cast("Desk", _Renamed(desk, machine.company, phones))

    def run(self) -> None:
        """Do what a run does once it has planned: take the lease, look up what was lost, send what is due."""
        if not self.lease.acquire():
            return
        look = Look(self._machine.last_run, self._machine.time.real(), self._machine.time.real(), DIRECTORY)
        wanted = self._machine.is_wanted
        sender = sending.Sender(
            self._desk,
            self.lease,
            lambda effect: effect.kind in KINDS,
            look,
            lambda: look,
            lambda _, effect: wanted(effect),
            Stop(),
            cast("Gate", _Open()),
        )
        sender.recover()
        sender.send_all(lambda *_: None)
        with self._store.writing() as tx:
            runs.release(tx, self.lease.name, self.lease.fence)


class _Open:
    """A gate that no brake closes: brakes have laws of their own."""

    is_after_adoption = False

    def lets(self, _tx: object, rows: list[Effect]) -> list[Effect]:
        return list(rows)

    def doubt(self, _row: Effect) -> Doubt:
        return Doubt.NONE

    def tried(self, *_: object) -> None:
        pass


class _Renamed:
    """A desk of another company, so that examples share one database, and of other channels."""

    def __init__(self, desk: Desk, company: str, channels: Phones) -> None:
        self._desk, self.company, self.channels = desk, company, channels

    def __getattr__(self, name: str) -> Any:
        return getattr(self._desk, name)


class Sending(RuleBasedStateMachine):
    """Two workers and a person, over the effects on three deals of a company of their own."""

    store: Store
    companies = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).companies += 1
        self.company = f"company {self.companies}"
        self.time = Time()
        self.world = World(self.time)
        self.workers = {name: Worker(self, name) for name in WORKERS}
        self.numbers, self.last_run, self.lives = 0, 1, 0
        self.unwanted: set[str] = set()
        self.over: dict[int, Effect] = {}

    def all(self) -> list[Effect]:
        with self.store.reading() as tx:
            return sorted(outbox.listing(tx, self.company, limit=10_000), key=lambda each: each.id)

    def is_wanted(self, effect: Effect) -> bool:
        return effect.subject not in self.unwanted

    @rule(
        kinds=st.lists(
            st.tuples(st.sampled_from(SUBJECTS), st.sampled_from(KINDS)),
            min_size=1,
            max_size=3,
            unique_by=lambda it: it[0],
        )
    )
    def plan(self, kinds: list[tuple[str, str]]) -> None:
        self.last_run += 1
        self.begin_a_tick()
        effects = self.all()
        actions = [action for subject, kind in kinds for action in self.wish(subject, kind, effects)]
        with self.store.writing() as tx:
            outbox.put(tx, self.company, actions, self.last_run, self.time.real())

    def wish(self, subject: str, kind: str, effects: list[Effect]) -> list[Action]:
        """Plan as a reconciler does: nothing that stands, nothing on a subject under way, a client is told once."""
        mine = [each for each in effects if each.subject == subject]
        meaning = self.meaning(kind, subject)
        is_over = any(FAMILY[each.kind] == FAMILY[kind] and _is_over(each) for each in mine)
        stands = any(self.world.made[self.meaning(each, subject)] for each in KINDS if FAMILY[each] == FAMILY[kind])
        if any(each.state in WAITING for each in mine) or (kind not in SETS and (is_over or stands)):
            return []
        self.numbers += 1
        value = f"{self.numbers}"
        payload = {
            "meaning": meaning if kind not in SETS else f"{meaning} {value}",
            "of": f"{kind} {subject}",
            "value": value,
        }
        self.unwanted.discard(subject)
        first = Action(kind, subject, "1", payload, "")
        if kind != "order.create":
            return [first]
        lines = {
            "meaning": f"{meaning} {value} lines",
            "of": f"order.lines {subject}",
            "value": value,
            "order": ref(first.key),
        }
        return [first, Action("order.lines", subject, "1", lines, "")]

    def meaning(self, kind: str, subject: str) -> str:
        return f"{self.company} {kind} {subject}"

    @rule(
        name=st.sampled_from(WORKERS), script=st.lists(st.sampled_from(FAULTS), min_size=1, max_size=4),
        blind=st.sampled_from([False, False, True]),
        seconds=st.sampled_from([1, 70, 130, 700, 4_000]), wrong_hours=st.sampled_from([*[None] * 12, -1, 0, 1]),
    )  # fmt: skip
    def run(self, name: str, script: list[str], blind: bool, seconds: float, wrong_hours: int | None) -> None:
        """Let a worker run; while it is paused, the other one does."""
        self.time.wait(seconds)
        if (
            wrong_hours is not None and not self.time.later
        ):  # nor while a request that nobody waits for is at work: a known limit
            self.time.wrong_by = timedelta(hours=wrong_hours)
        other = next(each for each in WORKERS if each != name)
        self.world.script, self.world.blind = deque(script), blind
        self.world.meanwhile = lambda: self.let(other)
        self.let(name)
        self.world.meanwhile = lambda: None
        self.world.blind = False

    def let(self, name: str) -> None:
        try:
            self.workers[name].run()
        except Killed:
            self.lives += 1
            self.workers[name] = Worker(self, f"{name} {self.lives}")
            seen["crashes"] += 1

    @rule(place=st.integers(0, 5), how=st.sampled_from(["retry", "cancel", "change the facts"]))
    def decide(self, place: int, how: str) -> None:
        effects = self.all()
        if effects and how == "change the facts":
            self.unwanted.add(effects[place % len(effects)].subject)
        elif effects:
            self.person_decides(effects[place % len(effects)], retried=how == "retry")

    def person_decides(self, effect: Effect, *, retried: bool) -> None:
        """A person looks at what is there before they say that something be tried again."""
        is_there = self.time.later or self.world.stands(effect.kind, effect.payload)
        with suppress(NotPossible, AlreadyTaken), self.store.writing() as tx:
            if not retried:
                outbox.cancel(tx, effect.id, "Ирина", "", self.time.real())
            elif not is_there:
                outbox.retry(tx, effect.id, "Ирина", self.time.real())

    def begin_a_tick(self) -> None:
        """Let both workers begin the same tick; one of them may."""
        now, tick = self.time.real(), f"t{self.last_run}"
        with self.store.writing() as tx:
            begun = [runs.start(tx, self.company, "agreement", tick, now, now, "") for _ in WORKERS]
        assert begun[1] is None, "a tick was run twice"

    @invariant()
    def the_laws_hold(self) -> None:
        effects = self.all()
        now = {each.id: each for each in effects}
        claimed = Counter(each.subject for each in effects if each.state is State.CLAIMED)
        taken = Counter(each.key for each in effects if each.state in WAITING)
        assert max(claimed.values(), default=0) <= 1, "two effects of a subject are under way"
        assert max(taken.values(), default=0) <= 1, "a key is taken twice"
        assert all(now[effect_id] == effect for effect_id, effect in self.over.items()), "what was done has changed"
        assert self.world.fences == sorted(self.world.fences), "somebody sent after another had taken over"
        self._nothing_is_doubled()
        for each in effects:
            if each.state is State.DONE:
                assert self._happened(each), "done, but nothing happened"
            if each.state is State.UNKNOWN:
                assert self._cannot_be_known(each), "unknown, though it could be known"
        self.over |= {each.id: each for each in effects if each.state is State.DONE}

    def _nothing_is_doubled(self) -> None:
        for meaning, times in self.world.made.items():
            allowed = 1 + self.world.lost[meaning] if "letter.digest" in meaning else 1
            assert times <= allowed, "the same was done twice"
        for subject in SUBJECTS:
            told = sum(self.world.made[self.meaning(kind, subject)] for kind in MESSAGES)
            assert told <= 1, "a client was told the same twice, by whichever channel"
        for values in self.world.values.values():
            assert values == sorted(values, key=int), "an older value came back"

    def _happened(self, effect: Effect) -> bool:
        if effect.kind in SETS:
            return effect.payload["value"] in self.world.values.get(effect.payload["of"], ())
        return self.world.made[effect.payload["meaning"]] > 0

    def _cannot_be_known(self, effect: Effect) -> bool:
        meaning = effect.payload["meaning"]
        was_lost = self.world.lost[meaning] > 0 or self.lives > 0 or meaning in self.world.held_up
        return (effect.kind == "message.email" and was_lost) or meaning in self.world.could_not_tell

    def teardown(self) -> None:
        """Two days without faults, and a person who answers what is asked: everything comes to an end."""
        self.world.script.clear()
        self.time.wrong_by = timedelta()
        for seconds in AFTERWARDS_S:
            under_way = [each for each in self.all() if each.state in WAITING]
            if not under_way:
                break
            self.time.wait(seconds)
            self.let(WORKERS[0])
            for each in under_way:
                if each.state is State.UNKNOWN:
                    seen["unknown"] += 1
                    self.person_decides(each, retried=True)
                    self.person_decides(each, retried=False)
        self.time.wait(AFTERWARDS_S[-1])
        self.the_laws_hold()
        assert not [each for each in self.all() if each.state in WAITING], "something is under way for ever"
        seen["examples"] += 1
        seen["effects"] += sum(self.world.made.values()) + sum(map(len, self.world.values.values()))
        seen["lost answers"] += sum(self.world.lost.values())


def _is_over(effect: Effect) -> bool:
    """Whether a creation was made, or a person said that it is not to be."""
    return effect.state is State.DONE or effect.detail.startswith("cancelled by Ирина")


@pytest.fixture
def quick(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Return a store whose file would not survive a power cut, which no example lives through."""
    monkeypatch.setattr(sqlite, "_PRAGMAS", (*sqlite._PRAGMAS, "PRAGMA synchronous=OFF", "PRAGMA journal_mode=MEMORY"))
    with Store.open(database) as opened:
        yield opened


def play(store: Store, monkeypatch: pytest.MonkeyPatch, how: settings) -> None:
    """Let hypothesis play; `seen` tells afterwards what it came to."""
    monkeypatch.setattr(Sending, "store", store, raising=False)
    seen.clear()
    run_state_machine_as_test(Sending, settings=how)


def test_sending_keeps_its_laws(quick: Store, database_kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    many = examples(soak=2_000, short=12 if database_kind == "sqlite" else 4)
    play(quick, monkeypatch, settings(many, stateful_step_count=50 if SOAK else 25))
    print(dict(seen))  # noqa: T201 (the figures of the proof)
    assert seen["effects"] > seen["examples"] / 2, dict(seen)


Scene = tuple[tuple[list[str], float], ...]
"""Runs of Anna: what befalls their calls, and how many seconds after the last one they begin."""

BUGS: tuple[tuple[Callable[[pytest.MonkeyPatch], None], Scene], ...] = (
    (lost_means_not_sent, ((["lost after"], 1), (["none"], 700))),
    (look_at_once, ((["late"], 1), (["none"], 1))),
    (end_without_fence, ((["long pause", "lost after"], 1), (["none"], 70))),
    (send_after_a_pause, ((["long pause", "none"], 1),)),
)
with_each_bug = pytest.mark.parametrize(("bug", "scene"), BUGS, ids=[bug.__name__ for bug, _ in BUGS])
CAUGHT = r"twice|taken over|older value|could be known|nothing happened"


def live_through(scene: Scene) -> None:
    """Let one creation be planned and sent, with all that befalls it, and then two days pass."""
    machine = Sending()
    machine.plan([("deal:1", "todo.create")])
    for script, seconds in scene:
        machine.run("Anna", script, False, seconds, None)
        machine.the_laws_hold()
    machine.teardown()
    assert sum(machine.world.made.values()) == 1


@with_each_bug
def test_a_bug_in_the_sender_is_caught_where_a_sound_one_holds(
    bug: Callable[[pytest.MonkeyPatch], None], scene: Scene, quick: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Sending, "store", quick, raising=False)
    live_through(scene)
    bug(monkeypatch)
    with pytest.raises(AssertionError, match=CAUGHT):
        live_through(scene)


@pytest.mark.soak
@with_each_bug
def test_a_bug_in_the_sender_is_found_by_chance(
    bug: Callable[[pytest.MonkeyPatch], None], scene: Scene, quick: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    bug(monkeypatch)
    how = settings(examples(soak=4_000, short=1), stateful_step_count=25, phases=[Phase.generate])
    with pytest.raises(AssertionError, match=CAUGHT):
        play(quick, monkeypatch, how)
    print(bug.__name__, dict(seen))  # noqa: T201 (the figures of the proof)
