"""The CRM's objects: leads, deals, contacts and companies, each with its standard fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.systems.bitrix24.data.fields import Field, by_camel, by_name, field

READ_ONLY_STAMPS = (
    field("DATE_CREATE", "datetime", "Дата создания", "createdTime", read_only=True),
    field("DATE_MODIFY", "datetime", "Дата изменения", "updatedTime", read_only=True),
    field("CREATED_BY_ID", "user", "Кем создан", "createdBy", read_only=True),
    field("MODIFY_BY_ID", "user", "Кем изменён", "updatedBy", read_only=True),
    field("LAST_ACTIVITY_TIME", "datetime", "Последняя активность", read_only=True),
    field("LAST_ACTIVITY_BY", "user", "Кем выполнена последняя активность", read_only=True),
)
_MOVES = (
    field("MOVED_TIME", "datetime", "Дата смены стадии", read_only=True),
    field("MOVED_BY_ID", "user", "Кем сменена стадия", "movedBy", read_only=True),
)
_ORIGIN = (
    field("SOURCE_ID", "status", "Источник", status_type="SOURCE"),
    field("SOURCE_DESCRIPTION", title="Дополнительно об источнике"),
    field("ORIGINATOR_ID", title="Внешний источник"),
    field("ORIGIN_ID", title="Идентификатор элемента во внешнем источнике"),
    *(
        field(f"UTM_{word}", title=f"UTM {word.capitalize()}")
        for word in ("SOURCE", "MEDIUM", "CAMPAIGN", "CONTENT", "TERM")
    ),
)
_COMMON = (
    field("ID", "integer", "ID", read_only=True),
    field("OPENED", "char", "Доступен для всех"),
    field("ASSIGNED_BY_ID", "user", "Ответственный"),
    field("COMMENTS", title="Комментарий"),
    field("OBSERVERS", "user", "Наблюдатели", multiple=True),
)
_MONEY = (
    field("OPPORTUNITY", "money", "Сумма", empty=0, empty_text="0.00"),
    field("IS_MANUAL_OPPORTUNITY", "char", "Сумма введена вручную"),
    field("CURRENCY_ID", "currency", "Валюта"),
)
_PERSON = (
    field("HONORIFIC", "status", "Обращение", status_type="HONORIFIC"),
    field("NAME", title="Имя"),
    field("SECOND_NAME", title="Отчество"),
    field("LAST_NAME", title="Фамилия"),
    field("BIRTHDATE", "date", "Дата рождения"),
    field("POST", title="Должность"),
    field("ADDRESS", title="Адрес"),
)
_HAS_COMMUNICATIONS = (
    field("HAS_PHONE", "char", "Задан телефон", read_only=True),
    field("HAS_EMAIL", "char", "Задан e-mail", read_only=True),
)


@dataclass(frozen=True)
class ObjectType:
    """One type of CRM objects. `stage` and `semantics` are the names of its stage fields, empty where it has none.

    word: its part of the classic methods' names. abbreviation: the owner's type of product rows.
    """

    type_id: int
    word: str
    abbreviation: str
    fields: tuple[Field, ...]
    stage: str = ""
    semantics: str = ""
    communications: bool = False

    @property
    def user_field_entity(self) -> str:
        """Return the entity's name in the methods of custom fields."""
        return f"CRM_{self.word.upper()}"

    @property
    def has_lines(self) -> bool:
        """Say whether product rows can belong to it."""
        return bool(self.stage)


