"""What the rest of a company file asks of the custom fields that it describes: that they exist, and can hold what is meant."""

from __future__ import annotations

from collections.abc import Iterator

from sverka.companies.mistakes import Mistake, Where, suggest
from sverka.companies.models import BRANCHES, CASH_DESKS, FIELD_TYPES
from sverka.companies.source import Source
from sverka.companies.table import TICKED
from sverka.domain.holds import HOLDS
from sverka.domain.messaging.kinds import KIND_BY_NAME, ORDER_READY, THANKS_REVIEW
from sverka.domain.notices import DELIVERY, WAYS
from sverka.domain.state_table import NOTICES, VISITS

_BY_OWNER = ("ledger_order", "availability")
"""Compared fields that are fields of the deal."""

_BY_STAGE = {
    ("show",): (("deal", "availability"),), ("eve_check",): (("deal", "visit_at"),), ("only",): (("client", "trusted"),),
    ("ships",): (("deal", "ship_date"),), ("ships", "then"): (("deal", "track"),),
}  # fmt: skip
"""What a stage says → the fields that it takes."""

_BY_NOTICE = {
    ORDER_READY: (("deal", "delivery"), ("deal", "ship_date")), VISITS: (("deal", "visit_at"), ("deal", "branch")),
    THANKS_REVIEW: (("deal", "branch"),),
}  # fmt: skip
"""What a client is told at a stage → the fields that it takes. A client to whom goods are brought has an address as well."""


def fields_exist(source: Source) -> Iterator[Mistake]:
    """Return what names a field that the file does not describe."""
    for where, kind, field in _needed(source):
        described = source.at("fields", kind)
        is_readable = isinstance(described, dict) or (described is None and kind == "client")
        if is_readable and field not in source.mapping("fields", kind):
            yield source.mistake(
                where, f"needs the field `{field}`, and `fields.{kind}` has none", "describe it there, or drop it here"
            )
    known = list(source.mapping("fields", "deal"))
    for where, named in _decided(source):
        if known and isinstance(named, str) and named not in known:
            yield source.mistake(where, f"`fields.deal` has no field `{named}`", suggest(named, known))


def fields_have_their_types(source: Source) -> Iterator[Mistake]:
    """Return fields of another type than the one that the program takes them for."""
    for kind, field, wanted in ((kind, *each) for kind, types in FIELD_TYPES.items() for each in types.items()):
        where: Where = ("fields", kind, field, "type")
        if source.at(*where) not in (None, *wanted):
            remedy = f"write `type: {'` or `'.join(wanted)}`"
            yield source.mistake(where, f"`{field}` cannot be a {source.at(*where)}", remedy)


def decisions_can_be_made(source: Source) -> Iterator[Mistake]:
    """Return decisions by a field that cannot hold the value."""
    for where, field in _decided(source):
        kind = source.at("fields", "deal", str(field), "type")
        value: Where = (*where[:-1], "is")
        said = source.at(*value)
        if kind in ("date", "datetime", "string"):
            yield source.mistake(
                where,
                f"nobody can decide by a field of the type `{kind}`",
                "take a box or a list (`type: boolean` or `list`)",
            )
        elif kind == "boolean" and isinstance(said, str) and said != TICKED:
            yield source.mistake(
                value, f"a box never holds «{said}»", f'write `is: "{TICKED}"`: only a ticked box decides'
            )
        elif kind == "list" and isinstance(said, str) and (offered := options(source, field)) and said not in offered:
            yield source.mistake(value, f"the field never holds «{said}»", suggest(said, offered))


def notices_exist(source: Source) -> Iterator[Mistake]:
    """Return what stages name in `notice` and neither we nor the company can tell."""
    own = source.mapping("messages", "own")
    known = [*NOTICES, *own]
    for funnel in source.mapping("funnels"):
        for stage in source.mapping("funnels", funnel, "stages"):
            where: Where = ("funnels", funnel, "stages", stage, "notice")
            said = source.at(*where)
            if isinstance(said, str) and said not in known:
                yield source.mistake(where, f"«{said}» is nothing that clients are told", suggest(said, known))
    for kind in own:
        if kind in NOTICES or kind in KIND_BY_NAME:
            yield source.mistake(("messages", "own", kind), "is a kind of ours", "give it another name")
    for number, funnel in enumerate(source.items("messages", "welcome", "funnels")):
        known_funnels = list(source.mapping("funnels"))
        if known_funnels and funnel not in known_funnels:
            where = ("messages", "welcome", "funnels", number)
            yield source.mistake(where, f"there is no funnel `{funnel}`", suggest(funnel, known_funnels))
    if own and source.at("messages", "templates") is None:
        yield source.mistake(("messages", "own"), "has kinds without a text", "name the folder of texts in `templates`")


def ways_are_known(source: Source) -> Iterator[Mistake]:
    """Return options of `delivery` about which a notice could tell a client nothing."""
    stages = [source.mapping("funnels", key, "stages").values() for key in source.mapping("funnels")]
    if not any(isinstance(stage, dict) and stage.get("notice") == ORDER_READY for found in stages for stage in found):
        return
    for number, option in enumerate(options(source, "delivery")):
        if option not in WAYS:
            where: Where = ("fields", "deal", "delivery", "options", number)
            yield source.mistake(
                where, f"a notice cannot tell what «{option}» means", f"write one of: {', '.join(WAYS)}"
            )


def holds_are_known(source: Source) -> Iterator[Mistake]:
    """Return options of `hold` that say nothing of shipping to a client."""
    for number, option in enumerate(options(source, "hold", "client")):
        if option not in HOLDS:
            where: Where = ("fields", "client", "hold", "options", number)
            yield source.mistake(where, f"«{option}» says nothing of shipping", f"write one of: {', '.join(HOLDS)}")


def _needed(source: Source) -> Iterator[tuple[Where, str, str]]:
    for field in _BY_OWNER:
        if field in source.mapping("owners"):
            yield ("owners", field), "deal", field
    for funnel in source.mapping("funnels"):
        for stage in source.mapping("funnels", funnel, "stages"):
            for words, fields in _BY_STAGE.items():
                where: Where = ("funnels", funnel, "stages", stage, *words)
                if source.at(*where) is not None:
                    yield from ((where, *field) for field in fields)
            yield from _needed_to_tell(source, ("funnels", funnel, "stages", stage, "notice"))


def _needed_to_tell(source: Source, where: Where) -> Iterator[tuple[Where, str, str]]:
    notice = str(source.at(*where) or "")
    brought = notice == ORDER_READY and DELIVERY in options(source, "delivery")
    yield from ((where, *field) for field in _BY_NOTICE.get(notice, ()))
    yield from ((where, *field) for field in ([("deal", "address")] if brought else []))


def _decided(source: Source) -> Iterator[tuple[Where, object]]:
    for funnel in source.mapping("funnels"):
        for number in range(len(source.items("funnels", funnel, "decided"))):
            where: Where = ("funnels", funnel, "decided", number, "field")
            yield where, source.at(*where)


def options(source: Source, field: object, kind: str = "deal") -> list[str]:
    """Return what a list offers; nothing if that was misread."""
    where: Where = ("fields", kind, str(field), "options")
    offered = source.at(*where)
    if isinstance(offered, list):
        misread = any(mistake.where[: len(where)] == where for mistake in source.mistakes)
        return [] if misread else [str(option) for option in offered]
    key = {BRANCHES: "name", CASH_DESKS: "cash_desk"}.get(str(offered), "")
    named = [source.at("branches", number, key) for number in range(len(source.items("branches")))]
    return [name for name in named if isinstance(name, str)]
