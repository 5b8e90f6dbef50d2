"""Messages to clients as they are remembered: what became of each wish, where it went, what its provider said.

A wish is one row, known by its meaning, for ever. What is sent for it are effects of the outbox; of each a dispatch says by which channel
it went to which address. Moments are business time, but for those of effects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, and_, case, func, select, update

from sverka.domain.actions import MESSAGES, Action, card_of
from sverka.domain.effects import LOOKED_UP, Answer, State
from sverka.domain.messaging.channels import ARRIVED, CHANNEL_BY_ACTION, CHANNEL_BY_NAME, CHANNELS, Delivery, Fate
from sverka.domain.messaging.kinds import KIND_BY_NAME, Sort
from sverka.domain.messaging.wishes import BY_HAND, HELD, TOLD, WAITS, Note, Past, meaning_of
from sverka.store.chunks import distinct, in_chunks
from sverka.store.engine import Transaction
from sverka.store.ledgers import attempt, outbox
from sverka.store.letterbook import dispatch, message

_KINDS = tuple(CHANNEL_BY_ACTION)
_OPEN = (WAITS, BY_HAND)
_SAID = outbox.c.detail
_TAKEN_BACK = (
    outbox.c.state == State.CANCELLED,
    _SAID.startswith("cancelled by "),
    ~_SAID.startswith("cancelled by sverka:"),
)
"""How a row looks that a person has cancelled."""
_MAY_HAVE_GONE = (State.DONE, State.CLAIMED, State.UNKNOWN)


@dataclass(frozen=True)
class Remembered:
    """A wish as it is remembered."""

    id: int
    company: str
    key: str
    kind: str
    card: str
    recipient: str
    occasion: str
    reason: str
    verdict: str
    rule: str
    not_before: datetime
    expires_at: datetime
    until: datetime | None
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class Sent:
    """An accepted message whose fate may still change. provider_id: the provider's; at: when it was accepted."""

    effect_id: int
    provider_id: str
    address: str
    at: datetime


@dataclass(frozen=True)
class Gone:
    """A message that a provider took. about: its subject, or its text where it has none. occasion: with the number of channels tried."""

    kind: str
    card: str
    occasion: str
    channel: str
    address: str
    to_name: str
    about: str
    at: datetime


def note(tx: Transaction, company: str, notes: Iterable[Note], now: datetime) -> None:
    """Remember what became of wishes; a wish that is new gets a number."""
    for each in notes:
        wish = each.wish
        said = {
            "reason": wish.reason, "verdict": each.verdict, "rule": each.rule, "not_before": wish.not_before,
            "expires_at": wish.expires_at, "until": each.until, "last_at": now,
        }  # fmt: skip
        identity = {
            "company": company, "key": wish.key, "kind": wish.kind.name, "card": wish.card, "recipient": wish.recipient,
            "occasion": wish.occasion, "first_at": now,
        }  # fmt: skip
        insert = tx.insert(message).values(**identity, **said)
        tx.change(insert.on_conflict_do_update(index_elements=["company", "key"], set_=said))


def waiting(tx: Transaction, company: str, kinds: Iterable[str]) -> list[Remembered]:
    """Return the wishes of some kinds that wait, or wait for a person to say them."""
    ours = (message.c.company == company, message.c.verdict.in_(_OPEN), message.c.kind.in_(tuple(kinds)))
    return [_remembered(row) for row in tx.all(select(message).where(*ours).order_by(message.c.id))]


def withdraw(tx: Transaction, company: str, keys: Iterable[str], now: datetime) -> None:
    """Let wishes go that nobody has any more, or for which it is too late; those of which anything went stay as they are."""
    rule = case((message.c.expires_at <= now, "too_late"), else_="withdrawn")
    for chunk in in_chunks(distinct(keys)):
        these = (message.c.company == company, message.c.verdict.in_(_OPEN), message.c.key.in_(chunk))
        values = {"verdict": HELD, "rule": rule, "until": None, "last_at": now}
        tx.change(update(message).where(*these).values(values))


