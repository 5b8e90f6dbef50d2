"""What a company file says of writing to clients: that it can be done by the systems and within the hours that the file names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sverka.companies.custom_fields import options
from sverka.companies.mistakes import Mistake, Where
from sverka.companies.models import BirthdaysPart, MessagesPart
from sverka.companies.source import Source
from sverka.domain.messaging.channels import EMAIL, MAX, SMS, WHATSAPP
from sverka.domain.messaging.names import BY_WORD, CHOICES

_CARRIED_BY: Mapping[str, tuple[str, ...]] = {
    EMAIL: ("mail",), SMS: ("smsc",), WHATSAPP: ("green_api", "whatsapp"), MAX: ("green_api", "max"),
}  # fmt: skip
"""Channel → the place in `systems` that carries it."""


def channels_are_connected(source: Source) -> Iterator[Mistake]:
    """Return channels that no system of the file carries: by them nobody would ever be written to."""
    if not source.mapping("systems"):
        return
    for number, channel in enumerate(source.items("messages", "channels")):
        place = _CARRIED_BY.get(str(channel), ())
        if place and source.at("systems", *place) is None:
            where: Where = ("messages", "channels", number)
            missing = ".".join(("systems", *place))
            yield source.mistake(
                where, f"nothing carries `{channel}`: there is no `{missing}`", "describe it there, or drop it here"
            )


def choices_can_be_kept(source: Source) -> Iterator[Mistake]:
    """Return options of `write_to` that name no way to write, or one that the company does not have."""
    channels = source.items("messages", "channels") or [EMAIL]
    for number, option in enumerate(options(source, "write_to", "client")):
        where: Where = ("fields", "client", "write_to", "options", number)
        if option not in CHOICES:
            known = ", ".join(CHOICES)
            yield source.mistake(where, f"«{option}» is no way to write to a client", f"write one of: {known}")
        elif option != BY_WORD and CHOICES[option] not in channels:
            missing = f"`messages.channels` has no `{CHOICES[option]}`"
            yield source.mistake(where, f"«{option}» cannot be kept: {missing}", "add it there, or drop it here")


def greetings_fit_their_hours(source: Source) -> Iterator[Mistake]:
    """Return an hour of greetings at which nothing of their sort may go any more, so that nobody would ever be greeted."""
    if source.at("messages", "birthdays") is None:
        return
    closes = source.at("messages", "care", "to") or MessagesPart().care.closes
    at = source.at("messages", "birthdays", "at") or BirthdaysPart().at
    if isinstance(at, str) and isinstance(closes, str) and at >= closes:
        yield source.mistake(
            ("messages", "birthdays", "at"),
            f"greetings from {at} on would never go: `care` ends at {closes}",
            "write an earlier time",
        )
