"""What really changed, counted for the daily letters: from effects to numbers. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from sverka.domain.actions import refs_in
from sverka.domain.effects import Effect, State
from sverka.domain.rows import Stage
from sverka.domain.state_table import StateTable
from sverka.domain.tally import NOTHING, Tally

_REPAIRS = frozenset(
    {
        "order.lines", "order.status", "reserve.create", "reserve.hold", "reserve.lines", "reserve.release", "deal.field", "deal.lines",
        "shop.lines",
    }
)  # fmt: skip
_SHOP = "shop:"
"""A deal of whose origin this is the beginning was made for an order of the online store."""


@dataclass(frozen=True)
class Move:
    """Where a deal was put. funnel: the name of another funnel that it went to, "" if it stayed in its own.

    facts: what of the ledger put it there, such as `work_order opened`; none where a person had decided it.
    """

    stage: str
    funnel: str = ""
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Errands:
    """What people were told to see to, what they need not see to any more, and how many notices they got."""

    given: int = 0
    over: int = 0
    notices: int = 0


@dataclass(frozen=True)
class Done:
    """What really changed. Sums are those of the documents; of `lines`, what the corrections came to.

    completed: shipped and closed; shipped: only shipped; closed: only closed; paid: taken at the desk. moves: with the number of deals,
    the most frequent first. numbers, availability, titles: deals that show the number of their order, what lies in the stores, a name
    by the rule. repairs: how many of all these put right a difference, rather than make something new.
    """

    shop_deals: Tally = NOTHING
    linked_deals: int = 0
    contacts: int = 0
    cards: int = 0
    orders: Tally = NOTHING
    clients: int = 0
    lines: Tally = NOTHING
    deal_lines: int = 0
    shop_lines: int = 0
    shop_cancelled: int = 0
    reserves: Tally = NOTHING
    reserves_back: Tally = NOTHING
    reserve_lines: int = 0
    released: Tally = NOTHING
    completed: Tally = NOTHING
    shipped: Tally = NOTHING
    closed: Tally = NOTHING
    paid: Tally = NOTHING
    cancelled: Tally = NOTHING
    reopened: Tally = NOTHING
    moves: tuple[tuple[Move, int], ...] = ()
    numbers: int = 0
    availability: int = 0
    titles: int = 0
    errands: Errands = Errands()
    repairs: int = 0

    def __bool__(self) -> bool:
        return self != Done()

    @property
    def is_news(self) -> bool:
        """Whether anything but errands was done; of these, people were told when they were given."""
        return bool(replace(self, errands=Errands()))


def is_change(effect: Effect) -> bool:
    """Whether an effect really changed something; a set that found all as wanted did not."""
    return effect.state is State.DONE and effect.changed is not False


def move_of(effect: Effect, stages: Mapping[str, Stage], table: StateTable) -> Move:
    """Tell where a `deal.stage` put its deal. stages: the portal's, by code; one that it has no more is named by nothing."""
    source, target = (stages.get(effect.payload[key]) for key in ("from_stage", "stage"))
    if source is None or target is None:
        return Move(target.name if target else "")
    if source.funnel_id != target.funnel_id:
        return Move(target.name, target.funnel_name)
    funnel = table.funnel(source.funnel_name)
    facts = (
        [fact for fact in funnel.facts if source.name in fact.origins and fact.target == target.name] if funnel else []
    )
    when = facts[0].when if facts else {}
    return Move(target.name, facts=tuple(f"{word} {value}" for word, value in sorted(when.items())))


def done(effects: Iterable[Effect], move: Callable[[Effect], Move]) -> Done:
    """Count what really changed. move: tells where a `deal.stage` put its deal."""
    kinds: dict[str, list[Effect]] = defaultdict(list)
    for effect in effects:
        if is_change(effect):
            kinds[effect.kind].append(effect)
    everything = [effect for found in kinds.values() for effect in found]
    shipped, closed = ({effect.subject for effect in kinds[kind]} for kind in ("shipment.post", "order.close"))
    return replace(
        _documents(kinds),
        shop_deals=_tally(effect for effect in kinds["deal.create"] if _is_of_shop(effect)),
        linked_deals=_count(effect for effect in kinds["deal.create"] if not _is_of_shop(effect)),
        contacts=_count(kinds["contact.create"]),
        completed=_tally(effect for effect in kinds["shipment.post"] if effect.subject in closed),
        shipped=_tally(effect for effect in kinds["shipment.post"] if effect.subject not in closed),
        closed=_tally(effect for effect in kinds["order.close"] if effect.subject not in shipped),
        cards=_count(kinds["client.contacts"]),
        shop_cancelled=_count(kinds["shop.cancel"]),
        moves=_moves(kinds["deal.stage"], move),
        numbers=_count(_setting("ledger_order", kinds["deal.field"])),
        availability=_count(_setting("availability", kinds["deal.field"])),
        titles=_count(_setting("title", kinds["deal.field"])),
        errands=Errands(
            given=len(kinds["todo.create"]) + len(kinds["task.create"]),
            over=len(kinds["todo.complete"]) + len(kinds["task.complete"]),
            notices=len(kinds["notice.send"]),
        ),
        repairs=len({(effect.kind, effect.subject) for effect in everything if _is_repair(effect)}),
    )


def _documents(kinds: Mapping[str, list[Effect]]) -> Done:
    """Count orders, reserves and their lines, and the money at the desk."""
    statuses = kinds["order.status"]
    return Done(
        orders=_tally(kinds["order.create"]),
        clients=_count(kinds["partner.create"]),
        lines=_tally(effect for effect in kinds["order.lines"] if _is_repair(effect)),
        deal_lines=_count(effect for effect in kinds["deal.lines"] if _is_repair(effect)),
        shop_lines=_count(effect for effect in kinds["shop.lines"] if _is_repair(effect)),
        reserves=_tally(kinds["reserve.create"]),
        reserves_back=_tally(kinds["reserve.hold"]),
        reserve_lines=_count(effect for effect in kinds["reserve.lines"] if _is_repair(effect)),
        released=_tally(kinds["reserve.release"]),
        cancelled=_tally(effect for effect in statuses if effect.after == "cancelled"),
        reopened=_tally(effect for effect in statuses if effect.after != "cancelled"),
        paid=Tally(_count(kinds["cash.create"]), sum(effect.payload["sum_kopecks"] for effect in kinds["cash.create"])),
    )


def _setting(name: str, effects: Iterable[Effect]) -> Iterator[Effect]:
    return (effect for effect in effects if effect.payload["field"] == name)


def _is_of_shop(effect: Effect) -> bool:
    return str(effect.payload["origin"]).startswith(_SHOP)


def _is_repair(effect: Effect) -> bool:
    """Whether something that stood was put right: filling or following what we have just made is no repair."""
    if effect.kind == "deal.field":
        return effect.payload["field"] == "ledger_order" and bool(effect.before)
    return effect.kind in _REPAIRS and not refs_in(effect.payload)


def _tally(effects: Iterable[Effect]) -> Tally:
    """Count objects, not attempts: an order whose lines were set twice is one order, its sums are added."""
    found = list(effects)
    return Tally(_count(found), sum(effect.money_kopecks for effect in found))


def _count(effects: Iterable[Effect]) -> int:
    return len({effect.subject for effect in effects})


def _moves(effects: Iterable[Effect], move: Callable[[Effect], Move]) -> tuple[tuple[Move, int], ...]:
    """Count deals by where they were put, equals in the order of their coming."""
    once = dict.fromkeys((move(effect), effect.subject) for effect in effects)
    return tuple(Counter(where for where, _ in once).most_common())
