"""Where things lie: the data folder, and short private folders for sockets."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tradedesk import env
from tradedesk.runtime.processes import Account
from tradedesk.runtime.refusals import StartRefusedError


# sockaddr_un holds 104 bytes on macOS and 108 on Linux, the final zero included; the
# longest name put into a socket folder is PostgreSQL's ".s.PGSQL.5432.lock".
LONGEST_SOCKET_FOLDER = 104 - 1 - len("/.s.PGSQL.5432.lock")
# What libpq, PostgreSQL's settings and a URL all take without quoting.
PLAIN_PATH = re.compile(r"[A-Za-z0-9_./-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """`data` survives; `run` holds what belongs to one start; `project` is the code."""

    project: Path
    data: Path

    @property
    def run(self) -> Path:
        return self.data / "run"

    @property
    def logs(self) -> Path:
        return self.data / "logs"


def prepare_folders() -> Folders:
    """Make the data folder where it is missing; its parents stay as they are."""
    folders = Folders(project=Path(__file__).resolve().parents[2], data=env.data_dir())
    try:
        folders.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        own_folder(folders.run)
        own_folder(folders.logs)
    except (PermissionError, FileExistsError, NotADirectoryError) as error:
        raise StartRefusedError(
            f"The data folder {folders.data} cannot be used: {error.strerror}. "
            "Set TRADEDESK_DATA to a folder that you may write to."
        ) from error
    return folders


def own_folder(path: Path) -> None:
    path.mkdir(mode=0o700, exist_ok=True)


def wheel_folder(package: str) -> Path:
    """Where a wheel lies. Not imported: these would make folders and print warnings."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise StartRefusedError(
            f"The package {package} is missing: run `make install`."
        )
    return Path(spec.origin).parent


def may_enter(account: Account, folder: Path) -> bool:
    """Whether a process of that account can reach the folder, asked of the system."""
    attempt = subprocess.run(
        ["/bin/sh", "-c", 'cd "$1"', "sh", folder],
        cwd="/", user=account.uid, group=account.gid, extra_groups=[], check=False,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return attempt.returncode == 0


def socket_folder(preferred: Path, account: Account | None = None) -> Path:
    """`preferred`, or a short private folder where its path is no good for a socket.

    The short one has the same name at every start, so that addresses stay valid.
    """
    if is_good_for_sockets(preferred):
        folder = preferred
    else:
        name = hashlib.sha256(str(preferred).encode()).hexdigest()[:12]
        folder = _short_parent() / f"tradedesk-{name}"
    own_folder(folder)
    owner = account.uid if account else os.geteuid()
    if account and folder.stat().st_uid != owner:
        os.chown(folder, account.uid, account.gid)
    _check_private(folder, owner)
    return folder


def is_good_for_sockets(folder: Path) -> bool:
    text = str(folder)
    return len(os.fsencode(text)) <= LONGEST_SOCKET_FOLDER and bool(
        PLAIN_PATH.fullmatch(text)
    )


def _short_parent() -> Path:
    """The platform's folder for such things; temporary folders are the last resort."""
    if os.geteuid() == 0 and Path("/run").is_dir():
        return Path("/run")
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    for candidate in (runtime, tempfile.gettempdir(), "/tmp"):  # noqa: S108 - checked to be private
        if candidate and is_good_for_sockets(
            Path(candidate) / "tradedesk-0123456789ab"
        ):
            return Path(candidate)
    raise StartRefusedError("No folder with a short path for sockets: set TMPDIR.")


def _check_private(folder: Path, owner: int) -> None:
    """Others could have put a folder of this name into a shared place first."""
    found = folder.lstat()
    private = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
    if not private or found.st_uid != owner:
        raise StartRefusedError(
            f"{folder} must be a folder that belongs to the desk alone (mode 0700). "
            "Remove it, or choose another TRADEDESK_DATA."
        )
