"""The site with 11 members, 43 activities, 2,000 projects and 20,000 reports, served and visited.

With ``DATABASE_URL`` it is measured on that PostgreSQL, which must be empty (see
``scripts/with-postgres.py``), else on SQLite.
"""

from __future__ import annotations

import os
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks.forms import values_of
from benchmarks.measuring import Finding, Outcome, Tell, Trial
from benchmarks.visiting import Place, Site, Used, Visitor, serving

PROJECTS, REPORTS, PAIRS = 2_000, 20_000, 600
FETCHES = 5
"""Fetches of a page by a person, after one that warms up."""

USERS, READING, SECONDS = 50, (1.0, 5.0), 60.0
"""So many read at once; each looks at a page for so many seconds before opening the next."""

WRITERS, EDITS, TRIES = 20, 2, 100
"""So many write at once, four in each of five records; each begins anew at most so often."""

PAGE, SLOW, CHECK = 0.150, 0.500, 1.0
OK, SENT, CONFLICT, BROKEN = 200, 302, 409, 500
SEED = 20250904
FASTER_SHOWN = 10
"""So many pages that meet the goal are shown after those that do not."""

PUBLIC = "anonymous"
MS = 1000.0


@dataclass(frozen=True, slots=True)
class Fetched:
    """One fetch of a page in seconds: as it was, and without the waiting for a processor."""

    wall: float
    alone: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Page:
    """A page for one person: all its fetches."""

    name: str
    path: str
    who: str
    fetched: Sequence[Fetched]

    @property
    def median(self) -> float:
        return statistics.median(one.alone for one in self.fetched)

    @property
    def wall(self) -> float:
        return statistics.median(one.wall for one in self.fetched)

    @property
    def cpu(self) -> float:
        return statistics.median(one.cpu for one in self.fetched)


def centile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of all do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 100) * len(ordered) // 100) - 1)]


# --- one page after the other -------------------------------------------------------------


def visit(
    site: Site, addresses: Sequence[Sequence[str]], sessions: Mapping[str, str], tell: Tell
) -> list[Page]:
    """Every page for the public and for a person of each role, as far as they may open it."""
    pages = []
    for who, key in sessions.items():
        tell(f"site: pages for {who}")
        with Visitor(site.port, key) as visitor:
            for name, path in addresses:
                first = visitor.get(path)
                if first.status >= BROKEN:
                    message = f"{path} answers {first.status} to {who}"
                    raise AssertionError(message)
                if first.status == OK:
                    fetched = [_fetch(site, visitor, path) for _ in range(FETCHES)]
                    pages.append(Page(name, path, who, fetched))
    return pages


def _fetch(site: Site, visitor: Visitor, path: str) -> Fetched:
    before = site.clocks()
    got = visitor.get(path)
    used = site.clocks() - before
    return Fetched(got.seconds, max(used.cpu, got.seconds - used.waited), used.cpu)


def by_address(pages: Sequence[Page]) -> list[tuple[Page, float]]:
    """Each address with the person for whom it is slowest, and its 95th centile of all; slowest first."""
    found: dict[str, list[Page]] = {}
    for page in pages:
        found.setdefault(page.path, []).append(page)
    rows = [
        (
            max(group, key=lambda page: page.median),
            centile([one.alone for page in group for one in page.fetched], 0.95),
        )
        for group in found.values()
    ]
    return sorted(rows, key=lambda row: -row[0].median)


# --- many at once -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Crowd:
    """What came of many who were there at once."""

    seconds: Sequence[float]
    statuses: Mapping[int, int]
    cpu: float
    share: float

    @property
    def broken(self) -> int:
        return sum(count for status, count in self.statuses.items() if status >= BROKEN)

    @property
    def sentence(self) -> str:
        answers = ", ".join(f"{n} × {status}" for status, n in sorted(self.statuses.items()))
        return (
            f"{answers}; median {MS * statistics.median(self.seconds):.0f} ms, 95 % "
            f"{MS * centile(self.seconds, 0.95):.0f} ms, slowest {MS * max(self.seconds):.0f} ms, "
            f"{MS * self.cpu:.0f} ms CPU each; the server did {self.share:.0%} of the machine's work"
        )


