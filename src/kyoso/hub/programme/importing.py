"""A published text becomes an edition: attached to the one of its label, or a new one."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import transaction

from kyoso.core.errors import InputRefusedError, NotFoundError, Problem, Problems, UsageError
from kyoso.core.text import Text
from kyoso.hub.accounts.models import User
from kyoso.hub.programme import rules, selectors, services
from kyoso.hub.programme.enums import HeadingKind, Theme, Verification
from kyoso.hub.programme.models import Activity, ActivityText, Edition, Heading, Programme
from kyoso.hub.texts import say
from kyoso.programme import editions
from kyoso.programme.comparing import Change, Comparison, Part, compare

OWN_WORDS = "facts; own words"
_LABEL = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,19}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import. ``comparison`` is with the edition before, where one was made."""

    edition: Edition
    attached: services.Attached
    comparison: Comparison | None


@transaction.atomic
def import_edition(
    *,
    programme_key: str,
    label: str,
    parsed: editions.Edition,
    name: str,
    sha256: str,
    by: User | None = None,
) -> Imported:
    """Attach a text that was read to the edition of ``label``, or make that edition from it.

    Activities of a new edition are recognised by comparing its text with that of the latest
    edition in the same language; what they are and who takes part in them passes on with them.
    Repeating it with the same file changes nothing. Raises :class:`NotFoundError` for an unknown
    programme or another programme's text, :class:`UsageError` for a label that no address can
    hold and where there is no text to compare with, and :class:`InputRefusedError` for a text
    in which two activities have one number.
    """
    programme = _programme(programme_key)
    edition = programme.editions.filter(label=label).first()
    comparison = None
    if edition is None:
        require_label(label)
        _require_numbers(parsed, name)
        latest = selectors.latest_edition(programme_key)
        comparison = compare(_text_of(latest, parsed), parsed)
        edition = _new_edition(programme, label, parsed, name)
        _Making(edition, parsed, latest, comparison).make()
    attached = services.attach_text(edition=edition, parsed=parsed, name=name, sha256=sha256, by=by)
    return Imported(edition, attached, comparison)


def _programme(key: str) -> Programme:
    known = {programme.key: programme for programme in Programme.objects.all()}
    if key not in known:
        raise NotFoundError(
            say("programme.import.no_programme"),
            where=key,
            hint=say("programme.import.one_of", keys=", ".join(known))
            if known
            else say("programme.import.load_first"),
        )
    return known[key]


def require_label(label: str) -> None:
    """Raise :class:`UsageError` for a label of an edition that no address can hold."""
    if not _LABEL.fullmatch(label):
        raise UsageError(
            say("programme.import.bad_label"), where=label, hint=say("programme.import.label_form")
        )


def _require_numbers(parsed: editions.Edition, name: str) -> None:
    """A new edition cannot hold two activities of one number; the text must be mended first."""
    lines: dict[str, list[int]] = {}
    for activity in parsed.activities:
        lines.setdefault(rules.slug_of(activity.code), []).append(activity.first_line)
    problems = Problems()
    for activity in parsed.activities:
        first, *again = lines[rules.slug_of(activity.code)]
        if activity.first_line in again:
            problems.add(
                Problem(
                    table=name,
                    row=activity.first_line,
                    value=activity.code,
                    message=say("programme.import.twice", line=first),
                    hint=say("programme.import.mend_number"),
                )
            )
    if problems:
        raise InputRefusedError(problems)


def _text_of(latest: Edition, parsed: editions.Edition) -> editions.Edition:
    """The official text of the latest edition, in the language of the new one."""
    for one in selectors.current_imports(latest):
        if one.language == parsed.language:
            return editions.Edition.from_dict(one.parsed, source=one.name)
    language = say(f"programme.languages.{parsed.language}")
    raise UsageError(
        say("programme.import.nothing_to_compare", title=latest.title, language=language),
        where=f"{latest.programme.key} {latest.label}",
        hint=say(
            "programme.import.import_first", programme=latest.programme.key, label=latest.label
        ),
    )


def _new_edition(programme: Programme, label: str, parsed: editions.Edition, name: str) -> Edition:
    short = programme.abbreviation or programme.name.en
    edition = Edition(
        programme=programme,
        label=label,
        title=Text(f"{short} {label}", f"{short} {label}"),
        adopted=parsed.date,
        source_document=parsed.title,
        source_place=name,
        source_year=str(parsed.date.year) if parsed.date else "",
        licence=OWN_WORDS,
        verification=Verification.ONE_SOURCE,
    )
    edition.full_clean()
    edition.save()
    return edition


