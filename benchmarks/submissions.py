"""Submissions per second, each confirmed with its own second factor, none twice.

    python -m benchmarks.submissions [--orders 2000] [--traders 8] [--workers 2]

Traders with an account each confirm at once, in processes of their own as `web` does,
and workers send to one practice exchange. A submission is counted from the start of the
round until its acknowledgement is booked. Drafts and codes are made between the rounds,
since a grant lives for a minute only. The exchange's own record says what arrived.

Beside it, in the same run, stands what every submission must do at least: its three
commits, one after another, on the same database. On a machine that does other work at
the same time the processor time says more than the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from benchmarks.desk import PROJECT, Desk


if TYPE_CHECKING:
    from benchmarks.traders import Trader
    from brokers.orders.confirming import Confirmation

COMMITS = 300
PATIENCE_SECONDS = 180


@dataclass(slots=True)
class Result:
    seconds: float = 0.0
    submitted: int = 0
    errors: list[str] = field(default_factory=list)
    cpu: Counter[str] = field(default_factory=Counter)
    commit_ms: float = 0.0
    doubled: int = 0
    lost: int = 0


class Confirmers:
    """Processes that confirm what they are handed, some orders at once each."""

    def __init__(self, processes: int, threads: int) -> None:
        self.running = [
            subprocess.Popen(
                [sys.executable, "-m", "benchmarks.confirming", str(threads)],
                cwd=PROJECT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(processes)
        ]
        for process in self.running:
            _line(process)

    def start(self, waiting: list[Confirmation]) -> None:
        for number, process in enumerate(self.running):
            share = [
                {
                    "order_id": one.order_id,
                    "user_id": one.user.pk,
                    "digest": one.digest,
                    "grant_id": one.grant_id,
                    "acknowledged": list(one.acknowledged),
                }
                for one in waiting[number :: len(self.running)]
            ]
            pipe = cast("IO[str]", process.stdin)
            pipe.write(json.dumps(share) + "\n")
            pipe.flush()

    def errors(self) -> list[str]:
        return [error for one in self.running for error in json.loads(_line(one))]

    def stop(self) -> None:
        for process in self.running:
            process.communicate()


def _line(process: subprocess.Popen[str]) -> str:
    return cast("IO[str]", process.stdout).readline()


def measure(
    desk: Desk, orders: int, *, confirmers: int, a_round: int, apart: bool
) -> Result:
    from benchmarks import traders

    people = [
        traders.trader(
            desk.exchange.url,
            desk.exchange.url.replace("http", "ws", 1),
            key=keys.key,
            secret=keys.secret,
        )
        for keys in desk.keys
    ]
    symbols = traders.symbols_of(people[0])
    desk.start_workers()
    result = Result()
    with _fresh_quotes(people[0], symbols):
        asking = Confirmers(confirmers, threads=4)
        try:
            # The first round warms connections and caches, and is not counted.
            warm = _prepared(people, symbols, 5 * len(people))
            _round(desk, asking, waiting=warm, result=Result(), apart=apart)
            while result.submitted < orders:
                waiting = _prepared(people, symbols, a_round)
                _round(desk, asking, waiting=waiting, result=result, apart=apart)
        finally:
            asking.stop()
    _count(desk, result)
    result.commit_ms = _commit_ms()
    return result


class _fresh_quotes:  # noqa: N801 - used as a statement
    """The stream's part: the newest quotes, every second."""

    def __init__(self, one: Trader, symbols: list[str]) -> None:
        self._one, self._symbols = one, symbols
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        from benchmarks.traders import refresh_quotes

        while not self._over.wait(1):
            refresh_quotes(self._one, self._symbols)


