"""An import taken back: exactly what it added goes, and the row says that it went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from brokers.orders import statements
from brokers.orders.locks import lock_account
from brokers.reconciliation import by_statement
from journal.importing import selectors, telling
from journal.models import ImportState, StatementImport, StatementRow
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.core.errors import StaleStateError
from tradedesk.web import events


class ReliedUponError(StaleStateError):
    """Something later depends on what this import brought."""

    title = "This import cannot be undone yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    statement: StatementImport
    removed: int
    symbols: frozenset[str]


@transaction.atomic
def undo(
    statement: StatementImport, *, user: User, actor: Actor, now: datetime
) -> Undone:
    """Remove what it brought, but for what the broker itself has told of since.

    Raises:
        StaleStateError: it is not stored, or was undone before.
        ReliedUponError: a break that it found was settled by a person for good.
    """
    stored = StatementImport.objects.filter(pk=statement.pk, state=ImportState.STORED)
    if not stored.update(state=ImportState.UNDONE, undone_at=now):
        raise StaleStateError("This import is not stored, or was undone before.")
    statement = selectors.import_to_change(statement.pk)
    assert statement.account_id is not None  # noqa: S101 - a stored one has an account
    account = lock_account(statement.account_id)
    statement.account = account
    _check(statement)
    rows = list(statement.rows.all())
    symbols = {row.symbol for row in rows if row.fill_id or row.entry_id}
    removed = statements.take_out(
        account,
        [row.fill_id for row in rows if row.fill_id],
        [row.entry_id for row in rows if row.entry_id],
        actor=actor,
        now=now,
    )
    StatementRow.objects.filter(statement=statement).delete()
    symbols |= telling.settle(statement, rows, user=user, actor=actor, now=now)
    record(
        AuditAction.STATEMENT_UNDONE,
        actor=actor,
        subject="statementimport",
        subject_id=statement.pk,
        payload={
            "account": account.pk,
            "file": statement.file_name,
            "digest": statement.digest,
            "removed": removed,
        },
        now=now,
    )
    events.publish(statement.owner_id, "positions", {"account": str(account.pk)})
    return Undone(
        statement=statement, removed=removed, symbols=frozenset(symbols - {""})
    )


def _check(statement: StatementImport) -> None:
    runs = list(statement.runs.values_list("pk", flat=True))
    settled = by_statement.relied_upon(runs)
    if settled is not None:
        what = f"{settled.get_kind_display()} {settled.symbol}".strip()
        raise ReliedUponError(
            f"The break that this import found ({what}) has been settled by a person. "
            "Open that break again first."
        )


@transaction.atomic
def discard(statement: StatementImport, *, actor: Actor, now: datetime) -> None:
    """Forget a preview: its file and its rows; nothing of it was in the book.

    Raises:
        StaleStateError: it has been stored.
    """
    states = [ImportState.STORED, ImportState.UNDONE, ImportState.STORING]
    gone = StatementImport.objects.filter(pk=statement.pk).exclude(state__in=states)
    name, digest, pk = statement.file_name, statement.digest, statement.pk
    if not gone.exists():
        raise StaleStateError("This statement has been stored; undo it instead.")
    gone.delete()
    record(
        AuditAction.STATEMENT_DISCARDED,
        actor=actor,
        subject="statementimport",
        subject_id=pk,
        payload={"file": name, "digest": digest},
        now=now,
    )
