"""Bring every stored secret under the newest key."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tradedesk.accounts import key_rotation
from tradedesk.accounts.fields import DecryptionError


class Command(BaseCommand):
    help = (
        "Put the new key first in FIELD_ENCRYPTION_KEY, restart, run this, then drop "
        "the old key. Safe while the desk runs, and safe to repeat."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            done = key_rotation.rotate()
        except DecryptionError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{done.rotated} re-encrypted, {done.current} current, "
            f"{done.overtaken} changed meanwhile."
        )