LEAD = ObjectType(
    1,
    "lead",
    "L",
    (
        *_COMMON, *READ_ONLY_STAMPS, *_MOVES, *_MONEY, *_PERSON, *_HAS_COMMUNICATIONS, *_ORIGIN,
        field("TITLE", title="Название лида"),
        field("STATUS_ID", "status", "Стадия", "stageId", status_type="STATUS"),
        field("STATUS_SEMANTIC_ID", "string", "Состояние статуса", "stageSemanticId", read_only=True),
        field("STATUS_DESCRIPTION", title="Дополнительно о стадии"),
        field("COMPANY_TITLE", title="Название компании"),
        field("COMPANY_ID", "company", "Компания"),
        field("CONTACT_ID", "contact", "Контакт"),
        field("DATE_CLOSED", "datetime", "Дата завершения", read_only=True),
    ),
    stage="STATUS_ID",
    semantics="STATUS_SEMANTIC_ID",
    communications=True,
)  # fmt: skip
DEAL = ObjectType(
    2,
    "deal",
    "D",
    (
        *_COMMON, *READ_ONLY_STAMPS, *_MOVES, *_MONEY, *_ORIGIN,
        field("TITLE", title="Название"),
        field("TYPE_ID", "status", "Тип", status_type="DEAL_TYPE"),
        field("CATEGORY_ID", "category", "Воронка", immutable=True, empty=0, empty_text="0"),
        field("STAGE_ID", "status", "Стадия сделки", status_type="DEAL_STAGE"),
        field("STAGE_SEMANTIC_ID", title="Группа стадии", read_only=True),
        field("TAX_VALUE", "money", "Сумма налога", empty=0, empty_text="0.00"),
        field("PROBABILITY", "integer", "Вероятность"),
        field("COMPANY_ID", "company", "Компания"),
        field("CONTACT_ID", "contact", "Контакт"),
        field("CONTACT_IDS", "contact", "Контакты", multiple=True),
        field("LEAD_ID", "lead", "Лид"),
        field("QUOTE_ID", "integer", "Коммерческое предложение"),
        field("BEGINDATE", "date", "Дата начала", "begindate"),
        field("CLOSEDATE", "date", "Дата завершения", "closedate"),
        field("CLOSED", "char", "Сделка закрыта"),
        field("IS_NEW", "char", "Новая сделка", read_only=True),
        field("IS_RECURRING", "char", "Регулярная сделка"),
        field("IS_RETURN_CUSTOMER", "char", "Повторная сделка", read_only=True),
        field("IS_REPEATED_APPROACH", "char", "Повторное обращение", read_only=True),
        field("ADDITIONAL_INFO", title="Дополнительная информация"),
        field("ORDER_STAGE", title="Стадия оплаты", read_only=True),
    ),
    stage="STAGE_ID",
    semantics="STAGE_SEMANTIC_ID",
)  # fmt: skip
CONTACT = ObjectType(
    3,
    "contact",
    "C",
    (
        *_COMMON, *READ_ONLY_STAMPS, *_PERSON, *_HAS_COMMUNICATIONS, *_ORIGIN,
        field("TYPE_ID", "status", "Тип контакта", status_type="CONTACT_TYPE"),
        field("COMPANY_ID", "company", "Компания"),
        field("COMPANY_IDS", "company", "Компании", multiple=True),
        field("EXPORT", "char", "Участвует в экспорте контактов"),
    ),
    communications=True,
)  # fmt: skip
COMPANY = ObjectType(
    4,
    "company",
    "CO",
    (
        *_COMMON, *READ_ONLY_STAMPS, *_HAS_COMMUNICATIONS, *_ORIGIN,
        field("TITLE", title="Название компании"),
        field("COMPANY_TYPE", "status", "Тип компании", "typeId", status_type="COMPANY_TYPE"),
        field("INDUSTRY", "status", "Сфера деятельности", status_type="INDUSTRY"),
        field("EMPLOYEES", "status", "Количество сотрудников", status_type="EMPLOYEES"),
        field("REVENUE", "money", "Годовой оборот"),
        field("CURRENCY_ID", "currency", "Валюта"),
        field("IS_MY_COMPANY", "char", "Моя компания"),
        field("ADDRESS", title="Адрес"),
    ),
    communications=True,
)  # fmt: skip

OBJECT_TYPES: Mapping[int, ObjectType] = {each.type_id: each for each in (LEAD, DEAL, CONTACT, COMPANY)}
BY_WORD: Mapping[str, ObjectType] = {each.word: each for each in OBJECT_TYPES.values()}
BY_ABBREVIATION: Mapping[str, ObjectType] = {each.abbreviation: each for each in OBJECT_TYPES.values()}
_BY_NAME = {type_id: by_name(each.fields) for type_id, each in OBJECT_TYPES.items()}
_BY_CAMEL = {type_id: by_camel(each.fields) for type_id, each in OBJECT_TYPES.items()}


def classic_names(kind: ObjectType, custom: Mapping[str, Field]) -> Mapping[str, Field]:
    """Return all fields of a type by their classic names."""
    return {**_BY_NAME[kind.type_id], **custom}


def universal_names(kind: ObjectType, custom: Mapping[str, Field], *, original: bool) -> Mapping[str, Field]:
    """Return all fields of a type by their universal names; `original` leaves those of custom fields as they are."""
    return {**_BY_CAMEL[kind.type_id], **{(each.name if original else each.camel): each for each in custom.values()}}
