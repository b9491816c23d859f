"""Inventories, factors, targets and what countries state, through the interface."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings
from tests.hub import sample_world as world
from tests.hub.api_world import bearer
from tests.hub.people import person
from tests.hub.sample_world import login
from tests.hub.test_api import ROOT, everything, get
from tests.hub.test_api_projects import send

from kyoso.hub.accounts import services as accounts
from kyoso.hub.accounts.enums import Role
from kyoso.hub.evidence.inventory import sample, services
from kyoso.hub.evidence.inventory.models import Factor, Inventory
from kyoso.hub.record.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("inventory")]

GAS = 56.1545
"""t CO2-equivalent per TJ of natural gas: 56,100 kg CO2, 1 kg CH4, 0.1 kg N2O (IPCC 2006, Volume 2,
Table 2.2) by the AR5 potentials 28 and 265."""
HEAD = "country,year,category,source,quantity,unit\n"
TARGET = {
    "target": "Total", "kind": "fixed-level", "indicator": "total-without-lulucf-AR5",
    "unit": "t CO2e", "direction": "decrease", "level": "5000", "target_year": "2030",
    "cooperation": "no",
}  # fmt: skip


@pytest.fixture(autouse=True)
def people(settings: Settings, tmp_path: Path) -> None:
    settings.KYOSO_HOME = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    accounts.load_sample_users(password="sample-only-2025")


def outside() -> list[dict[str, str]]:
    """The public, another country, the secretariat."""
    others = person(Role.FOCAL_POINT, country="XAB"), person(Role.SECRETARIAT)
    return [{}, *map(bearer, others)]


def sheet(content: str) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("national.csv", (HEAD + content).encode())}


def test_an_inventory_goes_from_statistics_to_the_public_and_is_recalculated() -> None:
    focal, ministry = bearer(login("focal-a")), bearer(login("ministry-a"))
    body = {"country": "XAA", "year": 2019}
    assert send("post", f"{ROOT}/inventories", outside()[1], body).status_code == 403
    made = [send("post", f"{ROOT}/inventories", focal, body, key="i") for _ in range(2)]
    assert (made[0].status_code, made[0].json()) == (201, made[1].json())
    path, mark = f"{ROOT}/inventories/{made[0].json()['id']}", made[0].headers["ETag"]
    seen = focal | {"If-Match": mark}
    bad = "XAA,2019,1A1a,Natural Gas,-100,TJ\nXAA,2019,1A1a,Natural Gas,1,furlong\n"
    refused = Client().post(f"{path}/workbook", sheet(bad), headers=seen)
    places = [one["where"] for one in refused.json()["faults"]]
    assert (refused.status_code, places[0]) == (422, "national/quantity:2")
    good = sheet("XAA,2019,1A1a,Natural Gas,100,TJ\n")
    done = Client().post(f"{path}/workbook", good, headers=seen)
    assert float(done.json()["total"]) == pytest.approx(100 * GAS)
    for headers in outside():
        answers = [get(f"{path}{way}", headers).status_code for way in ("", "/categories")]
        assert answers == [404, 404]
    handed = send("post", f"{path}/submit", focal, match=done.headers["ETag"])
    mark = handed.headers["ETag"]
    for way in ("accept", "publish"):
        assert send("post", f"{path}/{way}", focal, match=mark).status_code == 403
        mark = send("post", f"{path}/{way}", ministry, match=mark).headers["ETag"]
    whole = get(path).json()
    assert (whole["state"], whole["reason"], whole["sheet_name"]) == ("published", None, None)
    found = {one["category"]: one for one in everything(f"{path}/categories")}
    assert float(found["1A1a"]["total"]) == pytest.approx(100 * GAS)
    assert (found["1A1a"]["above"], found["1"]["above"], found["1A1a"]["key"]) == (
        "1A1",
        "0",
        False,
    )
    rows = [one["values"] for one in everything(f"{path}/tables/inventory")]
    assert {one["gas"] for one in rows if one["category"] == "1A1a"} == {"CO2", "CH4", "N2O"}
    assert everything(f"{path}/key-categories") == []
    why = {"cause": "activity-data", "why": "A plant was forgotten."}
    again = [send("post", f"{path}/recalculate", focal, why, key="r").json() for _ in range(2)]
    assert (again[0]["number"], again[0]["id"]) == (2, again[1]["id"])
    assert [one["number"] for one in everything(f"{ROOT}/inventories", country="XAA")] == [1]
    assert len(everything(f"{ROOT}/inventories", focal, country="XAA")) == 2


def test_a_factor_goes_from_samples_into_the_library() -> None:
    focal, ministry = bearer(login("focal-a")), bearer(login("ministry-a"))
    run = sample.sampled(login("focal-a"))
    body = {"run": str(run.pk), "country": "XAA", "from_year": 2020, "why_outside": "low rank"}
    made = [send("post", f"{ROOT}/factors", focal, body, key="f") for _ in range(2)]
    assert (made[0].status_code, made[0].json()) == (201, made[1].json())
    assert send("post", f"{ROOT}/factors", focal, body).status_code == 422
    assert Factor.objects.count() == 1
    path, mark = f"{ROOT}/factors/{made[0].json()['id']}", made[0].headers["ETag"]
    assert [get(path, headers).status_code for headers in outside()] == [404, 404, 404]
    assert send("post", f"{path}/approve", focal, match=mark).status_code == 403
    done = send("post", f"{path}/approve", ministry, match=mark)
    assert (done.status_code, done.json()["state"]) == (200, "approved")
    ended = send("post", f"{path}/end", ministry, {"until_year": 2022}, match=done.headers["ETag"])
    assert ended.json()["until_year"] == 2022
    held = [len(everything(f"{ROOT}/factors", year=year)) for year in (2019, 2020, 2022, 2023)]
    assert held == [0, 1, 1, 0]


def inventory() -> Inventory:
    """A published inventory of A, of 100 TJ of natural gas."""
    focal, ministry = login("focal-a"), login("ministry-a")
    one = world.counted(services.begin(actor=focal, country="XAA", year=2019))
    one = services.submit(one, actor=focal, expected=one.version)
    one = services.accept(one, actor=ministry, expected=one.version)
    return services.publish(one, actor=ministry, expected=one.version)


def test_a_target_is_stated_published_by_another_and_tracked_by_the_inventory() -> None:
    ministry, focal = bearer(login("ministry-a")), bearer(login("focal-a"))
    behind, path = inventory(), f"{ROOT}/statements"
    wrong = {"country": "XAA", "kind": "target", "content": TARGET | {"level": "low", "unit": ""}}
    refused = send("post", path, ministry, wrong)
    assert {one["where"] for one in refused.json()["faults"]} == {"level", "unit"}
    right = wrong | {"content": TARGET}
    assert send("post", path, outside()[1], right).status_code == 403
    made = [send("post", path, ministry, right, key="t") for _ in range(2)]
    assert (made[0].status_code, made[0].json()) == (201, made[1].json())
    one, mark = f"{path}/{made[0].json()['id']}", made[0].headers["ETag"]
    assert [get(one, headers).status_code for headers in outside()] == [404, 404, 404]
    handed = send("post", f"{one}/submit", ministry, match=mark)
    mark = handed.headers["ETag"]
    assert send("post", f"{one}/publish", ministry, match=mark).status_code == 403
    done = send("post", f"{one}/publish", focal, match=mark)
    events = Event.objects.count()
    assert send("post", f"{one}/publish", focal, match=mark).json() == done.json()
    assert (done.json()["state"], Event.objects.count()) == ("published", events)

    tracked = get(f"{ROOT}/ndc/XAA").json()
    [target] = tracked["targets"]
    assert (target["latest_year"], target["value"]) == (2019, pytest.approx(100 * GAS))
    [listed] = get(f"{ROOT}/ndc").json()
    assert (listed["country"], listed["targets"]) == ("XAA", 1)
    years = {one["year"]: one for one in everything(f"{ROOT}/ndc/XAA/years")}
    assert years[2019]["inventory"] == str(behind.pk)
    assert (years[2030]["level"], years[2030]["value"], years[2030]["inventory"]) == (
        *(5000, None),
        None,
    )
    links = {(one["name"], one["form"]): one["href"] for one in tracked["files"]}
    assert Client().get(links["common_tables", "xlsx"]).status_code == 200
    assert ("draft", "docx") in links
    assert get(f"{ROOT}/ndc/XAB").status_code == 404
    [stated] = everything(path, country="XAA", kind="target")
    assert stated["content"]["level"] == "5000"
    withdrawn = send("post", f"{one}/withdraw", focal, {"reason": "a new one"},
                     match=done.headers["ETag"])  # fmt: skip
    assert withdrawn.json()["state"] == "replaced"
