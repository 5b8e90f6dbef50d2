"""What is seen in one system and matters for another."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from sverka.domain.rows import Employee, User


@dataclass
class Seen:
    """Filled on the way. quiet: system → requests of a run in which nothing changed; ahead: system → its clock before the machine's."""

    users: tuple[User, ...] = ()
    employees: tuple[Employee, ...] = ()
    quiet: dict[str, int] = field(default_factory=dict)
    ahead: dict[str, timedelta] = field(default_factory=dict)
