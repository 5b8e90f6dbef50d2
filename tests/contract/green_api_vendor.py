"""A small hand-made GREEN-API for the tests of its client: a queue, a journal, notifications, and a clock that is not ours."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx

from sverka.domain.messaging.channels import MAX, WHATSAPP
from sverka.domain.secret import Secret
from sverka.systems.green_api.channel import GreenApi
from tests.contract.vendors import Row, Vendor, answer, no_jitter

PHONE, CHAT = "+79161234567", "79161234567@c.us"
TOKEN = "d75b3a66374942c5b3c0"
PAYLOAD = {"to": PHONE, "chat": CHAT, "text": "Ждём вас завтра в 10:00.\r\nФары", "id": "visit7a1"}
URLS = {
    WHATSAPP: Secret(f"https://7105.api.greenapi.com/waInstance7105000001/{TOKEN}"),
    MAX: Secret(f"https://3100.api.green-api.com/v3/waInstance3100000001/{TOKEN}"),
}
SKEWS = [timedelta(hours=5), timedelta(0), timedelta(hours=-5)]
"""How far the vendor's clock is ahead of our machine's."""


@dataclass
class HandGreenApi(Vendor):
    """An instance: a queue that `go` empties into the journal, and notifications until they are let forget."""

    state: str = "authorized"
    phones: dict[str, str] = field(default_factory=dict)
    queue: list[Row] = field(default_factory=list)
    journal: list[Row] = field(default_factory=list)
    notifications: list[Row] = field(default_factory=list)
    tells_time: bool = True
    ahead: timedelta = SKEWS[0]

    def client(self, channel: str = WHATSAPP, *, limits_off: bool = False, **settings: Any) -> GreenApi:
        return GreenApi(channel, URLS[channel], self.settings(**settings), self.clock, no_jitter, limits_off=limits_off)

    def now(self) -> datetime:
        return self.clock.real() + self.ahead

    def asked(self) -> list[str]:
        """Return the methods that were asked, in order."""
        return [_method(request) for request in self.requests]

    def go(self) -> None:
        """Let all that waits leave."""
        for entry in self.queue:
            self.journal.append({
                "type": "outgoing", "idMessage": entry["messageID"], "timestamp": int(self.now().timestamp()), "typeMessage": "textMessage",
                "chatId": entry["body"]["chatId"], "textMessage": entry["body"]["message"].replace("\r\n", "\n"), "statusMessage": "sent",
            })  # fmt: skip
        self.queue = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        response = self._answer(request)
        if self.tells_time:
            response.headers["date"] = format_datetime(self.now(), usegmt=True)
        return response

    def _answer(self, request: httpx.Request) -> httpx.Response:
        method, said = _method(request), json.loads(request.content or b"{}")
        if request.url.path.split("/")[-2 if method == "deleteNotification" else -1] not in (TOKEN, method):
            return httpx.Response(401)
        if method == "sendMessage":
            self.executed.append(("send", said))
            self.queue.append({"messageID": f"3EB{len(self.executed)}", "type": "sendMessage", "body": said})
            return answer({"idMessage": f"3EB{len(self.executed)}"})
        if method == "deleteNotification":
            number = int(request.url.path.rpartition("/")[2])
            kept = [each for each in self.notifications if each["receiptId"] != number]
            result = len(kept) < len(self.notifications)
            self.notifications = kept
            return answer({"result": result})
        return answer(self._told(method, said, request.url.params))

    def _told(self, method: str, said: Row, query: httpx.QueryParams) -> Any:
        if method in ("checkWhatsapp", "checkAccount"):
            chat = self.phones.get(str(said["phoneNumber"]))
            key = "existsWhatsapp" if method == "checkWhatsapp" else "exist"
            return {key: chat is not None, **({"chatId": chat} if chat else {})}
        if method == "lastOutgoingMessages":
            since = self.now() - timedelta(minutes=int(query["minutes"]))
            return [each for each in self.journal if each["timestamp"] >= since.timestamp()]
        return {
            "showMessagesQueue": self.queue,
            "getStateInstance": {"stateInstance": self.state},
            "receiveNotification": next(iter(self.notifications), None),
        }[method]


def _method(request: httpx.Request) -> str:
    parts = request.url.path.split("/")
    return parts[next(at for at, part in enumerate(parts) if part.startswith("waInstance")) + 1]


def heard(number: int, **changes: Any) -> Row:
    body = {
        "typeWebhook": "incomingMessageReceived", "timestamp": 1_795_000_000, "idMessage": f"F{number}", "senderData": {"chatId": CHAT},
        "messageData": {"typeMessage": "textMessage", "textMessageData": {"textMessage": f"Ответ {number}"}},
    }  # fmt: skip
    return {"receiptId": number, "body": {**body, **changes}}
