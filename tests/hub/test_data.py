"""Open data: what goes out, with its source, and what must not."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from tests.programme.published import JAPANESE, printed

from kyoso import reference
from kyoso.core import hashes
from kyoso.hub import texts
from kyoso.hub.programme import importing, services
from kyoso.hub.programme.models import Activity
from kyoso.programme.reading import read_text


@pytest.mark.usefixtures("catalogue")
def test_every_reference_table_is_listed_with_its_rows_and_a_way_to_it(client: Client) -> None:
    page = client.get("/en/data/").content.decode()
    for name in reference.catalogue():
        assert f'href="/en/data/reference/{name}.csv"' in page
        assert f'href="/en/data/reference/{name}.csv-metadata.json"' in page
        assert f"portal.data.table.{name.replace('/', '_')}" in texts.entries()


@pytest.mark.usefixtures("catalogue")
def test_unverified_rows_are_counted_where_the_table_is_listed(client: Client) -> None:
    table = reference.load("ghg/factors_ipcc2006")
    unverified = sum(row["verification"] == "unverified" for row in table.rows)
    page = client.get("/en/data/").content.decode()
    [row] = [part for part in page.split("<tr>") if "factors_ipcc2006.csv" in part]
    assert f">{len(table.rows)}<" in row
    assert f'<span class="unverified">{unverified}</span>' in row


@pytest.mark.django_db
@pytest.mark.parametrize("name", reference.catalogue())
def test_a_table_goes_out_as_shipped_and_is_described(client: Client, name: str) -> None:
    answer = client.get(f"/en/data/reference/{name}.csv")
    table = reference.load(name)
    assert hashes.of_bytes(answer.content) == table.sha256
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    address = answer.headers["Link"].partition(">")[0].removeprefix("<")
    metadata = json.loads(client.get(address).content)
    assert metadata["dc:identifier"] == f"sha256:{table.sha256}"
    assert metadata["dc:license"] == list(dict.fromkeys(row["licence"] for row in table.rows))
    assert [one["name"] for one in metadata["tableSchema"]["columns"]] == list(table.columns)
    assert sum(metadata["notes"][0]["verification"].values()) == len(table.rows)


@pytest.mark.django_db
def test_what_one_has_is_not_sent_again(client: Client) -> None:
    first = client.get("/en/data/reference/ghg/gwp100.csv")
    again = client.get(
        "/en/data/reference/ghg/gwp100.csv", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.usefixtures("catalogue")
def test_the_catalogue_of_a_programme_goes_out_whole(client: Client) -> None:
    data = json.loads(client.get("/en/data/programme/space.json").content)
    [edition] = data["editions"]
    rows = reference.load("programme/activities").where(programme="space")
    assert [one["code"] for one in edition["activities"]] == [row["code"] for row in rows]
    assert [one["aim"]["ja"] for one in edition["activities"]] == [row["aim_ja"] for row in rows]
    for kind, name in {
        "instruments": "activity_instruments",
        "frameworks": "activity_frameworks",
        "bodies": "activity_bodies",
        "initiatives": "initiative_activities",
    }.items():
        shipped = reference.load(f"programme/{name}").where(programme="space")
        assert len(data["links"][kind]) == len(shipped)
    absent = [one["indicator"] for one in data["indicators"] if one["value"]["value"] is None]
    shipped = reference.load("programme/indicators").where(programme="space")
    assert absent == [row["id"] for row in shipped if not row["value"]]


@pytest.mark.usefixtures("catalogue")
def test_every_record_says_where_it_comes_from(client: Client) -> None:
    data = json.loads(client.get("/en/data/programme/clean-asia.json").content)
    [edition] = data["editions"]
    records = [data["programme"], edition, *edition["headings"], *edition["activities"]]
    assert all(one["source"]["document"] and one["source"]["licence"] for one in records)


@pytest.mark.usefixtures("catalogue")
def test_an_imported_official_text_is_not_passed_on(client: Client) -> None:
    before = client.get("/en/data/programme/space.json").content
    importing.import_edition(
        programme_key="space",
        label="2025",
        parsed=read_text(printed(JAPANESE)).edition,
        name="text.txt",
        sha256="0" * 64,
    )
    assert client.get("/en/data/programme/space.json").content == before


@pytest.mark.usefixtures("loaded")
def test_participation_holds_what_members_answered_and_no_sample(client: Client) -> None:
    address = "/en/data/programme/space/participation.csv"
    assert client.get(address).content.decode().count("\n") == 1
    activity = Activity.objects.get(programme__key="space", key="1-1-2")
    services.record_stance(activity=activity, member="THA", level="interested")
    [row] = csv.DictReader(io.StringIO(client.get(address).content.decode()))
    assert (row["code"], row["member"], row["level"]) == ("1-1-2", "THA", "interested")
    assert row["source"]
    assert row["licence"]


@pytest.mark.usefixtures("loaded")
def test_the_page_counts_answers_without_the_sample(client: Client) -> None:
    page = client.get("/en/data/").content.decode()
    assert page.count("no replies yet") == 2
    assert "Sample data are left out of every file." in page


@pytest.mark.usefixtures("loaded")
def test_the_description_of_participation_says_what_missing_means(client: Client) -> None:
    answer = client.get("/en/data/programme/space/participation.csv")
    address = answer.headers["Link"].partition(">")[0].removeprefix("<")
    metadata = json.loads(client.get(address).content)
    assert metadata["notes"][0]["missing"].endswith("no reply, which is not a no")
    header = answer.content.decode().splitlines()[0].split(",")
    assert [one["name"] for one in metadata["tableSchema"]["columns"]] == header


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    "address",
    [
        "reference/ghg/none.csv",
        "reference/ghg/none.csv-metadata.json",
        "programme/none.json",
        "programme/none/participation.csv",
        "programme/none/participation.csv-metadata.json",
    ],
)
def test_what_is_not_there_is_not_found(client: Client, address: str) -> None:
    assert client.get(f"/en/data/{address}").status_code == 404


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("address", "most"),
    [("", 2), ("programme/space.json", 10), ("programme/space/participation.csv", 5)],
)
def test_data_ask_a_fixed_number_of_queries(
    client: Client, address: str, most: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(most):
        assert client.get(f"/en/data/{address}").status_code == 200


@pytest.mark.django_db
def test_without_a_programme_the_page_says_how_one_comes(client: Client) -> None:
    page = client.get("/ja/data/").content.decode()
    assert "kyoso manage load_catalogue" in page
