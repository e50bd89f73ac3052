"""Keeps programs running: restarts what ends, stops everything in order, leaves nobody.

Each program leads a process group of its own, so that Ctrl-C in the terminal reaches only
the supervisor, and is on a leash that ends it should the supervisor be killed.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from tradedesk.runtime.child import Child, leashed
from tradedesk.runtime.output import Output
from tradedesk.runtime.processes import Program


FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 10.0
# Who has run this long has recovered: the next failure starts counting anew.
STEADY_SECONDS = 10.0
LOOK_SECONDS = 0.1


class Supervisor:
    """Used from the main thread only: on Linux a leash hangs on the starting thread."""

    def __init__(
        self, output: Output, *, pids_file: Path, inherited: Iterable[int]
    ) -> None:
        self._output = output
        self._pids_file = pids_file
        self._inherited = tuple(inherited)
        self._children: dict[str, Child] = {}
        # Only the supervisor holds the writing end; its closing is the word of its death.
        self._watched, self._held = os.pipe()
        self.stopping = threading.Event()
        self.told_by = ""

    def start(self, programs: Iterable[Program]) -> None:
        for program in programs:
            child = self._children.setdefault(program.name, Child(program))
            self._spawn(child)
        self._write_pids()

    def run(self) -> None:
        """Watch until told to stop."""
        while not self.stopping.is_set():
            self.look()
            self.stopping.wait(LOOK_SECONDS)

    def look(self) -> None:
        """Notice who has ended, start who is due."""
        for child in self._children.values():
            if child.process is not None and child.process.poll() is not None:
                self._ended(child)
            if child.process is None and child.due_at <= time.monotonic():
                self._spawn(child)
                self._write_pids()

    def is_running(self, name: str) -> bool:
        child = self._children[name]
        return child.process is not None and child.process.poll() is None

    def stop(self, names: Iterable[str] | None = None) -> None:
        """End the named programs together, or all; those who do not listen are killed."""
        chosen = tuple(self._children if names is None else names)
        children = [self._children.pop(n) for n in chosen if n in self._children]
        for child in children:
            child.send_signal(child.program.stop_signal)
        started = time.monotonic()
        for child in children:
            child.wait_until(started + child.program.stop_seconds)
        self._write_pids()

    def _spawn(self, child: Child) -> None:
        program = child.program
        child.process = subprocess.Popen(
            leashed(program, watched=self._watched),
            cwd=program.folder,
            env={**os.environ, **program.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            process_group=0,
            pass_fds=(*program.inherited, *self._inherited, self._watched),
        )
        child.started_at = time.monotonic()
        assert child.process.stdout is not None  # noqa: S101 - it is a pipe
        self._output.follow(program.name, child.process.stdout, quiet=program.quiet)  # type: ignore[arg-type]

    def _ended(self, child: Child) -> None:
        assert child.process is not None  # noqa: S101 - only called for one that ran
        now = time.monotonic()
        steady = now - child.started_at > STEADY_SECONDS
        child.failures = 1 if steady else child.failures + 1
        pause = min(
            FIRST_PAUSE_SECONDS * 2 ** (child.failures - 1), LONGEST_PAUSE_SECONDS
        )
        child.due_at = now + pause
        child.send_signal(signal.SIGKILL)  # whatever it left behind in its group
        how = child.ending()
        child.process = None
        name = child.program.name
        self._output.say(
            f"{name} {how} (its words: logs/{name}.log); starting again in {pause:g} s"
        )

    def _write_pids(self) -> None:
        """Who runs under which process id, for people and for tests that kill."""
        pids = {
            name: child.process.pid
            for name, child in self._children.items()
            if child.process is not None
        }
        draft = self._pids_file.with_suffix(".new")
        draft.write_text(json.dumps({"desk": os.getpid(), **pids}), encoding="utf-8")
        draft.replace(self._pids_file)
