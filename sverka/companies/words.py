"""The small types of which a company file is made; each says in a sentence what is wrong with a value and what to write."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from sverka.companies.mistakes import suggest
from sverka.domain.clock import zone_names

MISTAKE = "mistake"
"""The type of the errors raised here: their context holds the `problem` and the `remedy`."""

_CLOCK_PATTERN = r"^([01]\d|2[0-3]):[0-5]\d$"
_SPAN_PATTERN = r"^([1-9]\d{0,2}m|[1-9]\d?[hd])$"
_VARIABLE_PATTERN = r"^(?!SVERKA_)[A-Z][A-Z0-9_]*(?<!_FILE)$"


class Part(BaseModel):
    """What all sections share: nothing unknown, nothing converted, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


def mistake(problem: str, remedy: str) -> PydanticCustomError:
    """Return an error for a validator to raise."""
    return PydanticCustomError(MISTAKE, "{problem}", {"problem": problem, "remedy": remedy})


@dataclass(frozen=True)
class OneOf:
    """Text from a closed list."""

    words: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check the text after pydantic has."""
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """List the words for editors."""
        return {**handler(schema), "enum": list(self.words)}

    def _check(self, value: str) -> str:
        if value not in self.words:
            raise mistake(f"`{value}` is not known here", suggest(value, self.words))
        return value


def _checked(sound: Callable[[str], object], problem: str, remedy: str) -> AfterValidator:
    def check(value: str) -> str:
        if not sound(value):
            raise mistake(f"`{value}` {problem}", remedy)
        return value

    return AfterValidator(check)


def _is_trimmed(text: str) -> bool:
    return bool(text) and text == text.strip() and text.isprintable()


def _is_email(text: str) -> bool:
    return re.fullmatch(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+", text) is not None


def _is_sender(text: str) -> bool:
    match = re.fullmatch(r"[^<>@,;\"]+ <([^<>]+)>", text)
    return match is not None and _is_email(match.group(1))


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def template(words: tuple[str, ...]) -> AfterValidator:
    """Return the check of a text with placeholders in braces: only these words, and no brace without its pair."""
    known = ", ".join(f"{{{word}}}" for word in words)

    def check(text: str) -> str:
        placeholders = re.findall(r"\{([^{}]*)\}", text)
        if "{" in (rest := re.sub(r"\{[^{}]*\}", "", text)) or "}" in rest:
            raise mistake(
                f"`{text}` has a brace without its pair",
                f"write placeholders such as {{{words[0]}}}, without any other brace",
            )
        for name in placeholders:
            if name not in words:
                raise mistake(f"`{{{name}}}` is no placeholder", f"known are {known}")
        return text

    return AfterValidator(check)


def _check_variable(name: str) -> str:
    if not re.fullmatch(_VARIABLE_PATTERN, name):
        raise mistake(
            "must be the name of an environment variable, never the secret itself",  # nor may the secret be quoted here
            "write capitals such as HEADLIGHTS_SMTP_URL, without SVERKA_ before and _FILE behind",
        )
    return name


def _check_zone(name: str) -> str:
    if name not in zone_names():
        nearest = suggest(name, sorted(zone_names()))
        raise mistake(f"`{name}` is no time zone", nearest if "?" in nearest else "write one such as Europe/Moscow")
    return name


Text = Annotated[
    str, Field(min_length=1), _checked(_is_trimmed, "has spaces around it or breaks the line", "write it plainly")
]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Email = Annotated[str, _checked(_is_email, "is no e-mail address", "write one address such as owner@fary.example")]
Sender = Annotated[str, _checked(_is_sender, "is no sender", "write `Name <address>` with one address")]
Link = Annotated[
    str,
    _checked(re.compile(r"https?://[^\s/]+\S*").fullmatch, "is no link", "write it whole, beginning with https://"),
    WithJsonSchema({"type": "string", "format": "uri"}),
]
Zone = Annotated[str, AfterValidator(_check_zone)]
Moment = Annotated[
    str,
    _checked(_is_moment, "is no moment with an offset", 'write one such as "2026-11-23T09:00:00+03:00", in quotes'),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
VARIABLE = AfterValidator(_check_variable)
Variable = Annotated[str, VARIABLE, WithJsonSchema({"type": "string", "pattern": _VARIABLE_PATTERN})]
Count = Annotated[int, Field(ge=0)]
Clock = Annotated[
    str,
    _checked(re.compile(_CLOCK_PATTERN).fullmatch, "is no time of day", 'write one such as "09:00", in quotes'),
    WithJsonSchema({"type": "string", "pattern": _CLOCK_PATTERN}),
]
Span = Annotated[
    str,
    _checked(
        re.compile(_SPAN_PATTERN).fullmatch,
        "is no span of working time",
        "write minutes, hours or days: 15m, 4h, 2d (up to 999m, 99h, 99d)",
    ),
    WithJsonSchema({"type": "string", "pattern": _SPAN_PATTERN}),
]
