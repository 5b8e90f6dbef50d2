"""Whether clients were told of their visits as they should be, judged from what providers took and from what people did.

It knows the promises (H5, H8) and the table in which the worker says why it kept silent; of the rules by which it decides, nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Moscow")
BOOKED, CANCELLED, EVE, SOON, THANKS = "visit_booked", "visit_cancelled", "visit_eve", "visit_soon", "thanks_review"
_WORDS = (
    ("отзыв", THANKS),
    ("отмен", CANCELLED),
    ("завтра", EVE),
    ("сегодня", SOON),
    ("записан", BOOKED),
    ("перенес", BOOKED),
)
"""What a message is about, by its words; the first that fits."""
_MONTHS = {"ноября": 11, "декабря": 12, "января": 1}
_TOGETHER = timedelta(minutes=9)
"""Nothing else is told of a visit for ten minutes after it was told of; less, for the minutes until a message is taken."""
_PATIENCE, _HEARD_WITHIN = timedelta(minutes=30), timedelta(minutes=10)
_LOOKED_UP_WITHIN = timedelta(minutes=12)
_MESSENGERS = {"max": "green_api", "whatsapp": "green_api", "sms": "smsc"}


@dataclass(frozen=True)
class Chapter:
    """What held for a visit since a moment: when it is to be, None if it is not (lost), or how the deal ended (won)."""

    since: datetime
    at: datetime | None
    won: bool = False


@dataclass
class Story:
    """A client with the deal and all that held for it. habits: channel → how the phone behaves there; no phone or mailbox: ""."""

    deal: int
    phone: str
    mail: str
    habits: Mapping[str, str]
    chapters: list[Chapter]
    stopped: dict[str, datetime] = field(default_factory=dict)
    """Channel → when the client asked by it for silence."""

    def number_at(self, moment: datetime) -> int:
        """Return which chapter held at a moment."""
        return max(place for place, each in enumerate(self.chapters) if each.since <= moment)

    def end_of(self, place: int) -> datetime:
        """Return when a chapter ended."""
        return self.chapters[place + 1].since if place + 1 < len(self.chapters) else datetime.max.replace(tzinfo=ZONE)


@dataclass(frozen=True)
class Taken:
    """A message that a provider took."""

    to: str
    channel: str
    text: str
    at: datetime

    @property
    def kind(self) -> str:
        """What it is about."""
        return next((kind for word, kind in _WORDS if word in self.text.replace("ё", "е")), "?")

    def moment(self, year: int) -> datetime:
        """Return the visit of which it speaks: the last day and hour that it names."""
        number, month = re.findall(r"(\d{1,2})\s+(ноября|декабря|января)", self.text)[-1]
        hour, minute = re.findall(r"\b(\d{1,2}):(\d\d)\b", self.text)[-1]
        year += _MONTHS[month] == 1
        return datetime(year, _MONTHS[month], int(number), int(hour), int(minute), tzinfo=ZONE)


@dataclass(frozen=True)
class Kept:
    """A row of the table in which the worker says what became of a message. moment: the visit's, "" for none."""

    deal: int
    kind: str
    moment: str
    verdict: str
    rule: str


@dataclass(frozen=True)
class Unknown:
    """A message of which the worker says that nobody can know whether it went. is_asked: whether a person was asked to decide."""

    deal: int
    kind: str
    moment: str
    system: str
    is_asked: bool


