"""`sverka digest --preview`: the letter of the day as a file, from what is stored; nothing is read from the systems or sent."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

import click

from jobs import digest
from sverka.app import App, WrongUsage
from sverka.commands.files import check_writable, write
from sverka.settings import NotConnected
from sverka.store import proofs


def preview(app: App, company: str | None, person: str, at: datetime | None, out: Path) -> int:
    """Write one company's letter for a person as HTML, and as text beside it. Return the exit code."""
    text = out.with_suffix(".txt")
    _check(out, text)
    chosen = app.chosen(company)
    if len(chosen) != 1:
        names = ", ".join(each.name for each in chosen)
        raise WrongUsage(f"a letter is about one company; name it with --company: {names}")
    desk = app.desk(chosen[0])
    if isinstance(desk, NotConnected):
        click.echo(f"{desk}\nno letter was written", err=True)
        return 0
    with closing(desk):
        try:
            letter = digest.preview(desk, at or _as_of(app, desk.company), person)
        except LookupError as error:
            raise WrongUsage(f"{error.args[0]}; write --for owner, or the id of a user of the CRM") from error
    write(out, letter.html)
    write(text, letter.text)
    click.echo(f"{letter.subject}\n{out} and {text} hold the letter.", err=True)
    return 0


def _check(out: Path, text: Path) -> None:
    if out == text:
        raise WrongUsage(
            f"{out} would hold the text of the letter; name the HTML file, such as {out.with_suffix('.html')}"
        )
    check_writable(out)
    check_writable(text)


def _as_of(app: App, company: str) -> datetime:
    """Return business time as the portal last told it; the machine's time if nothing was read yet."""
    with app.store.reading() as tx:
        proof = proofs.last(tx, company, "bitrix24", "deals")
    return proof.server_at if proof else app.clock.real()
