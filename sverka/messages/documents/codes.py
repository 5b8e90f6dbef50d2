"""The payment's QR code of an own entity: its text, from the account, a sum and a purpose."""

from __future__ import annotations

from sverka.domain.messaging.parties import Seller
from sverka.domain.payment_code import PaymentCodeError, payment_code


def code(seller: Seller | None, amount_kopecks: int, purpose: str) -> str:
    """Return the text of the code; "" where nothing is to be paid, or the account makes no right one: none is better than a wrong."""
    if seller is None or amount_kopecks <= 0:
        return ""
    party, account = seller.party, seller.account
    values = {
        "Name": party.name, "PersonalAcc": account.number, "BankName": account.bank, "BIC": account.bic,
        "CorrespAcc": account.correspondent or "0", "Sum": str(amount_kopecks), "Purpose": purpose, "PayeeINN": party.inn,
        "KPP": party.kpp,
    }  # fmt: skip
    try:
        return payment_code(values)
    except PaymentCodeError:
        return ""
