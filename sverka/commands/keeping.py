"""Keeping the store: schema upgrades and copies."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sverka.app import ROOT
from sverka.settings import Settings
from sverka.store import schema


def upgrade(environ: Mapping[str, str]) -> str:
    """Bring the schema up to date; return the store's place as it may be shown."""
    settings = Settings.from_environment(environ, ROOT)
    schema.upgrade(settings.database_url.reveal())
    return settings.database_shown


def backup(environ: Mapping[str, str], file: Path) -> str:
    """Write a consistent copy; return the store's place as it may be shown."""
    settings = Settings.from_environment(environ, ROOT)
    schema.backup(settings.database_url.reveal(), file)
    return settings.database_shown
