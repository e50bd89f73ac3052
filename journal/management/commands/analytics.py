"""Statistics of trades on the command line."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from journal.analytics.figures import Figure
from journal.analytics.listing import UnreadableLineError, read_results
from journal.analytics.summary import Summary, summary


Printed = dict[str, float | int | str | bool | dict[str, str] | None]


class Command(BaseCommand):
    help = "Print the statistics of a list of R-multiples, one a line."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--r-multiples", metavar="FILE", type=Path, required=True)
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        found = printed(summary(_read(options["r_multiples"])))
        if options["json"]:
            self.stdout.write(json.dumps(found, indent=2))
            return
        why = found.pop("why")
        for name, value in found.items():
            reason = why.get(name, "-") if isinstance(why, dict) else "-"
            self.stdout.write(f"{name:22} {reason if value is None else value}")


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


def printed(found: Summary) -> Printed:
    """Flat names and numbers; what is null says why under `why`."""
    figures: dict[str, Figure] = {
        "expectancy": found.expectancy,
        "standard_deviation": found.sd,
        "standard_error": found.standard_error,
        "win_rate": found.win_rate,
        "payoff": found.payoff,
        "profit_factor": found.profit_factor,
        "kelly": found.kelly,
    }
    why = {name: figure.why for name, figure in figures.items() if figure.why}
    if found.quality.why:
        why |= {"sqn": found.quality.why, "sqn_band": found.quality.why}
    return {
        "trades": found.n,
        "low_sample": found.low_sample,
        "total_r": found.total,
        **{name: figure.value for name, figure in figures.items()},
        "sqn": found.quality.value,
        "sqn_band": found.quality.band,
        "sqn_trades": found.quality.counted,
        **_counts(found),
        "why": why,
    }


def _counts(found: Summary) -> Printed:
    return {
        "wins": found.sides.wins,
        "losses": found.sides.losses,
        "breakevens": found.sides.breakevens,
        "average_win": found.sides.average_win,
        "average_loss": found.sides.average_loss,
        "best": found.best,
        "worst": found.worst,
        "longest_winning_run": found.streaks.longest_win,
        "longest_losing_run": found.streaks.longest_loss,
        "current_run": found.streaks.current,
        "max_drawdown_r": found.drawdown.depth,
    }