class _Making:
    """The headings and activities of a new edition, each with what the edition before knew."""

    def __init__(
        self,
        edition: Edition,
        parsed: editions.Edition,
        latest: Edition,
        comparison: Comparison,
    ) -> None:
        self._edition = edition
        self._parsed = parsed
        self._latest = latest
        self._comparison = comparison
        self._old_headings = {(one.kind, one.code): one for one in latest.headings.all()}
        self._headings: dict[tuple[str, str], Heading] = {}

    def make(self) -> None:
        self._make_pillars()
        self._make_goals()
        self._make_sections()
        self._make_activities()

    def _changes(self, part: Part) -> dict[str, Change]:
        """The changes by the number that the item has now."""
        return {
            change.after.code: change
            for change in self._comparison.changes
            if change.after is not None and change.entry.part == part
        }

    def _make_pillars(self) -> None:
        changes = self._changes("pillar")
        for position, one in enumerate(self._parsed.pillars):
            theme = rules.theme_at(position)
            self._place(HeadingKind.PILLAR, one.code, was=_was(one.code, changes), theme=theme)

    def _make_goals(self) -> None:
        """Goals are not compared: our title passes on where goal and items read as before."""
        before = {(goal.kind, goal.code): goal for goal in self._comparison.before.goals}
        position = 0
        for goal in self._parsed.goals:
            same = _words(before.get((goal.kind, goal.code))) == _words(goal)
            if goal.kind == "goal":
                kind, theme = HeadingKind.POLICY_GOAL, rules.theme_at(position)
                position += 1
            else:
                kind, theme = HeadingKind.FOUNDATION, Theme.NONE
            over = self._place(kind, goal.code, was=goal.code if same else None, theme=theme)
            for number in range(1, len(goal.items) + 1):
                code = f"{goal.code}.{number}"
                self._place(HeadingKind.ITEM, code, was=code if same else None, over=over)

    def _make_sections(self) -> None:
        changes = self._changes("section")
        for one in self._parsed.sections:
            self._place(
                HeadingKind.SECTION,
                one.code,
                was=_was(one.code, changes),
                over=self._headings.get((HeadingKind.PILLAR, one.pillar)),
                annex=one.annex or "",
            )
        changes = self._changes("group")
        for group in self._parsed.groups:
            self._place(
                HeadingKind.GROUP,
                group.code,
                was=_was(group.code, changes),
                over=self._headings.get((HeadingKind.SECTION, group.section)),
                annex=group.annex or "",
            )

    def _place(
        self,
        kind: HeadingKind,
        code: str,
        *,
        was: str | None,
        over: Heading | None = None,
        theme: Theme = Theme.NONE,
        annex: str = "",
    ) -> Heading:
        """Save a heading, once; ``was`` is the number under which our title for it is known."""
        if (kind, code) in self._headings:
            return self._headings[kind, code]
        old = self._old_headings.get((kind, was)) if was else None
        heading = Heading(
            edition=self._edition,
            kind=kind,
            code=code,
            parent=over,
            position=len(self._headings),
            theme=over.theme if over else theme,
            annex=annex,
            title=old.title if old else _untitled(kind, code),
            source_document=self._edition.source_document,
            source_year=self._edition.source_year,
            licence=OWN_WORDS,
        )
        heading.clean_fields()
        heading.save()
        self._headings[kind, code] = heading
        return heading

    def _make_activities(self) -> None:
        changes = self._changes("activity")
        programme = self._edition.programme
        taken = set(programme.activities.values_list("key", flat=True))
        old = {text.slug: text for text in self._latest.activities.select_related("activity")}
        texts = []
        for position, one in enumerate(self._parsed.activities):
            was = _was(one.code, changes)
            text = self._text(one, position)
            before = old.get(rules.slug_of(was)) if was else None
            if before is None:
                key = free_key(one.code, taken)
                taken.add(key)
                text.activity = Activity.objects.create(programme=programme, key=key)
            else:
                self._pass_on(before, text, changes.get(one.code))
            text.clean_fields(exclude=("pillar", "section", "group"))
            texts.append(text)
        ActivityText.objects.bulk_create(texts)

    def _text(self, one: editions.Activity, position: int) -> ActivityText:
        return ActivityText(
            edition=self._edition,
            code=one.code,
            slug=rules.slug_of(one.code),
            position=position,
            pillar=self._headings.get((HeadingKind.PILLAR, one.pillar or "")),
            section=self._headings.get((HeadingKind.SECTION, one.section or "")),
            group=self._headings.get((HeadingKind.GROUP, one.group or "")),
            annex=one.annex or "",
            title=_untitled("activity", one.code),
            aim=say("programme.import.no_aim"),
            source_document=self._edition.source_document,
            source_place=f"lines {one.first_line}-{one.last_line}",
            source_year=self._edition.source_year,
            licence=OWN_WORDS,
        )

    def _pass_on(self, before: ActivityText, text: ActivityText, change: Change | None) -> None:
        """Our words stay with the activity; after a new wording nobody has verified them."""
        text.activity = before.activity
        text.title, text.aim = before.title, before.aim
        text.note = f"title and aim as in {self._latest.title.en}"
        if change is not None and "reworded" in change.kinds:
            text.note += "; the text was reworded since"
        else:
            text.verification = before.verification


def _was(code: str, changes: Mapping[str, Change]) -> str | None:
    """The number that an item had in the edition before; ``None`` if it is new."""
    if code not in changes:
        return code
    before = changes[code].before
    return before.code if before else None


def _words(goal: editions.Goal | None) -> object:
    return goal and (goal.title, [item.text for item in goal.items])


def _untitled(kind: str, code: str) -> Text:
    name = say(f"programme.kind.{kind.replace('-', '_')}")
    return say("programme.import.untitled", kind=name, code=code)


def free_key(code: str, taken: Collection[str]) -> str:
    """The key of a new activity: its number, or with a count where another had that number first."""
    keys = (code, *(f"{code}~{n}" for n in range(2, len(taken) + 3)))
    return next(key for key in keys if key not in taken)
