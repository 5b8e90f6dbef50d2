"""The shape of a company file: its sections, keys and words. What they mean to each other is checked in `sense.py`.

The text under each key is what an editor shows and what a mistake quotes, so it is written for whoever fills in the file.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from sverka.companies.words import Count, Email, Key, Link, Moment, OneOf, Sender, Text, Variable, Zone, mistake
from sverka.domain.actions import KINDS
from sverka.domain.policy import FIELDS, Mode, OnDrift
from sverka.domain.state_table import ALLOWED_STATUSES, FACT_WORDS, ORDER_WORDS

RULES = tuple(dict.fromkeys(kind.rule for kind in KINDS))
STATUS_WORDS = tuple(dict.fromkeys(word for words in ALLOWED_STATUSES.values() for word in words))
ROLES = ("worker", "owner", "head", "manager", "accountant", "warehouse", "master")
DEAL_FIELDS = ("branch", "installation", "delivery", "visit_at", "ship_date", "paid_at_desk", "dispute", "ledger_order")
CLIENT_FIELDS = ("trusted",)
BRANCHES = "branches"
"""In place of a field's options: the names of the company's branches."""


class Part(BaseModel):
    """What all sections share: nothing unknown, nothing converted, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


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
    """Outgoing mail."""

    smtp: Variable
    """Name of the variable with the address of the SMTP server, login and password included."""
    sender: Sender
    """From whom letters come: `Name <address>`."""


class SystemsPart(Part):
    """The outside systems, with names of variables in place of secrets."""

    bitrix24: Bitrix24Part
    business_ru: BusinessRuPart
    mail: MailPart


SYSTEMS = tuple(SystemsPart.model_fields)


class PersonPart(Part):
    """A person, the same in every system."""

    name: Text
    """First name and surname, as the systems show them."""
    email: Email
    """The address by which the person is found in every system."""


class BranchPart(Part):
    """A branch."""

    name: Text
    """The name that the deal's field shows."""
    store: Text
    """The ledger's name of the warehouse."""
    cash_desk: Text
    """The ledger's name of the cash desk."""
    address: Text
    """Where clients come."""
    review_link: Link
    """Where clients of the branch leave reviews."""


_Options = Annotated[
    Annotated[Annotated[str, OneOf((BRANCHES,))], Tag("word")] | Annotated[list[Text], Tag("list")],
    Discriminator(lambda value: "word" if isinstance(value, str) else "list"),
]


class FieldPart(Part):
    """A custom field of the portal."""

    title: Text
    """The title that people see."""
    type: Annotated[str, OneOf(("string", "boolean", "date", "datetime", "list"))]
    """What the field holds."""
    options: _Options | None = None
    """For a list: what may be chosen, or `branches`."""

    @model_validator(mode="after")
    def _lists_have_options(self) -> Self:
        if (self.type == "list") != bool(self.options):
            raise mistake("`options` belong to the type `list`, and to no other", "add the options, or change the type")
        return self


class FieldsPart(Part):
    """Custom fields by the words that the program knows them by."""

    deal: dict[Annotated[str, OneOf(DEAL_FIELDS)], FieldPart]
    """Fields of a deal."""
    client: dict[Annotated[str, OneOf(CLIENT_FIELDS)], FieldPart] = {}
    """Fields of a company."""


class StagePart(Part):
    """What the ledger must hold while a deal stands at the stage."""

    order: Annotated[str, OneOf(ORDER_WORDS)] | None = None
    """The customer's order."""
    reserve: Annotated[str, OneOf(("all", "none"))] | None = None
    """Goods held for the order."""
    shipment: Annotated[str, OneOf(FACT_WORDS["shipment"])] | None = None
    """Goods that left."""
    payment: Annotated[str, OneOf(FACT_WORDS["payment"])] | None = None
    """Money that came."""
    only: Annotated[str, OneOf(("trusted",))] | None = None
    """Whom the shipment is for; the order is required of everybody."""

    @model_validator(mode="after")
    def _only_limits_a_shipment(self) -> Self:
        if self.only and not self.shipment:
            raise mistake(
                "`only` limits the shipment, and none is required here", "add `shipment: all`, or drop `only`"
            )
        return self


