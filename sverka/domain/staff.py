"""Who is whose head: employees and departments as the CRM knows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sverka.domain.rows import Department, User


@dataclass(frozen=True)
class Staff:
    """The people of a company, by the CRM's ids."""

    users: Mapping[str, User]
    departments: Mapping[str, Department]

    @classmethod
    def of(cls, users: Iterable[User], departments: Iterable[Department]) -> Staff:
        """Put rows together."""
        return cls({user.ext_id: user for user in users}, {each.ext_id: each for each in departments})

    def works(self, user_id: str) -> bool:
        """Whether somebody is an active employee."""
        user = self.users.get(user_id)
        return user is not None and user.active

    def by_email(self, email: str) -> str:
        """Return the id of the active employee with an e-mail, "" if there is none."""
        wanted = email.casefold()
        if not wanted:
            return ""
        return next(
            (user.ext_id for user in self.users.values() if user.active and user.email.casefold() == wanted), ""
        )

    def head_of(self, user_id: str) -> str:
        """Return who heads somebody: the head of the department, climbing while it has none or it is the person; "" for nobody."""
        user = self.users.get(user_id)
        for department_id in user.departments.split() if user else ():
            if head := self._head_above(department_id, user_id):
                return head
        return ""

    def _head_above(self, department_id: str, user_id: str) -> str:
        seen: set[str] = set()
        while department_id not in seen and (department := self.departments.get(department_id)):
            if department.head_id != user_id and self.works(department.head_id):
                return department.head_id
            seen.add(department_id)
            department_id = department.parent_id
        return ""
