"""Whatever is sent, the portal answers in its own words and stays whole."""

from __future__ import annotations

import json
from typing import Any

from bitrix24_portal import Desk
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.systems.bitrix24.methods.registry import METHODS

USUAL = {
    "entityTypeId": 2, "id": 1001, "filter": {"=ownerType": "D", "=ownerId": 1001, "ENTITY_TYPE": "deal", "ENTITY_ID": 1001},
    "order": {}, "select": ["id", "iblockId"], "start": 0, "fields": {"title": "x", "TITLE": "x"}, "ownerType": "D", "ownerId": 1001,
    "ownerTypeId": 2, "productRows": [], "rows": [], "items": [], "taskId": 3701, "type": "PHONE", "values": ["+7"],
    "deadline": "2026-09-22", "value": "2026-09-22", "USER_ID": 4, "MESSAGE": "x", "sort": "ID", "halt": 0, "cmd": {},
}  # fmt: skip
KEYS = (
    "id", "ID", "=id", ">id", "@id", "title", "TITLE", "stageId", "STAGE_ID", "contactIds", "fm", "PHONE", "OWNER_ID", "opportunity",
    "=ownerType", "=ownerId", "ENTITY_TYPE", "ENTITY_ID", "ENTITY_TYPE_ID", "COMMENT", "BINDINGS", "logic", "0", "UF_CRM_TASK",
    "RESPONSIBLE_ID", "DEADLINE", "quantity", "price", "iblockId", "name", "LIST", "FIELD_NAME", "USER_TYPE_ID", ">=updatedTime",
)  # fmt: skip
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 5), st.sampled_from([1001, 5001, 24]), st.floats(-1, 1e6),
    st.sampled_from(["", "D", "deal", "ASC", "OR", "Y", "NEW", "abc", "2026-09-21T10:00:00+03:00", "1001", "%", "profile?x[]=1"]),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)),
    max_leaves=6,
)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*METHODS, "batch"]), st.dictionaries(st.sampled_from(sorted(USUAL)), VALUES, max_size=3)
        ),
        max_size=12,
    )
)
@settings(max_examples=150, deadline=None, derandomize=True, database=None)
def test_any_parameters_get_a_result_or_a_refusal(calls: list[tuple[str, dict[str, Any]]]) -> None:
    desk = Desk(limits="vendor")
    desk.deal((desk.lamp, 1_000, 64_000), contact_id=desk.portal.add_contact("Анна", "Орлова", phone="+7"))
    desk.worker.call("tasks.task.add", {"fields": {"TITLE": "x", "RESPONSIBLE_ID": 4}})
    for method, params in calls:
        reply = desk.owner.ask(method, USUAL | params)
        body = json.loads(reply.body)
        assert ("result" in body) is (reply.status == 200)
        assert ("error" in body) is (reply.status in {400, 401, 403, 404, 429, 503})
    _the_tables_agree_with_their_indexes(desk)


def _the_tables_agree_with_their_indexes(desk: Desk) -> None:
    for table in (desk.portal.state.lines, desk.portal.state.activities, desk.portal.state.comments):
        assert table.ids == list(table.rows)
        assert sorted(row_id for ids in table.owned_ids.values() for row_id in ids) == table.ids
