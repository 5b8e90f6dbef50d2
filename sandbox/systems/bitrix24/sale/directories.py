"""What every online store is born with: statuses, kinds of payers, what each is asked, ways to pay and to deliver."""

from __future__ import annotations

from typing import Any

INDIVIDUAL, LEGAL_ENTITY = 3, 4
"""Ids of the kinds of payers."""
NEW_ORDER = "N"

STATUSES: tuple[dict[str, Any], ...] = tuple(
    {"color": color, "id": code, "notify": "Y", "sort": sort, "type": kind, "xmlId": None}
    for code, kind, sort, color in (
        (NEW_ORDER, "O", 10, "#BEEDF1"),
        ("P", "O", 20, "#9BE1B5"),
        ("D", "O", 140, "#FFB6B6"),
        ("F", "O", 150, "#B5F48A"),
        ("DN", "D", 300, "#BEEDF1"),
        ("DF", "D", 400, "#B5F48A"),
    )
)
ORDER_STATUSES = frozenset(each["id"] for each in STATUSES if each["type"] == "O")

PERSON_TYPES: tuple[dict[str, Any], ...] = (
    {"active": "Y", "code": "CRM_CONTACT", "id": INDIVIDUAL, "name": "Физическое лицо", "sort": "100", "xmlId": ""},
    {"active": "Y", "code": "CRM_COMPANY", "id": LEGAL_ENTITY, "name": "Юридическое лицо", "sort": "110", "xmlId": ""},
)
PROPERTIES: tuple[dict[str, Any], ...] = tuple(
    {"ID": number, "CODE": code, "NAME": name, "PERSON_TYPE_ID": person_type, "SORT": 100 * place}
    for place, (number, person_type, code, name) in enumerate(
        (
            (20, INDIVIDUAL, "FIO", "Ф.И.О."),
            (21, INDIVIDUAL, "EMAIL", "E-Mail"),
            (22, INDIVIDUAL, "PHONE", "Телефон"),
            (26, INDIVIDUAL, "ADDRESS", "Адрес доставки"),
            (30, LEGAL_ENTITY, "COMPANY", "Название компании"),
            (31, LEGAL_ENTITY, "CONTACT_PERSON", "Контактное лицо"),
            (32, LEGAL_ENTITY, "EMAIL", "E-Mail"),
            (33, LEGAL_ENTITY, "PHONE", "Телефон"),
            (34, LEGAL_ENTITY, "ADDRESS", "Адрес доставки"),
        ),
        1,
    )
)
PAY_SYSTEMS = {6: ("Наличные", "Y"), 8: ("Банковская карта", "N"), 9: ("Банковский перевод", "N")}
"""Id → name, whether it is cash."""
DELIVERIES = {1: "Без доставки", 2: "Самовывоз", 3: "Доставка курьером"}
