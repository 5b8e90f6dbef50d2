"""What the commands are written with: a moment as an option, and the group that ends well when interrupted.

Imported by every call, so nothing heavy belongs here.
"""

from __future__ import annotations

import sys
from datetime import date, datetime
from typing import Any

import click

INTERRUPTED = 130


class Moment(click.ParamType[datetime]):
    """A moment with an offset, such as 2026-11-24T09:00+03:00."""

    name = "ISO"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read the text; complain about a missing offset."""
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"«{value}» is no moment; write one such as 2026-11-24T09:00+03:00", param, ctx)
        if moment.tzinfo is None:
            self.fail(f"«{value}» has no offset; write it, as in {value}+03:00", param, ctx)
        return moment


class Day(click.ParamType[date]):
    """A day, such as 2026-11-27."""

    name = "DAY"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the text."""
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"«{value}» is no day; write one such as 2026-11-27", param, ctx)


class Commands(click.Group):
    """The commands; an interrupt from the keyboard ends any of them without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; exit as a shell expects it of what was interrupted."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("\ninterrupted", err=True)
            sys.exit(INTERRUPTED)
