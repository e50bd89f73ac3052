"""Checking the stored chain against itself and against its anchors."""

from __future__ import annotations

import logging
import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from django.db import connection, transaction

from tradedesk.audit import anchors, chain
from tradedesk.audit.chain import GENESIS, Entry, Finding, Link, Problem, Verification
from tradedesk.audit.models import AuditEntry, VerificationRun
from tradedesk.core.clock import Clock


logger = logging.getLogger(__name__)

ROWS_PER_FETCH = 2000

# In the order of chain.Entry. Rows written after the head was read are not looked at.
_ENTRIES = """
    SELECT sequence, previous_digest,
        to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        actor_kind, actor_name, actor_user_id, address, action, subject, subject_id,
        payload_digest, digest, salt, body
    FROM audit_entry LEFT JOIN audit_payload ON entry_id = sequence
    WHERE sequence > %s AND sequence <= %s ORDER BY sequence
"""
# One statement, so that both are of the same instant.
_EXTENT = """
    SELECT (SELECT sequence FROM audit_head), (SELECT digest FROM audit_head),
        coalesce((SELECT max(sequence) FROM audit_entry), 0)
"""
_UNRECORDED_SHRED = """
    SELECT min(gone.entry_id) FROM audit_payload gone
    LEFT JOIN audit_entry act
        ON act.sequence = gone.shredded_by_id AND act.action = %s
    LEFT JOIN audit_payload list ON list.entry_id = act.sequence
    WHERE gone.body = '' AND NOT coalesce(
        nullif(list.body, '')::jsonb -> 'sequences' @> to_jsonb(gone.entry_id), false)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A verification of the stored chain: `head` is where the database says it ends."""

    start: Link
    head: Link
    anchors: int
    anchored: Link | None
    chain: Verification

    @property
    def finding(self) -> Finding | None:
        return self.chain.finding


@dataclass(frozen=True, slots=True, kw_only=True)
class _Extent:
    head: Link | None
    newest: int


def _extent() -> _Extent:
    with connection.cursor() as cursor:
        cursor.execute(_EXTENT)
        sequence, digest, newest = cursor.fetchone()
    head = None if sequence is None else Link(sequence=sequence, digest=digest)
    return _Extent(head=head, newest=newest)


def _stored(after: int, until: int) -> Generator[Entry]:
    """Entries by sequence, through a server-side cursor: memory does not grow."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_ENTRIES, [after, until])
        while rows := cursor.fetchmany(ROWS_PER_FETCH):
            yield from map(Entry._make, rows)


def _altered_start(start: Link) -> Finding | None:
    """Whether the entry up to which the chain was verified before is still the same."""
    if start == GENESIS:
        return None
    if AuditEntry.objects.filter(pk=start.sequence, digest=start.digest).exists():
        return None
    return Finding(sequence=start.sequence, problem=Problem.REWRITTEN)


def _unrecorded_shred() -> Finding | None:
    with connection.cursor() as cursor:
        cursor.execute(_UNRECORDED_SHRED, ["payload.shredded"])
        (sequence,) = cursor.fetchone()
    if sequence is None:
        return None
    return Finding(sequence=sequence, problem=Problem.SHRED_UNRECORDED)


def _broken_anchor(file: anchors.AnchorFile) -> Finding | None:
    if file.broken_line is None:
        return None
    return Finding(
        sequence=file.last.sequence + 1 if file.last else 1,
        problem=Problem.ANCHOR_BROKEN,
        detail=f"line {file.broken_line} of the anchor file",
    )


def _first(*findings: Finding | None) -> Finding | None:
    found = [finding for finding in findings if finding is not None]
    return min(found, key=lambda finding: finding.sequence, default=None)


def verify(file: anchors.AnchorFile, start: Link = GENESIS) -> Report:
    """Check the chain after `start` while the desk goes on writing.

    The anchors must have been read before this is called: then every one of them
    speaks of entries that were committed before the extent of the chain is asked for.
    """
    extent = _extent()
    until = max(extent.newest, extent.head.sequence if extent.head else 0)
    # From below the first possible number, so that a row hidden there is seen.
    after = start.sequence if start != GENESIS else -(2**63)
    with closing(_stored(after, until)) as entries:
        checked = chain.verify(
            entries, head=extent.head, anchored=file.links, start=start
        )
    finding = _first(
        _altered_start(start),
        checked.finding,
        _unrecorded_shred(),
        _broken_anchor(file),
    )
    return Report(
        start=start,
        head=extent.head or GENESIS,
        anchors=len(file.anchors),
        anchored=file.last.link if file.last else None,
        chain=replace(checked, finding=finding),
    )


def verify_and_note(path: Path, *, key: bytes, start: Link, clock: Clock) -> Report:
    """Verify, keep the outcome as a row, and raise the alarm if something is wrong."""
    started_at, began = clock.now(), time.perf_counter()
    report = verify(anchors.read(path, key), start)
    _note(report, started_at, seconds=time.perf_counter() - began)
    if report.finding is not None:
        logger.critical(
            "The audit chain is broken at sequence %s: %s %s",
            report.finding.sequence,
            report.finding.problem,
            report.finding.detail,
        )
    return report


def _note(report: Report, started_at: datetime, *, seconds: float) -> VerificationRun:
    finding = report.finding
    return VerificationRun.objects.create(
        started_at=started_at,
        seconds=Decimal(f"{seconds:.3f}"),
        from_sequence=report.start.sequence,
        to_sequence=report.chain.last.sequence,
        digest=report.chain.last.digest,
        entries=report.chain.entries,
        shredded=report.chain.shredded,
        anchors=report.anchors,
        first_bad_sequence=finding.sequence if finding else None,
        problem=f"{finding.problem} {finding.detail}".strip() if finding else "",
    )
