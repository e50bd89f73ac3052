"""The floor of an order: the parts that are not ours, and nothing of ours between them.

    python -m benchmarks.parts [--orders 2000] [--workers 2]

A commit, a message through Celery, a commit, alpaca-py's request to the exchange, a
commit: what every submission does at least, as `benchmarks.submissions` counts them and
as `benchmarks.order_latency` times them, without rows, rules, locks or audit. The queue,
its settings, the worker's pool and the exchange are the desk's own. No design of ours can
be faster than this on the same machine.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from benchmarks.desk import PROJECT, Desk, until


if TYPE_CHECKING:
    from celery import Celery

PATIENCE_SECONDS = 180
ANSWERS = "parts:answers"
# Endpoint, key and secret.
Where = list[str]
_own = threading.local()


def queue() -> Celery:
    """A queue beside the desk's, with its settings; `celery --app=benchmarks.parts:app`."""
    import django
    from celery import Celery

    django.setup()
    made = Celery("parts")
    made.config_from_object("django.conf:settings", namespace="CELERY")
    made.conf.update(task_default_queue="parts", beat_schedule={})
    made.task(name="parts.send")(send)
    return made


def send(number: int, where: Where) -> None:
    """The worker's part; when the answer was in hand is pushed to a list."""
    commit()
    _place(number, where)
    answered = time.time()
    commit()
    answers().rpush(ANSWERS, answered)


def commit() -> None:
    """One that waits for the disk, with nothing in it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_logical_emit_message(true, 'bench', 'x')")


def _place(number: int, where: Where) -> None:
    from alpaca.trading.client import TradingClient
    from alpaca.trading.enums import OrderClass, OrderSide, TimeInForce
    from alpaca.trading.requests import LimitOrderRequest, StopLossRequest

    if not hasattr(_own, "client"):
        endpoint, key, secret = where
        _own.client = TradingClient(key, secret, url_override=endpoint)
    _own.client.submit_order(
        LimitOrderRequest(
            symbol="ACME",
            qty=1,
            side=OrderSide.BUY,
            time_in_force=TimeInForce.DAY,
            limit_price=2,
            order_class=OrderClass.OTO,
            stop_loss=StopLossRequest(stop_price=1),
            client_order_id=f"part-{number}",
        )
    )


def click(app: Celery, number: int, where: Where) -> None:
    commit()
    app.send_task("parts.send", args=(number, where), retry=False)


def measure(desk: Desk, orders: int, workers: int) -> None:
    app, keys = queue(), desk.keys[0]
    where = [desk.exchange.url, keys.key, keys.secret]
    for number in range(workers):
        desk.start_celery(f"parts-{number}", "benchmarks.parts:app", "-Qparts")
    until(lambda: len(app.control.ping(timeout=0.5)) >= workers, "workers")
    client = answers()
    for number in range(-40, 0):  # connections and caches are warm afterwards
        click(app, number, where)
        _answered(client)
    took = []
    for number in range(300):
        began = time.time()
        click(app, number, where)
        took.append((_answered(client) - began) * 1e3)
    parts = statistics.quantiles(took, n=100, method="inclusive")
    print(f"one after another     {parts[49]:.1f} ms p50, {parts[98]:.1f} ms p99")
    clickers = [_clicker(first, orders // 2, where) for first in (10_000, 1_000_000)]
    began = time.perf_counter()
    for one in clickers:
        _tell(one)
    for _ in range(2 * (orders // 2)):
        _answered(client)
    seconds = time.perf_counter() - began
    for one in clickers:
        one.wait()
    print(f"at once               {2 * (orders // 2) / seconds:.0f} a second")
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


def answers() -> Any:
    if not hasattr(_own, "answers"):
        import redis
        from django.conf import settings

        _own.answers = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=None)
    return _own.answers


def _answered(client: Any) -> float:
    """When the next answer was in hand, in seconds of the clock."""
    found = client.blpop(ANSWERS, PATIENCE_SECONDS)
    if found is None:
        raise SystemExit("Not every order was answered.")
    return float(found[1])


def _clicker(first: int, count: int, where: Where) -> subprocess.Popen[str]:
    """A process in the part of web, ready to click."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.parts", "--click", str(first), str(count)],
        cwd=PROJECT,
        env={**os.environ, "PARTS_WHERE": " ".join(where)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    cast("IO[str]", process.stdout).readline()
    return process


def _tell(clicker: subprocess.Popen[str]) -> None:
    pipe = cast("IO[str]", clicker.stdin)
    pipe.write("\n")
    pipe.flush()


def _click_all(first: int, count: int) -> None:
    made = queue()
    where = os.environ["PARTS_WHERE"].split()
    commit()
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(first, first + count):
        click(made, number, where)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--click", type=int, nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.click:
        _click_all(*chosen.click)
        return
    with tempfile.TemporaryDirectory(prefix="tradedesk-bench-") as name:
        desk = Desk(Path(name), 1, 0)
        with desk.running():
            measure(desk, chosen.orders, chosen.workers)


def __getattr__(name: str) -> Celery:
    """Made when a worker asks for it: Django is not set up before."""
    if name == "app":
        return queue()
    raise AttributeError(name)


if __name__ == "__main__":
    main()
