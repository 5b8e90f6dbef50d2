"""To-dos, activities, tasks, notices and people."""

from __future__ import annotations

from typing import Any

import pytest
from bitrix24_portal import CONTACT, DEAL, Desk

NEXT_DAY = "2026-09-22T10:00:00+03:00"


@pytest.fixture
def desk() -> Desk:
    return Desk()


def _todo(desk: Desk, deal: int, **more: Any) -> int:
    params = {"ownerTypeId": DEAL, "ownerId": deal, "deadline": NEXT_DAY, "title": "Дозвониться", **more}
    return int(desk.worker.call("crm.activity.todo.add", params)["id"])


def _task(desk: Desk, **fields: Any) -> dict[str, Any]:
    given = {"TITLE": "Проверить оплату", "RESPONSIBLE_ID": 4, **fields}
    return dict(desk.worker.call("tasks.task.add", {"fields": given})["task"])


def test_a_to_do_is_moved_completed_and_then_no_longer_changed(desk: Desk) -> None:
    deal = desk.deal()
    todo = _todo(desk, deal)
    owner = {"id": todo, "ownerTypeId": DEAL, "ownerId": deal}
    desk.worker.call("crm.activity.todo.updateDeadline", owner | {"value": "2026-09-23T10:00:00+03:00"})
    desk.worker.call("crm.activity.todo.update", owner | {"deadline": "2026-09-24T10:00:00+03:00", "title": "Ещё раз"})
    got = desk.worker.call("crm.activity.get", {"id": todo})
    assert (got["SUBJECT"], got["DEADLINE"], got["STATUS"]) == ("Ещё раз", "2026-09-24T10:00:00+03:00", "1")
    assert desk.manager.call("crm.activity.update", {"id": todo, "fields": {"COMPLETED": "Y"}}) is True
    assert desk.worker.call("crm.activity.get", {"id": todo})["STATUS"] == "2"
    again = owner | {"value": NEXT_DAY}
    assert desk.worker.refusal("crm.activity.todo.updateDeadline", again) == (400, "CAN_NOT_UPDATE_COMPLETED_TODO")
    assert desk.worker.call("crm.activity.delete", {"id": todo}) is True
    assert desk.portal.counts()["activities"] == 0


def test_completing_twice_stamps_an_activity_once(desk: Desk) -> None:
    todo = _todo(desk, desk.deal())
    for _ in range(2):
        desk.clock.forward(60)
        desk.manager.call("crm.activity.update", {"id": todo, "fields": {"COMPLETED": "Y"}})
    assert desk.worker.call("crm.activity.get", {"id": todo})["LAST_UPDATED"] == "2026-09-21T10:01:00+03:00"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"deadline": ""}, 100),
        ({"deadline": "tomorrow"}, "WRONG_DATETIME_FORMAT"),
        ({"ownerId": 999}, "OWNER_NOT_FOUND"),
        ({"ownerTypeId": 31}, "OWNER_NOT_FOUND"),
    ],
    ids=str,
)
def test_a_to_do_needs_an_owner_and_a_deadline(desk: Desk, change: dict[str, Any], code: Any) -> None:
    params = {"ownerTypeId": DEAL, "ownerId": desk.deal(), "deadline": NEXT_DAY} | change
    assert desk.worker.refusal("crm.activity.todo.add", params) == (400, code)


