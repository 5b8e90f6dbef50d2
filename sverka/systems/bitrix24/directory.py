"""The portal's own vocabulary: funnels and stages, custom fields by the titles people see, catalogues, sources, and who we are.

Codes of stages and fields differ from portal to portal, so nothing else may hold them as constants.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from sverka.domain.brief import brief
from sverka.domain.proofs import Proof, Reading
from sverka.domain.rows import Stage
from sverka.systems.bitrix24.batch import BatchAnswer
from sverka.systems.bitrix24.client import PortalApi
from sverka.systems.bitrix24.custom_fields import FieldInfo, Layout
from sverka.systems.bitrix24.encoding import Command
from sverka.systems.bitrix24.faults import SYSTEM
from sverka.systems.redaction import foreign
from sverka.systems.values import BadValueError, Json, ident, ident_or_none, must, text

ENTITY_TYPES: Mapping[str, int] = MappingProxyType({"deal": 2, "company": 4, "contact": 3})
"""The portal's numbers of the kinds of objects whose custom fields we know."""

PARTS: Mapping[str, tuple[str, ...]] = {"client": ("company", "contact")}
"""Kinds of ours that are several kinds of the portal's."""

_GENERAL_FUNNEL = "0"
_GENERAL_STAGES = "DEAL_STAGE"
_SOURCES = "SOURCE"
_SORT_DIGITS = 9

T = TypeVar("T")


@dataclass(frozen=True)
class Directory:
    """What the portal calls things.

    missing: fields not found, as (kind, title, the nearest title there is). catalogs: ids of the product catalogues;
    catalog_trouble: why there are none. reading: the stages with their proof. me: the id of the webhook's user, "" if the portal
    does not tell. sources: names of the sources of deals by their codes. titled: all custom fields there are, by kind of object of
    the portal and by title.
    """

    layout: Layout
    missing: tuple[tuple[str, str, str], ...]
    catalogs: tuple[int, ...]
    catalog_trouble: str
    reading: Reading
    me: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)
    titled: Mapping[str, Mapping[str, Sequence[FieldInfo]]] = field(default_factory=dict)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Return the stages of all funnels of deals."""
        return tuple(row for row in self.reading.rows if isinstance(row, Stage))

    @property
    def proof(self) -> Proof:
        """Return the proof of the stages' reading."""
        return self.reading.proof


def read_directory(api: PortalApi, fields: Mapping[str, Mapping[str, str]]) -> Directory:
    """Read all of it in one request. fields: kind (`deal`, `client`) → our name → the title on the portal.

    Raises SystemTrouble if the portal does not answer, or does not tell the fields.
    """
    answer = api.read({
        "funnels": Command("crm.category.list", {"entityTypeId": ENTITY_TYPES["deal"]}),
        "stages": Command("crm.status.list", {"order": {"SORT": "ASC"}}),
        "catalogs": Command("catalog.catalog.list", {"select": ["id", "iblockId"], "order": {"id": "ASC"}}),
        "me": Command("profile", {}),
        **{kind: _fields_command(number) for kind, number in ENTITY_TYPES.items()},
    })  # fmt: skip
    for kind in ENTITY_TYPES:
        if kind in answer.errors:
            raise answer.errors[kind]
    titled = {kind: _custom_fields(answer.results[kind]) for kind in ENTITY_TYPES}
    layout, missing = _layout(fields, titled)
    trouble = answer.errors.get("catalogs")
    statuses = _statuses(api, answer)
    return Directory(
        layout,
        missing,
        _catalogs(answer),
        str(trouble or ""),
        _stages(answer, statuses),
        _me(answer),
        _sources(statuses),
        titled,
    )


def _fields_command(entity_type: int) -> Command:
    return Command("crm.item.fields", {"entityTypeId": entity_type, "useOriginalUfNames": "Y"})


def _catalogs(answer: BatchAnswer) -> tuple[int, ...]:
    numbers = (each.get("iblockId") for each in _rows(answer.results.get("catalogs"), "catalogs"))
    return tuple(sorted({number for number in numbers if type(number) is int}))


def _me(answer: BatchAnswer) -> str:
    profile = answer.results.get("me")
    return ident_or_none(profile.get("ID")) if isinstance(profile, dict) else ""


def _sources(statuses: list[Json]) -> dict[str, str]:
    ours = (each for each in statuses if each.get("ENTITY_ID") == _SOURCES)
    read = _each(ours, lambda raw: (text(raw.get("STATUS_ID")), text(raw.get("NAME"))), "STATUS_ID")
    return dict(read.rows)


def _custom_fields(result: Any) -> dict[str, list[FieldInfo]]:
    """Return the custom fields by title; a title may be borne by several."""
    by_title: dict[str, list[FieldInfo]] = {}
    described = result.get("fields") if isinstance(result, dict) else None
    infos = (
        [{**info, "key": key} for key, info in described.items() if isinstance(info, dict)]
        if isinstance(described, dict)
        else []
    )
    for title, info in _each(infos, _custom_field, "key").rows:
        if info.name.startswith("UF_"):
            by_title.setdefault(title, []).append(info)
    return by_title


