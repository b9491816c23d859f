"""Every operation of the interface keeps what its document says, whatever is sent to it by whom.

Schemathesis makes the requests from the OpenAPI document; half of them name records that are
there. A request is sent by a token of one of the sample roles, or by nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.db import transaction
from django.test.client import ClientHandler
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ninja import Schema
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.hub.api_world import World, build
from tests.hub.worlds import lasting

from kyoso.hub.api.v1 import api

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("api")]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
DOCUMENT = api.get_openapi_schema()
OPERATIONS = [
    pytest.param(path, method, id=operation["operationId"])
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """The site as it stands in this process, within the test's transaction."""
    response = ClientHandler(enforce_csrf_checks=True)(environ)
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    return [b"".join(response)]


@pytest.fixture(scope="module")
def document() -> Any:
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    schema.app = application
    return schema


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The sample region once for all operations; nothing of it stays."""
    home = tmp_path_factory.mktemp("home")
    with lasting(django_db_blocker, home, KYOSO_API_RATE=1_000_000):
        yield build()


def test_no_two_schemas_of_the_document_have_one_name() -> None:
    def under(kind: type) -> Iterator[type]:
        for one in kind.__subclasses__():
            yield one
            yield from under(one)

    ours = [one for one in under(Schema) if one.__module__.startswith("kyoso.hub.api")]
    names = Counter(one.__name__ for one in ours)
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_an_operation_keeps_what_its_document_says(
    document: Any, world: World, path: str, method: str
) -> None:
    operation = document[path][method.upper()]

    @settings(max_examples=12, suppress_health_check=list(HealthCheck), database=None)
    @given(
        case=operation.as_strategy(),
        role=st.sampled_from(sorted(world.tokens)),
        known=st.integers(0, 5),
    )
    def ask(case: Any, role: str, known: int) -> None:
        if known < 4:
            case.path_parameters.update(world.known(path, known))
        plain = {"Accept-Encoding": "identity"}
        case.headers = {**(case.headers or {}), **plain, **world.headers(role)}
        with transaction.atomic():
            assert case.call_and_validate(checks=CHECKS).status_code != 405

    ask()
