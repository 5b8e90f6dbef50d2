"""PHP's ways with parameters: brackets in names, lists that are maps, and maps that are lists.

A list and a map are one thing to PHP: a map whose keys run 0, 1, 2 … is printed as a list, and an empty map is `[]`.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote_plus

_KEY = re.compile(r"\[([^\[\]]*)\]")


def parse_query(text: str) -> dict[str, Any]:
    """Parse a query as `parse_str` does. The first `=` ends the name, so operators in names must be percent-encoded."""
    pairs = (piece.partition("=")[::2] for piece in text.split("&") if piece)
    return nest((unquote_plus(name), unquote_plus(value)) for name, value in pairs)


def nest(pairs: Any) -> dict[str, Any]:
    """Fold pairs such as `("a[b][]", "1")` into nested maps; maps with the keys 0, 1, 2 … become lists."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        _plant(tree, _path(name), value)
    return {name: _listed(value) for name, value in tree.items()}


def as_map(value: Any) -> dict[str, Any]:
    """Return a map whatever PHP would call it: a list counts its keys, a scalar has none."""
    if isinstance(value, dict):
        return {str(key): item for key, item in value.items()}
    if isinstance(value, list):
        return {str(index): item for index, item in enumerate(value)}
    return {}


def as_list(value: Any) -> list[Any]:
    """Return the values of a list or a map; a scalar is a list of one, nothing is an empty list."""
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list):
        return value
    return [] if value is None or value == "" else [value]


def printed_map(value: dict[str, Any]) -> Any:
    """Return what `json_encode` would show: `[]` for an empty map and a list for keys that count from 0."""
    return list(value.values()) if list(value) == [str(index) for index in range(len(value))] else value


def _path(name: str) -> list[str]:
    head, bracket, _ = name.partition("[")
    keys = _KEY.findall(name[len(head) :]) if bracket else []
    return [head, *keys] if keys else [name.replace("[", "_", 1)]


def _plant(tree: dict[str, Any], path: list[str], value: str) -> None:
    for key in path[:-1]:
        branch = tree.setdefault(_free_key(tree, key), {})
        if not isinstance(branch, dict):
            return
        tree = branch
    tree[_free_key(tree, path[-1])] = value


def _free_key(tree: dict[str, Any], key: str) -> str:
    if key:
        return key
    taken = [int(name) for name in tree if name.isdecimal()]
    return str(max(taken, default=-1) + 1)


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return printed_map({key: _listed(item) for key, item in value.items()})
