"""The head of the chain, written where the database cannot reach it.

Whoever owns the database can cut or rewrite the chain so that it agrees with itself.
So its head is appended, hourly and when the desk starts and stops, to a file of JSON
lines. Each is signed with HMAC-SHA-256 and carries the signature of the line before,
so no line can be changed, added or taken out of the middle without the key. Lines
taken off the end cannot be missed by the file alone: keep a copy on another machine.
"""

from __future__ import annotations

import fcntl
import hmac
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from tradedesk.audit.chain import ZERO_DIGEST, Link
from tradedesk.core.canonical import canonical_json


DOMAIN = b"tradedesk audit anchor 1\n"
LONGEST_LINE_BYTES = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """One line: the head at an instant (UTC, ISO 8601). `line` counts from 1."""

    line: int
    instant: str
    sequence: int
    digest: str
    previous_signature: str
    signature: str = ""

    @property
    def link(self) -> Link:
        return Link(sequence=self.sequence, digest=self.digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorFile:
    """What a file holds up to its first line that cannot be trusted, if there is one."""

    anchors: tuple[Anchor, ...]
    broken_line: int | None

    @property
    def links(self) -> tuple[Link, ...]:
        return tuple(anchor.link for anchor in self.anchors)

    @property
    def last(self) -> Anchor | None:
        return self.anchors[-1] if self.anchors else None


def _signature(anchor: Anchor, key: bytes) -> str:
    content = canonical_json(asdict(replace(anchor, signature="")))
    return hmac.digest(key, DOMAIN + content, "sha256").hex()


def _parse(text: bytes) -> Anchor:
    return Anchor(**json.loads(text))


def _trusted(text: bytes, previous: Anchor | None, key: bytes) -> Anchor | None:
    """The line's anchor if it is signed and follows from the one before it."""
    try:
        anchor = _parse(text)
        signature = _signature(anchor, key)
        is_signed = hmac.compare_digest(anchor.signature, signature)
    except (ValueError, TypeError):  # not JSON, or not of our fields and types
        return None
    is_next = (anchor.line, anchor.previous_signature) == _place_after(previous)
    return anchor if is_signed and is_next else None


def _place_after(previous: Anchor | None) -> tuple[int, str]:
    if previous is None:
        return 1, ZERO_DIGEST
    return previous.line + 1, previous.signature


def read(path: Path, key: bytes) -> AnchorFile:
    """Read and check a file; one that does not exist holds nothing.

    A last line without its end is a write that a crash cut short, and no anchor yet.
    """
    anchors: list[Anchor] = []
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    for number, text in enumerate(lines, start=1):
        anchor = _trusted(text, anchors[-1] if anchors else None, key)
        if anchor is None:
            return AnchorFile(anchors=tuple(anchors), broken_line=number)
        anchors.append(anchor)
    return AnchorFile(anchors=tuple(anchors), broken_line=None)


@contextmanager
def _locked(path: Path) -> Iterator[BinaryIO]:
    """The file, for one writer at a time, made where missing and readable by us alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _last_line(file: BinaryIO) -> Anchor | None:
    """The last whole line, with the file cut and placed right after it."""
    end = file.seek(0, os.SEEK_END)
    start = file.seek(max(0, end - 2 * LONGEST_LINE_BYTES))
    tail = file.read()
    whole = tail.rfind(b"\n") + 1
    file.seek(start + whole)
    file.truncate()
    try:
        return _parse(tail[:whole].rstrip(b"\n").rpartition(b"\n")[2])
    except (ValueError, TypeError):
        return None  # no line yet, or one that `read` will name


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def append(path: Path, link: Link, *, key: bytes, now: datetime) -> Anchor:
    """Sign a link and write it as the last line; on the disk when this returns."""
    with _locked(path) as file:
        previous = _last_line(file)
        line, previous_signature = _place_after(previous)
        unsigned = Anchor(
            line=line,
            instant=now.isoformat(),
            sequence=link.sequence,
            digest=link.digest,
            previous_signature=previous_signature,
        )
        anchor = replace(unsigned, signature=_signature(unsigned, key))
        file.write(canonical_json(asdict(anchor)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    if previous is None:
        _sync_folder(path.parent)
    return anchor
