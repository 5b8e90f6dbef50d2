"""Debts between decisions and the outbox: what is decided of all customers becomes letters, to-dos, figures on cards, and memory.

Belongs here: what a step says, and to whom. Does not belong here: which step is due (`reconcilers.dunning`), whether a message may
go (`sverka.domain.messaging.manners`), how it reads (`sverka.messages`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from reconcilers import debt_work
from reconcilers import dunning as rules
from reconcilers.debt_work import DebtCase
from sverka.domain import hours
from sverka.domain.contacts import name_or_nothing
from sverka.domain.dunning.decision import LAGGING, Decision, How, Said
from sverka.domain.dunning.facts import Document, Outcome
from sverka.domain.dunning.gates import Circumstances
from sverka.domain.dunning.memory import CycleNote, TouchNote
from sverka.domain.dunning.policy import ACCOUNTANT, DIRECTOR, HEAD, MANAGER
from sverka.domain.messaging.channels import EMAIL, MAX, WHATSAPP
from sverka.domain.messaging.debts import DebtLine, Statement
from sverka.domain.messaging.kinds import KIND_BY_NAME, STATEMENTS
from sverka.domain.messaging.parties import Contract
from sverka.domain.messaging.wishes import Wish
from sverka.domain.plan import Plan, Skip, union
from sverka.domain.policy import Dunning, Mode
from sverka.domain.staff import Staff
from sverka.messages.texts import text_for
from sverka.store import proofs
from sverka.work import talk
from sverka.work.debtors import Debtor, debtors, freshness
from sverka.work.desk import Desk, Look
from sverka.work.loading import people
from sverka.work.memory import reminders_of
from sverka.work.names import staff

_BY: Mapping[str, tuple[str, ...]] = {EMAIL: (EMAIL,), "messenger": (MAX, WHATSAPP)}
"""A way of a ladder → the channels that carry it."""
_NEEDED = frozenset({"clients", "requisites", "counterparties", "debts", "advances", "settled", "receipts"})
"""Readings without which nobody can say what is owed, and by whom."""
_DO_WITHIN, _AFTER_THE_WINDOW = timedelta(hours=4), timedelta(hours=2)


@dataclass(frozen=True)
class _Office:
    """What is the same for all customers of a run. as_of: of which moment the figures are, to the hour, so that a letter stays the same."""

    desk: Desk
    look: Look
    rule: Dunning
    staff: Staff
    as_of: datetime

    @classmethod
    def of(cls, desk: Desk, look: Look, rule: Dunning) -> _Office:
        with desk.store.reading() as tx:
            read = proofs.last(tx, desk.company, "onec", "debts")
            as_of = (read.server_at if read else look.now).astimezone(rule.settings.zone)
            return cls(desk, look, rule, staff(tx, desk), as_of.replace(minute=0, second=0, microsecond=0))


@dataclass(frozen=True)
class _Chased:
    """A debtor with what was decided, and who looks after them."""

    debtor: Debtor
    decision: Decision
    people: Mapping[str, str]
    manager_name: str

    @property
    def card(self) -> str:
        return self.debtor.client.ext_id


def plan(desk: Desk, look: Look) -> Plan:
    """Return all that follows for those who owe; nothing for a company that chases no debts, or while anything was not read to the end."""
    rule = desk.policy.dunning
    if rule is None or desk.accounts is None or look.incomplete & _NEEDED:
        return Plan()
    office, every = _Office.of(desk, look, rule), debtors(desk, look.now)
    chased = _chased(office, every)
    lagging = Plan(skips=tuple(Skip(each.client.ext_id, "debt_gate", LAGGING) for each in every if each.is_lagging))
    asked = [list(_wishes(office, each)) for each in chased]
    wished = [wish for each in asked for _, wish in each]
    said = talk.spoken(desk, look, wished, STATEMENTS, [each.card for each in chased])
    kept = (_kept(office, each, dict(its)) for each, its in zip(chased, asked, strict=True))
    return union([said, lagging, *_cards(office, chased), *kept])


def wishes(desk: Desk, look: Look, cards: Sequence[str]) -> tuple[list[Wish], list[str]]:
    """Return what the customers of some cards are to be told of their debts now."""
    rule = desk.policy.dunning
    if rule is None or look.incomplete & _NEEDED:
        return [], []
    office = _Office.of(desk, look, rule)
    chased = [each for each in _chased(office, debtors(desk, look.now)) if each.card in cards]
    return [wish for each in chased for _, wish in _wishes(office, each)], list(cards)


def _chased(office: _Office, every: Sequence[Debtor]) -> list[_Chased]:
    found = decided(office.desk, every, office.rule, office.look.now)
    return [_with_people(office, *each) for each in found]


def decided(desk: Desk, every: Sequence[Debtor], rule: Dunning, now: datetime) -> list[tuple[Debtor, Decision]]:
    """Decide of all whose ageing 1C has worked out, by what is stored; the others are left in peace until it has."""
    found = {each.customer.key: each for each in every if not each.is_lagging}
    around = Circumstances(freshness(desk, now), mode(desk))
    told = rules.daily([(each.customer, rule.ladder) for each in found.values()], rule.settings, around, now)
    return [(found[each.customer], each) for each in told]


def mode(desk: Desk) -> Mode:
    """Return how far debts are chased without a person: as far as any message goes."""
    return desk.policy.rules["messages"].mode


def _with_people(office: _Office, debtor: Debtor, decision: Decision) -> _Chased:
    desk, who = office.desk, people(office.desk, office.staff, debtor.client.responsible_id)
    duties = {name: office.staff.by_email(desk.policy.duties.get(name, "")) for name in ("money", "questions")}
    roles = {
        MANAGER: who.manager, HEAD: who.head or duties["questions"], ACCOUNTANT: duties["money"], DIRECTOR: duties["questions"],
    }  # fmt: skip
    return _Chased(debtor, decision, roles, who.manager_name)


def _wishes(office: _Office, chased: _Chased) -> Iterator[tuple[str, Wish]]:
    """Yield the messages that go, or were planned and stand, by their meanings."""
    decision = chased.decision
    for said in (*decision.going, *decision.services, *decision.standing_still):
        if said.how is How.MESSAGE:
            yield _meaning(said), _wish(office, chased, said)


def _wish(office: _Office, chased: _Chased, said: Said) -> Wish:
    way, client, now = said.channels[0], chased.debtor.client, office.look.now
    person = chased.debtor.told_by[way]
    facts = _statement(office, chased, said, name_or_nothing(person.first_name))
    zone, (_, closes) = office.rule.settings.zone, office.rule.settings.send_window
    midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
    why = "скоро срок оплаты" if said.step.is_service else "срок оплаты прошёл"
    return Wish(
        KIND_BY_NAME[said.step.template], client.ext_id, person.ext_id, f"{_meaning(said)} {way}", facts.as_json(),
        not_before=midnight, expires_at=midnight + timedelta(minutes=closes) + _AFTER_THE_WINDOW,
        reason=f"{client.name}: {why}.", by=_BY[way.partition(":")[0]],
    )  # fmt: skip


def _meaning(said: Said) -> str:
    entity, _, cycle, step, carrying = said.key
    return f"{entity} {cycle} {step} {carrying}"


def _statement(office: _Office, chased: _Chased, said: Said, name: str) -> Statement:
    debtor, today = chased.debtor, chased.decision.standing.today
    entity = debtor.entities.get(said.entity)
    named = sorted({each.contract for each in (*said.overdue, *said.coming)} & debtor.contracts.keys())
    contracts = [debtor.contracts[each] for each in named]
    return Statement(
        company=entity.name if entity else office.desk.policy.title, name=name, client=debtor.client.name,
        contracts=tuple(Contract(each.number, each.signed_on, "поставки") for each in contracts if each.number),
        as_of=office.as_of, overdue=_lines(said.overdue, today), coming=_lines(said.coming, today), manager=chased.manager_name,
        disputed=_lines(said.disputed, today), unallocated_kopecks=said.money_kopecks, received_kopecks=said.received_kopecks,
        stops_on=said.stops_on, is_reconciliation=said.is_reconciliation, is_vat_known=False,
    )  # fmt: skip


def _lines(documents: Sequence[Document], today: date) -> tuple[DebtLine, ...]:
    return tuple(
        DebtLine(
            each.kind, each.number, each.issued_on or each.due_on, each.due_on, each.sum_kopecks, each.paid_kopecks,
            each.residual_kopecks, max(0, (today - each.due_on).days),
        )
        for each in documents
    )  # fmt: skip


def _cards(office: _Office, chased: Sequence[_Chased]) -> Iterator[Plan]:
    """Yield what is to stand in the customers' cards."""
    desk, look = office.desk, office.look
    with desk.store.reading() as tx:
        made = reminders_of(tx, desk, [each.card for each in chased])
    fields = frozenset(look.directory.layout.get("company", {}))
    deadline = hours.after(desk.policy.hours, desk.policy.zone, look.now, _DO_WITHIN)
    for each in chased:
        drafts = dict(_drafts(office, each))
        made_here = made.get(each.card, {})
        case = DebtCase(each.debtor.client, each.debtor.customer, each.decision, each.people, made_here, fields, drafts)
        yield debt_work.decide(desk.company, case, deadline)


