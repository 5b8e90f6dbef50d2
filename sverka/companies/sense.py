"""What the parts of a company file mean to each other: names that must exist, names that must be unique, the state table.

Every check reads only what it needs and takes anything malformed as absent, so that one mistake hides no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import get_args

from pydantic.fields import FieldInfo

from sverka.companies.custom_fields import (
    decisions_can_be_made,
    fields_exist,
    fields_have_their_types,
    holds_are_known,
    notices_exist,
    ways_are_known,
)
from sverka.companies.ledger_words import ledger_is_there
from sverka.companies.message_words import (
    channels_are_connected,
    choices_can_be_kept,
    greetings_fit_their_hours,
)
from sverka.companies.mistakes import Mistake, Where, suggest
from sverka.companies.models import LETTERS, STATUS_WORDS
from sverka.companies.source import Source
from sverka.companies.system_parts import SystemsPart
from sverka.companies.table import contradictions
from sverka.companies.words import VARIABLE
from sverka.domain.state_table import ALLOWED_STATUSES, FINAL_STAGES

Check = Callable[[Source], Iterable[Mistake]]


def senseless(source: Source, told: Iterable[Mistake]) -> list[Mistake]:
    """Return what does not make sense, leaving out every part in which `told` names a mistake already."""
    found: list[Mistake] = []
    known = [mistake.where for mistake in told]
    for check in CHECKS:
        for mistake in check(source):
            if not any(where[: len(mistake.where)] == mistake.where for where in known):
                known.append(mistake.where)
                found.append(mistake)
    return found


def variables(source: Source) -> Iterator[tuple[Where, str]]:
    """Return the names of environment variables in a file, each with its place."""
    for system, section in SystemsPart.model_fields.items():
        models = (section.annotation, *get_args(section.annotation))  # a system that may be left out is a part or None
        fields = {key: field for model in models for key, field in getattr(model, "model_fields", {}).items()}
        for key, field in fields.items():
            name = source.at("systems", system, key)
            if _is_variable(field) and isinstance(name, str):
                yield ("systems", system, key), name


def _is_variable(field: FieldInfo) -> bool:
    inner = (getattr(each, "__metadata__", ()) for each in get_args(field.annotation))
    return VARIABLE in field.metadata or any(VARIABLE in metadata for metadata in inner)


def _company_is_named_as_its_file(source: Source) -> Iterator[Mistake]:
    name = source.at("company")
    if name is not None and name != source.file.stem:
        yield source.mistake(
            ("company",),
            f"`{name}` stands in the file {source.file.name}",
            f"write `company: {source.file.stem}`, or rename the file",
        )


def _people_exist(source: Source) -> Iterator[Mistake]:
    people = source.mapping("people")
    named: list[Where] = [*_readers(source)]
    named += [("duties", duty) for duty in source.mapping("duties")]
    for where in named:
        if people and (role := source.at(*where)) not in people:
            yield source.mistake(where, f"nobody is `{role}` in `people`", suggest(role, list(people)))


def _readers(source: Source) -> Iterator[Where]:
    for letter in LETTERS:
        yield from (("digest", letter, number) for number in range(len(source.items("digest", letter))))


def _letters_have_their_readers(source: Source) -> Iterator[Mistake]:
    """Nobody is named twice for a letter, and whoever gets the owner's for no other."""
    owners = source.items("digest", "owner")
    for where in _readers(source):
        role, (_, letter, number) = source.at(*where), where
        if role in source.items("digest", letter)[: int(number)]:
            yield source.mistake(where, f"`{role}` is named twice", "name each reader once")
        elif letter != "owner" and role in owners:
            yield source.mistake(
                where, f"`{role}` gets the owner's letter, and no other", "name somebody else, or drop it"
            )


