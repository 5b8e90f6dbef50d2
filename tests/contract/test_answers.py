"""Every answer that the contracts know, and what it means for a write: one table for each client's own pure function."""

from __future__ import annotations

from typing import Any

import pytest

from sverka.domain.effects import Answer
from sverka.systems import errors
from sverka.systems.bitrix24.batch import parse
from sverka.systems.bitrix24.client import PortalApi
from sverka.systems.bitrix24.encoding import Command
from sverka.systems.bitrix24.faults import BY_CODE, fault, no_json
from sverka.systems.business_ru import client as ledger
from sverka.systems.errors import SystemTrouble
from sverka.systems.mail import meaning
from sverka.systems.onec import faults as onec
from sverka.systems.outcomes import ANSWERS, answer_of
from tests.contract.vendors import WEBHOOK, HandPortal, Row, StoppedClock, always, answer, no_jitter

R, N, M = Answer.REFUSED, Answer.NOT_EXECUTED, Answer.AMBIGUOUS

TROUBLES = [
    (errors.Refused, R), (errors.NotFound, R), (errors.NotOffered, R),
    (errors.Busy, N), (errors.WindowClosed, N), (errors.Unreachable, N), (errors.NotPermitted, N), (errors.Overtaken, N),
    (errors.NoAccess, N), (errors.ScopeMissing, N), (errors.WriteForbidden, N),
    (errors.AnswerLost, M), (errors.BadAnswer, M), (errors.ContractBroken, M),
    (errors.AskAgain, M), (errors.DoNotAskAgain, M), (SystemTrouble, M),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "means"), TROUBLES, ids=lambda each: getattr(each, "__name__", str(each)))
def test_a_trouble_means_for_a_write(kind: type[SystemTrouble], means: Answer) -> None:
    assert answer_of(kind("system", "where", "what")) is means


def test_the_table_of_troubles_is_whole() -> None:
    kinds = {each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, SystemTrouble)}
    assert kinds == {kind for kind, _ in TROUBLES}
    assert {kind for kind, _ in ANSWERS} < kinds


PORTAL: list[tuple[int, object, Answer]] = [
    (503, "QUERY_LIMIT_EXCEEDED", N), (429, "OPERATION_TIME_LIMIT", N), (200, "OPERATION_TIME_LIMIT", N), (503, "OVERLOAD_LIMIT", N),
    (401, "expired_token", N), (401, "NO_AUTH_FOUND", N), (403, "INVALID_CREDENTIALS", N), (401, "INVALID_CREDENTIALS", N),
    (403, "insufficient_scope", N), (401, "insufficient_scope", N), (403, "user_access_error", N), (401, "authorization_error", N),
    (401, "APPLICATION_NOT_FOUND", N), (401, "ERROR_OAUTH", N), (401, "invalid_token", N), (401, "PAYMENT_REQUIRED", N),
    (401, "METHOD_CONFIRM_WAITING", N), (403, "METHOD_CONFIRM_DENIED", N), (403, "WRONG_AUTH_TYPE", N),
    (500, "PORTAL_DELETED", N), (410, "PORTAL_DELETED", N),
    (403, "ACCESS_DENIED", R), (400, "ACCESS_DENIED", R), (403, "allowed_only_intranet_user", R),
    (404, "ERROR_METHOD_NOT_FOUND", R), (405, "ERROR_BATCH_METHOD_NOT_ALLOWED", R), (400, "ERROR_BATCH_LENGTH_EXCEEDED", R),
    (400, "INVALID_REQUEST", R), (404, "ERROR_MANIFEST_IS_NOT_AVAILABLE", R),
    (400, "NOT_FOUND", R), (400, "OWNER_NOT_FOUND", R), (400, "INVALID_ARG_VALUE", R), (400, "CRM_FIELD_ERROR_VALUE_NOT_VALID", R),
    (400, "ENTITY_TYPE_NOT_SUPPORTED", R), (400, "CREATE_DYNAMIC_ITEM_RESTRICTED", R), (400, "UPDATE_DYNAMIC_ITEM_RESTRICTED", R),
    (400, "100", R), (400, 100, R), (400, "", R), (400, 0, R), (400, "0", R), (200, "NOT_FOUND", R),
    (400, 200040300010, R), (400, 201240400001, R), (400, 200540400001, R), (400, 200140400001, R), (400, 200640400001, R),
    (400, "An English sentence", R), (400, {"code": "BITRIX_REST_V3"}, R), (400, None, R),
    (500, "INTERNAL_SERVER_ERROR", M), (500, "ERROR_UNEXPECTED_ANSWER", M), (200, "INTERNAL_SERVER_ERROR", M),
    (500, "SOMETHING_NEW", M), (502, "SOMETHING_NEW", M), (503, "SOMETHING_NEW", M), (504, "", M),
    (401, "SOMETHING_NEW", N), (429, "SOMETHING_NEW", N), (400, "SOMETHING_NEW", R), (409, "SOMETHING_NEW", R),
]  # fmt: skip