def test_an_activitys_deadline_follows_its_times_and_is_never_written(desk: Desk) -> None:
    fields = {
        "OWNER_TYPE_ID": 2, "OWNER_ID": desk.deal(), "TYPE_ID": 2, "SUBJECT": "Звонок", "RESPONSIBLE_ID": 4,
        "COMMUNICATIONS": [{"VALUE": "+7"}], "START_TIME": NEXT_DAY, "DEADLINE": "2030-01-01T00:00:00+03:00",
    }  # fmt: skip
    number = desk.worker.call("crm.activity.add", {"fields": fields})
    select = {"filter": {"ID": number}, "select": ["ID", "DEADLINE", "COMMUNICATIONS", "PROVIDER_ID"]}
    (row,) = desk.worker.call("crm.activity.list", select)
    assert row == {"ID": str(number), "DEADLINE": NEXT_DAY, "COMMUNICATIONS": [{"VALUE": "+7"}], "PROVIDER_ID": None}
    assert "COMMUNICATIONS" not in desk.worker.call("crm.activity.list")[0]
    del fields["COMMUNICATIONS"]
    assert desk.worker.refusal("crm.activity.add", {"fields": fields}) == (400, "")


def test_activities_are_found_by_the_objects_to_which_they_are_bound(desk: Desk) -> None:
    first, second = desk.deal(), desk.deal()
    one, two = _todo(desk, first), _todo(desk, second)
    by_pair = {"filter": {"BINDINGS": [{"OWNER_TYPE_ID": DEAL, "OWNER_ID": second}]}, "select": ["ID"]}
    by_type = {"filter": {"BINDINGS": [{"OWNER_TYPE_ID": DEAL}]}, "select": ["ID"], "start": -1}
    assert desk.worker.call("crm.activity.list", by_pair) == [{"ID": str(two)}]
    assert desk.worker.call("crm.activity.list", by_type) == [{"ID": str(one)}, {"ID": str(two)}]
    changed = {"filter": {">LAST_UPDATED": "2026-09-21T10:00:00+03:00"}}
    assert desk.worker.call("crm.activity.list", changed) == []


def _call(desk: Desk, deal: int, **more: Any) -> int:
    fields = {
        "OWNER_TYPE_ID": DEAL, "OWNER_ID": deal, "TYPE_ID": 2, "PROVIDER_ID": "VOXIMPLANT_CALL", "PROVIDER_TYPE_ID": "CALL",
        "SUBJECT": "Звонок", "DIRECTION": 1, "RESPONSIBLE_ID": 4, "START_TIME": NEXT_DAY, "COMMUNICATIONS": [{"VALUE": "+7"}],
    }  # fmt: skip
    return int(desk.worker.call("crm.activity.add", {"fields": fields | more}))


def test_a_missed_call_waits_says_so_and_stirs_the_deal_but_does_not_edit_it(desk: Desk) -> None:
    contact = desk.portal.add_contact("Анна", "Орлова", phone="+7")
    deal = desk.deal(contact_id=contact)
    desk.clock.forward(60)
    to_contact = [{"VALUE": "+7", "ENTITY_TYPE_ID": CONTACT, "ENTITY_ID": contact}]
    missed = _call(desk, deal, SETTINGS={"MISSED_CALL": True}, COMMUNICATIONS=to_contact)
    talked = _call(desk, deal, DIRECTION=2, COMPLETED="Y")
    calls = {"TYPE_ID": 2, "OWNER_TYPE_ID": DEAL, "OWNER_ID": deal, ">=LAST_UPDATED": "2026-09-21T10:01:00+03:00"}
    wish = {"filter": calls, "select": ["ID", "TYPE_ID", "PROVIDER_ID", "DIRECTION", "COMPLETED", "SETTINGS"]}
    same = {"TYPE_ID": "2", "PROVIDER_ID": "VOXIMPLANT_CALL"}
    assert desk.worker.call("crm.activity.list", wish) == [
        {"ID": str(missed), **same, "DIRECTION": "1", "COMPLETED": "N", "SETTINGS": {"MISSED_CALL": True}},
        {"ID": str(talked), **same, "DIRECTION": "2", "COMPLETED": "Y", "SETTINGS": []},
    ]
    waiting = {"filter": {"COMPLETED": "N", "@ID": [missed, talked]}, "select": ["ID"]}
    assert desk.worker.call("crm.activity.list", waiting) == [{"ID": str(missed)}]
    bound = {"filter": {"BINDINGS": [{"OWNER_TYPE_ID": CONTACT, "OWNER_ID": contact}]}, "select": ["ID"]}
    assert desk.worker.call("crm.activity.list", bound) == [{"ID": str(missed)}]
    item, card = desk.owner.item(deal), desk.owner.item(contact, CONTACT)
    assert (item["updatedTime"], item["lastActivityTime"]) == ("2026-09-21T10:00:00+03:00", "2026-09-21T10:01:00+03:00")
    assert card["lastActivityTime"] == "2026-09-21T10:01:00+03:00"


