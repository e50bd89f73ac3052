"""One's mappings of columns, kept by the header of the files that they read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from journal.imports.mapped import Columns, Field, Signs, Table, parse, table_of
from journal.imports.rows import Statement
from journal.models import ColumnMapping
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor


Stored = Mapping[str, Any]


def mapping_of(owner: User, content: bytes) -> Stored | None:
    """The mapping that this person made for a file with the same columns."""
    header = table_of(content).fingerprint
    found = ColumnMapping.objects.filter(owner=owner, header=header).first()
    return None if found is None else stored_of(found)


def stored_of(row: ColumnMapping) -> Stored:
    return {
        "columns": row.columns,
        "day_format": row.day_format,
        "zone": row.zone,
        "signs": row.signs,
        "comma": row.comma,
    }


def columns_of(stored: Stored) -> Columns:
    return Columns(
        named={Field(name): column for name, column in stored["columns"].items()},
        signs=Signs(stored["signs"]),
        day_format=stored["day_format"],
        zone=stored["zone"],
        comma=stored["comma"],
    )


def mapped_statement(content: bytes, stored: Stored) -> Statement:
    """Raises ImportProblem: a column that is named is not in the file."""
    return parse(content, columns_of(stored))


@transaction.atomic
def keep(
    table: Table, stored: Stored, *, owner: User, actor: Actor, now: datetime
) -> ColumnMapping:
    """Remember it for every file with these columns."""
    row, _ = ColumnMapping.objects.update_or_create(
        owner=owner,
        header=table.fingerprint,
        defaults={
            "name": ", ".join(table.header)[:80],
            "columns": stored["columns"],
            "day_format": stored["day_format"],
            "zone": stored["zone"],
            "signs": stored["signs"],
            "comma": stored["comma"],
            "changed_at": now,
        },
    )
    record(
        AuditAction.COLUMNS_MAPPED,
        actor=actor,
        subject="columnmapping",
        subject_id=row.pk,
        payload={"header": table.fingerprint, **stored},
        now=now,
    )
    return row
