"""Reading and storing large statements. The row says what is due; a message may come
twice or be lost.
"""

from __future__ import annotations

from celery import shared_task

from journal.importing import reading, running
from journal.models import ImportState, StatementImport
from tradedesk.core.actor import person
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.web.queue import hint


@shared_task(name=running.READ)
def read_import(statement_id: int) -> None:
    found = _waiting(statement_id, ImportState.WAITING)
    if found is not None:
        actor = person(found.owner.email, found.owner.pk)
        reading.read_rows(found, actor=actor, now=SYSTEM_CLOCK.now())


@shared_task(name=running.STORE)
def store_import(statement_id: int) -> None:
    found = _waiting(statement_id, ImportState.STORING)
    if found is not None:
        running.store_as_told(found, SYSTEM_CLOCK)


def _waiting(statement_id: int, state: ImportState) -> StatementImport | None:
    rows = StatementImport.objects.filter(pk=statement_id, state=state)
    return rows.select_related("owner", "account__connection").first()


@shared_task(name="journal.tasks.imports.resume_imports", expires=50)
def resume_imports() -> None:
    """Tell again what waits though nobody works on it, and forget old previews."""
    for task, statement_id in running.lost(SYSTEM_CLOCK):
        hint(task, statement_id)
    running.forget(SYSTEM_CLOCK)
