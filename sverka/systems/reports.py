"""Reports of mail servers about letters that they could not deliver (RFC 3464), as strangers write them.

What a report says is a claim: whether it is about a letter of ours is not known here. Whatever is no plain report says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from typing import cast

from sverka.domain.mailbox import Report

DAEMONS = ("mailer-daemon", "postmaster")
_STATUS = "message/delivery-status"
_ORIGINAL = ("text/rfc822-headers", "message/rfc822")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_CODE = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?!\S)")
_MOST_BLOCKS = 50


def is_report(head: Message, sender: str) -> bool:
    """Whether a letter's head says that it is a report, written by a machine that wants no answer. sender: the address in From."""
    kind = str(head.get_param("report-type", "")).casefold()
    if head.get_content_type() != "multipart/report" or kind != "delivery-status":
        return False
    return str(head.get("Return-Path", "")).strip() == "<>" or sender.partition("@")[0] in DAEMONS


def read(report: Message, arrived_at: datetime) -> tuple[Report, ...]:
    """Return what a report says of each recipient; nothing if it does not say of which letter. Raises anything on what is no report."""
    parts = {part.get_content_type(): part for part in reversed(_parts(report))}  # of several of a kind the first
    message_id = next((_message_id(_head(parts[kind])) for kind in _ORIGINAL if kind in parts), "")
    if not message_id or _STATUS not in parts:
        return ()
    said = _parts(parts[_STATUS])[:_MOST_BLOCKS]
    return tuple(found for block in said for found in _of_recipient(block, message_id, arrived_at))


def _parts(message: Message) -> list[Message]:
    """Return what a letter is put together from, nothing if it is one piece."""
    found = message.get_payload()
    return [part for part in found if isinstance(part, Message)] if isinstance(found, list) else []


def _head(original: Message) -> Message:
    """Return the head of the letter that came back: it is enclosed whole, or no more than its head is."""
    whole = _parts(original)
    return whole[0] if whole else message_from_bytes(cast("bytes", original.get_payload(decode=True)))


def _message_id(head: Message) -> str:
    found = _MESSAGE_ID.search(str(head["Message-ID"] or ""))
    return found.group(0) if found else ""


def _of_recipient(block: Message, message_id: str, arrived_at: datetime) -> Iterator[Report]:
    named = (str(block[name] or "") for name in ("Original-Recipient", "Final-Recipient"))
    recipients = frozenset(filter(None, map(_address, named)))
    code = _CODE.match(str(block["Status"] or ""))
    if recipients and code:
        action = str(block["Action"] or "").strip().casefold()
        yield Report(message_id, recipients, action, code.group(1), arrived_at)


def _address(said: str) -> str:
    """Return the mailbox that `rfc822; name@example.ru` names, in lower case, "" for what is none."""
    kind, _, address = said.partition(";")
    address = address.strip().removeprefix("<").removesuffix(">")
    return address.casefold() if kind.strip().casefold() == "rfc822" and "@" in address else ""
