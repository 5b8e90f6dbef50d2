"""The people of the company, with dice in their hands: each act is what somebody would do, through the vendors' APIs.

An act looks at the town, picks something that it fits, does it and writes it down in the diary; without anything that fits it does
nothing. What the vendor refuses is written down as refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from sandbox.people import Person, VendorError
from tests.e2e.month.view import SHOP, DealView, Lines, OrderView, View, look
from tests.e2e.town import Town

GOODS = {
    "HL-HELLA-3R-5": 8900, "LAMP-D2S-PHILIPS": 4200, "SEAL-ORCA-45": 1450, "LAMP-H7-OSRAM": 2350, "GLASS-E90-L": 6200,
    "FARA-BMW-F10-L": 71500, "FARA-CAMRY-70-R": 54300,
}  # fmt: skip
SERVICES = {"SRV-POLISH": 3500, "SRV-LENS": 12000, "SRV-ADJUST": 1200}
CLIENTS = (
    "Алексей Воронцов", "Марина Соловьёва", "Дмитрий Журавлёв", "Елена Тихонова", "Сергей Мельник", "Наталья Гусева", "Руслан Ахметов",
    "ООО «АвтоСвет Сервис»", "ООО «Таксопарк Невский»", "ИП Каримов Тимур Рашидович", "ООО «Детейлинг Лаб»",
)  # fmt: skip
BRANCHES = ("Москва", "Москва", "Москва", "Санкт-Петербург")
Basket = list[tuple[str, str, str]]


@dataclass
class Known:
    """What the people know that no system shows: what they decided, and what they answered."""

    may_ship: set[int] = field(default_factory=set)
    """Deals whose goods a person let go: paid at the desk, or trusted and put among the shipped."""
    paid: dict[int, int] = field(default_factory=dict)
    """Deals that were marked as paid at the desk → what the deal came to then, in kopecks."""
    answered: set[tuple[str, int, str]] = field(default_factory=set)
    """(pair, deal, both values) about which a person said who is right."""
    left: set[tuple[int, str]] = field(default_factory=set)
    """(deal, aspect) that a person wants left as it is."""
    closed: set[str] = field(default_factory=set)
    """Marks of tasks that a person closed without doing them."""
    before_lost: dict[int, str] = field(default_factory=dict)
    diary: list[str] = field(default_factory=list)


class Staff:
    """The people of a town. view: the town as it stands now, read anew after every act."""

    def __init__(self, town: Town, dice: Random) -> None:
        self.town, self.dice, self.known = town, dice, Known()
        self.view: View = look(town.sandbox)

    def person(self, name: str) -> Person:
        return self.town.person(name)

    def now(self) -> datetime:
        return self.town.sandbox.world.clock.now()

    def tell(self, text: str) -> None:
        """Write down what was done and when."""
        self.known.diary.append(f"{self.now():%d.%m %H:%M:%S} {text}")

    def attempt(self, text: str, act: Callable[[], object]) -> bool:
        """Do something through the vendors' APIs and write it down."""
        try:
            act()
        except (VendorError, LookupError) as refusal:
            self.tell(f"{text} — refused: {refusal}")
            return False
        finally:
            self.view = look(self.town.sandbox)
        self.tell(text)
        return True

    def a_deal(self, fits: Callable[[DealView], bool]) -> DealView | None:
        """Pick a deal that fits; people work with the young ones more than with the old."""
        found = [deal for deal in self.view.deals.values() if fits(deal)]
        return self.dice.choice(found[-15:]) if found else None

    def an_order(self, fits: Callable[[DealView, OrderView], bool]) -> tuple[DealView, OrderView] | None:
        """Pick a deal with its order."""
        deal = self.a_deal(lambda each: (order := self.view.order_of(each.id)) is not None and fits(each, order))
        order = self.view.order_of(deal.id) if deal else None
        return (deal, order) if deal and order else None

    def some_lines(self, *, services: bool) -> Basket:
        """Return what a client might want."""
        articles = self.dice.sample(sorted(GOODS), self.dice.choice((1, 1, 2, 3)))
        basket = [(article, str(self.dice.choice((1, 1, 2, 3))), str(GOODS[article])) for article in articles]
        if services:
            basket += [
                (each, "1", str(SERVICES[each])) for each in self.dice.sample(sorted(SERVICES), self.dice.randint(1, 2))
            ]
        return basket

    def other_lines(self, lines: Lines) -> Basket:
        """Return lines with one thing changed: an amount, a price, a line more or less."""
        rows = basket_of(lines)
        what = self.dice.choice(("amount", "amount", "price", "more", "less")) if rows else "more"
        place = self.dice.randrange(len(rows)) if rows else 0
        if what == "amount":
            article, amount, price = rows[place]
            rows[place] = (article, str(int(amount) % 4 + 1), price)
        elif what == "price":
            article, amount, price = rows[place]
            rows[place] = (article, amount, str(int(float(price) * 0.9)))
        elif what == "less" and len(rows) > 1:
            rows.pop(place)
        else:
            held = {article for article, _, _ in rows}
            article = self.dice.choice([each for each in sorted(GOODS) if each not in held] or sorted(GOODS))
            rows.append((article, "1", str(GOODS[article])))
        return rows


def basket_of(lines: Lines) -> Basket:
    """Return lines as the people's tools take them."""
    return [(article, _number(amount, 1000), _number(price, 100)) for (article, price), amount in lines.items()]


def is_one_of(deal: DealView, funnel: str, stages: Iterable[str]) -> bool:
    """Tell whether a deal stands at one of the stages of a funnel."""
    return deal.funnel == funnel and deal.stage in stages


def is_open_for_sale(deal: DealView) -> bool:
    """Tell whether a manager may still change what is sold."""
    return not deal.is_over and not is_one_of(deal, SHOP, ("Оценка качества",))


def sum_of(lines: Lines) -> int:
    """Return what lines come to, in kopecks."""
    return sum(price * amount // 1000 for (_, price), amount in lines.items())


def pair_values(*sides: Lines | None) -> str:
    """Return the two values of a pair as one text."""
    return " | ".join(str(sorted(side.items())) if side is not None else "none" for side in sides)


def _number(value: int, unit: int) -> str:
    whole, rest = divmod(value, unit)
    return str(whole) if not rest else f"{value / unit:g}"


Act = Callable[[], bool]
Weighted = Sequence[tuple[int, Act]]
