"""Companies' YAML files read as plain data; what they mean to the product is not known here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from sandbox.kit import SandboxError


def read_companies(config_dir: Path, names: list[str]) -> dict[str, dict[str, Any]]:
    """Return the named companies' files as data, in the order of `names`; with no names, all of the folder."""
    files = {path.stem: path for path in sorted(config_dir.glob("*.yaml"))}
    for name in names:
        if name not in files:
            raise SandboxError(
                f"There is no company {name!r} in {config_dir}; there are: {', '.join(files) or 'none'}."
            )
    return {name: _read(files[name]) for name in names or files}


def read_yaml(path: Path) -> Any:
    """Read a file as plain data, by the fast reader where the library brings it: a sandbox starts in a fraction of the time."""
    reader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=reader)  # noqa: S506 - both readers are safe ones


def _read(path: Path) -> dict[str, Any]:
    try:
        config = read_yaml(path)
    except yaml.YAMLError as error:
        raise SandboxError(f"{path} is not valid YAML: {error}") from error
    if not isinstance(config, dict) or "systems" not in config or "people" not in config:
        raise SandboxError(f"{path} does not describe a company: it has no systems or no people.")
    return config
