"""`sverka digest --preview`: the letter of the day as a file, from what is stored; nothing is read from the systems or sent."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

import click

from jobs import digest
from sverka.app import App
from sverka.settings import NotConnected, SettingsError
from sverka.store import proofs


def preview(app: App, company: str | None, person: str, at: datetime | None, out: Path) -> int:
    """Write one company's letter for a person as HTML, and as text beside it. Return the exit code."""
    chosen = app.chosen(company)
    if len(chosen) != 1:
        raise SettingsError([f"there are {len(chosen)} companies; name one with --company"])
    desk = app.desk(chosen[0])
    if isinstance(desk, NotConnected):
        click.echo(str(desk), err=True)
        return 0
    with closing(desk):
        try:
            letter = digest.preview(desk, at or _as_of(app, desk.company), person)
        except LookupError as error:
            raise SettingsError([str(error.args[0])]) from error
    out.write_text(letter.html, encoding="utf-8")
    out.with_suffix(".txt").write_text(letter.text, encoding="utf-8")
    click.echo(f"{letter.subject}\n{out} and {out.with_suffix('.txt')} hold the letter.", err=True)
    return 0


def _as_of(app: App, company: str) -> datetime:
    """Return business time as the portal last told it; the machine's time if nothing was read yet."""
    with app.store.reading() as tx:
        proof = proofs.last(tx, company, "bitrix24", "deals")
    return proof.server_at if proof else app.clock.real()
