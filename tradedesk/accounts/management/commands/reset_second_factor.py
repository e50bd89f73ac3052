"""For someone who lost their authenticator and their recovery codes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tradedesk.accounts import factors
from tradedesk.accounts.models import User
from tradedesk.core.actor import system
from tradedesk.core.clock import SYSTEM_CLOCK


class Command(BaseCommand):
    help = (
        "Removes a person's second factors and password and ends their sessions. They "
        "come back by 'Forgot password' and set up a new authenticator."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *_args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["email"].strip().lower()).first()
        if user is None:
            raise CommandError("Nobody here has this address.")
        factors.reset(user, actor=system("console"), now=SYSTEM_CLOCK.now())
        self.stdout.write(f"{user.email} may now reset their password.")
