"""What is done to facilities and their monitoring plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from kyoso.climate.transparency import rule_sets
from kyoso.core.text import Text
from kyoso.hub.accounts.models import Organisation, User
from kyoso.hub.evidence.facilities import sheets
from kyoso.hub.evidence.facilities.enums import PLAN_OPEN, Approach, PlanState
from kyoso.hub.evidence.facilities.errors import wrong_state
from kyoso.hub.evidence.facilities.models import Facility, Holding, Permit, Plan, Stream, Unit
from kyoso.hub.record.errors import ConflictError
from kyoso.hub.record.services import allow, change, create, plain
from kyoso.hub.texts import language, say

CHANGE = "facilities.change_facility"


def fault(field: str, key: str) -> ValidationError:
    """A fault of a field, in the language of the page."""
    return ValidationError({field: say(f"facilities.fault.{key}")[language()]})


def with_author(actor: User | None, authors: Sequence[int]) -> list[int]:
    """The authors and, from now on, the actor."""
    return sorted({*authors, *([] if actor is None else [actor.pk])})


# --- the register -------------------------------------------------------------------------


def register(
    *,
    actor: User | None,
    code: str,
    name: Text,
    country: str,
    place: str = "",
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
    sample: bool = False,
    once: str | None = None,
) -> Facility:
    """Enter a facility into the register of its country."""
    if (latitude is None) != (longitude is None):
        raise fault("latitude", "point")
    facility = Facility(
        code=code,
        name=name,
        country=country,
        place=place,
        latitude=latitude,
        longitude=longitude,
        sample=sample,
    )
    return create(
        facility,
        actor=actor,
        act="facilities.registered",
        permission="facilities.register_facility",
        once=once,
    )


@transaction.atomic
def set_operator(
    facility: Facility,
    *,
    actor: User | None,
    organisation: Organisation,
    since: date,
    once: str | None = None,
) -> Holding:
    """Who operates a facility from a day on; the one before ends on the day before.

    Raises ``ValidationError`` for a day that is not after the present operator's first.
    """
    current = Facility.objects.select_for_update().get(pk=facility.pk)
    allow(actor, CHANGE, current)
    last = current.holdings.order_by("since").last()
    if last is not None and (last.organisation_id, last.since) == (organisation.pk, since):
        return last
    if last is not None and since <= last.since:
        raise fault("since", "since")
    if last is not None and (last.until is None or last.until >= since):
        change(
            last,
            actor=actor,
            act="facilities.operator_ended",
            expected=None,
            until=since - timedelta(days=1),
        )
    return create(
        Holding(facility=current, organisation=organisation, since=since),
        actor=actor,
        act="facilities.operator_set",
        once=once,
    )


def add_permit(
    facility: Facility,
    *,
    actor: User | None,
    number: str,
    issuer: str,
    since: date,
    until: date | None = None,
    subject: str = "",
    once: str | None = None,
) -> Permit:
    """Note a permit that a facility operates under."""
    allow(actor, CHANGE, facility)
    permit = Permit(
        facility=facility, number=number, issuer=issuer, since=since, until=until, subject=subject
    )
    return create(permit, actor=actor, act="facilities.permit_added", once=once)


def add_unit(
    facility: Facility, *, actor: User | None, code: str, name: str, once: str | None = None
) -> Unit:
    """Note a part of a facility that emits."""
    allow(actor, "facilities.add_unit", facility)
    unit = Unit(facility=facility, code=code, name=name)
    return create(unit, actor=actor, act="facilities.unit_added", once=once)


# --- plans --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A source stream as it is written."""

    code: str
    unit: str
    source: str
    category: str = ""
    approach: Approach = Approach.CALCULATION
    tier: int | None = None
    meter: str = ""
    meter_uncertainty: Decimal | None = None
    sampling: str = ""
    contract: str = ""
    biogenic: bool = False
    confidential: bool = False


def row_of(stream: Stream) -> Row:
    """A stream as it was written."""
    names = [name for name in Row.__slots__ if name not in ("unit", "approach")]
    return Row(
        unit=stream.unit.code,
        approach=Approach(stream.approach),
        **{name: getattr(stream, name) for name in names},
    )


@transaction.atomic
def begin_plan(
    facility: Facility,
    *,
    actor: User | None,
    rule_set: str,
    from_year: int,
    once: str | None = None,
) -> Plan:
    """The next plan of a facility, with the streams of the last one; one not yet approved stays.

    Raises ``ValidationError`` for a rule set that there is not.
    """
    current = Facility.objects.select_for_update().get(pk=facility.pk)
    allow(actor, "facilities.write_plan", Plan(facility=current))
    last = current.plans.order_by("number").last()
    if last is not None and not last.is_approved:
        return last
    _check_rule_set(rule_set)
    plan = create(
        Plan(
            facility=current,
            number=1 if last is None else last.number + 1,
            rule_set=rule_set,
            from_year=from_year,
            authors=with_author(actor, []),
        ),
        actor=actor,
        act="facilities.plan_begun",
        once=once,
    )
    for stream in [] if last is None else last.streams.all():
        stream.pk, stream.plan = None, plan
        stream.save(force_insert=True)
    return plan