def by_key(tx: Transaction, company: str, keys: Iterable[str]) -> dict[str, Remembered]:
    """Return wishes by their keys."""
    found = (
        tx.all(select(message).where(message.c.company == company, message.c.key.in_(chunk)))
        for chunk in in_chunks(distinct(keys))
    )
    return {row.key: _remembered(row) for rows in found for row in rows}


def cards_of(tx: Transaction, company: str, kinds: Iterable[str], since: datetime) -> list[str]:
    """Return the cards about which anything of some kinds was wished since a moment, or waits."""
    lately = (message.c.last_at >= since) | message.c.verdict.in_(_OPEN)
    ours = (message.c.company == company, message.c.kind.in_(tuple(kinds)), lately)
    return tx.column(select(message.c.card).where(*ours).distinct().order_by(message.c.card))


def told(
    tx: Transaction, company: str, cards: Iterable[str], kinds: Iterable[str]
) -> dict[str, list[tuple[str, str, datetime, bool]]]:
    """Return what clients were told about cards, by card: kind, occasion, moment, whether it may have gone; the oldest first.

    What a person said counts, and so does what a person took back.
    """
    columns = (message.c.card, message.c.kind, message.c.occasion, dispatch.c.at, outbox.c.state)
    same = (dispatch.c.company == message.c.company) & (dispatch.c.key == message.c.key)
    query = select(*columns).join(dispatch, same).join(outbox, outbox.c.id == dispatch.c.effect_id)
    ours = (
        message.c.company == company,
        message.c.kind.in_(tuple(kinds)),
        outbox.c.state.in_(_MAY_HAVE_GONE) | and_(*_TAKEN_BACK),
    )
    found: dict[str, list[tuple[str, str, datetime, bool]]] = {}
    for chunk in in_chunks(distinct(cards)):
        for row in tx.all(query.where(*ours, message.c.card.in_(chunk)).order_by(dispatch.c.at)):
            found.setdefault(row.card, []).append((row.kind, row.occasion, row.at, row.state != State.CANCELLED))
        for row in tx.all(_said_by_people(company, kinds).where(message.c.card.in_(chunk))):
            found.setdefault(row.card, []).append((row.kind, row.occasion, row.last_at, True))
    return {card: sorted(rows, key=itemgetter(2)) for card, rows in found.items()}


def _said_by_people(company: str, kinds: Iterable[str]) -> Select[Any]:
    """Select the wishes that are told though no message for them may have gone."""
    went = (
        select(dispatch.c.key)
        .join(outbox, outbox.c.id == dispatch.c.effect_id)
        .where(dispatch.c.company == company, dispatch.c.key == message.c.key, outbox.c.state.in_(_MAY_HAVE_GONE))
    )
    ours = (message.c.company == company, message.c.kind.in_(tuple(kinds)), message.c.verdict == TOLD)
    return select(message.c.card, message.c.kind, message.c.occasion, message.c.last_at).where(*ours, ~went.exists())


def left_to_people(
    tx: Transaction, company: str, cards: Iterable[str], kind: str
) -> dict[str, dict[str, datetime]]:  # fmt: skip
    """Return of which meanings of a kind a person is to tell, or has told, by card: since when. What a message told stands there, too."""
    query = select(message.c.card, message.c.occasion, message.c.last_at)
    ours = (message.c.company == company, message.c.kind == kind, message.c.verdict.in_((BY_HAND, TOLD)))
    found: dict[str, dict[str, datetime]] = {}
    for chunk in in_chunks(distinct(cards)):
        for card, occasion, at in tx.all(query.where(*ours, message.c.card.in_(chunk))):
            found.setdefault(card, {})[occasion] = at
    return found


def arrived(tx: Transaction, company: str) -> dict[str, datetime]:
    """Return when a message last arrived at each address; a letter that did not come back has arrived."""
    silent = tuple(channel.name for channel in CHANNELS if not channel.tells)
    came = dispatch.c.delivery.in_(ARRIVED) | (
        dispatch.c.channel.in_(silent) & (dispatch.c.delivery == Delivery.ACCEPTED)
    )
    query = select(dispatch.c.address, func.max(dispatch.c.at)).join(outbox, outbox.c.id == dispatch.c.effect_id)
    ours = (dispatch.c.company == company, outbox.c.state == State.DONE, came)
    return {row[0]: row[1] for row in tx.all(query.where(*ours).group_by(dispatch.c.address))}


