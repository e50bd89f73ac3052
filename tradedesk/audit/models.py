"""Rows of the audit log. The database keeps them append-only (migration 0002)."""

from __future__ import annotations

import json
from typing import Any, ClassVar, Never, TypeVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from tradedesk.audit import chain
from tradedesk.core.actor import ActorKind


Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)

DIGEST = "^[0-9a-f]{64}$"


class AppendOnlyError(TypeError):
    """The audit log is written by `services.record` and never changed."""


class AppendOnlyQuerySet(models.QuerySet[Row_co]):
    """Says no before the database does; the guarantee is the database's."""

    def _refuse(self, *_args: object, **_kwargs: object) -> Never:
        raise AppendOnlyError("The audit log is append-only: see audit.services.")

    create = _refuse
    bulk_create = _refuse
    get_or_create = _refuse
    update_or_create = _refuse
    update = _refuse
    bulk_update = _refuse
    delete = _refuse


class AppendOnlyRow(models.Model):
    class Meta:
        abstract = True

    def save(self, *_args: object, **_kwargs: object) -> Never:
        raise AppendOnlyError("The audit log is append-only: see audit.services.")

    def delete(self, *_args: object, **_kwargs: object) -> Never:
        raise AppendOnlyError("The audit log is append-only: nothing is deleted.")


class AuditEntry(AppendOnlyRow):
    """One thing that happened. Sequence numbers are 1, 2, 3 ... without a gap.

    The user is a plain number, not a foreign key: an entry outlives its user.
    """

    sequence = models.BigIntegerField(primary_key=True)
    previous_digest = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    actor_kind = models.CharField(
        max_length=8, choices=[(kind.value, kind.value) for kind in ActorKind]
    )
    actor_name = models.CharField()
    actor_user_id = models.BigIntegerField(null=True)
    address = models.CharField(blank=True)
    action = models.CharField(max_length=64)
    subject = models.CharField(max_length=64)
    subject_id = models.CharField(max_length=64)
    payload_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    objects: ClassVar[models.Manager[AuditEntry]] = AppendOnlyQuerySet.as_manager()

    class Meta:
        db_table = "audit_entry"
        verbose_name = "audit entry"
        verbose_name_plural = "audit entries"
        constraints = [
            models.CheckConstraint(
                condition=Q(sequence__gt=0), name="audit_sequence_positive"
            ),
            models.CheckConstraint(
                condition=Q(digest__regex=DIGEST)
                & Q(previous_digest__regex=DIGEST)
                & Q(payload_digest__regex=DIGEST),
                name="audit_digests_are_hexadecimal",
            ),
        ]
        indexes = [
            models.Index("subject", "subject_id", "sequence", name="audit_by_subject"),
            models.Index("action", "sequence", name="audit_by_action"),
            models.Index("actor_name", "sequence", name="audit_by_actor"),
            models.Index("actor_user_id", "sequence", name="audit_by_user"),
            BrinIndex(fields=["recorded_at"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action} {self.subject} {self.subject_id}"


class AuditPayload(AppendOnlyRow):
    """What happened in full, as the canonical JSON text that was digested.

    Shredding empties `salt` and `body` and names the entry that recorded it. The
    triggers check both references, so foreign keys would only cost time at commit.
    """

    entry = models.OneToOneField(
        AuditEntry,
        models.PROTECT,
        primary_key=True,
        db_constraint=False,
        related_name="payload",
    )
    salt = models.CharField(max_length=32, blank=True)
    body = models.TextField(blank=True)
    shredded_by = models.ForeignKey(
        AuditEntry,
        models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="shredded",
    )

    objects: ClassVar[models.Manager[AuditPayload]] = AppendOnlyQuerySet.as_manager()

    class Meta:
        db_table = "audit_payload"
        constraints = [
            models.CheckConstraint(
                condition=(~Q(salt="") & ~Q(body="") & Q(shredded_by=None))
                | (Q(salt="", body="") & ~Q(shredded_by=None)),
                name="audit_payload_whole_or_shredded",
            )
        ]
        indexes = [
            models.Index(fields=["entry"], condition=Q(body=""), name="audit_shredded")
        ]

    def __str__(self) -> str:
        return self.body or "shredded"

    @property
    def data(self) -> dict[str, Any] | None:
        """What was recorded, Decimals and instants as text; None once shredded."""
        return json.loads(self.body) if self.body else None


class AuditHead(AppendOnlyRow):
    """The newest link. One row, moved by the database alone; its lock is the last."""

    id = models.SmallIntegerField(primary_key=True)
    sequence = models.BigIntegerField()
    digest = models.CharField(max_length=64)

    objects: ClassVar[models.Manager[AuditHead]] = AppendOnlyQuerySet.as_manager()

    class Meta:
        db_table = "audit_head"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="audit_one_head")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.digest}"

    @property
    def link(self) -> chain.Link:
        return chain.Link(sequence=self.sequence, digest=self.digest)


class VerificationRun(models.Model):
    """One check of the chain: what was read, and the first thing that was wrong."""

    started_at = models.DateTimeField()
    seconds = models.DecimalField(max_digits=12, decimal_places=3)
    from_sequence = models.BigIntegerField()
    to_sequence = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    entries = models.BigIntegerField()
    shredded = models.BigIntegerField()
    anchors = models.BigIntegerField()
    first_bad_sequence = models.BigIntegerField(null=True)
    problem = models.CharField(blank=True)

    class Meta:
        db_table = "audit_verification"
        indexes = [models.Index(fields=["-started_at"], name="audit_runs_by_time")]

    def __str__(self) -> str:
        found = self.problem or "whole"
        return f"{self.from_sequence} to {self.to_sequence}: {found}"

    @property
    def is_whole(self) -> bool:
        return self.first_bad_sequence is None