def _shop_leads_somewhere(source: Source) -> Iterator[Mistake]:
    if "shop_lines" in source.mapping("owners") and source.at("shop") is None:
        yield source.mistake(
            ("owners", "shop_lines"), "the company has no `shop`", "describe the online store there, or drop it here"
        )
    funnels, funnel, stage = source.mapping("funnels"), source.at("shop", "funnel"), source.at("shop", "stage")
    if funnels and isinstance(funnel, str) and funnel not in funnels:
        yield source.mistake(("shop", "funnel"), f"no funnel has the key `{funnel}`", suggest(funnel, list(funnels)))
        return
    stages = [name for name in source.mapping("funnels", funnel or "", "stages") if name not in FINAL_STAGES]
    if stages and isinstance(stage, str) and stage not in stages:
        yield source.mistake(
            ("shop", "stage"), f"new deals cannot begin at «{stage}» of the funnel", suggest(stage, stages)
        )


def _statuses_are_named(source: Source) -> Iterator[Mistake]:
    named = source.mapping("order_statuses")
    misnamed = not named or not set(named) <= set(STATUS_WORDS)
    missing: dict[str, Where] = {}
    for funnel in source.mapping("funnels"):
        for stage in source.mapping("funnels", funnel, "stages"):
            word = source.at("funnels", funnel, "stages", stage, "order")
            status = ALLOWED_STATUSES.get(word, ("",))[0] if isinstance(word, str) else ""
            if status and not misnamed and status not in named:
                missing.setdefault(status, ("funnels", funnel, "stages", stage, "order"))
    for status, where in missing.items():
        problem = f"`{source.at(*where)}` needs the ledger's name of the status"
        yield source.mistake(where, problem, f"add `{status}: …` to `order_statuses`")


def _stages_exist(source: Source) -> Iterator[Mistake]:
    targets = [
        f"{key}/{name}" for key in source.mapping("funnels") for name in source.mapping("funnels", key, "stages")
    ]
    for funnel in source.mapping("funnels"):
        stages = list(source.mapping("funnels", funnel, "stages"))
        for where, name in _named_stages(source, funnel):
            if isinstance(name, str) and name not in stages:
                yield source.mistake(where, f"the funnel has no stage «{name}»", suggest(name, stages))
        for number in range(len(source.items("funnels", funnel, "decided"))):
            where = ("funnels", funnel, "decided", number, "to")
            target = source.at(*where)
            if isinstance(target, str) and target not in targets:
                yield source.mistake(where, f"there is no stage «{target}»", suggest(target, targets))


def _named_stages(source: Source, funnel: str) -> Iterator[tuple[Where, object]]:
    for stage in source.mapping("funnels", funnel, "stages"):
        for key in ("to", "then"):
            place: Where = ("funnels", funnel, "stages", stage, "ships", key)
            yield place, source.at(*place)
    for section, key in (("facts", "from"), ("decided", "at")):
        for part in range(len(source.items("funnels", funnel, section))):
            where: Where = ("funnels", funnel, section, part)
            for number, name in enumerate(source.items(*where, key)):
                yield (*where, key, number), name
            if section == "facts":
                yield (*where, "to"), source.at(*where, "to")


def _names_are_unique(source: Source) -> Iterator[Mistake]:
    branches = range(len(source.items("branches")))
    groups: tuple[Iterable[Where], ...] = (
        [("branches", number, "name") for number in branches],
        [("order_statuses", word) for word in source.mapping("order_statuses")],
        [("funnels", funnel, "name") for funnel in source.mapping("funnels")],
        [("fields", "deal", key, "title") for key in source.mapping("fields", "deal")],
        [("fields", "client", key, "title") for key in source.mapping("fields", "client")],
        [where for where, _ in variables(source)],
    )
    for places in groups:
        first: dict[str, Where] = {}
        for where in places:
            name = source.at(*where)
            if isinstance(name, str) and first.setdefault(name, where) != where:
                line = source.lines[first[name]]
                yield source.mistake(where, f"the same name stands in line {line}", "give each a name of its own")


CHECKS: tuple[Check, ...] = (
    _company_is_named_as_its_file,
    _people_exist,
    _letters_have_their_readers,
    _shop_leads_somewhere,
    ledger_is_there,
    _statuses_are_named,
    _stages_exist,
    fields_exist,
    fields_have_their_types,
    decisions_can_be_made,
    notices_exist,
    channels_are_connected,
    choices_can_be_kept,
    greetings_fit_their_hours,
    ways_are_known,
    holds_are_known,
    _names_are_unique,
    contradictions,
)
