"""Forms of proposals: what is proposed, what is said to it, what is adopted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict

from kyoso.core.text import LANGUAGES, Text
from kyoso.hub.programme import asking
from kyoso.hub.programme.models import ActivityText
from kyoso.hub.programme.proposals.enums import Kind, Side
from kyoso.hub.programme.proposals.models import Proposal, ProposalStance
from kyoso.hub.programme.proposals.shapes import MOST, SHAPES, TITLE, WORDS, Proposed
from kyoso.hub.programme.synergies.places import place_name
from kyoso.hub.texts import language

SECRETARIAT = "secretariat"
OFFERED = 4
"""Activities that the form of a merger asks for."""


class ChooseForm(asking.Form):
    """What is to change: the kind, the activities concerned, the parts of a split."""

    part = "proposals"

    kind = forms.ChoiceField()
    of = forms.MultipleChoiceField(required=False)
    parts = forms.IntegerField(min_value=2, max_value=MOST, required=False, initial=2)

    def __init__(self, data: QueryDict | None, texts: list[ActivityText]) -> None:
        super().__init__(_without_empty(data) if data is not None else None)
        _choose(self, "kind", [(one, asking.said(f"proposals.kind.{one}")) for one in Kind.values])
        _choose(
            self,
            "of",
            [(text.activity.key, f"{text.code} {text.title[language()]}") for text in texts],
        )

    def clean(self) -> dict[str, Any]:
        """As many activities as the kind takes."""
        values = self.cleaned_data
        if values.get("kind") and "of" not in self.errors:
            fewest, most = SHAPES[values["kind"]].targets
            chosen = list(dict.fromkeys(values.get("of") or []))
            if not fewest <= len(chosen) <= most:
                self.add_error(
                    "of", asking.said(f"proposals.fault.targets_{values['kind']}", n=most)
                )
            values["of"] = chosen
        return values


def _without_empty(data: QueryDict) -> QueryDict:
    found = data.copy()
    found.setlist("of", [one for one in data.getlist("of") if one])
    return found


def _choose(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


class TextsForm(asking.OnceForm):
    """The texts and the reason of a proposal of a kind, each in both languages."""

    part = "proposals"

    def __init__(
        self,
        *args: Any,
        kind: str,
        parts: int,
        members: list[str] | None = None,
        codes: list[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.parts, self._codes = kind, parts, codes
        shape = SHAPES[kind]
        if members is not None:
            self._add("member", forms.ChoiceField())
            _choose(self, "member", [(one or SECRETARIAT, _proposer(one)) for one in members])
        for at in range(parts):
            if shape.numbered:
                self._add(f"code-{at}", forms.CharField(max_length=20))
            if shape.worded:
                self._add_words(f"title-{at}", TITLE, forms.TextInput(attrs={"class": "wide"}))
                self._add_words(f"text-{at}", WORDS, forms.Textarea(attrs={"rows": 6}))
        self._add_words("reason", WORDS, forms.Textarea(attrs={"rows": 4}))

    def _add_words(self, name: str, most: int, widget: forms.Widget) -> None:
        for each in LANGUAGES:
            self._add(f"{name}-{each}", forms.CharField(max_length=most, widget=widget), name)
            self.fields[f"{name}-{each}"].widget.attrs["lang"] = each
            label = self.fields[f"{name}-{each}"].label
            self.fields[f"{name}-{each}"].label = f"{label} · {asking.said(f'languages.{each}')}"

    def _add(self, name: str, field: forms.Field, of: str = "") -> None:
        self.fields[name] = field
        word, _, at = (of or name).partition("-")
        self.name_field(name, word)
        if at and self.parts > 1:
            field.label = f"{int(at) + 1}. {field.label}"

    def texts(self) -> list[Proposed]:
        """The activities as the form would have them."""
        shape = SHAPES[self.kind]
        return [
            Proposed(
                code=self.cleaned_data[f"code-{at}"] if shape.numbered else self._codes[at],
                title=self._words(f"title-{at}") if shape.worded else None,
                words=self._words(f"text-{at}") if shape.worded else None,
            )
            for at in range(self.parts)
        ]

    def member(self) -> str:
        """Whose focal point proposes; empty for the secretariat."""
        chosen: str = self.cleaned_data["member"]
        return "" if chosen == SECRETARIAT else chosen

    def reason(self) -> Text:
        return self._words("reason")

    def _words(self, name: str) -> Text:
        return Text(self.cleaned_data[f"{name}-en"], self.cleaned_data[f"{name}-ja"])

    def take(self, refused: ValidationError) -> None:
        """Beside the English field where a fault is of words in both languages."""
        found = refused.message_dict if hasattr(refused, "error_dict") else {"": refused.messages}
        for name, messages in found.items():
            field = next((one for one in (name, f"{name}-en") if one in self.fields), None)
            for message in messages:
                self.add_error(field, message)


class ChangeForm(TextsForm, asking.VersionForm):
    """The same, of a draft that is there."""


def _proposer(member: str) -> str:
    return place_name(member)[language()] if member else asking.said("proposals.secretariat")


def initial_of(proposal: Proposal) -> dict[str, Any]:
    """What the form of a draft shows."""
    found: dict[str, Any] = {"version": proposal.version}
    for at, text in enumerate(proposal.texts):
        found[f"code-{at}"] = text["code"]
        for name in ("title", "text"):
            found |= {f"{name}-{at}-{each}": words for each, words in (text[name] or {}).items()}
    return found | {f"reason-{each}": proposal.reason[each] for each in LANGUAGES}


def initial_from(kind: str, texts: list[ActivityText]) -> dict[str, Any]:
    """The first text as it stands, from which a new proposal starts; of a merger all that join."""
    if not texts:
        return {}
    first, joining = texts[0], texts if kind == Kind.MERGE else texts[:1]
    found: dict[str, Any] = {"code-0": first.code}
    for each in LANGUAGES:
        found[f"title-0-{each}"] = first.title[each]
        found[f"text-0-{each}"] = "\n".join(one.aim[each] for one in joining)
    return found


class CommentForm(asking.OnceForm):
    """Something said to a proposal."""

    part = "proposals"
    words = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    language = forms.ChoiceField(choices=settings.LANGUAGES)


class SideForm(asking.VersionForm, asking.OnceForm):
    """How a member stands to a proposal; ``now`` is what it said before."""

    part = "proposals"
    member = forms.ChoiceField(widget=forms.HiddenInput)
    side = forms.ChoiceField(widget=forms.RadioSelect)
    side_reason = forms.CharField(
        max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    language = forms.ChoiceField(choices=settings.LANGUAGES)

    def __init__(
        self, *args: Any, member: str, now: ProposalStance | None = None, **kwargs: Any
    ) -> None:
        initial: dict[str, Any] = {"member": member, "version": 0, "language": language()}
        if now is not None:
            initial |= {
                "version": now.version,
                "side": now.side,
                "side_reason": now.reason,
                "language": now.language,
            }
        super().__init__(*args, initial=initial, **kwargs)
        _choose(self, "member", [(member, member)])
        _choose(self, "side", [(one, asking.said(f"proposals.side.{one}")) for one in Side.values])

    @property
    def member_name(self) -> Text:
        return place_name(str(self.initial["member"]))


class DeclineForm(asking.VersionForm):
    """Why the secretariat declines."""

    part = "proposals"
    answer = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class AdoptForm(asking.OnceForm):
    """Which proposals become the next edition, and how it is named."""

    part = "proposals"
    proposals = forms.ModelMultipleChoiceField(queryset=Proposal.objects.none())
    label = forms.CharField(max_length=20)
    title_en = forms.CharField(max_length=TITLE, widget=forms.TextInput(attrs={"class": "wide"}))
    title_ja = forms.CharField(max_length=TITLE, widget=forms.TextInput(attrs={"class": "wide"}))
    adopted = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    place_en = forms.CharField(max_length=TITLE, required=False)
    place_ja = forms.CharField(max_length=TITLE, required=False)

    def __init__(self, *args: Any, offered: list[Proposal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["proposals"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Proposal.objects.filter(pk__in=[one.pk for one in offered])

    def clean(self) -> dict[str, Any]:
        """A place in both languages or in none."""
        values = self.cleaned_data
        if bool(values.get("place_en")) != bool(values.get("place_ja")):
            missing = "place_en" if not values.get("place_en") else "place_ja"
            self.add_error(missing, asking.said("proposals.fault.both_languages"))
        return values

    def title(self) -> Text:
        return Text(self.cleaned_data["title_en"], self.cleaned_data["title_ja"])

    def place(self) -> Text | None:
        values = self.cleaned_data
        return Text(values["place_en"], values["place_ja"]) if values["place_en"] else None
