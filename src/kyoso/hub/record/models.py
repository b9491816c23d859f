"""The event log, and what a record needs so that no change to it is lost."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models


class Event(models.Model):
    """One act on record. Entries are never changed; each hash covers all entries before it.

    ``kind`` and ``key`` name the record that was acted on (``programme.participation``, its
    primary key). ``data`` holds what the act changed (``changes``: field → before, after),
    ``why``, and what else belongs to it. ``actor_name`` stays when the account is gone.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_constraint=False,
    )
    actor_key = models.CharField(max_length=40, blank=True)
    actor_name = models.CharField(max_length=120, blank=True)
    act = models.CharField(max_length=60)
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=60)
    data = models.JSONField(default=dict)
    once = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 -- absent is not empty: many events have none
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["kind", "key", "number"], name="record_of_object"),
            models.Index(fields=["act", "number"], name="record_of_act"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.act} {self.kind}/{self.key}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Only a new entry is saved. Raises ``TypeError`` for one that is there."""
        if not self._state.adding:
            self._refuse()
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Raises ``TypeError``: the log only grows."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        message = "an entry of the log is never changed"
        raise TypeError(message)


class Head(models.Model):
    """The end of the log: its one row is locked while an entry is added."""

    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.number} {self.hash}"


class Versioned(models.Model):
    """A record whose changes all go through :mod:`kyoso.hub.record.services`.

    ``version`` counts them. Who changes says which version they saw, and is refused when it is
    not the latest any more. ``title`` names the record in lists, mails and the log.
    """

    version = models.PositiveIntegerField(default=1)

    untold: ClassVar[frozenset[str]] = frozenset()
    """Fields of which the log tells that they changed, and not what stands in them."""

    class Meta:
        abstract = True
