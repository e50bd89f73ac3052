"""Which commands the sweeper hands to the workers: all that is due, each once.

A backlog is not a loss. Whoever finds a command due every two seconds and hands it out
every time has soon filled the queue with copies, each of which takes the account's lock
to find that there is nothing to do, and the backlog never ends. So what was handed out is
left alone for a while, unless the row says since that it is due at another time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import redis
import structlog
from django.db.models import F, Q

from brokers.domain.orders import IN_FLIGHT, CommandStatus
from brokers.models import Command
from tradedesk.web import valkey


log = structlog.get_logger(__name__)

# Its own message is in the queue; unless that was lost, a worker has it by then.
HINTED_WITHIN = timedelta(seconds=2)
# A worker that took a command and was killed is made up for after this.
HANDED_OUT_FOR = timedelta(seconds=10)
AT_MOST = 1000
_PREFIX = "tradedesk:swept:"


class Due(NamedTuple):
    """A command that is to be sent, or whose outcome is to be looked up."""

    pk: int
    kind: str
    status: str
    due_at: datetime

    @property
    def is_queued(self) -> bool:
        return self.status == CommandStatus.QUEUED.value


def take_due(now: datetime) -> list[Due]:
    """The commands that are due and were not handed out lately, longest due first."""
    just_hinted = Q(
        status=CommandStatus.QUEUED.value,
        due_at=F("approved_at"),
        due_at__gt=now - HINTED_WITHIN,
    )
    due = Command.objects.filter(status__in=IN_FLIGHT, due_at__lte=now)
    found = due.exclude(just_hinted).order_by("due_at").values_list(*Due._fields)
    return _not_handed_out(map(Due._make, found[:AT_MOST]))


def _not_handed_out(due: Iterable[Due]) -> list[Due]:
    """Marks them; all of them where nobody remembers."""
    wanted = list(due)
    try:
        with valkey.client().pipeline(transaction=False) as pipeline:
            for one in wanted:
                name = f"{_PREFIX}{one.pk}:{one.due_at.isoformat()}"
                pipeline.set(name, "", nx=True, ex=HANDED_OUT_FOR)
            marked = pipeline.execute()
    except redis.RedisError as error:
        log.warning("sweep_not_remembered", commands=len(wanted), error=str(error))
        return wanted
    return [one for one, new in zip(wanted, marked, strict=True) if new]
