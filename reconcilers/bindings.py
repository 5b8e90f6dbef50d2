"""Who is who: which deal is which order, which client which partner, which product which good, which user which employee.

Rules, best first; a match counts only if it is the only one on both sides and belongs to nobody else.
  a person's word (`bind:ID`) about a question that was asked (T9)
  order    our mark `deal:N` in the order's comment (T1)
  client   our mark in the partner's note (T1); else exactly the same name (T2); a merely similar name is asked about, never taken
  product  the same article (T2); where neither side has one, exactly the same name (T2)
  person   the same e-mail and name (T2); else the same e-mail, if nobody else has it (T2)
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sverka.domain.plan import Bind, Finding, Plan
from sverka.domain.rows import Client, Deal, Employee, Good, LedgerOrder, Partner, Product, Row, User

_Left = TypeVar("_Left", bound=Row)
_Right = TypeVar("_Right", bound=Row)

_LEGAL_FORMS = re.compile(r"\b(ооо|оао|зао|пао|ао|ип|чп|llc|ltd|inc|co|gmbh)\b\.?")
_NOT_A_WORD = re.compile(r"[^\w]+")


@dataclass(frozen=True)
class Candidates:
    """Rows of both sides that may be counterparts, and what is bound already (left → right)."""

    deals: Sequence[Deal] = ()
    orders: Sequence[LedgerOrder] = ()
    clients: Sequence[Client] = ()
    partners: Sequence[Partner] = ()
    products: Sequence[Product] = ()
    goods: Sequence[Good] = ()
    users: Sequence[User] = ()
    employees: Sequence[Employee] = ()
    taken: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Kind → rights that belong to somebody."""
    told: tuple[Bind, ...] = ()
    """What people said."""


def decide(found: Candidates) -> Plan:
    """Return the bindings that follow, and findings where more than one counterpart fits."""
    matcher = _Matcher(found.taken, found.told)
    matcher.pair("order", found.deals, found.orders, "T1", lambda deal: deal.ext_id, lambda order: order.deal_mark)
    matcher.pair(
        "client", found.clients, found.partners, "T1", lambda client: client.ext_id, lambda partner: partner.client_mark
    )
    matcher.pair(
        "client", found.clients, found.partners, "T2", lambda client: client.name, lambda partner: partner.name
    )
    matcher.pair(
        "product", found.products, found.goods, "T2", lambda product: product.article, lambda good: good.article
    )
    matcher.pair("product", found.products, found.goods, "T2", _name_without_article, _name_without_article)
    matcher.pair("person", found.users, found.employees, "T2", _email_and_name, _email_and_name)
    matcher.pair(
        "person",
        found.users,
        found.employees,
        "T2",
        lambda user: user.email.casefold(),
        lambda employee: employee.email.casefold(),
    )
    return Plan(binds=tuple(matcher.binds), findings=tuple(matcher.findings.values()))


def alike(clients: Iterable[Client], partners: Iterable[Partner]) -> dict[str, tuple[Partner, ...]]:
    """Return, for clients without a sure counterpart, the partners whose names are alike: a person has to choose."""
    by_name: dict[str, list[Partner]] = defaultdict(list)
    for partner in partners:
        by_name[similar_name(partner.name)].append(partner)
    found = {client.ext_id: tuple(by_name.get(similar_name(client.name), ())) for client in clients}
    return {client_id: partners_alike for client_id, partners_alike in found.items() if partners_alike}


def similar_name(name: str) -> str:
    """Fold a name to what a person would hear: no case, quotes, spaces, legal form; ё is е."""
    folded = _LEGAL_FORMS.sub(" ", name.casefold().replace("ё", "е"))
    return " ".join(sorted(_NOT_A_WORD.sub(" ", folded).split()))


class _Matcher:
    """Pairs rows by keys, remembering what is taken; findings are by key, so that a better tier silences a worse one."""

    def __init__(self, taken: Mapping[str, frozenset[str]], told: Iterable[Bind]) -> None:
        self._taken = taken
        self.binds = [bind for bind in told if bind.right not in taken.get(bind.kind, ())]
        self.findings: dict[str, Finding] = {}

    def pair(
        self, kind: str, lefts: Iterable[_Left], rights: Iterable[_Right], tier: str,
        left_key: Callable[[_Left], Hashable], right_key: Callable[[_Right], Hashable],
    ) -> None:  # fmt: skip
        """Bind each left row to the one right row with the same key, if it is the only pair."""
        bound = {bind.left for bind in self.binds if bind.kind == kind}
        gone = self._taken.get(kind, frozenset()) | {bind.right for bind in self.binds if bind.kind == kind}
        left_by_key = _group((row for row in lefts if row.ext_id not in bound), left_key)
        right_by_key = _group((row for row in rights if row.ext_id not in gone), right_key)
        for key, left_rows in left_by_key.items():
            self._pair_key(kind, tier, left_rows, right_by_key.get(key, []))

    def _pair_key(self, kind: str, tier: str, lefts: Sequence[Row], rights: Sequence[Row]) -> None:
        if len(lefts) == 1 and len(rights) == 1:
            self.binds.append(Bind(kind, lefts[0].ext_id, rights[0].ext_id, tier))
            self.findings.pop(f"{kind} {lefts[0].ext_id}", None)
        elif rights:
            for left in lefts:
                self.findings[f"{kind} {left.ext_id}"] = _ambiguous(kind, left, rights)


def _group(rows: Iterable[_Left], key: Callable[[_Left], Hashable]) -> dict[Hashable, list[_Left]]:
    groups: dict[Hashable, list[_Left]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    groups.pop("", None)
    return groups


_WHAT = {"order": "заказов", "client": "контрагентов", "product": "товаров", "person": "сотрудников"}


def _ambiguous(kind: str, left: Row, rights: Sequence[Row]) -> Finding:
    numbers = ", ".join(sorted(row.ext_id for row in rights)[:5])
    name = getattr(left, "title", "") or getattr(left, "name", "")
    text = (
        f"«{name}»: в Бизнес.ру подходит несколько {_WHAT[kind]} (№ {numbers}), или подходят они не одной карточке. "
        "Нужно выбрать вручную."
    )
    return Finding("ambiguous", f"{_SUBJECT[kind](left.ext_id)}", f"bind {kind}", text, values=numbers, asks=True)


_SUBJECT: Mapping[str, Callable[[str], str]] = {
    "order": lambda ext_id: f"deal:{ext_id}",
    "client": lambda ext_id: ext_id,
    "product": lambda ext_id: f"product:{ext_id}",
    "person": lambda ext_id: f"person:{ext_id}",
}


def _name_without_article(row: Product | Good) -> str:
    return "" if row.article else row.name


def _email_and_name(row: User | Employee) -> Hashable:
    return (row.email.casefold(), row.name.casefold()) if row.email else ""
