"""Keeping the store: schema upgrades and copies."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sverka.app import ROOT, WrongUsage
from sverka.commands.files import check_writable
from sverka.settings import Settings
from sverka.store import schema


def upgrade(environ: Mapping[str, str]) -> str:
    """Bring the schema up to date; return the store's place as it may be shown."""
    settings = Settings.from_environment(environ, ROOT)
    schema.upgrade(settings.database_url.reveal())
    return settings.database_shown


def backup(environ: Mapping[str, str], file: Path) -> str:
    """Write a consistent copy; return the store's place as it may be shown. Raises WrongUsage before anything is touched."""
    settings = Settings.from_environment(environ, ROOT)
    _check_source(Path(settings.database_shown))
    check_writable(file)
    if file.exists():
        raise WrongUsage(f"{file} exists already, and a backup never overwrites; name a new file")
    schema.backup(settings.database_url.reveal(), file)
    return settings.database_shown


def _check_source(store: Path) -> None:
    """Refuse to copy a file that is not there: opening it would make it, and the copy of nothing would pass for a backup."""
    if store.is_absolute() and not store.exists():
        raise WrongUsage(f"there is no store {store} yet; nothing was copied")
