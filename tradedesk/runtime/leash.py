"""Start a program that dies with the process that asked for it, even by SIGKILL.

    python leash.py --parent PID --signal N [--uid N --gid N] [--watch FD] -- PROGRAM ...

On Linux the kernel does it (PR_SET_PDEATHSIG, prctl(2)): set here, after the change of
user that would clear it, and kept by the exec that follows, so that nothing of this file
stays in memory. Elsewhere it stays as a small parent that watches a pipe whose other end
only the supervisor holds. It is run by file name with nothing but the standard library.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import subprocess
import sys
from argparse import ArgumentParser, Namespace


PR_SET_PDEATHSIG = 1
POLL_SECONDS = 0.2
GRACE_SECONDS = 10.0


def main() -> None:
    options = _parser().parse_args()
    if options.uid is not None:
        os.setgroups([])
        os.setgid(options.gid)
        os.setuid(options.uid)
    if options.watch is None:
        _die_with(options.parent, options.signal)
        os.execv(options.program[0], options.program)  # noqa: S606 - our own argv
    sys.exit(_watch(options))


def _parser() -> ArgumentParser:
    parser = ArgumentParser()
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--signal", type=int, required=True)
    parser.add_argument("--uid", type=int)
    parser.add_argument("--gid", type=int)
    parser.add_argument("--watch", type=int)
    parser.add_argument("program", nargs="+")
    return parser


def _die_with(parent: int, signal_number: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal_number) != 0:
        sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
    if os.getppid() != parent:  # it died before the request was in place
        sys.exit(1)


def _watch(options: Namespace) -> int:
    child = subprocess.Popen(options.program, close_fds=False)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: child.send_signal(received))
    while child.poll() is None:
        if select.select([options.watch], [], [], POLL_SECONDS)[0]:
            _end(child, options.signal)
    return child.returncode


def _end(child: subprocess.Popen[bytes], signal_number: int) -> None:
    child.send_signal(signal_number)
    try:
        child.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


if __name__ == "__main__":
    main()
