"""Playbooks: every change is a new version, and an order keeps the one it was taken by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from journal.models import MissedTrade, Playbook, PlaybookVersion
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.core.canonical import digest
from tradedesk.core.errors import InvalidInputError


RULES = {
    "entry": "Entry",
    "stop": "Stop",
    "management": "Management",
    "exit": "Exit",
}
MOST_ITEMS = 15
MOST_PLAYBOOKS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookTerms:
    """What a version says; fields as in `PlaybookVersion`."""

    name: str
    thesis: str = ""
    market_types: Sequence[str] = ()
    rules: Mapping[str, str]
    checklist: Sequence[str] = ()
    max_risk_percent: Decimal | None = None

    def plain(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__}


def terms_of(version: PlaybookVersion) -> PlaybookTerms:
    return PlaybookTerms(
        name=version.name,
        thesis=version.thesis,
        market_types=version.market_types,
        rules=version.rules,
        checklist=version.checklist,
        max_risk_percent=version.max_risk_percent,
    )


def create(
    user: User, terms: PlaybookTerms, *, actor: Actor, now: datetime
) -> Playbook:
    """A playbook with its first version.

    Raises:
        InvalidInputError: the name is taken, or there are too many playbooks.
    """
    if Playbook.objects.for_user(user).count() >= MOST_PLAYBOOKS:
        raise InvalidInputError(f"{MOST_PLAYBOOKS} playbooks are the most.")
    try:
        with transaction.atomic():
            playbook = Playbook.objects.create(
                owner=user, name=terms.name, created_at=now
            )
            _add_version(playbook, terms, number=1, reason="", now=now)
            _log(playbook, {"verb": "created", "version": 1}, actor=actor, now=now)
    except IntegrityError:
        raise _taken(terms.name) from None
    return playbook


def _taken(name: str) -> InvalidInputError:
    return InvalidInputError(f"There is a playbook called {name}.", field="name")


def revise(
    playbook: Playbook,
    terms: PlaybookTerms,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> PlaybookVersion:
    """The next version; the same rules again change nothing.

    Raises:
        InvalidInputError: the name is taken.
    """
    try:
        with transaction.atomic():
            return _revise(playbook, terms, reason=reason, actor=actor, now=now)
    except IntegrityError:
        raise _taken(terms.name) from None


def _revise(
    playbook: Playbook,
    terms: PlaybookTerms,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> PlaybookVersion:
    # Two windows that revise one playbook do it one after the other.
    locked = Playbook.objects.select_for_update(no_key=True).get(pk=playbook.pk)
    last = locked.versions.order_by("-number")[0]
    if digest(terms.plain()) == last.digest:
        return last
    locked.name = terms.name
    locked.save(update_fields=["name"])
    version = _add_version(
        locked, terms, number=last.number + 1, reason=reason, now=now
    )
    payload = {"verb": "revised", "version": version.number, "digest": version.digest}
    _log(locked, payload, actor=actor, now=now)
    return version


def _add_version(
    playbook: Playbook,
    terms: PlaybookTerms,
    *,
    number: int,
    reason: str,
    now: datetime,
) -> PlaybookVersion:
    version = PlaybookVersion.objects.create(
        owner=playbook.owner,
        playbook=playbook,
        number=number,
        name=terms.name,
        thesis=terms.thesis,
        market_types=list(terms.market_types),
        rules=dict(terms.rules),
        checklist=list(terms.checklist),
        max_risk_percent=terms.max_risk_percent,
        reason=reason.strip()[:200],
        digest=digest(terms.plain()),
        made_at=now,
    )
    playbook.current = version
    playbook.save(update_fields=["current"])
    return version


@transaction.atomic(durable=True)
def retire(playbook: Playbook, reason: str, *, actor: Actor, now: datetime) -> None:
    """On no ticket from now on; what was traded by it stays."""
    playbook.retired_at = now
    playbook.retired_reason = reason.strip()[:200]
    playbook.save(update_fields=["retired_at", "retired_reason"])
    payload = {"verb": "retired", "reason": playbook.retired_reason}
    _log(playbook, payload, actor=actor, now=now)


@transaction.atomic(durable=True)
def bring_back(playbook: Playbook, *, actor: Actor, now: datetime) -> None:
    playbook.retired_at = None
    playbook.retired_reason = ""
    playbook.save(update_fields=["retired_at", "retired_reason"])
    _log(playbook, {"verb": "brought back"}, actor=actor, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A trade not taken; `missed_r` is what it would have made, in R."""

    symbol: str
    missed_on: date
    why: str
    missed_r: Decimal | None = None


@transaction.atomic(durable=True)
def log_missed(
    playbook: Playbook, missed: Missed, *, actor: Actor, now: datetime
) -> MissedTrade:
    row = MissedTrade.objects.create(
        owner=playbook.owner,
        playbook=playbook,
        symbol=missed.symbol,
        missed_on=missed.missed_on,
        why=missed.why,
        missed_r=missed.missed_r,
        logged_at=now,
    )
    payload = {"verb": "missed", "symbol": missed.symbol, "on": missed.missed_on}
    _log(playbook, payload, actor=actor, now=now)
    return row


@transaction.atomic(durable=True)
def remove_missed(row: MissedTrade, *, actor: Actor, now: datetime) -> None:
    playbook, payload = row.playbook, {"verb": "missed removed", "symbol": row.symbol}
    row.delete()
    _log(playbook, payload, actor=actor, now=now)


def _log(
    playbook: Playbook,
    payload: Mapping[str, object],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    record(
        AuditAction.PLAYBOOK_CHANGED,
        actor=actor,
        subject="playbook",
        subject_id=playbook.pk,
        payload=payload,
        now=now,
    )
