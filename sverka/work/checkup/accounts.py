"""1C: whether the base publishes all that is read, whether the user may read it, and whether it has the fields that we know."""

from __future__ import annotations

from collections.abc import Iterator

from sverka.systems.errors import Refused
from sverka.systems.onec.accounts import Accounts
from sverka.systems.onec.trial import Trial
from sverka.work.checkup.lines import Line, counted, error, listed, right

ABOUT = "1C"
SOURCE = "in 1C, «Администрирование», «Пользователи», a user with the role «Удалённый доступ OData»"
_COMPOSITION = "in 1C, «Настройка стандартного интерфейса OData», tick it under «Состав» and save"
_RIGHTS = "give the user of the interface a profile in 1C that may read it whole, without restrictions by records"
_OTHER = "it must be УТ 11.5, КА 2.5 or ERP 2.5; tell us the configuration and its version if it is one"


def accounts(base: Accounts) -> Iterator[Line]:
    """Look at the base. Raises SystemTrouble."""
    tried = base.trials()
    yield right(ABOUT, f"{base.place.site} lets us in")
    lines = [*_unpublished(tried), *_unread(tried)]
    yield from lines or [right(ABOUT, f"{counted(len(tried), 'set')} that a run reads can be read")]


def _unpublished(tried: tuple[Trial, ...]) -> Iterator[Line]:
    names = [each.name for each in tried if not each.is_published]
    if names:
        yield error(
            ABOUT, f"the interface does not publish {listed(names)}, so what customers owe cannot be told", _COMPOSITION
        )


def _unread(tried: tuple[Trial, ...]) -> Iterator[Line]:
    for each in tried:
        if each.trouble is not None:
            text = f"{each.name} cannot be read: {each.trouble.what.rstrip('.')}"
            yield error(ABOUT, text, _RIGHTS if isinstance(each.trouble, Refused) else _OTHER)
