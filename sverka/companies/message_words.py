"""What a company file says of writing to clients: that it can be done by the systems and within the hours that the file names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sverka.companies.custom_fields import options
from sverka.companies.mistakes import Mistake, Where
from sverka.companies.models import BirthdaysPart, MessagesPart
from sverka.companies.source import Source
from sverka.domain.messaging.channels import CHANNEL_BY_NAME, EMAIL, MAX, SMS, WHATSAPP
from sverka.domain.messaging.names import CHOICES, NOT_WRITTEN
from sverka.domain.messaging.wishes import GREETED_UNTIL

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
    channels = source.items("messages", "channels") if "channels" in source.mapping("messages") else [EMAIL]
    if not channels or not all(channel in CHANNEL_BY_NAME for channel in channels):
        return
    for number, option in enumerate(options(source, "write_to", "client")):
        where: Where = ("fields", "client", "write_to", "options", number)
        if option not in CHOICES:
            known = ", ".join(CHOICES)
            yield source.mistake(where, f"«{option}» is no way to write to a client", f"write one of: {known}")
        elif option != NOT_WRITTEN and CHOICES[option] not in channels:
            missing = f"`messages.channels` has no `{CHOICES[option]}`"
            yield source.mistake(where, f"«{option}» cannot be kept: {missing}", "add it there, or drop it here")


def greetings_fit_their_hours(source: Source) -> Iterator[Mistake]:
    """Return an hour of greetings at which nothing of their sort may go any more, so that nobody would ever be greeted."""
    if source.at("messages", "birthdays") is None:
        return
    care, usual = source.mapping("messages", "care"), MessagesPart().care
    opens, closes = care.get("from", usual.opens), care.get("to", usual.closes)
    at = source.mapping("messages", "birthdays").get("at", BirthdaysPart().at)
    if not all(isinstance(each, str) for each in (opens, closes, at)):
        return
    first, last = max(at, opens), min(closes, f"{GREETED_UNTIL:%H:%M}")
    if first >= last:
        never = f"nobody would ever be greeted: not before {first}, and not from {last} on"
        yield source.mistake(("messages", "birthdays"), never, "begin earlier, or end `care` later")
