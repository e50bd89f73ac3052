"""The exchange's own record: one JSON object a line, appended and never rewritten.

A line is complete when it ends with a newline. A torn last line is what a crash cut
short and was never answered; it is cut off before the first append. Every line has
`sequence` (1, 2, 3 ...), `kind` and `at` (market time). The kinds and their members are
in docs/practice-exchange.md. Whoever counts needs one kind only: each order that the
exchange accepted stands there exactly once as `order_accepted`.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any


FILE_NAME = "journal.jsonl"
ORDER_ACCEPTED = "order_accepted"
ACCEPTED_MARK = ORDER_ACCEPTED.encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedOrder:
    """One order that the exchange took.

    `parent` is the id of the order that it is an attached exit of, `replaces` of the
    one that it took the place of; an order of its own has neither.
    """

    order_id: str
    client_order_id: str
    account_id: str
    symbol: str
    side: str
    parent: str
    replaces: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One complete line; `end` is the offset in bytes of what follows it."""

    sequence: int
    kind: str
    at: datetime
    data: Mapping[str, Any]
    end: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is to become a line."""

    kind: str
    at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A place between two lines: the number of the last one, and its end in bytes."""

    sequence: int = 0
    offset: int = 0


START = Position()


class JournalInUseError(Exception):
    """Another process holds the journal open."""


def read_lines(path: Path, since: Position = START) -> Iterator[Line]:
    """The complete lines after a position; a torn last line is left out.

    Raises:
        ValueError: a complete line is no entry, or a sequence number is missing.
    """
    end, expected = since.offset, since.sequence
    with path.open("rb") as file:
        file.seek(end)
        for raw in file:
            if not raw.endswith(b"\n"):
                return
            end, expected = end + len(raw), expected + 1
            line = _line(json.loads(raw), end)
            if line.sequence != expected:
                told = line.sequence
                raise ValueError(
                    f"Line {expected} of the journal says sequence {told}."
                )
            yield line


def _line(data: dict[str, Any], end: int = 0) -> Line:
    sequence, kind = data.pop("sequence"), data.pop("kind")
    at = datetime.fromisoformat(data.pop("at"))
    return Line(sequence=sequence, kind=kind, at=at, data=data, end=end)


def accepted_orders(path: Path) -> Iterator[AcceptedOrder]:
    """Every order that the exchange accepted, in order, each once.

    `path` is the data folder or the journal itself; it may be read while the exchange
    runs. An exchange that never got as far as a journal accepted nothing.
    """
    file = path / FILE_NAME if path.is_dir() else path
    if not file.exists():
        return
    with file.open("rb") as lines:
        for raw in lines:
            # The word alone may stand in any line; it spares parsing most of them.
            if ACCEPTED_MARK in raw and raw.endswith(b"\n"):
                line = _line(json.loads(raw))
                if line.kind == ORDER_ACCEPTED:
                    yield AcceptedOrder(at=line.at, **line.data)


class Journal:
    """The open end of the file.

    `append` hands lines to the operating system at once, so that a killed process
    loses nothing; `synced` returns when they are on the disk as well, so that a power
    cut loses nothing that was answered. Waiters share one fsync.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the file and hold it alone.

        Raises:
            JournalInUseError: another process has it.
        """
        self.path = path
        self._file = path.open("ab", buffering=0)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise JournalInUseError(f"{path} is in use by another exchange.") from None
        self.position = START
        self._written = self._on_disk = 0
        self._syncing = asyncio.Lock()

    def recover(self, since: Position = START) -> Iterator[Line]:
        """The lines after a position; then the file ends with a complete line."""
        self.position = since
        for line in read_lines(self.path, since):
            self.position = Position(sequence=line.sequence, offset=line.end)
            yield line
        os.truncate(self.path, self.position.offset)

    def append(self, records: Sequence[Record]) -> None:
        """Write lines in one piece.

        Raises:
            OSError: not all of it was written; nothing may be answered any more.
        """
        first = self.position.sequence + 1
        block = b"".join(
            _encoded(sequence, record)
            for sequence, record in enumerate(records, start=first)
        )
        if self._file.write(block) != len(block):
            raise OSError(f"Only a part of {len(block)} bytes was written.")
        offset = self.position.offset + len(block)
        sequence = self.position.sequence + len(records)
        self.position = Position(sequence=sequence, offset=offset)
        self._written += 1

    async def synced(self) -> None:
        """Return when every line appended before this call is on the disk."""
        wanted = self._written
        async with self._syncing:
            if self._on_disk < wanted:
                reached = self._written
                await asyncio.to_thread(os.fsync, self._file.fileno())
                self._on_disk = reached

    def sync_now(self) -> None:
        """As `synced`, for who has nothing else to do meanwhile."""
        os.fsync(self._file.fileno())
        self._on_disk = self._written

    def close(self) -> None:
        self.sync_now()
        self._file.close()


def _encoded(sequence: int, record: Record) -> bytes:
    line = {
        "sequence": sequence,
        "kind": record.kind,
        "at": record.at.isoformat(),
        **record.data,
    }
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"
