"""Making a custom field of the portal: once, when a person asks for it. Fields that exist are never changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sverka.domain.effects import Answer, Outcome
from sverka.systems.bitrix24.client import PortalApi
from sverka.systems.bitrix24.encoding import Command
from sverka.systems.errors import SystemTrouble
from sverka.systems.outcomes import outcome_of
from sverka.systems.values import ident_or_none

PREFIX = "UF_CRM_SVERKA_"


@dataclass(frozen=True)
class NewField:
    """A field to be made. part: deal, company or contact. key: our word for it. type: the portal's; options: of an enumeration."""

    part: str
    key: str
    title: str
    type: str
    options: tuple[str, ...] = ()


def code(key: str) -> str:
    """Return the portal's name of a field that we make, such as UF_CRM_SVERKA_VISIT_AT."""
    return f"{PREFIX}{key.upper()}"


def make(api: PortalApi, field: NewField, permit: Callable[[], bool]) -> Outcome:
    """Make it. Needs an administrator of the CRM; the external id is the field's."""
    labels = dict.fromkeys(("EDIT_FORM_LABEL", "LIST_COLUMN_LABEL", "LIST_FILTER_LABEL"), field.title)
    options = [{"VALUE": option, "SORT": 10 * place} for place, option in enumerate(field.options, 1)]
    fields = {
        "FIELD_NAME": code(field.key), "USER_TYPE_ID": field.type, **labels, "MULTIPLE": "N", "MANDATORY": "N", "SHOW_FILTER": "Y",
        **({"LIST": options} if options else {}),
    }  # fmt: skip
    try:
        answer = api.write({"make": Command(f"crm.{field.part}.userfield.add", {"fields": fields})}, permit)
        number = ident_or_none(answer.result("make"))
    except SystemTrouble as trouble:
        return outcome_of(trouble)
    return Outcome(Answer.ACCEPTED if number else Answer.AMBIGUOUS, external_id=number)
