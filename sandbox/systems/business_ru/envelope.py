"""The envelope of an answer: the order of its keys, the count of calls, the token, the signature."""

from __future__ import annotations

from typing import Any

from sandbox.systems.business_ru.books import Row
from sandbox.systems.business_ru.calls import Call
from sandbox.systems.business_ru.errors import Refusal
from sandbox.systems.business_ru.models.catalogue import MODELS
from sandbox.systems.business_ru.php import json_encode
from sandbox.systems.business_ru.signature import answer_signature
from sandbox.systems.business_ru.values import show_moment

Body = dict[str, Any]


def found(result: Any) -> Body:
    """Return the body of an obeyed GET."""
    return {"status": "ok", "result": result}


def written(call: Call, row: Row) -> Body:
    """Return the body of an obeyed write: no more of the row than is needed to find it again."""
    if MODELS[call.model].bare_answer:
        return {"status": "ok", "id": row["id"]}
    if call.verb == "DELETE":
        return found({"id": row["id"]})
    return found({"id": row["id"], "updated": show_moment(row["updated"])})


def refused(refusal: Refusal) -> Body:
    """Return the body of a call that the ledger refused."""
    return {"status": "error", "error_code": refusal.code, "error_text": str(refusal)}


def sealed(body: Body, *, signed_with: str, secret: str, token: str, request_count: int) -> bytes:
    """Return the bytes of an answer, signed with the token of the request, which may differ from the `token` told."""
    whole = {**body, "token": token, "request_count": request_count}
    return json_encode({**whole, "app_psw": answer_signature(whole, token=signed_with, secret=secret)}).encode()
