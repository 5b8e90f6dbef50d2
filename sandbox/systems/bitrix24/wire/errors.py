"""The failures that the portal answers with: a code, a sentence and an HTTP status.

Codes are what the vendor sends: usually a word, sometimes a number, and an empty string from the classic CRM methods.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any


@dataclass
class ApiError(Exception):
    """A refusal by a method or by the portal itself. `system` marks those that no method may reword."""

    code: str | int
    description: str
    status: int = 400
    system: bool = False

    def body(self) -> dict[str, Any]:
        """Return the answer's two keys."""
        return {"error": self.code, "error_description": self.description}

    def with_empty_code(self) -> ApiError:
        """Return the same refusal as the classic CRM methods word it: only the sentence differs from case to case."""
        return self if self.system else replace(self, code="")


def not_found(description: str = "Not found") -> ApiError:
    """Say that there is no such row."""
    return ApiError("NOT_FOUND", description)


def access_denied() -> ApiError:
    """Say that this person may not do it."""
    return ApiError("ACCESS_DENIED", "Access denied")


def missing_parameter(name: str) -> ApiError:
    """Say that a required parameter did not come: the code is the number 100."""
    return ApiError(100, f"Could not find value for parameter {{{name}}}")


def invalid_value(field: str) -> ApiError:
    """Say that a field cannot hold what was written to it."""
    return ApiError("CRM_FIELD_ERROR_VALUE_NOT_VALID", f'Invalid value for field "{field}"')


def scalar_for_multiple(value: object) -> ApiError:
    """Say that a multiple field got a single value: the code is the number 100."""
    kind = {str: "string", bool: "boolean", int: "integer", float: "double"}.get(type(value), "NULL")
    return ApiError(100, f"Expected iterable value for multiple field, but got {kind} instead")


def bad_argument(description: str) -> ApiError:
    """Say that an argument of a universal method cannot be used."""
    return ApiError("INVALID_ARG_VALUE", description)


def unknown_type() -> ApiError:
    """Say that there is no CRM object of this `entityTypeId`."""
    return not_found("Smart process not found")


def unsupported_type() -> ApiError:
    """Say that the method does not work with this type of objects."""
    return ApiError("ENTITY_TYPE_NOT_SUPPORTED", "Entity type is not supported")


def owner_not_found() -> ApiError:
    """Say that the object to which something should be attached does not exist."""
    return ApiError("OWNER_NOT_FOUND", "Owner was not found")


def no_such_method() -> ApiError:
    """Say that the path names no method."""
    return ApiError("ERROR_METHOD_NOT_FOUND", "Method not found!", 404, system=True)


def no_auth() -> ApiError:
    """Say that the webhook's code is wrong."""
    return ApiError("NO_AUTH_FOUND", "Wrong authorization data", 401, system=True)


def too_many_requests() -> ApiError:
    """Say that the bucket of requests is full."""
    return ApiError("QUERY_LIMIT_EXCEEDED", "Too many requests", 503, system=True)


def operating_limit() -> ApiError:
    """Say that the method has used up its time."""
    return ApiError("OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit.", 429, system=True)


def server_fault() -> ApiError:
    """Say that the portal failed for reasons of its own."""
    return ApiError("INTERNAL_SERVER_ERROR", "Internal server error", 500, system=True)
