"""One desk per data folder: a lock that lives exactly as long as its last process."""

from __future__ import annotations

import fcntl
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

from tradedesk.runtime.refusals import StartRefusedError


# After the supervisor was killed its children need a moment to end.
PATIENCE_SECONDS = 10.0
LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Held through `handle`, which every child inherits."""

    handle: int
    path: Path

    def note(self, url: str) -> None:
        """Say who runs, for the next one who tries."""
        text = json.dumps({"pid": os.getpid(), "url": url}).encode()
        os.ftruncate(self.handle, 0)
        os.pwrite(self.handle, text, 0)


def take_turn(path: Path) -> Turn:
    """Lock the data folder, or say where the desk that holds it runs."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not _lock(handle):
        holder = _read(handle)
        if _is_alive(holder.get("pid")) or time.monotonic() > deadline:
            os.close(handle)
            raise StartRefusedError(
                "The desk is already running from this data folder "
                f"(process {holder.get('pid', 'unknown')}). "
                f"Open {holder.get('url', 'the address it printed')}"
            )
        time.sleep(LOOK_SECONDS)  # noqa: TID251 - nothing else runs yet
    return Turn(handle=handle, path=path)


def _lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(handle: int) -> dict[str, object]:
    try:
        found = json.loads(os.pread(handle, 4096, 0) or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _is_alive(pid: object) -> bool:
    if not isinstance(pid, int):
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
