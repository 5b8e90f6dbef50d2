"""What a test may switch, with the value that holds unless it does: mostly points on which the contract is silent.

The defaults are the pessimistic reading. `Setting.switches` names only what differs from them.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        # Refuse plain HTTP, as the cloud does.
        "require_https": False,
        # Show `operating` and `operating_reset_at` in `time`; some portals do not.
        "operating": True,
        # `total` of a list read with `start=-1`: "zero" or "absent".
        "total_without_count": "zero",
        # Whom the time of a batch's commands is charged to: "methods" or "batch".
        "batch_billing": "methods",
        # Status of `insufficient_scope`: the documents say 403, the SDK's tests 401.
        "insufficient_scope_status": 403,
        "bucket_size": 50,
        "bucket_leak_per_s": 2,
        "operating_limit_s": 480,
        # Narrower webhooks: person → {"scopes": [names], "own_rows_only": bool, "read_only": bool}.
        "webhooks": {},
        # `crm.stagehistory.list` shows only the records of a deal's present funnel.
        "history_of_present_funnel_only": True,
        # An edit of product rows stamps the deal: "when_sum_changes", "always" or "never".
        "row_edit_stamps_deal": "when_sum_changes",
        # `select: ["*"]` of `crm.item.list` brings custom fields too.
        "star_selects_custom_fields": False,
        # Filters understand moments with an offset; one portal was reported not to.
        "offsets_in_filters": True,
        # Changed answers of a buyer and links to deals stamp an order of the store, as edits of its basket do.
        "properties_and_links_stamp_order": False,
        # The portal itself makes a deal of every new order of the store and keeps its rows like the basket.
        "orders_make_deals": False,
        # `tasks.task.list` filters by `XML_ID`, which its page does not name; else the condition is passed over.
        "tasks_filtered_by_external_id": False,
        # 1 with leads, 2 without.
        "crm_mode": 1,
    }
)


def effective(overrides: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the switches as they stand: the overrides over the defaults."""
    return ChainMap(dict(overrides), dict(DEFAULTS))