def when_told(
    tx: Transaction, company: str, recipients: Iterable[str], kind: str, since: datetime
) -> dict[str, list[datetime]]:
    """Return when messages of a kind went to recipients since a moment."""
    query = select(dispatch.c.recipient, dispatch.c.at).join(outbox, outbox.c.id == dispatch.c.effect_id)
    ours = (dispatch.c.company == company, dispatch.c.kind == kind, dispatch.c.at >= since)
    found: dict[str, list[datetime]] = {}
    for chunk in in_chunks(distinct(recipients)):
        rows = tx.all(query.where(*ours, outbox.c.state.in_(_MAY_HAVE_GONE), dispatch.c.recipient.in_(chunk)))
        for recipient, at in rows:
            found.setdefault(recipient, []).append(at)
    return found


def get(tx: Transaction, message_id: int) -> Remembered | None:
    """Return a wish by its number."""
    row = tx.first(select(message).where(message.c.id == message_id))
    return None if row is None else _remembered(row)


def listing(
    tx: Transaction, company: str | None = None, *, cards: Iterable[str] = (), since: datetime | None = None, limit: int = 100
) -> list[Remembered]:  # fmt: skip
    """Return the latest wishes, the one that changed last first: of a company, about some cards or their people, since a moment."""
    about = tuple(cards)
    conditions = [
        *([message.c.company == company] if company is not None else []),
        *([message.c.card.in_(about) | message.c.recipient.in_(about)] if about else []),
        *([message.c.last_at >= since] if since is not None else []),
    ]
    query = select(message).where(*conditions).order_by(message.c.last_at.desc(), message.c.id.desc()).limit(limit)
    return [_remembered(row) for row in tx.all(query)]


def dispatched(tx: Transaction, company: str, actions: Iterable[Action], now: datetime) -> None:
    """Keep where the messages among planned actions go."""
    for action in actions:
        if action.spec.rule != MESSAGES:
            continue
        mine = (outbox.c.company == company, outbox.c.key == action.key, outbox.c.state == State.PLANNED)
        effect_id = tx.scalar(select(outbox.c.id).where(*mine))
        if effect_id is not None:
            row = _dispatch(company, effect_id, action, now)
            tx.change(tx.insert(dispatch).values(row).on_conflict_do_nothing())


def accepted(tx: Transaction, effect_id: int, at: datetime) -> None:
    """Note when a provider took a message; where the channel tells nothing, that is all that will be known."""
    kind = tx.scalar(select(outbox.c.kind).where(outbox.c.id == effect_id))
    values: dict[str, Any] = {"at": at, "is_final": not CHANNEL_BY_ACTION[kind].tells}
    tx.change(update(dispatch).where(dispatch.c.effect_id == effect_id).values(values))


def on_their_way(tx: Transaction, company: str, channel: str) -> list[Sent]:
    """Return the messages that a channel has accepted and whose fate may still change, the oldest first."""
    columns = (dispatch.c.effect_id, outbox.c.external_id, dispatch.c.address, dispatch.c.at)
    ours = (dispatch.c.company == company, dispatch.c.channel == channel, ~dispatch.c.is_final)
    query = select(*columns).join(outbox, outbox.c.id == dispatch.c.effect_id)
    rows = tx.all(query.where(*ours, outbox.c.state == State.DONE).order_by(dispatch.c.at))
    return [Sent(*row) for row in rows]


