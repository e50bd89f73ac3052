"""Looking every few seconds, from two places, so that no process dies unseen.

The worker looks because beat tells it to; the web process looks by itself (`keeper`),
because a worker, a beat or a queue that is dead can tell nobody. Whichever looks first
holds a lock, and the incidents' rows make one telling of both. What each place is first
to notice: the worker a dead web process, the web process everything else.
"""

from __future__ import annotations

from tradedesk.core.clock import Clock
from tradedesk.desk.system import alarms
from tradedesk.notifications import incidents


def watch(clock: Clock) -> bool:
    """One look; False where another process is at it."""
    found = alarms.look(clock)
    return incidents.settle(found.alarms, looked_at=found.looked_at, now=clock.now())
