"""Models of incoming money, by bank and by cash desk, and of its links to orders."""

from __future__ import annotations

from sandbox.systems.business_ru.models.shape import (
    Field,
    Model,
    Preset,
    bare_ref,
    flag,
    moment,
    money,
    ref,
    text,
    whole,
)

COMMON = (
    text("number", preset=Preset.NEXT_NUMBER),
    moment("date", preset=Preset.NOW),
    ref("author_employee_id", "employees"),
    ref("responsible_employee_id", "employees"),
    ref("organization_id", "organizations"),
    ref("partner_id", "partners", indexed=True),
    bare_ref("nds_id", "nds"),
    money("nds_sum"),
    money("sum"),
    text("target"),
    text("comment"),
    flag("held"),
)
"""What money has by whichever way it came in."""


def link(name: str, title: str, payment: str) -> Model:
    """Return the model that links money of the model `payment` to orders."""
    fields: tuple[Field, ...] = (
        ref(f"{payment}_id", payment, needed=True, indexed=True),
        ref("customer_order_id", "customerorders", needed=True, indexed=True),
        money("sum", needed=True),
    )
    return Model(name, title, fields)


PAYMENTS = (
    Model(
        "paymentin",
        "Входящие платежи",
        (
            *COMMON,
            ref("operation_id", "paymentinoperations", needed=True),
            whole("payment_type", preset=2),
            ref("current_account_id", "currentaccounts"),
            whole("partner_current_account_id"),
            whole("currency_id"),
            text("currency_value"),
            text("income_number"),
            moment("income_date"),
            ref("owner_employee_id", "employees"),
        ),
    ),
    link("paymentintocustomerorder", "Привязка платежей к заказам", "paymentin"),
    link("paymentintodocument", "Привязка платежей к документам", "paymentin"),
    Model(
        "cashin",
        "Приходные кассовые ордера",
        (
            *COMMON,
            ref("operation_id", "cashinoperations", needed=True),
            ref("cash_id", "cash", needed=True),
        ),
    ),
    link("cashincustomerorder", "Привязка кассовых ордеров к заказам", "cashin"),
)
