"""The bytes of a file as text, and text as records that know their lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from journal.imports.problems import ImportProblem


LARGEST_FILE = 20_000_000  # bytes: some ten years of a very busy account
LONGEST_RECORD = 20_000  # characters
_LINES_OF_A_RECORD = 20  # descriptions of several lines exist; whole files do not
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record: `trouble` says why its cells are not to be trusted, or nothing."""

    line: int
    source: str
    cells: tuple[str, ...]
    trouble: str = ""


def decoded(content: str | bytes) -> str:
    """Text with plain line ends, whatever wrote the file.

    Raises:
        ImportProblem: too large, empty, or not text.
    """
    if len(content) > LARGEST_FILE:
        raise ImportProblem(f"The file is larger than {LARGEST_FILE:,} bytes.")
    text = content if isinstance(content, str) else _from_bytes(content)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text or not _storable(text):
        raise ImportProblem("The file is not text.")
    if not text.strip():
        raise ImportProblem("The file is empty.")
    return text


def _storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # halves of a pair
        return False
    return True


def _from_bytes(content: bytes) -> str:
    encoding = next((e for mark, e in _MARKS if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise ImportProblem("The file is not text.") from None
    # Older exports of Windows programs; every byte has a meaning here.
    return content.decode("latin-1")


def records(text: str, delimiter: str = ",") -> Iterator[Record]:
    """Every line that is not blank, quoted line breaks kept inside their record.

    A quote that nothing closes spoils its own line alone, not the rest of the file.
    """
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        length = _length(lines, at)
        source = "\n".join(lines[at : at + (length or 1)])
        if source.strip(f"{delimiter} \t"):
            yield _record(at + 1, source, delimiter, closed=length > 0)
        at += length or 1


def _length(lines: list[str], at: int) -> int:
    """How many lines the record takes; 0 where its quotes never close."""
    quotes = 0
    for length, line in enumerate(lines[at : at + _LINES_OF_A_RECORD], start=1):
        quotes += line.count('"')
        if quotes % 2 == 0:
            return length
    return 0


def _record(line: int, source: str, delimiter: str, *, closed: bool) -> Record:
    if not closed:
        return Record(
            line=line, source=source, cells=(), trouble="a quote is not closed"
        )
    if len(source) > LONGEST_RECORD:
        shown = f"{source[:200]}..."
        return Record(line=line, source=shown, cells=(), trouble="the row is too long")
    rows = csv.reader(io.StringIO(source, newline="\n"), delimiter=delimiter)
    # A quoted line break becomes a space: only descriptions have such.
    cells = tuple(" ".join(cell.split()) for row in rows for cell in row)
    return Record(line=line, source=source, cells=cells)
