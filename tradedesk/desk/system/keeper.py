"""The web process's own eye on the desk: a thread that needs no queue and no worker."""

from __future__ import annotations

import threading
from contextlib import closing
from datetime import datetime, timedelta

import structlog
from django.db import Error, connection

from tradedesk.core.clock import Clock
from tradedesk.desk.system import rules
from tradedesk.desk.system.watch import watch
from tradedesk.notifications import gathering, letters
from tradedesk.web import health


log = structlog.get_logger(__name__)

# Whoever starts a desk starts its processes one after another: no look before that.
FIRST_LOOK_AFTER = timedelta(seconds=45)


class Keeper:
    """Leaves the sign of life of the web process, and looks at everything else.

    While the worker is silent it empties the outbox of letters as well: whoever should
    hear that the worker is dead would otherwise read it when it lives again.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(5)

    def _run(self) -> None:
        due = self._clock.now() + FIRST_LOOK_AFTER
        while not self._stopping.is_set():
            now = self._clock.now()
            health.beat("web", now)
            if now >= due:
                due = now + rules.LOOK_EVERY
                with closing(connection):  # the pool has it back between looks
                    self.look(now)
            self._stopping.wait(health.BEAT_SECONDS)

    def look(self, now: datetime) -> None:
        """One look; a database that does not answer is looked at again the next time."""
        try:
            watch(self._clock)
            if not health.look_at("worker", now).ok:
                gathering.gather(now)
                letters.send_due(self._clock)
        except Error as error:
            log.warning("watch_failed", error=str(error))
