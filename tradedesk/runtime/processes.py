"""What runs: the same processes as the Procfile, as the supervisor starts them."""

from __future__ import annotations

import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The system account that a program runs as."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A child of the supervisor.

    `orphan_signal` ends it when the supervisor dies without a word; `stop_seconds` is how
    long it may take after `stop_signal` before it is killed.
    """

    name: str
    arguments: Sequence[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGKILL
    stop_seconds: float = 10.0
    account: Account | None = None
    inherited: Sequence[int] = ()
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the desk's processes need to know to start.

    `listener` is the socket that web answers on. The supervisor holds it, so that a
    request that comes while web restarts waits for it instead of being refused.
    """

    project: Path
    data: Path
    listener: int
    practice_port: int
    environment: Mapping[str, str]
    practice_keys: Mapping[str, str]
    behind_proxy: bool = False


def desk_programs(plan: Plan) -> list[Program]:
    celery = ("-m", "celery", "--app=tradedesk.celery", "--quiet")
    return [
        _python(
            plan, "web",
            "-m", "uvicorn", "tradedesk.asgi:application", f"--fd={plan.listener}",
            "--lifespan=on", "--timeout-graceful-shutdown=2", "--no-access-log",
            "--log-level=warning", "--no-server-header",
            # Without a proxy in front, anyone could name any address as theirs.
            "--proxy-headers" if plan.behind_proxy else "--no-proxy-headers",
            inherited=(plan.listener,),
        ),
        # More threads than cores: one that waits for a slow broker holds up no other.
        _python(
            plan, "worker",
            *celery, "worker", "--pool=threads", "--concurrency=16", "--loglevel=INFO",
            "--without-gossip", "--without-mingle", "--without-heartbeat",
        ),
        _python(
            plan, "beat",
            *celery, "beat", "--loglevel=INFO", "--pidfile=",
            "--scheduler=tradedesk.runtime.beat:BeatingScheduler",
            f"--schedule={plan.data / 'run' / 'beat-schedule'}",
        ),
        _python(plan, "stream", "manage.py", "streams"),
        _python(
            plan, "practice",
            "-m", "brokers.sim.server", f"--port={plan.practice_port}", "--seed=7",
            f"--data={plan.data / 'practice'}",
            environment=plan.practice_keys,
            quiet=True,
        ),
    ]  # fmt: skip


def _python(
    plan: Plan,
    name: str,
    *arguments: str,
    environment: Mapping[str, str] = MappingProxyType({}),
    inherited: Sequence[int] = (),
    quiet: bool = False,
) -> Program:
    return Program(
        name=name,
        arguments=(sys.executable, *arguments),
        folder=plan.project,
        environment={**plan.environment, **environment},
        inherited=inherited,
        quiet=quiet,
    )
