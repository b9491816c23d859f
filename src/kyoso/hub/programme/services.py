"""What is done to programmes: loading the shipped catalogue, importing a text, taking stances."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from django.db import models, transaction

from kyoso.core.errors import NotFoundError
from kyoso.core.text import Text
from kyoso.hub.accounts.models import User
from kyoso.hub.programme import rules
from kyoso.hub.programme.enums import HeadingKind, Theme
from kyoso.hub.programme.models import (
    Activity,
    ActivityBody,
    ActivityFramework,
    ActivityInstrument,
    ActivityText,
    Body,
    Edition,
    Framework,
    Heading,
    ImportedText,
    Indicator,
    Initiative,
    InitiativeActivity,
    Instrument,
    Participation,
    Programme,
)
from kyoso.hub.programme.participation import services as participation
from kyoso.hub.programme.participation.answers import NO_REPLY
from kyoso.hub.record.services import log
from kyoso.programme import editions
from kyoso.reference.loading import Row, load

SAMPLE_STANCES = Path(__file__).parent / "sample" / "participation.csv"
SAMPLE_DETAILS = SAMPLE_STANCES.with_name("participation_details.csv")


# --- the shipped catalogue ----------------------------------------------------------------


@transaction.atomic
def load_catalogue() -> None:
    """Bring programmes, editions, activities and what belongs to them up to the shipped files.

    Safe to repeat. Nothing that people added (stances, imported texts) is touched.
    """
    for position, row in enumerate(load("programme/programmes").rows):
        _load_programme(row, position)
    _load_lists()
    _load_links()
    _load_indicators()


def _load_programme(row: Row, position: int) -> None:
    table = load("programme/programmes")
    programme = Programme(
        key=row["id"],
        position=position,
        name=table.text(row, "name"),
        abbreviation=row["abbreviation"],
        members_group=row["members"],
        **_cited(row),
    )
    _put(Programme, [programme], unique=("key",))
    for edition_row in load("programme/editions").where(programme=row["id"]):
        _load_edition(programme, edition_row)


def _load_edition(programme: Programme, row: Row) -> None:
    table = load("programme/editions")
    edition = Edition(
        programme=programme,
        label=row["edition"],
        title=table.text(row, "title"),
        adopted=date.fromisoformat(row["adopted"]) if row["adopted"] else None,
        adopted_at=table.texts(row, "place"),
        **_cited(row),
    )
    _put(Edition, [edition], unique=("programme", "label"))
    headings = _load_headings(edition)
    _load_activities(edition, headings)


def _load_headings(edition: Edition) -> dict[tuple[str, str], Heading]:
    """Pillars, then sections, then groups and items; answers them by kind of file and code."""
    placed: dict[tuple[str, str], Heading] = {}
    for file, above, parent in (
        ("pillars", "", ""),
        ("sections", "pillars", "pillar"),
        ("groups", "sections", "section"),
        ("goal_items", "pillars", "goal"),
    ):
        table = load(f"programme/{file}")
        made = []
        for row in table.where(programme=edition.programme.key):
            code = f"{row['goal']}.{row['item']}" if file == "goal_items" else row["code"]
            over = placed.get((above, row[parent])) if parent else None
            heading = Heading(
                edition=edition,
                kind=_heading_kind(file, row),
                code=code,
                parent=over,
                position=len(placed),
                theme=over.theme if over else _theme(file, len(placed), row),
                annex=row.get("annex", ""),
                title=table.text(row, "title"),
                **_cited(row),
            )
            placed[file, code] = heading
            made.append(heading)
        _put(Heading, made, unique=("edition", "kind", "code"))
    return placed


def _heading_kind(file: str, row: Row) -> str:
    return {
        "sections": HeadingKind.SECTION,
        "groups": HeadingKind.GROUP,
        "goal_items": HeadingKind.ITEM,
    }.get(file, row.get("kind", ""))


def _theme(file: str, position: int, row: Row) -> str:
    foundation = row.get("kind") == HeadingKind.FOUNDATION
    return rules.theme_at(position) if file == "pillars" and not foundation else Theme.NONE


def _load_activities(edition: Edition, headings: Mapping[tuple[str, str], Heading]) -> None:
    table = load("programme/activities")
    rows = table.where(programme=edition.programme.key)
    activities = [Activity(programme=edition.programme, key=row["code"]) for row in rows]
    _put(Activity, activities, unique=("programme", "key"))
    texts = [
        ActivityText(
            edition=edition,
            activity=activity,
            code=row["code"],
            slug=rules.slug_of(row["code"]),
            position=position,
            pillar=headings.get(("pillars", row["pillar"])),
            section=headings.get(("sections", row["section"])),
            group=headings.get(("groups", row["group"])),
            annex=row["annex"],
            title=table.text(row, "title"),
            aim=table.text(row, "aim"),
            **_cited(row),
        )
        for position, (row, activity) in enumerate(zip(rows, activities, strict=True))
    ]
    _put(ActivityText, texts, unique=("edition", "code"), kept=("official",))


def _load_lists() -> None:
    table = load("programme/instruments")
    _put(
        Instrument,
        [
            Instrument(
                key=row["id"],
                kind=row["kind"],
                name=table.text(row, "name"),
                expansion=table.texts(row, "expansion"),
                **_cited(row),
            )
            for row in table.rows
        ],
        unique=("key",),
    )
    for model, file in ((Framework, "frameworks"), (Body, "bodies")):
        table = load(f"programme/{file}")
        listed = [
            model(key=row["id"], kind=row["kind"], name=table.text(row, "name"), **_cited(row))
            for row in table.rows
        ]
        _put(model, listed, unique=("key",))
    table = load("programme/initiatives")
    _put(
        Initiative,
        [
            Initiative(
                key=row["id"],
                name=table.text(row, "name"),
                begun=row["begun"],
                begun_in_text=row["begun_in_text"],
                relation=row["relation"],
                **_cited(row),
            )
            for row in table.rows
        ],
        unique=("key",),
    )


def _load_links() -> None:
    """Links between activities and the lists; one that is no longer shipped goes."""
    activities = _activities()
    for model, one, name in (
        (ActivityInstrument, Instrument, "instrument"),
        (ActivityFramework, Framework, "framework"),
        (ActivityBody, Body, "body"),
        (InitiativeActivity, Initiative, "initiative"),
    ):
        listed = {each.key: each for each in one.objects.all()}
        file = "initiative_activities" if name == "initiative" else f"activity_{_plural(name)}"
        table = load(f"programme/{file}")
        links = []
        for row in table.rows:
            values: dict[str, Any] = {name: listed[row[name]], **_cited(row)}
            if "basis" in row:
                values["basis"] = row["basis"]
            if "theme_en" in row:
                values["theme"] = table.text(row, "theme")
            links.append(model(activity=activities[row["programme"], row["code"]], **values))
        _put(model, links, unique=("activity", name))
        model.objects.exclude(pk__in=[link.pk for link in links]).delete()


def _plural(name: str) -> str:
    return "bodies" if name == "body" else f"{name}s"


def _load_indicators() -> None:
    table = load("programme/indicators")
    activities = _activities()
    programmes = {programme.key: programme for programme in Programme.objects.all()}
    indicators = [
        Indicator(
            programme=programmes[row["programme"]],
            key=row["id"],
            position=position,
            section_code=row["section"],
            activity=activities.get((row["programme"], row["code"])),
            title=table.text(row, "title"),
            kind=row["kind"],
            unit=table.text(row, "unit"),
            scope=table.texts(row, "scope"),
            direction=row["direction"],
            qualifier=row["qualifier"],
            baseline=_number(row["baseline"]),
            baseline_date=row["baseline_date"],
            target=_number(row["target"]),
            target_date=row["target_date"],
            value=_number(row["value"]),
            value_date=row["value_date"],
            **_cited(row),
        )
        for position, row in enumerate(table.rows)
    ]
    _put(Indicator, indicators, unique=("programme", "key"))


def _activities() -> dict[tuple[str, str], Activity]:
    return {
        (activity.programme.key, activity.key): activity
        for activity in Activity.objects.select_related("programme")
    }


def _number(written: str) -> float | None:
    return float(written) if written else None


def _cited(row: Row) -> dict[str, str]:
    return {
        "source_document": row["document"],
        "source_place": row["table"],
        "source_year": row["year"],
        "licence": row["licence"],
        "verification": row["verification"],
        "note": row["note"],
    }


def _put(
    model: type[models.Model],
    objects: Sequence[models.Model],
    *,
    unique: Sequence[str],
    kept: Iterable[str] = (),
) -> None:
    """Insert or bring up to date in one statement; ``kept`` are columns left as they stand."""
    fields = [f.name for f in model._meta.concrete_fields if not f.primary_key]
    relations = [f.name for f in model._meta.concrete_fields if f.is_relation]
    for one in objects:
        one.clean_fields(exclude=relations)
    changed = [name for name in fields if name not in unique and name not in kept]
    model._default_manager.bulk_create(
        objects,
        update_conflicts=True,
        unique_fields=list(unique),
        update_fields=changed or list(unique),
    )


# --- the official text --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attached:
    """What came of attaching a text: codes that found their activity, and those that did not."""

    matched: tuple[str, ...]
    only_in_text: tuple[str, ...]
    only_in_edition: tuple[str, ...]


@transaction.atomic
def attach_text(
    *, edition: Edition, parsed: editions.Edition, name: str, sha256: str, by: User | None = None
) -> Attached:
    """Give the activities of ``edition`` the words of the official text that was read.

    Repeating it with the same file has no second effect. Raises :class:`NotFoundError` when no
    activity of the text has a code of the edition: it is then another programme's text.
    """
    texts = {text.slug: text for text in edition.activities.select_for_update()}
    found = {rules.slug_of(activity.code): activity for activity in parsed.activities}
    matched = [slug for slug in found if slug in texts]
    if not matched:
        raise NotFoundError(
            Text(
                "no activity of this text has a code of the edition",
                "この文書には、版の協力活動と同じ番号の活動がありません",
            ),
            where=name,
            hint=Text(
                "choose the programme and edition that the text belongs to",
                "文書に対応するプログラムと版を選んでください",
            ),
        )
    for slug in matched:
        texts[slug].official[parsed.language] = {
            "text": found[slug].text[parsed.language],
            "first_line": found[slug].first_line,
            "last_line": found[slug].last_line,
            "file": name,
        }
    ActivityText.objects.bulk_update([texts[slug] for slug in matched], ["official"])
    already = edition.imports.filter(language=parsed.language).first()
    if already is None or already.sha256 != sha256:
        record = ImportedText(
            edition=edition,
            language=parsed.language,
            name=name,
            sha256=sha256,
            parsed=parsed.as_dict("en"),
            imported_by=by,
        )
        record.full_clean()
        record.save()
    return Attached(
        matched=tuple(texts[slug].code for slug in matched),
        only_in_text=tuple(found[slug].code for slug in found if slug not in texts),
        only_in_edition=tuple(text.code for slug, text in texts.items() if slug not in found),
    )


# --- stances ------------------------------------------------------------------------------


def record_stance(
    *,
    activity: Activity,
    member: str,
    level: str,
    actor: User | None = None,
    expected: int | None = None,
    why: str = "",
    **details: Any,
) -> Participation:
    """Record how ``member`` stands to ``activity``; safe to repeat.

    ``details`` are other fields of :class:`Answer`; those that are not given stay as they are.
    Raises what :func:`participation.services.record_answers` raises.
    """
    stance = Participation.objects.filter(activity=activity, member=member).first()
    before = stance.answer if stance else NO_REPLY
    participation.record_answers(
        actor=actor,
        programme=activity.programme,
        member=member,
        cells=[
            participation.Cell(
                activity=activity,
                answer=replace(before, level=level, **details),
                expected=expected,
            )
        ],
        why=why,
    )
    return Participation.objects.get(activity=activity, member=member)


@transaction.atomic
def load_sample_stances() -> int:
    """The answers of the sample countries; answers how many there are. Safe to repeat.

    They are loaded at once, and the log has one entry for all of them: an entry for each would
    tell nothing more, and take a second. What somebody changed since is left alone.
    """
    activities = _activities()
    details = _sample_details()
    stances = []
    with SAMPLE_STANCES.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            activity = activities[row.pop("programme"), row.pop("code")]
            stances += [
                Participation(
                    programme=activity.programme,
                    activity=activity,
                    member=member,
                    level=level,
                    sample=True,
                    **details.get((activity.programme.key, activity.key, member), {}),
                )
                for member, level in row.items()
                if level
            ]
    known = set(Participation.objects.filter(sample=True).values_list("activity_id", "member"))
    new = [one for one in stances if (one.activity_id, one.member) not in known]
    for one in new:
        one.full_clean(
            validate_unique=False, validate_constraints=False, exclude=["activity", "programme"]
        )
    Participation.objects.bulk_create(new)
    for programme in dict.fromkeys(one.programme for one in new):
        count = sum(one.programme == programme for one in new)
        log(
            actor=None,
            act="programme.sample_stances_loaded",
            record=programme,
            data={"answers": count},
        )
    return len(stances)


def _sample_details() -> dict[tuple[str, str, str], dict[str, Any]]:
    """Ranks, reasons, needs and focal points of some sample answers."""
    with SAMPLE_DETAILS.open(encoding="utf-8", newline="") as stream:
        return {
            (row["programme"], row["code"], row["member"]): {
                "priority": int(row["priority"]) if row["priority"] else None,
                "reasons": row["reasons"].split(),
                "since": date.fromisoformat(row["since"]) if row["since"] else None,
                "until": date.fromisoformat(row["until"]) if row["until"] else None,
                **{
                    name: row[name]
                    for name in ("reason", "needs", "focal_name", "focal_organisation")
                },
            }
            for row in csv.DictReader(stream)
        }


@transaction.atomic
def remove_sample_stances() -> None:
    """No stance of a sample country is left."""
    Participation.objects.filter(sample=True).delete()