def test_activities_come_by_their_start_unless_asked_otherwise(desk: Desk) -> None:
    deal = desk.deal()
    late, early = _call(desk, deal), _call(desk, deal, START_TIME="2026-09-21T09:00:00+03:00")
    ids = [row["ID"] for row in desk.worker.call("crm.activity.list", {"select": ["ID"]})]
    assert ids == [str(early), str(late)]


def test_comments_of_an_unknown_object_are_refused(desk: Desk) -> None:
    fields = {"ENTITY_TYPE": "deal", "ENTITY_ID": 999, "COMMENT": "Звонил"}
    assert desk.worker.refusal("crm.timeline.comment.add", {"fields": fields}) == (400, "OWNER_NOT_FOUND")
    empty = fields | {"COMMENT": "", "ENTITY_ID": desk.deal()}
    assert desk.worker.refusal("crm.timeline.comment.add", {"fields": empty}) == (400, "INVALID_ARG_VALUE")


def test_a_task_is_completed_once(desk: Desk) -> None:
    task = _task(desk)
    desk.clock.forward(60)
    done = desk.manager.call("tasks.task.complete", {"taskId": task["id"]})["task"]
    assert (done["status"], done["closedBy"], done["closedDate"]) == ("5", "4", "2026-09-21T10:01:00+03:00")
    assert desk.manager.refusal("tasks.task.complete", {"taskId": task["id"]}) == (400, "0")


def test_a_task_is_changed_read_and_deleted(desk: Desk) -> None:
    task = _task(desk, AUDITORS=[3], UF_CRM_TASK=["D_1"])
    fields = {"TITLE": "Другое", "DEADLINE": NEXT_DAY, "CHANGED_DATE": "2000-01-01"}
    changed = desk.worker.call("tasks.task.update", {"taskId": task["id"], "fields": fields})["task"]
    assert (changed["title"], changed["deadline"], changed["subStatus"]) == ("Другое", NEXT_DAY, "2")
    select = {"taskId": task["id"], "select": ["ID", "UF_CRM_TASK"]}
    assert desk.worker.call("tasks.task.get", select)["task"] == {
        "id": task["id"], "ufCrmTask": ["D_1"], "ufTaskWebdavFiles": [], "ufMailMessage": None,
    }  # fmt: skip
    assert desk.worker.call("tasks.task.get", {"taskId": task["id"]})["task"]["responsible"]["name"] == "Ольга Климова"
    assert desk.worker.call("tasks.task.delete", {"taskId": task["id"]}) == {"task": True}
    assert desk.worker.call("tasks.task.get", {"taskId": task["id"]}) == []


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("add", {}, 100),
        ("add", {"fields": {"TITLE": "", "RESPONSIBLE_ID": 4}}, "ERROR_CORE"),
        ("add", {"fields": {"TITLE": "Проверить"}}, "ERROR_CORE"),
        ("add", {"fields": {"TITLE": "Проверить", "RESPONSIBLE_ID": 99}}, "ERROR_CORE"),
        ("add", {"fields": {"TITLE": "Проверить", "RESPONSIBLE_ID": 4, "DEADLINE": "soon"}}, "ERROR_CORE"),
        ("add", {"fields": {"TITLE": "Проверить", "RESPONSIBLE_ID": 4, "STATUS": 9}}, "ERROR_CORE"),
        ("get", {}, "100"),
        ("get", {"taskId": "x"}, "0"),
        ("update", {"taskId": 9, "fields": {"TITLE": "x"}}, "0"),
        ("list", {"order": {"NOPE": "asc"}}, "0"),
    ],
    ids=str,
)
def test_tasks_are_refused_with_a_mixture_of_codes(desk: Desk, method: str, params: dict[str, Any], code: Any) -> None:
    assert desk.worker.refusal(f"tasks.task.{method}", params) == (400, code)


