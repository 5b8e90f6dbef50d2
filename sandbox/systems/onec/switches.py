"""What a test may switch, with the value that holds unless it does: points on which the contract is silent or its sources disagree.

The defaults are the pessimistic reading, but for what would only make every test slow. `Setting.switches` names what differs.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

IF_MATCH = "onec.if_match"
"""`ignore`: whatever is sent is written, as live bases behind IIS were seen to do; `enforce`: a foreign DataVersion is 412."""
COUNT_UNPAGED = "onec.inlinecount_ignores_paging"
"""`$inlinecount=allpages` makes `$top` and `$skip` ignored, as the vendor's guide has it."""
HAS_COUNT = "onec.has_count"
"""`/$count` answers; one author found it missing."""
TERM_LAG_S = "onec.by_term_lag_s"
"""So long after a posting the register РасчетыСКлиентамиПоСрокам knows nothing of it."""
REFUSES_POSTING = "onec.refuses_posting"
"""A text with which the handler of posting refuses every document; empty: it refuses none."""
REFUSES_WRITING = "onec.refuses_writing"
"""A text with which the handler of writing refuses every object; empty: it refuses none."""
AUTOMATIC_DISCOUNTS = "onec.automatic_discounts"
"""Orders whose discounts were not computed are not posted."""
LOCKED = "onec.locked"
"""Guids of objects that somebody else holds open: they are not written."""
UNPUBLISHED = "onec.unpublished"
"""Sets that whoever set up the publication left out."""
TAKES_KEYS = "onec.takes_ref_key"
"""A POST may bring a Ref_Key of its own; else it is passed over, as any property that nobody knows."""
COLD_START_S = "onec.cold_start_s"
"""So long the first answer after twenty idle seconds takes."""
REUSE_SESSIONS = "onec.reuse_sessions"
"""`autouse`: sessions are the platform's own affair; `use`: a client may start and finish them; `dontuse`."""
SESSIONS = "onec.sessions"
"""How many sessions the licences allow; a start beyond them is 406."""
QUERY_BYTES = "onec.query_bytes"
"""The longest query string that the web server lets through; IIS by default takes 2,048 bytes. 0: any."""
SEGMENT_LETTERS = "onec.segment_letters"
"""The longest segment of a path that the web server lets through. 0: any."""

DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        IF_MATCH: "ignore", COUNT_UNPAGED: False, HAS_COUNT: True, TERM_LAG_S: 0.0, REFUSES_POSTING: "", REFUSES_WRITING: "",
        AUTOMATIC_DISCOUNTS: True, LOCKED: (), UNPUBLISHED: (), TAKES_KEYS: False, COLD_START_S: 0.0, REUSE_SESSIONS: "autouse",
        SESSIONS: 5, QUERY_BYTES: 2048, SEGMENT_LETTERS: 260,
    }
)  # fmt: skip


def effective(overrides: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the switches as they stand: the overrides, which may still change, over the defaults."""
    return ChainMap(overrides, DEFAULTS)  # type: ignore[arg-type]
