from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest

from sverka.domain import actions, rows
from sverka.domain.rows import Row


def _modules_of(package: ModuleType) -> set[str]:
    folder = Path(str(package.__file__)).parent
    files = {path.stem for path in folder.glob("*.py") if not path.stem.startswith("_")}
    return files | {path.parent.name for path in folder.glob("*/__init__.py")}


@pytest.mark.parametrize(
    ("package", "name"),
    [("jobs", "JOBS"), ("reconcilers", "RECONCILERS"), ("sandbox.systems", "EMULATORS")],
)
def test_a_written_list_names_what_its_folder_holds(package: str, name: str) -> None:
    module = importlib.import_module(package)
    listed = list(getattr(module, name, ()))
    assert sorted(listed) == sorted(_modules_of(module))


def test_the_list_of_tables_holds_every_kind_of_row() -> None:
    kinds = [
        value
        for value in vars(rows).values()
        if isinstance(value, type) and issubclass(value, Row) and value is not Row
    ]
    assert set(rows.TABLES) == set(kinds)
    assert len({row.table for row in rows.TABLES}) == len(rows.TABLES)


def test_no_kind_of_action_is_listed_twice() -> None:
    assert len(actions.KIND_BY_NAME) == len(actions.KINDS)
