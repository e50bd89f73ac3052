from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tradedesk.audit import anchors, keys
from tradedesk.audit.verification import Report, verify


class Command(BaseCommand):
    help = (
        "Check the audit chain against itself and against its anchors. Exits 1 and "
        "names the first bad sequence number when something is wrong."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anchor", type=Path, metavar="FILE", default=None)
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, anchor: Path | None, as_json: bool, **_options: object) -> None:
        if anchor is not None and not anchor.exists():
            raise CommandError(f"There is no anchor file {anchor}.")
        path = anchor or settings.AUDIT_ANCHOR_FILE
        report = verify(anchors.read(path, keys.anchor_key()))
        if as_json:
            self.stdout.write(json.dumps(_plain(report)))
        else:
            self._tell(report)
        if not report.anchors:
            self.stderr.write(f"No anchor in {path}: a cut tail cannot be seen.")
        if report.finding is not None:
            sys.exit(1)

    def _tell(self, report: Report) -> None:
        finding = report.finding
        if finding is not None:
            self.stdout.write(f"first bad sequence: {finding.sequence}")
            self.stdout.write(f"{finding.problem} {finding.detail}".strip())
            return
        self.stdout.write(
            f"{report.chain.entries} entries are whole "
            f"({report.chain.shredded} with a shredded payload).\n"
            f"head: {report.head.sequence} {report.head.digest}\n"
            f"anchors: {report.anchors}"
            + (f", the last at {report.anchored.sequence}" if report.anchored else "")
        )


def _plain(report: Report) -> dict[str, object]:
    finding = report.finding
    return {
        "whole": finding is None,
        "entries": report.chain.entries,
        "shredded": report.chain.shredded,
        "head": asdict(report.head),
        "anchors": report.anchors,
        "anchored": asdict(report.anchored) if report.anchored else None,
        "first_bad_sequence": finding.sequence if finding else None,
        "problem": finding.problem.value if finding else None,
        "detail": finding.detail if finding else None,
    }
