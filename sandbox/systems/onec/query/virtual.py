"""The virtual tables Balance and SliceLast (contract §2.2): their arguments, in any of three spellings, and their rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from sandbox.systems.onec.base import Row, Work
from sandbox.systems.onec.errors import ODataError, no_segment, not_parsed
from sandbox.systems.onec.laws.sources import records_of
from sandbox.systems.onec.model import kinds, registers
from sandbox.systems.onec.model.catalogue import RESOURCES
from sandbox.systems.onec.model.shape import Field, Resource, What
from sandbox.systems.onec.query.grammar import condition
from sandbox.systems.onec.query.scope import scope_of_fields

ARGUMENTS = ("Period", "Condition", "Dimensions")
_ARGUMENT = re.compile(rf"(?:^|,)\s*({'|'.join(ARGUMENTS)})\s*=")
_PERIOD = re.compile(r"(?:datetime)?'?(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}:\d{2})?'?")


def in_brackets(text: str) -> dict[str, str]:
    """Return the arguments written in brackets, each without its outer quotes; raises ODataError."""
    marks = list(_ARGUMENT.finditer(text))
    if text.strip() and (not marks or text[: marks[0].start()].strip()):
        raise ODataError(400, 12, f"Ошибка при разборе аргументов метода: {text[:64]}")
    starts = [*(mark.start() for mark in marks), len(text)]
    return {mark[1]: unquoted(text[mark.end() : end].strip()) for mark, end in zip(marks, starts[1:], strict=True)}


def unquoted(text: str) -> str:
    """Take the outer quotes off an argument; quotes inside may be doubled or not."""
    if len(text) < 2 or not (text.startswith("'") and text.endswith("'")):
        return text
    inner = text[1:-1]
    return inner.replace("''", "'") if "'" not in inner.replace("''", "") else inner


def balance(work: Work, register: Resource, arguments: Mapping[str, str]) -> tuple[Resource, list[Row]]:
    """Return the balances of a register and what their rows are made of; rows with nothing left are not among them."""
    records = RESOURCES[register.name + registers.RECORDS]
    dimensions = _dimensions(records, arguments.get("Dimensions", ""))
    resources = [records.by_name[name] for name in records.resources]
    test = _test(work, records, arguments.get("Condition", ""))
    before = _period(arguments.get("Period", ""))
    props = [prop for one in dimensions for prop in one.empty()]
    sums: dict[tuple[object, ...], list[Decimal]] = {}
    for record in records_of(work, register.name):
        if (before is None or record["Period"] < before) and test(record):
            key = tuple([record[prop] for prop in props])
            total = sums.setdefault(key, [Decimal()] * len(resources))
            sign = 1 if record["RecordType"] == registers.RECEIPT else -1
            sums[key] = [was + sign * record[one.prop] for was, one in zip(total, resources, strict=True)]
    shape = _shape(register, dimensions, resources)
    names = [prop for one in shape.fields for prop in one.empty()]
    return shape, [dict(zip(names, (*key, *total), strict=True)) for key, total in sums.items() if any(total)]


def slice_last(work: Work, register: Resource, arguments: Mapping[str, str]) -> tuple[Resource, list[Row]]:
    """Return the last record for each combination of dimensions, up to the period and with it."""
    test = _test(work, register, arguments.get("Condition", ""))
    until = _period(arguments.get("Period", ""))
    last: dict[tuple[object, ...], Row] = {}
    dimensions = [register.by_name[name] for name in register.dimensions]
    for record in sorted(
        records_of(work, register.name.removesuffix(registers.RECORDS)), key=lambda one: one["Period"]
    ):
        if (until is None or record["Period"] <= until) and test(record):
            last[tuple(record[one.prop] for one in dimensions)] = record
    return register, list(last.values())


def _test(work: Work, records: Resource, source: str) -> Callable[[Row], bool]:
    if not source.strip():
        return lambda _: True
    dimensions = (records.by_name[name] for name in records.dimensions)
    return condition(source, scope_of_fields(work.base, dimensions), "Condition")


def _dimensions(records: Resource, text: str) -> list[Field]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in records.dimensions:
            raise no_segment(name)
    return [records.by_name[name] for name in records.dimensions if not names or name in names]


def _period(text: str) -> str | None:
    if not text.strip():
        return None
    found = _PERIOD.fullmatch(text.strip())
    if found is None:
        raise not_parsed(text, "Edm.DateTime")
    return kinds.moment(found[1] + (found[2] or "T00:00:00"))


def _shape(register: Resource, dimensions: Iterable[Field], resources: Iterable[Field]) -> Resource:
    balances = tuple(Field(f"{one.name}Balance", one.kind) for one in resources)
    return Resource(f"{register.name}_Balance", What.RECORDS, (*dimensions, *balances), key=())
