"""The warehouse's letter: what leaves today and how, what is not there, what is free again."""

from __future__ import annotations

from collections.abc import Iterable

from sverka.domain import digest_facts as facts
from sverka.domain.digest import Details, Digest
from sverka.domain.digest_warehouse import Freed, WarehouseDigest, in_order, tomorrow, visits_of
from sverka.domain.done import is_change
from sverka.domain.effects import Effect
from sverka.work import summary
from sverka.work.daily import DailyLetter, Reader, named
from sverka.work.summary import Day, History

_GOODS = ("visit", "stock")
"""Topics of delays that are about goods."""

_DRAFT = "shipment draft"
"""The aspect of what is found about a draft that only a person may post or delete."""


def tell(day: Day, reader: Reader, history: History) -> Digest:
    """Return what the stores have to do with."""
    today = day.now.date()
    drafts = [matter for matter in day.matters if matter.finding.aspect == _DRAFT]
    picks = tuple(pick for pick in day.picks if pick.goods)
    leaving, soon = in_order(picks, today), visits_of(picks, tomorrow(today))
    told = {pick.deal for pick in (*leaving, *soon) if pick.is_short}
    about_goods = [
        matter
        for matter in day.matters
        if facts.notice_topic(matter.finding) in _GOODS and facts.is_told(matter.finding) and matter.deal not in told
    ]
    return WarehouseDigest(
        name=reader.name, now=day.now, sources=day.sources, period=summary.period(day, history.last),
        delays=facts.delays(about_goods, grouped=False), notices=facts.notices(drafts, grouped=False),
        picks=leaving, tomorrow=soon,
        freed=tuple(_freed(day, summary.since(day, history.last))),
        details=Details(picks=(*leaving, *soon)),
    )  # fmt: skip


def _freed(day: Day, ended: Iterable[Effect]) -> Iterable[Freed]:
    for effect in ended:
        if effect.kind == "reserve.release" and is_change(effect) and effect.subject in day.deals:
            yield Freed(day.deals[effect.subject].link, effect.money_kopecks)


LETTER = DailyLetter("warehouse", named("warehouse"), tell)
