"""A company's own small world: a catalogue, stock, clients, directories of 1C, from `worlds/<company>.yaml`; no deals, people make them.

Data that others collected has loaders of its own in `sandbox.load`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sandbox.companies import read_yaml
from sandbox.systems.bitrix24 import Bitrix24
from sandbox.systems.business_ru import BusinessRu
from sandbox.systems.onec import Client, OneC

_WORLDS = Path(__file__).parent / "worlds"


def read(company: str) -> dict[str, Any]:
    """Return the company's file as data; a company without one has nothing."""
    path = _WORLDS / f"{company}.yaml"
    return dict(read_yaml(path)) if path.exists() else {}


def load(
    company: str, config: dict[str, Any], portal: Bitrix24 | None, ledger: BusinessRu | None, base: OneC | None
) -> None:
    """Fill the company's systems, each None if the company has none; a company without a file of its own starts empty."""
    world = read(company)
    for kind in ("goods", "services"):
        for row in world.get(kind, ()):
            _add_good(row, portal, base, service=kind == "services")
    for row in world.get("clients", ()):
        _add_client(row, portal, ledger)
        if base is not None and "inn" in row:
            base.add_client(_debtor(row))
    if ledger is not None and world:
        _stock(world, config, ledger)


def _add_good(row: dict[str, Any], portal: Bitrix24 | None, base: OneC | None, *, service: bool) -> None:
    if portal is not None:
        portal.add_product(row["name"], row["article"], row["price"] * 100, service=service)
    if base is not None:
        prices = row.get("prices") or dict.fromkeys(base.price_kinds(), row["price"])
        kopecks = {kind: roubles * 100 for kind, roubles in prices.items()}
        base.add_good(row["name"], row["article"], kopecks, service=service)


def _debtor(row: dict[str, Any]) -> Client:
    limit = row.get("limit")
    return Client(
        row.get("counterparty", row["company"]),
        str(row["inn"]),
        str(row.get("kpp", "")),
        phone=row["phone"],
        email=row.get("email", ""),
        limit_kopecks=None if limit is None else limit * 100,
        deferral_days=row.get("deferral_days", 0),
        price_kind=row.get("price_type", ""),
        forbids_overdue=row.get("forbids_overdue", False),
    )


def _stock(world: dict[str, Any], config: dict[str, Any], ledger: BusinessRu) -> None:
    stores = {branch["name"]: branch["store"] for branch in config["branches"]}
    for row in world["goods"]:
        good = ledger.add_good(row["name"], row["article"], row["price"] * 100)
        for branch, pieces in row["stock"].items():
            ledger.set_stock(good, stores[branch], pieces * 1000)
    for row in world["services"]:
        ledger.add_good(row["name"], row["article"], row["price"] * 100, service=True)


def _add_client(row: dict[str, Any], portal: Bitrix24 | None, ledger: BusinessRu | None) -> None:
    phone, email = row["phone"], row.get("email")
    name = row["company"] if "company" in row else f"{row['first_name']} {row['last_name']}"
    if portal is not None and row.get("crm", True):
        _add_card(row, portal)
    partner = row.get("partner", name)
    if ledger is not None and partner != "none":
        ledger.add_partner(partner, phone=phone, email=email)


def _add_card(row: dict[str, Any], portal: Bitrix24) -> None:
    reached = {"phone": row["phone"], "email": row.get("email"), "trusted": row.get("trusted", False)}
    if "company" not in row:
        portal.add_contact(row["first_name"], row["last_name"], birthdate=row.get("birthdate"), **reached)
        return
    company_id = portal.add_company(row["company"], **reached)
    if "inn" in row:
        portal.add_requisite(company_id, str(row["inn"]), str(row.get("kpp", "")))
