"""Print the one-time link by which the first owner sets up the desk."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from tradedesk.accounts import services
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import StaleStateError


class Command(BaseCommand):
    help = "Prints the path of a one-time owner link; nothing if there is an owner."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            path = services.owner_link(SYSTEM_CLOCK.now())
        except StaleStateError as error:
            self.stderr.write(error.message)
            return
        self.stdout.write(path)
