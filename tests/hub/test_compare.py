"""Two editions compared in the browser."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

SPACE_TO_ASIA = "a=space/2025&b=clean-asia/2008"


@pytest.mark.usefixtures("catalogue")
def test_the_page_offers_every_edition_and_says_how_another_comes(client: Client) -> None:
    page = client.get("/en/compare/").content.decode()
    assert page.count('<option value="space/2025">SPACE 2025, our summary</option>') == 2
    assert page.count('<option value="clean-asia/2008">') == 2
    assert "kyoso manage import_edition FILE --programme space --edition LABEL" in page


@pytest.mark.usefixtures("catalogue")
def test_two_programmes_share_no_activity(client: Client) -> None:
    page = client.get(f"/en/compare/?{SPACE_TO_ASIA}").content.decode()
    assert "<h2>Added (6)</h2>" in page
    assert "<h2>Removed (43)</h2>" in page
    assert '<option value="space/2025" selected>' in page


@pytest.mark.usefixtures("catalogue")
def test_the_comparison_speaks_the_language_of_the_page(client: Client) -> None:
    page = client.get(f"/ja/compare/?{SPACE_TO_ASIA}").content.decode()
    assert "<h2>削除 (43)</h2>" in page
    assert "施策の進み具合を管理し" in page


@pytest.mark.usefixtures("catalogue")
def test_the_comparison_can_be_taken_along(client: Client) -> None:
    answer = client.get(f"/en/compare/changes.json?{SPACE_TO_ASIA}")
    assert answer.headers["Content-Type"] == "application/json"
    assert 'filename="changes.json"' in answer.headers["Content-Disposition"]
    counts = json.loads(answer.content)["counts"]
    assert (counts["added"], counts["removed"], counts["unchanged"]) == (6, 43, 0)
    text = client.get(f"/en/compare/changes.txt?{SPACE_TO_ASIA}").content.decode()
    assert "Added (6)" in text
    assert "{+Set up an office" in text


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ("a=space/2025&b=space/2025", 400, "Both are the same edition"),
        ("a=space/2025&b=space/1999", 404, "There is no such edition"),
        ("a=<script>&b=space/2025", 404, "There is no such edition"),
    ],
)
def test_a_choice_that_cannot_be_compared_is_said_beside_the_form(
    client: Client, asked: str, status: int, words: str
) -> None:
    answer = client.get(f"/en/compare/?{asked}")
    assert answer.status_code == status
    page = answer.content.decode()
    assert words in page
    assert "<script>" not in page
    assert client.get(f"/en/compare/changes.json?{asked}").status_code == 404


@pytest.mark.django_db
def test_without_an_edition_the_page_says_so(client: Client) -> None:
    page = client.get("/en/compare/").content.decode()
    assert "No edition has been loaded yet." in page
    assert "<select" not in page


@pytest.mark.usefixtures("catalogue")
def test_a_comparison_asks_a_fixed_number_of_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(5):
        client.get(f"/en/compare/?{SPACE_TO_ASIA}")
