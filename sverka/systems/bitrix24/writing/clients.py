"""Cards of clients: a new contact, a new company, and names and phones put in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sverka.domain.actions import Payload
from sverka.systems.bitrix24.batch import BatchAnswer
from sverka.systems.bitrix24.client import PortalApi
from sverka.systems.bitrix24.directory import Directory
from sverka.systems.bitrix24.encoding import Command
from sverka.systems.bitrix24.read import entries
from sverka.systems.bitrix24.writing.aims import Aim, Unfit, card_type, item_update
from sverka.systems.bitrix24.writing.creations import Creation, card_bearers, named
from sverka.systems.values import BadValueError, Json, ident, text

_KINDS = {"client": "company", "contact": "contact"}
_NAMES = {"first_name": "name", "last_name": "lastName"}


def client_contacts(payload: Payload, _directory: Directory) -> Aim:
    """Payload: {client, first_name, last_name, phones: {entry's id: value}}; an empty name is left as it stands."""
    prefix, _, number = payload["client"].partition(":")
    kind = _KINDS[prefix]
    names = {theirs: payload[ours] for ours, theirs in _NAMES.items() if payload[ours]}

    def missing(answer: BatchAnswer) -> list[Command]:
        if names and kind == "company":
            raise Unfit("a company has no first name and no surname")
        card = _card(answer)
        changed = {name: value for name, value in names.items() if text(card.get(name)) != value}
        phones = _changed_phones(card, payload["phones"])
        fields = {**changed, **({"fm": phones} if phones else {})}
        return [item_update(kind, number, fields)] if fields else []

    return Aim({"card": Command("crm.item.get", {**card_type(kind), "id": int(number)})}, missing)


def _card(answer: BatchAnswer) -> Json:
    result = answer.result("card")
    card = result.get("item") if isinstance(result, dict) else None
    if not isinstance(card, dict):
        raise BadValueError("the answer holds no card")
    return card


def _changed_phones(card: Json, wanted: dict[str, str]) -> Json:
    """Return the entries that differ, as the portal takes them. Raises Unfit if one is gone."""
    standing = entries(card, "PHONE")
    gone = sorted(wanted.keys() - standing.keys())
    if gone:
        raise Unfit(f"the card has no phone number {', '.join(gone)} any more")
    types = {ident(entry.get("id")): text(entry.get("valueType")) for entry in card.get("fm") or ()}
    return {
        number: {"typeId": "PHONE", "valueType": types[number] or "WORK", "value": value}
        for number, value in wanted.items()
        if standing[number] != value
    }


def _contact_command(payload: Payload, _directory: Directory) -> Command:
    return _new_card("contact", {"name": payload["first_name"], "lastName": payload["last_name"]}, payload)


def _company_command(payload: Payload, _directory: Directory) -> Command:
    return _new_card("company", {"title": payload["title"]}, payload)


def _new_card(kind: str, names: Json, payload: Payload) -> Command:
    reached = (("PHONE", _PHONE[kind], payload["phone"]), ("EMAIL", _MAIL[kind], payload["email"]))
    ways = [{"typeId": type_id, "valueType": sort, "value": value} for type_id, sort, value in reached if value]
    optional: dict[str, Any] = {"assignedById": payload["responsible"], "fm": ways}
    card = {
        **names,
        "originatorId": payload["originator"],
        "originId": payload["origin"],
        **{name: value for name, value in optional.items() if value},
    }
    return Command("crm.item.add", {**card_type(kind), "fields": card})


def _made(kind: str) -> Callable[[Any], str]:
    def key(result: Any) -> str:
        number = named(result, "item", "id")
        return f"{kind}:{number}" if number else ""

    return key


def _bearers(kind: str) -> Callable[[PortalApi, Payload, Directory], list[str]]:
    """Return how to find the cards that bear a payload's mark, as our keys. kind: `client` or `contact`."""

    def keys(api: PortalApi, payload: Payload, _directory: Directory) -> list[str]:
        return [f"{kind}:{number}" for number in card_bearers(api, _KINDS[kind], payload)]

    return keys


_PHONE: Mapping[str, str] = {"contact": "MOBILE", "company": "WORK"}
_MAIL: Mapping[str, str] = {"contact": "HOME", "company": "WORK"}

CONTACT = Creation(_contact_command, _made("contact"), _bearers("contact"))
COMPANY = Creation(_company_command, _made("client"), _bearers("client"))
