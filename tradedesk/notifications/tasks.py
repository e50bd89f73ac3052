"""What notifications do by themselves; the schedule stands in the settings."""

from __future__ import annotations

import uuid

from celery import shared_task

from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.notifications import gathering, letters
from tradedesk.web import valkey


# Senders would not disturb each other, but a mail server that hangs is to hold up one
# thread of the worker, not all. The key falls by itself if its holder dies.
_SENDING = "tradedesk:letters:sending"
_HELD_SECONDS = 180


@shared_task(name="tradedesk.notifications.tasks.send_letters")
def send_letters() -> None:
    gathering.gather(SYSTEM_CLOCK.now())
    store, mark = valkey.client(), uuid.uuid4().hex
    if not store.set(_SENDING, mark, nx=True, ex=_HELD_SECONDS):
        return
    try:
        letters.send_due(SYSTEM_CLOCK)
    finally:
        if store.get(_SENDING) == mark:
            store.delete(_SENDING)
