"""How a verb of the exchange runs: time first, then the act, then the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Self

from brokers.sim.engine import changes, clockwork, listing
from brokers.sim.engine.config import ExchangeConfig
from brokers.sim.engine.journal import JournalEntry, as_inputs
from brokers.sim.engine.orders import Event
from brokers.sim.engine.venue import Touched, Venue
from brokers.sim.market.calendars import Calendar
from brokers.sim.market.market import Market


class Core:
    """The state, the clock and the journal of an exchange.

    `journal`, where set, is called with each JournalEntry before the verb returns; if
    it raises, the state in memory is ahead of what was kept and the process must end.
    """

    def __init__(self, config: ExchangeConfig, now: datetime) -> None:
        self.config = config
        self.journal: Callable[[JournalEntry], None] | None = None
        self._venue = Venue(config, now)

    @property
    def now(self) -> datetime:
        return self._venue.now

    @property
    def market(self) -> Market:
        """Quotes, trades, bars and assets, with the operator's prices and halts."""
        return self._venue.market

    @property
    def calendar(self) -> Calendar:
        return self._venue.calendar

    # How a verb runs

    @contextmanager
    def _verb(
        self, name: str, now: datetime, account_id: str = "", **inputs: Any
    ) -> Iterator[Venue]:
        """Advances, lets the verb act, and writes down what came of it.

        A verb that raises has changed nothing of its own.
        """
        self.advance(now)
        yield self._venue
        self._write(name, account_id, inputs)

    def _write(self, name: str, account_id: str, inputs: Mapping[str, Any]) -> None:
        venue = self._venue
        if not changes.is_dirty(venue.touched):
            return
        venue.journal_sequence += 1
        if self.journal is None:
            venue.touched = Touched()
            return
        entry = JournalEntry(
            sequence=venue.journal_sequence,
            at=venue.now,
            verb=name,
            account_id=account_id,
            inputs=as_inputs(inputs),
            changes=changes.collect(venue),
        )
        self.journal(entry)

    # Time and news

    def advance(self, to: datetime) -> Sequence[Event]:
        """Brings the market to an instant; answers the events of all accounts."""
        heard = self._venue.event_sequence
        if to > self._venue.now:
            clockwork.advance(self._venue, to)
            self._write("advance", "", {"to": to})
        return self.events_since(heard)

    def events_since(self, sequence: int) -> Sequence[Event]:
        """Events after a sequence number, oldest first; only the latest
        `config.event_history` are kept, and none across a restart.
        """
        return listing.events_since(self._venue, sequence)

    @property
    def last_event_sequence(self) -> int:
        return self._venue.event_sequence

    # Persistence

    def snapshot(self) -> dict[str, Any]:
        """The whole state in JSON's own types; `journal` says up to which entry."""
        return changes.whole(self._venue)

    @classmethod
    def from_snapshot(cls, config: ExchangeConfig, data: Mapping[str, Any]) -> Self:
        return cls.restore(config, (), snapshot=data)

    @classmethod
    def restore(
        cls,
        config: ExchangeConfig,
        entries: Iterable[JournalEntry],
        *,
        snapshot: Mapping[str, Any] | None = None,
        now: datetime | None = None,
    ) -> Self:
        """Folds entries, passing over those the snapshot already holds, then advances
        to `now`, where given: what the market did meanwhile happens then.

        Raises:
            ValueError: there is neither an entry nor a snapshot.
        """
        fold = changes.Fold(config)
        if snapshot is not None:
            fold.add(snapshot, snapshot["journal"])
        for entry in entries:
            fold.add(entry.changes, entry.sequence)
        restored = cls.__new__(cls)
        restored.config = config
        restored.journal = None
        restored._venue = fold.build()
        if now is not None:
            restored.advance(now)
        return restored
