"""A real server with a region in a temporary installation, and those who visit it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

import psutil

STARTING, STOPPING, ANSWERING = 120.0, 20.0, 120.0
MAKING = 1800.0
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Place:
    """An installation: its folder, and the environment that its commands run in."""

    folder: Path
    database: str = ""

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("KYOSO_") and name != "DATABASE_URL"
        }
        own = {"KYOSO_HOME": str(self.folder / "home"), "KYOSO_LANGUAGE": "en"}
        # The people here have no second factor; that they need one is measured nowhere.
        own["KYOSO_SECOND_FACTOR_FOR"] = ","
        if self.database:
            own["DATABASE_URL"] = self.database
        return {**kept, **own, "PYTHONDONTWRITEBYTECODE": "1"}

    def run(self, *arguments: str) -> str:
        """What a Python program says. Raises ``RuntimeError`` with its own words if it fails."""
        done = subprocess.run(
            [sys.executable, *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=Path(__file__).parent.parent,
            env=self.environment,
            timeout=MAKING,
        )
        if done.returncode:
            message = f"{' '.join(arguments)} ended with status {done.returncode}\n{done.stderr}"
            raise RuntimeError(message)
        return done.stdout

    def inside(self, what: str, *arguments: str) -> Any:
        """What :mod:`benchmarks.inside` answers in a process of its own."""
        return json.loads(self.run("-m", "benchmarks.inside", what, *arguments).splitlines()[-1])


@dataclass(frozen=True, slots=True)
class Site:
    """A site that is served."""

    port: int
    serving: tuple[int, ...]

    def clocks(self) -> Clocks:
        """What the server's processes have used until now."""
        cpu: dict[int, float] = {}
        waited: dict[int, float] = {}
        for pid in self.serving:
            with contextlib.suppress(OSError):
                cpu[pid] = time.clock_gettime(_clock_of(pid))
                waited |= _waited(pid)
        return Clocks(cpu, waited)


@dataclass(frozen=True, slots=True)
class Used:
    """Seconds of a processor, and seconds in which a processor was wanted and another had it."""

    cpu: float
    waited: float


@dataclass(frozen=True, slots=True)
class Clocks:
    """Seconds until a moment: of a processor by process, of waiting for one by thread."""

    cpu: Mapping[int, float]
    waited: Mapping[int, float]

    def __sub__(self, earlier: Clocks) -> Used:
        """What was used since. The server ends threads that have nothing to do: with one goes
        what it had waited in all, which is no part of what the others did meanwhile."""
        return Used(_grown(self.cpu, earlier.cpu), _grown(self.waited, earlier.waited))


def _grown(now: Mapping[int, float], earlier: Mapping[int, float]) -> float:
    return sum(seconds - earlier.get(number, 0.0) for number, seconds in now.items())


def _clock_of(pid: int) -> int:
    """The processor's clock of a whole process, with the threads that have ended (Linux)."""
    return (~pid << 3) | 2


def _waited(pid: int) -> dict[int, float]:
    """By thread, from the kernel's scheduler."""
    found = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            _, waited, _ = (task / "schedstat").read_text(encoding="ascii").split()
            found[int(task.name)] = int(waited) / 1e9
    return found


@contextlib.contextmanager
def serving(place: Place) -> Iterator[Site]:
    """The site of a place, on a free port of this machine alone; ended by its number."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    with (place.folder / "serve.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "kyoso", "serve", "--port", str(port)],
            stdout=log,
            stderr=subprocess.STDOUT,
            env=place.environment,
            cwd=place.folder,
        )
    try:
        _wait_for(port, server, place)
        yield Site(port, tuple(_web(server.pid)))
    finally:
        server.terminate()
        try:
            server.wait(STOPPING)
        except subprocess.TimeoutExpired:
            for child in psutil.Process(server.pid).children(recursive=True):
                child.kill()
            server.kill()
            server.wait()


def _web(pid: int) -> Iterator[int]:
    """The processes that answer requests; the one that executes runs is not among them."""
    for child in psutil.Process(pid).children(recursive=True):
        if "db_worker" not in child.cmdline():
            yield child.pid


def _wait_for(port: int, server: subprocess.Popen[bytes], place: Place) -> None:
    until = time.monotonic() + STARTING
    while time.monotonic() < until and server.poll() is None:
        try:
            with Visitor(port) as visitor:
                visitor.get("/en/sign-in/")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError((place.folder / "serve.log").read_text(encoding="utf-8", errors="replace"))


@dataclass(frozen=True, slots=True)
class Got:
    """An answer of the site, and how many seconds it took."""

    status: int
    body: str
    seconds: float


@dataclass(slots=True)
class Visitor:
    """Somebody with one connection; ``session`` is the key of who has signed in."""

    port: int
    session: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    _line: http.client.HTTPConnection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        if self._line is not None:
            self._line.close()

    def get(self, path: str) -> Got:
        return self._ask("GET", path, None)

    def send(self, path: str, form: Got, values: Mapping[str, Any]) -> Got:
        """Send the form that a page had; redirects are answers, they are not followed."""
        token = _TOKEN.search(form.body)
        if token is None:
            return form
        given = {"csrfmiddlewaretoken": token[1], **values}
        return self._ask("POST", path, urlencode(given, doseq=True))

    def _ask(self, method: str, path: str, body: str | None) -> Got:
        line = self._line or http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWERING)
        self._line = line
        kept = {"sessionid": self.session, **self.cookies} if self.session else self.cookies
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in kept.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        start = time.perf_counter()
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            content = answer.read()
        except (http.client.HTTPException, OSError):
            line.close()
            self._line = None
            raise
        seconds = time.perf_counter() - start
        for header in answer.msg.get_all("Set-Cookie") or []:
            name, _, value = header.partition(";")[0].partition("=")
            if name != "sessionid":
                self.cookies[name] = value
        return Got(answer.status, content.decode("utf-8", errors="replace"), seconds)
