"""What today's letters may tell, read from the store in one go, and each reader's share of it.

Belongs here: which rows a letter rests on, and whose they are. Does not belong here: what counts as done, asked or worth a notice
(`sverka.domain.digest_facts`), the numbers (`sverka.work.numbers`), and any wording (`sverka.messages`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sverka.domain import digest_facts as facts
from sverka.domain.digest import Aged, DealLink, ManagerDigest, OwnerDigest, Period, Source, Standing, Troubles
from sverka.domain.digest_facts import Matter
from sverka.domain.done import Done, Move, done, is_change, move_of
from sverka.domain.effects import Effect, State
from sverka.domain.notices import of_deal
from sverka.domain.plan import Skip
from sverka.domain.report import Score
from sverka.domain.rows import Deal, Stage, User
from sverka.domain.tally import Tally
from sverka.messages.masking import shown, title
from sverka.store import findings, mirror, outbox, runs
from sverka.store.engine import Transaction
from sverka.store.findings import OpenFinding
from sverka.work import numbers, sales
from sverka.work.desk import Desk
from sverka.work.sales import Sales

OLD_RESERVE_DAYS = 14
"""From then on a manager is reminded of goods that they hold."""

_NAME_LIMIT = 60
_LONGEST = timedelta(days=31)
"""No letter tells of what is older."""

_LETTERS_OF_A_DAY = 10
"""One, and those that were cancelled."""

_JOBS_THAT_LOOK = ("agreement", "sweep")


@dataclass(frozen=True)
class Covered:
    """Where a reader's last letter ended: the day it was for, and the real moment up to which it told."""

    day: date
    until: datetime


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
    answer_field: str


def read(desk: Desk, now: datetime, until: datetime, sources: Mapping[str, str]) -> Day:
    """Read the day. now: business time; until: real time; sources: names of the portal's sources of deals, by code."""
    local = now.astimezone(desk.policy.zone)
    with desk.store.reading() as tx:
        found, held = _undecided(tx, desk.company, local), numbers.held(tx, desk.company)
        effects, skips = _effects(tx, desk.company, until), _skips(tx, desk.company)
        users = {
            user.ext_id: replace(user, name=shown(user.name, _NAME_LIMIT))
            for user in mirror.where(tx, desk.company, User)
        }
        subjects = {each.finding.subject for each in found} | {each.subject for each in held}
        subjects |= {effect.subject for effect in effects} | {skip.subject for skip in skips}
        deals = _deals(tx, desk, subjects, users)
        standing, lost_orders = numbers.standing(tx, desk)
        return Day(
            company=desk.policy.title, now=local, until=until, sources=numbers.sources(tx, desk, until),
            standing=standing, lost_orders=lost_orders, deals=deals,
            held=tuple((each.subject, each.aged(deals[each.subject].link, local)) for each in held if each.subject in deals),
            matters=tuple(_matter(each, deals, local) for each in found), effects=effects, moves=_moves(tx, desk, effects), skips=skips,
            users=tuple(users.values()), sales=sales.read(tx, desk, local.date(), users.values(), sources),
            answer_field=desk.field_titles.get("deal", {}).get("answer", ""),
        )  # fmt: skip


def owner(day: Day, name: str, last: Covered | None) -> OwnerDigest:
    """Return the owner's letter; the first one of a week brings the report, the others what became of yesterday."""
    ended, weekly = _since(day, last), _is_weekly(day, last)
    told = frozenset(each.finding.subject for each in day.matters if each.finding.asks or facts.is_told(each.finding))
    links = {subject: known.link for subject, known in day.deals.items()}
    return OwnerDigest(
        name=name, company=day.company, now=day.now, sources=day.sources, period=_period(day, last), standing=day.standing,
        answer_field=day.answer_field,
        reserves=facts.aging([reserve for _, reserve in day.held]), debts=facts.aging(facts.debts(day.matters, day.now.date())),
        lost_orders=day.lost_orders, questions=facts.questions(day.matters), delays=facts.delays(day.matters, grouped=True),
        notices=facts.notices(day.matters, grouped=True), done=_done(day, ended), left_alone=facts.left_alone(day.skips, links, told),
        troubles=_troubles(ended, day.effects),
        yesterday=Score() if weekly else day.sales.yesterday, report=day.sales.report if weekly else None,
    )  # fmt: skip


