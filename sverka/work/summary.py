"""What today's letters may tell, read from the store in one go.

Belongs here: which rows a letter rests on, and whose they are. Does not belong here: what counts as done, asked or worth a notice
(`sverka.domain.digest_facts`), the numbers (`sverka.work.numbers`), and any wording (`sverka.messages`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from sverka.domain import digest_facts as facts
from sverka.domain.actions import KIND_BY_NAME, card_of
from sverka.domain.digest import Aged, Period, Source, Standing
from sverka.domain.digest_facts import Matter
from sverka.domain.digest_receivables import Books, Receivables, receivables
from sverka.domain.digest_values import DealLink, Income, Payment, Pick, Work
from sverka.domain.done import Done, Move, done, is_change, move_of
from sverka.domain.effects import Effect, State
from sverka.domain.messaging.talked import Message, Talked, outages
from sverka.domain.messaging.talked import talked as counted
from sverka.domain.plan import Skip
from sverka.domain.report import Days
from sverka.domain.rows import Deal, Stage, User
from sverka.domain.tally import Tally
from sverka.messages.masking import shown, title
from sverka.store import findings, mirror, outbox, runs
from sverka.store.engine import Transaction
from sverka.store.findings import OpenFinding
from sverka.work import income as payments
from sverka.work import numbers, picking, sales, talked
from sverka.work import receivables as debts
from sverka.work.desk import Desk
from sverka.work.sales import Sales
from sverka.work.talked import Talks

_NAME_LIMIT = 60
_LONGEST = timedelta(days=32)
"""No letter tells of what is older."""

_LETTERS_LOOKED_AT = 12
"""So many of a reader's last letters: those of a week, and some that were cancelled."""

_WEEK = timedelta(weeks=1)

_JOBS_THAT_LOOK = ("agreement", "sweep")


@dataclass(frozen=True)
class Covered:
    """Where a reader's last letter ended: the day it was for, and the moment up to which it told, real and of business.

    at: None for a letter that does not say.
    """

    day: date
    until: datetime
    at: datetime | None = None


@dataclass(frozen=True)
class History:
    """What is known of a reader's earlier letters of one kind.

    last: of those that reached the reader. is_written: whether today's was planned; one that was refused is not written again that day.
    week_ago: the figures that the letter of a week ago left to be compared with.
    """

    last: Covered | None = None
    is_written: bool = False
    week_ago: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """A deal that a letter may name, and the name of who is responsible for it."""

    row: Deal
    link: DealLink
    manager: str


@dataclass(frozen=True)
class Day:
    """Everything that the letters of a day may tell. Deals are known by their subject (`deal:71`).

    now: the company's local time; until: the real moment of the reading; effects: whatever ended or hangs, however long ago.
    """

    company: str
    now: datetime
    until: datetime
    sources: tuple[Source, ...]
    standing: Standing
    lost_orders: Tally
    deals: Mapping[str, Known]
    held: tuple[tuple[str, Aged], ...]
    """Subject of the deal, and what is held for it."""
    matters: tuple[Matter, ...]
    effects: tuple[Effect, ...]
    moves: Mapping[int, Move]
    """Id of an effect that moved a deal → where to."""
    skips: tuple[Skip, ...]
    users: tuple[User, ...]
    sales: Sales
    payments: tuple[Payment, ...]
    """Of the last weeks, and of yesterday's month."""
    picks: tuple[Pick, ...]
    answer_field: str
    talks: Talks
    """Messages to clients."""
    books: Books | None = None
    """What is owed by 1C's books; None for a company that chases no debts there."""


def read(desk: Desk, now: datetime, until: datetime, sources: Mapping[str, str]) -> Day:
    """Read the day. now: business time; until: real time; sources: names of the portal's sources of deals, by code."""
    local = now.astimezone(desk.policy.zone)
    books = debts.read(desk, local)
    with desk.store.reading() as tx:
        found, held = _undecided(tx, desk.company, local), numbers.held(tx, desk.company)
        effects, skips = _effects(tx, desk.company, until), _skips(tx, desk.company)
        talks = talked.read(tx, desk.company, local, until, _LONGEST, effects)
        users = {
            user.ext_id: replace(user, name=shown(user.name, _NAME_LIMIT))
            for user in mirror.where(tx, desk.company, User)
        }
        subjects = {each.finding.subject for each in found} | {each.subject for each in held}
        subjects |= {effect.subject for effect in effects} | {skip.subject for skip in skips} | talks.cards
        deals = _deals(tx, desk, subjects, users)
        standing, lost_orders = numbers.standing(tx, desk)
        return Day(
            company=desk.policy.title, now=local, until=until, sources=numbers.sources(tx, desk, until),
            standing=standing, lost_orders=lost_orders, deals=deals,
            held=tuple((each.subject, each.aged(deals[each.subject].link, local)) for each in held if each.subject in deals),
            matters=tuple(_matter(each, deals, local) for each in found), effects=effects, moves=_moves(tx, desk, effects), skips=skips,
            users=tuple(users.values()), sales=sales.read(tx, desk, local.date(), users.values(), sources),
            payments=payments.read(tx, desk, local.date() - _LONGEST, desk.policy.zone), picks=picking.read(tx, desk, local, until),
            answer_field=desk.field_titles.get("deal", {}).get("answer", ""),
            talks=replace(talks, deals={key: (known.link, known.row.responsible_id) for key, known in deals.items()}), books=books,
        )  # fmt: skip


