"""Sessions in the database, found by a query that is compiled once: every request asks."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session

from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.reads import Read


_living = Read(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now)
)


class SessionStore(db.SessionStore):
    """Django's own, which calls this whenever it looks a session up."""

    def _get_session_from_db(self) -> Session | None:
        key = self.session_key
        found = _living.first(key, SYSTEM_CLOCK.now()) if key else None
        if found is None:
            # The key of a session that is over is not used again.
            self._session_key = None
        return found