@pytest.mark.parametrize(
    ("conditions", "titles"),
    [
        ({"REAL_STATUS": 5}, ["done"]),
        ({"!REAL_STATUS": 5}, ["late", "soon", "far"]),
        ({"STATUS": -1}, ["late"]),
        ({"STATUS": -3}, ["soon"]),
        ({"RESPONSIBLE_ID": [3, 4], "<DEADLINE": NEXT_DAY}, ["late", "soon"]),
        ({"@ID": [1]}, ["late", "soon", "far", "done"]),
        ({"%TITLE": "a"}, ["late", "soon", "far", "done"]),
    ],
    ids=str,
)
def test_tasks_are_filtered_by_few_prefixes_and_real_statuses(desk: Desk, conditions: Any, titles: list[str]) -> None:
    _task(desk, TITLE="late", DEADLINE="2026-09-21T09:00:00+03:00")
    _task(desk, TITLE="soon", DEADLINE="2026-09-21T12:00:00+03:00")
    _task(desk, TITLE="far", DEADLINE="2026-10-21T12:00:00+03:00")
    _task(desk, TITLE="done", STATUS=5, DEADLINE="2026-10-21T12:00:00+03:00")
    listed = desk.worker.call("tasks.task.list", {"filter": conditions, "order": {"ID": "asc"}})["tasks"]
    assert [task["title"] for task in listed] == titles


def test_tasks_come_newest_first_and_bear_an_external_code_by_which_they_are_not_found(desk: Desk) -> None:
    first, second = _task(desk, XML_ID="deal:71 visit"), _task(desk, XML_ID="deal:72 visit")
    assert first["xmlId"] == "deal:71 visit"
    wish = {"filter": {"XML_ID": "deal:71 visit"}, "select": ["ID", "XML_ID"]}
    listed = desk.worker.call("tasks.task.list", wish)["tasks"]
    assert [row["xmlId"] for row in listed] == ["deal:72 visit", "deal:71 visit"]
    assert [row["id"] for row in listed] == [second["id"], first["id"]]


def test_where_a_portal_can_a_task_is_found_by_its_external_code() -> None:
    desk = Desk(switches={"tasks_filtered_by_external_id": True})
    first, _ = _task(desk, XML_ID="one"), _task(desk, XML_ID="two")
    listed = desk.worker.call("tasks.task.list", {"filter": {"XML_ID": "one"}, "select": ["ID"]})["tasks"]
    assert [row["id"] for row in listed] == [first["id"]]


def test_tasks_are_found_by_their_author_and_last_edit(desk: Desk) -> None:
    mine = _task(desk)
    desk.head.call("tasks.task.add", {"fields": {"TITLE": "Другая", "RESPONSIBLE_ID": 4}})
    desk.clock.forward(60)
    done = desk.manager.call("tasks.task.complete", {"taskId": mine["id"]})["task"]
    for conditions in ({"CREATED_BY": 1}, {">=CHANGED_DATE": done["changedDate"]}):
        listed = desk.worker.call("tasks.task.list", {"filter": conditions, "select": ["ID"]})["tasks"]
        assert [row["id"] for row in listed] == [mine["id"]]


def test_tasks_are_seen_by_those_who_take_part_their_head_and_administrators(desk: Desk) -> None:
    desk.portal.add_user("Пётр", "Сидоров", "sidorov@fary.example", person="other")
    _task(desk, RESPONSIBLE_ID=4)
    other = type(desk.manager)(desk.portal, "other")
    seen = {who.name: desk_total(who) for who in (desk.owner, desk.head, desk.manager, other)}
    assert seen == {"owner": 1, "head": 1, "manager": 1, "other": 0}


