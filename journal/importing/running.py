"""Importing from the page, the worker and the command: small files at once, large ones
by the worker, and the trades built again afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import structlog

from journal.book.rebuilding import rebuild
from journal.importing import reading, storing, undoing
from journal.models import ImportState, StatementImport
from tradedesk.accounts.models import User
from tradedesk.core.actor import Actor, person
from tradedesk.core.clock import Clock
from tradedesk.core.errors import DeskError, StaleStateError
from tradedesk.web.queue import hint


log = structlog.get_logger(__name__)

# A file of this size is read within a second; a larger one would hold up its page.
AT_ONCE_BYTES = 300_000
READ, STORE = "journal.tasks.imports.read_import", "journal.tasks.imports.store_import"
# What waits longer than this has lost its message, and is told again.
LOST_AFTER = timedelta(minutes=1)
# A preview that nobody stored is forgotten, with the file in it.
FORGOTTEN_AFTER = timedelta(days=14)


def read(statement: StatementImport, *, actor: Actor, clock: Clock) -> None:
    """At once where the file is small, else by the worker while the page waits."""
    if statement.size > AT_ONCE_BYTES:
        hint(READ, statement.pk)
        return
    reading.read_rows(statement, actor=actor, now=clock.now())


def store(
    statement: StatementImport, *, user: User, actor: Actor, clock: Clock
) -> None:
    """At once, or by the worker. Raises what `storing.store` raises."""
    if statement.size <= AT_ONCE_BYTES:
        store_now(statement, user=user, actor=actor, clock=clock)
        return
    waiting = StatementImport.objects.filter(pk=statement.pk, state=ImportState.PREVIEW)
    if not waiting.update(state=ImportState.STORING, problem=""):
        raise StaleStateError("This statement is not waiting to be stored.")
    hint(STORE, statement.pk)


def store_now(
    statement: StatementImport, *, user: User, actor: Actor, clock: Clock
) -> None:
    stored = storing.store(statement, user=user, actor=actor, now=clock.now())
    build(stored.statement, stored.symbols, clock)


def store_as_told(statement: StatementImport, clock: Clock) -> None:
    """What a page asked for; if it cannot be, the preview says why."""
    user = statement.owner
    try:
        store_now(statement, user=user, actor=person(user.email, user.pk), clock=clock)
    except DeskError as error:
        StatementImport.objects.filter(
            pk=statement.pk, state=ImportState.STORING
        ).update(state=ImportState.PREVIEW, problem=error.message[:500])


def undo(statement: StatementImport, *, user: User, actor: Actor, clock: Clock) -> int:
    """How many rows went. Raises what `undoing.undo` raises."""
    undone = undoing.undo(statement, user=user, actor=actor, now=clock.now())
    build(undone.statement, undone.symbols, clock)
    return undone.removed


def build(statement: StatementImport, symbols: Iterable[str], clock: Clock) -> None:
    """The trades of these symbols, so that the next page shows them."""
    if statement.account_id is not None:
        rebuild(statement.account_id, clock=clock, symbols=symbols)


def lost(clock: Clock) -> list[tuple[str, int]]:
    """Tasks whose message was lost, by name and id."""
    before = clock.now() - LOST_AFTER
    waiting = StatementImport.objects.filter(
        state__in=[ImportState.WAITING, ImportState.STORING], created_at__lt=before
    )
    tasks = {ImportState.WAITING: READ, ImportState.STORING: STORE}
    return [
        (tasks[ImportState(state)], pk)
        for pk, state in waiting.order_by("pk").values_list("pk", "state")
    ]


def forget(clock: Clock) -> int:
    """Previews that nobody stored, with the files in them."""
    old = StatementImport.objects.filter(created_at__lt=clock.now() - FORGOTTEN_AFTER)
    states = [ImportState.PREVIEW, ImportState.UNMAPPED, ImportState.FAILED]
    count = 0
    for statement in old.filter(state__in=states).select_related("owner"):
        actor = person(statement.owner.email, statement.owner.pk)
        undoing.discard(statement, actor=actor, now=clock.now())
        count += 1
    if count:
        log.info("statement_previews_forgotten", count=count)
    return count
