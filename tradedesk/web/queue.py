"""The queue. A message is a hint and the row is the truth: tasks may come twice.

Made when Django starts, so that every process that may queue something talks to the
same queue, whichever entry point started it.
"""

from __future__ import annotations

from celery import Celery
from django.db import transaction


app = Celery("tradedesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.set_default()


def hint(task: str, *args: object) -> None:
    """Ask for a task once the transaction around this has committed.

    Only a hint: a queue that does not answer is logged and fails nothing, since every
    row that needs work is found again by a periodic task.
    """

    def send() -> None:
        app.send_task(task, args=args, retry=False)

    transaction.on_commit(send, robust=True)
