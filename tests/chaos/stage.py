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
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO, Any

from tests.chaos.servers import ANSWERS_WITHIN, Servers
from tests.emulators.practice import PracticeExchange
from tradedesk.core.failpoints import Failpoint
from tradedesk.runtime.child import leashed
from tradedesk.runtime.folders import own_folder
from tradedesk.runtime.processes import Plan, Program, desk_programs


PROJECT = Path(__file__).resolve().parents[2]
EXCHANGE = "exchange"
WORKERS = ("worker", "worker-2")
# Before an ended process is started again, as the desk's own supervisor does.
PAUSE_SECONDS = 0.25
PORT_OPENS_WITHIN = 30.0
# How long a process may still fall over a server that was away.
RECOVERS_WITHIN = 10.0


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
    """One process of the desk; `role` names those that do the same.

    `held` is the end of the pipe that tells the process that we live.
    """

    role: str
    program: Program
    process: subprocess.Popen[bytes] | None = None
    due_at: float = 0.0
    held: int = -1


@dataclass(slots=True)
class Stage:
    """`kills` counts how processes were ended, `failures` names those that ended alone.

    `armed` are the points at which a process of a role is to die. A process that ends
    by itself while a server is away is counted as `fell`: the supervisor would start it.
    """

    folder: Path
    keys: list[Keys]
    seed: int
    settings_module: str
    servers: Servers
    rules: list[dict[str, Any]] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    fell: Counter[str] = field(default_factory=Counter)
    armed: dict[str, Failpoint] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    exchange: LeashedExchange = field(init=False)
    listener: socket.socket = field(init=False)
    _logs: dict[str, IO[bytes]] = field(default_factory=dict)
    _away_until: float = 0.0

    def __post_init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        own_folder(self.folder / "run")  # beat keeps its schedule there
        self._points.mkdir()
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
            if program.name == "worker":
                for name in WORKERS:
                    self._add(name, "worker", _named(program, name))
            elif program.name != "practice":
                self._add(program.name, program.name, program)

    def _add(self, name: str, role: str, program: Program) -> None:
        self.actors[name] = Actor(role, program)
        self._spawn(self.actors[name])

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
                "TRADEDESK_FAILPOINTS": str(self._points),
            },
            practice_keys={},
        )

    def _spawn(self, actor: Actor) -> None:
        program, (watched, held) = actor.program, os.pipe()
        actor.process = subprocess.Popen(
            leashed(program, watched=watched),
            cwd=program.folder,
            env={**os.environ, **program.environment},
            stdin=subprocess.DEVNULL,
            stdout=self._log(program.name),
            stderr=subprocess.STDOUT,
            process_group=0,
            pass_fds=(*program.inherited, watched),
        )
        os.close(watched)
        if actor.held >= 0:
            os.close(actor.held)
        actor.held = held

    @property
    def _points(self) -> Path:
        return self.folder / "failpoints"

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
        point = self.armed.get(actor.role)
        if point is not None and not (self._points / point).exists():
            self.kills[f"{actor.role} at {point}"] += 1
            del self.armed[actor.role]
        elif actor.process is not None and actor.process.returncode != -signal.SIGKILL:
            if time.monotonic() < self._away_until:
                self.fell[f"{actor.role} while a server was away"] += 1
            else:
                self.failures.append(f"{name} ended with {actor.process.returncode}")

    def kill(self, name: str, *, why: str = "at a random instant") -> None:
        """SIGKILL now; the exchange is back when this returns, the others by `look`."""
        self.kills[f"{name} {why}"] += 1
        if name == EXCHANGE:
            self.count_faults()
            self.exchange.kill()
            self.start_exchange()
            return
        self._kill(self.actors[name])

    def _kill(self, actor: Actor) -> None:
        if actor.process is not None:
            with suppress(ProcessLookupError):
                actor.process.send_signal(signal.SIGKILL)

    def kill_workers(self) -> None:
        """Both in the same instant."""
        for name in WORKERS:
            self.kill(name, why="with the other")

    def restart_server(self, name: str) -> None:
        """End it at once, whatever it is doing, and start it again with its data."""
        self.kills[f"{name} at a random instant"] += 1
        self._away_until = time.monotonic() + ANSWERS_WITHIN
        self.servers.restart(name)
        self._away_until = time.monotonic() + RECOVERS_WITHIN

    def arm(self, role: str, point: Failpoint) -> None:
        """Whoever of this role gets to the point first dies there."""
        self.armed[role] = point
        (self._points / point).touch()

    def is_armed(self, role: str) -> bool:
        return role in self.armed

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
        self.servers.stop()
        self.listener.close()
        for log in self._logs.values():
            log.close()


def _named(program: Program, name: str) -> Program:
    """Celery tells workers of one machine apart by their names."""
    return replace(program, name=name, arguments=(*program.arguments, f"-n{name}@%h"))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
