"""The commands about debts: what people say of them, what would go today, and where debts go if nobody pays.

Hung into the command line by `sverka.cli`; as there, what is imported at the top costs every call.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from sverka.commands.edge import AS_JSON, BY, COMPANY, opened_app
from sverka.commands.grammar import Day

_REASONS = ("quantity", "price", "quality", "documents", "not_received", "paid_already")


@click.group()
def dunning() -> None:
    """Debts: what customers and colleagues said of them, and what is said to whom."""


@dunning.command("promise")
@click.argument("client")
@click.option("--sum", "sum_roubles", required=True, help="How much they will pay, in roubles.")
@click.option("--date", "due", required=True, type=Day(), help="By which day.")
@BY
@click.option("--reason", default="", help="Their words; kept with the promise.")
def dunning_promise(client: str, sum_roubles: str, due: date, by: str, reason: str) -> None:
    """Note that a customer gave their word to pay.

    CLIENT is [company/]client:id. Nothing is said of what the promise covers until its day is over and a working day after it; holds stay.
    At most 14 working days ahead, and twice while they are behind.
    """
    from sverka.commands import debt_words

    with opened_app() as app:
        word, name = debt_words.promise(app, client, sum_roubles, due, by, reason)
    click.echo(f"Promise {word} of {name} is noted until {due}.", err=True)


@dunning.command("dispute")
@click.argument("document")
@COMPANY
@click.option("--reason", required=True, type=click.Choice(_REASONS), help="What they object to.")
@BY
def dunning_dispute(document: str, company: str | None, reason: str, by: str) -> None:
    """Note that a customer objects to a document.

    Nothing is asked for it until the dispute is ended. DOCUMENT is its number as it is printed; where several bear it they are listed, and
    the id there names one. With paid_already the accountant looks for the money, and the customer is left alone for three working days.
    """
    from sverka.commands import debt_words

    with opened_app() as app:
        word, line = debt_words.dispute(app, document, company, reason, by)
    click.echo(f"Dispute {word} is noted: {line}.", err=True)


@dunning.command("pause")
@click.argument("client")
@click.option(
    "--until", required=True, type=Day(), help="The last day on which nothing is said, 30 days ahead at most."
)
@click.option("--reason", required=True, help="Why; kept with the pause.")
@BY
def dunning_pause(client: str, until: date, reason: str, by: str) -> None:
    """Say nothing of debts to a customer for a while.

    CLIENT is [company/]client:id. Holds stay.
    """
    from sverka.commands import debt_words

    with opened_app() as app:
        word, name = debt_words.pause(app, client, until, reason, by)
    click.echo(f"Pause {word}: nothing is said of debts to {name} until {until} is over.", err=True)


@dunning.command("loaded")
@click.option("--until", required=True, type=Day(), help="The last banking day whose payments are in 1C.")
@click.option("--company", help="The company; needed if several chase debts.")
@BY
def dunning_loaded(until: date, company: str | None, by: str) -> None:
    """Note that the bank's statement is in 1C.

    Nobody is reminded before the payments of the last working day are known. A payment of that day shows it; where none came the
    accountant says so.
    """
    from sverka.commands import debt_words

    with opened_app() as app:
        word, name = debt_words.loaded(app, company, until, by)
    click.echo(f"Word {word}: the statement of {name} is loaded through {until}.", err=True)


@dunning.command("list")
@COMPANY
@click.option("--all", "everything", is_flag=True, help="Also what is over or was taken back.")
@AS_JSON
def dunning_list(company: str | None, *, everything: bool, as_json: bool) -> None:
    """List what was said of debts and holds."""
    from sverka.commands import debt_words

    with opened_app() as app:
        debt_words.listing(app, company, everything=everything, as_json=as_json)


@dunning.command("end")
@click.argument("id", type=int)
@BY
def dunning_end(id: int, by: str) -> None:  # noqa: A002
    """Take back what was said.

    ID is the number in `sverka dunning list`: a dispute that is settled, a promise or a pause that was none.
    """
    from sverka.commands import debt_words

    with opened_app() as app:
        held = debt_words.end(app, id, by)
    click.echo(f"Word {id} is taken back." if held else f"Word {id} was taken back before.", err=True)


@dunning.command("forewarn")
@COMPANY
@AS_JSON
def dunning_forewarn(company: str | None, *, as_json: bool) -> None:
    """Show what goes today, and why the others wait.

    Decided from what was read last; nothing is read from the systems, planned or sent.
    """
    from sverka.commands import forewarning

    with opened_app() as app:
        forewarning.show(app, company, as_json=as_json)


@dunning.command("simulate")
@click.option("--from", "first", required=True, type=Day(), help="The first day to be written, today or later.")
@click.option("--to", "last", required=True, type=Day(), help="The last day, within a year.")
@click.option("--company", help="The company; needed if several chase debts.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The CSV file to write.")
def dunning_simulate(first: date, last: date, company: str | None, out: Path) -> None:
    """Look ahead: where debts go if nobody pays.

    Writes a row for each day and customer. Every day from today on is decided by the same rules, on copies of what was read last. It is
    assumed that nobody pays, nothing new is shipped, 1C is read and the statement loaded in time, letters arrive, and people make the
    calls and release the letters that they are asked for. Nothing is read from the systems, kept or sent.
    """
    from sverka.commands import forewarning

    with opened_app() as app:
        rows = forewarning.simulate(app, company, first, last, out)
    click.echo(f"{out} holds {rows} row{'' if rows == 1 else 's'}.", err=True)
