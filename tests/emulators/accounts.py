"""A practice exchange on which every test has an account of its own.

    with Accounts(folder).running() as accounts:
        exchange = accounts.next()

What one test left behind is then nothing that another one reads.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.emulators.practice import PracticeExchange


HOW_MANY = max(150, 50 * int(os.environ.get("FAULT_SEEDS", "3")))


@dataclass(slots=True)
class Accounts:
    """Keys are handed out one by one; the exchange speaks with the newest of them."""

    folder: Path
    clock: str = "real"
    exchange: PracticeExchange = field(init=False)
    _keys: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        names = [f"PKTEST{number}" for number in range(HOW_MANY)]
        rows = [{"key": name, "secret": f"secret-of-{name}"} for name in names]
        file = self.folder / "accounts.json"
        file.write_text(json.dumps(rows))
        self._keys = iter(names)
        self.exchange = PracticeExchange(
            self.folder, clock=self.clock, options=("--accounts", str(file))
        )

    def next(self) -> PracticeExchange:
        self.exchange.key = next(self._keys)
        self.exchange.secret = f"secret-of-{self.exchange.key}"
        return self.exchange

    @contextmanager
    def running(self) -> Iterator[Accounts]:
        with self.exchange.running():
            yield self
