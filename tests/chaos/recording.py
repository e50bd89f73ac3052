"""What the desk was told in a run, joined into one file for `tests.property`.

One JSON object a line, compressed. First of each account what the desk itself had
written of its orders (`placed`, `sent`), then everything heard in the order in which it
came (`told_by`, `orders`, `fills`, `cash`), last all that the exchange says in the end
(`told_by` is "end").
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from brokers.models import Account, Command, Order, OrderSource
from brokers.sessions.reading import open_reader
from tests.chaos.codec import encode


FOLDER = "TRADEDESK_RECORD"
KEYS = "TRADEDESK_RECORD_KEYS"
# What the desk had written of an order when its command left.
PLACED = (
    "client_order_id", "symbol", "side", "type", "time_in_force", "order_class",
    "quantity", "notional", "limit_price", "stop_price", "trail_price",
    "trail_percent", "stop_loss_price", "take_profit_price", "reduces_risk",
    "created_at", "submitted_at",
)  # fmt: skip


def begin(folder: Path, keys: Sequence[str]) -> None:
    """From now on every process of the desk writes down what it hears of these."""
    folder.mkdir()
    os.environ[FOLDER] = str(folder)
    os.environ[KEYS] = ",".join(keys)


def finish(accounts: dict[str, Account], path: Path) -> int:
    """Join what was written; how many lines there are."""
    folder = Path(os.environ.pop(FOLDER))
    lines = [
        *(line for key, account in accounts.items() for line in _ours(key, account)),
        *_heard(folder),
        *(_end(key, account) for key, account in accounts.items()),
    ]
    text = "".join(
        json.dumps(line, separators=(",", ":"), default=str) + "\n" for line in lines
    )
    # Without the time of day, so that the same lines are the same file.
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
    return len(lines)


def _ours(key: str, account: Account) -> Iterator[dict[str, Any]]:
    placed = Order.objects.filter(account=account, source=OrderSource.DESK)
    for order in placed.exclude(submitted_at=None).order_by("pk"):
        told = {name: getattr(order, name) for name in PLACED}
        yield {
            "key": key,
            "placed": {k: v for k, v in told.items() if v not in {None, ""}},
        }
    sent = Command.objects.filter(account=account).exclude(client_order_id="")
    rows = sent.order_by("pk").values_list(
        "kind", "client_order_id", "order__client_order_id"
    )
    for kind, client_order_id, order in rows:
        if client_order_id != order:
            yield {"key": key, "sent": [kind, client_order_id, order]}


def _heard(folder: Path) -> list[dict[str, Any]]:
    lines = [
        json.loads(raw)
        for file in folder.glob("*.jsonl")
        for raw in file.read_text().splitlines()
    ]
    lines.sort(key=lambda line: line["at"])
    return list(without_repeats(lines))


def without_repeats(lines: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each state once by each way, and by a poll only where nothing else told it.

    Every process polls, so most of what is heard was heard before; what happens when
    it is heard again is for the test to try.
    """
    heard: set[tuple[str, str]] = set()  # by which way ("": by any), and what
    for line in lines:
        told_by = line["told_by"]
        kept = {"key": line["key"], "told_by": told_by}
        for name in ("orders", "fills", "cash"):
            states = {
                json.dumps(one, sort_keys=True): one for one in line.get(name, ())
            }
            kept[name] = [
                one
                for state, one in states.items()
                if not heard
                & {(told_by, state), ("", state if told_by == "poll" else "")}
            ]
            heard |= {(told_by, state) for state in states}
            heard |= {("", state) for state in states}
        if kept["orders"] or kept["fills"] or kept["cash"]:
            yield {name: value for name, value in kept.items() if value}


def _end(key: str, account: Account) -> dict[str, Any]:
    reader = open_reader(account.connection)
    return {
        "key": key,
        "told_by": "end",
        "orders": [encode(one) for one in reader.list_orders(open_only=False)],
        "fills": [encode(one) for one in reader.list_fills()],
        "cash": [encode(one) for one in reader.list_cash()],
    }