def manager(day: Day, user: User, last: Covered | None) -> ManagerDigest:
    """Return a manager's letter: what concerns the deals that the person is responsible for."""
    mine = {subject for subject, known in day.deals.items() if known.row.responsible_id == user.ext_id}
    matters = [replace(matter, manager="") for matter in day.matters if matter.finding.subject in mine]
    ended = [effect for effect in _since(day, last) if effect.subject in mine]
    changed = dict.fromkeys(day.deals[effect.subject].link for effect in ended if is_change(effect))
    old = [reserve for subject, reserve in day.held if subject in mine and reserve.days > OLD_RESERVE_DAYS]
    return ManagerDigest(
        name=user.name, now=day.now, sources=day.sources, period=_period(day, last), answer_field=day.answer_field,
        questions=facts.questions(matters), delays=facts.delays(matters, grouped=False), notices=facts.notices(matters, grouped=False),
        done=_done(day, ended), done_deals=tuple(changed), debts=facts.debts(matters, day.now.date()), old_reserves=facts.oldest_first(old),
    )  # fmt: skip


def covered(desk: Desk, reader: str) -> Covered | None:
    """Return where the last letter that reached a reader (`person:6`) ended; None if there was none."""
    with desk.store.reading() as tx:
        last = outbox.listing(tx, desk.company, states=(State.DONE,), subject=reader, limit=1)
    if not last:
        return None
    return Covered(date.fromisoformat(last[0].payload["day"]), datetime.fromisoformat(last[0].payload["until"]))


def has_letter(desk: Desk, reader: str, day: date) -> bool:
    """Say whether a reader's letter for a day was written; one that was refused is not written again that day."""
    with desk.store.reading() as tx:
        letters = outbox.listing(tx, desk.company, subject=reader, limit=_LETTERS_OF_A_DAY)
    return any(
        each.payload["day"] == day.isoformat() and each.state not in (State.CANCELLED, State.EXPIRED)
        for each in letters
    )


def _period(day: Day, last: Covered | None) -> Period:
    return Period(last.day if last else None, day.now.date())


def _is_weekly(day: Day, last: Covered | None) -> bool:
    """Whether it is Monday, or the reader has had no letter since."""
    today = day.now.date()
    monday = today - timedelta(days=today.weekday())
    return today == monday or last is None or last.day < monday


def _done(day: Day, effects: Iterable[Effect]) -> Done:
    return done(effects, lambda effect: day.moves[effect.id])


def _since(day: Day, last: Covered | None) -> list[Effect]:
    return [effect for effect in day.effects if effect.claimed_at and (last is None or effect.claimed_at > last.until)]


def _troubles(ended: Iterable[Effect], effects: Iterable[Effect]) -> Troubles:
    return Troubles(
        failed=tuple(shown(effect.reason) for effect in ended if effect.state is State.FAILED),
        unknown=tuple(shown(effect.reason) for effect in effects if effect.state is State.UNKNOWN),
    )


def _effects(tx: Transaction, company: str, until: datetime) -> tuple[Effect, ...]:
    """Return what ended in the last weeks, and what hangs; the daily letters themselves left out."""
    ended = outbox.ended(tx, company, until - _LONGEST, until + timedelta(seconds=1))
    unknown = [effect for effect in outbox.open_ends(tx, company) if effect.state is State.UNKNOWN]
    return tuple(_about_its_deal(effect) for effect in (*ended, *unknown) if effect.kind != "letter.digest")


def _about_its_deal(effect: Effect) -> Effect:
    """Return an effect under the deal that it made, or wrote to the client about."""
    made = effect.kind == "deal.create" and effect.external_id
    return replace(effect, subject=f"deal:{effect.external_id}" if made else of_deal(effect.subject))


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