@dataclass
class Records:
    """All that is judged.

    came: what phones received, and when. outages: (system, from, until). ticks: when which job went through. until: the end.
    killed: when a run began that was killed. asked: what people were asked to tell clients, each sent to the number of its deal.
    """

    stories: Sequence[Story]
    taken: Sequence[Taken]
    came: Sequence[Taken]
    kept: Sequence[Kept]
    ticks: Mapping[str, Sequence[datetime]]
    outages: Sequence[tuple[str, datetime, datetime]]
    until: datetime
    killed: Sequence[datetime] = ()
    asked: Sequence[Taken] = ()
    unknown: Sequence[Unknown] = ()

    def is_out(self, system: str, since: datetime, until: datetime) -> bool:
        """Whether a system was in trouble at any time of a stretch, or a quarter of an hour before it."""
        return any(
            name == system and begin < until and since < end + timedelta(minutes=15)
            for name, begin, end in self.outages
        )

    def was_killed_before(self, moment: datetime) -> bool:
        """Whether a run was killed so shortly before a moment that what it had begun could not be looked up any more."""
        return any(moment - _LOOKED_UP_WITHIN < each < moment for each in self.killed)

    def was_there(self, job: str, since: datetime, until: datetime) -> bool:
        """Whether the worker looked in a stretch."""
        return any(since <= each < until for each in self.ticks[job])


def troubles(records: Records) -> list[str]:
    """Return everything that should not have been."""
    found = [trouble for story in records.stories for trouble in _of(records, story)]
    known = {each for story in records.stories for each in (story.phone, story.mail) if each}
    strangers = [f"a stranger got {each}" for each in records.taken if each.to not in known]
    return found + strangers + [what for each in records.unknown for what in _not_to_be_known(each)]


def _not_to_be_known(unknown: Unknown) -> Iterator[str]:
    """Yield what is wrong with a message's being unknown: of a letter nothing can be asked, of all others the provider."""
    if unknown.system != "mail":
        yield f"could have been looked up: {unknown}"
    if not unknown.is_asked:
        yield f"nobody was asked: {unknown}"


def _of(records: Records, story: Story) -> Iterator[str]:
    mine = [each for each in records.taken if each.to in (story.phone, story.mail)]
    asked = [each for each in records.asked if each.to == str(story.deal)]
    by_meaning: dict[tuple[str, int], list[Taken]] = {}
    for each in mine:
        for what in (*_ill_timed(each), *_untrue(story, each), *_unwelcome(story, each)):
            yield f"deal {story.deal}: {what}: {each}"
        by_meaning.setdefault((each.kind, story.number_at(each.at)), []).append(each)
    for (kind, place), each_way in by_meaning.items():
        for what in _repeated(records, story, each_way):
            yield f"deal {story.deal}, {kind}, chapter {place}: {what}: {each_way}"
    yield from _one_by_one(
        records, story, [min(each_way, key=lambda each: each.at) for each_way in by_meaning.values()]
    )
    yield from _in_hand(story, mine, [each for each in records.came if each.to == story.phone])
    for place, chapter in enumerate(story.chapters):
        for due in _due(story, place, chapter, mine):
            if (due.kind, place) in by_meaning or _is_known(story, [*mine, *asked], due, chapter):
                continue
            if what := _unexplained(records, story, place, due):
                yield f"deal {story.deal}, chapter {place} {chapter}, {due}: {what}"


def _one_by_one(records: Records, story: Story, told: Sequence[Taken]) -> Iterator[str]:
    """Yield what might have been told together: the first messages of two meanings within a few minutes."""
    for first, second in pairwise(sorted(told, key=lambda each: each.at)):
        is_troubled = any(records.is_out(name, first.at, second.at) for name in (*_MESSENGERS.values(), "mail"))
        is_killed = records.was_killed_before(second.at)
        if (
            second.kind in (BOOKED, CANCELLED)
            and second.at - first.at < _TOGETHER
            and not is_troubled
            and not is_killed
        ):
            yield f"deal {story.deal}: not told together: {first} and {second}"


def _is_known(story: Story, heard: Sequence[Taken], due: Due, chapter: Chapter) -> bool:
    """Whether the client was told just that before, and nothing else since."""
    told = [each for each in heard if each.at < due.since and each.kind != THANKS]
    year = story.chapters[0].since.year
    same = [each.at for each in told if each.kind == due.kind and each.moment(year) == chapter.at]
    other = [
        each.at for each in told if each.kind == CANCELLED or (each.kind == BOOKED and each.moment(year) != chapter.at)
    ]
    return bool(same) and not any(at > max(same) for at in other)