@pytest.mark.parametrize(("status", "code", "means"), PORTAL, ids=str)
def test_an_error_of_the_portal_means_for_a_write(status: int, code: object, means: Answer) -> None:
    assert answer_of(fault("batch", status, {"error": code})) is means


def test_the_table_of_the_portals_codes_is_whole() -> None:
    assert BY_CODE.keys() <= {str(code).lower() for _, code, _ in PORTAL}


@pytest.mark.parametrize(
    ("status", "means"),
    [(200, M), (400, M), (404, M), (500, M), (502, M), (503, M), (504, M), (520, M), (304, M), (401, N), (429, N)],
)
def test_a_page_instead_of_json_means_for_a_write_on_the_portal(status: int, means: Answer) -> None:
    assert answer_of(no_json("batch", status, "text/html")) is means


TIME = {"date_start": "2026-09-21T10:13:20+03:00"}


@pytest.mark.parametrize(
    ("status", "document"),
    [
        (200, []), (200, "ok"), (200, 7), (200, None), (200, {}), (502, {"message": "Bad Gateway"}), (200, {"result": []}),
        (200, {"result": {}}), (200, {"result": True}), (200, {"result": {"result": {"create": 7}}}),
        (200, {"result": {"result": {"create": 7}}, "time": {"date_start": "soon"}}),
    ],
    ids=str,
)  # fmt: skip
def test_json_of_another_shape_leaves_a_write_on_the_portal_open(status: int, document: Any) -> None:
    portal = HandPortal(faults=[answer(document, status)])
    api = PortalApi(WEBHOOK, portal.settings(), StoppedClock(), no_jitter, limits_off=True)
    with pytest.raises(SystemTrouble) as caught:
        api.write({"create": Command("crm.item.add", {})}, always)
    assert answer_of(caught.value) is M


@pytest.mark.parametrize(
    ("results", "failed", "means"),
    [
        ([], [], M),
        ({}, {}, M),
        ({"another": 7}, [], M),
        ([], {"create": {"error": "ACCESS_DENIED"}}, R),
        ([], {"create": {"error": "QUERY_LIMIT_EXCEEDED"}}, N),
        ([], {"create": {"error": "OPERATION_TIME_LIMIT"}}, N),
        ([], {"create": {"error": "INTERNAL_SERVER_ERROR"}}, M),
        ([], {"create": {"error": "insufficient_scope"}}, N),
        ([], {"create": "a bare sentence"}, R),
    ],
)
def test_a_batch_tells_of_each_command_what_became_of_it(results: Any, failed: Any, means: Answer) -> None:
    document = {"result": {"result": results, "result_error": failed}, "time": TIME}
    trouble = parse(document, {"create": Command("crm.item.add", {})}).errors["create"]
    assert answer_of(trouble) is means


LEDGER: list[tuple[int, object, Answer]] = [
    (200, {"status": "error", "error_code": "common:1", "error_text": "Не заполнено поле"}, R), (200, {"status": "error"}, R),
    (400, {}, R), (400, {"status": "ok"}, R), (422, {"message": "no"}, R), (404, None, R), (405, None, R), (405, {"status": "error"}, R),
    (401, None, N), (401, {"status": "error"}, N), (403, None, N), (429, None, N), (503, None, N), (503, {"status": "error"}, N),
    (301, None, N), (307, None, N), (308, None, N), (300, None, M), (302, None, M), (303, None, M), (304, None, M),
    (200, None, M), (400, None, M), (500, None, M), (502, None, M), (504, None, M), (500, {"status": "error"}, M),
    (502, {"status": "ok"}, M), (200, [], M), (200, "ok", M), (200, 7, M),
]  # fmt: skip


@pytest.mark.parametrize(("status", "document", "means"), LEDGER, ids=str)
def test_an_answer_of_the_ledger_means_for_a_write(status: int, document: object, means: Answer) -> None:
    trouble = ledger.fault("POST customerorders", status, document)
    assert trouble is not None
    assert answer_of(trouble) is means


