"""The contacts of a deal: `crm.deal.contact.items.*`. Whether they stamp the deal is undocumented; here they do not."""

from __future__ import annotations

from typing import Any

from sandbox.systems.bitrix24.calls import Answer, Call, Method
from sandbox.systems.bitrix24.crm import entities
from sandbox.systems.bitrix24.crm.objects import CONTACT, DEAL
from sandbox.systems.bitrix24.data.tables import Row
from sandbox.systems.bitrix24.wire import php
from sandbox.systems.bitrix24.wire.errors import ApiError, not_found
from sandbox.systems.bitrix24.wire.requests import whole


def items_get(call: Call) -> Answer:
    """List a deal's contacts in their order."""
    deal = _deal(call)
    return Answer([_item(deal, place, contact) for place, contact in enumerate(deal.get("CONTACT_IDS", ()))])


def items_set(call: Call) -> Answer:
    """Replace a deal's contacts; `SORT` orders them, the first is primary unless another says so."""
    deal = _deal(call)
    if not isinstance(call.params.get("items"), (list, dict)):
        raise ApiError("", "The parameter items must be array.")
    items = [php.as_map(each) for each in call.params.sequence("items")]
    items.sort(key=lambda item: whole(item.get("SORT")) or 0)
    ids = [_contact_id(call, item) for item in items]
    primary = [contact for contact, item in zip(ids, items, strict=True) if str(item.get("IS_PRIMARY")).upper() == "Y"]
    deal.pop("CONTACT_ID", None)
    deal.pop("CONTACT_IDS", None)
    if ids:
        deal |= {"CONTACT_IDS": list(dict.fromkeys(ids)), "CONTACT_ID": (primary or ids)[0]}
    return Answer(result=True)


def _deal(call: Call) -> Row:
    deal_id = call.params.integer("id")
    if deal_id is None or deal_id < 1:
        raise ApiError("", "The parameter ownerEntityID is invalid or not defined.")
    return entities.find(call.state, call.actor, DEAL, deal_id)


def _contact_id(call: Call, item: dict[str, Any]) -> int:
    contact = call.state.objects[CONTACT.type_id].get(whole(item.get("CONTACT_ID")))
    if contact is None:
        raise not_found("Not found.")
    return int(contact["ID"])


def _item(deal: Row, place: int, contact: int) -> dict[str, Any]:
    primary = "Y" if contact == deal.get("CONTACT_ID") else "N"
    return {"CONTACT_ID": contact, "SORT": 10 * (place + 1), "ROLE_ID": 0, "IS_PRIMARY": primary}


METHODS = (
    Method("crm.deal.contact.items.get", items_get, scopes=("crm",), empty_codes=True),
    Method("crm.deal.contact.items.set", items_set, scopes=("crm",), write=True, empty_codes=True),
)
