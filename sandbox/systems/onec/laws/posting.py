"""Posting and taking it back (contract §4.2): a refused document stays written and unposted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.systems.onec.base import Base, Now, Posting, Row
from sandbox.systems.onec.errors import raised
from sandbox.systems.onec.laws.facts import fact_of
from sandbox.systems.onec.model import catalogs as sets
from sandbox.systems.onec.switches import AUTOMATIC_DISCOUNTS, REFUSES_POSTING

_HANDLER = "Ошибка при выполнении обработчика - 'ОбработкаПроведения': {}"


def post(base: Base, name: str, row: Row, now: Now) -> None:
    """Post a document, or post it anew: its records follow from what it says now."""
    row["Posted"] = True
    base.postings.append(Posting(now.unix, row["Ref_Key"], fact_of(base, name, row)))
    base.put(name, row)


def unpost(base: Base, name: str, row: Row, now: Now) -> None:
    """Take a posting back; of an unposted document only the DataVersion changes."""
    if row["Posted"]:
        base.postings.append(Posting(now.unix, row["Ref_Key"], None))
    row["Posted"] = False
    base.put(name, row)


def check_posting(name: str, row: Row, switches: Mapping[str, Any], *, operational: bool) -> None:
    """Raise ODataError if the document must not be posted as it is."""
    if row["DeletionMark"]:
        raise raised("Помеченный на удаление документ не может быть проведен!")
    if operational:
        raise raised("Оперативное проведение документа запрещено!")
    if switches[REFUSES_POSTING]:
        raise raised(_HANDLER.format(switches[REFUSES_POSTING]))
    if name == sets.ORDER and switches[AUTOMATIC_DISCOUNTS] and not row["СкидкиРассчитаны"]:
        raise raised(_HANDLER.format("Скидки (наценки) в документе не рассчитаны."))
