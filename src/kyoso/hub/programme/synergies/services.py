"""What is done to scores: given, changed, withdrawn; and the sample ones."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from kyoso.core.text import Language, language_of
from kyoso.hub.accounts.models import User
from kyoso.hub.evidence import selectors as evidence
from kyoso.hub.evidence.models import Run
from kyoso.hub.programme.models import Activity, Framework
from kyoso.hub.programme.synergies import places
from kyoso.hub.programme.synergies.models import Score
from kyoso.hub.record.errors import ConflictError
from kyoso.hub.record.services import change, create

SAMPLE_SCORES = Path(__file__).parent / "sample" / "scores.csv"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two activities in their one order, or an activity and a framework."""

    first: Activity
    second: Activity | None = None
    framework: Framework | None = None

    def as_fields(self) -> dict[str, Any]:
        return {"first": self.first, "second": self.second, "framework": self.framework}


def pair(one: Activity, other: Activity | Framework) -> Pair:
    """The pair of two things. Raises ``ValueError`` for an activity with itself."""
    if isinstance(other, Framework):
        return Pair(one, framework=other)
    if one.pk == other.pk:
        message = "an activity makes no pair with itself"
        raise ValueError(message)
    first, second = sorted((one, other), key=lambda activity: activity.pk)
    return Pair(first, second)


@transaction.atomic
def score(
    *,
    actor: User,
    of: Pair,
    place: str,
    value: int,
    reason: str,
    language: Language,
    evidence_link: str = "",
    evidence_run: Run | None = None,
    expected: int | None = None,
    once: str | None = None,
) -> Score:
    """The author's score of a pair for a place: the first, or in place of the one before.

    ``expected`` is the version of their score that the author saw, 0 for none. Raises
    :class:`ConflictError` when it is another by now, ``NotAllowedError``, ``ValidationError``.
    """
    if evidence_run and not evidence.visible_to(actor).filter(pk=evidence_run.pk).exists():
        raise ValidationError({"evidence_run": "a run that its author may see"})
    User.objects.select_for_update().get(pk=actor.pk)  # one score of an author at a time
    fields: dict[str, Any] = {
        "value": value,
        "reason": reason,
        "language": language,
        "evidence_link": evidence_link,
        "evidence_run": evidence_run,
        "withdrawn": False,
    }
    before = Score.objects.filter(author=actor, place=place, **of.as_fields()).first()
    if before is None:
        made = Score(
            **of.as_fields(),
            **fields,
            place=place,
            author=actor,
            author_name=actor.display_name,
            organisation_id=_organisation(actor),
            day=timezone.localdate(),
            sample=actor.sample or places.is_sample_place(place),
        )
        return create(
            made, actor=actor, act="programme.scored", permission="programme.score", once=once
        )
    if all(getattr(before, name) == wanted for name, wanted in fields.items()):
        return before
    if expected == 0 and not before.withdrawn:
        raise ConflictError(before, fields)
    return change(
        before,
        actor=actor,
        act="programme.scored",
        permission="programme.score",
        expected=expected or None,
        once=once,
        day=timezone.localdate(),
        **fields,
    )


def _organisation(actor: User) -> int | None:
    """For whom the author acts: the organisation of the first post held."""
    posts = actor.standing.posts
    return posts[0].organisation if posts else None


def withdraw(one: Score, *, actor: User, expected: int, why: str = "") -> Score:
    """The author takes the score back; it counts nowhere any more, its history stays."""
    return change(
        one,
        actor=actor,
        act="programme.score_withdrawn",
        permission="programme.withdraw_score",
        expected=expected,
        why=why,
        withdrawn=True,
    )


# --- sample data --------------------------------------------------------------------------


@transaction.atomic
def load_sample_scores() -> int:
    """Scores of the sample logins; answers how many there are. Safe to repeat."""
    authors = {user.email: user for user in User.objects.filter(sample=True)}
    activities = {(one.programme.key, one.key): one for one in _activities()}
    frameworks = {one.key: one for one in Framework.objects.all()}
    count = 0
    with SAMPLE_SCORES.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            author = authors.get(row["author"])
            if author is None:
                continue
            other = (
                frameworks[row["with"]]
                if row["with"] in frameworks
                else activities[row["programme"], row["with"]]
            )
            mine = pair(activities[row["programme"], row["code"]], other)
            count += 1
            given = Score.objects.filter(author=author, place=row["place"], **mine.as_fields())
            if given.exists():
                continue
            score(
                actor=author,
                of=mine,
                place=row["place"],
                value=int(row["value"]),
                reason=row["reason"],
                language=language_of(row["language"]),
            )
    return count


def _activities() -> Any:
    return Activity.objects.select_related("programme")


@transaction.atomic
def remove_sample_scores() -> None:
    """No score of a sample author or of a sample country is left."""
    Score.objects.filter(sample=True).delete()
