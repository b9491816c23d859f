"""The site as processes: the web server, the worker that executes runs, the letters of the hour."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from types import FrameType

from django.db import close_old_connections

from kyoso.core.errors import UsageError
from kyoso.core.text import Text
from kyoso.hub import mailing
from kyoso.hub.evidence import services

LOOK = 0.5
"""Seconds between two looks at the processes."""
PAUSE = 2.0
"""Seconds before a worker that died is started again."""
PATIENCE = 20.0
"""Seconds that a process has to end by itself."""
HOUR = 3600.0
"""Seconds from one look for letters that are due to the next."""
FINISHING = 10
"""Seconds that a process of the web server has to answer what it has begun."""
THREADS = 8
"""So many requests are answered at once by one process; the next wait for these."""
MOST = 4
"""So many processes of the web server are started, unless the environment says more."""


def processes() -> int:
    """``KYOSO_PROCESSES``, else one for each processor that may be used, at most :data:`MOST`.

    Raises :class:`UsageError` for what is no number from 1.
    """
    given = os.environ.get("KYOSO_PROCESSES")
    if not given:
        return min(_processors(), MOST)
    if not (given.isascii() and given.isdecimal() and int(given) > 0):
        raise UsageError(
            Text("not a number of processes", "プロセスの数ではありません"),
            where="KYOSO_PROCESSES",
            hint=Text("write a whole number from 1", "1以上の整数で書いてください"),
        )
    return int(given)


def _processors() -> int:
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def serve(host: str, port: int) -> int:
    """Serve until a signal comes or the server ends; answer its exit status.

    The worker belongs to this process, so what it left running is known to be dead and is queued
    again: at the start, and whenever the worker has died.
    """
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    services.recover()
    server = _start("granian", "--interface", "wsgi", "--host", host, "--port", str(port),
                    "--workers", str(processes()), "--workers-kill-timeout", str(FINISHING),
                    "--blocking-threads", str(THREADS),
                    "kyoso.hub.wsgi:application")  # fmt: skip
    worker = _worker()
    letters = _Letters()
    try:
        while not stop.wait(LOOK) and server.poll() is None:
            letters.look()
            if worker.poll() is None:
                continue
            close_old_connections()
            services.recover()
            if not stop.wait(PAUSE):
                worker = _worker()
    finally:
        for process in (*letters.running, worker, server):
            _end(process)
    return 0 if stop.is_set() else server.returncode or 1


class _Letters:
    """Sends the digests that are due, once an hour, where there is a mail server."""

    def __init__(self) -> None:
        self.running: list[subprocess.Popen[bytes]] = []
        self.next = time.monotonic()

    def look(self) -> None:
        """Start the command if it is time and the last one has ended."""
        self.running = [one for one in self.running if one.poll() is None]
        if self.running or time.monotonic() < self.next or not mailing.reaches_people():
            return
        self.next = time.monotonic() + HOUR
        self.running = [_start("kyoso", "manage", "send_digests")]


def _worker() -> subprocess.Popen[bytes]:
    return _start("kyoso", "manage", "db_worker", "-v", "0", "--interval", "0.3",
                  "--no-startup-delay")  # fmt: skip


def _start(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", module, *arguments])  # noqa: S603 -- our own


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
