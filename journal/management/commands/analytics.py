"""Statistics of trades on the command line."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from brokers.models import Account
from journal.analytics.listing import UnreadableLineError, read_results
from journal.analytics.outcome import BREAKEVEN_R
from journal.analytics.summary import summary_in_r
from journal.management.people import person_named
from journal.reports.account_metrics import Printed, account_metrics, printed


class Command(BaseCommand):
    help = "Print the statistics of an account's trades, or of a list of R-multiples."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("--account", metavar="NAME", help="an account by its name")
        source.add_argument(
            "--r-multiples", metavar="FILE", type=Path, help="one R-multiple a line"
        )
        parser.add_argument(
            "--owner",
            metavar="EMAIL",
            help="whose account, where several have the name",
        )
        parser.add_argument(
            "--breakeven",
            metavar="R",
            type=_threshold,
            default=BREAKEVEN_R,
            help="results of the list below this, either way, are even; 0 is by sign"
            " (default %(default)s; an account has its owner's setting)",
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        name = options["account"]
        if name is None:
            even = options["breakeven"]
            listed = summary_in_r(_read(options["r_multiples"]), breakeven=even)
            found = printed(listed, breakeven=even)
        else:
            found = account_metrics(_account(name, options["owner"]))
        if options["json"]:
            self.stdout.write(json.dumps(found, indent=2))
            return
        for line in _lines(found):
            self.stdout.write(line)


def _threshold(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation as error:
        raise ArgumentTypeError(f"{text!r} is no number") from error
    if not 0 <= found <= 1:
        raise ArgumentTypeError("a threshold is from 0 to 1R")
    return found


def _lines(found: Printed, indent: str = "") -> Iterator[str]:
    why = found.get("why", {})
    for name, value in found.items():
        if name == "why":
            continue
        if isinstance(value, dict):
            yield f"{indent}{name}"
            yield from _lines(value, f"{indent}  ")
        else:
            shown = why.get(name, "-") if value is None else value
            yield f"{indent}{name:22} {shown}"


def _account(name: str, owner: str | None) -> Account:
    named = Account.objects.filter(name=name).select_related("owner")
    if (whose := person_named(owner)) is not None:
        named = named.filter(owner=whose)
    found = list(named.order_by("pk"))
    if len(found) == 1:
        return found[0]
    if found:
        owners = ", ".join(sorted({one.owner.email for one in found}))
        message = f"{len(found)} accounts are named {name!r}, of {owners}."
        raise CommandError(f"{message} Say whose with --owner, or rename one.")
    known = Account.objects.order_by("name").values_list("name", flat=True).distinct()
    names = ", ".join(repr(one) for one in known[:10]) or "none"
    raise CommandError(f"There is no account named {name!r}. Accounts: {names}.")


def _read(path: Path) -> list[float]:
    try:
        with path.open(encoding="utf-8") as lines:
            return read_results(lines)
    except UnreadableLineError as error:
        raise CommandError(f"{path}: {error}") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} is not a text file.") from error
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
