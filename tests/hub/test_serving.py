"""``kyoso serve``: as many processes as it should start, and none that it leaves behind."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from kyoso.core.errors import UsageError
from kyoso.hub import serving


def test_there_is_a_process_for_each_processor_and_never_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("KYOSO_PROCESSES", raising=False)
    assert serving.processes() == min(len(psutil.Process().cpu_affinity() or []), 4)
    monkeypatch.setenv("KYOSO_PROCESSES", "7")
    assert serving.processes() == 7


@pytest.mark.parametrize("given", ["0", "-1", "many", "1.5", "２"])
def test_what_is_no_number_of_processes_is_refused(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("KYOSO_PROCESSES", given)
    with pytest.raises(UsageError) as refused:
        serving.processes()
    assert refused.value.where == "KYOSO_PROCESSES"


@pytest.mark.once_a_day
def test_all_processes_answer_and_end_with_the_site(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {"KYOSO_HOME": str(tmp_path / "home"), "KYOSO_PROCESSES": "2", "KYOSO_LANGUAGE": "en"}
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    with (tmp_path / "log").open("wb") as log:
        site = subprocess.Popen(
            [sys.executable, "-m", "kyoso", "serve", "--port", str(port)],
            env=env | own, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        assert answered(port) == 200, (tmp_path / "log").read_text()
        children = psutil.Process(site.pid).children(recursive=True)
        assert sum("granian" in one.cmdline() for one in children) == 3  # one keeps the two
        site.terminate()
        assert site.wait(30) == 0, (tmp_path / "log").read_text()
        assert [one for one in children if one.is_running()] == []
    finally:
        if site.poll() is None:
            os.killpg(site.pid, signal.SIGKILL)
            site.wait()


def answered(port: int) -> int:
    until = time.monotonic() + 60
    while True:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            line.request("GET", "/en/sign-in/")
            return line.getresponse().status
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        finally:
            line.close()
