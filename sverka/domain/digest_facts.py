"""From effects, findings and skips to the facts of the daily letters: what counts as done, asked, worth a notice. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sverka.domain.actions import refs_in
from sverka.domain.digest import (
    RESERVE_AGES_DAYS,
    DealLink,
    Done,
    HeldReserve,
    LeftAlone,
    Notice,
    Question,
    Reserves,
    Tally,
)
from sverka.domain.effects import Effect, State
from sverka.domain.plan import Finding, Skip

QUESTIONS = ("lines", "order_status", "client", "order", "bind_order", "bind_product", "bind_person", "other")
"""What a person may be asked about."""

NOTICES = ("branch", "client", "lines", "product", "behind", "late", "unknown_stage", "other")
"""What a person may be told; `other` is never grouped."""

REASONS_TOLD = (
    "incomplete_read", "switched_off", "mode_propose", "mode_watch", "over_cap", "in_flight", "own_effect_pending", "too_late", "ignored",
)  # fmt: skip
"""Why something was left alone, in the order of telling. The other reasons are told by a question or a notice, or concern nobody."""

_REPAIRS = frozenset(
    {
        "order.lines",
        "order.status",
        "reserve.create",
        "reserve.hold",
        "reserve.lines",
        "reserve.release",
        "deal.ledger_order",
    }
)


@dataclass(frozen=True)
class Matter:
    """An open finding with what it concerns, its text as it shall be shown.

    client: the CRM card that the finding or its deal is about; thing: the product that a deal waits for; manager: the
    name of who is responsible for it; "" if there is none.
    """

    number: int
    finding: Finding
    text: str
    since: date
    stake_kopecks: int
    deal: DealLink | None = None
    client: str = ""
    thing: str = ""
    manager: str = ""


def done(effects: Iterable[Effect]) -> Done:
    """Count what really changed."""
    by_kind: dict[str, list[Effect]] = defaultdict(list)
    for effect in effects:
        if is_change(effect):
            by_kind[effect.kind].append(effect)
    statuses = by_kind["order.status"]
    return Done(
        orders=_tally(by_kind["order.create"]),
        clients=len(by_kind["partner.create"]),
        lines=_tally(effect for effect in by_kind["order.lines"] if _is_repair(effect)),
        reserves=_tally(by_kind["reserve.create"]),
        reserves_back=_tally(by_kind["reserve.hold"]),
        reserve_lines=_tally(effect for effect in by_kind["reserve.lines"] if _is_repair(effect)).count,
        released=_tally(by_kind["reserve.release"]),
        cancelled=_tally(effect for effect in statuses if effect.after == "cancelled"),
        reopened=_tally(effect for effect in statuses if effect.after != "cancelled"),
        numbers=_tally(by_kind["deal.ledger_order"]).count,
        repairs=_repairs(effect for effects in by_kind.values() for effect in effects),
    )


def is_change(effect: Effect) -> bool:
    """Whether an effect really changed something; a set that found all as wanted did not."""
    return effect.state is State.DONE and effect.changed is not False


def _repairs(effects: Iterable[Effect]) -> int:
    return len({(effect.kind, effect.subject) for effect in effects if _is_repair(effect)})


def _is_repair(effect: Effect) -> bool:
    """Whether something that stood was put right: filling or following what we have just made is no repair."""
    if effect.kind == "deal.ledger_order":
        return bool(effect.before)
    return effect.kind in _REPAIRS and not refs_in(effect.payload)


def _tally(effects: Iterable[Effect]) -> Tally:
    """Count objects, not attempts: an order whose lines were set twice is one order, its sums are added."""
    found = list(effects)
    return Tally(len({effect.subject for effect in found}), sum(effect.money_kopecks for effect in found))


def reserves(held: Sequence[HeldReserve]) -> Reserves:
    """Sum up held goods by age."""
    bands: list[list[HeldReserve]] = [[] for _ in range(len(RESERVE_AGES_DAYS) + 1)]
    for each in held:
        bands[sum(each.days > end for end in RESERVE_AGES_DAYS)].append(each)
    oldest = max(held, key=lambda each: (each.days, each.sum_kopecks), default=None)
    return Reserves(_held_tally(held), tuple(_held_tally(band) for band in bands), oldest)


def _held_tally(held: Sequence[HeldReserve]) -> Tally:
    return Tally(len(held), sum(each.sum_kopecks for each in held))


def questions(matters: Iterable[Matter]) -> tuple[Question, ...]:
    """Return what is asked, the most money first; who a client is, is asked once, however many deals wait for it."""
    once: dict[str, Matter] = {}
    for matter in sorted((each for each in matters if each.finding.asks), key=_weight):
        about = (
            f"client {matter.client}"
            if question_topic(matter.finding) == "client" and matter.client
            else matter.finding.key
        )
        once.setdefault(about, matter)
    return tuple(
        Question(
            each.number,
            question_topic(each.finding),
            each.text,
            each.stake_kopecks,
            each.since,
            each.deal,
            each.manager,
        )
        for each in once.values()
    )


def question_topic(finding: Finding) -> str:
    """Return which of `QUESTIONS` a finding asks."""
    topic = finding.aspect.replace("bind client", "client").replace("bind ", "bind_")
    return topic if topic in QUESTIONS else "other"


def notices(matters: Iterable[Matter], *, grouped: bool) -> tuple[Notice, ...]:
    """Return what is told without a question, the most money first, findings of one topic together if `grouped`.

    A difference that is waited for and then mended by itself is no notice.
    """
    groups: dict[str, list[Matter]] = defaultdict(list)
    for matter in sorted((each for each in matters if is_told(each.finding)), key=_weight):
        topic = notice_topic(matter.finding)
        groups[topic if grouped and topic != "other" else f"{topic} {matter.number}"].append(matter)
    found = [_notice(group) for group in groups.values()]
    return tuple(sorted(found, key=lambda notice: -notice.sum_kopecks))


def is_told(finding: Finding) -> bool:
    """Whether a finding belongs among the notices."""
    mends_itself = finding.kind == "differs" and finding.subject.startswith("deal:")
    return not finding.asks and not mends_itself and finding.kind != "stale_source"


def notice_topic(finding: Finding) -> str:
    """Return which of `NOTICES` a finding is."""
    if finding.kind == "behind_fact":
        return "behind"
    if finding.kind == "unknown_stage":
        return "unknown_stage"
    if finding.kind == "conflict" and finding.aspect == "order_status":
        return "late"
    topic = finding.aspect.partition(" ")[0]
    return topic if finding.kind == "missing" and topic in ("branch", "client", "lines", "product") else "other"


def _notice(group: Sequence[Matter]) -> Notice:
    stakes = {matter.finding.subject: matter.stake_kopecks for matter in group}
    return Notice(
        topic=notice_topic(group[0].finding), text=group[0].text, count=len(group),
        sum_kopecks=sum(stakes.values()), since=min(matter.since for matter in group),
        deals=_once(matter.deal for matter in group if matter.deal),
        things=tuple(dict.fromkeys(matter.thing for matter in group if matter.thing)),
    )  # fmt: skip


def left_alone(skips: Iterable[Skip], deals: Mapping[str, DealLink], told: frozenset[str]) -> tuple[LeftAlone, ...]:
    """Group skips of deals by reason. told: subjects about which the letter says more elsewhere."""
    found: dict[str, list[DealLink]] = defaultdict(list)
    for skip in skips:
        if skip.subject in deals and skip.subject not in told:
            found[skip.reason].append(deals[skip.subject])
    return tuple(LeftAlone(reason, _once(found[reason])) for reason in REASONS_TOLD if reason in found)


def _once(links: Iterable[DealLink]) -> tuple[DealLink, ...]:
    return tuple(dict.fromkeys(links))


def _weight(matter: Matter) -> tuple[int, bool, int]:
    """Order by money, then what names a deal before what does not, then the older number."""
    return (-matter.stake_kopecks, matter.deal is None, matter.number)


def reserve_values(
    prices: Iterable[tuple[str, str, int, int]], held: Iterable[tuple[str, str, str, int]]
) -> dict[str, int]:
    """Value held goods at the prices of their orders' lines; a good that the order lacks is worth nothing to it.

    prices: (order, good, price in kopecks, thousandths); held: (reserve, order, good, thousandths). Returns kopecks by reserve.
    """
    sums: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for order, good, price, amount in prices:
        worth, total = sums[order, good]
        sums[order, good] = (worth + price * amount, total + amount)
    values: dict[str, int] = defaultdict(int)
    for reserve, order, good, amount in held:
        worth, total = sums.get((order, good), (0, 0))
        values[reserve] += (worth * amount // total + 500) // 1000 if total > 0 else 0
    return dict(values)
