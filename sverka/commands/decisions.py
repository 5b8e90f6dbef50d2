"""The commands by which people decide: questions, effects that nobody can tell the end of, brakes, who is not written to.

The groups are hung into the command line by `sverka.cli`; as there, what is imported at the top costs every call.
"""

from __future__ import annotations

import click

from sverka.commands.edge import AS_JSON, BY, COMPANY, OF_COMPANY, opened_app


@click.group()
def queue() -> None:
    """What was found, and questions that wait for a person."""


@queue.command("list")
@COMPANY
@AS_JSON
def queue_list(company: str | None, *, as_json: bool) -> None:
    """List what was found; questions come first, marked `?`."""
    from sverka.commands import showing

    with opened_app() as app:
        showing.queue(app, company, as_json=as_json)


@queue.command("decide")
@click.argument("id", type=int)
@click.argument("choice")
@BY
@click.option("--reason", default="", help="Why; kept with the decision.")
def queue_decide(id: int, choice: str, by: str, reason: str) -> None:  # noqa: A002
    """Answer a question; the next run carries it out.

    ID is the number in `sverka queue list`. CHOICE is one of:

    \b
      take-owner         what stands in the system that owns the field is right;
                         of a client that fits several: none of them, it is new
      take-mirror        what stands in the other system is right
      bind:ID            the counterpart is the one with this id
      ignore:2026-12-31  leave it as it is until that day
    """  # noqa: D301
    from sverka.store import findings

    with opened_app() as app, app.store.writing() as tx:
        findings.answer(tx, id, choice, by, reason, app.clock.real())
    click.echo(f"Noted; the next run acts on it as long as nothing changes on question {id}.", err=True)


@click.group()
def outbox() -> None:
    """Effects on their way to the systems."""


@outbox.command("list")
@COMPANY
@click.option("--all", "everything", is_flag=True, help="Also what has ended.")
@AS_JSON
def outbox_list(company: str | None, *, everything: bool, as_json: bool) -> None:
    """List effects that wait, failed or are unknown."""
    from sverka.commands import showing

    with opened_app() as app:
        showing.outbox(app, company, everything=everything, as_json=as_json)


@outbox.command("retry")
@click.argument("id", type=int)
@BY
def outbox_retry(id: int, by: str) -> None:  # noqa: A002
    """Plan an effect anew that failed or is unknown.

    ID is the number in `sverka outbox list`. Of an unknown effect nobody knows whether it happened: look into the system first.
    """
    from sverka.store import outbox as rows

    with opened_app() as app, app.store.writing() as tx:
        rows.retry(tx, id, by, app.clock.real())
    click.echo(f"Effect {id} is planned again; `sverka run outbox` sends it.", err=True)


@outbox.command("cancel")
@click.argument("id", type=int)
@BY
@click.option("--reason", default="", help="Why; kept with the effect.")
def outbox_cancel(id: int, by: str, reason: str) -> None:  # noqa: A002
    """End an effect without sending it.

    ID is the number in `sverka outbox list`.
    """
    from sverka.store import outbox as rows

    with opened_app() as app, app.store.writing() as tx:
        rows.cancel(tx, id, by, reason, app.clock.real())
    click.echo(f"Effect {id} is cancelled.", err=True)


@click.group()
def breaker() -> None:
    """Brakes: what stopped, or was stopped by somebody."""


@breaker.command("list")
@AS_JSON
def breaker_list(*, as_json: bool) -> None:
    """List the brakes that are on, kill switches too."""
    from sverka.commands import showing

    with opened_app() as app:
        showing.breakers(app, as_json=as_json)


@breaker.command("trip")
@click.argument("scope")
@BY
@click.option("--reason", required=True, help="Why nothing is to be done.")
def breaker_trip(scope: str, by: str, reason: str) -> None:
    """Stop something until somebody lets it go; a run that is under way heeds it before its next effect.

    SCOPE is one of these, for all companies or after COMPANY/ for one:

    \b
      all              everything; letters to colleagues go on
      headlights       a company
      business_ru      writing into a system: bitrix24, business_ru, mail
      releases         a rule, as in the company's file
      'risk>=2'        what has at least this risk: 2 documents, 3 stock, 4 clients, 5 money and goods
      headlights/deal:71   one deal
    """  # noqa: D301
    from sverka.commands import braking

    with opened_app() as app:
        is_new = braking.trip(app, scope, by, reason)
    click.echo(f"The brake of {scope} is on." if is_new else f"The brake of {scope} was on already.", err=True)


@breaker.command("reset")
@click.argument("scope")
@BY
@click.option("--reason", required=True, help="Why it is safe to go on.")
def breaker_reset(scope: str, by: str, reason: str) -> None:
    """Let a brake go.

    SCOPE is the one that `sverka breaker list` shows. What was found to be unusual is taken to be right from then on.
    """
    from sverka.commands import braking

    with opened_app() as app:
        was_on = braking.reset(app, scope, by, reason)
    click.echo(f"The brake of {scope} is off." if was_on else f"The brake of {scope} was not on.", err=True)


@click.group()
def silence() -> None:
    """Clients who asked not to be written to."""


@silence.command("list")
@COMPANY
@AS_JSON
def silence_list(company: str | None, *, as_json: bool) -> None:
    """List who is not written to, since when, and by whose word."""
    from sverka.commands import silences

    with opened_app() as app:
        silences.listing(app, company, as_json=as_json)


@silence.command("add")
@click.argument("address")
@OF_COMPANY
@click.option(
    "--scope",
    type=click.Choice(["care", "all"]),
    default="care",
    show_default=True,
    help="care: no thanks, greetings, adverts; all: nothing at all at this address.",
)
@BY
@click.option("--reason", default="", help="The client's words; kept with the silence.")
def silence_add(address: str, company: str, scope: str, by: str, reason: str) -> None:
    """Note that a client asked a colleague not to be written to, at a phone or an e-mail."""
    from sverka.commands import silences

    with opened_app() as app:
        is_new = silences.add(app, company, address, scope, by, reason)
    what = "Nothing" if scope == "all" else "No care, no adverts"
    click.echo(f"{what} to {address} any more." if is_new else f"That was noted for {address} before.", err=True)


@silence.command("end")
@click.argument("address")
@OF_COMPANY
@BY
def silence_end(address: str, company: str, by: str) -> None:
    """Write to an address again: the client said so, or was misunderstood.

    ADDRESS is a phone or an e-mail, or what `sverka silence list` shows.
    """
    from sverka.commands import silences

    with opened_app() as app:
        held = silences.end(app, company, address, by)
    click.echo(f"{address} is written to again." if held else f"{address} was written to anyway.", err=True)