def _check_rule_set(key: str) -> None:
    if key not in rule_sets.known():
        raise fault("rule_set", "rule_set")


@transaction.atomic
def write_plan(
    plan: Plan,
    *,
    actor: User | None,
    expected: int,
    rule_set: str,
    from_year: int,
    rows: Sequence[Row],
) -> Plan:
    """Set the streams of a plan that is not handed in; one that is not among ``rows`` goes."""
    current = Plan.objects.select_for_update().select_related("facility").get(pk=plan.pk)
    allow(actor, "facilities.write_plan", current)
    if current.state not in PLAN_OPEN:
        raise wrong_state(current)
    _check_rule_set(rule_set)
    there = list(current.streams.select_related("unit"))
    before, after = [_told(row_of(one)) for one in there], [_told(row) for row in rows]
    fields: dict[str, Any] = {"rule_set": rule_set, "from_year": from_year}
    changes = {
        name: [getattr(current, name), value]
        for name, value in fields.items()
        if getattr(current, name) != value
    }
    if _by_code(before) != _by_code(after):
        changes["streams"] = [before, after]
    if not changes:
        return current
    if current.version != expected:
        raise ConflictError(
            current, fields | {"streams": after}, _seen(current, fields) | {"streams": before}
        )
    if "streams" in changes:
        _replace_streams(current, rows)
    return change(
        current,
        actor=actor,
        act="facilities.plan_written",
        expected=expected,
        data={"changes": changes},
        authors=with_author(actor, current.authors),
        **fields,
    )


def _seen(plan: Plan, fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in fields}


def _told(row: Row) -> dict[str, Any]:
    return {name: _plain(value) for name, value in asdict(row).items() if value not in (None, "")}


def _plain(value: Any) -> Any:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else plain(value)


def _by_code(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(rows, key=lambda row: str(row["code"]))


def _replace_streams(plan: Plan, rows: Sequence[Row]) -> None:
    units = {one.code: one for one in plan.facility.units.all()}
    plan.streams.all().delete()
    for row in rows:
        if row.unit not in units:
            raise fault("unit", "unit")
        stream = Stream(plan=plan, **asdict(row) | {"unit": units[row.unit]})
        stream.full_clean()
        stream.save(force_insert=True)


@transaction.atomic
def submit_plan(plan: Plan, *, actor: User | None, expected: int) -> Plan:
    """Hand a plan in to the regulator.

    Raises :class:`WrongStateError`, ``ValidationError`` for one without streams, and
    :class:`InputRefusedError` with every fault of its streams.
    """
    current = Plan.objects.select_for_update().select_related("facility").get(pk=plan.pk)
    allow(actor, "facilities.write_plan", current)
    if current.state == PlanState.SUBMITTED:
        return current
    if current.state not in PLAN_OPEN:
        raise wrong_state(current)
    if not current.streams.exists():
        raise fault("streams", "streams")
    sheets.check_plan(current)
    return change(
        current,
        actor=actor,
        act="facilities.plan_submitted",
        expected=expected,
        state=PlanState.SUBMITTED,
        submitted_at=timezone.now(),
        authors=with_author(actor, current.authors),
    )


def approve_plan(plan: Plan, *, actor: User | None, expected: int) -> Plan:
    """Approve a plan that was handed in; no author may."""
    return _judge(
        plan,
        PlanState.APPROVED,
        actor=actor,
        expected=expected,
        act="facilities.plan_approved",
        approved_at=timezone.now(),
        reason="",
    )


def return_plan(plan: Plan, *, actor: User | None, expected: int, reason: str) -> Plan:
    """Give a plan back to its authors with the reason."""
    if not reason.strip():
        raise fault("reason", "reason")
    return _judge(
        plan,
        PlanState.RETURNED,
        actor=actor,
        expected=expected,
        act="facilities.plan_returned",
        reason=reason.strip(),
    )


@transaction.atomic
def _judge(
    plan: Plan, to: PlanState, *, actor: User | None, expected: int, act: str, **fields: Any
) -> Plan:
    current = Plan.objects.select_for_update().get(pk=plan.pk)
    allow(actor, "facilities.approve_plan", current)
    if current.state == to:
        return current
    if current.state != PlanState.SUBMITTED:
        raise wrong_state(current)
    return change(current, actor=actor, act=act, expected=expected, state=to, **fields)
