"""`python -m brokers.sim.server`: one exchange, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import logging
import sys

from brokers.sim.server import options
from brokers.sim.server.journal import JournalInUseError
from brokers.sim.server.serving import serve
from brokers.sim.server.storage import OtherExchangeError


def main() -> int:
    """Serve; 0 after a request to stop, 1 when the data folder cannot be served."""
    logging.basicConfig(format="%(asctime)s %(name)s %(levelname)s %(message)s")
    try:
        serve(options.from_process())
    except (JournalInUseError, OtherExchangeError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
