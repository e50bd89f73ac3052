"""`python -m tests.chaos --orders 200 --seed 1`: kill, break, count.

The last line is JSON; the exit code is 0 only when every order confirmed is exactly
once at the exchange and the book agrees with it.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.chaos.servers import Servers


def main() -> int:
    options = _options()
    if options.stop_after:
        _stop_after(options.stop_after)
    if options.keep:
        folder = Path(tempfile.mkdtemp(prefix="tradedesk-chaos-"))
        return _carry_out(options, folder)
    with tempfile.TemporaryDirectory(prefix="tradedesk-chaos-") as name:
        return _carry_out(options, Path(name))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    add = parser.add_argument
    add("--orders", type=int, default=200, help="how many are confirmed")
    add("--seed", type=int, default=1, help="of orders, kills and faults")
    add("--kills", type=int, default=None, help="in all; one in 100 orders if unsaid")
    add("--minutes", type=float, default=None, help="to trade; 5 and 1 per 100 orders")
    add("--enough", type=int, default=None, help="as many will do when time is over")
    add("--stop-after", type=float, default=None, help="minutes in all, then it fails")
    add("--record", type=Path, help="keep what the desk was told in this file")
    add("--traders", type=int, default=8, help="people with an account each")
    add("--threads", type=int, default=12, help="how many orders are placed at once")
    add("--no-failpoints", action="store_true", help="leave the numbered points out")
    add("--blind", action="store_true", help="send again blindly, to see it counted")
    add("--keep", action="store_true", help="keep the folder with logs and journal")
    return parser.parse_args()


def _prepare(folder: Path, module: str) -> Servers:
    """Servers, secrets and settings of this run, for this process and its children."""
    os.environ["TRADEDESK_DATA"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = module
    # An order that waits for a process to return is still wanted in this run.
    os.environ["SEND_WINDOW_SECONDS"] = "3600"
    servers = Servers(folder)
    servers.provide()
    import django
    from django.core.management import call_command

    django.setup()
    import tradedesk.celery  # noqa: F401 - confirmations hint to this application

    # What a server's restart costs this process is counted, not told line by line.
    for name in ("psycopg.pool", "django.db.backends.base", "tradedesk.web.events"):
        logging.getLogger(name).setLevel(logging.CRITICAL)

    call_command("migrate", verbosity=0)
    return servers


def _carry_out(options: argparse.Namespace, folder: Path) -> int:
    module = f"tests.chaos.{'blind_settings' if options.blind else 'settings'}"
    servers = _prepare(folder, module)
    from tests.chaos import report
    from tests.chaos.run import Options, Run
    from tests.chaos.stage import Keys, Stage

    kills = max(20, options.orders // 100) if options.kills is None else options.kills
    minutes = options.minutes or 5 + options.orders / 100
    names = [f"PKTRADER{number}" for number in range(1, options.traders + 1)]
    stage = Stage(
        folder,
        [Keys(key=name, secret=f"secret-of-{name}") for name in names],
        seed=options.seed,
        settings_module=module,
        servers=servers,
    )
    run = Run(
        Options(
            orders=options.orders,
            enough=options.enough or options.orders,
            seed=options.seed,
            kills=kills,
            seconds=minutes * 60,
            failpoints=not options.no_failpoints,
            threads=options.threads,
            record=options.record,
        ),
        stage,
    )
    started = time.monotonic()
    try:
        tally = run.carry_out()
        is_good = report.say(run, tally, seconds=time.monotonic() - started)
    finally:
        stage.stop()
    sys.stdout.write(json.dumps(tally.numbers(), separators=(",", ":")) + "\n")
    return 0 if is_good else 1


def _stop_after(minutes: float) -> None:
    """A run that hangs ends with a word; the processes end with ours."""

    def stop() -> None:
        sys.stdout.write(f"! not finished after {minutes:g} minutes\n")
        sys.stdout.flush()
        os._exit(3)

    timer = threading.Timer(minutes * 60, stop)
    timer.daemon = True
    timer.start()


if __name__ == "__main__":
    sys.exit(main())
