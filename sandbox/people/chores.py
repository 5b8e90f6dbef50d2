"""What people are asked to do, and that they do it: to-dos in cards, tasks, notices."""

from __future__ import annotations

from typing import Any

from sandbox.people.keys import DEAL, Keys

_TASK = ("ID", "TITLE", "DESCRIPTION", "STATUS", "RESPONSIBLE_ID", "CREATED_BY", "DEADLINE", "XML_ID", "UF_CRM_TASK")
_TO_DO = (
    "ID", "SUBJECT", "DESCRIPTION", "COMPLETED", "RESPONSIBLE_ID", "DEADLINE", "PROVIDER_ID", "AUTHOR_ID", "OWNER_ID",
)  # fmt: skip


class Chores(Keys):
    """Work with to-dos, tasks and notices. Each person sees the tasks that the portal lets them see."""

    def todos(self, deal: int) -> list[dict[str, Any]]:
        """Return the to-dos of a deal, done ones too, as the portal lists activities."""
        conditions = {"OWNER_TYPE_ID": DEAL, "OWNER_ID": deal, "PROVIDER_ID": "CRM_TODO"}
        return self._walk_activities(conditions)

    def complete_todo(self, todo: int | str) -> None:
        """Complete a to-do, or any other activity."""
        self.bitrix("crm.activity.update", {"id": todo, "fields": {"COMPLETED": "Y"}})

    def tasks(self, deal: int | None = None) -> list[dict[str, Any]]:
        """Return tasks, of one deal or all, with the portal's names: `title`, `status`, `responsibleId`, `xmlId`."""
        rows: list[dict[str, Any]] = []
        bound = {} if deal is None else {"UF_CRM_TASK": f"D_{deal}"}
        while True:
            conditions = {**bound, ">ID": rows[-1]["id"] if rows else 0}
            wish = {"filter": conditions, "select": list(_TASK), "order": {"ID": "asc"}, "start": -1}
            page = self.bitrix("tasks.task.list", wish)["tasks"]
            rows += page
            if len(page) < 50:
                return rows

    def complete_task(self, task: int | str) -> None:
        """Complete a task."""
        self.bitrix("tasks.task.complete", {"taskId": task})

    def notifications(self) -> list[dict[str, Any]]:
        """Return what this person was told, the newest first: `text`, `notify_tag`, `author_id`, `date`."""
        rows: list[dict[str, Any]] = []
        while True:
            following = {"LAST_ID": rows[-1]["id"], "LAST_TYPE": 3} if rows else {}
            page = self.bitrix("im.notify.get", following)["notifications"]
            rows += page
            if len(page) < 50:
                return rows

    def _walk_activities(self, conditions: dict[str, Any]) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        while True:
            wanted = {**conditions, ">ID": rows[-1]["ID"] if rows else 0}
            wish = {"filter": wanted, "select": list(_TO_DO), "order": {"ID": "ASC"}, "start": -1}
            page = self.bitrix("crm.activity.list", wish)
            rows += page
            if len(page) < 50:
                return rows
