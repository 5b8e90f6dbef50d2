"""The written list of all rows that the mirror holds."""

from __future__ import annotations

from sverka.domain.account_rows import Advance, Contract, Counterparty, Debt, Entity, Receipt, Settled, Terms
from sverka.domain.rows import (
    Activity,
    Client,
    CrmTask,
    Deal,
    DealLine,
    Department,
    Employee,
    Good,
    LedgerOrder,
    LedgerOrderLine,
    Partner,
    PaymentLink,
    Product,
    Reference,
    Requisite,
    Reserve,
    ReserveLine,
    Row,
    Shipment,
    ShipmentLine,
    ShopOrder,
    ShopOrderLine,
    Stage,
    Stock,
    User,
)

TABLES: tuple[type[Row], ...] = (
    Deal, DealLine, Client, Requisite, Product, User, Department, Stage, Activity, CrmTask, ShopOrder, ShopOrderLine,
    LedgerOrder, LedgerOrderLine, Reserve, ReserveLine, Shipment, ShipmentLine, PaymentLink, Stock, Good, Partner, Employee,
    Reference,
    Entity, Counterparty, Contract, Terms, Debt, Advance, Settled, Receipt,
)  # fmt: skip
"""All tables of the mirror."""
