"""What the processes say: all of it into files, what a person needs to the terminal."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import BinaryIO


MEGABYTE = 1_000_000
COLOURS = (36, 32, 33, 35, 34, 96, 92, 95)
# Names in a structured line that the terminal's own columns already say.
SHOWN_ELSEWHERE = frozenset({"timestamp", "level", "event", "logger"})
QUIET_LEVELS = frozenset({"debug", "info"})


class Output:
    """One rotating file per process under `folder`, mode 0600, and the terminal."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        self._folder = folder
        self._coloured = sys.stdout.isatty()
        self._files: dict[str, RotatingFileHandler] = {}
        self._lock = threading.Lock()

    def follow(self, name: str, stream: BinaryIO, *, quiet: bool) -> None:
        """Copy what a process writes, in a thread, until it ends."""
        threading.Thread(
            target=self._copy,
            args=(name, stream, quiet),
            name=f"log-{name}",
            daemon=True,
        ).start()

    def say(self, text: str, *, name: str = "desk") -> None:
        """The supervisor's own words, to both."""
        self._write(name, text)
        self._print(name, text)

    def _copy(self, name: str, stream: BinaryIO, quiet: bool) -> None:  # noqa: FBT001
        with stream:
            for raw in stream:
                line = raw.decode("utf-8", "replace").rstrip()
                self._write(name, line)
                if not quiet and (shown := worth_showing(line)):
                    self._print(name, shown)

    def _write(self, name: str, line: str) -> None:
        with self._lock:
            handler = self._files.get(name) or self._open(name)
            record = logging.LogRecord(name, logging.INFO, "", 0, line, None, None)
            handler.emit(record)

    def _open(self, name: str) -> RotatingFileHandler:
        path = self._folder / f"{name}.log"
        path.touch(mode=0o600)
        handler = RotatingFileHandler(
            path, maxBytes=5 * MEGABYTE, backupCount=5, encoding="utf-8"
        )
        self._files[name] = handler
        return handler

    def _print(self, name: str, line: str) -> None:
        label = f"{name:<8}"
        if self._coloured:
            label = f"\x1b[{COLOURS[sum(name.encode()) % len(COLOURS)]}m{label}\x1b[0m"
        with suppress(OSError):  # the terminal may be gone while we stop
            sys.stdout.write(f"{label} {line}\n")
            sys.stdout.flush()


def worth_showing(line: str) -> str:
    """A structured line as a person reads it, empty where it is only routine."""
    try:
        entry = json.loads(line)
    except ValueError:
        return line
    if not isinstance(entry, Mapping) or "event" not in entry:
        return line
    level = str(entry.get("level", "info"))
    if level in QUIET_LEVELS:
        return ""
    rest = {key: value for key, value in entry.items() if key not in SHOWN_ELSEWHERE}
    details = " ".join(f"{key}={value}" for key, value in rest.items())
    return f"{level}: {entry['event']} {details}".rstrip()
