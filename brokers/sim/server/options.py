"""What the practice exchange is told at its start."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from brokers.sim.faults.matrix import rule_names


DEFAULT_CASH = Decimal(100_000)
DEFAULT_PORT = 8100
FAST_SPEED = 60
DEFAULT_REQUESTS_PER_MINUTE = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOption:
    """A key pair and the account that is opened for it at its first start."""

    key: str
    secret: str = field(repr=False)
    cash: Decimal = DEFAULT_CASH


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`requests_per_minute` holds for each key; `control` opens `/control/...`.

    `faults` names rows of `brokers.sim.faults.matrix` that hold from the start.
    `speed` is how many market seconds a second of the fast clock has; `start` where a
    fast or manual market begins at its first start.
    """

    host: str
    port: int
    seed: int
    data: Path
    clock: str
    speed: int
    start: datetime | None
    calendar: str
    control: bool
    requests_per_minute: int
    accounts: tuple[AccountOption, ...]
    faults: tuple[str, ...] = ()


def parse(arguments: Sequence[str], environment: Mapping[str, str]) -> Options:
    """Read the command line; PRACTICE_KEY and PRACTICE_SECRET may stand for the keys.

    Raises:
        SystemExit: something is missing or wrong; argparse has said what.
    """
    parser = _parser()
    given = parser.parse_args(arguments)
    key = given.key or environment.get("PRACTICE_KEY", "")
    secret = given.secret or environment.get("PRACTICE_SECRET", "")
    if not key or not secret:
        parser.error(
            "--key and --secret, or PRACTICE_KEY and PRACTICE_SECRET, are needed"
        )
    if given.clock == "manual" and not given.control:
        parser.error("--clock manual stands still for ever without --control")
    if given.start and given.clock == "real":
        parser.error("--start is for a fast or manual clock")
    further = _accounts(given.accounts) if given.accounts else ()
    return Options(
        host=given.host,
        port=given.port,
        seed=given.seed,
        data=given.data,
        clock=given.clock,
        speed=given.speed,
        start=given.start,
        calendar=given.calendar,
        control=given.control,
        requests_per_minute=given.requests_per_minute,
        accounts=(AccountOption(key=key, secret=secret), *further),
        faults=tuple(given.fault),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m brokers.sim.server",
        description="A practice exchange in Alpaca's wire protocol.",
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on")
    add("--port", type=int, default=DEFAULT_PORT, help="0 takes a free one")
    add("--seed", type=int, default=1, help="of the market; fixed at the first start")
    add("--data", type=Path, required=True, help="folder of journal and snapshot")
    add("--key", help="key id; better given as PRACTICE_KEY")
    add("--secret", help="secret key; better given as PRACTICE_SECRET")
    add("--accounts", type=Path, help="JSON list of further {key, secret, cash}")
    add("--clock", choices=("real", "fast", "manual"), default="real")
    add("--speed", type=int, default=FAST_SPEED, help="of the fast clock")
    add("--start", type=datetime.fromisoformat, help="first instant of such a market")
    add("--calendar", choices=("continuous", "us"), default="continuous")
    add("--control", action="store_true", help="open the control face, for tests")
    add(
        "--fault",
        action="append",
        default=[],
        choices=rule_names(),
        metavar="NAME",
        help="a row of docs/faults.md that holds from the start; may come again",
    )
    add("--requests-per-minute", type=int, default=DEFAULT_REQUESTS_PER_MINUTE)
    return parser


def _accounts(path: Path) -> tuple[AccountOption, ...]:
    return tuple(
        AccountOption(
            key=item["key"],
            secret=item["secret"],
            cash=Decimal(str(item.get("cash", DEFAULT_CASH))),
        )
        for item in json.loads(path.read_text())
    )


def from_process() -> Options:
    """The options of this process; the secret does not stay in its environment."""
    options = parse(sys.argv[1:], os.environ)
    os.environ.pop("PRACTICE_SECRET", None)
    return options
