"""Links between orders of the store and deals: `crm.orderentity.*`. Refusals' codes are numbers written as strings."""

from __future__ import annotations

from dataclasses import replace

from sandbox.systems.bitrix24.calls import Answer, Call, Method, Rows
from sandbox.systems.bitrix24.crm import entities
from sandbox.systems.bitrix24.crm.objects import DEAL
from sandbox.systems.bitrix24.data import lists
from sandbox.systems.bitrix24.data.filters import Dialect
from sandbox.systems.bitrix24.data.lists import Listing
from sandbox.systems.bitrix24.data.tables import Row
from sandbox.systems.bitrix24.methods.sale_orders import NO_READING, NO_WRITING, written_fields
from sandbox.systems.bitrix24.sale import deals, fields, orders
from sandbox.systems.bitrix24.wire.errors import ApiError


def link_list(call: Call) -> Rows:
    """List links by their owners' ids; with `start: -1` all of them at once."""
    everything = (call.params.integer("start") or 0) < 0
    order = call.params.mapping("order") or {"ownerId": "asc"}
    page = lists.read(call, call.state.order_links, Listing(Dialect(fields.LINK), paged=not everything), order=order)
    select = call.params.words("select")
    return Rows([fields.printed(fields.LINK, row, select) for row in page.rows], "orderEntity", page.total, page.next)


def link_add(call: Call) -> Answer:
    """Link an order to a deal, in the place of the link that it had; the very same link is refused."""
    wanted, order = _asked(call)
    earlier = deals.link_of(call.state, order["ID"])
    if earlier and wanted.items() <= earlier.items():
        raise ApiError("201650000001", "Duplicate entry for key [ownerId, ownerTypeId, orderId]")
    if wanted["OWNER_TYPE_ID"] != DEAL.type_id:
        raise ApiError("0", "Binding is only possible to a deal or invoice")
    entities.find(call.state, call.actor, DEAL, wanted["OWNER_ID"])
    row = deals.link(call.state, order["ID"], wanted["OWNER_TYPE_ID"], wanted["OWNER_ID"])
    orders.touch(call, order)
    return Answer({"dealOrder": fields.printed(fields.LINK, row)})


def link_delete(call: Call) -> Answer:
    """Take away the link that the fields describe."""
    wanted, order = _asked(call)
    row = deals.link_of(call.state, order["ID"])
    if row is None or not wanted.items() <= row.items():
        raise ApiError("201640400004", "entity relation is not exists")
    call.state.order_links.delete(row["ID"])
    orders.touch(call, order)
    return Answer(result=True)


def _asked(call: Call) -> tuple[Row, Row]:
    kept = fields.parsed(fields.LINK, written_fields(call), new=True)
    lacking = [name for name, field in fields.LINK.items() if not kept.get(field.name)]
    if lacking:
        raise ApiError("0", f"Required fields: {', '.join(lacking)}")
    order = call.state.orders.get(kept["ORDER_ID"])
    if order is None:
        raise ApiError("200540400001", "order does not exist")
    return kept, order


_UNREAD, _UNWRITTEN = (replace(each, code=str(each.code)) for each in (NO_READING, NO_WRITING))
METHODS = (
    Method("crm.orderentity.list", link_list, scopes=("crm",), admin=True, denial=_UNREAD),
    Method("crm.orderentity.add", link_add, scopes=("crm",), write=True, admin=True, denial=_UNWRITTEN),
    Method("crm.orderentity.deleteByFilter", link_delete, scopes=("crm",), write=True, admin=True, denial=_UNWRITTEN),
)
