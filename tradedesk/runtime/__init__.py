"""Everything that runs on one machine, started, watched and stopped by one command.

`python -m tradedesk.runtime` is what `make run` calls. Nothing here imports Django: the
processes do, each in its own time.
"""

from __future__ import annotations
