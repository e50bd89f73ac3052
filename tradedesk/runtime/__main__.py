from __future__ import annotations

import sys

from tradedesk.runtime.start import run


if __name__ == "__main__":
    sys.exit(run())
