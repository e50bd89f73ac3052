"""The system account that PostgreSQL runs as when the desk is started by root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from tradedesk.runtime.processes import Account
from tradedesk.runtime.refusals import StartRefusedError


NAME = "tradedesk-pg"


def database_account(existing_cluster: Path | None) -> Account | None:
    """None means: as whoever we are. PostgreSQL refuses to run as root.

    A cluster that is there already keeps its owner: it may have been made by an ordinary
    user whose desk root starts now.
    """
    if os.geteuid() != 0:
        return None
    if existing_cluster is not None:
        found = existing_cluster.stat()
        return Account(uid=found.st_uid, gid=found.st_gid)
    return _find() or _create()


def _find() -> Account | None:
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        return None
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


def _create() -> Account:
    """With the tool of the system: useradd (shadow) or adduser (BusyBox)."""
    home, shell = "/nonexistent", "/usr/sbin/nologin"
    commands = (
        ("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", home,
         "--shell", shell, NAME),
        ("adduser", "-S", "-D", "-H", "-h", home, "-s", shell, NAME),
    )  # fmt: skip
    for command in commands:
        if shutil.which(command[0]):
            subprocess.run(command, check=False, capture_output=True)
        if account := _find():
            return account
    raise StartRefusedError(
        f"PostgreSQL does not run as root, and the system account {NAME} could not be "
        "created. Start the desk as an ordinary user, or set DATABASE_URL to a "
        "PostgreSQL server of your own."
    )