def _drafts(office: _Office, chased: _Chased) -> Iterator[tuple[str, str]]:
    """Yield what letters that wait for a person would say, by the occasions of their tasks."""
    for said in (*chased.decision.going, *chased.decision.standing_still):
        if said.how is How.DRAFT:
            facts = _statement(office, chased, said, "")
            yield _meaning(said), text_for(MAX, said.step.template, facts, office.desk.templates)


def _kept(office: _Office, chased: _Chased, wished: Mapping[str, Wish]) -> Plan:
    """Return what is to be remembered of a customer, and why nothing goes. wished: what was asked for, by meaning."""
    decision, customer = chased.decision, chased.debtor.customer
    blocked = decision.blocked
    return Plan(
        touches=tuple(_notes(office.look.now, chased.decision, wished)),
        let_go=tuple(
            TouchNote(customer.key, touch).key for account in decision.accounts for touch in account.withdrawn
        ),
        cycles=(CycleNote(customer.key, decision.cycle),) if decision.cycle != customer.cycle else (),
        skips=(Skip(chased.card, "debt_gate", blocked.reason),) if blocked else (),
    )


def _notes(now: datetime, decision: Decision, wished: Mapping[str, Wish]) -> Iterator[TouchNote]:
    for said in (*decision.going, *decision.services):
        touch = said.touch(now, Outcome.PLANNED if said.how is How.MESSAGE else None)
        wish = wished.get(_meaning(said))
        yield TouchNote(said.customer, touch, wish.key if wish else "")
