"""Makes a company of a file that holds no mistakes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sverka.companies import company as edge
from sverka.companies.models import (
    CASH_DESKS,
    LETTERS,
    RULES,
    WEEKDAYS,
    BirthdaysPart,
    CompanyFile,
    DunningPart,
    FieldPart,
    HoursPart,
    MessagesPart,
    RulePart,
    WelcomePart,
)
from sverka.companies.table import span, table
from sverka.domain.actions import KINDS
from sverka.domain.dunning.policy import LADDERS, Caps, NoLimit, Settings
from sverka.domain.messaging.channels import SMS
from sverka.domain.messaging.kinds import MessageKind, Sort
from sverka.domain.messaging.wishes import Birthdays, Manners, WelcomeRule
from sverka.domain.money import KOPECKS_IN_ROUBLE
from sverka.domain.policy import Branch, Dunning, Mode, OnDrift, Ownership, Policy, Rule, Shop, WorkingHours

_OWN_RANK = 30
"""A company's own messages come after those of visits, and before thanks and greetings."""

SAFE_CAP_BY_RISK = (100, 100, 20, 20, 20, 10)
"""How many actions of a rule one run may do until the company's file says more, by the risk of the rule's kinds."""

SAFE_CAPS: Mapping[str, Mapping[str, int]] = {
    "orders": {"cap_sum_kopecks": 500_000 * KOPECKS_IN_ROUBLE},
    "releases": {"cap_share_percent": 3},
}
"""Further caps of that sort."""


def build(file: Path, model: CompanyFile, data: Mapping[str, Any]) -> edge.Company:
    """Return the company; `data` is the file's content as read, for the fingerprint."""
    people = {role: edge.Person(role, part.name, part.email) for role, part in model.people.items()}
    return edge.Company(
        policy=_policy(model),
        connection=_connection(model),
        fields=_fields(model),
        people=people,
        digest=edge.DigestSettings(
            {letter: tuple(people[role] for role in getattr(model.digest, letter)) for letter in LETTERS},
            model.digest.managers is not None,
        ),
        templates=file.parent / model.messages.templates if model.messages.templates else None,
        file=file,
        fingerprint=fingerprint(data),
    )


