"""Backup and restore, and what is left when a process is killed: acts that are whole or not there.

Everything runs in processes of its own, on an installation of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.hub.installations import SERVER, Installation, empty, made

from kyoso.hub.home import PASSING

pytestmark = pytest.mark.xdist_group("backup")  # one installation serves all of them

WRITER = """
import sys
from itertools import count
from kyoso.core.text import same
from kyoso.hub.accounts.services import add_organisation
from kyoso.hub.accounts.enums import OrganisationKind
for number in count():
    name = f"{sys.argv[1]}-{number}"
    add_organisation(actor=None, name=same(name), abbreviation=name, kind=OrganisationKind.CITY)
    print(name, flush=True)
"""
NAMES = """
from kyoso.hub.accounts.models import Organisation
print(*Organisation.objects.values_list("abbreviation", flat=True), sep="\\n")
"""
CONTENT = "ab" + "0" * 62


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with made(tmp_path_factory.mktemp("site") / "home") as one:
        place = one.folder / "evidence" / "objects" / "ab"
        place.mkdir(parents=True)
        (place / CONTENT).write_bytes(b"an input")
        yield one


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Installation]:
    with empty(tmp_path / "other") as one:
        yield one


def reading(writer: subprocess.Popen[str], wanted: int) -> set[str]:
    """The next acts that a writer says were accepted."""
    assert writer.stdout is not None
    return {writer.stdout.readline().strip() for _ in range(wanted)}


@pytest.mark.long
def test_what_was_accepted_before_a_backup_under_load_is_in_it(
    site: Installation, other: Installation, tmp_path: Path
) -> None:
    writers = [site.start(WRITER, f"{kind}{os.getpid()}") for kind in "abc"]
    try:
        before = set().union(*(reading(one, 5) for one in writers))
        assert len(before) == 15
        done = site.kyoso("backup", str(tmp_path / "b.zip"))
        assert (done.returncode, done.stderr) == (0, "")
        after = set().union(*(reading(one, 2) for one in writers))
    finally:
        for one in writers:
            one.kill()
            one.communicate()
    assert not after & before
    restored = other.kyoso("restore", str(tmp_path / "b.zip"))
    assert (restored.returncode, restored.stderr) == (0, "")
    names = set(other.script(NAMES).split())
    assert before <= names
    verified = json.loads(other.kyoso("audit", "verify", "--json").stdout)
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert verified == {
            "entries": json.loads(archive.read("manifest.json"))["number"],
            "faults": [],
        }
    kept = other.folder / "evidence" / "objects" / "ab" / CONTENT
    assert kept.read_bytes() == b"an input"
    assert other.script(WRITER_OF_ONE).strip() == "one more"


WRITER_OF_ONE = """
from kyoso.core.text import same
from kyoso.hub.accounts.services import add_organisation
from kyoso.hub.accounts.enums import OrganisationKind
print(add_organisation(actor=None, name=same("one more"), kind=OrganisationKind.CITY))
"""
TABLES = """
from kyoso.hub import databases
from django.db import connection
print(0 if databases.is_empty() else len(connection.introspection.table_names()))
"""
ROWS = """
import json
from django.apps import apps
from kyoso.hub.record.backup import kept, _lines
for model in kept(apps.get_models(include_auto_created=True)):
    if model._meta.label_lower != "contenttypes.contenttype":
        for line in _lines(model):
            print(model._meta.label_lower, line.decode(), end="")
