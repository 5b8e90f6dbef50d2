"""The company file's JSON Schema, made from the models: for editors, and for the names that a mistake may suggest.

`python -m sverka.companies.schema FILE` writes it; a test compares the file with the models.
"""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

from sverka.companies.mistakes import Where
from sverka.companies.models import CompanyFile

_NOISE = {"title", "default"}
"""Keys of a schema that repeat its names or say `null`."""


@cache
def company_schema() -> dict[str, Any]:
    """Return the schema as data."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_plain(CompanyFile.model_json_schema())}


def schema_text() -> str:
    """Return the schema as the text of its file."""
    return json.dumps(company_schema(), ensure_ascii=False, indent=2) + "\n"


def allowed_keys(where: Where) -> tuple[str, ...]:
    """Return the keys that the section at a place may hold; none if it may hold any."""
    node = _resolved(_node(where))
    return (*node.get("properties", {}), *node.get("propertyNames", {}).get("enum", ()))


def description(where: Where) -> str:
    """Return what the value at a place is for, "" if nothing is said."""
    node = _node(where)
    return str(node.get("description") or _resolved(node).get("description", ""))


def _node(where: Where) -> dict[str, Any]:
    node: dict[str, Any] = company_schema()
    for step in where:
        node = _resolved(node)
        named = node.get("properties", {}).get(step)
        any_key: Any = node.get("additionalProperties") or next(iter(node.get("patternProperties", {}).values()), {})
        node = node.get("items", {}) if isinstance(step, int) else named or any_key
    return node


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    name = node.get("$ref", "").rpartition("/")[2]
    return company_schema()["$defs"][name] if name else node


def _plain(node: Any, *, names: bool = False) -> Any:
    """Leave out what editors need not see. names: the keys are names of properties, so none of them is noise."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: _plain(value, names=key in {"properties", "$defs"} and not names) for key, value in node.items()
            if names or key not in _NOISE}  # fmt: skip
    return _without_null(kept)


def _without_null(node: dict[str, Any]) -> dict[str, Any]:
    """Say `x` for `x or null`: an empty value is refused when the file is read."""
    choices = [choice for choice in node.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) != 1:
        return node
    return {**{key: value for key, value in node.items() if key != "anyOf"}, **choices[0]}


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(schema_text(), encoding="utf-8")
