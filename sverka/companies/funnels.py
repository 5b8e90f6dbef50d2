"""The shape of the state table in a company file: funnels, stages, what people decide and where facts put a deal.

What contradicts what is told by the table's linter, see `table.py`. The text under each key is what an editor shows.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from sverka.companies.words import Clock, OneOf, Part, Span, Text, mistake, template
from sverka.domain.state_table import DECIDED_WORDS, FACT_WORDS, ORDER_WORDS, TITLE_WORDS


class ShipsPart(Part):
    """How deals leave a stage on their ship date, the field `ship_date`."""

    to: Text
    """The stage where a deal stands on its day: the warehouse gets a task, the client is told."""
    then: Text | None = None
    """The stage where a deal goes once its track number is filled in; left out, people move it."""
    begins: Annotated[Clock, Field(alias="from")] = "08:00"
    """From which hour of the day on deals go."""
    track_by: Clock = "18:00"
    """By which hour the track number is to be there, else somebody gets a task; later than that nothing goes any more that day."""

    @model_validator(mode="after")
    def _begins_before_it_is_over(self) -> Self:
        if self.begins >= self.track_by:
            raise mistake(
                f"the track is asked for at {self.track_by}, not after deals go at {self.begins}",
                "write the earlier time in `from`",
            )
        return self


class StagePart(Part):
    """What the ledger must hold, and what people get, while a deal stands at the stage."""

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
    request: bool = False
    """Whether a deal here is a new request: people are told, its title and its client's card are put in order."""
    activity: Text | None = None
    """The subject of a to-do that the responsible person gets, once for each stay."""
    allowed: Span | None = None
    """How long a deal may stand here, in working time: 15m, 4h, 2d. A day is a working day; a new request stands until it is answered."""
    show: Annotated[str, OneOf(("availability",))] | None = None
    """What the deal shows: what is in the stores, and what is missing becomes a task for purchase."""
    eve_check: Clock | None = None
    """From this hour of the eve of the visit, all goods must be held at the branch, else somebody gets a task."""
    notice: Text | None = None
    """What the client is told: `order_ready` once order and reserve stand as required, `visits`, or `thanks_review` at `won`."""
    ships: ShipsPart | None = None
    """Deals wait here for their ship date; on that day they go to another stage."""

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
    """What a person decides by filling a field of the deal, and what follows."""

    field: Text
    """The field's key in `fields.deal`."""
    value: Annotated[Text, Field(alias="is")]
    """What it must hold: "да" for a box, one of its options for a list."""
    at: Annotated[list[Text], Field(min_length=1)]
    """The stages where it counts."""
    do: Annotated[list[Annotated[str, OneOf(DECIDED_WORDS)]], Field(min_length=1)]
    """What follows."""
    to: Text | None = None
    """For `move` and `link`: the funnel's key and the stage, as in `service/Обработан`."""

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        leads = bool({"move", "link"} & set(self.do))
        if leads and self.to is None:
            raise mistake("`move` and `link` need a stage to lead to", "add `to: funnel/stage`")
        if self.to is not None and not leads:
            raise mistake(
                "`to` is for `move` and `link`, and neither is in `do`", "drop `to`, or add one of them to `do`"
            )
        return self

    @property
    def target(self) -> tuple[str, str] | None:
        """The funnel's key and the stage; a stage's name may hold further strokes."""
        key, _, stage = (self.to or "").partition("/")
        return (key, stage) if self.to is not None else None


class FunnelPart(Part):
    """A funnel of the portal."""

    name: Text
    """Its name on the portal."""
    title: Annotated[Text, template(TITLE_WORDS)] | None = None
    """How new deals are named, with {id} {client} {surname} {goods} {source} in it; without it, titles are left alone."""
    stages: Annotated[dict[Text, StagePart], Field(min_length=1)]
    """Every stage by its name, in the order of the portal; `won` and `lost` are the final ones."""
    facts: list[FactPart] = Field(default_factory=list)
    """Where the deal is put when the ledger shows something."""
    decided: list[DecisionPart] = Field(default_factory=list)
    """What people decide."""
