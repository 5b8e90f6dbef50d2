"""What rows of registers point at: keys of settlements, documents, currencies; asked for by key, and only where it is not known yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sverka.domain.money import BadNumberError, parse_kopecks
from sverka.systems.errors import NotOffered, Refused
from sverka.systems.onec.client import OnecApi
from sverka.systems.onec.known import Analytic, Paper
from sverka.systems.onec.models import CURRENCY_NAMES, KEY_OF_REGISTER, KEY_REGISTER, KEYS, NAMES
from sverka.systems.onec.paging import Ask, fetch, read_list
from sverka.systems.onec.values import day, key, reference
from sverka.systems.values import BadValueError, Json, ident_or_none, must, text

_DOCUMENT = "Document_"
_SUM = "СуммаДокумента"
_HEAD = "Ref_Key,Number,Date"


class Lookups:
    """Keeps what it found as long as it lives. Every method may raise SystemTrouble."""

    def __init__(self, api: OnecApi) -> None:
        self._api = api
        self._analytics: dict[str, Analytic | BadValueError] = {}
        self._papers: dict[str, Paper | BadValueError] = {}
        self._names: dict[str, dict[str, str]] = {}

    def learn(self, analytics: Mapping[str, Analytic], papers: Mapping[str, Paper]) -> None:
        """Take over what is known already."""
        self._analytics = {**analytics, **self._analytics}
        self._papers = {**papers, **self._papers}

    def forget_papers(self) -> None:
        """Ask for documents anew: their dates and sums may have been edited."""
        self._papers.clear()

    def find_analytics(self, keys: Iterable[str]) -> None:
        """Ask whose the keys are that are not known."""
        wanted = sorted({each for each in keys if each} - self._analytics.keys())
        for key_, row in self._analytic_rows(wanted):
            try:
                self._analytics[key_] = _analytic(row)
            except BadValueError as error:
                self._analytics[key_] = error

    def find_papers(self, documents: Iterable[tuple[str, str]]) -> None:
        """Ask for the documents, as (type, id), that are not known."""
        wanted: dict[str, set[str]] = {}
        for kind, ext_id in documents:
            if ext_id and ext_id not in self._papers:
                wanted.setdefault(kind, set()).add(ext_id)
        for kind, ids in sorted(wanted.items()):
            found = self._papers_of(kind, sorted(ids)) if kind.startswith(_DOCUMENT) else {}
            self._papers.update({each: found.get(each, Paper()) for each in ids})

    def find_names(self, catalogue: str) -> None:
        """Ask what the objects of a small catalogue are called: currencies, kinds of prices."""
        if catalogue in self._names:
            return
        listing = read_list(self._api, Ask(catalogue, NAMES[catalogue]))
        self._names[catalogue] = dict(_name(row) for row in listing.rows)

    def analytic(self, key_: str) -> Analytic:
        """Return whose settlements stand under a key. Raises BadValueError if nobody knows."""
        found = self._analytics.get(key_) or BadValueError(f"1C does not tell whose settlements {key_ or 'they'} are")
        if isinstance(found, BadValueError):
            raise found
        return found

    def paper(self, document_id: str) -> Paper:
        """Return what is known of a document. Raises BadValueError for one that cannot be understood."""
        found = self._papers.get(document_id, Paper())
        if isinstance(found, BadValueError):
            raise found
        return found

    def name(self, catalogue: str, key_: str) -> str:
        """Return what an object is called. Raises BadValueError for one that 1C does not list."""
        found = self._names.get(catalogue, {}).get(key_)
        if not found:
            raise BadValueError(f"{catalogue} does not list {key_}")
        return found

    def _analytic_rows(self, keys: list[str]) -> list[tuple[str, Json]]:
        """Read them from whichever of the two is published."""
        if not keys:
            return []
        try:
            return [(ident_or_none(row.get("Ref_Key")), row) for row in fetch(self._api, KEYS, keys, "")]
        except NotOffered:
            rows = fetch(self._api, KEY_REGISTER, keys, "", KEY_OF_REGISTER)
            return [(ident_or_none(row.get(KEY_OF_REGISTER)), row) for row in rows]

    def _papers_of(self, kind: str, ids: list[str]) -> dict[str, Paper | BadValueError]:
        """Read documents of one kind; of a kind that is not published, nothing is known, and of one without a sum, no sum."""
        try:
            rows = fetch(self._api, kind, ids, f"{_HEAD},{_SUM}")
        except (NotOffered, Refused):
            try:
                rows = fetch(self._api, kind, ids, _HEAD)
            except (NotOffered, Refused):
                return {}
        return dict(_paper(row) for row in rows)


def _name(row: Json) -> tuple[str, str]:
    """Read the key and the name of an object; what cannot be understood has no name, and whoever points at it says so."""
    try:
        code, name = text(row.get("Code")), text(row.get("Description"))
        return must(key)(row.get("Ref_Key")), CURRENCY_NAMES.get(code, name or code) if "Code" in row else name
    except BadValueError:
        return "", ""


def _analytic(row: Json) -> Analytic:
    return Analytic(
        entity_id=reference(row, "Организация", "Catalog_Организации"),
        partner_id=reference(row, "Партнер", "Catalog_Партнеры"),
        counterparty_id=reference(row, "Контрагент", "Catalog_Контрагенты"),
        contract_id=reference(row, "Договор", "Catalog_ДоговорыКонтрагентов"),
    )


def _paper(row: Json) -> tuple[str, Paper | BadValueError]:
    ext_id = row.get("Ref_Key")
    try:
        total = parse_kopecks(row[_SUM]) if _SUM in row else None
        return str(ext_id), Paper(text(row.get("Number")), day(row.get("Date")), total)
    except (BadValueError, BadNumberError) as error:
        return str(ext_id), BadValueError(f"document {ext_id}: {error}")
