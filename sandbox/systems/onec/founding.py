"""The infobase of a company as it is before its people begin to work in it: directories that every document needs.

The names come from the company's file where it says them, then from the company's world, and else are the usual ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.systems.onec.base import Base, Now, Row
from sandbox.systems.onec.laws.entry import enter
from sandbox.systems.onec.model import catalogs as sets
from sandbox.systems.onec.model.catalogue import RESOURCES

ROUBLES = "643"
_OF_NOBODY = ("7700000016", "770001001")
"""The ИНН and КПП of an organisation of which only the name is known."""


@dataclass(frozen=True)
class Directories:
    """What is founded. organizations: name → (ИНН, КПП)."""

    organizations: Mapping[str, tuple[str, str]]
    price_kinds: tuple[str, ...] = ("Розничная", "Оптовая")
    warehouses: tuple[str, ...] = ("Основной склад",)


def directories(config: Mapping[str, Any], world: Mapping[str, Any]) -> Directories:
    """Return what is founded, first of all what the company's file names. world: the key `onec` of the file of its world, or nothing."""
    said, usual = config["systems"]["onec"], Directories({})
    known = {one["name"]: (str(one["inn"]), str(one["kpp"])) for one in world.get("organizations", ())}
    own = said.get("organization") or ("" if known else config.get("title", "Организация"))
    organizations = ({own: known.get(own, _OF_NOBODY)} if own else {}) | known
    price_kinds = _first(said.get("price_type"), world.get("price_types", usual.price_kinds))
    return Directories(
        organizations, price_kinds, _first(said.get("warehouse"), world.get("warehouses", usual.warehouses))
    )


def found_company(base: Base, people: Mapping[str, str], what: Directories, now: Now) -> None:
    """Write the directories. people: person → the name under which they work."""
    _write(base, sets.CURRENCIES, now, Description="руб.", НаименованиеПолное="Российский рубль", Code=ROUBLES)
    for name in dict.fromkeys(people.values()):
        _write(base, sets.USERS, now, Description=name)
    for name, (inn, kpp) in what.organizations.items():
        _write(base, sets.ORGANIZATIONS, now, Description=name, НаименованиеПолное=name, ИНН=inn, КПП=kpp)
    for name in what.warehouses:
        _write(base, sets.WAREHOUSES, now, Description=name)
    currency = base.first(sets.CURRENCIES)["Ref_Key"]
    for name in what.price_kinds:
        priced = {"ВалютаЦены_Key": currency, "ЦенаВключаетНДС": True, "Статус": "Действует"}
        _write(base, sets.PRICE_KINDS, now, Description=name, **priced)
    for rate in (20, 0):
        _write(base, sets.VAT_RATES, now, Description=f"{rate}%", Ставка=Decimal(rate))


def _write(base: Base, name: str, now: Now, **values: Any) -> Row:
    return enter(base, RESOURCES[name], None, values, now)


def _first(name: str | None, names: Iterable[str]) -> tuple[str, ...]:
    """Return names, one of them in front; that one may be new."""
    return tuple(dict.fromkeys((*([name] if name else []), *names)))
