"""A practice exchange in a process of its own, on a free loopback port.

    with PracticeExchange(folder).running() as exchange:
        TradingClient(exchange.key, exchange.secret, url_override=exchange.url)

It has the control face unless told otherwise, so that a test moves time and prices
instead of waiting for them. `kill` is SIGKILL; `start` after it goes on from the same
data folder on the same port.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from brokers.sim.server.journal import AcceptedOrder, accepted_orders


REPOSITORY = Path(__file__).resolve().parents[2]


class ExchangeDidNotStartError(Exception):
    """The process ended, or said something else than that it is ready."""


@dataclass(slots=True)
class PracticeExchange:
    """How to start one, and the one that was started.

    `clock` is real, fast or manual (manual time moves by `advance` alone). `options`
    are further command-line arguments.
    """

    data: Path
    key: str = "PKTEST"
    secret: str = "practice-secret"
    seed: int = 7
    clock: str = "manual"
    control: bool = True
    port: int = 0
    options: Sequence[str] = ()
    _process: subprocess.Popen[str] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def stream_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/stream"

    @property
    def data_stream_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/v2/iex"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start the process and return when it answers requests."""
        self._process = subprocess.Popen(
            self._command(),
            cwd=REPOSITORY,
            env=os.environ | {"PRACTICE_KEY": self.key, "PRACTICE_SECRET": self.secret},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if "127.0.0.1:" not in line:
            self.stop()
            raise ExchangeDidNotStartError(line)
        self.port = int(line.rsplit(":", 1)[1])

    def _command(self) -> list[str]:
        arguments = ["--port", self.port, "--seed", self.seed, "--data", self.data]
        command = [sys.executable, "-m", "brokers.sim.server", *map(str, arguments)]
        command += ["--clock", self.clock, *self.options]
        return [*command, "--control"] if self.control else command

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL, at whatever it was doing."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        self.kill()
        self.start()

    def _end(self, how: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        process.send_signal(how)
        code = process.wait(timeout=60)
        assert process.stdout is not None
        process.stdout.close()
        return code

    @contextmanager
    def running(self) -> Iterator[PracticeExchange]:
        self.start()
        try:
            yield self
        finally:
            self.stop()

    def accepted(self) -> list[AcceptedOrder]:
        """What the exchange's own record says that it took."""
        return list(accepted_orders(self.data))

    def request(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> Any:
        """One request with the account's key; the answer's JSON, whatever its status."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {
            "APCA-API-KEY-ID": self.key,
            "APCA-API-SECRET-KEY": self.secret,
            "Content-Type": "application/json",
        }
        try:
            connection.request(
                method, path, json.dumps(body) if body else None, headers
            )
            answer = connection.getresponse().read()
        finally:
            connection.close()
        return json.loads(answer) if answer else None

    def advance(self, seconds: float) -> None:
        """Move the venue's time on, ticking through what lies between."""
        self.request("POST", "/control/advance", {"seconds": seconds})

    def set_price(self, symbol: str, price: str) -> None:
        """Bring a symbol's market to a price, matching what it reaches."""
        self.request("POST", "/control/price", {"symbol": symbol, "price": price})

    def add_fault(self, name: str, **rule: Any) -> None:
        """Put a rule of `brokers.sim.faults` in force."""
        self.request("POST", "/control/faults", {"name": name, **rule})

    def clear_faults(self) -> None:
        self.request("DELETE", "/control/faults")