def _in_hand(story: Story, mine: Sequence[Taken], came: Sequence[Taken]) -> Iterator[str]:
    """Yield what is wrong with what lies in the phone: nothing comes twice, or when the visit is over."""
    sent = Counter((each.channel, each.text) for each in mine)
    for what, times in Counter((each.channel, each.text) for each in came).items():
        if times > sent[what]:
            yield f"deal {story.deal}: came {times} times, was sent {sent[what]} times: {what}"
    for each in came:
        if each.kind != THANKS and each.moment(story.chapters[0].since.year) <= each.at:
            yield f"deal {story.deal}: came after the visit: {each}"


def _ill_timed(taken: Taken) -> Iterator[str]:
    first, last = (10, 19) if taken.kind == THANKS else (8, 21)
    if not time(first) <= taken.at.astimezone(ZONE).time() < time(last):
        yield "not at that hour"


def _untrue(story: Story, taken: Taken) -> Iterator[str]:
    place = story.number_at(taken.at)
    chapter, local = story.chapters[place], taken.at.astimezone(ZONE)
    if taken.kind == THANKS:
        noon = datetime.combine(chapter.since.astimezone(ZONE) + timedelta(days=1), time(12), ZONE)
        if not chapter.won or not noon <= local < noon + timedelta(days=2):
            yield "not the time of thanks"
        return
    moment = taken.moment(story.chapters[0].since.year)
    if taken.kind == CANCELLED:
        if chapter.at is not None or moment not in [each.at for each in story.chapters[:place]] or moment <= local:
            yield "nothing was cancelled"
    elif moment != chapter.at or chapter.won:
        yield f"stale, the visit is at {chapter.at}"
    elif moment <= local:
        yield "after the visit"
    elif taken.kind == EVE and not (local.date() + timedelta(days=1) == moment.date() and time(19) <= local.time()):
        yield "not the eve"
    elif taken.kind == SOON and not timedelta(minutes=74) <= moment - local <= timedelta(hours=2):
        yield "not two hours before"
    elif taken.kind == "?":
        yield "nobody knows what it says"


def _unwelcome(story: Story, taken: Taken) -> Iterator[str]:
    asked = story.stopped.get(taken.channel)
    if asked is not None and taken.at > asked:
        yield "they asked for silence"
    elif taken.kind == THANKS and any(taken.at > each for each in story.stopped.values()):
        yield "they asked for no more than what concerns their visits"


def _repeated(records: Records, story: Story, each_way: Sequence[Taken]) -> Iterator[str]:
    if len({each.channel for each in each_way}) < len(each_way):
        yield "twice by one channel"
    for first, second in pairwise(each_way):
        habit = story.habits.get(first.channel, "usual")
        if second.at - first.at < _PATIENCE and habit in ("usual", "off"):
            yield "the next channel before the first one's time was over"
        is_heard_of = not records.is_out(_MESSENGERS[first.channel], first.at, second.at)
        if habit == "usual" and is_heard_of and second.at - first.at > _HEARD_WITHIN:
            yield "once more, though it had come"


@dataclass(frozen=True)
class Due:
    """What was due of a chapter, of which visit (None for thanks), from when and until when, and whose business it is."""

    kind: str
    visit_at: datetime | None
    since: datetime
    until: datetime
    job: str = "visits"


def _due(story: Story, place: int, chapter: Chapter, heard: Sequence[Taken]) -> Iterator[Due]:
    """Yield what was due of a chapter.

    heard: the messages that the client was sent; what a person was asked to say is taken back with the to-do, and nobody has said it.
    """
    end, at = story.end_of(place), chapter.at
    if chapter.won:
        noon = datetime.combine(chapter.since.astimezone(ZONE) + timedelta(days=1), time(12), ZONE)
        yield Due(THANKS, None, noon, min(end, datetime.combine(noon, time(19), ZONE)), "reviews")
    elif at is None:
        expected = _expected(story, [each for each in heard if each.at < chapter.since])
        if expected is not None:
            yield Due(CANCELLED, expected, _fit(chapter.since), min(end, expected))
    else:
        eve = datetime.combine(at.astimezone(ZONE) - timedelta(days=1), time(19), ZONE)
        before = at - timedelta(hours=2)
        yield Due(BOOKED, at, _fit(chapter.since), min(end, before))
        yield Due(EVE, at, max(eve, chapter.since), min(end, eve + timedelta(hours=2)))
        yield Due(SOON, at, max(before, chapter.since), min(end, before + timedelta(minutes=45)))


