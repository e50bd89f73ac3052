"""Records of a file into rows and problems, none left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from journal.imports import identity, moments
from journal.imports.cells import Cells, named, under
from journal.imports.formats import Format
from journal.imports.problems import ImportProblem, MalformedRow, RowProblem
from journal.imports.rows import IgnoredRow, Statement, StatementRow
from journal.imports.text import Record, records


RowReader = Callable[[Cells], StatementRow]


@dataclass(slots=True, kw_only=True)
class Reading:
    """What has been read so far of one file."""

    rows: list[StatementRow] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)

    def ignore(self, record: Record, why: str) -> None:
        self.rows.append(IgnoredRow(line=record.line, source=record.source, why=why))

    def complain(self, record: Record, why: str) -> None:
        self.problems.append(RowProblem(line=record.line, why=why, text=record.source))

    def take(
        self, record: Record, header: Sequence[str], read: RowReader, *, shift: int = 0
    ) -> None:
        """One row by `read`, its first `shift` cells left out; or why it could not."""
        try:
            if record.trouble:
                raise MalformedRow(record.trouble)  # noqa: TRY301
            values = under(header, record.cells[shift:])
            cells = Cells(line=record.line, source=record.source, values=values)
            self.rows.append(read(cells))
        except MalformedRow as problem:
            self.complain(record, str(problem))

    def finished(self, form: Format, account_hint: str = "") -> Statement:
        rows, problems = identity.told_apart(self.rows, self.problems)
        accounts = {row.account for row in rows if not isinstance(row, IgnoredRow)}
        only = accounts.pop() if len(accounts) == 1 else ""
        return Statement(
            format=form, account_hint=account_hint or only, rows=rows, problems=problems
        )


def columns(record: Record) -> tuple[str, ...]:
    return tuple(named(cell) for cell in record.cells)


def headed(record: Record, needed: frozenset[str], header: Sequence[str]) -> bool:
    """Whether it names the columns, for the first time or again."""
    again = not header or (*map(named, record.cells[:1]),) == (*header[:1],)
    return again and needed <= set(columns(record))


def table(
    form: Format,
    text: str,
    *,
    needed: frozenset[str],
    read: RowReader,
    delimiter: str = ",",
    hint: Callable[[str], str] = lambda _: "",
) -> Statement:
    """A file of one table, with a title above it and small print below it.

    `needed` are the columns that make a line the header; `hint` finds the account in
    a line above it.

    Raises:
        ImportProblem: no line is such a header.
    """
    reading, account = Reading(), ""
    header: tuple[str, ...] = ()
    for record in records(text, delimiter):
        if headed(record, needed, header):
            header = header or columns(record)
        elif not header:
            account = account or hint(record.source)
            reading.ignore(record, "stands above the table")
        elif _small_print(record):
            reading.ignore(record, "a line of text, not a row of the table")
        else:
            reading.take(record, header, read)
    if not header:
        raise ImportProblem("The file has no line that names its columns.")
    return reading.finished(form, account)


def _small_print(record: Record) -> bool:
    said = [cell for cell in record.cells if cell]
    return not record.trouble and len(said) == 1 and not moments.is_day(said[0])
