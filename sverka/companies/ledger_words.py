"""What in a company file speaks of a ledger: with one, branches name its warehouses; without one, nothing else may speak of it."""

from __future__ import annotations

from collections.abc import Iterator

from sverka.companies.mistakes import Mistake, Where
from sverka.companies.source import Source

_OF_BRANCH = {"store": "The ledger's name of the warehouse", "cash_desk": "The ledger's name of the cash desk"}
_OF_STAGE = ("order", "reserve", "shipment", "payment", "only", "show", "eve_check")
"""What a stage can require only where orders, goods and money are kept."""
_DEEDS = ("shipment", "payment", "close_order")
_SECTIONS = ("order_statuses", "shop", "owners")


def ledger_is_there(source: Source) -> Iterator[Mistake]:
    """Return what a company with a ledger does not say of it, or one without says."""
    if not source.mapping("systems"):
        return
    if source.at("systems", "business_ru") is not None:
        yield from _unnamed(source)
        return
    for where in _spoken_of(source):
        yield source.mistake(
            where, "needs a ledger, and `systems` has none", "describe it in `systems.business_ru`, or drop it here"
        )


def _unnamed(source: Source) -> Iterator[Mistake]:
    for number, branch in enumerate(source.items("branches")):
        for key, meaning in _OF_BRANCH.items():
            if isinstance(branch, dict) and key not in branch:
                where: Where = ("branches", number, key)
                yield source.mistake(where, f"`{key}` is missing", f"add `{key}: …` ({meaning})")


def _spoken_of(source: Source) -> Iterator[Where]:
    yield from ((section,) for section in _SECTIONS if source.at(section))
    for number, branch in enumerate(source.items("branches")):
        yield from (("branches", number, key) for key in _OF_BRANCH if isinstance(branch, dict) and key in branch)
    for funnel in source.mapping("funnels"):
        yield from _of_funnel(source, ("funnels", funnel))


def _of_funnel(source: Source, funnel: Where) -> Iterator[Where]:
    for name, stage in source.mapping(*funnel, "stages").items():
        for word in _OF_STAGE:
            if isinstance(stage, dict) and stage.get(word) is not None:
                yield (*funnel, "stages", name, word)
    yield from ((*funnel, "facts", number) for number in range(len(source.items(*funnel, "facts"))))
    for number in range(len(source.items(*funnel, "decided"))):
        where: Where = (*funnel, "decided", number, "do")
        yield from ((*where, place) for place, deed in enumerate(source.items(*where)) if deed in _DEEDS)
