"""The API as a whole: OpenAPI 3.1 that says every answer, the errors and the gate's own ones too."""

from typing import Any

from django.utils import translation
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from gongqiao.api import examples, problems
from gongqiao.api.access import Bearer, MayBearer
from gongqiao.api.examples import REF
from gongqiao.api.problems import MEDIA, TITLES, Problem
from gongqiao.foundation.tokens.enums import Scope

ALWAYS = (400, 401, 429)
WORDS = {
    400: "Not to be read: broken JSON, a NUL, an address that cannot be",
    401: "No token where one is wanted, or one that is unknown, ended or taken back",
    403: "The token, or its owner at this moment, may not do this",
    404: "There is none, or it is not yours to see: the two look the same",
    409: "Refused, in words for the person; somebody was first (`stale`); the key was used (`key_reused`)",
    413: "Larger than is taken",
    415: "Another kind of content than is taken",
    422: "Not as the schema says",
    503: "WeChat is away or not set up here",
    429: "Too many requests; `Retry-After` says in how many seconds",
}


class Service(NinjaAPI):
    """Gongqiao's API of one version."""

    def __init__(self, **facts: Any) -> None:
        super().__init__(docs_url=None, **facts)
        problems.install(self)

    def get_openapi_schema(self, **facts: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**facts)
        components = schema["components"]
        components.setdefault("schemas", {}).update(_problem_schemas())
        components["securitySchemes"] = {"Bearer": _scheme()}
        for path, methods in schema["paths"].items():
            for method, operation in methods.items():
                _complete(operation, path, method)
                examples.complete(operation, components["schemas"])
        return schema


def scoped(scope: Scope, *, optional: bool = False) -> dict[str, Any]:
    """What an operation says of its token: for `@router.get(..., **scoped(Scope.WORK_READ))`."""
    needed: list[dict[str, list[str]]] = [{"Bearer": [scope.value]}]
    auth = MayBearer(scope) if optional else Bearer(scope)
    return {"auth": auth, "openapi_extra": {"x-security": [*([{}] if optional else []), *needed]}}


def _scheme() -> dict[str, Any]:
    with translation.override("en"):
        scopes = "\n".join(f"- `{scope.value}`: {scope.label}" for scope in Scope)
    said = "A token of one person, or of one organisation's program, with scopes:\n\n" + scopes
    return {"type": "http", "scheme": "bearer", "bearerFormat": "gq_…", "description": said}


def _problem_schemas() -> dict[str, Any]:
    whole = Problem.model_json_schema(ref_template=REF + "{model}")
    inner = whole.pop("$defs", {})
    return {"Problem": whole, **inner}


def _complete(operation: dict[str, Any], path: str, method: str) -> None:
    """Its security, and each error it may answer with."""
    security = operation.pop("x-security", None)
    if security is not None:
        operation["security"] = security
    responses = operation["responses"]
    for status in _errors(operation, path, method):
        responses[str(status)] = _error(status)
    for status in list(responses):
        if not isinstance(status, str):
            responses[str(status)] = responses.pop(status)


def _errors(operation: dict[str, Any], path: str, method: str) -> list[int]:
    found = list(ALWAYS)
    if operation.get("security"):
        found.append(403)
    if "{" in path:
        found.append(404)
    if method != "get":
        found += [409, 413]
    if "requestBody" in operation:
        found.append(415)
    if operation["parameters"] or "requestBody" in operation:
        found.append(422)
    return sorted({*found, *operation.pop("x-errors", [])})


def _error(status: int) -> dict[str, Any]:
    codes = [code for code, (of, _title) in TITLES.items() if of == status]
    example = {
        "type": problems.PAGE + codes[0],
        "title": codes[0],
        "status": status,
        "detail": WORDS[status],
        "instance": "/api/v1/…",
        "code": codes[0],
        "errors": [],
    }
    told: dict[str, Any] = {
        "description": WORDS[status],
        "content": {MEDIA: {"schema": {"$ref": REF + "Problem"}, "example": example}},
    }
    if status == 429:
        told["headers"] = {"Retry-After": {"schema": {"type": "integer", "minimum": 1}}}
    if status == 401:
        told["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    return told
