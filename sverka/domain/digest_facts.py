"""From findings and skips to the facts of the daily letters: what is asked, worth a notice, late, owed, left alone. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sverka.domain.digest import AGES_DAYS, Aged, Aging, LeftAlone, Notice, Question
from sverka.domain.digest_values import DealLink
from sverka.domain.plan import Finding, Skip
from sverka.domain.tally import Tally

QUESTIONS = (
    "lines", "order_status", "stage", "shop_lines", "client", "buyer", "order", "bind_order", "bind_product", "bind_person", "other",
)  # fmt: skip
"""What a person may be asked about."""

DELAYS = ("answer", "call", "visit", "stock", "allowed")
"""What people are late with, the most urgent first: an answer to a request, a missed call, goods for a visit, goods that are missing, a
next step."""

HELD = "held"
"""The topic of what was stopped, which is told before all else."""

NOTICES = (*DELAYS, HELD, "branch", "client", "lines", "product", "notice", "behind", "late", "unknown_stage", "other")
"""What a person may be told."""

_SINGLE = (HELD, "other")
"""Topics that are never grouped."""

DEBT = "debt"
"""The topic of what is shipped and not paid, which is told as a sum."""

REASONS_TOLD = (
    "incomplete_read", "switched_off", "mode_propose", "mode_watch", "over_cap", "in_flight", "own_effect_pending", "too_late", "ignored",
)  # fmt: skip
"""Why something was left alone, in the order of telling. The other reasons are told by a question or a notice, or concern nobody."""

_TOPICS: Mapping[tuple[str, str], str] = {
    ("behind_fact", "answer"): "answer", ("behind_fact", "call"): "call", ("behind_fact", "allowed"): "allowed",
    ("behind_fact", "debt"): DEBT, ("behind_fact", "order_status"): "behind", ("conflict", "order_status too late"): "late",
    ("held", "brake"): HELD,
    ("unknown_stage", "stage"): "unknown_stage", ("missing", "visit goods"): "visit", ("missing", "shipment stock"): "stock",
    ("missing", "notice goods"): "stock", ("missing", "reserve goods"): "stock",
    **{("missing", topic): topic for topic in ("branch", "client", "lines", "product", "notice")},
}  # fmt: skip
"""Class of a finding and its aspect, or the first word of that → the topic of its notice."""


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


def aging(items: Sequence[Aged]) -> Aging:
    """Sum up goods held, or debts, by age."""
    bands: list[list[Aged]] = [[] for _ in range(len(AGES_DAYS) + 1)]
    for each in items:
        bands[sum(each.days > end for end in AGES_DAYS)].append(each)
    return Aging(_total(items), tuple(_total(band) for band in bands), max(items, key=_age, default=None))


def _age(item: Aged) -> tuple[int, int]:
    return item.days, item.sum_kopecks


def _total(items: Sequence[Aged]) -> Tally:
    return Tally(len(items), sum(each.sum_kopecks for each in items))


def oldest_first(items: Iterable[Aged]) -> tuple[Aged, ...]:
    """Return goods held, or debts, in the order in which they want attention."""
    return tuple(sorted(items, key=_age, reverse=True))


def debts(matters: Iterable[Matter], today: date) -> tuple[Aged, ...]:
    """Return what is shipped and not paid, the oldest first."""
    found = [each for each in matters if is_told(each.finding) and notice_topic(each.finding) == DEBT]
    return oldest_first(Aged(each.deal, (today - each.since).days, each.stake_kopecks) for each in found if each.deal)


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
    """Return what is told without a question and is neither late nor owed: what was stopped, then the most money first.

    Findings of one topic stand together if `grouped`. A difference that is waited for and then mended by itself is no notice.
    """
    told = [each for each in matters if notice_topic(each.finding) not in (*DELAYS, DEBT)]
    return tuple(
        sorted(_notices(told, grouped=grouped), key=lambda notice: (notice.topic != HELD, -notice.sum_kopecks))
    )


def delays(matters: Iterable[Matter], *, grouped: bool) -> tuple[Notice, ...]:
    """Return what people are late with, the most urgent first and then the oldest."""
    late = [each for each in matters if notice_topic(each.finding) in DELAYS]
    return tuple(sorted(_notices(late, grouped=grouped), key=lambda notice: (DELAYS.index(notice.topic), notice.since)))


def _notices(matters: Iterable[Matter], *, grouped: bool) -> list[Notice]:
    groups: dict[str, list[Matter]] = defaultdict(list)
    for matter in sorted((each for each in matters if is_told(each.finding)), key=_weight):
        topic = notice_topic(matter.finding)
        groups[topic if grouped and topic not in _SINGLE else f"{topic} {matter.number}"].append(matter)
    return [_notice(group) for group in groups.values()]


def is_told(finding: Finding) -> bool:
    """Whether a finding belongs among the notices."""
    mends_itself = finding.kind == "differs" and finding.subject.startswith("deal:")
    return not finding.asks and not mends_itself and finding.kind != "stale_source"


def is_about_people(finding: Finding) -> bool:
    """Whether a finding says that somebody is late or owes, while both systems agree about the deal."""
    return notice_topic(finding) in (*DELAYS, DEBT)


def notice_topic(finding: Finding) -> str:
    """Return which of `NOTICES` a finding is, or `DEBT`."""
    whole, first = (finding.kind, finding.aspect), (finding.kind, finding.aspect.partition(" ")[0])
    return _TOPICS.get(whole) or _TOPICS.get(first, "other")


def _notice(group: Sequence[Matter]) -> Notice:
    stakes = {matter.finding.subject: matter.stake_kopecks for matter in group}
    whose = {matter.finding.subject: matter.manager for matter in group if matter.manager}
    return Notice(
        topic=notice_topic(group[0].finding), text=group[0].text, count=len(group),
        sum_kopecks=sum(stakes.values()), since=min(matter.since for matter in group),
        deals=_once(matter.deal for matter in group if matter.deal),
        things=tuple(dict.fromkeys(matter.thing for matter in group if matter.thing)),
        managers=tuple(Counter(whose.values()).most_common()),
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
