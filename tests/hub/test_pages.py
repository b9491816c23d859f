"""The pages that are there, in both languages, with the catalogue and the sample data."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from kyoso.hub.accounts import services as accounts
from kyoso.hub.programme import services as programme

PAGES = (
    "/{}/",
    "/{}/programmes/space/",
    "/{}/programmes/clean-asia/",
    "/{}/programmes/space/2025/",
    "/{}/programmes/space/2025/1-1-1/",
    "/{}/programmes/space/2025/2-2-3/",
    "/{}/sign-in/",
)


@pytest.fixture
def loaded(db: None) -> None:
    programme.load_catalogue()
    programme.load_sample_stances()


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("page", PAGES)
def test_pages_answer_in_their_language(client: Client, page: str, language: str) -> None:
    answer = client.get(page.format(language))
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.content.decode()


@pytest.mark.usefixtures("loaded")
def test_sample_stances_are_marked_and_members_have_not_replied(client: Client) -> None:
    page = client.get("/en/").content.decode()
    assert "sample data" in page
    assert page.count("no reply") >= 11


@pytest.mark.django_db
def test_an_empty_installation_says_how_to_begin(client: Client) -> None:
    answer = client.get("/ja/")
    assert answer.status_code == 200
    assert "kyoso demo" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/en/nothing/", "/ja/programmes/none/"])
def test_what_is_not_there_is_said_in_words(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert "Kyoso" in answer.content.decode()


@pytest.mark.usefixtures("loaded")
def test_loading_twice_changes_nothing(client: Client) -> None:
    before = client.get("/en/").content
    programme.load_catalogue()
    programme.load_sample_stances()
    assert client.get("/en/").content == before


@pytest.mark.usefixtures("loaded")
def test_the_wall_asks_no_query_per_row(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/en/")
    with django_assert_max_num_queries(15):
        client.get("/en/")


@pytest.mark.django_db
def test_a_sample_login_signs_in_and_out(client: Client) -> None:
    accounts.load_sample_users(password="only-for-this-test-17")
    wrong = client.post("/en/sign-in/", {"login": "analyst@sample.example", "password": "no"})
    assert wrong.status_code == 200
    right = {"login": "analyst@sample.example", "password": "only-for-this-test-17"}
    assert client.post("/en/sign-in/", right).status_code == 302
    assert "Sign out" in client.get("/en/sign-out/").content.decode()
    client.post("/en/sign-out/")
    assert client.get("/en/sign-out/").status_code == 302
