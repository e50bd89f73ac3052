"""One's own imports and their rows, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from brokers.models import Account, Break
from journal.models import Fate, StatementImport, StatementRow
from tradedesk.accounts.models import User


PAGE, ROWS, QUESTIONS = 25, 50, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPage:
    """One page, newest first; `after` continues behind the last, "" at the end."""

    imports: Sequence[StatementImport]
    after: str


def import_page(user: User, after: str = "") -> ImportPage:
    found = StatementImport.objects.for_user(user).select_related("account")
    found = found.defer("content").order_by("-created_at", "-id")
    if after:
        found = found.filter(_behind(after))
    rows = list(found[: PAGE + 1])
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    key = f"{last.created_at.isoformat()}~{last.pk}" if last else ""
    return ImportPage(imports=rows[:PAGE], after=key)


def _behind(after: str) -> Q:
    """Rows after a key of `import_page`; one that cannot be read is the first page."""
    instant, _, pk = after.partition("~")
    try:
        created, last = datetime.fromisoformat(instant), int(pk)
    except ValueError:
        return Q()
    if created.tzinfo is None:
        return Q()
    return Q(created_at__lt=created) | Q(created_at=created, id__lt=last)


def import_of(user: User, statement_id: int) -> StatementImport:
    """Raises StatementImport.DoesNotExist for anybody else's."""
    mine = StatementImport.objects.for_user(user)
    return mine.select_related("account__connection", "owner").get(pk=statement_id)


def import_to_change(statement_id: int) -> StatementImport:
    """As it is now, for a step that has claimed it."""
    rows = StatementImport.objects.select_related("account__connection", "owner")
    return rows.get(pk=statement_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPage:
    rows: Sequence[StatementRow]
    after: str


def row_page(statement: StatementImport, fate: str = "", after: str = "") -> RowPage:
    """Rows in the order of the file, of one fate or of all."""
    found = StatementRow.objects.filter(statement=statement)
    if fate in Fate.values:
        found = found.filter(fate=fate)
    if after.isascii() and after.isdecimal():
        found = found.filter(id__gt=int(after[:18]))
    rows = list(found.order_by("id")[: ROWS + 1])
    more = len(rows) > ROWS
    return RowPage(rows=rows[:ROWS], after=str(rows[ROWS - 1].pk) if more else "")


def questions(statement: StatementImport) -> list[StatementRow]:
    found = StatementRow.objects.filter(statement=statement, fate=Fate.QUESTION)
    return list(found.order_by("id")[:QUESTIONS])


def breaks_of(statement: StatementImport) -> list[Break]:
    """What still stands of the differences that its comparison found."""
    found = Break.objects.for_user(statement.owner).unsettled()
    runs = statement.runs.all()
    return list(found.filter(findings__run__in=runs).distinct().order_by("kind", "pk"))


def accounts_for(user: User) -> list[Account]:
    mine = Account.objects.for_user(user).select_related("connection")
    return list(mine.order_by("created_at", "pk"))
