"""One program and the process that runs it now."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass

from tradedesk.runtime import leash
from tradedesk.runtime.processes import Program


def leashed(program: Program, *, watched: int) -> list[str]:
    """The command that runs the program on a leash held by the calling process.

    `watched` is the reading end of a pipe that only the caller can write to; it must be
    passed on to the command where the platform has no better means.
    """
    command = [sys.executable, "-I", "-S", leash.__file__]
    command += [f"--parent={os.getpid()}", f"--signal={program.orphan_signal:d}"]
    if program.account is not None:
        command += [f"--uid={program.account.uid}", f"--gid={program.account.gid}"]
    if sys.platform != "linux":
        command += [f"--watch={watched}"]
    return [*command, "--", *program.arguments]


@dataclass(slots=True)
class Child:
    """`due_at` and `started_at` are readings of the monotonic clock."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    due_at: float = 0.0

    def send_signal(self, number: signal.Signals) -> None:
        """To the process and whatever it started."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    def wait_until(self, deadline: float) -> None:
        """Give it until then, kill it after, and whatever it left behind in any case."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.1, deadline - time.monotonic()))
        self.send_signal(signal.SIGKILL)
        self.process.wait()

    def ending(self) -> str:
        """How the process ended, in words."""
        code = self.process.returncode if self.process else 0
        if code < 0:
            return f"was ended by {signal.Signals(-code).name}"
        return f"ended with exit code {code}"