def test_the_table_of_the_ledgers_answers_is_whole() -> None:
    assert ledger.BY_STATUS.keys() <= {status for status, _, _ in LEDGER}
    assert ledger.fault("POST customerorders", 200, {"status": "ok", "result": {"id": "1"}}) is None


def of_1c(code: str, text: str = "") -> Row:
    return {"odata.error": {"code": code, "message": {"lang": "ru", "value": text}}}


ONEC: list[tuple[int, object, Answer]] = [
    (500, of_1c("-1", "Ошибка при выполнении обработчика - 'ОбработкаПроведения'"), R), (400, of_1c("14"), R), (400, of_1c("2"), R),
    (404, of_1c("8"), R), (404, of_1c("9"), R), (400, of_1c("6"), R), (400, of_1c("10"), R), (405, of_1c("19"), R), (501, of_1c("0"), R),
    (400, of_1c("15"), R), (400, of_1c("16"), R), (400, of_1c("20"), R), (401, of_1c("20"), R), (500, of_1c("20"), R),
    (400, of_1c("3"), R), (400, of_1c("11"), R), (400, of_1c("21"), R), (400, {"odata.error": {"message": "no"}}, R),
    (404, None, R), (405, None, R), (501, None, R),
    (500, of_1c("-1", "Конфликт блокировок при выполнении транзакции"), N), (500, of_1c("-1", "Объект заблокирован: Иванов"), N),
    (401, None, N), (403, None, N), (401, {}, N), (406, None, N), (406, of_1c("-1"), N), (412, None, N), (412, of_1c("-1"), N),
    (429, None, N), (301, None, N), (307, None, N), (308, None, N),
    (500, None, M), (500, {"exception": {"descr": "x"}}, M), (502, None, M), (503, None, M), (504, None, M), (502, of_1c("-1"), M),
    (503, of_1c("-1"), M), (400, None, M), (413, None, M), (302, None, M), (304, None, M), (200, None, M), (201, None, M), (200, [], M),
    (200, "ok", M), (200, of_1c("-1"), M),
]  # fmt: skip


@pytest.mark.parametrize(("status", "document", "means"), ONEC, ids=str)
def test_an_answer_of_1c_means_for_a_write(status: int, document: object, means: Answer) -> None:
    trouble = onec.fault("POST Document_ЗаказКлиента", status, document)
    assert trouble is not None
    assert answer_of(trouble) is means


@pytest.mark.parametrize(
    ("status", "document", "is_empty"),
    [(201, {"Ref_Key": "x"}, False), (200, {"Ref_Key": "x"}, False), (200, None, True), (204, None, True)],
    ids=["created", "changed", "posted", "deleted"],
)
def test_what_1c_did_is_no_trouble(status: int, document: object, *, is_empty: bool) -> None:
    assert onec.fault("POST Document_ЗаказКлиента", status, document, is_empty=is_empty) is None


def test_the_table_of_1cs_answers_is_whole() -> None:
    errors_ = [
        document["odata.error"] for _, document, _ in ONEC if isinstance(document, dict) and "odata.error" in document
    ]
    assert onec.BY_CODE.keys() <= {each.get("code") for each in errors_}
    assert onec.BY_STATUS.keys() <= {status for status, document, _ in ONEC if document is None}


BEFORE = {
    range(200, 400): N, range(400, 500): N, range(500, 530): N, range(530, 531): N, range(531, 535): N, range(535, 536): N,
    range(536, 600): N, range(600, 1000): N, range(-1, 100): N,
}  # fmt: skip
"""Nothing was asked for yet."""

ASKED = {**BEFORE, range(500, 530): R, range(531, 535): R, range(536, 600): R}
"""The letter was refused, unless the server wants a login first."""

SENT = {**ASKED, range(200, 400): M, range(600, 1000): M, range(-1, 100): M}
"""The whole letter was there: what is neither refusal nor delay leaves it open."""


@pytest.mark.parametrize(
    ("step", "table"),
    [
        *((step, BEFORE) for step in ("connect", "EHLO", "STARTTLS", "AUTH")),
        *((step, ASKED) for step in ("MAIL", "RCPT", "DATA")),
        ("dot", SENT),
    ],
)
def test_a_reply_of_the_mail_server_means(step: str, table: dict[range, Answer]) -> None:
    expected = {code: means for codes, means in table.items() for code in codes}
    assert {code: meaning(step, code) for code in expected} == expected
