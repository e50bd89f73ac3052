from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import AsyncIterator, Callable, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from django.apps import AppConfig

from brokers.domain.ports import AdapterContext
from brokers.domain.reports import CashReport, FillReport, OrderReport, StreamEvent
from brokers.registry import BROKERS, Broker
from tests.chaos.codec import encode


@dataclass(slots=True)
class Pen:
    """The file of this process. What it wrote of a subject is not written again."""

    folder: Path
    _last: dict[tuple[str, str], object] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, key: str, told_by: str, **news: Sequence[Any]) -> None:
        with self._lock:
            fresh = {
                name: [encode(one) for one in many if self._is_new(key, told_by, one)]
                for name, many in news.items()
            }
            if any(fresh.values()):
                line = {"at": time.time(), "key": key, "told_by": told_by, **fresh}
                path = self.folder / f"{os.getpid()}.jsonl"
                with path.open("a") as file:
                    file.write(json.dumps(line, separators=(",", ":")) + "\n")

    def _is_new(self, key: str, told_by: str, report: Any) -> bool:
        """A poll tells the same a thousand times; once of each state is enough."""
        subject = (key, f"{told_by}:{_name(report)}")
        if self._last.get(subject) == report:
            return False
        self._last[subject] = report
        return True


def _name(report: Any) -> str:
    match report:
        case OrderReport():
            return report.broker_order_id
        case FillReport():
            return f"{report.kind}:{report.execution_id}"
        case CashReport():
            return report.activity_id
    raise TypeError(type(report))


class Recorded:
    """An adapter that is listened to; what is not named here passes unheard."""

    def __init__(self, inner: Any, key: str, pen: Pen) -> None:
        self._inner, self._key, self._pen = inner, key, pen

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def _heard(self, told_by: str, report: OrderReport) -> OrderReport:
        self._pen.write(self._key, told_by, orders=[report])
        return report


class RecordedReader(Recorded):
    def get_order(self, broker_order_id: str) -> OrderReport:
        return self._heard("lookup", self._inner.get_order(broker_order_id))

    def find_order(self, client_order_id: str) -> OrderReport:
        return self._heard("lookup", self._inner.find_order(client_order_id))

    def list_orders(
        self, *, open_only: bool, after: datetime | None = None
    ) -> Sequence[OrderReport]:
        found = self._inner.list_orders(open_only=open_only, after=after)
        self._pen.write(self._key, "poll", orders=found)
        return cast("Sequence[OrderReport]", found)

    def list_fills(self, *, after: datetime | None = None) -> Sequence[FillReport]:
        found = self._inner.list_fills(after=after)
        self._pen.write(self._key, "poll", fills=found)
        return cast("Sequence[FillReport]", found)

    def list_cash(self, *, after: datetime | None = None) -> Sequence[CashReport]:
        found = self._inner.list_cash(after=after)
        self._pen.write(self._key, "poll", cash=found)
        return cast("Sequence[CashReport]", found)


class RecordedTrader(Recorded):
    def place_order(self, *given: Any) -> OrderReport:
        return self._heard("answer", self._inner.place_order(*given))

    def replace_order(self, *given: Any) -> OrderReport:
        return self._heard("answer", self._inner.replace_order(*given))


class RecordedStreamer(Recorded):
    async def order_events(self) -> AsyncIterator[StreamEvent]:
        async for event in self._inner.order_events():
            self._pen.write(
                self._key,
                "stream",
                orders=[event.order] if event.order else [],
                fills=[event.fill] if event.fill else [],
            )
            yield event


class RecorderConfig(AppConfig):
    name = "tests.chaos.recorder"
    label = "chaos_recorder"

    def ready(self) -> None:
        folder = os.environ.get("TRADEDESK_RECORD")
        if not folder:
            return
        keys = set(os.environ["TRADEDESK_RECORD_KEYS"].split(","))
        pen = Pen(Path(folder))
        registry = cast("MutableMapping[str, Broker]", BROKERS)
        practice = registry["practice"]
        registry["practice"] = replace(
            practice,
            build_reader=_listening(practice.build_reader, RecordedReader, pen, keys),
            build_trader=_listening(practice.build_trader, RecordedTrader, pen, keys),
            build_streamer=_listening(
                practice.build_streamer, RecordedStreamer, pen, keys
            ),
        )


def _listening(
    build: Callable[[AdapterContext], Any],
    recorded: type[Recorded],
    pen: Pen,
    keys: set[str],
) -> Callable[[AdapterContext], Any]:
    def listening(context: AdapterContext) -> Any:
        inner, key = build(context), context.credentials["key"]
        return recorded(inner, key, pen) if key in keys else inner

    return listening
