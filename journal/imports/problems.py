"""What can be wrong with a statement: the whole file, or one row of it."""

from __future__ import annotations

from dataclasses import dataclass


class ImportProblem(Exception):  # noqa: N818, the row says the same: a problem
    """The file cannot be read at all; the message is fit to be shown."""


class MalformedRow(ImportProblem):
    """One row cannot be read; the reader of the file notes it and goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """`line` counts from 1, as an editor shows it; `text` is the row as it stands."""

    line: int
    why: str
    text: str
