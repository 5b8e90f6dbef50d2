"""Brakes: what trips one, what one covers, and how it is told. Pure.

A scope says what a brake covers: `all`, a company, a system, a rule, `risk>=2`; with a company before it, such as `headlights/releases`
or `headlights/deal:71`, of that company alone. Three scopes are Sverka's own findings: `COMPANY/clock` and `store` cover whatever has
risk 2 and above; `COMPANY/SYSTEM:FAMILY` is a reading that is not believed, and covers no effect, for nothing follows from it anyway.
Letters to colleagues go on under every brake but `letters`, so that people learn of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sverka.domain.actions import KINDS, Kind, Payload, card_of
from sverka.domain.plan import Brake, Finding
from sverka.domain.russian import counted, day, quoted

BY_ITSELF = "sverka"
"""Who trips a brake, or lets it go, where no person does."""

ALL, STORE, CLOCK, LETTERS = "all", "store", "clock", "letters"
RISKY = 2
"""What writes documents, moves goods or money, or tells a client: held where nothing can be relied upon."""

FEW_TRIES, FAILED_SHARE_PERCENT = 10, 20
MANY_UNKNOWN = 5
DAY = timedelta(days=1)

_RISK = re.compile(r"risk>=([0-5])")
_DEAL = "deal:"
_NAMES: Mapping[str, str] = {"bitrix24": "Битрикс24", "business_ru": "Бизнес.ру", "onec": "1С", "mail": "почту"}


@dataclass(frozen=True)
class Hold:
    """A brake that is on.

    reason: what happened, with the numbers, for the operator; text: the same for the owner, "" where a person tripped it.
    mend: what lets it go, "" for the usual command.
    """

    scope: str
    by: str
    reason: str
    since: datetime
    text: str = ""
    mend: str = ""


@dataclass(frozen=True)
class Again:
    """A repair that was done and did change something."""

    kind: str
    payload: Payload
    at: datetime


def covers(scope: str, company: str, kind: Kind, subject: str) -> bool:
    """Whether a brake covers an effect."""
    whose, slash, what = scope.rpartition("/")
    if slash and whose != company:
        return False
    if kind.rule == LETTERS:
        return what == LETTERS
    if what in (ALL, company, kind.system, kind.rule, card_of(subject)):
        return True
    risk = _RISK.fullmatch(what)
    least = int(risk[1]) if risk else RISKY if what in (STORE, CLOCK) else None
    return least is not None and kind.risk >= least


def is_of(scope: str, company: str) -> bool:
    """Whether a brake has anything to do with a company."""
    whose, slash, what = scope.rpartition("/")
    return whose == company if slash else what == company or _is_for_all(what)


def is_known(scope: str, companies: Iterable[str]) -> bool:
    """Whether a person may trip a brake of this scope; a mistyped one would cover nothing."""
    known = tuple(companies)
    whose, slash, what = scope.rpartition("/")
    if what == STORE:  # that one says that the store is old, and only its adoption ends it
        return False
    if slash:
        return whose in known and (_is_for_all(what) or (what.startswith(_DEAL) and what != _DEAL))
    return what in known or _is_for_all(what)


def _is_for_all(what: str) -> bool:
    named = {ALL, STORE, *(kind.rule for kind in KINDS), *(kind.system for kind in KINDS)}
    return what in named or _RISK.fullmatch(what) is not None


def fails_too_often(company: str, rule: str, tries: int, failures: int) -> Brake | None:
    """Return the brake of a rule whose effects are refused too often in one run."""
    if tries < FEW_TRIES or failures * 100 <= tries * FAILED_SHARE_PERCENT:
        return None
    return Brake(
        f"{company}/{rule}",
        f"{failures} of {tries} effects were refused in one run, and up to {FAILED_SHARE_PERCENT} % are borne",
        f"Правило {quoted(rule)} остановлено: системы отклонили {failures} из {counted(tries, 'действия|действий|действий')} "
        "за один запуск. Посмотрите, почему.",
    )


def leave_open(company: str, counts: Mapping[str, int]) -> Iterator[Brake]:
    """Yield the brakes of systems that leave it open too often whether something happened. counts: system → effects within a day."""
    for system, count in sorted(counts.items()):
        if count >= MANY_UNKNOWN:
            effects = counted(count, "действии|действиях|действиях")
            yield Brake(
                f"{company}/{system}",
                f"of {count} effects of a day nobody can tell whether they happened; from {MANY_UNKNOWN} on nothing more is sent",
                f"Запись в {_NAMES.get(system, system)} остановлена: за сутки о {effects} неизвестно, выполнены ли они. Проверьте их сами.",
            )


def over_cap(company: str, rule: str, wanted: int, cap: str) -> Brake:
    """Return the brake of a rule that goes all or not at all, and wanted more than its cap. cap: what is allowed, in words."""
    return Brake(
        f"{company}/{rule}",
        f"{wanted} effects were wanted in one run, and {cap}",
        f"Правило {quoted(rule)} остановлено: за один запуск набралось {counted(wanted, 'действие|действия|действий')}, "
        "это больше допустимого. Проверьте, так ли это должно быть.",
    )


def ping_pong(company: str, subject: str, title: str, what: str, times: int) -> Brake:
    """Return the brake of a deal in which we and somebody else keep setting the same thing. what: of the action, for people."""
    return Brake(
        f"{company}/{subject}",
        f"{what} was set to one value {times} times within 24 hours, and each time somebody set it back",
        f"Сделка {quoted(title)}: за сутки одно и то же исправлено {counted(times, 'раз|раза|раз')} ({what}), "
        "и каждый раз это меняли обратно. "
        "Сделку больше не трогаем. Договоритесь, как верно.",
    )


def finding(hold: Hold, company: str) -> Finding:
    """Return what people are told of a brake for as long as it is on; that of a deal asks."""
    what = hold.scope.rpartition("/")[2]
    is_question = what.startswith(_DEAL)
    said = hold.text or f"Работа остановлена ({hold.scope}), это сделал {quoted(hold.by)}: {hold.reason}."
    text = f"{said} Стоит с {day(hold.since)}; чтобы продолжить: {hold.mend or _reset(hold.scope, 'ИМЯ', 'ПРИЧИНА')}."
    subject = what if is_question else told_under(company)
    return Finding("held", subject, f"brake {hold.scope}", text, hold.reason, asks=is_question)


def sentence(hold: Hold) -> str:
    """Return the same for whoever runs the command."""
    since = hold.since.isoformat(sep=" ", timespec="minutes")
    return f"a brake holds {hold.scope} since {since}: {hold.reason}. To go on: {hold.mend or _reset(hold.scope, 'NAME', 'REASON')}"


def told_under(company: str) -> str:
    """Return the subject under which a company's brakes are told."""
    return f"brakes:{company}"


def _reset(scope: str, by: str, reason: str) -> str:
    shown = f"'{scope}'" if ">" in scope else scope
    command = "sverka db adopt" if scope == STORE else f"sverka breaker reset {shown}"
    return f"{command} --by {by} --reason {reason}"