def forget_open(tx: Transaction, company: str, channel: str, before: datetime) -> None:
    """Give up what was accepted before a moment and of which nothing was told."""
    gone = select(outbox.c.id).where(outbox.c.company == company, outbox.c.state == State.DONE)
    open_ = (
        dispatch.c.effect_id.in_(gone),
        dispatch.c.company == company,
        dispatch.c.channel == channel,
        ~dispatch.c.is_final,
        dispatch.c.at < before,
    )
    told_nothing = case((dispatch.c.delivery == Delivery.ACCEPTED, Delivery.NOT_KNOWN.value), else_=dispatch.c.delivery)
    tx.change(update(dispatch).where(*open_).values(is_final=True, delivery=told_nothing))


def asked(tx: Transaction, company: str, channel: str, now: datetime) -> None:
    """Remember when a provider was heard about all messages of which it may still tell something. now: business time."""
    tx.change(
        update(dispatch)
        .where(dispatch.c.company == company, dispatch.c.channel == channel, ~dispatch.c.is_final)
        .values(asked_at=now)
    )


def learn(tx: Transaction, company: str, channel: str, fates: Iterable[Fate]) -> list[str]:
    """Keep what a provider says of messages; what is final stays. Return the keys of the messages of which it is new.

    Where a channel tells nothing, what was taken is final, until it comes back after all.
    """
    is_open = ~dispatch.c.is_final if CHANNEL_BY_NAME[channel].tells else dispatch.c.delivery == Delivery.ACCEPTED
    changed = []
    for fate in fates:
        ids = select(outbox.c.id).where(outbox.c.company == company, outbox.c.external_id == fate.provider_id)
        mine = (dispatch.c.company == company, dispatch.c.channel == channel, dispatch.c.effect_id.in_(ids))
        said = {"delivery": fate.delivery, "is_final": fate.is_final}
        news = (is_open, (dispatch.c.delivery != fate.delivery) | (dispatch.c.is_final != fate.is_final))
        changed += tx.column(update(dispatch).where(*mine, *news).values(said).returning(dispatch.c.key))
    return changed


def went_to(tx: Transaction, company: str, channel: str, provider_ids: Iterable[str]) -> dict[str, str]:
    """Return the addresses to which a channel carried messages, by its ids of them; without what it does not know."""
    query = select(outbox.c.external_id, dispatch.c.address).join(outbox, outbox.c.id == dispatch.c.effect_id)
    ours = (dispatch.c.company == company, dispatch.c.channel == channel)
    found: dict[str, str] = {}
    for chunk in in_chunks(distinct(provider_ids)):
        found.update((row[0], row[1]) for row in tx.all(query.where(*ours, outbox.c.external_id.in_(chunk))))
    return found


def past(tx: Transaction, company: str, addresses: Iterable[str], keys: Iterable[str] = ()) -> list[Past]:
    """Return what was sent, or waits to be, to any of some addresses, and for any of some meanings; the oldest first."""
    columns = (dispatch, outbox.c.state, outbox.c.payload)
    query = select(*columns).join(outbox, outbox.c.id == dispatch.c.effect_id).where(dispatch.c.company == company)
    found: dict[int, Past] = {}
    for column, wanted in ((dispatch.c.address, addresses), (dispatch.c.key, keys)):
        for chunk in in_chunks(distinct(wanted)):
            found.update((row.effect_id, _past(row)) for row in tx.all(query.where(column.in_(chunk))))
    return sorted(found.values(), key=lambda each: (each.at, each.effect_id))


def cancelled_by_people(tx: Transaction, company: str, keys: Iterable[str]) -> set[str]:
    """Return the meanings of which a person has cancelled a message that had not gone."""
    query = (
        select(dispatch.c.key).join(outbox, outbox.c.id == dispatch.c.effect_id).where(dispatch.c.company == company)
    )
    chunks = in_chunks(distinct(keys))
    return {key for chunk in chunks for key in tx.column(query.where(*_TAKEN_BACK, dispatch.c.key.in_(chunk)))}


