"""Holds a file against the models, and turns each of pydantic's complaints into a sentence with a line and a remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sverka.companies.mistakes import Mistake, Where, suggest
from sverka.companies.models import CompanyFile
from sverka.companies.schema import allowed_keys, description
from sverka.companies.source import Source, shown
from sverka.companies.words import MISTAKE

_Said = tuple[str, str]
"""A problem and its remedy."""


def read_shape(source: Source) -> tuple[CompanyFile | None, list[Mistake]]:
    """Return the file as a model, or all that keeps it from being one."""
    try:
        return CompanyFile.model_validate(source.data), []
    except ValidationError as error:
        return None, list(_mistakes(source, error))


def _mistakes(source: Source, error: ValidationError) -> Iterator[Mistake]:
    told = {mistake.where for mistake in source.mistakes}
    for details in error.errors(include_url=False):
        where = _where(source, details)
        if where not in told:
            told.add(where)
            problem, remedy = _sentence(where, details)
            yield source.mistake(where, problem, remedy)


def _where(source: Source, details: ErrorDetails) -> Where:
    """Return the place in the file: pydantic adds steps of its own for keys and for choices between types."""
    missing = details["loc"][-1:] if details["type"] == "missing" else ()
    where: Where = ()
    for step in details["loc"][: len(details["loc"]) - len(missing)]:
        if (*where, step) in source.lines:
            where = (*where, step)
    return (*where, *missing)


def _sentence(where: Where, details: ErrorDetails) -> _Said:
    return _SENTENCES.get(details["type"], _other)(where, details)


def _missing(where: Where, _: ErrorDetails) -> _Said:
    meaning = description(where).rstrip(".")
    return f"`{where[-1]}` is missing", f"add `{where[-1]}: …`" + (f" ({meaning})" if meaning else "")


def _extra(where: Where, _: ErrorDetails) -> _Said:
    return f"`{where[-1]}` is not known here", suggest(where[-1], allowed_keys(where[:-1]))


def _section(where: Where, _: ErrorDetails) -> _Said:
    keys = allowed_keys(where)
    return (
        "a section with keys is expected here",
        f"give it its keys: {', '.join(keys)}" if keys else "write `key: value`",
    )


def _text(where: Where, details: ErrorDetails) -> _Said:
    value = details["input"]
    if isinstance(value, dict | list):
        return "a text is expected here", "write one text"
    word = str(value).lower() if isinstance(value, bool) else value
    return f"a text is expected here, and {shown(word, where)} is none", "put it in quotes"


def _whole_number(where: Where, details: ErrorDetails) -> _Said:
    value = details["input"]
    seen = "" if isinstance(value, dict | list) else f", and {shown(value, where)} is none"
    return f"a whole number is expected here{seen}", "write it without quotes, such as 100"


def _bound(_: Where, details: ErrorDetails) -> _Said:
    context = details["ctx"]
    limit = f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
    return f"{details['input']} is out of bounds", f"write {limit}"


def _other(_: Where, details: ErrorDetails) -> _Said:
    return details["msg"].removeprefix("Value error, "), "see config/company.schema.json"


def _own(_: Where, details: ErrorDetails) -> _Said:
    return details["ctx"]["problem"], details["ctx"]["remedy"]


def _always(problem: str, remedy: str) -> Callable[[Where, ErrorDetails], _Said]:
    return lambda *_: (problem, remedy)


_SENTENCES: Mapping[str, Callable[[Where, ErrorDetails], _Said]] = {
    MISTAKE: _own,
    "missing": _missing,
    "extra_forbidden": _extra,
    "model_type": _section,
    "dict_type": _section,
    "string_type": _text,
    "int_type": _whole_number,
    "greater_than_equal": _bound,
    "less_than_equal": _bound,
    "bool_type": _always("a yes or no is expected here", "write true or false, without quotes"),
    "list_type": _always("a list is expected here", "write it in brackets: [one, two]"),
    "string_too_short": _always("must not be empty", "write a text"),
    "too_short": _always("must not be empty", "name at least one"),
    "string_pattern_mismatch": _always("is no key", "write small Latin letters, digits and _, beginning with a letter"),
}
