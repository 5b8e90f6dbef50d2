"""Which customer of the CRM each counterparty of 1C is, and what of 1C's terms their cards show.

Rules
- A company of the CRM is a counterparty by its requisites: ИНН and КПП; else by ИНН alone, if no other company has that ИНН. Branches of
  one legal entity are one customer if the CRM has one card for them. Two cards with the same numbers are a person's to sort out.
- A counterparty with terms of ours that no card bears gets a company with its requisites, once; one without an ИНН is told of, not made.
- Price type, deferral and credit limit are 1C's and are written into the card only where they differ. A customer whose price type or
  deferral 1C does not say is listed, for nothing can be decided without a person then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconcilers.fields import shown_on
from sverka.domain.account_rows import Contract, Counterparty, Terms
from sverka.domain.actions import Action, ref
from sverka.domain.plan import Finding, Plan
from sverka.domain.rows import Client, Requisite
from sverka.domain.russian import counted, money, quoted, typed

SOURCE = "1c"
"""The external source of companies that come from 1C."""
PRICE_TYPE, DEFERRAL, LIMIT = "price_type", "deferral", "credit_limit"
_FIELDS = (PRICE_TYPE, DEFERRAL, LIMIT)
_WHAT: Mapping[str, str] = {PRICE_TYPE: "вид цен", DEFERRAL: "срок отсрочки"}
_PREPAID = "предоплата"


@dataclass(frozen=True)
class CounterpartyCase:
    """A counterparty with what 1C agreed with it. client: its card, None for none.

    is_ambiguous: several cards bear its numbers. responsible: the CRM's user who gets a new card, "" for the webhook's own.
    """

    counterparty: Counterparty
    client: Client | None
    contracts: Sequence[Contract] = ()
    terms: Sequence[Terms] = ()
    is_ambiguous: bool = False
    owes: bool = False
    responsible: str = ""

    @property
    def price_type(self) -> str:
        """The name of its kind of prices, by the first agreement in force that says one; "" for none."""
        return next((each.price_type for each in self.terms if each.is_active and each.price_type), "")

    @property
    def is_customer(self) -> bool:
        """Whether we trade with it: it has a contract or an agreement in force, or it owes."""
        has_terms = any(each.is_active for each in self.terms)
        return self.owes or has_terms or any(each.is_active for each in self.contracts)


def whose(requisites: Iterable[Requisite], counterparties: Iterable[Counterparty]) -> dict[str, str]:
    """Return the client of each counterparty that is somebody's, by its id."""
    exact, by_inn = _bearers(requisites)
    found = {}
    for each in counterparties:
        clients = (exact.get((each.inn, each.kpp)) or by_inn.get(each.inn, set())) if each.inn else set()
        if len(clients) == 1:
            (found[each.ext_id],) = clients
    return found


def ambiguous(requisites: Iterable[Requisite], counterparties: Iterable[Counterparty]) -> frozenset[str]:
    """Return the counterparties whose numbers several cards bear."""
    exact, by_inn = _bearers(requisites)
    return frozenset(
        each.ext_id for each in counterparties
        if each.inn and len(exact.get((each.inn, each.kpp)) or by_inn.get(each.inn, set())) > 1
    )  # fmt: skip


def _bearers(requisites: Iterable[Requisite]) -> tuple[dict[tuple[str, str], set[str]], dict[str, set[str]]]:
    exact: dict[tuple[str, str], set[str]] = defaultdict(set)
    by_inn: dict[str, set[str]] = defaultdict(set)
    for each in requisites:
        if each.inn:
            exact[each.inn, each.kpp].add(each.client_key)
            by_inn[each.inn].add(each.client_key)
    return exact, by_inn


def decide(case: CounterpartyCase, fields: frozenset[str]) -> Plan:
    """Return what makes a counterparty's card as 1C has it. fields: our names of the fields that the portal has in clients' cards."""
    if case.counterparty.deleted or not case.is_customer:
        return Plan()
    subject = _subject(case)
    if case.client is not None:
        why = f"{quoted(case.client.name)}: условия в 1С другие, переносим в карточку."
        return Plan(
            actions=tuple(shown_on(case.client, _terms(case), fields, why)),
            findings=tuple(_missing(case)),
            looked_at=(subject,),
        )
    if case.is_ambiguous:
        return Plan(findings=(_ask(case),), looked_at=(subject,))
    if not case.counterparty.inn:
        return Plan(findings=(_nameless(case),), looked_at=(subject,))
    return Plan(actions=tuple(_made(case)), looked_at=(subject,))


def _subject(case: CounterpartyCase) -> str:
    return f"counterparty:{case.counterparty.ext_id}"


def _made(case: CounterpartyCase) -> Iterator[Action]:
    who, subject = case.counterparty, _subject(case)
    reason = f"{quoted(who.name)} есть в 1С, а в Битрикс24 такой компании нет: заводим карточку с реквизитами."
    company = Action(
        "company.create", subject, "1",
        {"title": who.name, "phone": "", "email": "", "responsible": case.responsible, "originator": SOURCE, "origin": who.ext_id},
        reason=reason, after=who.name,
    )  # fmt: skip
    yield company
    yield Action(
        "requisite.create", subject, "1",
        {
            "client": ref(company.key), "name": who.name, "full_name": who.full_name or who.name, "inn": who.inn, "kpp": who.kpp,
            "is_entrepreneur": who.kind == "entrepreneur",
        },
        reason=reason, after=f"ИНН {who.inn}",
    )  # fmt: skip


def _terms(case: CounterpartyCase) -> dict[str, str]:
    """Return what the card is to show, "" for what 1C does not say."""
    return {PRICE_TYPE: case.price_type, DEFERRAL: _deferral(case), LIMIT: _limit(case)}


def _deferral(case: CounterpartyCase) -> str:
    """Return the deferral in words: that of the agreement, else the contract's; the longest of several."""
    agreed = [each for each in case.terms if each.is_active]
    days = [each.deferral_days for each in agreed if each.deferral_days is not None]
    days = days or [each.deferral_days for each in case.contracts if each.is_active and each.deferral_days is not None]
    if days:
        return typed(counted(max(days), "день|дня|дней")) if max(days) else _PREPAID
    return _PREPAID if any(each.is_prepaid for each in agreed) else ""


def _limit(case: CounterpartyCase) -> str:
    limits = [each.limit_kopecks for each in case.contracts if each.is_active and each.limit_kopecks is not None]
    return typed(money(sum(limits))) if limits else ""


def _missing(case: CounterpartyCase) -> Iterator[Finding]:
    terms = _terms(case)
    absent = [what for name, what in _WHAT.items() if not terms[name]]
    if absent:
        text = f"У {quoted(case.counterparty.name)} в 1С не заполнено: {', '.join(absent)}. Заказы ждут менеджера, пока это не заполнено."
        yield Finding("missing", _subject(case), "terms", text, ", ".join(absent))


def _ask(case: CounterpartyCase) -> Finding:
    who = case.counterparty
    text = (
        f"{quoted(who.name)} (ИНН {who.inn}): в Битрикс24 эти реквизиты стоят в нескольких карточках. Оставьте их в одной, "
        "и данные 1С попадут в неё."
    )
    return Finding("ambiguous", _subject(case), "card", text, who.inn)


def _nameless(case: CounterpartyCase) -> Finding:
    text = (
        f"У контрагента {quoted(case.counterparty.name)} в 1С нет ИНН: карточку в Битрикс24 не заводим. Заполните ИНН."
    )
    return Finding("missing", _subject(case), "inn", text)