def history(desk: Desk, letter: str, person: str, today: date, instead: tuple[str, str] | None = None) -> History:
    """Return what is known of a reader's earlier letters of one kind (`owner`, `manager`, …).

    instead: (letter, person) whose last letter says where to begin for somebody who had none.
    """
    with desk.store.reading() as tx:
        ours = _letters(tx, desk.company, letter, person)
        gone = [row for row in ours if row.state is State.DONE]
        others = _letters(tx, desk.company, *instead) if instead and not gone else []
    last = next((row for row in (*gone, *others) if row.state is State.DONE), None)
    before = next((row for row in gone if row.payload["day"] == (today - _WEEK).isoformat()), None)
    return History(
        last=_covered(last) if last else None,
        is_written=any(
            row.payload["day"] == today.isoformat() and row.state not in (State.CANCELLED, State.EXPIRED)
            for row in ours
        ),
        week_ago=before.payload["figures"] if before else {},
    )


def _letters(tx: Transaction, company: str, letter: str, person: str) -> list[Effect]:
    """Return a reader's latest letters of a kind, the last one first."""
    rows = outbox.listing(tx, company, subject=f"person:{person}", limit=_LETTERS_LOOKED_AT)
    return [row for row in rows if row.payload.get("letter") == letter]


def _covered(row: Effect) -> Covered:
    told_to = row.payload["figures"].get("told_to_s")
    return Covered(
        date.fromisoformat(row.payload["day"]), datetime.fromisoformat(row.payload["until"]),
        None if told_to is None else datetime.fromtimestamp(told_to, UTC),
    )  # fmt: skip


def period(day: Day, last: Covered | None) -> Period:
    """Return the days that a letter covers."""
    return Period(last.day if last else None, day.now.date())


def is_weekly(day: Day, last: Covered | None) -> bool:
    """Whether it is Monday, or the reader has had no letter since."""
    today = day.now.date()
    monday = today - timedelta(days=today.weekday())
    return today == monday or last is None or last.day < monday


def since(day: Day, last: Covered | None) -> list[Effect]:
    """Return what ended or hangs since a reader's last letter."""
    return [effect for effect in day.effects if effect.claimed_at and (last is None or effect.claimed_at > last.until)]


def done_of(day: Day, effects: Iterable[Effect]) -> Done:
    """Count what really changed."""
    return done(effects, lambda effect: day.moves[effect.id])


def messages(day: Day, last: Covered | None) -> tuple[Message, ...]:
    """Return the messages to clients that a letter tells of."""
    if last is None:
        return talked.told(day.talks, {effect.id for effect in day.effects}, None)
    decided_since = last.at or last.until + (day.now - day.until)
    return talked.told(day.talks, {effect.id for effect in since(day, last)}, decided_since)


def talked_of(day: Day, told: Iterable[Message], last: Covered | None) -> Talked:
    """Count messages to clients, and say which channels carried nothing since a reader's last letter."""
    return counted(told, outages(day.talks.attempts, last.until + (day.now - day.until) if last else None))


def income(day: Day, last: Covered | None) -> Income:
    """Return the money of yesterday, or of the days since a reader's last letter, and of yesterday's month."""
    days = _days(day, last)
    yesterday = days.last
    told = tuple(each for each in day.payments if days.first <= each.on <= days.last)
    month = [each for each in day.payments if yesterday.replace(day=1) <= each.on <= yesterday]
    return Income(days, told, Tally(len(month), sum(each.sum_kopecks for each in month)))


def owed(day: Day, history: History, person: str = "") -> Receivables | None:
    """Return what is owed by 1C's books, to whoever a user is responsible for if one is named; None for a company without 1C."""
    if day.books is None:
        return None
    books = day.books.of(person) if person else day.books
    return receivables(books, _days(day, history.last), history.week_ago.get("overdue_kopecks"))


