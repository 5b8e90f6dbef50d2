"""Funnels and stages: how the YAML's names become the portal's codes, and what a move of stage brings with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.systems.bitrix24.crm.objects import DEAL, LEAD, ObjectType
from sandbox.systems.bitrix24.data.tables import Row
from sandbox.systems.bitrix24.state import Funnel, Stage, State
from sandbox.systems.bitrix24.wire.errors import invalid_value

WON, LOST = "won", "lost"
CREATED, MOVED, FINISHED, REFUNNELLED = 1, 2, 3, 5
"""Types of records in the history of stages."""

_NAMES = {WON: "Сделка успешна", LOST: "Сделка провалена"}
_CODES = {WON: "WON", LOST: "LOSE"}
_SEMANTICS = {WON: "S", LOST: "F"}
_USUAL_CODES = ("NEW", "PREPARATION", "PREPAYMENT_INVOICE", "EXECUTING", "FINAL_INVOICE")
_LOOKS = {"P": ("process", "#39A8EF"), "S": ("success", "#7BD500"), "F": ("failure", "#FF5752")}
_LEAD_STAGES = (
    ("NEW", "Не обработан", "P"), ("IN_PROCESS", "В работе", "P"), ("PROCESSED", "Обработан", "P"),
    ("CONVERTED", "Качественный лид", "S"), ("JUNK", "Некачественный лид", "F"),
)  # fmt: skip
_DIRECTORIES: dict[str, tuple[tuple[str, str], ...]] = {
    "SOURCE": (
        ("CALL", "Звонок"), ("EMAIL", "Электронная почта"), ("WEB", "Веб-сайт"), ("ADVERTISING", "Реклама"),
        ("PARTNER", "Существующий клиент"), ("RECOMMENDATION", "По рекомендации"), ("TRADE_SHOW", "Выставка"),
        ("WEBFORM", "CRM-форма"), ("CALLBACK", "Обратный звонок"), ("STORE", "Интернет-магазин"), ("OTHER", "Другое"),
    ),
    "DEAL_TYPE": (("SALE", "Продажа"), ("COMPLEX", "Комплексная продажа"), ("GOODS", "Продажа товара"),
                  ("SERVICES", "Услуги"), ("SERVICE", "Сервисное обслуживание")),
    "CONTACT_TYPE": (("CLIENT", "Клиенты"), ("SUPPLIER", "Поставщики"), ("PARTNER", "Партнёры"), ("OTHER", "Другое")),
    "COMPANY_TYPE": (("CUSTOMER", "Клиент"), ("SUPPLIER", "Поставщик"), ("COMPETITOR", "Конкурент"),
                     ("PARTNER", "Партнёр"), ("OTHER", "Другое")),
    "INDUSTRY": (("IT", "Информационные технологии"), ("MANUFACTURING", "Производство"), ("OTHER", "Другое")),
    "EMPLOYEES": (("EMPLOYEES_1", "менее 50"), ("EMPLOYEES_2", "50-250"), ("EMPLOYEES_3", "250-500"),
                  ("EMPLOYEES_4", "более 500")),
    "HONORIFIC": (("HNR_RU_1", "г-н"), ("HNR_RU_2", "г-жа")),
}  # fmt: skip
DIRECTORY_NAMES = {
    "STATUS": "Стадии лида", "SOURCE": "Источники", "DEAL_TYPE": "Тип сделки", "CONTACT_TYPE": "Тип контакта",
    "COMPANY_TYPE": "Тип компании", "INDUSTRY": "Сфера деятельности", "EMPLOYEES": "Количество сотрудников",
    "HONORIFIC": "Обращения",
}  # fmt: skip
_GENERAL = {"general": {"name": "Общая", "stages": {"Новая": {}, WON: {}, LOST: {}}}}


def build(state: State, funnels: Mapping[str, Any]) -> None:
    """Fill the directories and funnels of a new portal. `funnels` is the YAML's section, in its order."""
    for code, name, semantics in _LEAD_STAGES:
        state.stages[LEAD.type_id][code] = Stage(0, semantics)
        _add_status(state, "STATUS", code, name, semantics=semantics)
    for directory, entries in _DIRECTORIES.items():
        for code, name in entries:
            _add_status(state, directory, code, name)
    for category, (key, funnel) in enumerate((funnels or _GENERAL).items()):
        _add_funnel(state, category, key, funnel)


