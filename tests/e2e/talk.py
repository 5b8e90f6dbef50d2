"""Clients who write back, and what the portal holds of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from sandbox.handset import Handset
from sverka.store import addresses
from sverka.store.letterbook import heard
from tests.e2e.test_message_ladder import SERVICE, VISIT, VISIT_AT, Someone, Street
from tests.e2e.town import COMPANY

US = "sverka@fary.example"
COMMENT, NOTICE, TODO = "comment", "notice", "todo"
_KEPT = select(heard.c.text)
_CARDS = {2: "deal", 3: "contact", 4: "client", "deal": "deal", "contact": "contact", "company": "client"}


class Talk(Street):
    """A street whose clients write back. wrote: how many of them have."""

    wrote = 0

    def phone(self, number: str) -> Handset:
        """Return anybody's phone."""
        return Handset(self.town.sandbox.ready, COMPANY, number)

    def listen(self, outcome: str = "done") -> None:
        """Let the worker read what came, and look once more."""
        report = self.town.run("inbox")
        assert report["outcome"] == outcome, report
        before = self.town.mark()
        self.town.run("inbox")
        assert self.town.effects(before) == []

    def hears(self, channel: str, text: str, number: str) -> None:
        """Let somebody write, and the worker read it."""
        self.phone(number).writes(channel, text)
        self.listen()

    def told(self, words: str) -> list[tuple[str, ...]]:
        """Return what the portal was made to hold with some words: what, where, to whom."""
        rows = (row["payload"] for row in self.town.effects() if row["system"] == "bitrix24")
        return sorted(trace for row in rows if (trace := self._trace(row, words)))

    def text(self, words: str) -> str:
        """Return the one notice or to-do that holds some words."""
        state = self.town.sandbox.world.companies[COMPANY].emulators["bitrix24"].state
        shown = [row["MESSAGE"] for row in state.notifications]
        shown += [f"{row['SUBJECT']}\n{row['DESCRIPTION']}" for row in state.activities if "DESCRIPTION" in row]
        (found,) = [each for each in shown if words in each]
        return str(found)

    def _trace(self, row: dict[str, Any], words: str) -> tuple[str, ...]:
        if words in row.get("MESSAGE", ""):
            return NOTICE, self.user(row["USER_ID"])
        if words in row.get("description", ""):
            return TODO, f"{_CARDS[int(row['ownerTypeId'])]}:{row['ownerId']}", self.user(row["responsibleId"])
        fields = row.get("fields", {})
        if words in str(fields.get("COMMENT", "")):
            return COMMENT, f"{_CARDS[fields['ENTITY_TYPE']]}:{fields['ENTITY_ID']}"
        return ()

    def waiting(self) -> list[str]:
        """Return the words that the worker keeps, for they were not dealt with yet."""
        with self.town.app.store.reading() as tx:
            assert {each.heard.text for each in addresses.unanswered(tx, COMPANY)} == set(tx.column(_KEPT)) - {""}
            return [each.heard.text for each in addresses.unanswered(tx, COMPANY)]

    def user(self, ext_id: str) -> str:
        """Return who of the company a user is, by the mailbox."""
        return str(self.users.rows[int(ext_id)]["EMAIL"]).partition("@")[0]

    @property
    def users(self) -> Any:
        """Return the portal's table of employees."""
        return self.town.sandbox.world.companies[COMPANY].emulators["bitrix24"].state.users

    def timeline(self, deal: int) -> list[str]:
        """Return the comments in the card of a deal, the oldest first."""
        wish = {"filter": {"ENTITY_TYPE": "deal", "ENTITY_ID": deal}, "order": {"ID": "ASC"}}
        return [row["COMMENT"] for row in self.town.person("owner").bitrix("crm.timeline.comment.list", wish)]

    def card(self, name: str) -> str:
        """Return the card of a contact."""
        return f"contact:{self.town.person('owner').client(name)['id']}"

    def visit(self, someone: Someone, at: str) -> int:
        """Let the manager note a second visit, and return its deal."""
        when = {VISIT_AT: datetime.fromisoformat(at)}
        return self.town.person().make_deal(SERVICE, VISIT, someone.name, [], Филиал="Москва", **when)

    def works(self, person: str, *, still: bool) -> None:
        """Let somebody leave the company, or come back; the worker learns of it."""
        (row,) = [row for row in self.users if row["EMAIL"].startswith(f"{person}@")]
        row["ACTIVE"] = "Y" if still else "N"
        self.town.run("visits")

    def letter(self, sender: str, subject: str, *heads: str) -> None:
        """Let a letter come into our mailbox."""
        mailbox = self.town.sandbox.world.companies[COMPANY].mailbox
        assert mailbox is not None
        named = f"Message-ID: <{len(mailbox.arrived())}@client.example>"
        lines = [*heads, f"From: {sender}", f"To: {US}", f"Subject: {subject}", named, "", "."]
        mailbox.deliver("\r\n".join(lines).encode(), [US], self.town.sandbox.world.clock.now())
