"""What all commands share at the edge: options of one meaning, the opened installation, errors as sentences with their exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from sverka.commands.grammar import Moment

if TYPE_CHECKING:
    from sverka.app import App

USAGE = 2
COMPANY = click.option("--company", help="One company; all by default.")
OF_COMPANY = click.option("--company", required=True, help="The company.")
AT = click.option(
    "--at", type=Moment(), help="Business time, such as 2026-11-24T09:00+03:00; by default the vendors' own."
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
BY = click.option("--by", required=True, help="Who decides; kept with the decision.")


@contextmanager
def opened_app() -> Iterator[App]:
    """Open the installation as the environment describes it, and tell what goes wrong."""
    from sverka.app import observe, opened

    with told(), opened(os.environ) as app:
        observe(app.settings)
        yield app


@contextmanager
def told() -> Iterator[None]:
    """Turn the errors that a person can meet into sentences on standard error and the right exit code."""
    from sverka.app import WrongUsage
    from sverka.companies.mistakes import CompanyFileError
    from sverka.settings import SettingsError
    from sverka.store.errors import BadValue, NotFound, NotPossible, StoreError
    from sverka.systems.errors import SystemTrouble

    try:
        yield
    except (SettingsError, CompanyFileError, WrongUsage, NotFound, NotPossible, BadValue) as error:
        click.echo(str(error), err=True)
        sys.exit(USAGE)
    except (StoreError, SystemTrouble) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
