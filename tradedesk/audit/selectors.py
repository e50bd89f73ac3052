"""Reading the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from tradedesk.audit import anchors, keys
from tradedesk.audit.chain import GENESIS, Link
from tradedesk.audit.models import AuditEntry, AuditHead, VerificationRun


def entries_for(subject: str, subject_id: str | int) -> QuerySet[AuditEntry]:
    """Everything that happened to one thing, oldest first, payloads at hand."""
    found = AuditEntry.objects.filter(subject=subject, subject_id=str(subject_id))
    return found.select_related("payload").order_by("sequence")


def head() -> Link:
    row = AuditHead.objects.first()
    return row.link if row else GENESIS


def last_run() -> VerificationRun | None:
    return VerificationRun.objects.order_by("-started_at", "-pk").first()


def verified_link() -> Link:
    """Up to where the chain was whole when it was last looked at."""
    runs = VerificationRun.objects.filter(first_bad_sequence=None)
    run = runs.order_by("-started_at", "-pk").first()
    if run is None:
        return GENESIS
    return Link(sequence=run.to_sequence, digest=run.digest)


def is_guarded() -> bool:
    """Whether the role that asks may not change the log: False for an owner."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege('audit_entry', 'UPDATE, DELETE, TRUNCATE')"
        )
        (may_change,) = cursor.fetchone()
    return not may_change


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainStatus:
    """What the System page says of the chain. `is_alarming` calls for a person."""

    head: Link
    last_run: VerificationRun | None
    anchored: Link | None
    anchored_at: datetime | None
    is_guarded: bool

    @property
    def is_alarming(self) -> bool:
        return self.last_run is not None and not self.last_run.is_whole


def chain_status() -> ChainStatus:
    last = anchors.read(settings.AUDIT_ANCHOR_FILE, keys.anchor_key()).last
    return ChainStatus(
        head=head(),
        last_run=last_run(),
        anchored=last.link if last else None,
        anchored_at=datetime.fromisoformat(last.instant) if last else None,
        is_guarded=is_guarded(),
    )
