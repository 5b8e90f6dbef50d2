"""How people call what clients are told: the kinds of message and the channels in Russian. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from sverka.domain.messaging.channels import EMAIL, MAX, SMS, WHATSAPP
from sverka.domain.messaging.kinds import (
    BIRTHDAY,
    DEBT_LIFTED,
    DEBT_SOFT,
    DEBT_STATEMENT,
    DEBT_STOP,
    DEBT_WARNING,
    INVOICE,
    INVOICE_UNPAID,
    ORDER_READY,
    PAYMENTS_DUE,
    SHIPPED,
    SHIPPING_MOVED,
    SHIPPING_TODAY,
    THANKS_REVIEW,
    VISIT_BOOKED,
    VISIT_CANCELLED,
    VISIT_EVE,
    VISIT_SOON,
    WELCOME,
)

KIND_NAMES: Mapping[str, str] = {
    ORDER_READY: "заказ собран", SHIPPING_TODAY: "сегодня отгружаем", SHIPPING_MOVED: "перенос отгрузки", SHIPPED: "заказ отгружен",
    VISIT_BOOKED: "подтверждение записи", VISIT_CANCELLED: "отмена визита",
    VISIT_EVE: "напоминание о визите", VISIT_SOON: "напоминание о визите", THANKS_REVIEW: "благодарность и просьба об отзыве",
    BIRTHDAY: "поздравление", WELCOME: "приветствие", INVOICE: "счёт", INVOICE_UNPAID: "напоминание о счёте",
    PAYMENTS_DUE: "ближайшие сроки оплаты", DEBT_SOFT: "напоминание об оплате", DEBT_STATEMENT: "расчёты с просьбой назвать дату",
    DEBT_WARNING: "предупреждение об отгрузках", DEBT_STOP: "остановка отгрузок", DEBT_LIFTED: "возобновление отгрузок",
}  # fmt: skip
"""Of all kinds but a company's own."""

BY_CHANNEL: Mapping[str, str] = {EMAIL: "письмом", SMS: "SMS", WHATSAPP: "в WhatsApp", MAX: "в MAX"}
"""How somebody wrote or was told."""


NOT_WRITTEN = "не писать"
CHOICES: Mapping[str, str] = {"MAX": MAX, "WhatsApp": WHATSAPP, "SMS": SMS, "почта": EMAIL, NOT_WRITTEN: ""}
"""What a client's card may say of how to write to them → the channel; "" for none at all."""


def kind_name(kind: str) -> str:
    """Return what people call a kind; a company's own by the name that the company gave it."""
    return KIND_NAMES.get(kind) or f"сообщение «{kind}»"
