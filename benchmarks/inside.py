"""What is done in a process of the installation itself, and told as one line of JSON.

``python -m benchmarks.inside make PROJECTS REPORTS PAIRS`` fills the installation;
``sessions`` signs one person of each role in, ``addresses`` lists the pages, ``queries`` counts
what each page asks of the database, ``overlap`` compares one project with all others,
``written`` tells what the log says of records.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

MEMBER = "VNM"
SEE_MOST = ("secretariat", "focal_point", "activity_lead", "implementing_agency")
WRITTEN = ("1-1-1", "1-1-2", "1-1-3")


def make(projects: str, reports: str, pairs: str) -> None:
    from benchmarks import region

    region.fill(region.Size(projects=int(projects), reports=int(reports), pairs=int(pairs)))


def addresses() -> list[tuple[str, str]]:
    from benchmarks.addresses import addresses as found

    return [(one.name, one.path) for one in found()]


def sessions() -> dict[str, str]:
    """By role the key of the session of a person of one member who has just signed in."""
    from kyoso.hub.accounts.enums import Role

    return {role.value: _session(f"{role}-{MEMBER}") for role in Role}


def _session(name: str) -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from kyoso.hub.accounts.models import User

    user = User.objects.get(email=f"{name}@bench.example".lower())
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def queries() -> dict[str, int]:
    """By address the most queries that a page makes for those who see most, when warm."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    found: dict[str, int] = {}
    known = sessions()
    for key in ("", *(known[role] for role in SEE_MOST)):
        client = Client(SERVER_NAME="localhost")
        if key:
            client.cookies["sessionid"] = key
        for _, path in addresses():
            client.get(path)
            with CaptureQueriesContext(connection) as asked:
                client.get(path)
            found[path] = max(found.get(path, 0), len(asked))
    return found


def overlap() -> dict[str, float]:
    """Seconds of a processor that the whole check of one project takes, reading included."""
    from django.db import transaction

    from kyoso.hub.projects import likenesses, services
    from kyoso.hub.projects.models import Project

    one = Project.objects.filter(sample=False, state="registered").order_by("pk").first()
    assert one is not None
    found: dict[str, float] = {}
    with transaction.atomic():
        for _ in range(3):
            _took(found, "whole", lambda: services.find_likenesses(one))
        transaction.set_rollback(True)
    return {**found, "others": float(likenesses.compared_with(one).count())}


def _took(found: dict[str, float], name: str, job: Any) -> None:
    """Keep the least seconds of a processor that ``job`` took."""
    start = time.process_time()
    job()
    found[name] = min(found.get(name, float("inf")), time.process_time() - start)


def written() -> list[dict[str, Any]]:
    """What writers write to: its form, the field, what stands there, what the log says of it."""
    from kyoso.hub.programme.models import Participation
    from kyoso.hub.projects.models import Project

    of_member = Project.objects.filter(countries__country=MEMBER, sample=False, state="draft")
    stances = Participation.objects.filter(
        member=MEMBER, activity__programme__key="space", activity__key__in=WRITTEN
    )
    return [
        {
            "path": f"/en/projects/{one.pk}/edit/basics/",
            "field": "title_en",
            "now": one.title.en,
            "logged": [[side["en"] for side in change] for change in _logged(one, "title")],
        }
        for one in of_member.order_by("pk")[:2]
    ] + [
        {
            "path": f"/en/participation/space/members/{MEMBER}/answer/{one.activity.key}/",
            "field": f"needs-{one.activity.key}",
            "now": one.needs,
            "logged": _logged(one, "needs"),
        }
        for one in stances.select_related("activity").order_by("activity__key")
    ]


def _logged(record: Any, field: str) -> list[Any]:
    from kyoso.hub.record.models import Event

    label = record._meta.label_lower  # noqa: SLF001 -- Django's, and public
    events = Event.objects.filter(kind=label, key=str(record.pk)).order_by("number")
    changes = [one.data.get("changes", {}) for one in events]
    return [one[field] for one in changes if field in one]


def main(what: str, *arguments: str) -> None:
    from kyoso.cli.site import start_django

    start_django()
    jobs: dict[str, Any] = {
        job.__name__: job for job in (make, addresses, sessions, queries, overlap, written)
    }
    print(json.dumps(jobs[what](*arguments)))


if __name__ == "__main__":
    main(*sys.argv[1:])
