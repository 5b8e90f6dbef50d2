from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest

from sverka.domain import account_rows, actions, rows
from sverka.domain.rows import Row
from sverka.domain.tables import TABLES


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
    kinds = {
        value
        for module in (rows, account_rows)
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Row) and value is not Row
    }
    assert set(TABLES) == kinds
    assert len({row.table for row in TABLES}) == len(TABLES)


def test_no_kind_of_action_is_listed_twice() -> None:
    assert len(actions.KIND_BY_NAME) == len(actions.KINDS)
