"""Orders and deals: a link is a record of its own, and an order has at most one.

Some portals make a deal of every order by themselves. This one does so only under the switch `orders_make_deals`.
"""

from __future__ import annotations

from sandbox.systems.bitrix24.calls import Call
from sandbox.systems.bitrix24.crm import entities, lines
from sandbox.systems.bitrix24.crm.objects import COMPANY, CONTACT, DEAL
from sandbox.systems.bitrix24.data.tables import Row
from sandbox.systems.bitrix24.state import State

_SOURCE = "STORE"


def link_of(state: State, order_id: int) -> Row | None:
    """Return the link of an order, or None."""
    return next((row for row in state.order_links if row["ORDER_ID"] == order_id), None)


def link(state: State, order_id: int, owner_type_id: int, owner_id: int) -> Row:
    """Link an order; the link that it had is gone."""
    earlier = link_of(state, order_id)
    if earlier:
        state.order_links.delete(earlier["ID"])
    return state.order_links.add({"ORDER_ID": order_id, "OWNER_TYPE_ID": owner_type_id, "OWNER_ID": owner_id})


def make(call: Call, order: Row) -> None:
    """Make a deal of an order, in the first stage of the first funnel, and link them."""
    clients = call.state.order_clients.owned(order["ID"])
    names = {CONTACT.type_id: "CONTACT_ID", COMPANY.type_id: "COMPANY_ID"}
    links = {names[each["ENTITY_TYPE_ID"]]: each["ENTITY_ID"] for each in reversed(clients)}
    title = {"TITLE": f"Заказ №{order['ACCOUNT_NUMBER']}", "SOURCE_ID": _SOURCE}
    fields = title | links | {"ASSIGNED_BY_ID": order["RESPONSIBLE_ID"]}
    deal = entities.create(call.state, DEAL, fields, call.actor.user_id, call.now)
    link(call.state, order["ID"], DEAL.type_id, deal["ID"])


def follow(call: Call, order: Row) -> None:
    """Put the basket in the place of the rows of the deal that the portal made of the order."""
    linked = link_of(call.state, order["ID"])
    if not call.switches["orders_make_deals"] or linked is None or linked["OWNER_TYPE_ID"] != DEAL.type_id:
        return
    deal = call.state.objects[DEAL.type_id].rows[linked["OWNER_ID"]]
    rows = [_row(item) for item in call.state.basket_items.owned(order["ID"])]
    lines.replace_all(call.state, DEAL, deal["ID"], rows)
    lines.follow(call, DEAL, deal)


def _row(item: Row) -> Row:
    known = {"PRODUCT_ID": item.get("PRODUCT_ID"), "PRODUCT_NAME": item["NAME"], "PRICE": item.get("PRICE", 0)}
    row = known | {"QUANTITY": item["QUANTITY"], "XML_ID": f"sale_basket_{item['ID']}"}
    return {name: value for name, value in row.items() if value}
