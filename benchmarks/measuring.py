"""What a benchmark case is, and the measurement of one contender in a process of its own.

A module of this package that has a ``CASE`` is a case; nothing else has to be named.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

Job = Callable[[], Any]
"""The work that is measured. What it returns is the answer."""

Tell = Callable[[str], None]
"""Says what is being done now."""

MB = 1e6
_OWN = "benchmarks.measuring"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One way of doing the job.

    ``prepare(folder)`` imports what is needed, reads what is not part of the job from the
    case's input in ``folder``, and returns the job. ``keep(answer, path)`` writes the answer to
    the file or folder ``path``, in a form that the case can compare. Only the job is measured.
    """

    name: str
    prepare: Callable[[Path], Job]
    keep: Callable[[Any, Path], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """CPU time of all threads and wall time [s]; peak memory, and how far above the start [MB].

    Memory is that of the process while it does the job, libraries included in ``peak``.
    """

    cpu: float
    wall: float
    peak: float
    growth: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A number that is wanted at most, or at least, ``limit``."""

    text: str
    value: Callable[[Mapping[str, Measured]], float]
    limit: float
    unit: str
    at_least: bool = False

    def met(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One job, its input and its contenders.

    ``make(folder)`` writes the input once, in a process of its own. ``same(answers)`` gets the
    paths that the contenders wrote, by name, and raises :class:`AssertionError` where they
    disagree. Ratios are against the contender named ``against``. Each contender does the job
    ``rounds`` times, each time in a fresh process; the least time and the largest memory count.
    """

    name: str
    title: str
    make: Callable[[Path], None]
    contenders: tuple[Contender, ...]
    same: Callable[[Mapping[str, Path]], None]
    against: str
    goals: tuple[Goal, ...] = ()
    rounds: int = 3

    def contender(self, name: str) -> Contender:
        return next(one for one in self.contenders if one.name == name)


@dataclass(frozen=True, slots=True)
class Finding:
    """A number that came out, and the most that is wanted of it."""

    text: str
    value: float
    limit: float
    unit: str

    @property
    def met(self) -> bool:
        return self.value <= self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a trial came to: a table, what is said beside it, and the goals."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str]
    findings: Sequence[Finding]

    @property
    def sound(self) -> bool:
        return all(finding.met for finding in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Something that is tried as a whole and has no peers, such as the site with its visitors."""

    name: str
    title: str
    run: Callable[[Tell], Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a case came to; ``disagreement`` is empty where all answers are the same."""

    case: Case
    measured: Mapping[str, Measured]
    disagreement: str = ""

    @property
    def sound(self) -> bool:
        return not self.disagreement and all(
            goal.met(goal.value(self.measured)) for goal in self.case.goals
        )


def cases() -> dict[str, tuple[str, Case | Trial]]:
    """Every case and trial of this package by name, with its module."""
    found: dict[str, tuple[str, Case | Trial]] = {}
    for module in pkgutil.iter_modules([str(Path(__file__).parent)], "benchmarks."):
        if module.name.endswith("__main__"):
            continue
        case = getattr(importlib.import_module(module.name), "CASE", None)
        if isinstance(case, Case | Trial):
            found[case.name] = (module.name, case)
    return found


def machine(libraries: Sequence[str]) -> str:
    """Cores, memory and versions, in one line: what figures hold for."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    named = [f"{name} {version(name)}" for name in libraries]
    return ", ".join(
        [f"{cores} cores", f"{memory:.0f} GiB", f"Python {platform.python_version()}", *named]
    )


def run(module: str, case: Case, tell: Tell) -> Report:
    """Make the input, let every contender do the job, and compare the answers."""
    with tempfile.TemporaryDirectory(prefix="kyoso-bench-") as folder:
        given, answers = Path(folder, "input"), Path(folder, "answers")
        given.mkdir()
        answers.mkdir()
        tell(f"{case.name}: making the input")
        _apart("make", module, str(given))
        measured: dict[str, Measured] = {}
        paths: dict[str, Path] = {}
        for number, contender in enumerate(case.contenders):
            paths[contender.name] = answers / str(number)
            tell(f"{case.name}: {contender.name}")
            rounds = [
                Measured(
                    **_apart(
                        "measure", module, contender.name, str(given), str(answers / str(number))
                    )
                )
                for _ in range(case.rounds)
            ]
            measured[contender.name] = Measured(
                cpu=min(one.cpu for one in rounds),
                wall=min(one.wall for one in rounds),
                peak=max(one.peak for one in rounds),
                growth=max(one.growth for one in rounds),
            )
        tell(f"{case.name}: comparing the answers")
        try:
            case.same(paths)
        except AssertionError as fault:
            return Report(case=case, measured=measured, disagreement=str(fault).strip())
        return Report(case=case, measured=measured)


def _apart(*arguments: str) -> dict[str, float]:
    """Run this module with ``arguments`` in a fresh process; what it prints last, as data."""
    done = subprocess.run(
        [sys.executable, "-m", _OWN, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parent.parent,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    if done.returncode:
        message = f"{' '.join(arguments[:3])} ended with status {done.returncode}\n{done.stderr}"
        raise RuntimeError(message)
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _measure(contender: Contender, given: Path, kept: Path) -> Measured:
    job = contender.prepare(given)
    before = _forget_peak()
    cpu, wall = _cpu(), time.perf_counter()
    answer = job()
    cpu, wall = _cpu() - cpu, time.perf_counter() - wall
    peak = _memory("VmHWM")
    contender.keep(answer, kept)
    return Measured(cpu=cpu, wall=wall, peak=peak / MB, growth=(peak - before) / MB)


def _cpu() -> float:
    """Seconds of CPU that this process and its ended children have used."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def _forget_peak() -> float:
    """Let the kernel count the peak from now on; answer the memory in use, in bytes.

    The counter of ``getrusage`` cannot be set back, and a child may inherit its parent's.
    """
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _memory("VmRSS")


def _memory(field: str) -> float:
    lines: Iterator[str] = iter(Path("/proc/self/status").read_text(encoding="ascii").splitlines())
    return next(1024.0 * int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))


def _main(what: str, module: str, *rest: str) -> None:
    case: Case = importlib.import_module(module).CASE
    if what == "make":
        case.make(Path(rest[0]))
        print("{}")
    else:
        name, given, kept = rest
        print(json.dumps(asdict(_measure(case.contender(name), Path(given), Path(kept)))))


if __name__ == "__main__":
    _main(*sys.argv[1:])
