"""What holds for every answer: strict headers, and a bound on what may be sent."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


def security_headers(get_response: Handler) -> Handler:
    """Nothing inline, nothing from elsewhere, nothing of the device."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"
        )
        return response

    return handle


def body_limit(get_response: Handler) -> Handler:
    """Refuse what is too large before a byte of it is read."""

    def handle(request: HttpRequest) -> HttpResponse:
        sent = request.META.get("CONTENT_LENGTH") or "0"
        limit = settings.KYOSO_UPLOAD if request.user.is_authenticated else settings.MEGABYTE
        # The form around the file takes some bytes of its own.
        if sent.isdecimal() and int(sent) > limit + settings.MEGABYTE // 10:
            from kyoso.hub.portal.views import too_large

            return too_large(request, limit)
        return get_response(request)

    return handle
