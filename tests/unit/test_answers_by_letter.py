"""What a question offers, what a link opens, and which letters count as answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from sverka.domain.digest import Question
from sverka.domain.digest_values import DealLink
from sverka.domain.mailbox import AnswerLink, Incoming, Ticket, fingerprint, stand_in
from sverka.domain.offers import Offer, offers
from sverka.domain.plan import Finding, choices
from sverka.domain.verdicts import SILENT, Verdict, judge
from sverka.messages.digest.questions import answer_address
from sverka.messages.examples import EXAMPLES
from sverka.messages.layout import link

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = date(2026, 11, 24)
TOKEN = "0123456789abcdef" * 2
LETTER = Incoming(7, "k1", "<1@x>", "olga@fary.example", f"Re: Ответ: «Сделка» — вопрос № 12 [{TOKEN}]", NOW)
TICKET = Ticket(3, 12, "take-owner", "Olga@fary.example", NOW)
HERE = ("olga@fary.example", "owner@fary.example")
LEAVE = Offer("Оставить", "ignore:2026-12-24")


def question(kind: str, aspect: str, *, asks: bool = True) -> Finding:
    return Finding(kind, "deal:71", aspect, "Что верно?", "1|2", asks=asks)


@pytest.mark.parametrize(
    ("finding", "offered"),
    [
        (question("conflict", "lines"), (Offer("Сделка", "take-owner"), Offer("Бизнес.ру", "take-mirror"), LEAVE)),
        (question("conflict", "shop_lines"), (Offer("Сделка", "take-owner"), Offer("Магазин", "take-mirror"), LEAVE)),
        (question("differs", "availability"), (Offer("Бизнес.ру", "take-owner"), Offer("Сделка", "take-mirror"), LEAVE)),
        (question("conflict", "stage"), (Offer("Не переводить", "take-owner"), Offer("Перевести снова", "take-mirror"), LEAVE)),
        (question("ambiguous", "client"), (Offer("Новый контрагент", "take-owner"), LEAVE)),
        (question("ambiguous", "buyer"), (LEAVE,)),
        (question("missing", "order"), (LEAVE,)),
    ],
    ids=lambda each: each.aspect if isinstance(each, Finding) else "",
)  # fmt: skip
def test_a_question_offers_what_one_word_can_answer(finding: Finding, offered: tuple[Offer, ...]) -> None:
    assert offers(finding, TODAY) == offered
    allowed = choices(finding.kind, finding.aspect, asks=finding.asks)
    assert [each.choice.partition(":")[0] for each in offered] == [each for each in allowed if each != "bind"]


def test_a_link_opens_a_letter_that_says_what_it_decides() -> None:
    about = Question(
        12, "lines", "Что верно?", 0, TODAY, DealLink("Фары & «линзы» 100%\r\nBcc: x@y", "https://x.example/")
    )
    url = link(answer_address(AnswerLink("Сделка", "sverka+x@fary.example", TOKEN), about))
    parts = urlsplit(url)
    asked = parse_qs(parts.query, strict_parsing=True)
    assert (unquote(parts.path), set(asked)) == ("sverka+x@fary.example", {"subject", "body"})
    assert asked["subject"] == [f"Ответ: «Сделка» — вопрос № 12 [{TOKEN}]"]
    assert asked["body"][0].startswith("Мой ответ: «Сделка» (вопрос № 12, сделка «Фары & ")
    assert url.isascii()


@pytest.mark.parametrize(
    "subject",
    [f"[{TOKEN}]", TOKEN.upper(), f"Fwd: Re: x {TOKEN}", f"[{TOKEN}] {'f' * 32}"],
    ids=["bare", "capitals", "forwarded", "the first of two"],
)
def test_a_token_is_found_in_a_subject(subject: str) -> None:
    assert replace(LETTER, subject=subject).token == TOKEN


@pytest.mark.parametrize("subject", ["", "Вопрос № 12", TOKEN[1:], TOKEN + "0", f"x{TOKEN}0"])
def test_what_is_no_token_is_none(subject: str) -> None:
    assert replace(LETTER, subject=subject).token == ""


def test_what_stands_in_for_a_token_is_no_token_of_ours() -> None:
    stands_in = stand_in("headlights|person:6|2026-11-24 manager", 12, "take-owner")
    assert replace(LETTER, subject=stands_in).token == stands_in
    assert (
        len({stands_in, fingerprint(stands_in), stand_in("headlights|person:7|2026-11-24 manager", 12, "take-owner")})
        == 3
    )


@pytest.mark.parametrize(
    ("letter", "ticket", "standing", "verdict"),
    [
        (LETTER, TICKET, {12: False}, Verdict.ACCEPTED),
        (replace(LETTER, subject="Re: Вопрос № 12"), TICKET, {12: False}, Verdict.NOT_FOR_US),
        (replace(LETTER, is_automatic=True), TICKET, {12: False}, Verdict.NOT_FOR_US),
        (replace(LETTER, is_forged=True), TICKET, {12: False}, Verdict.NOT_FOR_US),
        (replace(LETTER, sender="who@x.example"), TICKET, {12: False}, Verdict.NOT_FOR_US),
        (replace(LETTER, sender=""), replace(TICKET, recipient=""), {12: False}, Verdict.NOT_FOR_US),
        (replace(LETTER, sender="who@x.example"), None, {}, Verdict.NOT_FOR_US),
        (LETTER, None, {}, Verdict.UNKNOWN),
        (replace(LETTER, sender="owner@fary.example"), TICKET, {12: False}, Verdict.OTHERS),
        (LETTER, replace(TICKET, used_by="k1"), {}, Verdict.READ_BEFORE),
        (LETTER, replace(TICKET, used_by="k2"), {12: True}, Verdict.USED),
        (replace(LETTER, arrived_at=NOW + timedelta(seconds=1)), TICKET, {12: False}, Verdict.EXPIRED),
        (LETTER, TICKET, {13: False}, Verdict.CHANGED),
        (LETTER, TICKET, {12: True}, Verdict.ANSWERED),
    ],
    ids=[
        "right", "no token", "a machine", "forged", "a stranger", "nobody", "a stranger guessing", "unknown", "a colleague's link",
        "read again", "used", "late", "changed", "answered",
    ],
)  # fmt: skip
def test_a_letter_counts_or_does_not(
    letter: Incoming, ticket: Ticket | None, standing: dict[int, bool], verdict: Verdict
) -> None:
    assert judge(letter, ticket, HERE, standing) is verdict


def test_every_verdict_that_is_told_has_its_letter() -> None:
    told = {facts.verdict for facts in EXAMPLES["answer_reply"].values()}  # type: ignore[union-attr]
    assert told == set(Verdict) - set(SILENT)
