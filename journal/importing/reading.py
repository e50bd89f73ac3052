"""A file into rows with fates: the preview, of which nothing is in the book."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from brokers.models import Account
from journal.importing import fates, lines, progress, totals
from journal.importing.mapping import mapped_statement, mapping_of
from journal.imports.detect import detect
from journal.imports.formats import Format
from journal.imports.problems import ImportProblem
from journal.imports.reader import read
from journal.imports.rows import IgnoredRow, Statement
from journal.imports.text import LARGEST_FILE
from journal.models import (
    ImportState,
    StatementImport,
    StatementRow,
)
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.core.errors import InvalidInputError


MAPPED = "mapped"
_BATCH = 1000
_NAME = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file and where it is to go: an account, or a new one of that name. Without a
    format its headers tell it.
    """

    name: str
    content: bytes
    account: Account | None = None
    new_account: str = ""
    form: Format | None = None


def take(upload: Upload, *, owner: User, now: datetime) -> StatementImport:
    """Keep the file for reading; nothing of it is read yet.

    Raises:
        InvalidInputError: too large or empty, or nowhere to go.
    """
    if len(upload.content) > LARGEST_FILE:
        raise InvalidInputError(
            f"The file is larger than {LARGEST_FILE:,} bytes. Export a shorter span.",
            field="file",
        )
    if not upload.content:
        raise InvalidInputError("The file is empty.", field="file")
    if upload.account is None and not upload.new_account.strip():
        raise InvalidInputError("Name the account that it belongs to.", field="account")
    return StatementImport.objects.create(
        owner=owner,
        account=upload.account,
        new_account="" if upload.account else upload.new_account.strip()[:80],
        uploaded_by=owner,
        file_name=upload.name[:_NAME],
        digest=hashlib.sha256(upload.content).hexdigest(),
        size=len(upload.content),
        content=upload.content,
        format=upload.form.value if upload.form else "",
        created_at=now,
    )


@transaction.atomic
def read_rows(statement: StatementImport, *, actor: Actor, now: datetime) -> None:
    """Read the file and keep its rows with their fates, in place of what was kept of an
    earlier reading. A file that cannot be read says why.
    """
    rows = StatementImport.objects.filter(pk=statement.pk, state__in=_READABLE)
    if not rows.update(state=ImportState.READING):
        statement.refresh_from_db()
        return
    statement.problem = ""
    try:
        told = _parsed(statement)
    except ImportProblem as problem:
        statement.state, statement.problem = ImportState.FAILED, str(problem)[:500]
        statement.content = None
        statement.save()
        return
    if told is None:
        statement.state = ImportState.UNMAPPED
        statement.save()
        return
    _keep(statement, told, now)
    record(
        AuditAction.STATEMENT_READ,
        actor=actor,
        subject="statementimport",
        subject_id=statement.pk,
        payload={
            "file": statement.file_name,
            "digest": statement.digest,
            "format": statement.format,
            "rows": statement.counts["fates"],
        },
        now=now,
    )


_READABLE = (
    ImportState.WAITING,
    ImportState.UNMAPPED,
    ImportState.PREVIEW,
    ImportState.FAILED,
)


def _parsed(statement: StatementImport) -> Statement | None:
    """None where its columns have to be named first."""
    content = bytes(statement.content or b"")
    if statement.mapping is None and statement.format not in {"", MAPPED}:
        return read(statement.file_name, content, Format(statement.format))
    form = None if statement.mapping else detect(statement.file_name, content)
    if form is not None:
        statement.format = form.value
        return read(statement.file_name, content, form)
    mapping = statement.mapping or mapping_of(statement.owner, content)
    if mapping is None:
        return None
    statement.format, statement.mapping = MAPPED, dict(mapping)
    return mapped_statement(content, mapping)


def _keep(statement: StatementImport, told: Statement, now: datetime) -> None:
    statement.rows.all().delete()
    statement.account_hint = told.account_hint[:120]
    found = lines.rows_of(told, today=now.date())
    statement.total = len(found)
    statement.facts = {"currency": _currency(told), "accounts": _accounts(told)}
    judge(statement, found)
    for row in found:
        row.statement, row.owner_id = statement, statement.owner_id
    for start in range(0, len(found), _BATCH):
        StatementRow.objects.bulk_create(found[start : start + _BATCH])
        progress.tell(statement.pk, start + _BATCH, len(found))
    statement.state = ImportState.PREVIEW
    statement.save()


def judge(statement: StatementImport, rows: Sequence[StatementRow]) -> None:
    """Fates of the rows and what the import says of them all; saves neither."""
    fates.decide(
        rows,
        account=statement.account,
        form=statement.format,
        currency=book_currency(statement),
        answers=statement.answers,
        named_account=str(statement.facts.get("named_account", "")),
    )
    totals.write(statement, rows)


def book_currency(statement: StatementImport) -> str:
    if statement.account is not None:
        return statement.account.currency
    return str(statement.facts.get("currency") or "USD")


def _currency(told: Statement) -> str:
    counts = Counter(
        row.currency for row in told.rows if not isinstance(row, IgnoredRow)
    )
    return counts.most_common(1)[0][0] if counts else "USD"


def _accounts(told: Statement) -> list[str]:
    named = {row.account for row in told.rows if not isinstance(row, IgnoredRow)}
    return sorted(name[:64] for name in named if name)[:20]


@transaction.atomic
def answer(
    statement: StatementImport, answers: Mapping[str, str], *, named_account: str = ""
) -> None:
    """Note what a person decided of rows, and judge all rows again."""
    statement.answers = {**statement.answers, **answers}
    if named_account:
        statement.facts = {**statement.facts, "named_account": named_account}
    again(statement)


@transaction.atomic
def again(statement: StatementImport) -> list[StatementRow]:
    """Judge the rows as the account is now; only rows whose fate changed are written."""
    rows = list(statement.rows.order_by("pk"))
    before = [(row.fate, row.why, row.symbol) for row in rows]
    judge(statement, rows)
    changed = [
        row
        for row, was in zip(rows, before, strict=True)
        if (row.fate, row.why, row.symbol) != was
    ]
    StatementRow.objects.bulk_update(
        changed, ["fate", "why", "symbol"], batch_size=_BATCH
    )
    statement.save()
    return rows