"""


def rows(one: Installation) -> list[str]:
    return sorted(one.script(ROWS).splitlines())


def left_in(one: Installation) -> list[str]:
    """What lies in an installation besides what may be forgotten at any time."""
    there = one.folder.iterdir() if one.folder.exists() else ()
    return sorted(path.name for path in there if path.name != PASSING)


@pytest.fixture(scope="module")
def archive(site: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    site.script(WRITER_OF_ONE)
    file = tmp_path_factory.mktemp("archive") / "b.zip"
    assert site.kyoso("backup", str(file), "--with-secret-key").returncode == 0
    return file


@pytest.mark.parametrize("into", ["this kind of database", *(["SQLite"] if SERVER else [])])
def test_every_row_comes_back_as_it_was(
    into: str, site: Installation, other: Installation, archive: Path
) -> None:
    """An archive does not depend on the database that it came from."""
    target = Installation(other.folder) if into == "SQLite" else other
    assert target.kyoso("restore", str(archive)).returncode == 0
    assert rows(target) == rows(site)
    key = target.folder / "secret-key"
    assert key.read_text() == (site.folder / "secret-key").read_text()
    assert key.stat().st_mode & 0o077 == 0
    assert [one for one in left_in(target) if one.startswith(".")] == []


def test_an_archive_is_for_its_owner_alone_and_never_written_over(
    site: Installation, archive: Path
) -> None:
    assert archive.stat().st_mode & 0o077 == 0
    before = archive.read_bytes()
    done = site.kyoso("backup", str(archive))
    assert (done.returncode, done.stderr) == (
        2, f"{archive}: this file is there already; name another one\n",
    )  # fmt: skip
    assert archive.read_bytes() == before


@pytest.mark.long
def test_what_is_there_gives_way_only_when_told(
    other: Installation, archive: Path, tmp_path: Path
) -> None:
    assert other.kyoso("restore", str(archive)).returncode == 0
    (other.folder / "reports").mkdir(exist_ok=True)
    (other.folder / "reports" / "mine").write_text("mine")
    other.script(WRITER_OF_ONE)
    before = rows(other)
    done = other.kyoso("restore", str(archive))
    assert done.returncode == 2
    assert "there is an installation already" in done.stderr
    assert rows(other) == before
    assert other.kyoso("restore", str(archive), "--replace").returncode == 0
    assert rows(other) != before
    assert not (other.folder / "reports" / "mine").exists()
    [aside] = other.folder.glob(".before-*")
    assert (aside / "reports" / "mine").read_text() == "mine"


def rewritten(archive: Path, target: Path, name: str, content: bytes | None) -> Path:
    """A copy in which one part says something else, or is missing."""
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(target, "w") as new:
        for one in old.namelist():
            if one != name:
                new.writestr(one, old.read(one))
            elif content is not None:
                new.writestr(one, content)
    return target


def forged(archive: Path, target: Path) -> Path:
    """A copy in which an entry of the log was changed and every hash of the manifest with it."""
    import hashlib

    name = "rows/record.event.jsonl"
    with zipfile.ZipFile(archive) as old:
        manifest = json.loads(old.read("manifest.json"))
        content = old.read(name).replace(b"organisation_added", b"organisation_changed", 1)
    manifest["parts"][name] |= {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    half = rewritten(archive, target.with_suffix(".half"), name, content)
    return rewritten(half, target, "manifest.json", json.dumps(manifest).encode())


OBJECT = f"files/evidence/objects/ab/{CONTENT}"


@pytest.mark.parametrize("damage", ["a file", "a part", "the log", "no backup", "cut off", "newer"])
def test_what_is_not_whole_is_refused_and_leaves_nothing(
    damage: str, other: Installation, archive: Path, tmp_path: Path
) -> None:
    file = tmp_path / "damaged.zip"
    if damage == "a file":
        rewritten(archive, file, OBJECT, b"another input")
    elif damage == "a part":
        rewritten(archive, file, "rows/accounts.user.jsonl", None)
    elif damage == "the log":
        forged(archive, file)
    elif damage == "no backup":
        rewritten(archive, file, "manifest.json", b"{}")
    elif damage == "cut off":
        file.write_bytes(archive.read_bytes()[:-100])
    else:
        with zipfile.ZipFile(archive) as old:
            manifest = json.loads(old.read("manifest.json"))
        manifest["migrations"].append(["record", "9999_from_the_future"])
        rewritten(archive, file, "manifest.json", json.dumps(manifest).encode())
    done = other.kyoso("restore", str(file))
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert left_in(other) == []
    assert other.script(TABLES).strip() == "0"


# --- killed -------------------------------------------------------------------------------

KILLED_AT_EVERY_STATEMENT = """
import json, os, signal, sys
from django.db import connection
from django.apps import apps
from kyoso.hub.record.backup import kept, _lines
from tests.hub import killed

def state():
    found = {model._meta.label_lower: list(_lines(model))
             for model in kept(apps.get_models(include_auto_created=True))}
    connection.close()
    return found

def attempt(act, at):
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    done = 0
    def counted(execute, sql, params, many, context):
        nonlocal done
        done += 1
        if done == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)
    with connection.execute_wrapper(counted):
        act()
    connection.close()
    os._exit(0)

prepare, act = killed.ACTS[sys.argv[1]]
act_on = prepare()
connection.close()
before, killed_at = state(), 0
while (status := attempt(lambda: act(act_on), killed_at + 1)) != 0:
    assert os.WTERMSIG(status) == signal.SIGKILL, status
    killed_at += 1
after = state()
from kyoso.hub.record.selectors import faults
assert list(faults()) == []
changed = {name: len(after[name]) - len(before[name])
           for name in sorted(after) if after[name] != before[name]}
print(json.dumps([killed_at, changed]))
"""


LONGER = [pytest.param(one, marks=pytest.mark.long) for one in ("invitation", "import", "approval")]


@pytest.mark.parametrize("act", ["write", *LONGER])
def test_who_is_killed_at_any_statement_of_an_act_has_not_begun_it(
    act: str, site: Installation
) -> None:
    """Killed before its first statement, its second and so on, then left alone.

    What a killed attempt had left behind would stand there beside what the last one did.
    """
    killed, changed = json.loads(site.script(KILLED_AT_EVERY_STATEMENT, act))
    expected = {
        "write": {"accounts.organisation": 1, "record.event": 1, "record.head": 0},
        "invitation": {"accounts.invitation": 0, "accounts.membership": 1, "accounts.user": 1,
                       "record.event": 2, "record.head": 0},
        "import": {"programme.participation": 5, "record.event": 6, "record.head": 0},
        "approval": {"progress.delivery": 2, "progress.report": 0, "record.event": 3,
                     "record.head": 0},
    }  # fmt: skip
    assert changed == expected[act]
    assert killed > len(changed)


@pytest.mark.long
def test_a_server_killed_while_it_writes_has_every_act_that_it_answered(
    site: Installation, tmp_path: Path
) -> None:
    from tests.hub.killed import serving

    answered: set[str] = set()
    for _ in range(3):
        with serving(site, tmp_path) as server:
            answered |= server.write_from_many_until_killed()
    names = set(site.script(NAMES).split())
    assert len(answered) >= 3
    assert answered <= names
    assert json.loads(site.kyoso("audit", "verify", "--json").stdout)["faults"] == []
    logged = site.script(
        "from kyoso.hub.record.models import Event\n"
        "from kyoso.hub.accounts.models import Organisation\n"
        "keys = set(Event.objects.filter(kind='accounts.organisation', "
        "act='accounts.organisation_added').values_list('key', flat=True))\n"
        "print(keys == {str(pk) for pk in Organisation.objects.values_list('pk', flat=True)})"
    )
    assert logged.strip() == "True"
    with serving(site, tmp_path) as server:
        assert server.browser().get("/en/sign-in/")[0] == 200
