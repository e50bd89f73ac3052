"""Bring the database and the static files up to date, once per start, as the owner role.

A process of its own, so that the rest of the desk never holds the owner's password. Its
last line of output is the path of the owner link while the desk has no owner.
"""

from __future__ import annotations

import os
import sys
from io import StringIO

import django
from django.core.management import CommandError, call_command


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradedesk.settings")
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    if role := os.environ.get("TRADEDESK_APP_ROLE"):
        call_command("grant_app_role", role=role, stdout=StringIO())
    # The audit chain's head as this start finds it, written outside the database.
    call_command("anchor_audit", stdout=StringIO())
    call_command("collectstatic", verbosity=0, interactive=False)
    sys.stdout.write(f"{_owner_link()}\n")


def _owner_link() -> str:
    """The path that makes the first person the owner; empty once there is one."""
    said = StringIO()
    try:
        call_command("owner_link", stdout=said, stderr=StringIO())
    except CommandError:
        return ""
    paths = [word for word in said.getvalue().split() if word.startswith("/")]
    return paths[-1] if paths else ""


if __name__ == "__main__":
    main()
