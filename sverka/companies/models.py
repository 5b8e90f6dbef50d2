"""The shape of a company file: its sections, keys and words; of the state table in `funnels.py`.

What they mean to each other is checked in `sense.py`.
The text under each key is what an editor shows and what a mistake quotes, so it is written for whoever fills in the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Discriminator, Field, Tag, model_validator

from sverka.companies.funnels import FunnelPart
from sverka.companies.system_parts import SYSTEMS, SystemsPart
from sverka.companies.words import (
    Clock,
    Count,
    Email,
    Key,
    Link,
    Moment,
    OneOf,
    Part,
    Span,
    Text,
    Zone,
    mistake,
)
from sverka.domain.actions import KINDS
from sverka.domain.dunning.policy import DEFAULT, LADDERS, NoLimit
from sverka.domain.messaging.channels import CHANNEL_BY_NAME, EMAIL
from sverka.domain.messaging.wishes import LEAP_DAYS
from sverka.domain.policy import FIELDS, Mode, OnDrift
from sverka.domain.state_table import ALLOWED_STATUSES

RULES = tuple(dict.fromkeys(kind.rule for kind in KINDS))
STATUS_WORDS = tuple(dict.fromkeys(word for words in ALLOWED_STATUSES.values() for word in words))
ROLES = ("worker", "owner", "head", "manager", "accountant", "warehouse", "master")
WEEKDAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
DEAL_FIELDS = (
    "branch", "installation", "delivery", "visit_at", "ship_date", "paid_at_desk", "cash_desk", "address", "availability",
    "supplier", "supplier_date", "answer", "dispute", "ledger_order", "carrier", "track",
)  # fmt: skip
CLIENT_FIELDS = ("trusted", "write_to", "hold", "price_type", "deferral", "credit_limit", "debt", "overdue")
FIELD_TYPES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "deal": {
        "visit_at": ("datetime",), "ship_date": ("date",), "supplier_date": ("date",),
        "availability": ("string",), "answer": ("string",), "ledger_order": ("string",),
        "carrier": ("list", "string"), "track": ("string",),
    },
    "client": {
        "trusted": ("boolean",), "write_to": ("list",), "hold": ("list",),
        **dict.fromkeys(("price_type", "deferral", "credit_limit", "debt", "overdue"), ("string",)),
    },
}  # fmt: skip
"""Fields that the program reads or writes as what they are, and the types that they may have."""
BRANCHES, CASH_DESKS = "branches", "cash_desks"
"""In place of a field's options: the names of the company's branches, or of their cash desks."""


class HoursOfDay(Part):
    """From when to when."""

    opens: Annotated[Clock, Field(alias="from")]
    """The first minute."""
    closes: Annotated[Clock, Field(alias="to")]
    """The minute at which it is over."""

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.opens >= self.closes:
            raise mistake(
                f"it is over at {self.closes}, not after it begins at {self.opens}", "write the earlier time in `from`"
            )
        return self


class OwnKindPart(Part):
    """A kind of message of the company's own: who comes to a stage that names it is told once for each stay there."""

    sort: Annotated[str, OneOf(("service", "care"))] = "service"
    """Whether the client waits for it (service), or not (care): that decides about hours and how much is too much."""
    useful: Span = "1d"
    """How long after the deal came to its stage it may still go."""


class WelcomePart(Part):
    """Who is welcomed: each contact whose first deal comes into one of these funnels, in working hours."""

    funnels: Annotated[list[Key], Field(min_length=1)]
    """Keys of the funnels of sales."""
    roubles_a_day: Annotated[int, Field(ge=1)] = 300
    """What all welcomes of a day may cost together; who comes later is welcomed the next day."""
    sms_kopecks: Annotated[int, Field(ge=1)] = 350
    """What one part of an SMS costs."""


class BirthdaysPart(Part):
    """How clients are greeted on their birthdays."""

    at: Clock = "11:00"
    """From when on, by the clock of whoever is greeted."""
    leap_day: Annotated[str, OneOf(tuple(LEAP_DAYS))] = "02-28"
    """When who was born on 29 February is greeted in other years."""


