"""A company as the edge of the program knows it: its policy, and what the systems and the letters need beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sverka.domain.policy import Policy


@dataclass(frozen=True)
class Bitrix24Connection:
    """Names of variables."""

    webhook: str


@dataclass(frozen=True)
class BusinessRuConnection:
    """Names of variables, and the pace that the company allows us."""

    url: str
    app_id: str
    secret: str
    requests_per_5min: int


@dataclass(frozen=True)
class MailConnection:
    """Names of variables, and from whom letters come (`Name <address>`). imap: "" if nobody reads what is written back."""

    smtp: str
    sender: str
    imap: str = ""


@dataclass(frozen=True)
class MessengerConnections:
    """Names of variables by channel, beside letters. sms_sender: the agreed name, "" for the account's default."""

    variables: Mapping[str, str] = field(default_factory=dict)
    sms_sender: str = ""


@dataclass(frozen=True)
class OnecConnection:
    """Names of variables."""

    url: str


@dataclass(frozen=True)
class Connection:
    """How the company's systems are reached: names of environment variables, never their values."""

    bitrix24: Bitrix24Connection
    business_ru: BusinessRuConnection | None
    mail: MailConnection
    messengers: MessengerConnections
    onec: OnecConnection | None = None

    @property
    def variables(self) -> tuple[str, ...]:
        """All names of variables."""
        ledger = self.business_ru
        account = (ledger.url, ledger.app_id, ledger.secret) if ledger else ()
        mail = (self.mail.smtp, self.mail.imap) if self.mail.imap else (self.mail.smtp,)
        base = (self.onec.url,) if self.onec else ()
        return (self.bitrix24.webhook, *account, *base, *mail, *self.messengers.variables.values())


@dataclass(frozen=True)
class CustomField:
    """A custom field of the portal. type: string, boolean, date, datetime or list; options: what a list offers."""

    key: str
    title: str
    type: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fields:
    """Custom fields by the words that the program knows them by."""

    deal: Mapping[str, CustomField]
    client: Mapping[str, CustomField]


@dataclass(frozen=True)
class Person:
    """A person of the company; `role` is the key in the file."""

    role: str
    name: str
    email: str


@dataclass(frozen=True)
class DigestSettings:
    """Who gets the daily letters. managers: whether everybody who is responsible for a deal in the owner's gets a part."""

    readers: Mapping[str, tuple[Person, ...]]
    """Name of a letter → its readers; `owner` is always among them."""
    managers: bool


@dataclass(frozen=True)
class Company:
    """One company's file, checked. fingerprint: changes when the content does, not when a comment does."""

    policy: Policy
    connection: Connection
    fields: Fields
    people: Mapping[str, Person]
    digest: DigestSettings
    file: Path
    fingerprint: str
    templates: Path | None = None
    """The folder of the company's own texts."""

    @property
    def name(self) -> str:
        """The company's word on the command line."""
        return self.policy.company

    def person(self, email: str) -> str:
        """Return the name of the person with an e-mail, the e-mail itself if the file describes nobody."""
        return next((person.name for person in self.people.values() if person.email == email), email)
