"""Every address of the site as the tests ask it: routes, values for their places, bodies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

from kyoso.hub.api.v1 import api

_PLACE = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>|{(?P<api>\w+)}")
_SAMPLES = ("x", "1", "2027", "XAA", "space/1-1-1", "1.5", "en", "")


@dataclass(frozen=True, slots=True)
class Route:
    """An address with places, one way to ask it, and a body that its document allows."""

    path: str
    method: str
    body: Any = None

    @property
    def places(self) -> list[tuple[str, str]]:
        """The kind and the name of each place; those of the interface have the kind ``api``."""
        found = []
        for match in _PLACE.finditer(self.path):
            name = match["name"] or match["api"]
            found.append((match["kind"] or ("api" if match["api"] else "str"), name))
        return found

    def at(self, value: Callable[[str, str], Any]) -> str:
        """The address with ``value(kind, name)`` in each place."""
        given = iter([value(kind, name) for kind, name in self.places])
        return _PLACE.sub(lambda _: str(next(given)), self.path)


def pages() -> Iterator[str]:
    """The routes of all pages and files, in English, whatever language was spoken last."""
    with translation.override("en"):
        routes = list(_under(get_resolver()))
    yield from (f"/{route}" for route in routes if not route.startswith("api/"))


def _under(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLPattern):
            yield route
        else:
            yield from _under(one, route)


def operations() -> Iterator[Route]:
    """Every operation of the interface."""
    document = api.get_openapi_schema()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield Route(path, method, _body(document, operation))


def _body(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Any:
    content = operation.get("requestBody", {}).get("content", {})
    return next((_made(document, one["schema"]) for one in content.values()), None)


def _made(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    """The simplest value that a schema allows."""
    for name in ("anyOf", "allOf", "oneOf"):
        schema = schema.get(name, [schema])[0]
    if "$ref" in schema:
        named = schema["$ref"].rpartition("/")[2]
        return _made(document, document["components"]["schemas"][named])
    if "enum" in schema or "const" in schema:
        return schema.get("enum", [schema.get("const")])[0]
    kind = schema.get("type", "object")
    if kind == "object":
        properties = schema.get("properties", {})
        return {name: _made(document, properties[name]) for name in schema.get("required", ())}
    if kind == "array":
        return [_made(document, schema["items"])] * schema.get("minItems", 0)
    simple = {"integer": 1, "number": 1, "boolean": True}
    return simple[kind] if kind in simple else _written(schema)


def _written(schema: Mapping[str, Any]) -> str:
    by_form = {"date": "2026-01-01", "uuid": "00000000-0000-4000-8000-000000000000"}
    if schema.get("format") in by_form:
        return by_form[schema["format"]]
    pattern, least = schema.get("pattern", ""), schema.get("minLength", 0)
    return next(one for one in _SAMPLES if re.search(pattern, one) and len(one) >= least)
