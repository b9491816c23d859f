"""The pages that are there, in both languages, with the catalogue and the sample data."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from kyoso.hub.accounts import services as accounts
from kyoso.hub.programme import services as programme
from kyoso.hub.settings import BASE
from kyoso.publishing import fonts

PAGES = (
    "/{}/",
    "/{}/programmes/space/",
    "/{}/programmes/clean-asia/",
    "/{}/programmes/space/2025/",
    "/{}/programmes/space/2025/1-1-1/",
    "/{}/programmes/space/2025/2-2-3/",
    "/{}/members/",
    "/{}/members/LAO/",
    "/{}/compare/",
    "/{}/data/",
    "/{}/report/",
    "/{}/sign-in/",
)


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


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    "page", ["/en/programmes/space/2025/", "/ja/programmes/space/2025/1-2-3-2/"]
)
def test_editions_and_activities_ask_a_fixed_number_of_queries(
    client: Client, page: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(20):
        assert client.get(page).status_code == 200


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


@pytest.mark.django_db
@pytest.mark.parametrize("aim", ["/en/members/?programme=space", "/ja/"])
def test_after_signing_in_one_is_where_one_came_from(client: Client, aim: str) -> None:
    accounts.load_sample_users(password="only-for-this-test-17")
    programme.load_catalogue()
    page = client.get(aim).content.decode()
    way = page.split('href="', page.count('href="'))
    [sign_in] = {part.split('"')[0] for part in way if "/sign-in/" in part.split('"')[0]}
    login = {"login": "analyst@sample.example", "password": "only-for-this-test-17"}
    form = client.get(sign_in).content.decode()
    assert f'<input type="hidden" name="next" value="{aim}">' in form
    answer = client.post(sign_in, {**login, "next": aim})
    assert (answer.status_code, answer.headers["Location"]) == (302, aim)


@pytest.mark.django_db
def test_signing_in_leads_to_no_other_site(client: Client) -> None:
    accounts.load_sample_users(password="only-for-this-test-17")
    login = {"login": "analyst@sample.example", "password": "only-for-this-test-17"}
    answer = client.post("/en/sign-in/", {**login, "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/en/"


@pytest.mark.django_db
def test_the_sign_in_page_says_what_needs_an_account(client: Client) -> None:
    page = client.get("/en/sign-in/").content.decode()
    assert "Reading needs none; running a method on your own data needs one." in page
    assert "next=" not in page


def test_the_site_has_the_faces_that_figures_and_reports_have() -> None:
    style = (BASE / "static" / "kyoso.css").read_text(encoding="utf-8")
    rules = [line for line in style.splitlines() if line.startswith("@font-face{")]
    assert rules == [
        fonts.web_face(face, f"fonts/{face.path.name}").strip() for face in fonts.WEB_FACES
    ]
    assert f'--family: "{fonts.LATIN}", "{fonts.JAPANESE}"' in style


@pytest.mark.usefixtures("loaded")
def test_the_part_of_the_site_is_marked_in_the_navigation(client: Client) -> None:
    page = client.get("/en/members/LAO/").content.decode()
    assert '<a href="/en/members/" aria-current="true">Members</a>' in page
    assert '<a href="/en/">Programme</a>' in page


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("page", PAGES)
def test_pages_that_use_no_script_load_none(client: Client, page: str) -> None:
    assert "<script" not in client.get(page.format("en")).content.decode()
