"""The form of a score."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone

from kyoso.hub.accounts.models import User
from kyoso.hub.evidence import selectors as evidence
from kyoso.hub.evidence.enums import State
from kyoso.hub.evidence.models import Run
from kyoso.hub.programme import asking
from kyoso.hub.programme.models import Programme
from kyoso.hub.programme.selectors import members
from kyoso.hub.programme.synergies import places
from kyoso.hub.programme.synergies.enums import Value, signed
from kyoso.hub.programme.synergies.models import Score
from kyoso.hub.texts import language
from kyoso.reference.countries import sample_countries


class ScoreForm(asking.VersionForm, asking.OnceForm):
    """A score for a place; ``changes`` is the author's own score that it is to replace."""

    part = "synergies"

    place = forms.ChoiceField()
    value = forms.TypedChoiceField(coerce=int, widget=forms.RadioSelect)
    reason = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))
    language = forms.ChoiceField(choices=settings.LANGUAGES)
    evidence_link = forms.URLField(max_length=500, required=False, assume_scheme="https")
    evidence_run = forms.ModelChoiceField(queryset=Run.objects.none(), required=False)

    def __init__(
        self,
        *args: Any,
        programme: Programme,
        author: User,
        changes: Score | None = None,
        **kwargs: Any,
    ) -> None:
        initial: dict[str, Any] = {"version": 0, "language": language()}
        if changes is not None:
            initial |= {
                "version": changes.version,
                "place": changes.place,
                "value": changes.value,
                "reason": changes.reason,
                "language": changes.language,
                "evidence_link": changes.evidence_link,
                "evidence_run": changes.evidence_run_id,
            }
        self.changes = changes
        super().__init__(*args, initial=initial | kwargs.pop("initial", {}), **kwargs)
        self._choices("place", place_choices(programme, author))
        self._choices(
            "value",
            [
                (
                    str(int(one)),
                    f"{signed(one)} {asking.said(f'synergies.scale.{one.name.lower()}')}",
                )
                for one in Value
            ],
        )
        run = self.fields["evidence_run"]
        assert isinstance(run, forms.ModelChoiceField)
        run.queryset = evidence.own(author).filter(state=State.DONE)

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def place_choices(programme: Programme, author: User) -> list[tuple[str, str]]:
    """The author's own countries first, then regions, then the programme's members.

    Sample countries are offered to sample authors only: what is sample stays sample.
    """
    own = sorted({post.country for post in author.standing.posts if post.country})
    others = [one.code for one in members(programme, timezone.localdate())]
    samples = sorted(sample_countries()) if author.sample else []
    codes = dict.fromkeys([*own, *places.regions(), *others, *samples])
    return [(code, places.place_name(code)[language()]) for code in codes]
