"""The company's deals for the letters: where requests come from, what becomes of them, what managers did, where deals stand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from sverka.domain import digest_head as head
from sverka.domain import report_facts
from sverka.domain.obstacles import CURRENCY
from sverka.domain.report import Days, Line, Report, Score, week_and_month, yesterday
from sverka.domain.rows import Activity, Deal, Stage, User
from sverka.domain.tally import Tally
from sverka.messages.masking import shown
from sverka.store import mirror
from sverka.store.engine import Transaction
from sverka.work.desk import Desk
from sverka.work.loading import is_talk

WEEKS = 6
"""So many weeks back a chart looks."""

_NAME_LIMIT = 40
_TALKS = ("call", "letter")


@dataclass(frozen=True)
class Sales:
    """What became of the deals yesterday, over the week and the month that end with it, and in each of the last weeks.

    activities: what managers did yesterday; funnels: where deals stand now.
    """

    yesterday: Score
    report: Report
    weeks: tuple[tuple[Days, Score], ...]
    activities: tuple[head.Activity, ...]
    funnels: tuple[tuple[str, tuple[head.Standing, ...]], ...]


def read(tx: Transaction, desk: Desk, today: date, users: Iterable[User], sources: Mapping[str, str]) -> Sales:
    """Count all deals of the company. today: by its own calendar; sources: names of the portal's sources, by code."""
    rows, zone = mirror.where(tx, desk.company, Deal), desk.policy.zone
    deals, last = report_facts.frame(rows), yesterday(today)
    names = {
        "source": {code: shown(name, _NAME_LIMIT) for code, name in sources.items()},
        "manager": {user.ext_id: shown(user.name, _NAME_LIMIT) for user in users},
    }
    managers = report_facts.build(deals, (last,), zone, {}, shown=len(rows)).tables["manager"]
    return Sales(
        yesterday=report_facts.score(deals, last, zone),
        report=report_facts.build(deals, week_and_month(today), zone, names),
        weeks=tuple((days, report_facts.score(deals, days, zone)) for days in _weeks(last.last)),
        activities=_activities(managers, _talks(tx, desk.company, last, zone), names["manager"]),
        funnels=_funnels(desk, mirror.where(tx, desk.company, Stage), rows, last, zone),
    )


def _weeks(last: date) -> list[Days]:
    """Return the last weeks, each of seven days, the latest of which ends with `last`."""
    ends = (last - timedelta(weeks=back) for back in reversed(range(WEEKS)))
    return [Days(end - timedelta(days=6), end) for end in ends]


def _talks(tx: Transaction, company: str, days: Days, zone: tzinfo) -> Mapping[str, Counter[str]]:
    """Count yesterday's calls and letters by who is responsible for them."""
    begins, ends = days.moments(zone)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for activity in mirror.where(tx, company, Activity, kind=_TALKS):
        if begins <= activity.created_at < ends and is_talk(activity):
            found[activity.responsible_id][activity.kind] += 1
    return found


def _activities(
    lines: Sequence[Line], talks: Mapping[str, Counter[str]], names: Mapping[str, str]
) -> tuple[head.Activity, ...]:
    scores = {line.name: line.scores[0] for line in lines}  # by the ids of users: two may bear one name
    found = [
        head.Activity(names.get(user_id, user_id), talks[user_id]["call"], talks[user_id]["letter"], scores.get(user_id, Score()))
        for user_id in dict.fromkeys([*scores, *talks])
        if user_id
    ]  # fmt: skip
    busy = [each for each in found if each]
    return tuple(sorted(busy, key=lambda each: (-each.score.won.sum_kopecks, -each.score.new, -each.calls, each.name)))


def _funnels(
    desk: Desk, stages: Iterable[Stage], deals: Iterable[Deal], last: Days, zone: tzinfo
) -> tuple[tuple[str, tuple[head.Standing, ...]], ...]:
    begins, ends = last.moments(zone)
    standing: dict[str, list[Deal]] = defaultdict(list)
    for deal in deals:
        standing[deal.stage_id].append(deal)
    found: dict[str, list[head.Standing]] = {funnel.name: [] for funnel in desk.policy.table.funnels}
    for stage in sorted(stages, key=lambda stage: stage.sort):
        here = standing[stage.ext_id]
        if stage.semantics == "P" and here and stage.funnel_name in found:
            came = sum(bool(deal.moved_at and begins <= deal.moved_at < ends) for deal in here)
            worth = Tally(len(here), sum(deal.opportunity_kopecks for deal in here if deal.currency in ("", CURRENCY)))
            found[stage.funnel_name].append(head.Standing(shown(stage.name, _NAME_LIMIT), worth, came))
    return tuple((shown(name, _NAME_LIMIT), tuple(lines)) for name, lines in found.items() if lines)
