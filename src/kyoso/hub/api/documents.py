"""The OpenAPI document: what ninja makes of the operations, and what they all have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from kyoso.core.text import Text
from kyoso.hub.api.auth import Bearer
from kyoso.hub.api.shapes import Refusal
from kyoso.hub.texts import say

METHODS = ("get", "put", "post", "patch", "delete")
_REFUSAL = {"$ref": "#/components/schemas/Refusal"}


def texts_of(operation_id: str) -> Text:
    """What an operation does, in words. Raises ``KeyError`` for one without words."""
    return say(f"api.operation.{operation_id}")


class Api(NinjaAPI):
    """The interface with its document: summaries in both languages, refusals, scopes."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        made = super().get_openapi_schema(**options)
        schemas = made["components"]["schemas"]
        refusal = Refusal.model_json_schema(
            ref_template="#/components/schemas/{model}", mode="serialization"
        )
        schemas.update(refusal.pop("$defs", {}))
        schemas["Refusal"] = refusal
        scopes = self._scopes()
        for operation in _operations(made["paths"]):
            _complete(operation, scopes[operation["operationId"]])
        return made

    def _scopes(self) -> dict[str, Bearer]:
        return {
            operation.operation_id or "": auth
            for bound in self._get_bound_routers()
            for view in bound.path_operations.values()
            for operation in view.operations
            for auth in operation.auth_callbacks
            if isinstance(auth, Bearer)
        }


def _operations(paths: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in paths.values():
        for name in METHODS:
            if name in methods:
                yield methods[name]


def _complete(operation: dict[str, Any], auth: Bearer) -> None:
    words = texts_of(operation["operationId"])
    operation["summary"] = words.en
    operation["x-summary-ja"] = words.ja
    operation["x-scope"] = auth.scope.value
    operation["security"] = [{"Bearer": []}, *([{}] if auth.public else [])]
    operation["responses"]["4XX"] = {
        "description": "Refused",
        "content": {"application/json": {"schema": _REFUSAL}},
    }
    parameters = {one["name"] for one in operation.get("parameters", ())}
    if "If-None-Match" in parameters:
        operation["responses"]["304"] = {"description": "Not modified"}


# --- the page -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Described:
    """An operation as the page shows it."""

    id: str
    method: str
    path: str
    summary: Text
    scope: str
    public: bool
    parameters: list[dict[str, Any]]
    body: list[dict[str, Any]]
    answer: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """The operations of a resource."""

    tag: str
    title: Text
    operations: list[Described]


def chapters(document: Mapping[str, Any]) -> list[Chapter]:
    """The document by resource, in the order in which it names them."""
    found: dict[str, list[Described]] = {}
    for path, methods in document["paths"].items():
        for name in METHODS:
            if name in methods:
                operation = methods[name]
                found.setdefault(operation["tags"][0], []).append(
                    _described(document, path, name, operation)
                )
    return [Chapter(tag, say(f"api.tag.{tag}"), several) for tag, several in found.items()]


def _described(
    document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]
) -> Described:
    done = next(code for code in operation["responses"] if str(code).startswith("2"))
    return Described(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=texts_of(operation["operationId"]),
        scope=operation["x-scope"],
        public={} in operation["security"],
        parameters=[
            {
                "name": one["name"],
                "in": one["in"],
                "required": one["required"],
                "type": _type(one["schema"]),
            }
            for one in operation.get("parameters", ())
        ],
        body=_body(document, operation),
        answer=_type(_content(operation["responses"][done])),
    )


def _body(document: Mapping[str, Any], operation: Mapping[str, Any]) -> list[dict[str, Any]]:
    schema = _content(operation.get("requestBody", {}))
    if "$ref" in schema:
        schema = document["components"]["schemas"][_named(schema)]
    needed = set(schema.get("required", ()))
    return [
        {"name": name, "required": name in needed, "type": _type(one)}
        for name, one in schema.get("properties", {}).items()
    ]


def _content(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of what is sent or answered; empty where there is nothing."""
    kinds: list[Mapping[str, Any]] = list(part.get("content", {}).values())
    return kinds[0]["schema"] if kinds else {}


def _named(schema: Mapping[str, Any]) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def _type(schema: Mapping[str, Any]) -> str:
    """A schema in a few words: ``string (date)``, ``list of Both``, ``null or string``."""
    if "$ref" in schema:
        return _named(schema)
    for name in ("anyOf", "allOf", "oneOf"):
        if name in schema:
            return " | ".join(dict.fromkeys(_type(one) for one in schema[name]))
    if "enum" in schema:
        return " | ".join(str(one) for one in schema["enum"])
    if schema.get("type") == "array":
        return f"[{_type(schema.get('items', {}))}]"
    kind = str(schema.get("type", "object"))
    return f"{kind} ({schema['format']})" if "format" in schema else kind
