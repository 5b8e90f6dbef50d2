"""Who is not written to: what clients asked for by themselves, what a colleague notes or ends for them."""

from __future__ import annotations

from sverka.app import App, WrongUsage
from sverka.commands import business
from sverka.commands.braking import check_person
from sverka.commands.showing import moment, print_json, table
from sverka.domain.contacts import email_or_nothing, mobile_or_nothing
from sverka.store import addresses


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


def add(app: App, company: str, address: str, scope: str, by: str, words: str) -> bool:
    """Write no more to an address; False if that held already. Raises WrongUsage for what is no address."""
    app.chosen(company)
    check_person(by)
    with app.store.writing() as tx:
        return addresses.hush(tx, company, _address(address), scope, by, words, business.now(tx, app, company))


def end(app: App, company: str, address: str, by: str) -> bool:
    """Write to an address again, or to one as `silence list` shows it; False if no silence held. Raises WrongUsage for what is none."""
    app.chosen(company)
    check_person(by)
    with app.store.writing() as tx:
        is_listed = any(row.address == address for row in addresses.silenced(tx, company))
        return (
            addresses.speak(
                tx, company, address if is_listed else _address(address), by, business.now(tx, app, company)
            )
            > 0
        )


def _address(written: str) -> str:
    found = mobile_or_nothing(written) or email_or_nothing(written).casefold()
    if not found:
        raise WrongUsage(f"{written} is no address that clients are written to; write a mobile phone or an e-mail")
    return found