def fingerprint(data: Mapping[str, Any]) -> str:
    """Return the hash of a file's content. The order of keys counts: stages stand in the order of the portal."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _policy(model: CompanyFile) -> Policy:
    day, ledger = _length(model.hours), model.systems.business_ru
    boxes = [key for key, part in model.fields.deal.items() if part.type == "boolean"]
    return Policy(
        company=model.company,
        title=model.title,
        zone=ZoneInfo(model.timezone),
        history_cutoff=datetime.fromisoformat(model.history_cutoff),
        table=table(model.funnels, day, boxes),
        rules={name: _rule(name, model.rules.get(name)) for name in RULES},
        owners={
            field: Ownership(part.owner, OnDrift(part.on_drift), timedelta(minutes=part.grace_min))
            for field, part in model.owners.items()
        },
        branches=tuple(Branch(**part.model_dump()) for part in model.branches),
        order_statuses=dict(model.order_statuses),
        organization=ledger.organization if ledger else "",
        author_email=ledger.author if ledger else "",
        hours=_hours(model.hours, day),
        duties=_duties(model),
        shop=Shop(**model.shop.model_dump()) if model.shop else None,
        manners=_manners(model.messages, day),
        dunning=_dunning(model.dunning, ZoneInfo(model.timezone)) if model.dunning else None,
        own_kinds={
            name: MessageKind(name, Sort(part.sort), _OWN_RANK, span(part.useful, timedelta(days=1)))
            for name, part in model.messages.own.items()
        },
    )


def _length(part: HoursPart) -> timedelta:
    opens, closes = (datetime.combine(date.min, time.fromisoformat(text)) for text in (part.opens, part.closes))
    return closes - opens


def _hours(part: HoursPart, day: timedelta) -> WorkingHours:
    weekdays = tuple(number for number, word in enumerate(WEEKDAYS) if word in part.days)
    opens, closes = time.fromisoformat(part.opens), time.fromisoformat(part.closes)
    return WorkingHours(opens, closes, weekdays, span(part.missed_call, day))


def _duties(model: CompanyFile) -> dict[str, str]:
    anybody = "head" if "head" in model.people else model.digest.owner[0]
    usual = {duty: role for duty, role in _USUAL.items() if role in model.people}
    ships = any(stage.ships for funnel in model.funnels.values() for stage in funnel.stages.values())
    is_wanted = {"shipping": ships, "money": model.dunning is not None}
    return {
        duty: model.people[role or usual.get(duty, anybody)].email
        for duty, role in model.duties.model_dump().items()
        if is_wanted.get(duty, True)
    }


_USUAL: Mapping[str, str] = {"shipping": "warehouse", "money": "accountant"}
"""A duty → whose it is where the file does not say."""


def _rule(name: str, part: RulePart | None) -> Rule:
    risk = max(kind.risk for kind in KINDS if kind.rule == name)
    safe = Rule(name, Mode.WATCH, cap_per_run=SAFE_CAP_BY_RISK[risk], **SAFE_CAPS.get(name, {}))
    if part is None:
        return safe
    said = part.model_dump(exclude_none=True, exclude={"mode", "cap_sum_roubles"})
    if part.cap_sum_roubles is not None:
        said["cap_sum_kopecks"] = part.cap_sum_roubles * KOPECKS_IN_ROUBLE
    return replace(safe, mode=Mode(part.mode), **said)


def _connection(model: CompanyFile) -> edge.Connection:
    crm, ledger, mail = model.systems.bitrix24, model.systems.business_ru, model.systems.mail
    return edge.Connection(
        edge.Bitrix24Connection(crm.webhook),
        edge.BusinessRuConnection(ledger.url, ledger.app_id, ledger.secret, ledger.requests_per_5min)
        if ledger
        else None,
        edge.MailConnection(mail.smtp, mail.sender, mail.imap or ""),
        _messengers(model),
        edge.OnecConnection(model.systems.onec.url) if model.systems.onec else None,
    )


def _messengers(model: CompanyFile) -> edge.MessengerConnections:
    smsc, green = model.systems.smsc, model.systems.green_api
    named = {SMS: smsc.account if smsc else None, **(green.model_dump() if green else {})}
    return edge.MessengerConnections(
        {channel: variable for channel, variable in named.items() if variable}, smsc.sender if smsc else ""
    )


def _manners(part: MessagesPart, day: timedelta) -> Manners:
    service, care = ((_minutes(each.opens), _minutes(each.closes)) for each in (part.service, part.care))
    return Manners(
        channels=tuple(part.channels),
        hours={**Manners().hours, "service": service, "care": care},
        gap_min=span(part.gap, day) // timedelta(minutes=1),
        per_day=part.per_day,
        unknown_zone=part.unknown_zone,
        birthdays=_birthdays(part.birthdays) if part.birthdays else None,
        welcome=_welcome(part.welcome) if part.welcome else None,
    )


def _dunning(part: DunningPart, zone: ZoneInfo) -> Dunning:
    window = (_minutes(part.letters.opens), _minutes(part.letters.closes))
    settings = Settings(
        zone=zone, min_document_kopecks=part.min_document_roubles * KOPECKS_IN_ROUBLE,
        min_customer_kopecks=part.min_customer_roubles * KOPECKS_IN_ROUBLE, contact_gap_bd=part.gap_days, send_window=window,
        messenger_window=window, forewarn_before=None, no_limit=NoLimit(part.no_limit), holds_by_themselves=part.holds == "auto",
        caps=Caps(part.customers_per_day, part.share_percent, part.roubles_per_day * KOPECKS_IN_ROUBLE),
    )  # fmt: skip
    return Dunning(settings, LADDERS[part.ladder])


def _welcome(part: WelcomePart) -> WelcomeRule:
    return WelcomeRule(tuple(part.funnels), part.roubles_a_day * KOPECKS_IN_ROUBLE, part.sms_kopecks)


def _birthdays(part: BirthdaysPart) -> Birthdays:
    return Birthdays(time.fromisoformat(part.at), part.leap_day)


def _minutes(clock: str) -> int:
    at = time.fromisoformat(clock)
    return at.hour * 60 + at.minute


def _fields(model: CompanyFile) -> edge.Fields:
    def field(key: str, part: FieldPart) -> edge.CustomField:
        return edge.CustomField(key, part.title, part.type, _options(model, part))

    return edge.Fields(
        {key: field(key, part) for key, part in model.fields.deal.items()},
        {key: field(key, part) for key, part in model.fields.client.items()},
    )


def _options(model: CompanyFile, part: FieldPart) -> tuple[str, ...]:
    """Return what a list offers; two branches may share a cash desk."""
    if not isinstance(part.options, str):
        return tuple(part.options or ())
    named = [branch.cash_desk if part.options == CASH_DESKS else branch.name for branch in model.branches]
    return tuple(dict.fromkeys(named))
