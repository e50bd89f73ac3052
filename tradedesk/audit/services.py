"""Writing the audit log."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from tradedesk.audit import anchors, chain, keys, selectors, verification
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.anchors import Anchor
from tradedesk.audit.chain import GENESIS
from tradedesk.audit.models import AuditEntry
from tradedesk.audit.verification import Report
from tradedesk.core.actor import Actor
from tradedesk.core.clock import Clock


logger = logging.getLogger(__name__)

# One round trip. The database gives the sequence number and both digests while it
# holds the head of the chain, so that no two writers can ever claim the same place.
_APPEND = """
    WITH entry AS (
        INSERT INTO audit_entry (
            recorded_at, actor_kind, actor_name, actor_user_id, address,
            action, subject, subject_id, payload_digest
        ) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        RETURNING sequence, previous_digest, digest
    ), payload AS (
        INSERT INTO audit_payload (entry_id, salt, body)
        SELECT sequence, %s, %s FROM entry
    )
    SELECT sequence, previous_digest, digest FROM entry
"""
_SHRED = """
    UPDATE audit_payload SET salt = '', body = '', shredded_by_id = %s
    WHERE entry_id = ANY(%s) AND body <> ''
"""


def record(
    action: AuditAction,
    *,
    actor: Actor,
    subject: str,
    subject_id: str | int,
    payload: Mapping[str, object],
    now: datetime,
) -> AuditEntry:
    """Append an entry in the caller's transaction, as the last thing it does.

    It takes the lock of the chain's head, the last in the one lock order, and holds
    it until that transaction ends: nothing slow may come after it. `subject` is the
    name of a model in lower case. The entry and what it tells of commit together.

    Within `together` it waits for the others, and does not know its place yet.

    Raises:
        TransactionManagementError: there is no transaction.
        TypeError: something in `payload` has no canonical form (a float, for one).
        ValueError: `now` or an instant in `payload` is naive.
    """
    _check_transaction()
    if now.tzinfo is None:
        raise ValueError("An audit entry needs an aware instant.")
    salt, body = secrets.token_hex(16), chain.payload_body(payload)
    said = {
        "recorded_at": now,
        "actor_kind": actor.kind.value,
        "actor_name": actor.name,
        "actor_user_id": actor.user_id,
        "address": actor.address,
        "action": action.value,
        "subject": subject,
        "subject_id": str(subject_id),
        "payload_digest": chain.payload_digest(salt, body),
    }
    row = [*said.values(), salt, body]
    waiting = _waiting.get()
    if waiting is not None and waiting.takes(row):
        return AuditEntry(**said)
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, row)
        sequence, previous_digest, digest = cursor.fetchone()
    return AuditEntry(
        sequence=sequence, previous_digest=previous_digest, digest=digest, **said
    )


def _check_transaction() -> None:
    if not connection.in_atomic_block:
        raise TransactionManagementError(
            "An audit entry belongs in the transaction of the change that it records."
        )


class _Waiting:
    """Entries of one transaction that are not appended yet, in their order."""

    def __init__(self) -> None:
        self._rows: list[list[Any]] = []
        self._savepoints = list(connection.savepoint_ids)

    def takes(self, row: list[Any]) -> bool:
        """Not what belongs to an inner savepoint, which may be taken back alone: that
        goes at once, before what waits.
        """
        if connection.savepoint_ids != self._savepoints:
            return False
        self._rows.append(row)
        return True

    def append(self) -> None:
        if self._rows:
            with connection.cursor() as cursor:
                cursor.executemany(_APPEND, self._rows)


_waiting: ContextVar[_Waiting | None] = ContextVar("audit_entries", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Append what is recorded in this block at its end, in one round trip.

    The head of the chain, which the whole desk waits for, is then held from here to
    the commit only: the block is the last thing of its transaction. An exception
    appends nothing, since it takes the transaction back.

    Raises:
        TransactionManagementError: there is no transaction.
    """
    _check_transaction()
    waiting = _Waiting()
    before = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(before)
    waiting.append()


def anchor_head(now: datetime) -> Anchor:
    """Write the head of the chain outside the database: hourly, at start and at stop."""
    anchor = anchors.append(
        settings.AUDIT_ANCHOR_FILE, selectors.head(), key=keys.anchor_key(), now=now
    )
    # A line in the log is one more copy that the database's owner does not hold.
    logger.info("Audit anchor %s: %s", anchor.line, anchor)
    return anchor


class NotShreddedError(Exception):
    """Some of the payloads do not exist, or are shredded, or record a shredding."""


def shred(
    sequences: Sequence[int], *, actor: Actor, reason: str, now: datetime
) -> AuditEntry:
    """Empty the payloads of these entries for good, recording that and why.

    Only the role that owns the tables may; the entries themselves stay, so the chain
    still verifies. Several thousand at a time are best given in lots of a thousand.

    Raises:
        NotShreddedError: not all of them could be; then none is.
    """
    with transaction.atomic():
        entry = record(
            AuditAction.PAYLOAD_SHREDDED,
            actor=actor,
            subject="auditpayload",
            subject_id=sequences[0],
            payload={"reason": reason, "sequences": sorted(sequences)},
            now=now,
        )
        with connection.cursor() as cursor:
            cursor.execute(_SHRED, [entry.sequence, list(sequences)])
            shredded = cursor.rowcount
        if shredded != len(set(sequences)):
            raise NotShreddedError(
                f"{shredded} of {len(set(sequences))} payloads can be shredded."
            )
    return entry


def verify_chain(clock: Clock) -> Report:
    """Check the whole chain against itself and the anchor file, and keep the outcome."""
    return verification.verify_and_note(
        settings.AUDIT_ANCHOR_FILE, key=keys.anchor_key(), start=GENESIS, clock=clock
    )


def verify_new_entries(clock: Clock) -> Report:
    """Check what came after the last entry up to which the chain was whole."""
    return verification.verify_and_note(
        settings.AUDIT_ANCHOR_FILE,
        key=keys.anchor_key(),
        start=selectors.verified_link(),
        clock=clock,
    )
