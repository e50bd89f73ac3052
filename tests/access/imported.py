"""Alice's statements: one that waits to be stored, and many more."""

from __future__ import annotations

from journal.importing import reading
from journal.importing.reading import Upload
from journal.models import StatementImport
from tests import people
from tradedesk.accounts.models import User
from tradedesk.core.clock import SYSTEM_CLOCK


HEADER = "T/D,Currency,Type,Side,Symbol,Qty,Price,Exec Time,Comm"


def statement(alice: User, mark: str, *, rows: int = 2) -> StatementImport:
    """A preview, of which one row is asked about."""
    lines = [f"03/02/2026,USD,0,B,ACME,{number},5,,0" for number in range(1, rows)]
    content = "\n".join([HEADER, *lines, lines[0]]).encode()
    upload = Upload(name=f"{mark}.csv", content=content, new_account=f"{mark} account")
    made = reading.take(upload, owner=alice, now=SYSTEM_CLOCK.now())
    reading.read_rows(made, actor=people.actor(alice), now=SYSTEM_CLOCK.now())
    return made


def many_more_statements(alice: User, count: int) -> None:
    for number in range(count):
        statement(alice, f"SYM{number}")
    statement_rows = StatementImport.objects.for_user(alice).earliest("pk")
    for row in list(statement_rows.rows.all()):
        for _ in range(count):
            row.pk = None
            row.save(force_insert=True)