def together(jobs: Sequence[Callable[[], Iterator[tuple[int, float]]]], site: Site) -> Crowd:
    """Each job in a thread of its own; a job tells status and seconds of each of its requests."""
    told: list[tuple[int, float]] = []
    faults: list[BaseException] = []

    def run(job: Callable[[], Iterator[tuple[int, float]]]) -> None:
        try:
            told.extend(job())
        except Exception as fault:  # noqa: BLE001 -- told below, by the thread that asked
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(job,), daemon=True) for job in jobs]
    before, busy = site.clocks(), _busy()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    used = site.clocks() - before
    statuses = {status: [one for one, _ in told].count(status) for status in {s for s, _ in told}}
    return Crowd(
        [seconds for _, seconds in told], statuses, used.cpu / len(told), _share(used, busy)
    )


def _busy() -> float:
    """Seconds that all processors were busy since the machine started."""
    first = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:]
    ticks = [int(one) for one in first]
    return (sum(ticks[:8]) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")


def _share(used: Used, busy: float) -> float:
    """The server's part of all work that the machine did since ``busy`` was read."""
    return used.cpu / max(used.cpu, _busy() - busy)


def readers(
    site: Site, pages: Sequence[Page], sessions: Mapping[str, str]
) -> list[Callable[[], Iterator[tuple[int, float]]]]:
    """Half of the users are the public, the other half people of all roles."""
    open_to = {who: [page.path for page in pages if page.who == who] for who in sessions}
    roles = [who for who in sessions if who != PUBLIC]

    def reader(number: int) -> Iterator[tuple[int, float]]:
        who = PUBLIC if number % 2 else roles[number // 2 % len(roles)]
        dice = random.Random(SEED + number)  # noqa: S311 -- the same walk every time, on purpose
        until = time.monotonic() + SECONDS
        time.sleep(dice.uniform(0, READING[1]))
        with Visitor(site.port, sessions[who]) as visitor:
            while time.monotonic() < until:
                got = visitor.get(dice.choice(open_to[who]))
                yield got.status, got.seconds
                time.sleep(dice.uniform(*READING))

    return [lambda number=number: reader(number) for number in range(USERS)]  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Target:
    """What writers write to: the page with the form, and the field that each of them changes."""

    path: str
    field: str


def writers(
    site: Site,
    targets: Sequence[Target],
    keys: Sequence[str],
    heard: list[list[str]],
) -> list[Callable[[], Iterator[tuple[int, float]]]]:
    """Each opens the form, writes a mark of their own, and begins anew where another was quicker."""

    def writer(number: int) -> Iterator[tuple[int, float]]:
        at = number % len(targets)
        with Visitor(site.port, keys[number % len(keys)]) as visitor:
            for edit in range(EDITS):
                yield from write_one(visitor, targets[at], f"writer {number} edit {edit}", at)

    def write_one(
        visitor: Visitor, target: Target, mark: str, at: int
    ) -> Iterator[tuple[int, float]]:
        for _ in range(TRIES):
            form = visitor.get(target.path)
            yield form.status, form.seconds
            values = values_of(form.body, target.field) | {target.field: [mark]}
            if "why" in values:
                values["why"] = ["by letter"]
            sent = visitor.send(target.path, form, values)
            yield sent.status, sent.seconds
            if sent.status == SENT:
                heard[at].append(mark)
                return

    return [lambda number=number: writer(number) for number in range(WRITERS)]  # type: ignore[misc]


def lost(heard: Sequence[str], logged: Sequence[Sequence[str]], now: str) -> list[str]:
    """What was said to be done and is not in the log once, in an unbroken row up to what is."""
    after = [one[1] for one in logged]
    found = [mark for mark in heard if after.count(mark) != 1]
    found += [mark for mark in after if mark.startswith("writer") and mark not in heard]
    found += [f"{a[1]} → {b[0]}" for a, b in pairwise(logged) if a[1] != b[0]]
    return found if not after or after[-1] == now else [*found, f"{after[-1]} is not {now}"]


# --- the whole ----------------------------------------------------------------------------


def run(tell: Tell) -> Outcome:
    """Make the region, serve it, visit it; what came of it."""
    with tempfile.TemporaryDirectory(prefix="kyoso-bench-") as name:
        place = Place(Path(name), os.environ.get("DATABASE_URL", ""))
        tell("site: making the region")
        place.run("-m", "kyoso", "demo", "-o", str(place.folder / "out"))
        place.inside("make", str(PROJECTS), str(REPORTS), str(PAIRS))
        return outcome(tried(place, tell))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """All that was measured of one site."""

    pages: Sequence[Page]
    queries: Mapping[str, int]
    check: Mapping[str, float]
    reading: Crowd
    writing: Crowd
    missing: Sequence[str]
    chain: str

    @property
    def people(self) -> set[str]:
        return {page.who for page in self.pages}


def tried(place: Place, tell: Tell) -> Tried:
    """Serve what is there and visit it."""
    tell("site: comparing one project with all others")
    check = place.inside("overlap")
    tell("site: counting queries")
    queries = place.inside("queries")
    addresses = place.inside("addresses")
    sessions = {PUBLIC: "", **place.inside("sessions")}
    with serving(place) as site:
        pages = visit(site, addresses, sessions, tell)
        tell(f"site: {USERS} readers at once")
        reading = together(readers(site, pages, sessions), site)
        tell(f"site: {WRITERS} writers at once")
        writing, missing = write(place, site, sessions)
    chain = place.run("-m", "kyoso", "audit", "verify").strip()
    return Tried(
        pages=pages,
        queries=queries,
        check=check,
        reading=reading,
        writing=writing,
        missing=missing,
        chain=chain,
    )


def write(place: Place, site: Site, sessions: Mapping[str, str]) -> tuple[Crowd, list[str]]:
    """Let the writers write, and compare what they were told with what is there."""
    before = place.inside("written")
    targets = [Target(one["path"], one["field"]) for one in before]
    heard: list[list[str]] = [[] for _ in targets]
    keys = [sessions[role] for role in ("focal_point", "secretariat")]
    crowd = together(writers(site, targets, keys, heard), site)
    missing: list[str] = []
    for one, then, said in zip(place.inside("written"), before, heard, strict=True):
        missing += lost(said, one["logged"][len(then["logged"]) :], one["now"])
    wanted = WRITERS * EDITS
    taken = sum(map(len, heard))
    if taken != wanted:
        missing.append(f"{taken} of {wanted} edits were taken")
    return crowd, missing


def outcome(found: Tried) -> Outcome:
    """What was measured as a table, in sentences, and against the goals."""
    rows = by_address(found.pages)
    over = [row for row in rows if row[0].median > PAGE]
    findings = [
        Finding("slowest page, median", MS * rows[0][0].median, MS * PAGE, "ms"),
        Finding("overlap check of one project", found.check["whole"], CHECK, "s"),
        Finding(
            f"{USERS} readers at once, 95 %",
            MS * centile(found.reading.seconds, 0.95),
            MS * SLOW,
            "ms",
        ),
        Finding("errors among readers", found.reading.broken, 0, "answers"),
        Finding("errors among writers", found.writing.broken, 0, "answers"),
        Finding("lost updates", len(found.missing), 0, "updates"),
    ]
    return Outcome(
        headings=("page", "slowest for", "median ms", "95 % ms", "CPU ms", "wall ms", "queries"),
        rows=[_row(*row, found.queries) for row in rows[: len(over) + FASTER_SHOWN]],
        notes=[
            f"{len(rows)} pages by {len(found.people)} kinds of people; over the goal: {len(over)}",
            *_notes(found),
        ],
        findings=findings,
    )


def _row(page: Page, high: float, queries: Mapping[str, int]) -> tuple[str, ...]:
    times = (page.median, high, page.cpu, page.wall)
    asked = str(queries.get(page.path, 0))
    return (page.path, page.who, *(f"{MS * one:.0f}" for one in times), asked)


def _notes(found: Tried) -> Iterator[str]:
    check, reading, writing = found.check, found.reading, found.writing
    yield "median, 95 %: without the time in which the server waited for a processor; wall: with it"
    yield f"check of one project against {check['others']:.0f}: {check['whole']:.3f} s CPU"
    yield f"{USERS} readers: {reading.sentence}"
    yield f"{WRITERS} writers: {writing.sentence}"
    yield f"audit verify: {found.chain}"
    yield from (f"lost: {one}" for one in found.missing)


CASE = Trial(
    name="site",
    title=f"11 members, 43 activities, {PROJECTS:,} projects, {REPORTS:,} reports",
    run=run,
)
