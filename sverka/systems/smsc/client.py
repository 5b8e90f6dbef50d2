"""Requests to one account of SMSC: forms in UTF-8, with login and password in the body, never in an address.

Questions are asked again; a message goes once. Beyond single messages the vendor takes one question about many in a minute.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode

from sverka.domain.clock import Clock
from sverka.domain.secret import Secret
from sverka.systems.errors import NotPermitted
from sverka.systems.http import FORM_TYPE, HttpSettings, Request, Response, Wire
from sverka.systems.retry import Jitter, asking_again, wait
from sverka.systems.smsc import answers
from sverka.systems.smsc.address import Account
from sverka.systems.smsc.answers import MINUTE_S, SEND, STATUS, SYSTEM
from sverka.systems.values import Json

_CHUNK = 100
"""Messages in one question."""


class SmscApi:
    """The line to one account. secrets: what no sentence may show."""

    def __init__(self, url: Secret, http: HttpSettings, clock: Clock, jitter: Jitter, *, limits_off: bool) -> None:
        self.wire = Wire(SYSTEM, http, clock, lambda request: request.where == SEND)
        self._account = Account.at(url)
        self.secrets = (url, self._account.password)
        self._clock = clock
        self._jitter = jitter
        self._limits_off = limits_off
        self._opens_at = clock.monotonic()

    def send(self, fields: Mapping[str, str], permit: Callable[[], bool]) -> Response:
        """Send a message, right after `permit()` said yes. Raises SystemTrouble."""
        if not permit():
            raise NotPermitted(SYSTEM, SEND, "the leave to send was withdrawn")
        return self._post(SEND, fields)

    def status(self, phone: str, our_id: str) -> Json | None:
        """Return what is said of one message, None if nothing. Raises SystemTrouble."""
        return self._patiently({"phone": phone, "id": our_id}, [our_id]).get(our_id)

    def statuses(self, messages: Sequence[tuple[str, str]]) -> dict[str, Json]:
        """Return what is said of messages (our id, digits of the phone), by our id. Raises SystemTrouble."""
        said: dict[str, Json] = {}
        for start in range(0, len(messages), _CHUNK):
            chunk = messages[start : start + _CHUNK]
            # the comma at the end keeps a list of one a list
            fields = {
                "phone": "".join(f"{phone}," for _, phone in chunk),
                "id": "".join(f"{each}," for each, _ in chunk),
            }
            said |= self._patiently(fields, [each for each, _ in chunk], is_mass=True)
        return said

    def _patiently(self, fields: Mapping[str, str], ids: Sequence[str], *, is_mass: bool = False) -> dict[str, Json]:
        def ask() -> dict[str, Json]:
            if is_mass:
                self._await_minute()
            response = self._post(STATUS, fields)
            return answers.statuses(response.status, response.body, ids, self.secrets)

        settings = self.wire.settings
        return asking_again(ask, self._clock, self._jitter, tries=settings.tries, patience_s=settings.patience_s)

    def _await_minute(self) -> None:
        if not self._limits_off:
            wait(self._clock, self._opens_at - self._clock.monotonic())
            self._opens_at = self._clock.monotonic() + MINUTE_S

    def _post(self, script: str, fields: Mapping[str, str]) -> Response:
        account = self._account
        form = {"login": account.login, "psw": account.password.reveal(), "charset": "utf-8", "fmt": "3", **fields}
        body = urlencode(form, errors="replace").encode()
        request = Request("POST", f"{account.site}/sys/{script}", script, body, FORM_TYPE)
        return self.wire.exchange(request, self.secrets)
