"""Participation, projects, overlaps and organisations through the interface."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.hub.api_world import bearer
from tests.hub.people import organisation, person
from tests.hub.test_api import ROOT, everything, get
from tests.hub.test_projects import begin, registered

from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import Organisation, User
from kyoso.hub.api.enums import Scope
from kyoso.hub.programme.enums import Level
from kyoso.hub.programme.models import Participation
from kyoso.hub.projects.models import Milestone, Pair, Project, Site
from kyoso.hub.record.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]

STANCE = f"{ROOT}/participation/space/XAA/1-1-1"
NOBODY = "00000000-0000-0000-0000-000000000000"


def send(method: str, path: str, headers: dict[str, str], body: Any = None, **more: str) -> Any:
    """A request with a JSON body; ``match`` and ``key`` become headers."""
    names = {"match": "If-Match", "key": "Idempotency-Key"}
    sent = headers | {names[name]: value for name, value in more.items()}
    return getattr(Client(), method)(
        path, {} if body is None else body, content_type="application/json", headers=sent
    )


def draft(**given: Any) -> dict[str, Any]:
    return {
        "title": {"en": "Inventory training", "ja": "インベントリ研修"},
        "summary": {"en": "Courses for ministry staff", "ja": "省庁職員向けの研修"},
        "initiative": "space",
        "activities": ["space/1-1-1"],
        "countries": ["XAA"],
        "starts": "2026-04-01",
        **given,
    }


# --- participation ------------------------------------------------------------------------


def test_silence_is_no_reply_and_has_a_version_to_answer_on() -> None:
    silent = get(STANCE)
    assert (silent.json()["level"], silent.json()["version"]) == (None, 0)
    headers = bearer(person(Role.FOCAL_POINT, country="XAA"))
    put = send("put", STANCE, headers, {"level": "lead"}, match=silent.headers["ETag"])
    assert (put.status_code, put.json()["level"]) == (200, "lead")
    assert Participation.objects.get().level == Level.LEAD


def test_an_answer_without_the_version_it_rests_on_is_not_taken() -> None:
    headers = bearer(person(Role.FOCAL_POINT, country="XAA"))
    refused = send("put", STANCE, headers, {"level": "lead"})
    assert (refused.status_code, refused.json()["code"]) == (428, "precondition-required")
    assert not Participation.objects.exists()


@pytest.mark.parametrize("mark", ['"v0"', '"v2"', '"other"', "W/x"])
def test_an_answer_on_another_version_comes_back_with_the_record_as_it_is(mark: str) -> None:
    headers = bearer(person(Role.FOCAL_POINT, country="XAA"))
    send("put", STANCE, headers, {"level": "lead", "needs": "two"}, match='"v0"')
    refused = send("put", STANCE, headers, {"level": "interested"}, match=mark)
    assert refused.status_code == 412
    current = refused.json()["current"]
    assert (current["level"], current["version"]) == ("lead", 1)
    assert current["details"]["needs"] == "two"


def test_the_mark_is_taken_as_it_comes_through_a_compressing_server() -> None:
    headers = bearer(person(Role.FOCAL_POINT, country="XAA"))
    long = get(f"{ROOT}/programmes/space", {"Accept-Encoding": "gzip"})
    assert long.headers["ETag"].startswith('W/"v0-')
    mark = f"W/{get(STANCE).headers['ETag']}"
    assert send("put", STANCE, headers, {"level": "lead"}, match=mark).status_code == 200


def test_an_answer_is_withdrawn_and_that_repeats_without_effect() -> None:
    headers = bearer(person(Role.FOCAL_POINT, country="XAA"))
    made = send("put", STANCE, headers, {"level": "lead"}, match='"v0"')
    gone = send("delete", STANCE, headers, match=made.headers["ETag"])
    assert gone.json()["level"] is None
    events = Event.objects.count()
    send("delete", STANCE, headers, match=made.headers["ETag"])
    assert Event.objects.count() == events


def test_the_public_reads_the_level_and_people_with_a_role_the_rest() -> None:
    headers = bearer(person(Role.FOCAL_POINT, country="XAA"))
    send("put", STANCE, headers, {"level": "lead", "needs": "experts"}, match='"v0"')
    assert get(STANCE).json()["details"] is None
    assert get(STANCE, bearer(person())).json()["details"] is None
    assert get(STANCE, bearer(person(Role.VERIFIER))).json()["details"]["needs"] == "experts"


def test_nobody_answers_for_the_member_of_another() -> None:
    headers = bearer(person(Role.FOCAL_POINT, country="XAB"))
    refused = send("put", STANCE, headers, {"level": "lead"}, match='"v0"')
    assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed")


def test_the_secretariat_says_on_whose_word_it_answers() -> None:
    headers = bearer(person(Role.SECRETARIAT))
    refused = send("put", STANCE, headers, {"level": "lead"}, match='"v0"')
    assert (refused.status_code, refused.json()["where"]) == (422, "why")
    told = send("put", STANCE, headers, {"level": "lead", "why": "letter"}, match='"v0"')
    assert told.status_code == 200


def test_all_that_is_wrong_with_an_answer_is_told_at_once() -> None:
    headers = bearer(person(Role.FOCAL_POINT, country="XAA"))
    body = {"level": "not_now", "priority": 1, "since": "2026-02-01", "until": "2026-01-01"}
    refused = send("put", STANCE, headers, body, match='"v0"')
    assert refused.status_code == 422
    assert [one["where"] for one in refused.json()["faults"]] == ["priority", "until"]
    shape = send("put", STANCE, headers, {"level": "?", "x": 1, "since": "soon"}, match='"v0"')
    assert {one["where"] for one in shape.json()["faults"]} == {
        "body.level",
        "body.x",
        "body.since",
    }


def test_answers_of_sample_countries_come_only_when_asked_for() -> None:
    headers = bearer(person(Role.FOCAL_POINT, country="XAA"))
    send("put", STANCE, headers, {"level": "lead"}, match='"v0"')
    assert everything(f"{ROOT}/participation") == []
    [one] = everything(f"{ROOT}/participation", sample="true")
    assert (one["member"], one["sample"]) == ("XAA", True)


# --- projects -----------------------------------------------------------------------------


def of_a(role: Role = Role.IMPLEMENTING_AGENCY) -> tuple[User, Organisation]:
    own = organisation(country="XAA", sample=True)
    return person(role, country="XAA", of=own), own


def test_a_draft_is_begun_once_however_often_it_arrives() -> None:
    agency, own = of_a()
    headers = bearer(agency)
    sent = [
        send("post", f"{ROOT}/projects", headers, draft(lead=own.pk), key="abc") for _ in range(2)
    ]
    assert [one.status_code for one in sent] == [201, 201]
    assert sent[0].json()["id"] == sent[1].json()["id"]
    assert Project.objects.count() == 1
    other = send("post", f"{ROOT}/projects", headers, draft(lead=own.pk), key="abd")
    assert other.json()["id"] != sent[0].json()["id"]


def test_the_key_of_one_person_tells_nothing_to_another() -> None:
    agency, own = of_a()
    first = send("post", f"{ROOT}/projects", bearer(agency), draft(lead=own.pk), key="abc").json()
    stranger = person(Role.SECRETARIAT)
    second = send("post", f"{ROOT}/projects", bearer(stranger), draft(lead=own.pk), key="abc")
    assert second.json()["id"] != first["id"]


def test_a_change_rests_on_the_version_that_was_seen() -> None:
    agency, own = of_a()
    headers = bearer(agency)
    made = send("post", f"{ROOT}/projects", headers, draft(lead=own.pk))
    path = f"{ROOT}/projects/{made.json()['id']}"
    mark = made.headers["ETag"]
    first = send("patch", path, headers, {"ends": "2028-03-31"}, match=mark)
    assert (first.status_code, first.json()["ends"]) == (200, "2028-03-31")
    stale = send("patch", path, headers, {"ends": "2029-03-31"}, match=mark)
    assert (stale.status_code, stale.json()["current"]["ends"]) == (412, "2028-03-31")
    assert send("patch", path, headers, {"ends": None}, match='"v2"').json()["ends"] is None
    assert send("patch", path, headers, {"ends": None}).status_code == 428


def test_nobody_registers_what_they_wrote_and_another_does() -> None:
    own = organisation(country="XAA", sample=True)
    focal = person(Role.FOCAL_POINT, country="XAA", of=own)
    headers = bearer(focal)
    made = send("post", f"{ROOT}/projects", headers, draft(lead=own.pk)).json()
    one = f"{ROOT}/projects/{made['id']}"
    path = f"{one}/register"
    other = bearer(person(Role.FOCAL_POINT, country="XAA"))
    early = send("post", path, other, match='"v1"')
    assert (early.status_code, early.json()["code"]) == (409, "wrong-state")
    assert send("post", f"{one}/submit", headers, match='"v1"').json()["state"] == "submitted"
    back = send("post", f"{one}/return", other, {"why": "no city"}, match='"v2"')
    assert back.json()["state"] == "returned"
    assert send("post", f"{one}/submit", headers, match='"v3"').json()["state"] == "submitted"
    refused = send("post", path, headers, match='"v4"')
    assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed")
    done = send("post", path, other, match='"v4"')
    assert (done.status_code, done.json()["state"]) == (200, "registered")
    assert send("post", path, other, match='"v4"').json()["version"] == done.json()["version"]


def test_a_project_is_not_handed_to_an_organisation_one_does_not_act_for() -> None:
    agency, own = of_a()
    headers = bearer(agency)
    made = send("post", f"{ROOT}/projects", headers, draft(lead=own.pk)).json()
    other = organisation(country="XAB", sample=True)
    path = f"{ROOT}/projects/{made['id']}"
    assert send("patch", path, headers, {"lead": other.pk}, match='"v1"').status_code == 403
    refused = send("post", f"{ROOT}/projects", headers, draft(lead=other.pk))
    assert refused.status_code == 403


def hidden_paths(one: Project, pair: Pair, site: Site) -> list[tuple[str, str, Any]]:
    """Every way to a project that goes by its number."""
    path = f"{ROOT}/projects/{one.pk}"
    named = {"en": "x", "ja": "x"}
    return [
        ("get", path, None),
        ("patch", path, {"ends": None}),
        ("post", f"{path}/register", None),
        ("post", f"{path}/complete", {}),
        ("post", f"{path}/cancel", {"why": "x"}),
        ("post", f"{path}/sites", {"name": named, "country": "XAA"}),
        ("put", f"{path}/sites/{site.pk}", {"name": named, "country": "XAA"}),
        ("delete", f"{path}/sites/{site.pk}", None),
        ("get", f"{ROOT}/overlaps?project={one.pk}", None),
        ("get", f"{ROOT}/overlaps/{pair.pk}", None),
        ("post", f"{ROOT}/overlaps/{pair.pk}/judgements", {"verdict": "same", "reason": "x"}),
    ]


def test_a_draft_of_one_member_does_not_exist_for_another_by_any_path() -> None:
    registered()
    mine = begin(lead=organisation(country="XAB", sample=True), countries=["XAB"])
    site = Site.objects.create(project=mine, name=mine.title, country="XAB")
    pair = Pair.objects.get()
    stranger = bearer(person(Role.FOCAL_POINT, country="XAA"))
    owner = bearer(person(Role.FOCAL_POINT, country="XAB"))
    for headers in (stranger, bearer(person(Role.ACTIVITY_LEAD, scope="space/1-1-1"))):
        for method, path, body in hidden_paths(mine, pair, site):
            if method == "get":
                answer = get(path.partition("?")[0], headers) if "?" not in path else None
                answer = answer or Client().get(path, headers=headers)
            else:
                answer = send(method, path, headers, body, match='"v1"')
            assert (answer.status_code, path) == (404, path)
            unknown = path.replace(str(mine.pk), NOBODY).replace(f"/{pair.pk}", "/999999")
            same = (
                Client().get(unknown, headers=headers)
                if method == "get"
                else send(method, unknown, headers, body, match='"v1"')
            )
            assert same.content == answer.content
        listed = everything(f"{ROOT}/projects", headers, sample="true")
        assert str(mine.pk) not in [one["id"] for one in listed]
    assert get(f"{ROOT}/projects/{mine.pk}").status_code == 404
    assert get(f"{ROOT}/projects/{mine.pk}", owner).status_code == 200


def test_parts_have_versions_of_their_own() -> None:
    agency, own = of_a()
    headers = bearer(agency)
    made = send("post", f"{ROOT}/projects", headers, draft(lead=own.pk))
    path = f"{ROOT}/projects/{made.json()['id']}"
    body = {
        "kind": "commitment",
        "instrument": "grant",
        "sector": "public",
        "currency": "USD",
        "amount": "1000.50",
        "date": "2026-05-01",
    }
    added = send("post", f"{path}/finance", headers, body, key="k")
    again = send("post", f"{path}/finance", headers, body, key="k")
    assert (added.status_code, added.json()["amount"]) == (201, "1000.5")
    assert again.json()["id"] == added.json()["id"]
    part = f"{path}/finance/{added.json()['id']}"
    changed = send("put", part, headers, body | {"amount": "2"}, match=added.headers["ETag"])
    assert (changed.json()["amount"], changed.json()["version"]) == ("2", 2)
    stale = send("put", part, headers, body, match=added.headers["ETag"])
    assert (stale.status_code, stale.json()["current"]["amount"]) == (412, "2")
    whole = get(path, headers)
    assert whole.json()["version"] == made.json()["version"]
    assert whole.headers["ETag"] != made.headers["ETag"]
    assert send("delete", part, headers, match='"v1"').status_code == 412
    assert send("delete", part, headers, match='"v2"').status_code == 204
    assert get(path, headers).json()["parts"]["finance"] == []


def test_what_is_only_proposed_is_written_anew_under_its_negative_number() -> None:
    agency, own = of_a()
    headers, one = bearer(agency), registered(lead=own)
    site = {"name": {"en": "Kota", "ja": "コタ"}, "country": "XAA"}
    [edit] = send("post", f"{ROOT}/projects/{one.pk}/sites", headers, site).json()["edits"]
    assert edit["part"] < 0
    path, seen = f"{ROOT}/projects/{one.pk}/sites/{edit['part']}", f'"v{edit["version"]}"'
    moved = site | {"latitude": 1.5, "longitude": 103.5}
    written = send("put", path, headers, moved, match=seen)
    [now] = written.json()["edits"]
    assert (written.status_code, now["values"]["latitude"]) == (202, "1.5")
    stale = send("put", path, headers, site, match=seen)
    assert (stale.status_code, stale.json()["current"]["edits"]) == (412, [now])
    assert send("put", path, bearer(person()), moved, match=seen).status_code == 404
    other = path.replace(str(edit["part"]), "-999999")
    assert send("put", other, headers, moved, match=seen).status_code == 404
    gone = send("delete", path, headers, match=f'"v{now["version"]}"')
    assert (gone.status_code, gone.json()["state"], gone.json()["edits"]) == (202, "withdrawn", [])
    assert not Site.objects.exists()


def test_a_milestone_is_reported_by_its_people_and_confirmed_by_another() -> None:
    agency, own = of_a()
    headers, one = bearer(agency), registered(lead=own)
    focal = bearer(person(Role.FOCAL_POINT, country="XAA"))
    planned = Milestone.objects.create(project=one, title=one.title, due="2025-06-01")
    path = f"{ROOT}/projects/{one.pk}/milestones/{planned.pk}"
    assert send("post", f"{path}/confirm", focal, match='"v1"').status_code == 409
    late = send("post", f"{path}/report", headers, {"done": "2999-01-01"}, match='"v1"')
    assert [fault["where"] for fault in late.json()["faults"]] == ["done"]
    told = send("post", f"{path}/report", headers, {"done": "2025-05-30"}, match='"v1"')
    assert (told.json()["done"], told.json()["confirmed"]) == ("2025-05-30", False)
    assert send("post", f"{path}/confirm", headers, match='"v2"').status_code == 403
    assert send("post", f"{path}/confirm", focal, match='"v1"').status_code == 412
    done = [send("post", f"{path}/confirm", focal, match='"v2"').json() for _ in range(2)]
    assert (done[0]["confirmed"], done[1]) == (True, done[0])


def test_what_a_service_refuses_is_told_by_field_in_both_languages() -> None:
    agency, own = of_a()
    headers = bearer(agency)
    refused = send("post", f"{ROOT}/projects", headers, draft(lead=own.pk, starts="2020-01-01"))
    [fault] = refused.json()["faults"]
    assert (refused.status_code, fault["where"]) == (422, "initiative")
    assert fault["message"]["en"].startswith("the project began on 1 January 2020")
    assert fault["message"]["ja"] != fault["message"]["en"]
    unknown = send(
        "post", f"{ROOT}/projects", headers, draft(lead=own.pk, activities=["space/9-9-9"])
    )
    assert [one["where"] for one in unknown.json()["faults"]] == ["activities"]


def test_a_write_needs_its_scope() -> None:
    agency, own = of_a()
    headers = bearer(agency, Scope.READ, Scope.PROGRESS)
    refused = send("post", f"{ROOT}/projects", headers, draft(lead=own.pk))
    assert (refused.status_code, refused.json()["code"]) == (403, "scope")


def test_a_list_of_projects_asks_the_same_number_of_queries_for_one_and_for_fifty() -> None:
    headers = bearer(person(Role.SECRETARIAT))
    counts = []
    for more in (1, 49):
        for _ in range(more):
            registered(lead=organisation(country="XAA", sample=True))
        get(f"{ROOT}/projects", headers)
        with CaptureQueriesContext(connection) as asked:
            found = get(f"{ROOT}/projects", headers, sample="true").json()["items"]
        counts.append((len(found), len(asked)))
    assert [rows for rows, _ in counts] == [1, 50]
    assert counts[0][1] == counts[1][1] <= 8


# --- overlaps -----------------------------------------------------------------------------


def test_a_pair_is_judged_by_another_person_and_the_judgement_is_kept() -> None:
    agency, own = of_a()
    first = registered(lead=own)
    send("post", f"{ROOT}/projects", bearer(agency), draft(lead=own.pk))
    pair = Pair.objects.get()
    path = f"{ROOT}/overlaps/{pair.pk}"
    judge = bearer(person(Role.SECRETARIAT))
    seen = get(path, judge)
    assert {seen.json()["first"]["id"], seen.json()["second"]["id"]} >= {str(first.pk)}
    body = {"verdict": "related", "reason": "one trains, the other buys"}
    made = send("post", f"{path}/judgements", judge, body, match=seen.headers["ETag"], key="k")
    again = send("post", f"{path}/judgements", judge, body, match=seen.headers["ETag"], key="k")
    assert (made.status_code, made.json()["verdict"]) == (201, "related")
    assert len(again.json()["judgements"]) == 1
    focal = bearer(person(Role.FOCAL_POINT, country="XAA"))
    stale = send("post", f"{path}/judgements", focal, body, match=seen.headers["ETag"])
    assert stale.status_code == 412
    assert get(f"{ROOT}/overlaps").status_code == 401


# --- organisations ------------------------------------------------------------------------


def test_organisations_are_added_and_changed_by_the_secretariat() -> None:
    body = {"name": {"en": "Ministry", "ja": "省"}, "kind": "ministry", "country": "VNM"}
    path = f"{ROOT}/organisations"
    refused = send("post", path, bearer(person(Role.FOCAL_POINT, country="XAA")), body)
    assert refused.status_code == 403
    headers = bearer(person(Role.SECRETARIAT))
    made = send("post", path, headers, body, key="k")
    assert send("post", path, headers, body, key="k").json()["id"] == made.json()["id"]
    one = f"{path}/{made.json()['id']}"
    changed = send("put", one, headers, body | {"abbreviation": "MoE"}, match='"v1"')
    assert (changed.status_code, changed.json()["abbreviation"]) == (200, "MoE")
    assert send("put", one, headers, body, match='"v1"').status_code == 412


def test_a_role_is_given_and_ends() -> None:
    headers = bearer(person(Role.SECRETARIAT))
    one, of = person(), organisation()
    body = {"user": one.pk, "organisation": of.pk, "role": "verifier", "since": "2026-01-01"}
    made = send("post", f"{ROOT}/memberships", headers, body, key="k")
    assert made.status_code == 201
    path = f"{ROOT}/memberships/{made.json()['id']}/end"
    sent = {"until": "2026-02-01", "why": "left"}
    assert send("post", path, headers, sent, match='"v1"').json()["until"] == "2026-02-01"
    mine = everything(f"{ROOT}/memberships", bearer(one))
    assert [each["role"] for each in mine] == ["verifier"]
    assert send("post", f"{ROOT}/memberships", bearer(one), body).status_code == 404