class MessagesPart(Part):
    """How clients are written to."""

    channels: Annotated[list[Annotated[str, OneOf(tuple(CHANNEL_BY_NAME))]], Field(min_length=1)] = Field(
        default_factory=lambda: [EMAIL]
    )
    """The channels in the order in which they are tried."""
    service: HoursOfDay = HoursOfDay.model_validate({"from": "08:00", "to": "21:00"})
    """When messages about orders and visits may go, by the clock of whoever gets them."""
    care: HoursOfDay = HoursOfDay.model_validate({"from": "10:00", "to": "19:00"})
    """When thanks, greetings and other things that nobody waits for may go."""
    gap: Span = "4h"
    """How long after any message nothing of the second sort follows."""
    per_day: Annotated[int, Field(ge=1, le=10)] = 2
    """How many messages one person gets in a day before those of the second sort wait."""
    unknown_zone: Annotated[str, OneOf(("company", "anywhere"))] = "company"
    """Whose clock counts where none is known: the company's, or hours that are day in all of Russia."""
    templates: Text | None = None
    """A folder of own texts beside the company files; what lies there wins over ours, and may add kinds."""
    own: dict[Key, OwnKindPart] = Field(default_factory=dict)
    """Kinds of message that the folder adds, by the words that stages name in `notice`."""
    welcome: WelcomePart | None = None
    """Whether new clients are welcomed; a company that does not want it leaves it out."""
    birthdays: BirthdaysPart | None = None
    """Whether clients are greeted on their birthdays; a company that does not want it leaves it out."""


class DunningPart(Part):
    """How customers are reminded of what is overdue by 1C, and what they may still be given."""

    ladder: Annotated[str, OneOf(tuple(LADDERS))] = DEFAULT.name
    """The steps that customers climb: when they are written to, called, warned, stopped."""
    holds: Annotated[str, OneOf(("propose", "auto"))] = "propose"
    """Whether what stops goods is proposed to the head, or set on the card by itself."""
    no_limit: Annotated[str, OneOf(tuple(NoLimit))] = NoLimit.UNLIMITED.value
    """What it means that 1C sets a customer no credit limit."""
    min_document_roubles: Count = 100
    """Less than this left of a document is not spoken of."""
    min_customer_roubles: Count = 5000
    """Less than this overdue of a customer is not spoken of."""
    gap_days: Count = 3
    """So many working days lie between two reminders to a customer."""
    letters: HoursOfDay = HoursOfDay.model_validate({"from": "14:00", "to": "16:30"})
    """When letters about debts go, by the company's clock: the bank's statement is loaded by then."""
    customers_per_day: Count = 40
    """At most so many customers are reminded in a day."""
    share_percent: Annotated[int, Field(ge=1, le=100)] = 15
    """At most this share of all who owe."""
    roubles_per_day: Count = 5_000_000
    """At most about so much money."""


class PersonPart(Part):
    """A person, the same in every system."""

    name: Text
    """First name and surname, as the systems show them."""
    email: Email
    """The address by which the person is found in every system."""


class HoursPart(Part):
    """When people answer clients: limits of time run only then."""

    opens: Annotated[Clock, Field(alias="from")]
    """When the day begins."""
    closes: Annotated[Clock, Field(alias="to")]
    """When the day ends."""
    days: Annotated[list[Annotated[str, OneOf(WEEKDAYS)]], Field(min_length=1)]
    """The days of the week on which people work."""
    missed_call: Span = "15m"
    """How long a call that nobody took may wait, in working time: 15m, 1h."""

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.opens >= self.closes:
            raise mistake(
                f"the day ends at {self.closes}, not after it begins at {self.opens}",
                "write the earlier time in `from`",
            )
        return self


class DutiesPart(Part):
    """Who sees to what is nobody's own. Who is not named: the head, else the first who gets the owner's letter."""

    purchase: Annotated[str, OneOf(ROLES)] | None = None
    """Who gets tasks about goods that are missing."""
    questions: Annotated[str, OneOf(ROLES)] | None = None
    """Who gets questions that belong to no deal."""
    money: Annotated[str, OneOf(ROLES)] | None = None
    """Who finds payments and assigns them in 1C; who is not named is the accountant, if there is one."""
    shipping: Annotated[str, OneOf(ROLES)] | None = None
    """Who picks and ships; who is not named is the warehouse, if there is one."""


