"""A company's own small world: a catalogue, stock and clients, from `worlds/<company>.yaml`; no deals, people make them.

Data that others collected has loaders of its own in `sandbox.load`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sandbox.companies import read_yaml
from sandbox.systems.bitrix24 import Bitrix24
from sandbox.systems.business_ru import BusinessRu

_WORLDS = Path(__file__).parent / "worlds"


def load(company: str, config: dict[str, Any], portal: Bitrix24, ledger: BusinessRu | None) -> None:
    """Fill the company's systems; a company without a file of its own starts empty. ledger: None for a company that has none."""
    path = _WORLDS / f"{company}.yaml"
    if not path.exists():
        return
    world = read_yaml(path)
    for row in world["goods"]:
        portal.add_product(row["name"], row["article"], row["price"] * 100)
    for row in world["services"]:
        portal.add_product(row["name"], row["article"], row["price"] * 100, service=True)
    for row in world["clients"]:
        _add_client(row, portal, ledger)
    if ledger is not None:
        _stock(world, config, ledger)


def _stock(world: dict[str, Any], config: dict[str, Any], ledger: BusinessRu) -> None:
    stores = {branch["name"]: branch["store"] for branch in config["branches"]}
    for row in world["goods"]:
        good = ledger.add_good(row["name"], row["article"], row["price"] * 100)
        for branch, pieces in row["stock"].items():
            ledger.set_stock(good, stores[branch], pieces * 1000)
    for row in world["services"]:
        ledger.add_good(row["name"], row["article"], row["price"] * 100, service=True)


def _add_client(row: dict[str, Any], portal: Bitrix24, ledger: BusinessRu | None) -> None:
    phone, email, trusted = row["phone"], row.get("email"), row.get("trusted", False)
    if "company" in row:
        name = row["company"]
        portal.add_company(name, phone=phone, email=email, trusted=trusted)
    else:
        name = f"{row['first_name']} {row['last_name']}"
        born = row.get("birthdate")
        portal.add_contact(
            row["first_name"], row["last_name"], phone=phone, email=email, birthdate=born, trusted=trusted
        )
    partner = row.get("partner", name)
    if ledger is not None and partner != "none":
        ledger.add_partner(partner, phone=phone, email=email)
