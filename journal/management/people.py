"""Whom a command is about."""

from __future__ import annotations

from django.core.management.base import CommandError

from tradedesk.accounts.models import User


USAGE = 2


def person_named(email: str | None) -> User | None:
    """Who has this address; None where none was given.

    Raises:
        CommandError: nobody has it. Its exit code is that of wrong arguments.
    """
    if not email:
        return None
    found = User.objects.filter(email__iexact=email).first()
    if found is None:
        raise CommandError(f"Nobody here has the address {email}.", returncode=USAGE)
    return found
