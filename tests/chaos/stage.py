"""The desk's processes and the exchange, as real processes that are killed and restarted.

Only the main thread may start them: on Linux a leash hangs on the thread that holds it.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO, Any

from tests.emulators.practice import PracticeExchange
from tradedesk.core.failpoints import Failpoint
from tradedesk.runtime.child import leashed
from tradedesk.runtime.folders import own_folder
from tradedesk.runtime.processes import Plan, Program, desk_programs


PROJECT = Path(__file__).resolve().parents[2]
EXCHANGE = "exchange"
# Before an ended process is started again, as the desk's own supervisor does.
PAUSE_SECONDS = 0.25
PORT_OPENS_WITHIN = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The credentials of one trader's account at the exchange."""

    key: str
    secret: str


class LeashedExchange(PracticeExchange):
    """It ends with the harness, however that ends; its closed port is waited for."""

    def request(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> Any:
        deadline = time.monotonic() + PORT_OPENS_WITHIN
        while True:
            try:
                return PracticeExchange.request(self, method, path, body)
            except ConnectionRefusedError:
                if time.monotonic() > deadline:
                    raise
                threading.Event().wait(0.1)

    def _command(self) -> list[str]:
        program = Program(
            name=EXCHANGE,
            arguments=PracticeExchange._command(self),
            folder=PROJECT,
        )
        return leashed(program, watched=0)


@dataclass(slots=True)
class Actor:
    """One process of the desk and the point at which it is to die."""

    program: Program
    armed: Failpoint | None = None
    process: subprocess.Popen[bytes] | None = None
    due_at: float = 0.0


@dataclass(slots=True)
class Stage:
    """`kills` counts how processes were ended, `failures` names those that ended alone."""

    folder: Path
    keys: list[Keys]
    seed: int
    settings_module: str
    rules: list[dict[str, Any]] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    actors: dict[str, Actor] = field(default_factory=dict)
    exchange: LeashedExchange = field(init=False)
    listener: socket.socket = field(init=False)
    _logs: dict[str, IO[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        own_folder(self.folder / "run")  # beat keeps its schedule there
        first, *others = self.keys
        more = self.folder / "accounts.json"
        more.write_text(
            json.dumps([{"key": one.key, "secret": one.secret} for one in others])
        )
        self.exchange = LeashedExchange(
            self.folder / EXCHANGE,
            key=first.key,
            secret=first.secret,
            seed=self.seed,
            clock="real",
            port=_free_port(),
            options=("--accounts", str(more)),
        )

    @property
    def port(self) -> int:
        """Where the pages are served."""
        port: int = self.listener.getsockname()[1]
        return port

    def start_exchange(self) -> None:
        self.exchange.start()
        self.break_things(self.rules)

    def break_things(self, rules: list[dict[str, Any]]) -> None:
        """Put these faults in force, also after each restart of the exchange."""
        self.rules = rules
        for rule in rules:
            self.exchange.add_fault(**{**rule, "seed": self.seed})

    def start_desk(self) -> None:
        for program in desk_programs(self._plan()):
            if program.name != "practice":
                self.actors[program.name] = Actor(program)
                self._spawn(self.actors[program.name])

    def _plan(self) -> Plan:
        return Plan(
            project=PROJECT,
            data=self.folder,
            listener=self.listener.fileno(),
            practice_port=self.exchange.port,
            environment={
                "DJANGO_SETTINGS_MODULE": self.settings_module,
                "PRACTICE_URL": self.exchange.url,
                "PYTHONUNBUFFERED": "1",
            },
            practice_keys={},
        )

    def _spawn(self, actor: Actor) -> None:
        program, watched = actor.program, os.pipe()
        environment = {**os.environ, **program.environment}
        if actor.armed is not None:
            environment["TRADEDESK_FAILPOINT"] = f"{actor.armed}:{self._fuse(actor)}"
        actor.process = subprocess.Popen(
            leashed(program, watched=watched[0]),
            cwd=program.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log(program.name),
            stderr=subprocess.STDOUT,
            process_group=0,
            pass_fds=(*program.inherited, watched[0]),
        )

    def _fuse(self, actor: Actor) -> Path:
        return self.folder / f"fuse-{actor.program.name}"

    def _log(self, name: str) -> IO[bytes]:
        if name not in self._logs:
            self._logs[name] = (self.folder / f"{name}.log").open("ab")
        return self._logs[name]

    def look(self) -> None:
        """Start again whoever has ended."""
        for name, actor in self.actors.items():
            if actor.process is not None and actor.process.poll() is not None:
                self._ended(name, actor)
                actor.process, actor.due_at = None, time.monotonic() + PAUSE_SECONDS
            if actor.process is None and actor.due_at <= time.monotonic():
                self._spawn(actor)

    def _ended(self, name: str, actor: Actor) -> None:
        spent = actor.armed is not None and not self._fuse(actor).exists()
        if spent:
            self.kills[f"{name} at {actor.armed}"] += 1
            actor.armed = None
        elif actor.process is not None and actor.process.returncode != -signal.SIGKILL:
            self.failures.append(f"{name} ended with {actor.process.returncode}")

    def kill(self, name: str, *, why: str = "at a random instant") -> None:
        """SIGKILL now; the exchange is back when this returns, the others by `look`."""
        self.kills[f"{name} {why}"] += 1
        if name == EXCHANGE:
            self.count_faults()
            self.exchange.kill()
            self.start_exchange()
            return
        process = self.actors[name].process
        if process is not None:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
            process.wait()

    def arm(self, name: str, point: Failpoint) -> None:
        """Restart a process so that it dies at this point, once it gets there."""
        actor = self.actors[name]
        self._fuse(actor).touch()
        actor.armed = point
        if actor.process is not None:
            with suppress(ProcessLookupError):
                actor.process.send_signal(signal.SIGKILL)
            actor.process.wait()
        self._spawn(actor)

    def is_armed(self, name: str) -> bool:
        return self.actors[name].armed is not None

    def refuse(self, seconds: float) -> None:
        """The exchange's port is closed for so long."""
        self.exchange.request("POST", "/control/refuse", {"seconds": seconds})
        self.faults["connections refused"] += 1

    def lose_an_answer(self) -> None:
        """The next order's answer is dropped, so that there is something to look up."""
        lost = {"kind": "drop", "method": "POST", "path": "/v2/orders", "times": 1}
        self.exchange.add_fault("answer dropped for a look-up", **lost)

    def count_faults(self) -> None:
        """What struck since the exchange last started; it forgets when it dies."""
        told = self.exchange.request("GET", "/control/faults")
        for name, count in told["counts"].items():
            self.faults[name] += count["struck"]

    def end_faults(self) -> None:
        self.count_faults()
        self.rules = []
        self.exchange.clear_faults()

    def health(self) -> tuple[int, Mapping[str, Any]]:
        """What /healthz says; status 0 while nobody answers."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        except (OSError, HTTPException, ValueError):
            return 0, {}
        finally:
            connection.close()

    def stop(self) -> None:
        for actor in self.actors.values():
            if actor.process is not None and actor.process.poll() is None:
                actor.process.send_signal(signal.SIGKILL)
                actor.process.wait()
        self.exchange.kill()
        self.listener.close()
        for log in self._logs.values():
            log.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
