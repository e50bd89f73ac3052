"""Settings from the environment, from files and from the desk's own data folder.

Looked up in this order: the variable, ``NAME_FILE`` (a file holding the value, as
container secrets are given), then ``secrets.env`` in the data folder, which the first
start generates with mode 0600.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from platformdirs import user_data_path


class MissingSettingError(Exception):
    """A required setting is nowhere to be found; the message says where to put it."""


def data_dir() -> Path:
    """Where the desk keeps everything that must survive: TRADEDESK_DATA, or a default.

    As root the default is /var/lib/tradedesk, else the platform's user data folder.
    """
    chosen = os.environ.get("TRADEDESK_DATA")
    if chosen:
        return Path(chosen).expanduser().absolute()
    if os.name == "posix" and os.geteuid() == 0:
        return Path("/var/lib/tradedesk")
    return user_data_path("tradedesk")


def secrets_file() -> Path:
    return data_dir() / "secrets.env"


@cache
def _read_secrets(path: Path, _mtime_ns: int) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("=", 1) for line in lines if "=" in line and line[0] != "#")
    return {name.strip(): value.strip() for name, value in pairs}


def generated_secrets() -> dict[str, str]:
    """What the first start generated; empty where nothing has been generated yet."""
    path = secrets_file()
    try:
        return _read_secrets(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return {}


def lookup(name: str) -> str | None:
    if value := os.environ.get(name):
        return value
    if file := os.environ.get(f"{name}_FILE"):
        return Path(file).read_text(encoding="utf-8").strip()
    return generated_secrets().get(name)


def required(name: str) -> str:
    value = lookup(name)
    if value is None:
        raise MissingSettingError(
            f"{name} is not set: start the desk once with `make run`, which generates "
            f"it into {secrets_file()}, or set {name} or {name}_FILE."
        )
    return value


def text(name: str, default: str) -> str:
    value = lookup(name)
    return default if value is None else value


def integer(name: str, default: int) -> int:
    raw = text(name, str(default))
    try:
        return int(raw)
    except ValueError as error:
        raise MissingSettingError(f"{name} must be a number, not {raw!r}.") from error


def flag(name: str, *, default: bool) -> bool:
    return text(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def names(name: str, default: str) -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]
