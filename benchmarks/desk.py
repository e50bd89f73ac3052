"""A whole desk for a measurement, with the settings that it ships with.

Embedded PostgreSQL that waits for the disk at every commit, embedded Valkey, the
lesser database role, workers by the same command line as the Procfile's, and a
practice exchange that writes its journal to the disk before it answers. Nothing of it
is the tests'; all of it is thrown away.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.emulators.practice import PracticeExchange
from tradedesk.runtime.child import leashed
from tradedesk.runtime.folders import Folders, own_folder
from tradedesk.runtime.keys import SecretsFile
from tradedesk.runtime.processes import Plan, Program, desk_programs
from tradedesk.runtime.stores import (
    Stores,
    database_answers,
    find_stores,
    migration_environment,
    queue_answers,
)


PROJECT = Path(__file__).resolve().parents[1]
ANSWERS_WITHIN = 120.0
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    key: str
    secret: str


@dataclass(slots=True)
class Desk:
    """`keys` are those of the accounts at the exchange, one for each trader."""

    folder: Path
    traders: int
    workers: int
    keys: list[Keys] = field(default_factory=list)
    exchange: PracticeExchange = field(init=False)
    _running: list[tuple[str, subprocess.Popen[bytes]]] = field(default_factory=list)

    @contextmanager
    def running(self) -> Iterator[Desk]:
        """Everything up; Django is set up in the calling process as well."""
        self.keys = [
            Keys(key=f"PKBENCH{number}", secret=f"secret-of-{number}")
            for number in range(self.traders)
        ]
        try:
            self._start_stores()
            self._start_exchange()
            import django

            django.setup()
            import tradedesk.celery  # noqa: F401 - confirmations hint to this application

            yield self
        finally:
            self._stop()

    def _start_stores(self) -> None:
        os.environ["TRADEDESK_DATA"] = str(self.folder)
        os.environ["DJANGO_SETTINGS_MODULE"] = "tradedesk.settings"
        for name in ("DATABASE_URL", "REDIS_URL"):
            os.environ.pop(name, None)
        folders = Folders(project=PROJECT, data=self.folder)
        own_folder(folders.run)
        secrets = SecretsFile(self.folder / "secrets.env")
        secrets.generate_missing()
        stores = find_stores(folders, secrets)
        for program in stores.programs():
            self._spawn(program)
        until(lambda: database_answers(stores, secrets), "database")
        until(lambda: queue_answers(stores), "queue")
        self._migrate(stores, secrets)

    def _migrate(self, stores: Stores, secrets: SecretsFile) -> None:
        subprocess.run(
            [sys.executable, "-m", "tradedesk.runtime.prepare"],
            env={**os.environ, **migration_environment(stores, secrets)},
            cwd=PROJECT,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def _start_exchange(self) -> None:
        first, *others = self.keys
        more = self.folder / "accounts.json"
        more.write_text(
            json.dumps(
                [
                    {"key": one.key, "secret": one.secret, "cash": "10000000"}
                    for one in others
                ]
            )
        )
        self.exchange = PracticeExchange(
            self.folder / "exchange",
            key=first.key,
            secret=first.secret,
            clock="real",
            control=False,
            options=("--accounts", str(more), "--requests-per-minute", "6000000"),
        )
        self.exchange.start()
        os.environ["PRACTICE_URL"] = self.exchange.url

    def start_workers(self) -> None:
        """The worker of the Procfile, as often as was asked for."""
        program = self._worker()
        for _ in range(self.workers):
            self._spawn(program)
        from tradedesk.web.queue import app

        until(
            lambda: len(app.control.ping(timeout=0.5)) >= self.workers,
            "workers",
        )

    def signal_workers(self, number: signal.Signals) -> None:
        """SIGSTOP holds all workers where they are, SIGCONT lets them go on."""
        for name, process in self._running:
            if name == "worker":
                process.send_signal(number)

    def start_celery(self, name: str, app: str, *options: str) -> None:
        """A worker of another application, with the options of the desk's."""
        desks = self._worker()
        arguments = [
            f"--app={app}" if one.startswith("--app=") else one
            for one in desks.arguments
        ]
        self._spawn(
            replace(desks, name=name, arguments=(*arguments, *options, f"-n{name}@%h"))
        )

    def _worker(self) -> Program:
        plan = Plan(
            project=PROJECT,
            data=self.folder,
            listener=0,
            practice_port=self.exchange.port,
            environment={"LOG_LEVEL": "WARNING"},
            practice_keys={},
        )
        return next(one for one in desk_programs(plan) if one.name == "worker")

    def _spawn(self, program: Program) -> None:
        log = (self.folder / f"{program.name}.log").open("ab")
        process = subprocess.Popen(
            leashed(program, watched=0),
            cwd=program.folder,
            env={**os.environ, **program.environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
        self._running.append((program.name, process))

    def cpu_seconds(self) -> dict[str, float]:
        """What each kind of process has used so far, its own children included."""
        roots = [("exchange", self.exchange.pid)]
        roots += [(name, process.pid) for name, process in self._running]
        used = {"driver": _own_cpu()}
        for name, pid in roots:
            used[name] = used.get(name, 0.0) + _cpu_of_tree(pid)
        return used

    def _stop(self) -> None:
        for name, process in reversed(self._running):
            process.terminate() if name != "database" else process.send_signal(2)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if hasattr(self, "exchange"):
            self.exchange.stop()


def on_a_desk(measure: Callable[[int], None], *, most: int) -> None:
    """Measure pages of a desk with one person's rows: as many as the command line says,
    else `most`. No worker runs, and nothing is logged but warnings.
    """
    os.environ["LOG_LEVEL"] = "WARNING"
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else most
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(folder=Path(folder), traders=1, workers=0)
        with desk.running():
            measure(rows)


def until(ready: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + ANSWERS_WITHIN
    while not ready():
        if time.monotonic() > deadline:
            raise SystemExit(f"The {what} does not answer.")
        threading.Event().wait(0.05)


def _own_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _cpu_of_tree(root: int) -> float:
    """Processor seconds of a process and all below it, ended children included."""
    children: dict[int, list[int]] = {}
    ticks: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
        except (OSError, IndexError):
            continue  # it has ended meanwhile
        pid = int(entry.name)
        children.setdefault(int(fields[1]), []).append(pid)
        # proc(5): utime, stime, cutime and cstime are fields 14 to 17.
        ticks[pid] = sum(int(part) for part in fields[11:15])
    total, waiting = 0, [root]
    while waiting:
        pid = waiting.pop()
        total += ticks.get(pid, 0)
        waiting += children.get(pid, [])
    return total / TICK
