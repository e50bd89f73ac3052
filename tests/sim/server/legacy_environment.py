"""The superseded client's own environment, made once and kept beside the repository's.

Its pins cannot live beside the desk's (it wants urllib3 1 and websockets 10). It is
built from hashed wheels by requirements-legacy.txt; where no package index is reachable
and none was built before, whoever asks for it fails with pip's own words.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from tests.emulators.practice import REPOSITORY


REQUIREMENTS = REPOSITORY / "requirements-legacy.txt"
FOLDER = REPOSITORY / ".venv-legacy"


class LegacyEnvironmentError(Exception):
    """The environment cannot be built."""


def python() -> Path:
    """The interpreter of the environment, built first if it is missing or stale."""
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    mark = FOLDER / "requirements.sha256"
    with REQUIREMENTS.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two workers must not build it at once
        if not mark.exists() or mark.read_text() != wanted:
            _build()
            mark.write_text(wanted)
    return FOLDER / "bin" / "python"


def _build() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    _run(sys.executable, "-m", "venv", str(FOLDER))
    pip = [str(FOLDER / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    flags = ["--no-deps", "--only-binary", ":all:", "--require-hashes"]
    _run(*pip, *flags, "--requirement", str(REQUIREMENTS))


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LegacyEnvironmentError(
            "The environment of the legacy client cannot be built; is a package index "
            f"reachable?\n{done.stderr[-2000:]}"
        )