def stage_directory(category: int) -> str:
    """Return the directory that lists the stages of a deals' funnel."""
    return f"DEAL_STAGE_{category}" if category else "DEAL_STAGE"


def first_stage(state: State, kind: ObjectType, category: int) -> str:
    """Return the code at which new rows of a funnel begin."""
    return next(code for code, stage in state.stages[kind.type_id].items() if stage.category == category)


def settle(state: State, kind: ObjectType, row: Row, changes: dict[str, Any]) -> None:
    """Add to `changes` what a new funnel or stage brings; refuse a stage of another funnel."""
    stages = state.stages[kind.type_id]
    category = changes.get("CATEGORY_ID", row.get("CATEGORY_ID", 0)) or 0
    if category not in {stage.category for stage in stages.values()}:
        raise invalid_value("CATEGORY_ID")
    if kind is DEAL and "CATEGORY_ID" in changes and category != row.get("CATEGORY_ID"):
        changes.setdefault(kind.stage, first_stage(state, kind, category))
    code = changes.get(kind.stage, row.get(kind.stage)) or first_stage(state, kind, category)
    stage = stages.get(code)
    if stage is None or stage.category != category:
        raise invalid_value(kind.stage)
    changes |= {kind.stage: code, kind.semantics: stage.semantics}
    if kind is DEAL:
        changes |= {"CATEGORY_ID": category, "CLOSED": "N" if stage.semantics == "P" else "Y"}


def record(state: State, kind: ObjectType, row: Row, record_type: int, now: int) -> None:
    """Write the row's present stage into the history of stages."""
    entry = {"TYPE_ID": record_type, "OWNER_ID": row["ID"], "CREATED_TIME": now}
    names = (kind.stage, kind.semantics, "CATEGORY_ID") if kind is DEAL else (kind.stage, kind.semantics)
    state.histories[kind.type_id].add(entry | {name: row[name] for name in names})


def record_move(state: State, kind: ObjectType, row: Row, *, refunnelled: bool, now: int) -> None:
    """Write a change of stage into the history, under the type that fits it."""
    final = row[kind.semantics] != "P"
    record(state, kind, row, REFUNNELLED if refunnelled else FINISHED if final else MOVED, now)


def _add_funnel(state: State, category: int, key: str, funnel: Mapping[str, Any]) -> None:
    prefix = f"C{category}:" if category else ""
    names = list(funnel.get("stages", {}))
    codes = {name: prefix + code for name, code in _stage_codes(key, names)}
    state.funnels[key] = Funnel(category, codes)
    origin = {"originId": "", "originatorId": ""} if category else {}
    default = {"isDefault": "N" if category else "Y"}
    entry = {"id": category, "name": funnel["name"], "sort": 100 * (category + 1), "entityTypeId": DEAL.type_id}
    state.categories.append(entry | default | origin)
    for name, code in codes.items():
        semantics = _SEMANTICS.get(name, "P")
        state.stages[DEAL.type_id][code] = Stage(category, semantics)
        _add_status(
            state, stage_directory(category), code, _NAMES.get(name, name), semantics=semantics, category=category
        )


def _stage_codes(key: str, names: Iterable[str]) -> Iterable[tuple[str, str]]:
    usual = iter(_USUAL_CODES)
    for name in names:
        yield (
            name,
            _CODES.get(name)
            or next(usual, "")
            or f"UC_{hashlib.sha256(f'{key}/{name}'.encode()).hexdigest()[:6].upper()}",
        )


def _add_status(
    state: State, directory: str, code: str, name: str, *, semantics: str = "", category: int | None = None
) -> None:
    sort = 10 * (1 + sum(row["ENTITY_ID"] == directory for row in state.statuses))
    word, color = _LOOKS.get(semantics, ("", ""))
    final = semantics in {"S", "F"}
    state.statuses.add(
        {
            "ENTITY_ID": directory, "STATUS_ID": code, "NAME": name, "NAME_INIT": name if final else "", "SORT": sort,
            "SYSTEM": "N" if ":UC_" in f":{code}" else "Y", "CATEGORY_ID": category, "COLOR": color or None,
            "SEMANTICS": semantics if final else None, "EXTRA": {"SEMANTICS": word, "COLOR": color} if semantics else None,
        }
    )  # fmt: skip
