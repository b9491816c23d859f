"""Members: who belongs since when, what each replied, and silence that is not a no."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from kyoso.hub.programme import selectors, services
from kyoso.hub.programme.models import Activity, Programme
from kyoso.hub.reported import listings


def codes(programme: str, day: date) -> list[str]:
    return [one.code for one in selectors.members(Programme.objects.get(key=programme), day)]


@pytest.mark.usefixtures("catalogue")
def test_timor_leste_belongs_from_its_admission_on() -> None:
    """SPACE 2025 was adopted on 4 September 2025 by ten; the eleventh joined on 26 October."""
    ten = ["BRN", "KHM", "IDN", "LAO", "MYS", "MMR", "PHL", "SGP", "THA", "VNM", "JPN"]
    assert codes("space", date(2025, 9, 4)) == ten
    assert codes("space", date(2025, 10, 25)) == ten
    assert set(codes("space", date(2025, 10, 26))) - set(ten) == {"TLS"}


@pytest.mark.usefixtures("catalogue")
def test_partners_stand_behind_the_members_and_are_named_so() -> None:
    [*members, japan] = selectors.members(Programme.objects.get(key="space"), date(2026, 1, 1))
    assert not any(one.partner for one in members)
    assert (japan.code, japan.partner) == ("JPN", True)


@pytest.mark.usefixtures("catalogue")
def test_the_page_says_since_when_and_by_which_source(client: Client) -> None:
    page = client.get("/en/members/").content.decode()
    assert "since 26 October 2025" in page
    assert "Timor-Leste officially becomes ASEAN&#x27;s 11th member" in page
    assert "1967年8月8日から" in client.get("/ja/members/").content.decode()


@pytest.mark.usefixtures("catalogue")
def test_a_date_that_is_not_recorded_is_said_so(client: Client) -> None:
    """The outline names the ten members of ASEAN and six more countries, and no dates."""
    page = client.get("/en/members/?programme=clean-asia").content.decode()
    assert page.count("date not recorded") == 10 + 6


@pytest.mark.usefixtures("catalogue")
def test_without_sample_data_no_sample_country_shows(client: Client) -> None:
    page = client.get("/en/members/").content.decode()
    assert "Sample countr" not in page
    assert "sample data" not in page


@pytest.mark.usefixtures("loaded")
def test_sample_countries_stand_apart_and_are_marked(client: Client) -> None:
    page = client.get("/en/members/").content.decode()
    real, samples = page.split('<section aria-labelledby="samples">')
    assert "Sample country A" not in real.split('class="wide-left"')[-1]
    assert "Sample country A" in samples
    assert "sample data" in samples


@pytest.mark.usefixtures("catalogue")
def test_replies_are_counted_by_level_and_silence_is_counted_apart() -> None:
    edition = selectors.latest_edition("space")
    for code, level in {"1-1-1": "lead", "1-1-2": "interested", "1-1-3": "interested"}.items():
        activity = Activity.objects.get(programme__key="space", key=code)
        services.record_stance(activity=activity, member="LAO", level=level)
    replies = selectors.member_replies(selectors.wall(edition, date(2026, 1, 1)))
    [laos] = [one for one in replies if one.member.code == "LAO"]
    assert [count for _, count in laos.by_level] == [1, 0, 2, 0]
    assert (laos.replied, laos.none) == (3, 40)


@pytest.mark.usefixtures("loaded")
def test_a_member_page_lists_every_activity_with_its_answer(client: Client) -> None:
    page = client.get("/en/members/XAA/").content.decode()
    assert page.count('class="stance') == 43
    assert page.count('class="stance silent"') == 1
    assert "42 of 43 activities replied to" in page
    assert "sample data" in page


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/en/members/LAO/", "has not replied to any activity yet"),
        ("/ja/members/LAO/", "回答はまだありません"),
        ("/en/members/JPN/?programme=clean-asia", "Clean Asia Initiative"),
    ],
)
def test_a_member_without_a_reply_is_told_what_belongs_here(
    client: Client, address: str, words: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert words in answer.content.decode()


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    "address", ["/en/members/DEU/", "/en/members/lao/", "/en/members/?programme=none"]
)
def test_who_does_not_belong_has_no_page(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("where", ["/en/", "/en/members/"])
def test_tiles_and_heads_lead_to_the_members(client: Client, where: str) -> None:
    page = client.get(where).content.decode()
    assert 'href="/en/members/TLS/?programme=space"' in page
    assert 'href="/en/members/XAA/?programme=space"' in page


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("address", ["/en/members/", "/ja/members/XAA/", "/en/members/LAO/"])
def test_members_ask_a_fixed_number_of_queries(
    client: Client, address: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    # One query for each list of what a country has reported comes to those of the page.
    with django_assert_max_num_queries(8 + len(listings())):
        client.get(address)


@pytest.mark.django_db
def test_an_empty_installation_has_no_members_yet(client: Client) -> None:
    assert "kyoso demo" in client.get("/en/members/").content.decode()
    assert client.get("/en/members/LAO/").status_code == 404


@pytest.mark.usefixtures("catalogue")
def test_who_has_no_tile_is_named_below_the_map() -> None:
    """The map has the eleven members of ASEAN; the outline of 2008 names six more countries."""
    wall = selectors.wall(selectors.latest_edition("clean-asia"), date(2026, 1, 1))
    assert len(selectors.tiles(wall)) == 10
    off = [member.code for member in selectors.off_map(wall)]
    assert off == ["AUS", "CHN", "IND", "JPN", "NZL", "KOR"]
