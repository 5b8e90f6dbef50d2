"""Calls with clients, as the portal's telephony writes them down."""

from __future__ import annotations

from typing import Any

from sandbox.people.clients import ClientWork
from sandbox.people.keys import DEAL

_INCOMING, _OUTGOING = 1, 2
_CALL = {"TYPE_ID": 2, "PROVIDER_ID": "VOXIMPLANT_CALL", "PROVIDER_TYPE_ID": "CALL"}


class PhoneWork(ClientWork):
    """Calls. Each is kept in the client's card, or in a deal's with the client beside it."""

    def missed_call(self, client: str, to: str = "manager", deal: int | None = None) -> int:
        """Let a client call a person who does not answer; return the activity's id. It waits to be completed."""
        return self._call(client, to, deal, "Пропущенный звонок от", _INCOMING, "N", {"MISSED_CALL": True})

    def answered_call(self, client: str, deal: int | None = None) -> int:
        """Answer a client's call; return the activity's id."""
        return self._call(client, self.name, deal, "Входящий звонок от", _INCOMING, "Y", {})

    def call_back(self, client: str, deal: int | None = None) -> int:
        """Call a client and talk; return the activity's id. A missed call that stands there stays as it is."""
        return self._call(client, self.name, deal, "Исходящий звонок", _OUTGOING, "Y", {})

    def _call(
        self,
        client: str,
        person: str,
        deal: int | None,
        words: str,
        direction: int,
        done: str,
        settings: dict[str, Any],
    ) -> int:
        card = self.client(client)
        now = self.bitrix("server.time")
        owner = (DEAL, deal) if deal else (card["entityTypeId"], card["id"])
        phone = next((entry["value"] for entry in card["fm"] if entry["typeId"] == "PHONE"), "")
        fields = {
            **_CALL,
            "OWNER_TYPE_ID": owner[0],
            "OWNER_ID": owner[1],
            "SUBJECT": f"{words} {client}",
            "DIRECTION": direction,
            "COMPLETED": done,
            "RESPONSIBLE_ID": self._user(person),
            "START_TIME": now,
            "END_TIME": now,
            "SETTINGS": settings,
            "COMMUNICATIONS": [{"VALUE": phone, "ENTITY_ID": card["id"], "ENTITY_TYPE_ID": card["entityTypeId"]}],
        }
        return int(self.bitrix("crm.activity.add", {"fields": fields}))
