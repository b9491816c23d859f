"""Run a command with ``DATABASE_URL`` naming a PostgreSQL server of its own, gone afterwards.

``python scripts/with-postgres.py COMMAND …``; the status is that of the command. Where PostgreSQL
is not installed nothing is run, that is said, and the status is 0; in the build (CI=true) it is 1.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

USER = "kyoso"
# What is lost when the machine fails is made anew by the next run: nothing waits for the disk.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "60",
}


def programs() -> Path | None:
    """The folder of PostgreSQL's programs, the latest version's; ``None`` where there is none."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = sorted(versions, key=lambda file: float(file.parts[-3]))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).parent if on_path else None


@contextmanager
def server(bin_folder: Path) -> Iterator[str]:
    """A server in a temporary folder; the URL of its first database."""
    password, port = secrets.token_urlsafe(16), _free_port()
    owner = _owner()
    with tempfile.TemporaryDirectory(prefix="kyoso-postgres-") as name:
        folder = Path(name)
        given = folder / "password"
        given.write_text(password)
        if owner is not None:
            for path in (folder, given):
                shutil.chown(path, owner)

        def call(program: str, *arguments: str) -> None:
            command = [str(bin_folder / program), "-D", str(folder / "data"), *arguments]
            subprocess.run(
                command,
                check=True,
                cwd=folder,
                user=owner,
                group=None if owner is None else pwd.getpwnam(owner).pw_gid,
                stdout=subprocess.DEVNULL,
            )

        options = [f"-c {name}={value}" for name, value in SETTINGS.items()]
        listening = " ".join([f"-p {port} -k {folder}", *options])
        call("initdb", "-U", USER, "-E", "UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256",
             "--no-sync", f"--pwfile={given}")  # fmt: skip
        try:
            call("pg_ctl", "-w", "-l", str(folder / "log"), "-o", listening, "start")
            yield f"postgresql://{USER}:{password}@127.0.0.1:{port}/postgres"
        finally:
            call("pg_ctl", "-m", "immediate", "stop")


def _owner() -> str | None:
    """PostgreSQL refuses to run as root: then somebody else owns it."""
    if os.geteuid() != 0:
        return None
    names = {one.pw_name for one in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(143)


def main(command: Sequence[str]) -> int:
    """Run ``command`` beside a server; its status."""
    bin_folder = programs()
    if bin_folder is None:
        print("skipped: PostgreSQL is not installed, so nothing ran on it", file=sys.stderr)
        return 1 if os.environ.get("CI") == "true" else 0
    signal.signal(signal.SIGTERM, _stop)
    with server(bin_folder) as url:
        return subprocess.run(
            command, check=False, env=os.environ | {"DATABASE_URL": url}
        ).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
