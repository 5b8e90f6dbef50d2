"""`sverka digest --preview`: a letter of the day as files, from what is stored; nothing is read from the systems or sent."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

import click

from jobs import digest
from sverka.app import App, WrongUsage
from sverka.commands.files import check_writable, write
from sverka.companies.company import Company
from sverka.settings import NotConnected, secrets_for
from sverka.store import proofs
from sverka.work import post

_NOBODY = "nobody@example.com"
"""Stands in for the address of a reader whom the company's file does not name yet."""


def preview(app: App, company: str | None, person: str, at: datetime | None, out: Path) -> int:
    """Write one company's letter for a person as HTML, as text and with its table beside it. Return the exit code."""
    text, table = out.with_suffix(".txt"), out.with_suffix(".xlsx")
    _check(out, text, table)
    desk = app.desk(_one(app, company))
    if isinstance(desk, NotConnected):
        click.echo(f"{desk}\nno letter was written", err=True)
        return 0
    with closing(desk):
        try:
            letter = digest.preview(desk, at or _as_of(app, desk.company), person)
        except LookupError as error:
            names = ", ".join(each.name for each in reversed(digest.LETTERS) if each.name != "manager")
            raise WrongUsage(f"{error.args[0]}; write --for {names}, or the id of a user of the CRM") from error
        pages = post.pages(post.compose({**letter, "to": letter["to"] or _NOBODY}, desk.post.sender))
    write(out, pages.html)
    write(text, pages.text)
    for content in pages.files.values():
        write(table, content)
    told = f"{out}, {text} and {table} hold" if pages.files else f"{out} and {text} hold"
    click.echo(f"{letter['subject']}\n{told} the letter.", err=True)
    return 0


def _one(app: App, name: str | None) -> Company:
    """Return the named company, or the only one that is connected. Raises WrongUsage if it could be any of several."""
    chosen = app.chosen(name)
    connected = [each for each in chosen if not isinstance(secrets_for(each, app.environ), NotConnected)]
    found = connected if len(connected) == 1 else chosen
    if len(found) != 1:
        names = ", ".join(each.name for each in found)
        raise WrongUsage(f"a letter is about one company; name it with --company: {names}")
    return found[0]


def _check(out: Path, *beside: Path) -> None:
    if out in beside:
        raise WrongUsage(
            f"{out} would hold another part of the letter; name the HTML file, such as {out.with_suffix('.html')}"
        )
    for file in (out, *beside):
        check_writable(file)


def _as_of(app: App, company: str) -> datetime:
    """Return business time as the portal last told it; the machine's time if nothing was read yet."""
    with app.store.reading() as tx:
        proof = proofs.last(tx, company, "bitrix24", "deals")
    return proof.server_at if proof else app.clock.real()
