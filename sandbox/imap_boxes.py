"""What the people of a company find in their INBOX: the letters that the company's mail server took for their address.

The letters themselves stand in the world's `Mailbox`; a box here only numbers those of one person (the UID is the letter's place
among all) and keeps their flags. When the world goes back to its start there is another list of letters, and so another box under
another UIDVALIDITY, as after a mail server was restored. How clients talk to boxes is in `imap.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from threading import Lock

from pymap.backend.dict.mailbox import MailboxData, MailboxSet, Message
from pymap.flags import FlagOp
from pymap.interfaces.message import CachedMessage
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials.flag import Flag

from sandbox.world import Delivered, Mailbox

Told = Callable[[str, dict[str, object]], None]
"""Is told what a client changed in a box: the command, and on which letters."""


class Inbox(MailboxData):
    """One person's INBOX over the letters of one life of the world."""

    def __init__(self, boxes: Boxes, letters: Sequence[Delivered]) -> None:
        super().__init__(boxes._content_cache, boxes._thread_cache)  # noqa: SLF001 - as the library makes its own
        self.letters = letters
        self._address, self._tell = boxes.address, boxes.tell
        self._max_uid, self._collected = 0, 0

    async def collect(self) -> None:
        """Take in what has arrived since."""
        arrived = self.letters[self._collected :]
        for number, letter in enumerate(arrived, self._collected + 1):
            if self._address in (address.casefold() for address in letter.to):
                self._max_uid = number - 1  # what `append` counts from
                await self.append(AppendMessage(letter.content, letter.at, frozenset()), recent=True)
        self._collected += len(arrived)

    async def update(self, uid: int, cached_msg: CachedMessage, flag_set: frozenset[Flag], mode: FlagOp) -> Message:
        """Change the flags of a letter; reading one without PEEK does so, too."""
        self._tell("STORE", {"uid": uid, "mode": mode.name, "flags": sorted(str(flag) for flag in flag_set)})
        return await super().update(uid, cached_msg, flag_set, mode)

    async def delete(self, uids: Iterable[int]) -> None:
        """Throw letters away."""
        gone = list(uids)
        self._tell("EXPUNGE", {"uids": gone})
        await super().delete(gone)


class Boxes(MailboxSet):
    """One person's boxes: INBOX, and what they make beside it."""

    _inbox: Inbox

    def __init__(self, mailbox: Mailbox, lock: Lock, address: str, tell: Told) -> None:
        super().__init__()
        self._mailbox, self._lock, self.address, self.tell = mailbox, lock, address.casefold(), tell
        self._inbox = Inbox(self, self._arrived())

    async def get_mailbox(self, name: str) -> MailboxData:
        """Return a box; INBOX with everything that has arrived."""
        if name.upper() == "INBOX":
            arrived = self._arrived()
            if self._inbox.letters is not arrived:
                self._inbox = Inbox(self, arrived)
            await self._inbox.collect()
        return await super().get_mailbox(name)

    def _arrived(self) -> Sequence[Delivered]:
        with self._lock:
            return self._mailbox.arrived()
