"""What people do with clients' cards: contacts and companies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.people.keys import COMPANY, CONTACT, DEAL, Keys, only, shown

_KINDS = ((COMPANY, "companyId"), (CONTACT, "contactId"))


class ClientWork(Keys):
    """Work with clients' cards. A client is named by the company's title, or by first name and surname."""

    def make_contact(
        self, first_name: str, last_name: str, phone: str = "", email: str = "", *, post: str = "", company: str = ""
    ) -> int:
        """Make a contact, who may have a post and work for a company, and return its id."""
        written = (("PHONE", phone), ("EMAIL", email))
        entries = [{"typeId": kind, "valueType": "WORK", "value": value} for kind, value in written if value]
        numbered = {f"n{place}": entry for place, entry in enumerate(entries)}
        work = {**({"post": post} if post else {}), **(self._client(company) if company else {})}
        fields = {"name": first_name, "lastName": last_name, **work, **({"fm": numbered} if numbered else {})}
        return int(self.bitrix("crm.item.add", {"entityTypeId": CONTACT, "fields": fields})["item"]["id"])

    def set_client(self, deal: int, client: str | None) -> None:
        """Put another client into a deal, or with None leave it without any."""
        nobody: dict[str, Any] = {"companyId": 0, "contactIds": []}
        fields = nobody | (self._client(client) if client else {})
        self.bitrix("crm.item.update", {"entityTypeId": DEAL, "id": deal, "fields": fields})

    def fill_card(self, name: str, title: str, option: str) -> None:
        """Choose an option of a list, given by its text, in a client's card; "" chooses none."""
        type_id, row_id = self._card(name)
        wish = {"entityTypeId": type_id, "id": row_id, "fields": self._values(type_id, {title: option or None})}
        self.bitrix("crm.item.update", {**wish, "useOriginalUfNames": "Y"})

    def client(self, name: str) -> dict[str, Any]:
        """Return a client's card as the portal shows it, with phones and e-mails under `fm`."""
        type_id, row_id = self._card(name)
        return dict(self.bitrix("crm.item.get", {"entityTypeId": type_id, "id": row_id})["item"])

    def client_card(self, name: str) -> dict[str, str]:
        """Return what a client's card shows, as text by the fields' titles; "" for what is empty."""
        type_id, row_id = self._card(name)
        item = self.bitrix("crm.item.get", {"entityTypeId": type_id, "id": row_id, "useOriginalUfNames": "Y"})["item"]
        return {field["title"]: shown(field, item.get(name)) for name, field in self._described(type_id).items()}

    def client_todos(self, name: str) -> list[dict[str, Any]]:
        """Return the to-dos of a client's card, done ones too, as the portal lists activities."""
        type_id, row_id = self._card(name)
        conditions = {"OWNER_TYPE_ID": type_id, "OWNER_ID": row_id, "PROVIDER_ID": "CRM_TODO"}
        rows: list[dict[str, Any]] = self.bitrix("crm.activity.list", {"filter": conditions, "order": {"ID": "ASC"}})
        return rows

    def _client(self, name: str) -> dict[str, Any]:
        type_id, row_id = self._card(name)
        return {"companyId": row_id} if type_id == COMPANY else {"contactIds": [row_id]}

    def _card(self, name: str) -> tuple[int, int]:
        """Return the type and the id of a client's card."""
        companies = self._found(COMPANY, {"=title": name})
        if companies:
            return COMPANY, int(only(companies, f"company {name!r}")["id"])
        first, _, last = name.partition(" ")
        contacts = self._found(CONTACT, {"=name": first, "=lastName": last})
        return CONTACT, int(only(contacts, f"client {name!r}")["id"])

    def _found(self, entity: int, conditions: Mapping[str, Any]) -> list[dict[str, Any]]:
        params = {"entityTypeId": entity, "select": ["id"], "filter": conditions}
        return list(self._portal.walk("crm.item.list", params, "items"))

    def _client_name(self, item: Mapping[str, Any]) -> str:
        for type_id, key in _KINDS:
            if item.get(key):
                card = self.bitrix("crm.item.get", {"entityTypeId": type_id, "id": item[key]})["item"]
                return str(card.get("title") or f"{card.get('name') or ''} {card.get('lastName') or ''}".strip())
        return ""
