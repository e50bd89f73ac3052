"""A previewed statement into the book: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from brokers.models import Account
from brokers.orders import statement_accounts, statements
from brokers.orders.locks import lock_account
from brokers.orders.statements import Booked
from journal.importing import booking, reading, referee, selectors, telling, totals
from journal.models import (
    Fate,
    ImportState,
    RowKind,
    StatementImport,
    StatementRow,
)
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.core.errors import InvalidInputError, StaleStateError
from tradedesk.web import events


_BATCH = 1000


class RowsRefusedError(InvalidInputError):
    """Some rows cannot be read, or are asked about: nothing was stored."""

    title = "Nothing was stored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """`symbols` are those whose trades have to be built again."""

    statement: StatementImport
    symbols: frozenset[str]


@transaction.atomic
def store(
    statement: StatementImport, *, user: User, actor: Actor, now: datetime
) -> Stored:
    """Book every new row, compare with what the file tells of balances, and audit it.

    Raises:
        RowsRefusedError: rows that cannot be read or are asked about are left.
        StaleStateError: it is no preview, or nothing in it is new.
    """
    claimed = StatementImport.objects.filter(pk=statement.pk, state__in=_STORABLE)
    if not claimed.update(state=ImportState.STORING):
        raise StaleStateError("This statement is not waiting to be stored.")
    # A copy of our own: what fails below must not linger in the caller's.
    statement = selectors.import_to_change(statement.pk)
    account = _account(statement, actor=actor, now=now)
    statement.account = account
    rows = reading.again(statement)
    _check(statement)
    booked = _book(account, rows, actor=actor, now=now)
    _tie(rows, booked)
    symbols = {row.symbol for row in rows if row.fill_id or row.entry_id}
    statement.state, statement.stored_at = ImportState.STORED, now
    statement.content = None
    statement.save()
    symbols |= telling.settle(statement, rows, user=user, actor=actor, now=now)
    _record(statement, booked, actor=actor, now=now)
    events.publish(statement.owner_id, "positions", {"account": str(account.pk)})
    return Stored(statement=statement, symbols=frozenset(symbols - {""}))


_STORABLE = (ImportState.PREVIEW, ImportState.STORING)


def _account(statement: StatementImport, *, actor: Actor, now: datetime) -> Account:
    if statement.account_id is not None:
        return lock_account(statement.account_id)
    made = statement_accounts.add_account(
        name=statement.new_account,
        number=statement.account_hint,
        currency=reading.book_currency(statement),
        owner=statement.owner,
        actor=actor,
        now=now,
    )
    return lock_account(made.pk)


def _check(statement: StatementImport) -> None:
    refused = totals.count(statement, Fate.REFUSED)
    asked = totals.count(statement, Fate.QUESTION)
    if refused:
        rows = f"{refused} row{'s' if refused != 1 else ''}"
        raise RowsRefusedError(
            f"{rows} cannot be read. Correct the file, or say to leave them out."
        )
    if asked:
        rows = f"{asked} row{'s' if asked != 1 else ''}"
        raise RowsRefusedError(f"{rows} may be written twice. Say which to keep.")
    if not totals.count(statement, Fate.NEW):
        raise StaleStateError("Nothing in this file is new: the account has it all.")


def _book(
    account: Account, rows: Sequence[StatementRow], *, actor: Actor, now: datetime
) -> Booked:
    stops = referee.stops_of(account)
    return statements.book(
        account,
        booking.fills(rows, stops),
        booking.entries(rows),
        actor=actor,
        now=now,
    )


def _tie(rows: Sequence[StatementRow], booked: Booked) -> None:
    """Each row knows what it brought, so that undoing removes that and no more."""
    brought = []
    for row in rows:
        if row.fate != Fate.NEW:
            continue
        if row.kind == RowKind.TRADE:
            row.fill_id = booked.fills[row.row_id]
            brought.append(row)
        elif row.row_id in booked.entries:
            row.entry_id = booked.entries[row.row_id]
            brought.append(row)
    StatementRow.objects.bulk_update(brought, ["fill", "entry"], batch_size=_BATCH)


def _record(
    statement: StatementImport, booked: Booked, *, actor: Actor, now: datetime
) -> None:
    record(
        AuditAction.STATEMENT_STORED,
        actor=actor,
        subject="statementimport",
        subject_id=statement.pk,
        payload={
            "account": statement.account_id,
            "file": statement.file_name,
            "digest": statement.digest,
            "format": statement.format,
            "rows": statement.counts["fates"],
            "answers": statement.answers,
            "fills": len(booked.fills),
            "entries": len(booked.entries),
        },
        now=now,
    )
