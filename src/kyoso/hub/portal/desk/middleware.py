"""After an act the number of what waits is worked out anew."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from kyoso.hub.portal.desk import counting

Handler = Callable[[HttpRequest], HttpResponse]


def count_anew(get_response: Handler) -> Handler:
    """Whoever sent something may have fewer or more things waiting."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method == "POST" and request.user.is_authenticated:
            counting.forget(request)
        return response

    return handle