class ShopPart(Part):
    """The online store: where its orders become deals."""

    funnel: Key
    """The funnel's key in `funnels`."""
    stage: Text
    """The stage at which such a deal begins."""
    source: Text
    """The code of the source that the deal gets."""


class BranchPart(Part):
    """A branch."""

    name: Text
    """The name that the deal's field shows."""
    store: Text = ""
    """The ledger's name of the warehouse; left out where there is no ledger, as the cash desk is."""
    cash_desk: Text = ""
    """The ledger's name of the cash desk."""
    address: Text
    """Where clients come."""
    review_link: Link
    """Where clients of the branch leave reviews."""


_Options = Annotated[
    Annotated[Annotated[str, OneOf((BRANCHES, CASH_DESKS))], Tag("word")] | Annotated[list[Text], Tag("list")],
    Discriminator(lambda value: "word" if isinstance(value, str) else "list"),
]


class FieldPart(Part):
    """A custom field of the portal."""

    title: Text
    """The title that people see."""
    type: Annotated[str, OneOf(("string", "boolean", "date", "datetime", "list"))]
    """What the field holds."""
    options: _Options | None = None
    """For a list: what may be chosen; or `branches`, or `cash_desks`."""

    @model_validator(mode="after")
    def _lists_have_options(self) -> Self:
        if (self.type == "list") != bool(self.options):
            raise mistake("`options` belong to the type `list`, and to no other", "add the options, or change the type")
        return self


class FieldsPart(Part):
    """Custom fields by the words that the program knows them by."""

    deal: dict[Annotated[str, OneOf(DEAL_FIELDS)], FieldPart]
    """Fields of a deal."""
    client: dict[Annotated[str, OneOf(CLIENT_FIELDS)], FieldPart] = Field(default_factory=dict)
    """Fields of a client, in the cards of companies and of contacts."""


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


_Readers = Annotated[list[Annotated[str, OneOf(ROLES)]], Field(min_length=1)]


class DigestPart(Part):
    """Who gets which daily letter. Whoever gets the owner's gets no other."""

    owner: _Readers
    """People who see the whole company."""
    managers: Annotated[str, OneOf(("responsible",))] | None = None
    """`responsible`: everybody who is responsible for a deal in the letter gets a part of it."""
    head: _Readers = Field(default_factory=list)
    """Who heads the sales: what waits for whom, what managers did, where deals stand."""
    accountant: _Readers = Field(default_factory=list)
    """Who keeps the books: money that came, what does not fit, who owes."""
    warehouse: _Readers = Field(default_factory=list)
    """Who picks the goods: what leaves today, what is missing."""


LETTERS = ("owner", "head", "accountant", "warehouse")
"""Letters that people of the file get by their role."""


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
    people: Annotated[dict[Annotated[str, OneOf(ROLES)], PersonPart], Field(min_length=1)]
    """Who is who."""
    hours: HoursPart = HoursPart.model_validate({"from": "09:00", "to": "18:00", "days": list(WEEKDAYS[:5])})
    """When people answer clients; if not said, from 09:00 to 18:00, Monday to Friday."""
    duties: DutiesPart = DutiesPart()
    branches: Annotated[list[BranchPart], Field(min_length=1)]
    """Where goods lie, money goes and clients come."""
    fields: FieldsPart
    order_statuses: dict[Annotated[str, OneOf(STATUS_WORDS)], Text] = Field(default_factory=dict)
    """Names of the ledger's order statuses for the words of the state table."""
    shop: ShopPart | None = None
    """The online store; a company without one leaves it out."""
    messages: MessagesPart = MessagesPart()
    """How clients are written to; if not said, by e-mail, between 08:00 and 21:00."""
    dunning: DunningPart | None = None
    """How overdue payments are chased; a company that does not want it leaves it out."""
    funnels: Annotated[dict[Key, FunnelPart], Field(min_length=1)]
    """The state table: what a stage requires of the ledger and of people, what people decide, where facts put a deal."""
    owners: dict[Annotated[str, OneOf(FIELDS)], OwnerPart] = Field(default_factory=dict)
    """Who wins when both sides differ. Fields that are not named are neither compared nor written."""
    rules: dict[Annotated[str, OneOf(RULES)], RulePart] = Field(default_factory=dict)
    """How far each rule may go by itself. A rule that is not named only watches."""
    digest: DigestPart
