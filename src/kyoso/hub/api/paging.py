"""Lists page by page, each page beginning behind the last row of the one before.

A row that is added meanwhile neither hides nor repeats another: a page is found by the values of
the row before it, which never change, not by counting.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from ninja import Field, Query, Schema

from kyoso.hub.record.services import plain
from kyoso.hub.texts import language, say

MOST = 200
LIMIT = 50

Item = TypeVar("Item", bound=Schema)
Row = TypeVar("Row", bound=Model)


class Page(Schema, Generic[Item]):
    """Some rows, and where the next ones are; ``next`` is null on the last page."""

    items: list[Item]
    next: str | None


class Wanted(Schema):
    """Which page of a list."""

    limit: Annotated[int, Field(ge=1, le=MOST)] = LIMIT
    cursor: Annotated[str | None, Field(max_length=500, pattern=r"^[A-Za-z0-9_=-]*$")] = None


Asked = Annotated[Wanted, Query(...)]


def page(
    request: HttpRequest,
    rows: QuerySet[Row],
    wanted: Wanted,
    show: Callable[[Row], Item],
    *,
    order: Sequence[str] = ("pk",),
) -> Page[Item]:
    """One page of ``rows`` in ``order``: fields that never change, the last of them unique."""
    return page_together(request, rows, wanted, lambda found: [*map(show, found)], order=order)


def page_together(
    request: HttpRequest,
    rows: QuerySet[Row],
    wanted: Wanted,
    show: Callable[[list[Row]], list[Item]],
    *,
    order: Sequence[str] = ("pk",),
) -> Page[Item]:
    """The same where what is shown of rows is read for all of them at once."""
    if wanted.cursor:
        rows = rows.filter(_behind(rows.model, order, _read(wanted.cursor, len(order))))
    found = list(rows.order_by(*order)[: wanted.limit + 1])
    shown = found[: wanted.limit]
    rest = len(found) > wanted.limit
    return Page.model_construct(
        items=show(shown), next=_next(request, _values(shown[-1], order)) if rest else None
    )


def page_of(
    request: HttpRequest, items: Sequence[Any], wanted: Wanted, show: Callable[[Any], Item]
) -> Page[Item]:
    """One page of a list that is in memory as a whole and in a fixed order."""
    return page_from(
        request, wanted, len(items), lambda first, count: map(show, items[first : first + count])
    )


def page_from(
    request: HttpRequest, wanted: Wanted, total: int, fetch: Callable[[int, int], Iterable[Item]]
) -> Page[Item]:
    """One page of rows that never change, fetched by their places (0 is the first)."""
    first = _position(wanted.cursor)
    end = first + wanted.limit
    return Page.model_construct(
        items=list(fetch(first, wanted.limit)),
        next=_next(request, [end]) if end < total else None,
    )


def _position(cursor: str | None) -> int:
    if not cursor:
        return 0
    [first] = _read(cursor, 1)
    if not isinstance(first, int) or not 0 <= first < 1 << 31:
        raise _no_cursor()
    return first


def _values(row: Model, order: Sequence[str]) -> list[Any]:
    return [plain(getattr(row, name.lstrip("-"))) for name in order]


def _behind(model: type[Model], order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows that come after the one with ``values``."""
    found, same = Q(pk__in=[]), Q()
    for name, value in zip(order, values, strict=True):
        field = name.lstrip("-")
        read = _as_field(model, field, value)
        found |= same & Q(**{f"{field}__{'lt' if name.startswith('-') else 'gt'}": read})
        same &= Q(**{field: read})
    return found


def _as_field(model: type[Model], name: str, value: Any) -> Any:
    try:
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        read = field.to_python(value)  # type: ignore[union-attr]  # fields of an order have values
        if read is None or (isinstance(read, int) and abs(read) >= 1 << 63):
            raise _no_cursor()
    except (FieldDoesNotExist, ValidationError, TypeError, ValueError, OverflowError) as error:
        raise _no_cursor() from error
    return read


def _read(cursor: str, count: int) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise _no_cursor() from error
    if not isinstance(values, list) or len(values) != count:
        raise _no_cursor()
    return values


def _no_cursor() -> ValidationError:
    return ValidationError({"cursor": say("api.fault.cursor")[language()]}, code="cursor")


def _next(request: HttpRequest, values: Sequence[Any]) -> str:
    cursor = base64.urlsafe_b64encode(json.dumps(list(values)).encode()).decode()
    query = request.GET.copy()
    query["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
