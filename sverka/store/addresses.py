"""What is known of people's addresses: who asked not to be written to, which phones have an account where, and what came from whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from sverka.domain.messaging.channels import Heard
from sverka.domain.messaging.wishes import Asked, Silence
from sverka.store.chunks import distinct, in_chunks
from sverka.store.engine import Transaction
from sverka.store.letterbook import account, heard, silence


@dataclass(frozen=True)
class Account:
    """Whether a phone has an account at a channel. chat: the provider's name of it, None for no account. asked_at: business time."""

    channel: str
    address: str
    chat: str | None
    asked_at: datetime


@dataclass(frozen=True)
class Silenced:
    """A silence that holds, with who asked for it: by which channel, or which colleague noted it. words: of the client."""

    company: str
    address: str
    scope: str
    source: str
    words: str
    since: datetime


@dataclass(frozen=True)
class Unanswered:
    """Something that came in and has not been dealt with."""

    id: int
    heard: Heard


def silences(tx: Transaction, company: str, addresses: Iterable[str]) -> list[Silence]:
    """Return who of the addresses asked for silence that still holds."""
    query = select(silence.c.address, silence.c.scope, silence.c.since)
    holds = (silence.c.company == company, silence.c.ended_at.is_(None))
    chunks = in_chunks(distinct(addresses))
    return [Silence(*row) for chunk in chunks for row in tx.all(query.where(*holds, silence.c.address.in_(chunk)))]


def heed(tx: Transaction, company: str, asked: Iterable[Asked]) -> None:
    """Remember who asked to be written to no more, and who again: of two the later one holds, though the earlier be heeded once more."""
    for each in sorted(asked, key=lambda each: each.since):
        mine = _of(tx, company, each.address)
        if not each.scopes:
            holds = (silence.c.ended_at.is_(None), silence.c.since <= each.since)
            tx.change(update(silence).where(*mine, *holds).values(ended_at=each.since, ended_by=each.source))
        is_over = tx.first(select(silence.c.id).where(*mine, silence.c.ended_at > each.since)) is not None
        told = {
            "company": company,
            "address": each.address,
            "source": each.source,
            "words": each.words,
            "since": each.since,
        }
        for scope in () if is_over else each.scopes:
            tx.change(tx.insert(silence).values(**told, scope=scope).on_conflict_do_nothing())


def silenced(tx: Transaction, company: str | None) -> list[Silenced]:
    """Return all silences that hold, the oldest first, of one company or of all."""
    columns = (silence.c[name] for name in ("company", "address", "scope", "source", "words", "since"))
    query = select(*columns).where(silence.c.ended_at.is_(None)).order_by(silence.c.since, silence.c.id)
    return [Silenced(*row) for row in tx.all(query if company is None else query.where(silence.c.company == company))]


def hush(tx: Transaction, company: str, address: str, scope: str, by: str, words: str, now: datetime) -> bool:
    """Note for somebody who said so to a colleague that nobody writes to an address; False if that held already. now: business time."""
    said = {"company": company, "address": address, "scope": scope, "source": by, "words": words, "since": now}
    return tx.change(tx.insert(silence).values(**said).on_conflict_do_nothing()) > 0


def speak(tx: Transaction, company: str, address: str, by: str, now: datetime) -> int:
    """End the silences of an address and its chats, whoever asked for them; return how many held. now: business time."""
    mine = _of(tx, company, address)
    return tx.change(update(silence).where(*mine, silence.c.ended_at.is_(None)).values(ended_at=now, ended_by=by))


def accounts(tx: Transaction, company: str, phones: Iterable[str]) -> list[Account]:
    """Return what providers said of phones."""
    query = select(account.c.channel, account.c.address, account.c.chat, account.c.asked_at)
    chunks = in_chunks(distinct(phones))
    of = account.c.company == company
    return [Account(*row) for chunk in chunks for row in tx.all(query.where(of, account.c.address.in_(chunk)))]


def remember_account(tx: Transaction, company: str, found: Account) -> None:
    """Remember what a provider said of a phone."""
    said = {"chat": found.chat, "asked_at": found.asked_at}
    insert = tx.insert(account).values(company=company, channel=found.channel, address=found.address, **said)
    tx.change(insert.on_conflict_do_update(index_elements=["company", "channel", "address"], set_=said))


def phone_of_chat(tx: Transaction, company: str, channel: str, chat: str) -> str:
    """Return the phone that a provider knows by a chat, "" if nobody has asked for it."""
    mine = (account.c.company == company, account.c.channel == channel, account.c.chat == chat)
    return str(tx.scalar(select(account.c.address).where(*mine).order_by(account.c.asked_at.desc())) or "")


def _of(tx: Transaction, company: str, address: str) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of the silences of an address and of its chats."""
    return silence.c.company == company, silence.c.address.in_([address, *_chats(tx, company, address)])


def _chats(tx: Transaction, company: str, phone: str) -> list[str]:
    """Return the chats by which providers know a phone."""
    mine = (account.c.company == company, account.c.address == phone, account.c.chat.is_not(None))
    return tx.column(select(account.c.chat).where(*mine))


def hear(tx: Transaction, company: str, said: Heard) -> None:
    """Keep what came in, once."""
    row = {"company": company, "channel": said.channel, "key": said.key, "address": said.address, "text": said.text}
    tx.change(tx.insert(heard).values(**row, at=said.at).on_conflict_do_nothing())


def unanswered(tx: Transaction, company: str) -> list[Unanswered]:
    """Return what came in and has not been dealt with, in order."""
    names = ("key", "channel", "address", "text", "at")
    open_ = (heard.c.company == company, heard.c.answered_at.is_(None))
    rows = tx.all(select(heard.c.id, *(heard.c[name] for name in names)).where(*open_).order_by(heard.c.id))
    return [Unanswered(row.id, Heard(**{name: getattr(row, name) for name in names})) for row in rows]


def answered(tx: Transaction, ids: Iterable[int], now: datetime) -> None:
    """Note that what came in was dealt with; its words are forgotten, the card has them."""
    for chunk in in_chunks(distinct(ids)):
        tx.change(update(heard).where(heard.c.id.in_(chunk)).values(answered_at=now, text=""))