def _expected(story: Story, heard: Sequence[Taken]) -> datetime | None:
    """Return the visit to which the client means to come by what was said last, None for none."""
    said = [each for each in heard if each.kind != THANKS]
    last = max(said, key=lambda each: each.at, default=None)
    return None if last is None or last.kind == CANCELLED else last.moment(story.chapters[0].since.year)


def _fit(moment: datetime) -> datetime:
    """Return the first moment from one on at which people may be written to."""
    local = moment.astimezone(ZONE)
    if local.time() < time(8):
        return datetime.combine(local, time(8), ZONE)
    return moment if local.time() < time(21) else datetime.combine(local + timedelta(days=1), time(8), ZONE)


def _unexplained(records: Records, story: Story, place: int, due: Due) -> str:
    """Return what is wrong with nothing having gone, "" if that was right and the table says why."""
    since, until = due.since, due.until
    if since >= min(until, records.until) or not records.was_there(due.job, since, min(until, records.until)):
        return ""
    moment = due.visit_at.astimezone(ZONE).isoformat(timespec="minutes") if due.visit_at else ""
    rows = [each for each in records.kept if (each.deal, each.kind, each.moment) == (story.deal, due.kind, moment)]
    if not rows:
        return "nobody was told, and nobody says why"
    return (
        ""
        if any(_is_true(records, story, place, row, since, until) for row in rows)
        else f"not for these reasons: {rows}, {story}"
    )


def _is_true(records: Records, story: Story, place: int, row: Kept, since: datetime, until: datetime) -> bool:
    """Whether the reason that the worker names holds."""
    chapter = story.chapters[place]
    asked = [each for each in records.asked if each.to == str(story.deal)]
    heard = [*(each for each in records.taken if each.to in (story.phone, story.mail)), *asked]
    told = [each.at for each in heard if each.kind == BOOKED]
    is_troubled = any(records.is_out(system, since, until) for system in {*_MESSENGERS.values(), "bitrix24"})
    is_killed = records.was_killed_before(min(until, records.until))
    is_troubled = is_troubled or is_killed
    mine = [
        channel
        for channel in _MESSENGERS
        if story.phone.startswith("+79") and story.habits.get(channel) != "no_account"
    ]
    near = {EVE: timedelta(hours=4), SOON: timedelta(hours=2)}.get(row.kind, timedelta())
    nobody = not mine and not story.mail
    in_vain = not story.mail and all(channel in story.habits for channel in mine)
    is_asked = row.kind == THANKS or any(each.kind == row.kind and chapter.since <= each.at for each in asked)
    is_unsure = any((each.deal, each.kind, each.moment) == (row.deal, row.kind, row.moment) for each in records.unknown)
    latest = _fit(since) + (until - since)
    looked = min((each for each in records.ticks["visits"] if each >= since), default=since)
    reasons = {
        "no_address": nobody and is_asked, "nowhere": in_vain and is_asked,
        "just_told": is_killed or any(since - near <= each < latest for each in told),
        "early_visit": chapter.at is not None and chapter.at.astimezone(ZONE).time() < time(10),
        "hours": _fit(looked) >= min(until, records.until),
        "opted_out": bool(story.stopped), "too_late": is_troubled or nobody or in_vain, "withdrawn": story.end_of(place) <= until,
        "all_sick": is_troubled and until > records.until, "pending": is_troubled and until > records.until,
    }  # fmt: skip
    is_said = (nobody or in_vain) and any(each.kind == row.kind and since <= each.at < until for each in asked)
    return is_unsure or is_said or reasons.get(row.rule, False)