def _custom_field(raw: Json) -> tuple[str, FieldInfo]:
    """Read a field with its title. A field whose description cannot be understood counts as one that the portal lacks."""
    name = text(raw.get("upperName")) or raw["key"]
    options = dict(
        _each(_rows(raw.get("items")), lambda each: (ident(each.get("ID")), text(each.get("VALUE"))), "ID").rows
    )
    return text(raw.get("title")), FieldInfo(
        name, text(raw.get("type")), options, is_multiple=raw.get("isMultiple") is True
    )


def _layout(
    wanted: Mapping[str, Mapping[str, str]], found: Mapping[str, Mapping[str, list[FieldInfo]]]
) -> tuple[Layout, tuple[tuple[str, str, str], ...]]:
    layout: dict[str, dict[str, FieldInfo]] = {kind: {} for kind in ENTITY_TYPES}
    missing: list[tuple[str, str, str]] = []
    for kind, titles in wanted.items():
        parts = PARTS.get(kind, (kind,))
        for ours, title in titles.items():
            homes = {part: found[part][title][0] for part in parts if len(found[part].get(title, ())) == 1}
            for part, info in homes.items():
                layout[part][ours] = info
            if not homes:
                missing.append((kind, title, _nearest(title, [each for part in parts for each in found[part]])))
    return layout, tuple(missing)


def _nearest(title: str, titles: list[str]) -> str:
    return next(iter(difflib.get_close_matches(title, titles, n=1)), "")


def _stages(answer: BatchAnswer, statuses: list[Json]) -> Reading:
    known = _each(_rows(answer.results.get("funnels"), "categories"), _funnel, "id")
    funnels = dict(reversed(known.rows))  # of two with one number the first is believed
    trouble = "; ".join(str(answer.errors[key]) for key in ("funnels", "stages") if key in answer.errors)
    stages = _each(statuses, lambda raw: _stage(raw, funnels), "STATUS_ID")
    rows = [stage for stage in stages.rows if stage is not None]
    bare = [name for number, name in funnels.items() if number not in {stage.funnel_id for stage in rows}]
    trouble = trouble or (f"no stages came for the funnels {', '.join(bare)}" if bare or not funnels else "")
    proof = Proof(
        SYSTEM, "stages", full=True, complete=not trouble, rows=len(rows), server_at=answer.started_at, trouble=trouble,
        malformed=(*known.malformed, *stages.malformed),
    )  # fmt: skip
    return Reading(proof, tuple(rows))


@dataclass(frozen=True)
class _Read(Generic[T]):
    """Entries that were understood; and those that were not, as (what they are called, why)."""

    rows: list[T]
    malformed: list[tuple[str, str]]


def _each(raws: Iterable[Json], parse: Callable[[Json], T], called: str) -> _Read[T]:
    """Read entries one by one, so that a bad one harms itself only. called: the field that names an entry."""
    read = _Read[T]([], [])
    for raw in raws:
        try:
            read.rows.append(parse(raw))
        except BadValueError as error:
            name = raw.get(called)
            read.malformed.append((foreign(name if isinstance(name, str) else brief(name)), foreign(error)))
    return read


def _funnel(raw: Json) -> tuple[str, str]:
    """Read a funnel's number and name; 0 is the general one's, nothing is nobody's. Raises BadValueError."""
    number = raw.get("id")
    return _GENERAL_FUNNEL if text(number) == "0" else must(ident)(number), text(raw.get("name"))


def _statuses(api: PortalApi, answer: BatchAnswer) -> list[Json]:
    """Return all entries of all dictionaries; documents do not say whether this list is paged, so go on while it says so."""
    rows = _rows(answer.results.get("stages"))
    while (start := answer.next_at.get("stages")) is not None and start >= len(rows):
        answer = api.read({"stages": Command("crm.status.list", {"order": {"SORT": "ASC"}, "start": start})})
        rows += _rows(answer.results.get("stages"))
    return rows


def _rows(result: Any, key: str = "") -> list[Json]:
    found = result.get(key) if key and isinstance(result, dict) else result
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _stage(raw: Json, funnels: Mapping[str, str]) -> Stage | None:
    """Read a stage of a deal's funnel; None for entries of other dictionaries and of funnels we may not see."""
    head, _, number = text(raw.get("ENTITY_ID")).partition(f"{_GENERAL_STAGES}_")
    funnel_id = number if number and not head else _GENERAL_FUNNEL if head == _GENERAL_STAGES else ""
    if funnel_id not in funnels:
        return None
    return Stage(
        ext_id=must(text)(raw.get("STATUS_ID")),
        name=text(raw.get("NAME")),
        funnel_id=funnel_id,
        funnel_name=funnels[funnel_id],
        semantics=text(raw.get("SEMANTICS")) or "P",
        sort=_whole(raw.get("SORT")),
    )


def _whole(value: object) -> int:
    digits = text(value)
    return int(digits) if digits.isdecimal() and len(digits) <= _SORT_DIGITS else 0
