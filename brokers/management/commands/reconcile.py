"""`manage.py reconcile --account NAME --json`: one run, now, and what it found.

Exit codes: 0 CLEAN, 1 BREAKS, 2 INCOMPLETE, 3 arguments that name no one account, or a
run of it that goes on already. The JSON is described in docs/reconciliation.md.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from functools import partial
from typing import Any, NoReturn

from django.core.management.base import BaseCommand

from brokers.domain.breaks import RunResult, RunTrigger
from brokers.models import Account
from brokers.reconciliation import machine_readable
from brokers.reconciliation.building import report_of_run
from brokers.reconciliation.reports import Report
from brokers.reconciliation.running import AlreadyRunningError, reconcile
from tradedesk.core.clock import SYSTEM_CLOCK


EXITS = {RunResult.CLEAN: 0, RunResult.BREAKS: 1, RunResult.INCOMPLETE: 2}
BAD_ARGUMENTS = 3


def _refuse(parser: ArgumentParser, message: str) -> NoReturn:
    """Wrong options leave with 3: 2, argparse's own, means INCOMPLETE here."""
    parser.print_usage(sys.stderr)
    parser.exit(BAD_ARGUMENTS, f"{parser.prog}: error: {message}\n")


class _NoAccountError(Exception):
    """The arguments name no account, or more than one."""


class Command(BaseCommand):
    help = "Hold one account's book against its broker and say what differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        if getattr(self, "_called_from_command_line", False):
            parser.error = partial(_refuse, parser)  # type: ignore[method-assign]
        parser.add_argument("--account", required=True, help="its name, number or id")
        parser.add_argument("--owner", default="", help="its owner's email address")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            account = _find(options["account"], options["owner"])
            run = reconcile(
                account.pk,
                trigger=RunTrigger.COMMAND,
                requested_by=None,
                clock=SYSTEM_CLOCK,
            )
        except (_NoAccountError, AlreadyRunningError) as error:
            self.stderr.write(str(error))
            sys.exit(BAD_ARGUMENTS)
        report = report_of_run(run, SYSTEM_CLOCK.now())
        if options["json"]:
            self.stdout.write(json.dumps(machine_readable.report(report), indent=2))
        else:
            self.stdout.write("\n".join(_lines(report)))
        sys.exit(EXITS[report.result])


def _find(name: str, owner: str) -> Account:
    accounts = Account.objects.select_related("owner", "connection").order_by("pk")
    if owner:
        accounts = accounts.filter(owner__email__iexact=owner)
    every = list(accounts)
    wanted = name.casefold()
    found = [one for one in every if wanted in _names(one)]
    if len(found) == 1 and found[0].connection.is_by_statement:
        raise _NoAccountError(
            f"{found[0].name} is known by its statements alone: "
            "import_statement compares it."
        )
    if len(found) == 1:
        return found[0]
    said = "is ambiguous" if found else "is unknown"
    candidates = "\n".join(_candidate(one) for one in found or every)
    hint = "Name one by its id or with --owner:" if found else "There are:"
    raise _NoAccountError(f"Account {name!r} {said}. {hint}\n{candidates or '  none'}")


def _names(account: Account) -> set[str]:
    return {account.name.casefold(), account.number.casefold(), str(account.pk)}


def _candidate(account: Account) -> str:
    return (
        f"  {account.pk}: {account.name} ({account.get_mode_display()}, number "
        f"{account.number}, owner {account.owner.email})"
    )


def _lines(report: Report) -> list[str]:
    """For a person at a terminal."""
    section = report.runs[0]
    head = (
        f"{report.result.value.upper()} {report.trading_day} {section.account}: "
        f"{report.counts.new} new, {report.counts.carried} carried, "
        f"{report.counts.auto_resolved} settled by rule"
    )
    lines = [head]
    lines += [
        f"  {one.source.value}: {one.failure}" for one in section.sources if one.failure
    ]
    lines += [
        f"  {one.severity.value:<8} {one.kind.value:<22} {one.subject:<12} "
        f"ours {dict(one.ours)} theirs {dict(one.theirs)}"
        for one in report.breaks
    ]
    return lines
