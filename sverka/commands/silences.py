"""Who is not written to: what clients asked for by themselves, what a colleague notes or ends for them."""

from __future__ import annotations

from sverka.app import App, WrongUsage
from sverka.commands.showing import moment, print_json, table
from sverka.domain.contacts import email_or_nothing, mobile_or_nothing
from sverka.domain.messaging.ladder import ALL, CARE
from sverka.domain.messaging.wishes import Asked
from sverka.store import addresses

SCOPES = (CARE, ALL)


def listing(app: App, company: str | None, *, as_json: bool) -> None:
    """List the silences that hold. Raises WrongUsage for a company that does not exist."""
    app.chosen(company)
    with app.store.reading() as tx:
        rows = addresses.silenced(tx, company)
    if as_json:
        print_json({"items": [{**vars(row), "since": moment(row.since)} for row in rows]})
        return
    heads = ["company", "address", "not written", "asked by", "words", "since"]
    table(heads, [[row.company, row.address, row.scope, row.source, row.words, moment(row.since)] for row in rows])


def add(app: App, company: str, address: str, scope: str, by: str, reason: str) -> None:
    """Write no more to an address. Raises WrongUsage for what is no address."""
    app.chosen(company)
    asked = Asked(_address(address), (scope,), by, reason, app.clock.real())
    with app.store.writing() as tx:
        addresses.heed(tx, company, [asked])


def end(app: App, company: str, address: str, by: str) -> int:
    """Write to an address again; return how many silences held. Raises WrongUsage for what is no address."""
    app.chosen(company)
    with app.store.writing() as tx:
        return addresses.speak(tx, company, _address(address), by, app.clock.real())


def _address(written: str) -> str:
    found = mobile_or_nothing(written) or email_or_nothing(written).casefold()
    if not found:
        raise WrongUsage(f"{written} is no address that clients are written to; write a mobile phone or an e-mail")
    return found
