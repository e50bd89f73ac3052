"""The plan: written section by section as a draft, published as versions that stay."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from journal.models import Plan, PlanVersion
from journal.plans.sections import BY_KEY, SECTIONS, Kind, Section, Sections
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.core.canonical import digest
from tradedesk.core.errors import InvalidInputError, StaleStateError


LONGEST = {Kind.TEXT: 8000, Kind.LINE: 200, Kind.FIGURE: 40}


def section_digest(values: Mapping[str, str]) -> str:
    """What a section said when its form was drawn, to see that it still does."""
    return digest(dict(values))


@transaction.atomic(durable=True)
def save_section(
    user: User,
    key: str,
    values: Mapping[str, str],
    *,
    seen: str,
    actor: Actor,
    now: datetime,
) -> Plan:
    """Keep what was typed in the draft; nothing is in force until it is published.

    Raises:
        InvalidInputError: a field is too long.
        StaleStateError: the section was changed elsewhere since its form was drawn.
    """
    section = BY_KEY[key]
    plan = _locked_or_new(user, now)
    before = plan.draft.get(key, {})
    if seen != section_digest(before):
        raise StaleStateError(
            f"{section.title} was changed in another window meanwhile. "
            "Below is what you typed; saving again replaces the other text."
        )
    after = _cleaned(section, values)
    if after == before:
        return plan
    plan.draft = {**plan.draft, key: after}
    plan.drafted_at = now
    plan.save(update_fields=["draft", "drafted_at"])
    _log(AuditAction.PLAN_CHANGED, plan, {"section": key}, actor=actor, now=now)
    return plan


def _cleaned(section: Section, values: Mapping[str, str]) -> dict[str, str]:
    """The section's own fields, those that say something."""
    kept = {}
    for field in section.fields:
        text = values.get(field.key, "").replace("\r\n", "\n").strip()
        if len(text) > LONGEST[field.kind]:
            raise InvalidInputError(
                f"{field.label}: {LONGEST[field.kind]} characters are the most.",
                field=field.key,
            )
        if text:
            kept[field.key] = text
    return kept


@transaction.atomic(durable=True)
def publish(user: User, reason: str, *, actor: Actor, now: datetime) -> PlanVersion:
    """The draft becomes the version in force, which orders from now on carry.

    Raises:
        InvalidInputError: nothing is written, or nothing has changed.
    """
    plan = _locked_or_new(user, now)
    sections = in_order(plan.draft)
    if not sections:
        raise InvalidInputError("The plan is empty. Write a section first.")
    if plan.current is not None and sections == in_order(plan.current.sections):
        raise InvalidInputError(
            f"Nothing has changed since version {plan.current.number}."
        )
    version = PlanVersion.objects.create(
        owner=user,
        plan=plan,
        number=_next_number(plan),
        sections=sections,
        reason=reason.strip()[:200],
        digest=digest(sections),
        published_at=now,
    )
    plan.current = version
    plan.save(update_fields=["current"])
    payload = {"version": version.number, "digest": version.digest}
    _log(AuditAction.PLAN_PUBLISHED, plan, payload, actor=actor, now=now)
    return version


def in_order(sections: Sections) -> dict[str, dict[str, str]]:
    """Sections that say something, in the order of the page."""
    return {
        section.key: dict(sections[section.key])
        for section in SECTIONS
        if sections.get(section.key)
    }


def _next_number(plan: Plan) -> int:
    last = plan.versions.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


@transaction.atomic(durable=True)
def discard_draft(user: User, *, actor: Actor, now: datetime) -> Plan:
    """Back to what the version in force says.

    Raises:
        StaleStateError: no version was published.
    """
    plan = _locked_or_new(user, now)
    if plan.current is None:
        raise StaleStateError("There is no published version to go back to.")
    plan.draft = plan.current.sections
    plan.drafted_at = now
    plan.save(update_fields=["draft", "drafted_at"])
    payload = {"back_to": plan.current.number}
    _log(AuditAction.PLAN_CHANGED, plan, payload, actor=actor, now=now)
    return plan


@transaction.atomic(durable=True)
def mark_reviewed(
    user: User,
    *,
    note: str,
    every_days: int,
    today: date,
    actor: Actor,
    now: datetime,
) -> Plan:
    """The plan was read again today; it is due again after `every_days`."""
    plan = _locked_or_new(user, now)
    plan.reviewed_on = today
    plan.review_note = note.strip()[:500]
    plan.review_days = every_days
    plan.save(update_fields=["reviewed_on", "review_note", "review_days"])
    payload = {"on": today, "note": plan.review_note, "every_days": every_days}
    _log(AuditAction.PLAN_REVIEWED, plan, payload, actor=actor, now=now)
    return plan


def _locked_or_new(user: User, now: datetime) -> Plan:
    """Two windows that write one plan do it one after the other."""
    mine = Plan.objects.for_user(user).select_related("current")
    Plan.objects.bulk_create([Plan(owner=user, drafted_at=now)], ignore_conflicts=True)
    return mine.select_for_update(no_key=True, of=("self",)).get()


def _log(
    action: AuditAction,
    plan: Plan,
    payload: Mapping[str, object],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    record(
        action,
        actor=actor,
        subject="plan",
        subject_id=plan.pk,
        payload=payload,
        now=now,
    )
