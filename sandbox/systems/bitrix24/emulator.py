"""The emulator as the sandbox sees it: one company's portal that answers requests and can be filled and spoilt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sandbox import kit
from sandbox.systems.bitrix24 import access, seeding, serving
from sandbox.systems.bitrix24.crm import goods, staff
from sandbox.systems.bitrix24.session import NAME
from sandbox.systems.bitrix24.spoiling import SPOILERS
from sandbox.systems.bitrix24.wire import errors, moments

_REFUSALS = {
    "http_429": errors.operating_limit(),
    "http_503": errors.too_many_requests(),
}
_MODELS = {1: "leads", 2: "deals", 3: "contacts", 4: "companies"}
_TABLES = (
    "users", "departments", "products", "comments", "activities", "tasks", "notifications", "requisites", "addresses",
    "orders", "basket_items", "payments", "shipments",
)  # fmt: skip


class Bitrix24:
    """One company's Bitrix24 portal."""

    name = NAME

    def __init__(self, setting: kit.Setting) -> None:
        self._setting = setting
        self.state = seeding.new_state(setting)

    def handle(self, request: kit.Request) -> kit.Reply:
        """Answer a request as the portal would."""
        return serving.serve(self._setting, self.state, request)

    def spoil(self, kind: str, request: kit.Request) -> kit.Reply | None:
        """Answer with half_page, rows_move or duplicate_rows; None, with nothing done, for what lists nothing."""
        if not serving.lists(request):
            return None
        return serving.serve(self._setting, self.state, request, SPOILERS[kind]())

    def refuse(self, kind: str, request: kit.Request) -> kit.Reply:
        """Refuse a request, doing nothing: http_429 and http_503 in the limiter's words, anything else as a fault."""
        return serving.refuse(self._setting, self.state, request, _REFUSALS.get(kind, errors.server_fault()))

    def refuse_token(self, request: kit.Request) -> kit.Reply:
        """Refuse a request as if its webhook were wrong."""
        return serving.refuse(self._setting, self.state, request, errors.no_auth())

    def counts(self) -> dict[str, int]:
        """Return how many live rows each model holds."""
        objects = {model: len(self.state.objects[type_id]) for type_id, model in _MODELS.items()}
        tables = {table: len(getattr(self.state, table)) for table in _TABLES}
        return objects | {"product_rows": len(self.state.lines)} | tables

    def credential(self, person: str, base_url: str) -> str:
        """Return the URL of a person's webhook; raise KeyError when the portal has no such person."""
        user = access.by_person(self.state, person)
        return f"{base_url.rstrip('/')}/rest/{user['ID']}/{access.secret(self._setting.company, person)}/"

    def environment(self, base_url: str) -> dict[str, str]:
        """Return the variable, named by the company's YAML, that holds the worker's webhook."""
        variable = self._setting.config["systems"][NAME]["webhook"]
        return {variable: self.credential(staff.WORKER, base_url)}

    def add_user(
        self, first_name: str, last_name: str, email: str, *, admin: bool = False, person: str | None = None
    ) -> int:
        """Add an employee of the sales department and return the id."""
        return staff.add(self.state, first_name, last_name, email, person=person, admin=admin, now=self._now())

    def add_product(self, name: str, article: str, price_kopecks: int, *, service: bool = False) -> int:
        """Add a good or a service to the catalogue and return its id."""
        return int(goods.add(self.state, name, article, price_kopecks, now=self._now(), service=service)["ID"])

    def add_company(
        self, title: str, *, phone: str | None = None, email: str | None = None, trusted: bool = False
    ) -> int:
        """Add a company and return its id."""
        return seeding.add_company(self.state, title, phone=phone, email=email, trusted=trusted, now=self._now())

    def add_requisite(self, company_id: int, inn: str, kpp: str) -> int:
        """Add the requisites of a company and return their id."""
        return seeding.add_requisite(self.state, company_id, inn, kpp, self._now())

    def add_contact(
        self,
        first_name: str,
        last_name: str,
        *,
        phone: str | None = None,
        email: str | None = None,
        company_id: int | None = None,
        birthdate: date | None = None,
        trusted: bool = False,
    ) -> int:
        """Add a contact and return its id."""
        links = {"phone": phone, "email": email}
        return seeding.add_contact(
            self.state,
            first_name,
            last_name,
            **links,
            company_id=company_id,
            birthdate=birthdate,
            trusted=trusted,
            now=self._now(),
        )

    def add_deal(
        self,
        *,
        title: str,
        funnel: str,
        stage: str,
        responsible_id: int,
        lines: Iterable[seeding.Line],
        created_at: datetime,
        moved_at: datetime | None = None,
        company_id: int | None = None,
        contact_id: int | None = None,
        fields: Mapping[str, Any] | None = None,
        originator_id: str | None = None,
        origin_id: str | None = None,
    ) -> int:
        """Add a deal and return its id.

        funnel: the YAML's key. stage: the YAML's name, `won` or `lost`. lines: (product id, quantity in thousandths,
        price in kopecks). fields: by the YAML's keys; list values by their text, moments aware.
        """
        return seeding.add_deal(
            self.state,
            title=title,
            funnel=funnel,
            stage=stage,
            company_id=company_id,
            contact_id=contact_id,
            responsible_id=responsible_id,
            rows=lines,
            fields=fields or {},
            originator_id=originator_id,
            origin_id=origin_id,
            created_at=created_at,
            moved_at=moved_at,
        )

    def _now(self) -> int:
        return moments.seconds(self._setting.clock.now())