def last_to(tx: Transaction, company: str, address: str, since: datetime, until: datetime) -> tuple[str, str] | None:
    """Return what was last sent to an address between two moments: the card that it is about, and the recipient."""
    columns = (outbox.c.subject, dispatch.c.recipient)
    query = select(*columns).join(outbox, outbox.c.id == dispatch.c.effect_id)
    ours = (dispatch.c.company == company, dispatch.c.address == address, dispatch.c.at.between(since, until))
    row = tx.first(query.where(*ours, outbox.c.state.in_(_MAY_HAVE_GONE)).order_by(dispatch.c.at.desc()))
    return None if row is None else (card_of(row.subject), row.recipient)


def busy(tx: Transaction, company: str, but: int = 0) -> set[str]:
    """Return the channels with a message that is on its way out; `but` for one that does not count."""
    waits = (
        outbox.c.company == company, outbox.c.ended_at.is_(None), outbox.c.kind.in_(_KINDS), outbox.c.id != but,
    )  # fmt: skip
    under_way = outbox.c.state.in_((State.PLANNED, State.CLAIMED))
    return {
        CHANNEL_BY_ACTION[kind].name for kind in tx.column(select(outbox.c.kind).where(*waits, under_way).distinct())
    }


def gone_since(tx: Transaction, company: str, kinds: Iterable[str], since: datetime) -> list[Gone]:
    """Return the messages of some kinds that providers took since a moment, in order."""
    columns = (dispatch.c.kind, dispatch.c.channel, dispatch.c.address, dispatch.c.at, outbox.c.key, outbox.c.payload)
    query = select(*columns).join(outbox, outbox.c.id == dispatch.c.effect_id)
    ours = (dispatch.c.company == company, dispatch.c.kind.in_(tuple(kinds)), dispatch.c.at >= since)
    rows = tx.all(query.where(*ours, outbox.c.state == State.DONE).order_by(dispatch.c.at, dispatch.c.effect_id))
    return [_gone(row) for row in rows]


def tries(tx: Transaction, company: str, since: datetime) -> Sequence[tuple[str, Answer, datetime, str]]:
    """Return how attempts to send messages ended since a real moment, in order: channel, answer, moment, what was said.

    A look-up that did not find its message is none: the attempt itself has been counted.
    """
    columns = (outbox.c.kind, attempt.c.answer, attempt.c.at, attempt.c.detail)
    query = select(*columns).join(outbox, outbox.c.id == attempt.c.effect_id)
    ours = (outbox.c.company == company, outbox.c.kind.in_(_KINDS), attempt.c.at >= since)
    sent = (attempt.c.answer == Answer.ACCEPTED) | ~attempt.c.detail.startswith(LOOKED_UP)
    rows = tx.all(query.where(*ours, sent).order_by(attempt.c.at, attempt.c.id))
    return [(CHANNEL_BY_ACTION[kind].name, Answer(answer), at, detail) for kind, answer, at, detail in rows]


def _dispatch(company: str, effect_id: int, action: Action, now: datetime) -> Mapping[str, Any]:
    payload = action.payload
    return {
        "effect_id": effect_id, "company": company, "key": meaning_of(action.key), "kind": payload["template"],
        "recipient": payload["recipient"], "channel": CHANNEL_BY_ACTION[action.kind].name, "address": payload["to"],
        "again": payload["again"], "at": now, "delivery": Delivery.ACCEPTED, "is_final": False,
    }  # fmt: skip


def _past(row: Any) -> Past:
    kind = KIND_BY_NAME.get(row.kind)
    return Past(
        key=row.key, kind=row.kind, sort=kind.sort if kind else Sort(row.payload["sort"]), channel=row.channel,
        address=row.address, state=State(row.state), at=row.at, again=row.again, delivery=Delivery(row.delivery),
        is_final=row.is_final, effect_id=row.effect_id, asked_at=row.asked_at,
    )  # fmt: skip


def _gone(row: Any) -> Gone:
    _, subject, occasion = row.key.split("|", 2)
    payload = row.payload
    about = payload.get("subject") or payload["text"]
    return Gone(row.kind, card_of(subject), occasion, row.channel, row.address, payload["to_name"], about, row.at)


def _remembered(row: Any) -> Remembered:
    return Remembered(**{name: getattr(row, name) for name in Remembered.__dataclass_fields__})