def desk_total(person: Any) -> int:
    return int(person.answer("tasks.task.list")["total"])


def test_a_notice_with_a_known_tag_takes_the_place_of_the_earlier(desk: Desk) -> None:
    notice = {"USER_ID": 4, "MESSAGE": "Ждут 3 сделки", "TAG": "DIGEST", "CLIENT_ID": "sverka"}
    for text in ("Ждут 3 сделки", "Ждут 4 сделки"):
        desk.worker.call("im.notify.personal.add", notice | {"MESSAGE": text})
    desk.worker.call("im.notify.system.add", notice | {"USER_ID": 3})
    kept = [(row["USER_ID"], row["MESSAGE"], row["KIND"]) for row in desk.portal.state.notifications]
    assert kept == [(4, "Ждут 4 сделки", "personal"), (3, "Ждут 3 сделки", "system")]


@pytest.mark.parametrize(
    ("change", "code"),
    [({"USER_ID": 0}, "USER_ID_EMPTY"), ({"MESSAGE": ""}, "MESSAGE_EMPTY"), ({"TAG": "x"}, "CLIENT_ID_EMPTY")],
    ids=str,
)
def test_a_notice_needs_a_person_a_text_and_a_client_for_its_tag(desk: Desk, change: dict[str, Any], code: str) -> None:
    assert desk.worker.refusal("im.notify.system.add", {"USER_ID": 4, "MESSAGE": "Текст"} | change) == (400, code)


def test_each_reads_their_own_notices_newest_first_and_in_parts(desk: Desk) -> None:
    for number in range(3):
        desk.clock.forward(60)
        desk.worker.call("im.notify.personal.add", {"USER_ID": 4, "MESSAGE": f"Новость {number}"})
    desk.worker.call("im.notify.system.add", {"USER_ID": 3, "MESSAGE": "Другая", "TAG": "A", "CLIENT_ID": "sverka"})
    page = desk.manager.call("im.notify.get", {"LIMIT": 2})
    assert [each["text"] for each in page["notifications"]] == ["Новость 2", "Новость 1"]
    assert (page["total_count"], page["notifications"][0]["author_id"], page["users"][0]["id"]) == (3, 1, 1)
    rest = desk.manager.call("im.notify.get", {"LAST_ID": page["notifications"][-1]["id"], "LAST_TYPE": 3})
    assert [each["text"] for each in rest["notifications"]] == ["Новость 0"]
    (other,) = desk.head.call("im.notify.get")["notifications"]
    assert (other["notify_tag"], other["notify_type"], other["author_id"]) == ("MP|sverka|A", 4, 0)
    assert desk.owner.call("im.notify.get") == {"notifications": [], "users": []}
    assert desk.owner.refusal("im.notify.get", {"LAST_ID": 5}) == (400, "LAST_ID_AND_LAST_TYPE")


def test_a_notice_to_nobody_is_false(desk: Desk) -> None:
    assert desk.worker.call("im.notify.system.add", {"USER_ID": 77, "MESSAGE": "Текст"}) is False


def test_employees_are_sorted_and_found_by_words(desk: Desk) -> None:
    params = {"sort": "LAST_NAME", "order": "DESC", "select": ["LAST_NAME", "NO_SUCH"]}
    names = [user["LAST_NAME"] for user in desk.worker.call("user.get", params)]
    assert names == sorted(names, reverse=True)
    assert desk.worker.call("user.get", {"FILTER": {"EMAIL": "head@fary.example"}})[0]["ID"] == "3"
    assert desk.worker.call("user.get", {"FILTER": {">TIMESTAMP_X": "no moment"}}) == []
    assert desk.manager.call("user.current")["ID"] == "4"
    assert desk.worker.call("department.get", {"UF_HEAD": 3})[0]["NAME"] == "Отдел продаж"
