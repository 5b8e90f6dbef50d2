"""The emulator itself: the doors through which the sandbox builds, asks, disturbs and resets it."""

from __future__ import annotations

from datetime import date

from sandbox.kit import Reply, Request, Setting
from sandbox.systems.business_ru import seeding
from sandbox.systems.business_ru.books import Books
from sandbox.systems.business_ru.calls import REPAIR, read_call
from sandbox.systems.business_ru.errors import TurnedAway, over_the_limit, wrong_signature
from sandbox.systems.business_ru.founding import found_company
from sandbox.systems.business_ru.gate import caller_of
from sandbox.systems.business_ru.integrations import integration_of
from sandbox.systems.business_ru.models.catalogue import MODELS
from sandbox.systems.business_ru.serving import SYSTEM, plain, serve, turn_away
from sandbox.systems.business_ru.spoiling import SPOILERS
from sandbox.systems.business_ru.values import moscow_wall


class BusinessRu:
    """The Бизнес.ру account of one company."""

    name = SYSTEM

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self.state = Books()
        found_company(self.state, setting.config, self._now())
        for person in setting.config.get("people", {}):
            self._integrate(person)

    def handle(self, request: Request) -> Reply:
        """Answer as the vendor would."""
        call = read_call(request)
        return serve(self._setting, self.state, call) if call else _no_such_page(request)

    def spoil(self, kind: str, request: Request) -> Reply | None:
        """Answer a list call with its rows spoilt; None, with nothing done, for any other call."""
        call = read_call(request)
        if call is None or not call.lists_rows or call.model not in MODELS:
            return None
        return serve(self._setting, self.state, call, SPOILERS[kind])

    def refuse_token(self, request: Request) -> Reply:
        """Lose the caller's token and answer so; only a repair helps, and is itself answered: it bears no token."""
        call = read_call(request)
        if call and call.model == REPAIR:
            return self.handle(request)
        integration = caller_of(self.state, call) if call else None
        if integration:
            integration.lose_token()
        return self._turn_away(request, wrong_signature())

    def refuse(self, kind: str, request: Request) -> Reply:
        """Answer http_429 or http_503 in the vendor's words, and any other kind as http_500."""
        reasons = {"http_429": TurnedAway(429, "Too Many Requests"), "http_503": over_the_limit()}
        return self._turn_away(request, reasons.get(kind, TurnedAway(500, "Internal Server Error")))

    def counts(self) -> dict[str, int]:
        """Return how many live rows each model holds."""
        return self.state.counts()

    def credential(self, person: str, base_url: str) -> dict[str, str | int]:
        """Return the integration of a person; raises LookupError for one whom the ledger does not know."""
        integration = self.state.integrations.get(person)
        if integration is None:
            raise LookupError(f"{person!r} has no integration with the ledger of {self._setting.company}")
        return {"app_id": integration.app_id, "secret": integration.secret}

    def environment(self, base_url: str) -> dict[str, str]:
        """Return the worker's variables under the names that the company's YAML gives them."""
        names = self._setting.config["systems"][SYSTEM]
        worker = {"url": base_url, **self.credential("worker", base_url)}
        return {names[key]: str(value) for key, value in worker.items()}

    def add_employee(self, first_name: str, last_name: str, email: str, *, person: str | None = None) -> str:
        """Add an employee and an integration under `person` (else the e-mail's local part); return the id.

        Two employees with one key share the integration.
        """
        self._integrate(person or email.partition("@")[0])
        named = {"first_name": first_name, "last_name": last_name, "email": email}
        return str(self.state.insert("employees", named, self._now())["id"])

    def add_partner(self, name: str, *, phone: str | None = None, email: str | None = None) -> str:
        """Add a customer and return the id."""
        return seeding.add_partner(self.state, self._now(), name, phone, email)

    def add_good(self, name: str, article: str, price_kopecks: int, *, service: bool = False) -> str:
        """Add a good or a service and return the id."""
        return seeding.add_good(self.state, self._now(), name, article, price_kopecks, service=service)

    def set_stock(self, good_id: str, store_name: str, amount_thousandths: int) -> None:
        """Say how much of a good lies in a store; raises LookupError for an unknown store."""
        seeding.put_in_store(self.state, self._now(), good_id, store_name, amount_thousandths)

    def add_payment(self, partner_id: str, *, date: date, sum_kopecks: int, number: str, target: str = "") -> str:
        """Add a posted bank payment bound to no order and return the id; it may be dated later than the clock."""
        books, now = self.state, self._now()
        return seeding.add_payment(
            books, now, partner_id, paid_on=date, sum_kopecks=sum_kopecks, number=number, target=target
        )

    def _turn_away(self, request: Request, reason: TurnedAway) -> Reply:
        call = read_call(request)
        return turn_away(self.state, call, reason) if call else _no_such_page(request)

    def _integrate(self, person: str) -> None:
        self.state.integrations.setdefault(person, integration_of(self._setting.company, person))

    def _now(self) -> str:
        return moscow_wall(self._setting.clock.now())


def _no_such_page(request: Request) -> Reply:
    return plain(404, "Not Found", api=f"{request.method} {request.path}", write=request.method not in {"GET", "HEAD"})