def _prepared(
    people: list[Trader], symbols: list[str], orders: int
) -> list[Confirmation]:
    from django.db import connection

    from benchmarks.traders import ready

    def make(one: Trader) -> list[Confirmation]:
        try:
            return list(ready(one, symbols, orders // len(people)))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(make, people))
    return [one for group in zip(*made, strict=True) for one in group]


def _round(
    desk: Desk,
    asking: Confirmers,
    *,
    waiting: list[Confirmation],
    result: Result,
    apart: bool,
) -> None:
    from brokers.domain.orders import CommandStatus
    from brokers.models import Command

    ids = [one.order_id for one in waiting]
    settled = Command.objects.filter(
        order__in=ids,
        status__in=[CommandStatus.CONFIRMED.value, CommandStatus.REFUSED.value],
    )
    before, began = desk.cpu_seconds(), time.perf_counter()
    pause = threading.Event()
    if apart:
        desk.signal_workers(signal.SIGSTOP)
    asking.start(waiting)
    errors = asking.errors()
    if apart:
        before, began = desk.cpu_seconds(), time.perf_counter()
        desk.signal_workers(signal.SIGCONT)
    while settled.count() < len(ids) - len(errors):
        if time.perf_counter() - began > PATIENCE_SECONDS:
            raise SystemExit("A round of orders did not end.")
        pause.wait(0.02)
    result.seconds += time.perf_counter() - began
    after = desk.cpu_seconds()
    result.cpu.update({name: after[name] - before.get(name, 0) for name in after})
    result.errors += errors
    refused = settled.filter(status=CommandStatus.REFUSED.value)
    result.errors += [one.outcome for one in refused]
    result.submitted += len(ids)


def _count(desk: Desk, result: Result) -> None:
    """Every confirmed command against the exchange's own record, both ways."""
    from brokers.models import Command

    taken = Counter(
        one.client_order_id for one in desk.exchange.accepted() if not one.parent
    )
    ours = set(Command.objects.values_list("client_order_id", flat=True))
    result.lost = len(ours - taken.keys())
    result.doubled = sum(taken.values()) - len(taken) + len(taken.keys() - ours)


def _commit_ms() -> float:
    """What a commit that waits for the disk takes here, with nothing else in it."""
    from django.db import connection

    with connection.cursor() as cursor:
        began = time.perf_counter()
        for _ in range(COMMITS):
            cursor.execute("SELECT pg_logical_emit_message(true, 'bench', 'x')")
        return (time.perf_counter() - began) / COMMITS * 1e3


def say(result: Result) -> None:
    rate = result.submitted / result.seconds
    used = sum(result.cpu.values()) / result.submitted * 1e3
    out = sys.stdout.write
    out(f"submissions                {result.submitted:,} in {result.seconds:.1f} s\n")
    out(f"a second                   {rate:.0f}\n")
    out(f"errors                     {len(result.errors)}\n")
    out(f"at the exchange            doubled {result.doubled}, lost {result.lost}\n")
    out(f"processor ms each          {used:.2f}, so {2000 / used:.0f}/s on two cores\n")
    for name, spent in sorted(result.cpu.items()):
        out(f"  {name:<24} {spent / result.submitted * 1e3:.2f}\n")
    floor = 1e3 / (3 * result.commit_ms)
    out(f"a commit alone             {result.commit_ms:.2f} ms\n")
    out(f"three in a row at most     {floor:.0f}/s, {floor / rate:.1f} times ours\n")
    out(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    for error in result.errors[:5]:
        out(f"! {error}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--orders", type=int, default=2000)
    add("--traders", type=int, default=8)
    add("--workers", type=int, default=2)
    add("--confirmers", type=int, default=2, help="processes in the part of web")
    add(
        "--apart",
        action="store_true",
        help="confirm each round first: what sending and booking alone take",
    )
    add("--round", type=int, default=240, help="orders of which the codes are alive")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tradedesk-bench-") as name:
        desk = Desk(Path(name), chosen.traders, chosen.workers)
        with desk.running():
            result = measure(
                desk,
                chosen.orders,
                confirmers=chosen.confirmers,
                a_round=chosen.round,
                apart=chosen.apart,
            )
    say(result)
    if result.errors or result.doubled or result.lost:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
