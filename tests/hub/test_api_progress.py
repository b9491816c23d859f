"""A round of progress reports, proposals and scores through the interface."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice, product
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.hub.api_world import bearer
from tests.hub.people import person
from tests.hub.progress_sample import Scene, partnerships, scene
from tests.hub.test_api import ROOT, everything, get
from tests.hub.test_api_projects import NOBODY, send

from kyoso.hub.accounts.enums import Role
from kyoso.hub.programme.models import Activity
from kyoso.hub.programme.proposals.models import Proposal
from kyoso.hub.programme.synergies.models import Score
from kyoso.hub.progress import rounds
from kyoso.hub.progress.models import Report, Requirement
from kyoso.hub.record.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]

REPORTS = f"{ROOT}/reports"


@pytest.fixture
def there() -> Scene:
    return scene()


def begun(there: Scene) -> tuple[str, dict[str, str], str]:
    """A draft of the focal point: its address, the header, its mark."""
    headers = bearer(there.focal)
    made = send("post", f"{ROOT}/requirements/{there.requirement.pk}/report", headers, key="k")
    assert made.status_code == 201
    return f"{REPORTS}/{made.json()['id']}", headers, made.headers["ETag"]


def test_a_report_goes_from_its_author_to_the_public(there: Scene) -> None:
    path, focal, mark = begun(there)
    sent = {"language": "en", "narrative": "Two cities met."}
    mark = send("put", f"{path}/texts", focal, sent, match=mark).headers["ETag"]
    value = {"indicator": f"i{partnerships().pk}", "kind": "number", "number": "3.50"}
    body = {"values": [value | {"unit": "partnerships"}]}
    written = send("put", f"{path}/values", focal, body, match=mark)
    assert [one["number"] for one in written.json()["values"]] == ["3.5"]
    money = {"flow": "disbursed", "source": "own", "amount": "10.25", "currency": "USD"}
    paid = send(
        "put", f"{path}/finance", focal, {"finance": [money]}, match=written.headers["ETag"]
    )
    assert paid.json()["finance"][0]["amount"] == "10.25"
    handed = send("post", f"{path}/submit", focal, match=paid.headers["ETag"])
    assert handed.json()["state"] == "submitted"
    lead = bearer(there.lead)
    returned = send(
        "post", f"{path}/return", lead, {"reasons": {"narrative": "which?"}},
        match=get(path, lead).headers["ETag"],
    )  # fmt: skip
    assert (returned.status_code, returned.json()["state"]) == (200, "returned")
    assert get(path, lead).status_code == 404
    again = get(path, focal)
    assert again.json()["reasons"] == {"narrative": "which?"}
    send("post", f"{path}/submit", focal, match=again.headers["ETag"])
    accepted = send("post", f"{path}/accept", lead, match=get(path, lead).headers["ETag"])
    assert accepted.json()["state"] == "accepted"
    assert get(path).status_code == 404
    secretariat = bearer(there.secretariat)
    done = send("post", f"{path}/publish", secretariat, match=accepted.headers["ETag"])
    assert (done.status_code, done.json()["state"]) == (200, "published")
    public = get(path).json()
    assert (public["texts"]["narrative"]["words"], public["reasons"]) == ("Two cities met.", None)
    places = everything(f"{ROOT}/rounds/{there.round.pk}/totals")
    of_activity = next(one for one in places if one["code"] == "1-2-4-1")
    totals = {one["indicator"]["en"]: one for one in of_activity["totals"]}
    total = totals[partnerships().title.en]
    assert (total["low"], total["high"], total["reported"], total["expected"]) == (
        *("3.5", "3.5"),
        *(1, 1),
    )


def test_nobody_accepts_a_report_that_they_wrote(there: Scene) -> None:
    path, focal, mark = begun(there)
    send("post", f"{path}/submit", focal, match=mark)
    refused = send("post", f"{path}/accept", focal, match='"v2"')
    assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed")
    assert Report.objects.get().state == "submitted"


def test_a_repeated_step_has_no_second_effect(there: Scene) -> None:
    path, focal, mark = begun(there)
    first = send("post", f"{path}/submit", focal, match=mark)
    events = Event.objects.count()
    second = send("post", f"{path}/submit", focal, match=mark)
    assert second.json() == first.json()
    again = send("post", f"{ROOT}/requirements/{there.requirement.pk}/report", focal, key="k")
    assert again.json()["id"] == first.json()["id"]
    assert Event.objects.count() == events


def test_what_does_not_fit_the_state_is_refused_with_what_to_do_instead(there: Scene) -> None:
    path, focal, mark = begun(there)
    submitted = send("post", f"{path}/submit", focal, match=mark)
    refused = send("put", f"{path}/texts", focal, {}, match=submitted.headers["ETag"])
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong-state")
    assert refused.json()["hint"]["en"]


def test_two_who_write_at_once_lose_nothing(there: Scene) -> None:
    path, focal, mark = begun(there)
    send("put", f"{path}/texts", focal, {"narrative": "mine"}, match=mark)
    other = bearer(there.colleague)
    stale = send("put", f"{path}/texts", other, {"narrative": "theirs"}, match=mark)
    assert stale.status_code == 412
    assert stale.json()["current"]["texts"]["narrative"]["words"] == "mine"
    assert send("put", f"{path}/texts", other, {"narrative": "theirs"}).status_code == 428


def ways(path: str) -> list[tuple[str, str, Any]]:
    return [
        ("get", path, None),
        ("put", f"{path}/texts", {}),
        ("put", f"{path}/values", {"values": []}),
        ("put", f"{path}/milestones", {"milestones": []}),
        ("put", f"{path}/finance", {"finance": []}),
        ("post", f"{path}/submit", None),
        ("post", f"{path}/return", {"reasons": {"": "x"}}),
        ("post", f"{path}/accept", None),
        ("post", f"{path}/publish", None),
        ("post", f"{path}/revise", {"why": "x"}),
    ]


def test_a_draft_report_does_not_exist_for_another_member_by_any_path(there: Scene) -> None:
    path, _, _ = begun(there)
    pk = path.rpartition("/")[2]
    owed = f"{ROOT}/requirements/{there.requirement.pk}"
    for who in (there.stranger, there.lead, person(Role.VERIFIER), person()):
        headers = bearer(who)
        for method, way, body in ways(path):
            answer = (
                get(way, headers)
                if method == "get"
                else send(method, way, headers, body, match='"v1"')
            )
            unknown = way.replace(pk, NOBODY)
            same = (
                get(unknown, headers)
                if method == "get"
                else send(method, unknown, headers, body, match='"v1"')
            )
            assert (way, answer.status_code, answer.content) == (way, 404, same.content)
        assert pk not in [one["id"] for one in everything(REPORTS, headers, sample="true")]
    stranger = bearer(there.stranger)
    assert get(owed, stranger).status_code == 404
    assert send("post", f"{owed}/report", stranger).status_code == 404
    assert everything(f"{ROOT}/requirements", stranger, sample="true") == []


def test_that_a_member_was_late_is_told_to_those_whom_it_concerns_alone() -> None:
    today = timezone.localdate()
    late = scene(opens=today - timedelta(days=30), due=today - timedelta(days=9))
    put_off = today - timedelta(days=3)
    rounds.put_off(late.requirement, actor=None, expected=1, due=put_off, why="a new minister")
    late.published()
    path = f"{ROOT}/requirements/{late.requirement.pk}"
    names = ("due", "waived", "clock", "days_late")
    for who in (person(), late.stranger, person(Role.VERIFIER)):
        shown = get(path, bearer(who)).json()
        assert [shown[name] for name in names] == [str(late.round.due), None, None, None]
        [listed] = everything(f"{ROOT}/requirements", bearer(who), sample="true")
        assert listed == shown
    for who in (late.focal, late.lead, late.secretariat, person(Role.AUDITOR)):
        shown = get(path, bearer(who)).json()
        assert [shown[name] for name in names] == [str(put_off), False, "reported", 3]


def test_a_value_is_only_taken_for_what_the_report_is_asked(there: Scene) -> None:
    path, focal, mark = begun(there)
    body = {"values": [{"indicator": "i999999", "kind": "statement", "statement": "x"}]}
    refused = send("put", f"{path}/values", focal, body, match=mark)
    assert [one["where"] for one in refused.json()["faults"]] == ["indicator"]
    number = {"indicator": f"i{partnerships().pk}", "kind": "number", "number": 3}
    shape = send("put", f"{path}/values", focal, {"values": [number]}, match=mark)
    assert [one["where"] for one in shape.json()["faults"]] == ["body.values.0.number"]


def test_a_round_is_opened_once_and_by_the_secretariat() -> None:
    body = {
        "programme": "space",
        "title": {"en": "Round", "ja": "報告期"},
        "starts": "2026-01-01",
        "ends": "2026-12-31",
        "opens": "2027-01-01",
        "due": "2027-02-01",
    }
    path = f"{ROOT}/rounds"
    refused = send("post", path, bearer(person(Role.FOCAL_POINT, country="XAA")), body)
    assert refused.status_code == 403
    headers = bearer(person(Role.SECRETARIAT))
    made = [send("post", path, headers, body, key="k").json()["id"] for _ in range(2)]
    assert made[0] == made[1]
    one = f"{path}/{made[0]}"
    moved = send("patch", one, headers, {"due": "2027-03-01"}, match='"v1"')
    assert (moved.status_code, moved.json()["due"]) == (200, "2027-03-01")
    assert send("patch", one, headers, {"due": "2027-04-01"}, match='"v1"').status_code == 412
    assert [each["id"] for each in everything(path)] == [made[0]]


def test_lists_ask_the_same_number_of_queries_for_one_and_for_fifty(there: Scene) -> None:
    headers = bearer(there.secretariat)
    codes = [f"XA{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    free = product(Activity.objects.filter(programme__key="space", key__startswith="1-1"), codes)
    counts = []
    for more in (1, 49):
        for activity, code in islice(free, more):
            owed = Requirement.objects.create(
                round=there.round, activity=activity, scope=f"space/{activity.key}", member=code
            )
            Report.objects.create(requirement=owed)
        for path in (REPORTS, f"{ROOT}/requirements"):
            get(path, headers)
            with CaptureQueriesContext(connection) as asked:
                found = get(path, headers, limit=50).json()["items"]
            counts.append((path, len(found) > 10, len(asked)))
    assert [many for _, many, _ in counts] == [False, False, True, True]
    assert [n for _, _, n in counts[:2]] == [n for _, _, n in counts[2:]]


# --- proposals ----------------------------------------------------------------------------


def reworded(**given: Any) -> dict[str, Any]:
    title = {"en": "Other title", "ja": "別の題"}
    text = {"en": "Other words.", "ja": "別の文。"}
    return {
        "programme": "space",
        "kind": "reword",
        "targets": ["1-1-1"],
        "texts": [{"code": "1-1-1", "title": title, "text": text}],
        "reason": {"en": "because", "ja": "理由"},
        "member": "XAA",
        **given,
    }


def test_a_proposal_is_drafted_opened_spoken_to_and_adopted_by_another() -> None:
    focal = bearer(person(Role.FOCAL_POINT, country="XAA"))
    other = bearer(person(Role.FOCAL_POINT, country="XAB"))
    made = send("post", f"{ROOT}/proposals", focal, reworded(), key="k")
    assert made.status_code == 201
    again = send("post", f"{ROOT}/proposals", focal, reworded(), key="k")
    assert (again.json()["id"], Proposal.objects.count()) == (made.json()["id"], 1)
    path = f"{ROOT}/proposals/{made.json()['id']}"
    assert get(path, other).status_code == 404
    assert get(path).status_code == 404
    opened = send("post", f"{path}/open", focal, match=made.headers["ETag"])
    assert opened.json()["state"] == "open"
    said = send("post", f"{path}/comments", other, {"words": "good", "language": "en"}, key="c")
    assert [one["words"] for one in said.json()["comments"]] == ["good"]
    side = {"side": "support", "language": "en"}
    assert send("put", f"{path}/sides/XAB", other, side, match='"v0"').status_code == 200
    assert send("put", f"{path}/sides/XAA", other, side, match='"v0"').status_code == 403
    oppose = side | {"side": "oppose"}
    assert send("put", f"{path}/sides/XAB", other, oppose, match='"v0"').status_code == 412
    edition = {
        "programme": "space",
        "proposals": [made.json()["id"]],
        "label": "2026",
        "title": {"en": "SPACE 2026", "ja": "SPACE 2026"},
        "adopted": "2026-10-01",
    }
    assert send("post", f"{ROOT}/proposals/adoptions", focal, edition).status_code == 403
    secretariat = bearer(person(Role.SECRETARIAT))
    adopted = send("post", f"{ROOT}/proposals/adoptions", secretariat, edition, key="a")
    assert (adopted.status_code, adopted.json()["edition"]) == (201, "2026")
    repeat = send("post", f"{ROOT}/proposals/adoptions", secretariat, edition, key="a")
    assert repeat.json() == adopted.json()
    assert get(path).json()["comments"] is None
    one = get(f"{ROOT}/programmes/space/editions/2026/activities/1-1-1").json()
    assert one["title"]["en"] == "Other title"


def test_the_secretariat_does_not_decide_on_its_own_words() -> None:
    writer = bearer(person(Role.SECRETARIAT))
    body = reworded(member=None)
    made = send("post", f"{ROOT}/proposals", writer, body)
    path = f"{ROOT}/proposals/{made.json()['id']}"
    opened = send("post", f"{path}/open", writer, match=made.headers["ETag"])
    mark = opened.headers["ETag"]
    declined = {"answer": "no"}
    assert send("post", f"{path}/decline", writer, declined, match=mark).status_code == 403
    other = bearer(person(Role.SECRETARIAT))
    done = send("post", f"{path}/decline", other, declined, match=mark)
    assert (done.status_code, done.json()["state"]) == (200, "declined")


# --- scores -------------------------------------------------------------------------------


def test_a_score_is_given_once_changed_on_its_version_and_counted_together() -> None:
    headers = bearer(person(Role.FOCAL_POINT, country="XAA"))
    body = {
        "activity": "space/1-1-1",
        "with_activity": "space/1-1-2",
        "place": "VNM",
        "value": 2,
        "reason": "shares data",
        "language": "en",
    }
    path = f"{ROOT}/scores"
    made = [send("post", path, headers, body, key="k") for _ in range(2)]
    assert made[0].json()["id"] == made[1].json()["id"]
    assert Score.objects.count() == 1
    other = send("post", path, headers, body | {"value": 1})
    assert (other.status_code, other.json()["current"]["value"]) == (412, 2)
    one = f"{path}/{made[0].json()['id']}"
    judged = {"value": 3, "reason": "shares data", "language": "en"}
    changed = send("put", one, headers, judged, match=made[0].headers["ETag"])
    assert (changed.status_code, changed.json()["value"]) == (200, 3)
    assert send("put", one, headers, judged | {"value": 1}, match='"v1"').status_code == 412
    stranger = bearer(person(Role.VERIFIER))
    assert send("put", one, stranger, judged, match='"v2"').status_code == 403
    [pair] = everything(f"{ROOT}/programmes/space/synergies")
    assert (pair["median_low"], pair["scores"], pair["verdict"]) == (3, 1, "synergy")
    assert get(path).status_code == 401
    assert everything(path, bearer(person())) == []
    gone = send("post", f"{one}/withdraw", headers, {}, match=changed.headers["ETag"])
    assert gone.json()["withdrawn"] is True
    assert Client().get(f"{ROOT}/programmes/space/synergies").json()["items"] == []