class WhenPart(Part):
    """A state of the ledger."""

    payment: Annotated[str, OneOf(FACT_WORDS["payment"])] | None = None
    """How much of the order is paid."""
    shipment: Annotated[str, OneOf(FACT_WORDS["shipment"])] | None = None
    """How much of the order is shipped."""
    work_order: Annotated[str, OneOf(FACT_WORDS["work_order"])] | None = None
    """Where the work order stands."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise mistake("a fact needs a condition", f"say one or more of: {', '.join(FACT_WORDS)}")
        return self


class FactPart(Part):
    """What a fact of the ledger requires of the stage."""

    when: WhenPart
    """The state of the ledger."""
    origins: Annotated[list[Text], Field(alias="from", min_length=1)]
    """The stages which the fact may move a deal out of."""
    to: Text
    """The stage where the deal must stand."""


class DecisionPart(Part):
    """What a person marks in the deal and the program carries out."""

    field: Text
    """The title of the deal's field."""
    at: Annotated[list[Text], Field(min_length=1)]
    """The stages where the mark counts."""
    do: Annotated[list[Annotated[str, OneOf(("payment", "shipment", "close_order"))]], Field(min_length=1)]
    """What is done in the ledger, in this order."""


class FunnelPart(Part):
    """A funnel of the portal."""

    name: Text
    """Its name on the portal."""
    stages: Annotated[dict[Text, StagePart], Field(min_length=1)]
    """Every stage by its name, in the order of the portal; `won` and `lost` are the final ones."""
    facts: list[FactPart] = []
    """What the ledger shows."""
    decided: list[DecisionPart] = []
    """What people mark."""


class OwnerPart(Part):
    """Who wins on one field."""

    owner: Annotated[str, OneOf(SYSTEMS[:2])]
    """The system whose value counts."""
    on_drift: Annotated[str, OneOf(tuple(OnDrift))]
    """What to do when somebody changed the other side: restore it, adopt the change, or ask."""
    grace_min: Count
    """How many minutes such a change is left in peace first."""


class RulePart(Part):
    """How far a rule may go by itself, in one run. A cap that is not given has a safe default."""

    mode: Annotated[str, OneOf(tuple(Mode))]
    """Say what it sees, propose it to a person, or do it."""
    cap_per_run: Count | None = None
    """At most so many actions."""
    cap_share_percent: Annotated[int, Field(ge=0, le=100)] | None = None
    """At most this share of what the rule works on."""
    cap_sum_roubles: Count | None = None
    """At most this sum."""


class DigestPart(Part):
    """Who gets the daily letter."""

    owner: Annotated[list[Annotated[str, OneOf(ROLES)]], Field(min_length=1)]
    """People who see the whole company."""
    managers: Annotated[str, OneOf(("responsible",))] | None = None
    """`responsible`: everybody who is responsible for a deal in the letter gets a part of it."""


class CompanyFile(Part):
    """A company of Sverka."""

    company: Key
    """The company's word on the command line; the file bears the same name."""
    title: Text
    """The company's name for people."""
    timezone: Zone
    """The zone of its working day."""
    history_cutoff: Moment
    """Deals closed before this moment are counted, never changed."""
    systems: SystemsPart
    people: dict[Annotated[str, OneOf(ROLES)], PersonPart]
    """Who is who."""
    branches: Annotated[list[BranchPart], Field(min_length=1)]
    """Where goods lie, money goes and clients come."""
    fields: FieldsPart
    order_statuses: dict[Annotated[str, OneOf(STATUS_WORDS)], Text]
    """Names of the ledger's order statuses for the words of the state table."""
    funnels: Annotated[dict[Key, FunnelPart], Field(min_length=1)]
    """The state table: what a stage requires of the ledger, and what a fact of the ledger requires of the stage."""
    owners: dict[Annotated[str, OneOf(FIELDS)], OwnerPart] = {}
    """Who wins when both sides differ. Fields that are not named are neither compared nor written."""
    rules: dict[Annotated[str, OneOf(RULES)], RulePart] = {}
    """How far each rule may go by itself. A rule that is not named only watches."""
    digest: DigestPart
