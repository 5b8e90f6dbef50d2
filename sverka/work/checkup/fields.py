"""Custom fields: whether the portal has those of the file, of the right type, and lists with the right options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sverka.companies.company import Company, CustomField
from sverka.systems.bitrix24.custom_fields import FieldInfo
from sverka.systems.bitrix24.directory import PARTS, Directory
from sverka.systems.bitrix24.writing.custom_fields import NewField, code
from sverka.work.checkup.lines import Line, counted, error, listed, meant, nearest, right, warning

ABOUT = "Bitrix24"

LOSSES: Mapping[str, str] = {
    "branch": "no deal knows its store, and nothing is reserved or shipped",
    "installation": "nobody can say that a deal needs the service",
    "delivery": "nobody sees how the goods reach the client",
    "visit_at": "no visit is checked on its eve",
    "ship_date": "nobody sees when the goods are to leave",
    "paid_at_desk": "no payment at the desk can be marked, and none is registered",
    "cash_desk": "money goes to the desk of the deal's branch",
    "address": "no address of delivery is put in order",
    "availability": "no deal shows what is in the stores",
    "supplier": "the supplier's answer is not shown beside what is in the stores",
    "supplier_date": "the supplier's date is not shown beside what is in the stores",
    "answer": "questions are answered by letter or by `sverka queue decide` only",
    "dispute": "deals in dispute look like all others",
    "ledger_order": "no deal shows the number of its order",
    "carrier": "nobody sees who carries the goods, and the client is not told",
    "track": "nobody sees the number of the parcel, and the client is not told that it left",
    "trusted": "nobody is trusted, and nothing is shipped before it is paid",
    "write_to": "no client's card can say how to write to them, or that nobody should",
    "price_type": "no card shows the prices that 1C has for a customer",
    "deferral": "no card shows how long a customer may take to pay",
    "credit_limit": "no card shows how much a customer may owe",
    "debt": "no card shows what a customer owes",
    "overdue": "no card shows what a customer should have paid",
    "hold": "no client's card can say that nothing is shipped to them",
}
"""What is lost while the portal lacks a custom field."""

_TYPES = {"list": "enumeration"}
"""The file's word for a type → the portal's, where they differ."""


@dataclass(frozen=True)
class Wanted:
    """A field that the file describes, on one kind of the portal's objects (`deal`, `company`, `contact`)."""

    kind: str
    part: str
    field: CustomField

    @property
    def new(self) -> NewField:
        """Return it as the portal would be asked for it."""
        field = self.field
        return NewField(self.part, field.key, field.title, _TYPES.get(field.type, field.type), field.options)

    def __str__(self) -> str:
        return f"the {self.part} field «{self.field.title}»"


def wanted(company: Company) -> Iterator[Wanted]:
    """Yield all that the file describes; fields of clients are fields of companies and of contacts."""
    for kind, described in (("deal", company.fields.deal), ("client", company.fields.client)):
        for field in described.values():
            yield from (Wanted(kind, part, field) for part in PARTS.get(kind, (kind,)))


def fields(company: Company, directory: Directory) -> Iterator[Line]:
    """Compare the file's fields with the portal's."""
    asked = list(wanted(company))
    lines = [line for each in asked for line in _field(company, each, directory)]
    yield from lines or [right(ABOUT, f"{counted(len(asked), 'custom field')} with the types and options of the file")]


def is_missing(each: Wanted, directory: Directory) -> bool:
    """Say whether no field of the portal bears the title or the name that we would give it."""
    titled = directory.titled.get(each.part, {})
    return not titled.get(each.field.title) and not _renamed(each, titled)


def _field(company: Company, each: Wanted, directory: Directory) -> Iterator[Line]:
    titled = directory.titled.get(each.part, {})
    found = titled.get(each.field.title, ())
    where = f"{company.file.name}, `fields.{each.kind}.{each.field.key}"
    if len(found) > 1:
        text = f"{len(found)} {each.part} fields are titled «{each.field.title}», so none of them is read or written"
        yield error(ABOUT, text, "rename all but one on the portal, or delete those that hold nothing")
    elif found:
        yield from _as_described(each, found[0], where)
    elif new_title := _renamed(each, titled):
        text = f"{each} was renamed to «{new_title}», so {LOSSES[each.field.key]}"
        yield warning(ABOUT, text, f"write the new title in {where}.title`, or rename it back on the portal")
    else:
        near = nearest(each.field.title, titled)
        hint = f"did you mean «{near}»? Then write it in {where}.title`; else " if near else ""
        mend = f"{hint}`sverka check --company {company.name} --create-fields` makes it"
        yield warning(ABOUT, f"{each} does not exist, so {LOSSES[each.field.key]}", mend)


def _renamed(each: Wanted, titled: Mapping[str, object]) -> str:
    """Return the title that the field which we once made bears now, "" if there is none."""
    for title, found in titled.items():
        if isinstance(found, list | tuple) and any(info.name == code(each.field.key) for info in found):
            return title
    return ""


def _as_described(each: Wanted, info: FieldInfo, where: str) -> Iterator[Line]:
    if info.type != each.new.type:
        text = f"{each} is of the type `{info.type}` on the portal and `{each.new.type}` in the file; types of fields never change"
        yield error(
            ABOUT,
            text,
            f"rename it on the portal (it keeps its values) and make the right one with --create-fields, or mend {where}.type`",
        )
    elif info.is_multiple:
        text = f"{each} holds several values on the portal, and only one can be meant; that never changes"
        yield error(
            ABOUT, text, "rename it on the portal (it keeps its values) and make the right one with --create-fields"
        )
    offered = set(info.options.values())
    if (
        absent := [option for option in each.field.options if option not in offered]
        if info.type == each.new.type
        else []
    ):
        mend = f"{meant(absent[0], offered)} Add it to the field's list on the portal, or mend it in {where}`"
        yield error(ABOUT, f"the list of {each} does not offer {listed(absent)}", mend)
