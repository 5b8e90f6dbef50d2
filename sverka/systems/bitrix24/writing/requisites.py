"""Requisites of companies: the legal entity that a company of the CRM acts as."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sverka.domain.actions import Payload
from sverka.systems.bitrix24.client import PortalApi
from sverka.systems.bitrix24.directory import ENTITY_TYPES, Directory
from sverka.systems.bitrix24.encoding import Command, Ref
from sverka.systems.bitrix24.families import REQUISITES
from sverka.systems.bitrix24.question import Question
from sverka.systems.bitrix24.read import requisite
from sverka.systems.bitrix24.walk import read_whole
from sverka.systems.bitrix24.writing.creations import Creation, named

_PRESETS: Mapping[bool, str] = {
    False: "#CRM_REQUISITE_PRESET_DEF_RU_COMPANY#", True: "#CRM_REQUISITE_PRESET_DEF_RU_INDIVIDUAL#",
}  # fmt: skip
"""Whether it is an entrepreneur → the portal's own form of requisites (dev.1c-bitrix.ru, crm.requisite.preset.add)."""


def _preset(payload: Payload) -> dict[str, Command]:
    search = {"filter": {"XML_ID": _PRESETS[payload["is_entrepreneur"]]}, "select": ["ID"], "order": {"ID": "ASC"}}
    return {"presets": Command("crm.requisite.preset.list", search)}


def _command(payload: Payload, _directory: Directory) -> Command:
    """Payload: {client, name, full_name, inn, kpp, is_entrepreneur}; a portal without the form refuses."""
    fields: dict[str, Any] = {
        **_owner(payload), "PRESET_ID": Ref(("presets", 0, "ID")), "NAME": payload["name"], "ACTIVE": "Y",
        "RQ_COMPANY_NAME": payload["name"], "RQ_COMPANY_FULL_NAME": payload["full_name"],
        "RQ_INN": payload["inn"], "RQ_KPP": payload["kpp"],
    }  # fmt: skip
    return Command("crm.requisite.add", {"fields": fields})


def _owner(payload: Payload) -> dict[str, int]:
    return {"ENTITY_TYPE_ID": ENTITY_TYPES["company"], "ENTITY_ID": int(payload["client"].removeprefix("client:"))}


def _bearers(api: PortalApi, payload: Payload, _directory: Directory) -> list[str]:
    question = Question(
        "bearing", "crm.requisite.list", (), requisite, filter={**_owner(payload), "RQ_INN": payload["inn"]},
        select=("ID", "ENTITY_ID", "RQ_INN", "RQ_KPP"), witness_select=("ID",), dialect=REQUISITES, owner_field="ID",
    )  # fmt: skip
    wanted = (payload["client"], payload["inn"], payload["kpp"])
    return [row.ext_id for row in read_whole(api, question) if (row.client_key, row.inn, row.kpp) == wanted]


REQUISITE = Creation(_command, named, _bearers, _preset)
