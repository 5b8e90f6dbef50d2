"""Brakes by hand: what is on, what somebody puts on or lets go; and going on with a store that is older than its mark."""

from __future__ import annotations

from sverka.app import App, WrongUsage
from sverka.domain import brakes
from sverka.domain.brakes import Hold
from sverka.domain.high_water import old_copy
from sverka.store import high_water, runs
from sverka.work.mark import Mark, MarkUnreadable


def holds(app: App) -> list[Hold]:
    """Return what is on: kill switches first, then the brakes of the store, the oldest first."""
    with app.store.reading() as tx:
        return [*app.switches.thrown(app.clock.real()), *runs.holds(tx)]


def trip(app: App, scope: str, by: str, reason: str) -> bool:
    """Put a brake on; False if it was on already. Raises WrongUsage for a scope that covers nothing."""
    check_person(by)
    companies = [company.name for company in app.companies]
    if not brakes.is_known(scope, companies):
        raise WrongUsage(
            f"{scope} covers nothing; write all, a company ({', '.join(companies)}), a system such as business_ru, a rule such as "
            "releases, 'risk>=2', or one of these for one company only: COMPANY/releases, COMPANY/deal:71"
        )
    with app.store.writing() as tx:
        return runs.trip(tx, scope, by, reason, app.clock.real())


def reset(app: App, scope: str, by: str, reason: str) -> bool:
    """Let a brake go; tell whether it was on. Raises WrongUsage for the one that only `db adopt` lets go."""
    check_person(by)
    if scope == brakes.STORE:
        raise WrongUsage("that brake is on because the store is older than its mark; `sverka db adopt` goes on with it")
    with app.store.writing() as tx:
        return runs.reset(tx, scope, by, reason, app.clock.real())


def adopt(app: App, by: str, reason: str, name: str) -> bool:
    """Go on with a store that is older than its mark; False if it is not. name: by which it is known from now on.

    What waits in it, and what is planned in its first days, may have been sent since: see `sverka.domain.high_water.doubt`.
    """
    check_person(by)
    mark, now = Mark(app.settings.mark_file), app.clock.real()
    try:
        said = mark.read()
    except MarkUnreadable:
        said = None
    with app.store.writing() as tx:
        stands = high_water.read(tx)
        is_held = brakes.STORE in runs.held_scopes(tx)
        if not is_held and old_copy(stands, said) is None:
            return False
        high_water.adopt(tx, name, by, reason, now, forgotten_until=said.at if said else now)
        runs.reset(tx, brakes.STORE, by, reason, now)
        stands = high_water.read(tx)
    mark.replace(stands)
    return True


def check_person(by: str) -> None:
    """Raise WrongUsage for a name that is nobody's."""
    if by.strip().casefold() in ("", brakes.BY_ITSELF):
        raise WrongUsage("say who decides: --by takes the name of a person")