def _days(day: Day, last: Covered | None) -> Days:
    """Return yesterday, or the days since a reader's last letter until then."""
    yesterday = day.now.date() - timedelta(days=1)
    return Days(min(last.day if last else yesterday, yesterday), yesterday)


def works(day: Day, effects: Iterable[Effect]) -> tuple[Work, ...]:
    """Return what really changed, one by one, in the order in which it was done."""
    changed = sorted(
        ((effect.claimed_at, effect) for effect in effects if effect.claimed_at and is_change(effect)),
        key=lambda each: (each[0], each[1].id),
    )
    return tuple(
        Work(
            at.astimezone(day.now.tzinfo), shown(effect.reason), effect.money_kopecks,
            day.deals[effect.subject].link if effect.subject in day.deals else None,
        )
        for at, effect in changed
    )  # fmt: skip


def _effects(tx: Transaction, company: str, until: datetime) -> tuple[Effect, ...]:
    """Return what ended in the last weeks, and what hangs; the daily letters themselves left out."""
    ended = outbox.ended(tx, company, until - _LONGEST, until + timedelta(seconds=1))
    unknown = [effect for effect in outbox.open_ends(tx, company) if effect.state is State.UNKNOWN]
    return tuple(
        _about_its_deal(effect) for effect in (*ended, *unknown) if KIND_BY_NAME[effect.kind].rule != "letters"
    )


def _about_its_deal(effect: Effect) -> Effect:
    """Return an effect under the deal that it made, or wrote to the client about."""
    made = effect.kind == "deal.create" and effect.external_id
    return replace(effect, subject=f"deal:{effect.external_id}" if made else card_of(effect.subject))


def _moves(tx: Transaction, desk: Desk, effects: Iterable[Effect]) -> dict[int, Move]:
    stages = {stage.ext_id: stage for stage in mirror.where(tx, desk.company, Stage)}
    moved = [effect for effect in effects if effect.kind == "deal.stage"]
    return {effect.id: move_of(effect, stages, desk.policy.table) for effect in moved}


def _skips(tx: Transaction, company: str) -> tuple[Skip, ...]:
    """Return what the last run that looked at the deals left alone."""
    done = [
        run for job in _JOBS_THAT_LOOK for run in runs.history(tx, 5, company, job) if run.outcome in ("done", "held")
    ]
    last = max(done, key=lambda run: run.id, default=None)
    return tuple(dict.fromkeys(runs.skips(tx, last.id))) if last else ()


def _deals(tx: Transaction, desk: Desk, subjects: Iterable[str], users: Mapping[str, User]) -> dict[str, Known]:
    ids = sorted({subject.removeprefix("deal:") for subject in subjects if subject.startswith("deal:")})
    names = {user_id: user.name for user_id, user in users.items()}
    return {
        f"deal:{row.ext_id}": Known(
            row, DealLink(title(row.title), desk.portal.card_url(row.ext_id)), names.get(row.responsible_id, "")
        )
        for row in mirror.by_ids(tx, desk.company, Deal, ids).values()
    }


def _undecided(tx: Transaction, company: str, now: datetime) -> Sequence[OpenFinding]:
    """Return the open findings about which nobody has decided anything that still holds."""
    found = findings.open_items(tx, company)
    answers = findings.answers(tx, company, [each.finding.subject for each in found], now)
    return [each for each in found if each.finding.key not in answers]


def _matter(each: OpenFinding, deals: Mapping[str, Known], now: datetime) -> Matter:
    finding, known = each.finding, deals.get(each.finding.subject)
    aspect, _, thing = finding.aspect.partition(" ")
    product = title(thing) if aspect == "product" else ""
    since = _began(each, known.row if known else None).astimezone(now.tzinfo).date()
    if known is None:
        return Matter(
            each.id, finding, shown(finding.text), since, finding.money_kopecks, client=finding.subject, thing=product
        )
    text = finding.text.replace(f"«{known.row.title}»", f"«{known.link.title}»")
    return Matter(
        each.id, finding, shown(text), since, finding.money_kopecks or known.row.opportunity_kopecks,
        deal=known.link, client=known.row.client_key, thing=product, manager=known.manager,
    )  # fmt: skip


def _began(each: OpenFinding, deal: Deal | None) -> datetime:
    """Return since when something is so: what people are late with, at the latest since the deal came to its stage."""
    if deal is None or deal.moved_at is None or not facts.is_about_people(each.finding):
        return each.first_at
    return min(each.first_at, deal.moved_at)
