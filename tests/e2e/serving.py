"""The real site under test: sample data by ``kyoso demo``, answers by ``kyoso serve``."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

STARTING = 60.0
STOPPING = 20.0


@dataclass(frozen=True, slots=True)
class Site:
    """A site that is being served: where it answers, and what it has written to its log."""

    address: str
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def log(self) -> str:
        return (self.folder / "serve.log").read_text(encoding="utf-8", errors="replace")

    def worker(self) -> psutil.Process:
        """The process that executes runs; while it is suspended, runs wait."""
        (found,) = (
            child
            for child in psutil.Process(self.process.pid).children(recursive=True)
            if "db_worker" in child.cmdline()
        )
        return found


def kyoso(*arguments: str, env: Mapping[str, str] | None = None) -> str:
    """What a command of Kyoso says; fails with its own words if it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "kyoso", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **(env or {})},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _environment(folder: Path) -> dict[str, str]:
    env = {**os.environ, "KYOSO_HOME": str(folder / "home"), "KYOSO_LANGUAGE": "en"}
    for name in ("KYOSO_URL", "KYOSO_SECRET_KEY", "KYOSO_PROXIES", "DATABASE_URL"):
        env.pop(name, None)
    return env


def sample(folder: Path) -> Path:
    """Home and results of ``kyoso demo``, made by the first process that asks for them.

    Others wait for it: to make them takes a minute, to copy them a moment.
    """
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "whole").exists():
            kyoso("demo", "-o", str(folder / "out"), env=_environment(folder))
            (folder / "whole").touch()
    return folder


@contextlib.contextmanager
def serving(folder: Path, sample: Path) -> Iterator[Site]:
    """A site in ``folder`` with the sample data, on a free port of this machine alone."""
    for name in ("home", "out"):
        shutil.copytree(sample / name, folder / name)
    env = _environment(folder)
    port = _free_port()
    with (folder / "serve.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "kyoso", "serve", "--port", str(port)],
            stdout=log,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=folder,
            start_new_session=True,
        )
        site = Site(f"http://127.0.0.1:{port}", folder, server)
        try:
            _wait_for(site)
            yield site
        finally:
            _stop(server)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(site: Site) -> None:
    until = time.monotonic() + STARTING
    while time.monotonic() < until:
        assert site.process.poll() is None, site.log
        try:
            urllib.request.urlopen(f"{site.address}/en/sign-in/", timeout=10).close()
        except urllib.error.HTTPError as answer:
            raise AssertionError(site.log) from answer
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"no answer within {STARTING:.0f} s:\n{site.log}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    """End the server as an operator would; what does not end then is ended with its group."""
    server.terminate()
    try:
        server.wait(STOPPING)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
