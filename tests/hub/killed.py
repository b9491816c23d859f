"""Acts that are killed half-way, and a server that is."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.hub.installations import Installation

Act = tuple[Callable[[], Any], Callable[[Any], Any]]
"""What there must be before, and what is done with it."""


def _a_log() -> None:
    _write(None)


def _write(_: None) -> None:
    from tests.hub.people import organisation

    organisation()


def _invited() -> tuple[Any, str]:
    from tests.hub.people import organisation, person

    from kyoso.hub.accounts import services
    from kyoso.hub.accounts.enums import Role

    return services.invite(
        actor=person(Role.SECRETARIAT),
        email=f"{uuid.uuid4().hex}@site.example",
        display_name="New",
        language="en",
        organisation=organisation(),
        role=Role.OPERATOR,
    )


def _accept(offered: tuple[Any, str]) -> None:
    from kyoso.hub.accounts import services

    invitation, secret = offered
    services.accept(invitation, secret=secret, password="a-long-word-of-mine-7")


def _a_programme() -> Any:
    from kyoso.hub.programme.models import Programme

    return Programme.objects.get(key="space")


def _import(programme: Any) -> None:
    from kyoso.hub.programme.enums import Level
    from kyoso.hub.programme.models import Activity
    from kyoso.hub.programme.participation import services
    from kyoso.hub.programme.participation.answers import Answer

    some = Activity.objects.filter(programme=programme).order_by("pk")[:5]
    cells = [services.Cell(activity=one, answer=Answer(level=Level.INTERESTED)) for one in some]
    services.record_answers(
        actor=None, programme=programme, member="XAC", cells=cells, once="a workbook"
    )


def _handed_in() -> Any:
    from tests.hub.progress_sample import scene

    one = scene()
    return one, one.submitted()


def _approve(handed_in: tuple[Any, Any]) -> None:
    from kyoso.hub.progress import services

    one, report = handed_in
    services.accept(report, actor=one.lead, expected=report.version)


ACTS: Mapping[str, Act] = {
    "write": (_a_log, _write),
    "invitation": (_invited, _accept),
    "import": (_a_programme, _import),
    "approval": (_handed_in, _approve),
}


# --- a server -----------------------------------------------------------------------------


class Browser:
    """Sends what a browser sends, and keeps its cookies."""

    def __init__(self, port: int, cookies: dict[str, str]) -> None:
        self.port = port
        self.cookies = cookies

    def get(self, path: str) -> tuple[int, str]:
        return self._ask("GET", path, None)

    def post(self, path: str, form: Mapping[str, str]) -> tuple[int, str]:
        return self._ask("POST", path, urlencode(form))

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str]:
        sent = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": sent, "Content-Type": "application/x-www-form-urlencoded"}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request(method, path, body, headers)
            with connection.getresponse() as answer:
                for given in answer.headers.get_all("Set-Cookie") or ():
                    self.cookies |= {name: one.value for name, one in SimpleCookie(given).items()}
                return answer.status, answer.read().decode()


class Server:
    """The site as a process, and people who write to it at once."""

    def __init__(self, installation: Installation, log: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.installation = installation
        with log.open("ab") as stream:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
                 "--port", str(self.port), "kyoso.hub.wsgi:application"],
                env=installation.env | {"KYOSO_URL": f"http://127.0.0.1:{self.port}"},
                stdout=stream, stderr=stream, start_new_session=True,
            )  # fmt: skip

    def browser(self, **cookies: str) -> Browser:
        return Browser(self.port, cookies)

    def wait(self) -> None:
        for _ in range(300):
            try:
                self.browser().get("/en/sign-in/")
            except OSError:
                time.sleep(0.2)
            else:
                return
        raise TimeoutError(self.port)

    def kill(self) -> None:
        """As a machine that fails does: without a word, and all of it."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def write_from_many_until_killed(self, writers: int = 4, answers: int = 3) -> set[str]:
        """Add organisations through the page, kill the server amid it; those that it answered."""
        session = self.installation.script(SIGNED_IN).strip()
        answered: set[str] = set()
        enough = threading.Event()

        def write() -> None:
            browser = self.browser(sessionid=session)
            try:
                while True:
                    name = uuid.uuid4().hex[:12]
                    _, page = browser.get("/en/organisations/add/")
                    status, _ = browser.post("/en/organisations/add/", _form(page, name))
                    if status == 302:
                        answered.add(name)
                    if len(answered) >= answers:
                        enough.set()
            except (OSError, http.client.HTTPException):
                return

        threads = [threading.Thread(target=write) for _ in range(writers)]
        for thread in threads:
            thread.start()
        enough.wait(60)
        self.kill()
        for thread in threads:
            thread.join()
        return answered


def _form(page: str, name: str) -> dict[str, str]:
    hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|once)" value="([^"]+)"', page))
    return hidden | {"name_en": name, "abbreviation": name, "kind": "city"}


SIGNED_IN = """
from importlib import import_module
from django.conf import settings
from tests.hub.people import person
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
user = person(Role.SECRETARIAT, name=__import__("uuid").uuid4().hex)
User.objects.filter(pk=user.pk).update(sample=True)
session = import_module(settings.SESSION_ENGINE).SessionStore()
session["_auth_user_id"] = str(user.pk)
session["_auth_user_backend"] = "allauth.account.auth_backends.AuthenticationBackend"
session["_auth_user_hash"] = user.get_session_auth_hash()
session.save()
print(session.session_key)
"""


@contextmanager
def serving(installation: Installation, folder: Path) -> Iterator[Server]:
    """A server that answers; killed at the end if it has not been."""
    server = Server(installation, folder / "serve.log")
    try:
        server.wait()
        yield server
    finally:
        if server.process.poll() is None:
            server.kill()
