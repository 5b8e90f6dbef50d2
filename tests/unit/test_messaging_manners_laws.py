"""What holds whatever is wished and whatever becomes of it: days are played through a small ledger, and each step is judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from sverka.domain.effects import Answer, State
from sverka.domain.messaging import health
from sverka.domain.messaging.channels import ARRIVED, Delivery
from sverka.domain.messaging.health import Attempt
from sverka.domain.messaging.kinds import KINDS, Sort
from sverka.domain.messaging.manners import decide, decide_all
from sverka.domain.messaging.wishes import (
    RULES,
    ByHand,
    Go,
    Held,
    Manners,
    Past,
    Recipient,
    Sick,
    Silence,
    Told,
    Verdict,
    Wait,
    Wish,
)
from tests.strategies import examples
from tests.unit.messaging_people import ALL_CHANNELS, DAY, DEBT, MIN, MOSCOW, PROMO, at, person, wish

START, END, STEP = at("2026-11-27 00:00"), at("2026-12-01 00:00"), 45 * MIN
"""Friday to Monday."""
ZONES = (None, *map(ZoneInfo, ("Europe/Kaliningrad", "Asia/Yekaterinburg", "Asia/Kamchatka")))
UNASKED = (Sort.CARE, Sort.ADVERT)
MAY_HAVE_GONE = (State.PLANNED, State.CLAIMED, State.DONE, State.UNKNOWN)
OFTEN = (*KINDS, *(kind for kind in KINDS if kind.sort is Sort.CARE), PROMO, DEBT)
Asked = tuple[Wish, Recipient]

TURNS = (
    (Answer.ACCEPTED, Delivery.DELIVERED), (Answer.ACCEPTED, Delivery.ACCEPTED), (Answer.ACCEPTED, Delivery.UNDELIVERABLE),
    (Answer.REFUSED, Delivery.ACCEPTED), (Answer.NOT_EXECUTED, Delivery.ACCEPTED), (Answer.AMBIGUOUS, Delivery.ACCEPTED),
    (Answer.AMBIGUOUS, Delivery.DELIVERED),
)  # fmt: skip
"""What may become of a message: how it was taken, and what is heard of it by the next step."""
STATES = {
    Answer.ACCEPTED: State.DONE, Answer.REFUSED: State.FAILED, Answer.NOT_EXECUTED: State.PLANNED, Answer.AMBIGUOUS: State.UNKNOWN,
}  # fmt: skip


@dataclass
class World:
    """The ledger, the attempts, who asked for silence; turns: what becomes of messages, one after the other."""

    manners: Manners
    turns: Iterator[tuple[Answer, Delivery]]
    silences: tuple[Silence, ...]
    rows: list[Past] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    went: list[tuple[Asked, Go, datetime]] = field(default_factory=list)
    heard: dict[int, Delivery] = field(default_factory=dict)

    def now_knows(self, who: Recipient, now: datetime) -> Recipient:
        """Return a recipient with all silences that anybody asked for by now, theirs or not."""
        return replace(who, silences=tuple(each for each in self.silences if each.since <= now))

    def sick(self, now: datetime) -> list[Sick]:
        ailing = (health.sick([each for each in self.attempts if each.channel == name], now) for name in ALL_CHANNELS)
        return [each for each in ailing if each is not None]

    def past(self, about: Wish, who: Recipient, rows: Sequence[Past]) -> list[Past]:
        return [each for each in rows if each.address in (who.phone, who.email) or each.key == about.key]

    def step(self, asked: Sequence[Asked], now: datetime) -> list[tuple[Asked, Verdict]]:
        """Hear what became of messages, decide, and look once more at each right before it is sent."""
        self.rows = [self._heard_of(each) for each in self.rows]
        known = [(about, self.now_knows(who, now)) for about, who in asked]
        decided = self._decided([each for each in known if not self._send_planned(each, now)], now)
        people = dict(known_by_name(known))
        for about, verdict in decided:
            if isinstance(verdict, Go):
                self.rows.append(planned(about, verdict, now))
        for about, verdict in decided:
            if isinstance(verdict, Go):
                self._send_planned((about, people[about.key]), now)
        return [((about, people[about.key]), verdict) for about, verdict in decided]

    def _heard_of(self, row: Past) -> Past:
        heard = self.heard.get(row.effect_id, Delivery.ACCEPTED)
        is_found = row.state is State.UNKNOWN and heard in ARRIVED
        return replace(row, delivery=heard, state=State.DONE if is_found else row.state)

    def _send_planned(self, asked: Asked, now: datetime) -> bool:
        """Send what is planned for a wish if it still would be; withdraw it otherwise. Return whether it was sent."""
        about, who = asked
        for row in [each for each in self.rows if each.key == about.key and each.state is State.PLANNED]:
            self.rows.remove(row)
            verdict = decide(about, who, self.rows, self.manners, self.sick(now), now, MOSCOW)
            if isinstance(verdict, Go) and (verdict.channel, verdict.again) == (row.channel, row.again):
                self._send(asked, verdict, now)
                return True
        return False

    def _decided(self, known: Sequence[Asked], now: datetime) -> list[tuple[Wish, Verdict]]:
        past = {
            who.key: [row for about, mine in known if mine.key == who.key for row in self.past(about, who, self.rows)]
            for _, who in known
        }
        once = {key: list(dict.fromkeys(rows)) for key, rows in past.items()}
        sick = self.sick(now)
        decided = decide_all(known, once, self.manners, sick, now, MOSCOW)
        assert decide_all(known[::-1], once, self.manners, sick[::-1], now, MOSCOW) == decided
        return decided

    def _send(self, asked: Asked, go: Go, now: datetime) -> None:
        about, (answer, heard) = asked[0], next(self.turns)
        number = len(self.attempts) + 1
        self.heard[number] = heard if go.channel != "email" else Delivery.ACCEPTED
        self._judge(asked, go, now)
        self.attempts.append(Attempt(go.channel, answer, now))
        self.rows.append(replace(planned(about, go, now), state=STATES[answer], effect_id=number))
        self.went.append((asked, go, now))

    def _judge(self, asked: Asked, go: Go, now: datetime) -> None:
        """Judge a message at the moment at which it goes."""
        about, who = asked
        assert about.not_before <= now < about.expires_at
        assert go.address == (who.email if go.channel == "email" else who.phone)
        assert go.channel in self.manners.channels
        mine = [each for each in self.rows if each.key == about.key and each.state in (State.DONE, State.FAILED)]
        assert go.channel not in {each.channel for each in mine}
        assert go.again == len({each.channel for each in mine})
        assert not any(each.delivery in ARRIVED for each in mine)
        assert go.channel not in {each.channel for each in self.sick(now) if each.until > now}
        self._judge_silence(about, who, go, now)
        if about.kind.sort in UNASKED:
            self._judge_restraint(about, who, now)

    def _judge_silence(self, about: Wish, who: Recipient, go: Go, now: datetime) -> None:
        asked = {(each.address, each.scope) for each in self.silences if each.since <= now}
        assert not asked & {(go.address, "all"), (go.address, go.channel)}
        if about.kind.sort is not Sort.SERVICE:
            assert not asked & {(address, scope) for address in (who.phone, who.email) for scope in ("care", "all")}

    def _judge_restraint(self, about: Wish, who: Recipient, now: datetime) -> None:
        theirs = [
            each for each in self.rows
            if each.address in (who.phone, who.email) and each.state in MAY_HAVE_GONE and each.key != about.key
        ]  # fmt: skip
        assert all(now - each.at >= timedelta(minutes=self.manners.gap_min) for each in theirs)
        zone = who.zone or MOSCOW
        today = {each.key for each in theirs if each.at.astimezone(zone).date() == now.astimezone(zone).date()}
        assert len(today) < self.manners.per_day


def planned(about: Wish, go: Go, now: datetime) -> Past:
    kind = about.kind
    return Past(about.key, kind.name, kind.sort, go.channel, go.address, State.PLANNED, now, go.again)


def known_by_name(known: Sequence[Asked]) -> Iterator[tuple[str, Recipient]]:
    return ((about.key, who) for about, who in known)


@st.composite
def people(draw: st.DrawFn) -> list[Recipient]:
    """Three people; the first stands on two cards."""
    found = []
    for number in range(3):
        phone, email = draw(
            st.sampled_from([(True, True), (True, False), (False, True), (False, False)] if number else [(True, True)])
        )
        usual = person(
            key=f"contact:{number}", phone=f"+7916000000{number}" if phone else "", email=f"{number}@mail.example" if email else "",
            prefers=draw(st.sampled_from(["", "sms", "email"])), zone=draw(st.sampled_from(ZONES)), consents_to_adverts=draw(st.booleans()),
            no_account=frozenset(draw(st.sets(st.sampled_from(["max", "whatsapp"]), max_size=2))), in_dispute=draw(st.integers(0, 5)) == 0,
        )  # fmt: skip
        found.append(usual)
    return [*found, replace(found[0], key="client:0")]


@st.composite
def wishes(draw: st.DrawFn, whom: Sequence[Recipient]) -> list[Asked]:
    found: dict[str, Asked] = {}
    for number in range(draw(st.integers(3, 10))):
        kind, who = draw(st.sampled_from(OFTEN)), draw(st.sampled_from([*whom, whom[0], whom[-1]]))
        due = START + draw(st.integers(6, 40)) * timedelta(hours=1)
        about = wish(
            kind, card=f"deal:{number}", recipient=who.key, occasion=due.isoformat(), not_before=due,
            expires_at=due + min(kind.useful, 2 * DAY), zone=draw(st.sampled_from((None, None, MOSCOW))),
        )  # fmt: skip
        found[about.key] = (about, who)
    return list(found.values())


SILENCES = st.lists(
    st.builds(
        Silence,
        st.sampled_from(["+79160000000", "+79160000001", "0@mail.example"]),
        st.sampled_from(["care", "all", "sms", "email"]),
        st.integers(0, 36).map(lambda hours: START + timedelta(hours=hours)),
    ),
    min_size=1,
    max_size=3,
)
MANNERS = st.builds(
    Manners,
    channels=st.permutations(ALL_CHANNELS).map(lambda order: tuple(order[:3])),
    gap_min=st.sampled_from([0, 30, 240]),
    per_day=st.integers(1, 3),
    unknown_zone=st.sampled_from(["company", "anywhere"]),
)
PLAYED = st.tuples(
    people().flatmap(wishes), MANNERS, st.lists(st.sampled_from(TURNS), min_size=1, max_size=12), SILENCES.map(tuple)
)


def play(
    asked: list[Asked], manners: Manners, turns: Any, silences: tuple[Silence, ...]
) -> tuple[World, dict[str, Verdict]]:
    """Play four days; what has come to an end is asked no more."""
    world, ends = World(manners, cycle(turns), silences), dict[str, Verdict]()
    now = START
    while now <= END:
        living = [each for each in asked if not isinstance(ends.get(each[0].key), Told | Held | ByHand)]
        for (about, _), verdict in world.step(living, now):
            ends[about.key] = verdict
            assert not isinstance(verdict, Wait) or verdict.until is None or verdict.until > now
            assert getattr(verdict, "rule", "hours") in RULES
        now += STEP
    return world, ends


@given(PLAYED)
@examples(soak=600, short=30)
def test_through_any_days_people_are_left_in_peace_and_every_wish_comes_to_an_end(played: tuple[Any, ...]) -> None:
    world, ends = play(*played)
    assert set(ends) == {about.key for about, _ in played[0]}
    open_ = {key: each for key, each in ends.items() if not isinstance(each, Told | Held | ByHand)}
    assert all(isinstance(each, Wait) and each.rule in ("pending", "not_sure") for each in open_.values()), open_
    for asked, _, moment in world.went:
        assert is_fit(world.manners, asked, moment), (asked, moment)
    for _, who in played[0]:
        assert all(len(keys) <= world.manners.per_day for keys in care_by_day(world, who))


def care_by_day(world: World, who: Recipient) -> list[set[str]]:
    """Return which messages of care one person may have got, day by day of theirs."""
    days: dict[Any, set[str]] = {}
    for row in world.rows:
        if row.address in (who.phone, who.email) and row.sort in UNASKED and row.state in MAY_HAVE_GONE:
            days.setdefault(row.at.astimezone(who.zone or MOSCOW).date(), set()).add(row.key)
    return list(days.values())


def is_fit(manners: Manners, asked: Asked, moment: datetime) -> bool:
    """Whether it was a fit hour, by the clock on the wall of whoever got it."""
    about, who = asked
    zone = about.zone or who.zone
    if zone is None and manners.unknown_zone == "anywhere":
        east, west = (moment.astimezone(ZoneInfo(name)) for name in ("Asia/Kamchatka", "Europe/Kaliningrad"))
        opens, closes = (9, 20) if east.weekday() >= 5 else (8, 22)
        if not (opens <= west.hour and east.hour < closes):
            return False
    there = moment.astimezone(zone or MOSCOW)
    opens, closes = {Sort.SERVICE: (8, 21)}.get(about.kind.sort, (10, 19))
    return opens <= there.hour < closes
