"""The page of the documentation for programs: every request of it is made, and answered so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.hub.api_world import bearer

from kyoso.hub.accounts import services as accounts
from kyoso.hub.accounts.models import User
from kyoso.hub.api.enums import Scope
from kyoso.hub.projects import sample as projects

PAGE = Path(__file__).parents[2] / "docs" / "start" / "api.md"
BLOCK = re.compile(r"^``` http\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Shown:
    """A request as the page shows it, and what it is answered with."""

    method: str
    path: str
    headers: dict[str, str]
    body: str
    status: int
    answer: Any


def shown() -> Iterator[Shown]:
    for block in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        request, _, answer = block.partition("→ ")
        first, *rest = request.strip().splitlines()
        method, path = first.split(" ")
        headers = dict(line.split(": ", 1) for line in rest if not line.startswith("{"))
        body = "".join(line for line in rest if line.startswith("{"))
        status, _, data = answer.strip().partition(" ")
        yield Shown(method, path, headers, body, int(status), json.loads(data))


def holds(answer: Any, expected: Any) -> bool:
    """Whether an answer has all that the page shows of it."""
    if isinstance(expected, dict):
        return all(holds(answer[name], value) for name, value in expected.items())
    if isinstance(expected, list):
        return len(answer) == len(expected) and all(map(holds, answer, expected))
    return bool(answer == expected)


@pytest.mark.django_db
def test_every_request_of_the_page_is_answered_as_it_says(loaded: None) -> None:
    accounts.load_sample_users(password="sample-only-2025")
    projects.load_sample_projects()
    token = bearer(User.objects.get(email="focal-a@sample.example"))["Authorization"]
    seen = list(shown())
    for one in seen:
        headers = {
            name: value.replace("Bearer FOCAL-A", token) for name, value in one.headers.items()
        }
        if headers.get("If-Match") == "ETAG":
            headers["If-Match"] = Client().get(one.path, headers=headers).headers["ETag"]
        answer = Client().generic(
            one.method, one.path, one.body, content_type="application/json", headers=headers
        )
        assert (one.method, one.path, answer.status_code) == (one.method, one.path, one.status)
        assert holds(answer.json(), one.answer), answer.content.decode()
    assert len(seen) == 7


def test_the_page_names_every_scope() -> None:
    named = re.findall(r"^\| `(\w+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert named == Scope.values
