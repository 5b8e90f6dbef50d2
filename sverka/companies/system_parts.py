"""The shape of a company file: how its outside systems are reached. Secrets are named, never written."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sverka.companies.words import Email, Part, Sender, Text, Variable


class Bitrix24Part(Part):
    """The CRM."""

    webhook: Variable
    """Name of the variable with the address of the incoming webhook."""


class BusinessRuPart(Part):
    """The ledger."""

    url: Variable
    """Name of the variable with the address of the account."""
    app_id: Variable
    """Name of the variable with the id of the integration."""
    secret: Variable
    """Name of the variable with the secret key of the integration."""
    organization: Text
    """The organization in whose name documents are made."""
    author: Email
    """E-mail of the employee in whose name documents are made."""
    requests_per_5min: Annotated[int, Field(ge=1)] = 300
    """How many requests in five minutes we allow ourselves; the vendor names no number, 500 is said to be the limit."""


class MailPart(Part):
    """Mail: letters out, and answers to them."""

    smtp: Variable
    """Name of the variable with the address of the SMTP server, login and password included."""
    imap: Variable | None = None
    """Name of the variable with the address of the IMAP server of the sender's mailbox; without it nothing that comes back is read."""
    sender: Sender
    """From whom letters come: `Name <address>`."""


class SmscPart(Part):
    """SMS by SMSC.RU."""

    account: Variable
    """Name of the variable with the account's address, login and password included: https://LOGIN:PASSWORD@smsc.ru."""
    sender: Text = ""
    """The sender's name as it was agreed with SMSC; without it the account's default."""


class GreenApiPart(Part):
    """Messengers by GREEN-API, an instance for each."""

    whatsapp: Variable | None = None
    """Name of the variable with the address of the WhatsApp instance, its id and token included."""
    max: Variable | None = None
    """Name of the variable with the address of the MAX instance, its id and token included."""


class OnecPart(Part):
    """1C: terms, debts and payments of customers, by its OData interface."""

    url: Variable
    """Name of the variable with the address of the base, login and password included: https://LOGIN:PASSWORD@host/publication."""


class SystemsPart(Part):
    """The outside systems, with names of variables in place of secrets."""

    bitrix24: Bitrix24Part
    business_ru: BusinessRuPart | None = None
    """The ledger; a company without one has its deals and its clients looked after, and nothing compared."""
    mail: MailPart
    smsc: SmscPart | None = None
    green_api: GreenApiPart | None = None
    onec: OnecPart | None = None
    """1C; a company without it chases no debts."""


SYSTEMS = tuple(SystemsPart.model_fields)
