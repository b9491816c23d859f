"""Letters: by a mail server, or as files for an installation that has none."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from kyoso.core.errors import UsageError
from kyoso.core.text import Text

SECONDS = 20
_SECURE, _PLAIN = "smtps", "smtp"


def parse(url: str, *, outbox: Path) -> dict[str, Any]:
    """Django's settings for ``smtp://USER:PASSWORD@HOST:PORT``, or for files in ``outbox``.

    ``smtps`` encrypts from the first byte. ``smtp`` turns to encryption before a password is
    sent, and speaks openly where there is none: to a server on the same machine. Raises
    :class:`UsageError` for another scheme or a URL without a host.

    >>> parse("smtp://kyoso:p%40ss@mail.example", outbox=Path())["EMAIL_HOST_PASSWORD"]
    'p@ss'
    """
    if not url:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(outbox),
        }
    parts = urlsplit(url)
    if parts.scheme not in (_SECURE, _PLAIN) or not parts.hostname:
        raise UsageError(
            Text("not a mail server that Kyoso can use", "Kyosoで使えるメールサーバではありません"),
            where="KYOSO_MAIL_URL",
            hint=Text(
                "write smtp://USER:PASSWORD@HOST:PORT or smtps://USER:PASSWORD@HOST:PORT",
                "smtp://USER:PASSWORD@HOST:PORT または smtps://USER:PASSWORD@HOST:PORT と書いてください",
            ),
        )
    secure = parts.scheme == _SECURE
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if secure else 587 if parts.password else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": secure,
        "EMAIL_USE_TLS": bool(parts.password) and not secure,
        "EMAIL_TIMEOUT": SECONDS,
    }


def reaches_people() -> bool:
    """Whether letters are sent; else a person hands them over."""
    from django.conf import settings

    return not str(settings.EMAIL_BACKEND).endswith("filebased.EmailBackend")
