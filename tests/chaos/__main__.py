"""`python -m tests.chaos --orders 200 --seed 1`: kill, break, count.

The last line is JSON; the exit code is 0 only when every order confirmed is exactly
once at the exchange and the book agrees with it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from tests import services
from tradedesk.runtime.keys import SecretsFile


def main() -> int:
    options = _options()
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
    add("--kills", type=int, default=None, help="at random; one in 20 orders if unsaid")
    add("--minutes", type=float, default=15, help="give up after this long")
    add("--traders", type=int, default=3, help="people with an account each")
    add("--no-failpoints", action="store_true", help="leave the numbered points out")
    add("--blind", action="store_true", help="send again blindly, to see it counted")
    add("--keep", action="store_true", help="keep the folder with logs and journal")
    return parser.parse_args()


def _prepare(folder: Path, module: str) -> None:
    """Servers, secrets and settings of this run, for this process and its children."""
    services.provide()
    os.environ["TRADEDESK_DATA"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = module
    # An order that waits for a process to return is still wanted in this run.
    os.environ["SEND_WINDOW_SECONDS"] = "3600"
    SecretsFile(folder / "secrets.env").generate_missing()
    import django
    from django.core.management import call_command

    django.setup()
    import tradedesk.celery  # noqa: F401 - confirmations hint to this application

    call_command("migrate", verbosity=0)


def _carry_out(options: argparse.Namespace, folder: Path) -> int:
    module = f"tests.chaos.{'blind_settings' if options.blind else 'settings'}"
    _prepare(folder, module)
    from tests.chaos import report
    from tests.chaos.run import Options, Run
    from tests.chaos.stage import Keys, Stage

    kills = max(4, options.orders // 20) if options.kills is None else options.kills
    names = [f"PKTRADER{number}" for number in range(1, options.traders + 1)]
    stage = Stage(
        folder,
        [Keys(key=name, secret=f"secret-of-{name}") for name in names],
        seed=options.seed,
        settings_module=module,
    )
    run = Run(
        Options(
            orders=options.orders,
            seed=options.seed,
            kills=kills,
            seconds=options.minutes * 60,
            failpoints=not options.no_failpoints,
            traders=options.traders,
        ),
        stage,
    )
    started = time.monotonic()
    try:
        tally = run.carry_out()
    finally:
        stage.stop()
    is_good = report.say(run, tally, seconds=time.monotonic() - started)
    sys.stdout.write(json.dumps(tally.numbers(), separators=(",", ":")) + "\n")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
