"""From the click to the broker's acknowledgement, beside a bare call of alpaca-py.

    python -m benchmarks.order_latency [--orders 300] [--workers 1]

Each turn places the same order twice at the same exchange: with alpaca-py alone, and
through the desk (confirm with its second factor consumed, queue, worker, exchange).
Both end when the broker's acknowledgement is in hand; for the desk two commits lie
before that, and a third, after it, books what was answered, which has its own line. The
orders alternate, so that both see the same machine. What the desk adds is the difference
of each pair. See benchmarks/desk.py for the setting.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.desk import Desk


WARM_UP = 20
# The desk tells pages and polls after it has booked: the next order waits that out, so
# that each is measured by itself. What happens at once is `benchmarks.submissions`.
REST_SECONDS = 0.03
AT_ONCE = 25


@dataclass(slots=True)
class Times:
    """Milliseconds of each order."""

    bare: list[float] = field(default_factory=list)
    confirm: list[float] = field(default_factory=list)
    queued: list[float] = field(default_factory=list)
    acknowledged: list[float] = field(default_factory=list)
    booked: list[float] = field(default_factory=list)

    def added(self) -> list[float]:
        both = zip(self.acknowledged, self.bare, strict=True)
        return [ours - theirs for ours, theirs in both]


def measure(desk: Desk, orders: int) -> Times:
    from alpaca.trading.client import TradingClient

    from benchmarks import traders

    bare_keys, our_keys = desk.keys
    one = traders.trader(
        desk.exchange.url,
        desk.exchange.url.replace("http", "ws", 1),
        key=our_keys.key,
        secret=our_keys.secret,
    )
    client = TradingClient(
        bare_keys.key, bare_keys.secret, url_override=desk.exchange.url
    )
    symbols = traders.symbols_of(one)
    desk.start_workers()
    times, done = Times(), 0
    while done < orders + WARM_UP:
        waiting = list(traders.ready(one, symbols, AT_ONCE))
        gc.collect()
        for confirmation in waiting:
            traders.refresh_quotes(one, symbols)
            _turn(client, confirmation, times)
            done += 1
    for name in ("bare", "confirm", "queued", "acknowledged", "booked"):
        del getattr(times, name)[:WARM_UP]
    return times


def _turn(client: object, confirmation: object, times: Times) -> None:
    threading.Event().wait(REST_SECONDS)
    times.bare.append(_bare(client, confirmation))
    _ours(confirmation, times)


def _bare(client: object, confirmation: object) -> float:
    """The same terms, by the documented way to place an order."""
    from alpaca.trading.enums import OrderClass, OrderSide, TimeInForce
    from alpaca.trading.requests import LimitOrderRequest, StopLossRequest

    from brokers.models import Order

    order = Order.objects.get(pk=confirmation.order_id)  # type: ignore[attr-defined]
    began = time.perf_counter()
    client.submit_order(  # type: ignore[attr-defined]
        LimitOrderRequest(
            symbol=order.symbol,
            qty=float(order.quantity),
            side=OrderSide.BUY,
            time_in_force=TimeInForce.DAY,
            limit_price=float(order.limit_price),
            order_class=OrderClass.OTO,
            stop_loss=StopLossRequest(stop_price=float(order.stop_loss_price)),
            client_order_id=f"bare-{order.intent}",
        )
    )
    return (time.perf_counter() - began) * 1e3


def _ours(confirmation: object, times: Times) -> None:
    """The worker writes down when it had the answer; `booked` is seen by a poll, at most
    a millisecond too late.
    """
    from django.db import connection

    from brokers.orders.confirming import confirm_order
    from tradedesk.core.clock import SYSTEM_CLOCK

    clicked, began = SYSTEM_CLOCK.now(), time.perf_counter()
    command = confirm_order(confirmation, SYSTEM_CLOCK)  # type: ignore[arg-type]
    queued = time.perf_counter()
    pause = threading.Event()
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT status, sent_at, finished_at FROM brokers_command"
                " WHERE id = %s",
                [command.pk],
            )
            status, sent_at, answered_at = cursor.fetchone()
            if status not in {"queued", "sent"}:
                break
            pause.wait(0.001)
    ended = time.perf_counter()
    if status != "confirmed":
        raise SystemExit(f"An order ended as {status}; the figures mean nothing.")
    times.confirm.append((queued - began) * 1e3)
    times.queued.append((sent_at - clicked).total_seconds() * 1e3)
    times.acknowledged.append((answered_at - clicked).total_seconds() * 1e3)
    times.booked.append((ended - began) * 1e3)


def say(times: Times) -> None:
    rows = {
        "alpaca-py alone": times.bare,
        "desk, click to acknowledgement": times.acknowledged,
        "  of it before the queue": times.confirm,
        "  click until taken from the queue": times.queued,
        "added by the desk": times.added(),
        "click until booked for everyone": times.booked,
    }
    out = sys.stdout.write
    out(f"{'milliseconds':<34}{'p50':>8}{'p90':>8}{'p99':>8}\n")
    for name, spent in rows.items():
        parts = statistics.quantiles(spent, n=100, method="inclusive")
        out(f"{name:<34}{parts[49]:>8.2f}{parts[89]:>8.2f}{parts[98]:>8.2f}\n")
    ratio = statistics.median(times.acknowledged) / statistics.median(times.bare)
    out(f"{len(times.bare)} orders, {ratio:.1f} times a bare call")
    out(f", load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=300)
    parser.add_argument("--workers", type=int, default=1)
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="tradedesk-bench-") as name,
        Desk(Path(name), 2, chosen.workers).running() as desk,
    ):
        say(measure(desk, chosen.orders))


if __name__ == "__main__":
    main()
