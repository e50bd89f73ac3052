"""What a run tells the person who started it."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping

from brokers.domain.orders import CommandStatus
from brokers.models import Command
from tests.chaos.counting import Tally
from tests.chaos.run import Run
from tests.chaos.traders import first_sentence


MOST_FINDINGS = 30


def say(run: Run, tally: Tally, *, seconds: float) -> bool:
    """Print kills, faults, orders and findings; True when nothing is wrong."""
    problems = [*run.missed, *run.stage.failures, *tally.findings]
    minutes = run.options.seconds / 60
    fewer = f"only {tally.intended} orders in {minutes:g} minutes"
    if tally.intended < run.options.enough:
        problems.append(fewer)
    if run.told.given_up:
        problems.append(f"{len(run.told.given_up)} orders were never confirmed")
    _line(
        f"seed {run.options.seed}: {run.told.count} orders confirmed in "
        f"{run.traded_seconds:.0f} s, {run.told.count / run.traded_seconds:.1f} a "
        f"second; {seconds:.0f} s in all"
    )
    if run.options.enough <= tally.intended < run.options.orders:
        _line(f"  {fewer}, which is enough")
    _table("kills", run.stage.kills)
    _table("ended by itself, and started again", run.stage.fell)
    _table("faults", {n: c for n, c in run.stage.faults.items() if c})
    _table("orders", run.told.asked)
    _table("denied, and asked again", run.told.denials)
    _table("commands", commands())
    _table("refused with proof", refusals())
    for problem in problems[:MOST_FINDINGS]:
        _line(f"  ! {problem}")
    if len(problems) > MOST_FINDINGS:
        _line(f"  ! and {len(problems) - MOST_FINDINGS} more")
    return tally.is_clean and not problems


def commands() -> Counter[str]:
    rows = Command.objects.values_list("kind", "status", "sends")
    return Counter(
        f"{kind} {status}" + (f", sent {sends} times" if sends > 1 else "")
        for kind, status, sends in rows
    )


def refusals() -> Counter[str]:
    rows = Command.objects.filter(status=CommandStatus.REFUSED.value)
    return Counter(
        f"{kind}: {first_sentence(outcome)}"
        for kind, outcome in rows.values_list("kind", "outcome")
    )


def _table(title: str, counts: Mapping[str, int]) -> None:
    _line(f"{title}: {sum(counts.values())}")
    for name in sorted(counts):
        _line(f"  {counts[name]:5d}  {name}")


def _line(text: str) -> None:
    sys.stdout.write(text + "\n")
