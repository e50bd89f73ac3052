"""From nothing to a desk that answers, and back to nothing."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from tradedesk import env
from tradedesk.runtime import addresses
from tradedesk.runtime.folders import Folders, prepare_folders
from tradedesk.runtime.keys import SecretsFile
from tradedesk.runtime.output import Output
from tradedesk.runtime.processes import Plan, desk_programs
from tradedesk.runtime.refusals import StartRefusedError
from tradedesk.runtime.stores import (
    Stores,
    database_answers,
    find_stores,
    migration_environment,
    queue_answers,
)
from tradedesk.runtime.supervisor import Supervisor
from tradedesk.runtime.turn import Turn, take_turn


READY_SECONDS = 180.0
LOOK_SECONDS = 0.03


class ToldToStopError(Exception):
    """A signal came before everything had started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    web: int
    practice: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What one start has in hand."""

    folders: Folders
    secrets_file: SecretsFile
    supervisor: Supervisor
    output: Output
    ports: Ports


def run() -> int:
    """The desk, until it is told to stop; the exit code."""
    os.umask(0o077)
    try:
        ports = _ports()
        folders = prepare_folders()
        turn = take_turn(folders.data / "desk.lock")
        return _run_locked(ports, folders, turn)
    except (StartRefusedError, env.MissingSettingError) as refusal:
        sys.stderr.write(f"TradeDesk did not start. {refusal}\n")
        return 1


def _ports() -> Ports:
    return Ports(
        web=env.integer("TRADEDESK_PORT", 8000),
        practice=env.integer("TRADEDESK_PRACTICE_PORT", 8100),
    )


def _run_locked(ports: Ports, folders: Folders, turn: Turn) -> int:
    listener = addresses.listen(ports.web, setting="TRADEDESK_PORT")
    addresses.check_free(ports.practice, setting="TRADEDESK_PRACTICE_PORT")
    turn.note(_url(ports))
    secrets_file = SecretsFile(env.secrets_file())
    secrets_file.generate_missing()
    output = Output(folders.logs)
    supervisor = Supervisor(
        output, pids_file=folders.run / "processes.json", inherited=(turn.handle,)
    )
    _stop_on_signals(supervisor)
    start = Start(
        folders=folders, secrets_file=secrets_file, supervisor=supervisor,
        output=output, ports=ports,
    )  # fmt: skip
    return _run_supervised(start, listener.fileno())


def _stop_on_signals(supervisor: Supervisor) -> None:
    def stop(number: int, _frame: object) -> None:
        supervisor.told_by = signal.Signals(number).name
        supervisor.stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def _run_supervised(start: Start, listener: int) -> int:
    desk = desk_programs(_plan(start, listener))
    try:
        # The exchange needs none of our tables, and takes its time at the first start.
        start.supervisor.start(p for p in desk if p.name == "practice")
        path = _prepare(start)
        # The page first: whoever waits for it needs no other process yet.
        start.supervisor.start(p for p in desk if p.name == "web")
        _wait(start, "web", lambda: _web_answers(start.ports.web))
        start.supervisor.start(p for p in desk if p.name not in {"practice", "web"})
        _announce(start, path)
        start.supervisor.run()
    except ToldToStopError:
        pass
    finally:
        start.output.say(f"stopping ({start.supervisor.told_by or 'it cannot go on'})")
        start.supervisor.stop(program.name for program in desk)
        _anchor(start)
        start.supervisor.stop()
    return 0


def _anchor(start: Start) -> None:
    """Write the audit chain's head outside the database once nobody adds to it.

    A stop is never held up by it: without an answer the hourly anchor has to do.
    """
    command = [sys.executable, "manage.py", "anchor_audit"]
    with suppress(subprocess.TimeoutExpired):
        subprocess.run(
            command, env={**os.environ, **_environment(start)},
            cwd=start.folders.project, process_group=0, check=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=10,
        )  # fmt: skip


def _prepare(start: Start) -> str:
    """Servers up, tables and static files current; the path of the owner link."""
    stores = find_stores(start.folders, start.secrets_file)
    start.supervisor.start(stores.programs())
    _wait(start, "database", lambda: database_answers(stores, start.secrets_file))
    _wait(start, "queue", lambda: queue_answers(stores))
    return _migrate(start, stores)


def _migrate(start: Start, stores: Stores) -> str:
    environment = {
        **os.environ,
        **_environment(start),
        **migration_environment(stores, start.secrets_file),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "tradedesk.runtime.prepare"], env=environment,
        cwd=start.folders.project, process_group=0, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            said, complaint = _communicate(start, process)
        except ToldToStopError:
            process.terminate()
            raise
    if process.returncode != 0:
        start.output.say(complaint.strip())
        raise StartRefusedError("The database could not be brought up to date (above).")
    return said.strip()


def _communicate(start: Start, process: subprocess.Popen[str]) -> tuple[str, str]:
    while True:
        try:
            return process.communicate(timeout=LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            _look(start)


def _look(start: Start) -> None:
    start.supervisor.look()
    if start.supervisor.stopping.wait(LOOK_SECONDS):
        raise ToldToStopError


def _wait(start: Start, what: str, ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not ready():
        if time.monotonic() > deadline:
            log = start.folders.logs / f"{what}.log"
            raise StartRefusedError(f"The {what} does not answer; {log} may say why.")
        _look(start)


def _environment(start: Start) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "tradedesk.settings",
        "TRADEDESK_DATA": str(start.folders.data),
        "LOG_FORMAT": "json",
        "PYTHONUNBUFFERED": "1",
    }


def _plan(start: Start, listener: int) -> Plan:
    return Plan(
        project=start.folders.project,
        data=start.folders.data,
        listener=listener,
        practice_port=start.ports.practice,
        environment=_environment(start),
        practice_keys={
            name: env.required(name) for name in ("PRACTICE_KEY", "PRACTICE_SECRET")
        },
        behind_proxy=env.flag("HTTPS", default=False),
    )


def _announce(start: Start, path: str) -> None:
    """One address. The one-time link goes to the terminal alone, into no log."""
    sys.stdout.write(f"Open {_url(start.ports)}{path.removeprefix('/')}\n")
    if path:
        sys.stdout.write("This link works once and makes you the owner of the desk.\n")
    sys.stdout.write("Ctrl-C stops everything.\n")
    sys.stdout.flush()


def _url(ports: Ports) -> str:
    return f"http://{addresses.HOST}:{ports.web}/"


def _web_answers(port: int) -> bool:
    """Any answer will do; /healthz would wait for parts that are still starting."""
    connection = http.client.HTTPConnection(addresses.HOST, port, timeout=5)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except OSError:
        return False
    finally:
        connection.close()
    return True
