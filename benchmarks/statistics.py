"""All journal statistics over a million trades: python -m benchmarks.statistics

Measured side by side, interleaved, in CPU time: everything `summary` says of a million
R-multiples, everything `return_summary` says of a million returns, and four calls each
of empyrical-reloaded and quantstats on the same returns. Where the three define the same
thing the values must agree to 1e-12; a difference ends the run.

`--record` writes what the peers say of short lists to tests/journal/analytics/peers.json,
to which the tests hold the single metrics to 1e-12. The peers live in `.venv-peers`,
which is built at the first run.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import process_time_ns
from typing import Any

import numpy as np

from journal.analytics.profit_factor import profit_factor
from journal.analytics.return_summary import ReturnSummary, return_summary
from journal.analytics.summary import summary


PROJECT = Path(__file__).resolve().parents[1]
ENVIRONMENT = PROJECT / ".venv-peers"
RECORDED = PROJECT / "tests" / "journal" / "analytics" / "peers.json"
TRADES = 1_000_000
ROUNDS = 9
AGREEMENT = 1e-12


def interpreter() -> Path:
    """Of the peers' environment, built first where it is not there."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        uv = [sys.executable, "-m", "uv"]
        subprocess.run([*uv, "venv", "--quiet", str(ENVIRONMENT)], check=True)
        install = [*uv, "pip", "install", "--quiet", "--python", str(python)]
        wheels = ["--no-deps", "--only-binary", ":all:", "--require-hashes"]
        file = str(PROJECT / "requirements-peers.txt")
        subprocess.run([*install, *wheels, "-r", file], check=True)
    return python


class Peers:
    """The other libraries, in their own process."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "returns.npy"
        self._process = subprocess.Popen(
            # -P: this folder's `statistics` is not the standard library's.
            [interpreter(), "-P", PROJECT / "benchmarks" / "peers.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, what: str, returns: Any) -> dict[str, Any]:
        np.save(self._file, returns)
        self._process.stdin.write(f"{what} {self._file}\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        self._process.communicate()


def lists(size: int, count: int) -> list[Any]:
    generator = np.random.Generator(np.random.PCG64(1))
    return [generator.normal(0.0004, 0.01, size) for _ in range(count)]


def timed(call: Any, values: Any) -> float:
    start = process_time_ns()
    call(values)
    return (process_time_ns() - start) / 1e6


def check(said: dict[str, Any], found: ReturnSummary, returns: Any) -> None:
    for library, ours in (
        ("empyrical", {"calmar": found.calmar.value}),
        ("quantstats", {"profit_factor": profit_factor(returns).value}),
    ):
        ours |= {
            "sharpe": found.sharpe.value,
            "sortino": found.sortino.value,
            "drawdown": -found.drawdown,
        }
        for name, value in ours.items():
            theirs = said[library][name]
            if not math.isclose(value, theirs, rel_tol=AGREEMENT):
                raise SystemExit(f"{library} says {name} is {theirs}, we say {value}.")


def measure(peers: Peers) -> None:
    returns = lists(TRADES, 1)[0]
    results = returns * 100
    check(peers.ask("call", returns), return_summary(returns), returns)
    times: dict[str, list[float]] = {
        "summary": [], "return_summary": [], "empyrical": [], "quantstats": [],
    }  # fmt: skip
    for _ in range(ROUNDS):
        times["summary"].append(timed(summary, results))
        times["return_summary"].append(timed(return_summary, returns))
        for library, spent in peers.ask("time", returns).items():
            times[library].append(spent)
    fastest = statistics.median(times["summary"])
    print(f"{TRADES:,} trades, CPU ms, median and least of {ROUNDS}")
    for name, spent in times.items():
        middle = statistics.median(spent)
        print(f"{name:16}{middle:8.1f}{min(spent):8.1f}  x{middle / fastest:.1f}")


def record(peers: Peers) -> None:
    asked = [*lists(40, 4), *lists(500, 2)]
    recorded = [
        {"returns": returns.tolist(), **peers.ask("call", returns)} for returns in asked
    ]
    lines = ",\n".join(json.dumps(each) for each in recorded)
    RECORDED.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        peers = Peers(Path(folder))
        try:
            (record if given.record else measure)(peers)
        finally:
            peers.close()


if __name__ == "__main__":
    main()
