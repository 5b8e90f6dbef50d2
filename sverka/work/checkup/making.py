"""Making the custom fields that the portal lacks, when a person asks for it. What exists is never changed."""

from __future__ import annotations

from collections.abc import Iterator

from sverka.companies.company import Company
from sverka.domain.effects import Answer, Outcome
from sverka.systems.bitrix24.writing.custom_fields import code
from sverka.work.checkup import fields
from sverka.work.checkup.fields import Wanted
from sverka.work.checkup.lines import Line, error, listed, right
from sverka.work.desk import Desk

ABOUT = "Bitrix24"
_ALWAYS = True


def make_missing(company: Company, desk: Desk) -> Iterator[Line]:
    """Make what is missing, one field after the other, and tell what then stands on the portal."""
    directory = desk.portal.directory(desk.field_titles)
    missing = [each for each in fields.wanted(company) if fields.is_missing(each, directory)]
    if not missing:
        yield right(ABOUT, "no field was made: each title of the file is there already")
        return
    outcomes = [(each, desk.portal.make_field(each.new, lambda: _ALWAYS)) for each in missing]
    after = desk.portal.directory(desk.field_titles)
    for each, outcome in outcomes:
        yield _refused(each, outcome) if fields.is_missing(each, after) else _made(each)


def _made(each: Wanted) -> Line:
    options = f" with {listed(each.field.options)}" if each.field.options else ""
    return right(ABOUT, f"made {each}: {code(each.field.key)}, `{each.new.type}`{options}")


def _refused(each: Wanted, outcome: Outcome) -> Line:
    if outcome.answer is Answer.AMBIGUOUS:
        mend = "run the command again: it makes only what is not there"
    else:
        mend = f"run it with the webhook of an administrator of the CRM, or make the field by hand, of the type `{each.new.type}`"
    return error(ABOUT, f"{each} was not made ({outcome.detail.rstrip('.') or 'the portal does not show it'})", mend)
