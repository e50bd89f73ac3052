"""The data folder: what the exchange is, its journal, and a snapshot to start from.

exchange.json   seed and calendar, fixed at the first start
journal.jsonl   everything that ever happened (see `journal`)
snapshot.json   the state at a position in the journal; spares folding all of it
time.txt        the market time of a clock that is not the wall's
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from brokers.sim.engine import Exchange, ExchangeConfig, JournalEntry
from brokers.sim.server.journal import (
    FILE_NAME,
    ORDER_ACCEPTED,
    Journal,
    Line,
    Position,
)
from brokers.sim.server.market_time import MarketTime
from brokers.sim.server.venue import (
    CHANGE,
    WATCHLIST,
    WATCHLIST_DELETED,
    Venue,
    accepted_records,
)
from brokers.sim.server.watchlists import Watchlist, Watchlists


FORMAT = 1


class OtherExchangeError(Exception):
    """The folder holds an exchange of another seed, calendar or format."""


class Folder:
    """One exchange's data folder."""

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self.path = path

    def open(
        self, config: ExchangeConfig, time: MarketTime, *, start: datetime | None
    ) -> Venue:
        """The exchange of this folder, made at `start` (or now) if there is none yet.

        Raises:
            OtherExchangeError: the folder was made with another configuration.
            JournalInUseError: another process serves it.
        """
        journal = Journal(self.path / FILE_NAME)
        self._check_identity(config)
        if not (self.path / "snapshot.json").exists():
            time.resume(start or time.now())
            venue = Venue(Exchange(config, time.now()), journal, time=time)
            self.save(venue)
            return venue
        return self._reopen(config, journal, time)

    def _reopen(
        self, config: ExchangeConfig, journal: Journal, time: MarketTime
    ) -> Venue:
        snapshot = self._read("snapshot.json")
        lines = list(journal.recover(Position(**snapshot["position"])))
        entries = [JournalEntry.from_json(e["entry"]) for e in _data(lines, CHANGE)]
        exchange = Exchange.restore(config, entries, snapshot=snapshot["engine"])
        time.resume(max(exchange.now, self._market_time()))
        venue = Venue(exchange, journal, time=time)
        venue.accepted = {row["id"] for row in snapshot["engine"]["orders"]}
        venue.accepted |= {data["order_id"] for data in _data(lines, ORDER_ACCEPTED)}
        venue.changes = len(entries)
        venue.watchlists = Watchlists(map(Watchlist.from_json, snapshot["watchlists"]))
        _fold(lines, venue.watchlists)
        _complete(venue, entries)
        return venue

    def save(self, venue: Venue) -> None:
        """Keep the whole state; the journal goes on from here."""
        venue.journal.sync_now()  # a snapshot must not be ahead of the disk
        position = venue.journal.position
        self._write(
            "snapshot.json",
            {
                "position": {"sequence": position.sequence, "offset": position.offset},
                "engine": venue.exchange.snapshot(),
                "watchlists": [each.to_json() for each in venue.watchlists.all()],
            },
        )
        self.save_time(venue.now())

    def save_time(self, now: datetime) -> None:
        """Not forced to the disk: after a power cut, time goes on from the journal."""
        self._replace("time.txt", now.isoformat(), durable=False)

    def _market_time(self) -> datetime:
        try:
            return datetime.fromisoformat((self.path / "time.txt").read_text())
        except (FileNotFoundError, ValueError):  # a crash or a power cut came first
            return datetime.min.replace(tzinfo=UTC)

    def _check_identity(self, config: ExchangeConfig) -> None:
        identity = {"format": FORMAT, "seed": config.seed, "calendar": config.calendar}
        if not (self.path / "exchange.json").exists():
            self._write("exchange.json", identity)
        elif (found := self._read("exchange.json")) != identity:
            raise OtherExchangeError(f"{self.path} holds {found}, not {identity}.")

    def _read(self, name: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.path / name).read_text())
        return content

    def _write(self, name: str, content: dict[str, Any]) -> None:
        self._replace(name, json.dumps(content, separators=(",", ":")))

    def _replace(self, name: str, text: str, *, durable: bool = True) -> None:
        """All of the new file or all of the old one, whenever the process dies."""
        draft = self.path / f"{name}.new"
        with draft.open("w") as file:
            file.write(text)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        draft.replace(self.path / name)


def _data(lines: Iterable[Line], kind: str) -> Iterator[Mapping[str, Any]]:
    return (line.data for line in lines if line.kind == kind)


def _fold(lines: Iterable[Line], watchlists: Watchlists) -> None:
    for line in lines:
        if line.kind == WATCHLIST:
            watchlists.put(Watchlist.from_json(line.data["watchlist"]))
        elif line.kind == WATCHLIST_DELETED:
            watchlists.delete(line.data["id"])


def _complete(venue: Venue, entries: Iterable[JournalEntry]) -> None:
    """Write the acceptances that a crash cut off behind their change."""
    missing = [
        record
        for entry in entries
        for record in accepted_records(entry)
        if venue.first_seen(record.data["order_id"])
    ]
    if missing:
        venue.journal.append(missing)
