"""Which code compared: a report says so, since a later one may find otherwise."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings


_SHOWN = 12


@lru_cache(maxsize=1)
def code_version() -> str:
    """The commit of the clone that runs, "unknown" where there is none."""
    git = Path(settings.BASE_DIR) / ".git"
    try:
        head = (git / "HEAD").read_text(encoding="ascii").strip()
    except OSError:
        return "unknown"
    if not head.startswith("ref: "):
        return head[:_SHOWN]
    return _commit_of(git, head.removeprefix("ref: "))[:_SHOWN] or "unknown"


def _commit_of(git: Path, ref: str) -> str:
    try:
        return (git / ref).read_text(encoding="ascii").strip()
    except OSError:
        return _packed(git, ref)


def _packed(git: Path, ref: str) -> str:
    try:
        lines = (git / "packed-refs").read_text(encoding="ascii").splitlines()
    except OSError:
        return ""
    found = (line.partition(" ") for line in lines)
    return next((commit for commit, _, name in found if name == ref), "")
