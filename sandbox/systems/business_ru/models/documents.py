"""Models of documents that move goods or promise to: orders, reservations, shipments, receipts, acts, and lines."""

from __future__ import annotations

from sandbox.systems.business_ru.models.shape import (
    Field,
    Model,
    Preset,
    amount,
    flag,
    moment,
    money,
    quantity,
    ref,
    text,
    whole,
)

DOCUMENT = (
    text("number", preset=Preset.NEXT_NUMBER),
    moment("date", preset=Preset.NOW),
    ref("author_employee_id", "employees", needed=True),
    ref("responsible_employee_id", "employees", needed=True),
    ref("organization_id", "organizations", needed=True),
    ref("partner_id", "partners", needed=True, indexed=True),
    text("comment"),
)
"""What every document of goods has."""


def line(header: str, documents: str, *, price_needed: bool = True) -> tuple[Field, ...]:
    """Return the fields of a line of `documents`."""
    return (
        ref(header, documents, needed=True, indexed=True),
        ref("good_id", "goods", needed=True),
        amount(),
        money("price", needed=price_needed),
        ref("store_id", "stores"),
        whole("modification_id"),
        ref("measure_id", "measures"),
        whole("discount_type"),
        quantity("discount_value"),
        money("sum", computed=True),
    )


ORDERS = (
    Model(
        "customerorders",
        "Заказы покупателей",
        (
            *DOCUMENT,
            text("name"),
            ref("status_id", "customerorderstatus", preset=Preset.DEFAULT_ROW),
            ref("request_source_id", "requestsource"),
            ref("payment_type_id", "paymenttypes"),
            text("delivery_address"),
            text("delivery_note"),
            whole("shipper_id"),
            whole("consignee_id"),
            money("sum", computed=True),
            money("calc_order_ships", computed=True),
        ),
        lines="customerordergoods",
    ),
    Model(
        "customerordergoods",
        "Позиции заказов покупателей",
        line("customer_order_id", "customerorders"),
        header="customer_order_id",
    ),
)

RESERVATIONS = (
    Model(
        "reservations",
        "Резервирования",
        (
            *DOCUMENT,
            ref("customer_order_id", "customerorders", indexed=True),
            ref("store_id", "stores", needed=True),
            ref("request_source_id", "requestsource"),
            flag("sync_with_order"),
            flag("held"),
            money("sum", computed=True),
        ),
        lines="reservationgoods",
    ),
    Model(
        "reservationgoods",
        "Позиции резервирований",
        line("reservation_id", "reservations", price_needed=False),
        header="reservation_id",
    ),
)

SHIPMENTS = (
    Model(
        "realizations",
        "Реализации",
        (
            *DOCUMENT,
            ref("status_id", "realizationstatus", preset=Preset.DEFAULT_ROW),
            ref("customer_order_id", "customerorders", indexed=True),
            ref("store_id", "stores"),
            ref("reservation_id", "reservations", indexed=True),
            whole("shipper_id"),
            whole("consignee_id"),
            flag("held"),
            money("sum", computed=True),
        ),
        lines="realizationgoods",
    ),
    Model(
        "realizationgoods",
        "Позиции реализаций",
        line("realization_id", "realizations"),
        header="realization_id",
    ),
)

RECEIPTS = (
    Model(
        "postings",
        "Оприходования товаров",
        (
            *(one for one in DOCUMENT if one.name != "partner_id"),
            ref("store_id", "stores", needed=True),
            flag("held"),
            money("sum", computed=True),
        ),
        lines="postinggoods",
    ),
    Model(
        "postinggoods",
        "Позиции оприходований",
        line("posting_id", "postings", price_needed=False),
        header="posting_id",
    ),
)

ACTS = (
    Model(
        "acceptance",
        "Акты выполненных работ",
        (
            *DOCUMENT,
            ref("customer_order_id", "customerorders", indexed=True),
            flag("held"),
            money("sum", computed=True),
        ),
        lines="acceptancegoods",
    ),
    Model("acceptancegoods", "Позиции актов", line("acceptance_id", "acceptance"), header="acceptance_id"),
)

DOCUMENTS = (*ORDERS, *RESERVATIONS, *SHIPMENTS, *RECEIPTS, *ACTS)
