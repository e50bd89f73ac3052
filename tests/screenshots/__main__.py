"""`python -m tests.screenshots`: every page into docs/guide/, dark and light, wide and narrow.

A desk with a practice exchange of its own is started and filled with orders through the
same services as the pages use; then a browser walks it. Words after the name are parts of the
names of the pictures wanted. It fails where a page scrolls sideways or axe-core finds
something serious.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tests.chaos.servers import Servers
from tests.chaos.stage import Keys, Stage
from tradedesk.runtime.keys import SecretsFile


MODULE = "tests.screenshots.settings"
TO = Path(__file__).resolve().parents[2] / "docs" / "guide"


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="tradedesk-pictures-") as name:
        stage = _stage(Path(name))
        try:
            return _take(stage, sys.argv[1:])
        finally:
            stage.stop()


def _stage(folder: Path) -> Stage:
    """Servers, secrets and settings, for this process and those of the desk."""
    servers = Servers(folder)
    servers.provide()
    secrets = SecretsFile(folder / "secrets.env")
    secrets.generate_missing()
    keys = Keys(key=secrets["PRACTICE_KEY"], secret=secrets["PRACTICE_SECRET"])
    stage = Stage(folder, [keys], seed=7, settings_module=MODULE, servers=servers)
    os.environ["TRADEDESK_DATA"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = MODULE
    os.environ["PRACTICE_URL"] = stage.exchange.url
    return stage


def _take(stage: Stage, only: list[str]) -> int:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    stage.start_exchange()
    stage.start_desk()
    from tests.screenshots.tour import walk

    camera = walk(stage, TO, only)
    size = sum(path.stat().st_size for path in TO.glob("*.png"))
    told = f"{camera.count} pictures in {TO}, {size / 1e6:.1f} MB in all"
    sys.stdout.write(f"{told}; {len(camera.findings)} findings.\n")
    return 1 if camera.findings else 0


if __name__ == "__main__":
    sys.exit(main())
