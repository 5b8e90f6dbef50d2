"""One effect's way through the ledger: whole reads, single writes, leave asked before each, and a count of what was written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sverka.domain.effects import Answer, Outcome
from sverka.systems.business_ru.client import SYSTEM, LedgerApi
from sverka.systems.business_ru.paging import LIVE_AND_DELETED, read_list
from sverka.systems.business_ru.signature import Params
from sverka.systems.errors import AskAgain, BadAnswer, ContractBroken, NotFound, SystemTrouble
from sverka.systems.outcomes import answer_of
from sverka.systems.values import Json, flag, ident


@dataclass(frozen=True)
class Step:
    """One write."""

    verb: str
    model: str
    params: Params


class Desk:
    """What a writer works with. Its reads and writes raise SystemTrouble; `outcome_of` says what one means for the effect."""

    def __init__(self, api: LedgerApi, permit: Callable[[], bool]) -> None:
        self._api = api
        self._permit = permit
        self._written = 0
        self._is_writing = False

    def rows(self, model: str, filters: Params) -> list[Json]:
        """Return all rows that `filters` choose, deleted ones too; the list is whole and each row is one that was asked for."""
        listing = read_list(self._api, model, {**LIVE_AND_DELETED, **filters}, count_always=True)
        if listing.trouble:
            raise BadAnswer(SYSTEM, f"GET {model}", listing.trouble)
        for row in listing.rows:
            if any(str(row.get(name)) != str(value) for name, value in filters.items()):
                raise ContractBroken(
                    SYSTEM, f"GET {model}", "rows came that were not asked for: the filter was not applied"
                )
        return list(listing.rows)

    def live_rows(self, model: str, filters: Params) -> list[Json]:
        """Return the rows that are not deleted."""
        return [row for row in self.rows(model, filters) if not flag(row.get("deleted"))]

    def one(self, model: str, ext_id: str) -> Json:
        """Return one live document. Raises NotFound."""
        result = self._api.get(model, {**LIVE_AND_DELETED, "id": ext_id}).result
        found = [row for row in result if isinstance(row, dict)] if isinstance(result, list) else []
        if len(found) != 1 or ident(found[0].get("id")) != ext_id or flag(found[0].get("deleted")):
            raise NotFound(SYSTEM, f"GET {model}", f"there is no document {ext_id}, or it is deleted")
        return found[0]

    def write(self, step: Step) -> str:
        """Carry one step out; return the id that the ledger names, "" if none."""
        self._is_writing = True
        answer = self._api.write(step.verb, step.model, step.params, self._permit)
        self._is_writing = False
        self._written += 1
        return _named_id(answer.result) or _named_id(answer.document)

    def outcome_of(self, trouble: SystemTrouble) -> Outcome:
        """Say what a trouble of a read or a write means for the whole effect."""
        answer = answer_of(trouble)
        if not self._is_writing and isinstance(trouble, AskAgain | ContractBroken):
            answer = Answer.AMBIGUOUS if self._written else Answer.NOT_EXECUTED
        so_far = f" ({self._written} changes were written before)" if self._written else ""
        return Outcome(
            answer, changed=self._written > 0, detail=f"{trouble}{so_far}", retry_after_s=trouble.retry_after_s
        )


def _named_id(result: Any) -> str:
    first = result[0] if isinstance(result, list) and result else result
    return ident(first.get("id")) if isinstance(first, dict) else ""
