"""The tables of the online store as data: what is kept of each, under the names that `sale.*` shows.

Left out are fields of old versions that the vendor marks as deprecated and that no answer in the contract needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.systems.bitrix24.data.fields import Field, by_camel, field
from sandbox.systems.bitrix24.data.tables import Row
from sandbox.systems.bitrix24.wire.errors import ApiError


def _texts(*names: str, **more: Any) -> tuple[Field, ...]:
    return tuple(field(name, empty="", **more) for name in names)


def _flags(*names: str, **more: Any) -> tuple[Field, ...]:
    return tuple(field(name, "char", empty="N", **more) for name in names)


def _moments(*names: str, **more: Any) -> tuple[Field, ...]:
    return tuple(field(name, "datetime", **more) for name in names)


def _people(*names: str) -> tuple[Field, ...]:
    return tuple(field(name, "user") for name in names)


ORDER = by_camel(
    [
        field("ID", "integer", read_only=True),
        field("ACCOUNT_NUMBER", read_only=True),
        field("LID", immutable=True),
        field("PERSON_TYPE_ID", "integer", immutable=True),
        field("CURRENCY", "currency", immutable=True),
        field("PRICE", "money", empty=0),
        field("DISCOUNT_VALUE", "money", empty=0),
        field("TAX_VALUE", "money", read_only=True, empty=0),
        field("STATUS_ID"),
        *_flags("PAYED", "DEDUCTED", read_only=True),
        *_flags("CANCELED", "MARKED", "EXTERNAL_ORDER", "UPDATED_1C"),
        field("RECOUNT_FLAG", "char", empty="Y"),
        *_moments("DATE_INSERT"),
        *_moments("DATE_UPDATE", "DATE_STATUS", "DATE_CANCELED", "DATE_MARKED", "DATE_LOCK", read_only=True),
        *_people("EMP_STATUS_ID", "EMP_CANCELED_ID", "EMP_MARKED_ID", "RESPONSIBLE_ID", "USER_ID"),
        *_texts("COMMENTS", "USER_DESCRIPTION", "ADDITIONAL_INFO", "ORDER_TOPIC", "REASON_CANCELED", "REASON_MARKED"),
        *_texts("XML_ID", "ID_1C", "VERSION_1C", "LOCKED_BY", "RECURRING_ID"),
        *_texts("PERSON_TYPE_XML_ID", "STATUS_XML_ID", read_only=True),
        field("COMPANY_ID", "integer", read_only=True),
        field("AFFILIATE_ID", "integer"),
        field("VERSION", "integer", read_only=True, empty=0),
    ]
)
BASKET_ITEM = by_camel(
    [
        field("ID", "integer", read_only=True),
        field("ORDER_ID", "integer", immutable=True),
        field("PRODUCT_ID", "integer", immutable=True, empty=0),
        field("NAME"),
        field("PRICE", "money", empty=0),
        field("BASE_PRICE", "money", empty=0),
        field("DISCOUNT_PRICE", "money", empty=0),
        field("CURRENCY", "currency", immutable=True),
        field("CUSTOM_PRICE", "char", immutable=True, empty="N"),
        field("QUANTITY", "quantity"),
        field("SORT", "integer", empty=100),
        field("XML_ID"),
        *_moments("DATE_INSERT", "DATE_UPDATE", read_only=True),
        field("MEASURE_CODE", empty="796"),
        field("MEASURE_NAME", empty="шт"),
        field("CAN_BUY", "char", empty="Y"),
        field("VAT_RATE", "double"),
        field("VAT_INCLUDED", "char", empty="Y"),
        field("WEIGHT", "double", empty=0),
        *_texts("DIMENSIONS", "CATALOG_XML_ID", "PRODUCT_XML_ID"),
        field("TYPE", "integer", read_only=True),
    ]
)
PROPERTY_VALUE = by_camel(
    [
        field("ID", "integer"),
        field("CODE"),
        field("NAME"),
        field("ORDER_ID", "integer"),
        field("ORDER_PROPS_ID", "integer"),
        field("ORDER_PROPS_XML_ID"),
        field("VALUE"),
    ]
)
PROPERTY = by_camel(
    [
        field("ID", "integer"),
        field("CODE"),
        field("NAME"),
        field("PERSON_TYPE_ID", "integer"),
        field("TYPE", empty="STRING"),
        field("REQUIRED", "char", empty="N"),
        field("ACTIVE", "char", empty="Y"),
        field("SORT", "integer", empty=100),
        field("XML_ID"),
    ]
)
PAYMENT = by_camel(
    [
        field("ID", "integer", read_only=True),
        field("ORDER_ID", "integer", immutable=True),
        field("ACCOUNT_NUMBER", read_only=True),
        field("PAY_SYSTEM_ID", "integer"),
        field("PAY_SYSTEM_NAME", read_only=True),
        field("PAY_SYSTEM_IS_CASH", "char", read_only=True),
        *_flags("PAID", "IS_RETURN", "MARKED", "EXTERNAL_PAYMENT", "UPDATED_1C"),
        field("SUM", "money", empty=0),
        field("CURRENCY", "currency", read_only=True),
        field("PRICE_COD", empty="0.000000"),
        *_moments(
            "DATE_BILL", "DATE_PAID", "DATE_PAY_BEFORE", "PAY_VOUCHER_DATE", "PAY_RETURN_DATE", "PS_RESPONSE_DATE"
        ),
        *_people("RESPONSIBLE_ID", "EMP_PAID_ID", "EMP_RETURN_ID", "EMP_RESPONSIBLE_ID", "EMP_MARKED_ID"),
        *_texts("COMMENTS", "PAY_VOUCHER_NUM", "PAY_RETURN_NUM", "PAY_RETURN_COMMENT", "REASON_MARKED"),
        *_texts("PS_STATUS", "PS_STATUS_CODE", "PS_STATUS_DESCRIPTION", "PS_STATUS_MESSAGE", "PS_CURRENCY"),
        field("PS_SUM", "money"),
        *_texts("XML_ID", "ID_1C", "VERSION_1C"),
    ]
)
SHIPMENT = by_camel(
    [
        field("ID", "integer", read_only=True),
        field("ORDER_ID", "integer", immutable=True),
        field("ACCOUNT_NUMBER", read_only=True),
        field("DELIVERY_ID", "integer"),
        field("DELIVERY_NAME", read_only=True),
        field("STATUS_ID", empty="DN"),
        *_flags("ALLOW_DELIVERY", "DEDUCTED", "CANCELED", "MARKED", "EXTERNAL_DELIVERY", "UPDATED_1C"),
        field("SYSTEM", "char", read_only=True, empty="N"),
        field("PRICE_DELIVERY", "money", empty=0),
        field("BASE_PRICE_DELIVERY", "money", empty=0),
        field("CURRENCY", "currency", read_only=True),
        *_moments("DATE_INSERT", "DATE_ALLOW_DELIVERY", "DATE_DEDUCTED", read_only=True),
        *_moments("DELIVERY_DOC_DATE"),
        *_people("RESPONSIBLE_ID"),
        *_texts("COMMENTS", "DELIVERY_DOC_NUM", "TRACKING_NUMBER", "TRACKING_STATUS", "TRACKING_DESCRIPTION"),
        *_texts("XML_ID", "ID_1C", "VERSION_1C"),
    ]
)
LINK = by_camel([field("ORDER_ID", "integer"), field("OWNER_ID", "integer"), field("OWNER_TYPE_ID", "integer")])


def parsed(names: Mapping[str, Field], written: Mapping[str, Any], *, new: bool) -> Row:
    """Return what is kept of written fields; names that cannot be written are passed over, None empties."""
    kept: Row = {}
    for name, raw in written.items():
        known = names.get(name)
        if known is None or known.read_only or (known.immutable and not new):
            continue
        try:
            kept[known.name] = known.parse(raw)
        except ValueError:
            raise ApiError(0, f"Invalid value of field {name}") from None
    return kept


def printed(names: Mapping[str, Field], row: Row, select: list[str] | None = None) -> dict[str, Any]:
    """Print a row; without a selection, all of it."""
    shown = [name for name in names if not select or "*" in select or name in select]
    return {name: names[name].number(row) for name in shown}


def write(row: Row, changes: Row) -> bool:
    """Write what differs into a row and say whether anything did."""
    differing = {name: value for name, value in changes.items() if _known(row.get(name)) != _known(value)}
    row |= differing
    return bool(differing)


def _known(value: Any) -> Any:
    """Return a kept value; nothing, nought and a flag that is not raised are one."""
    return None if value in (None, "", 0, "N") else value
