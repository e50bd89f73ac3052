"""Running a reconciliation of one account."""

from __future__ import annotations

from brokers.domain.breaks import RunTrigger
from brokers.models import ReconciliationRun
from tradedesk.accounts.models import User
from tradedesk.core.clock import Clock
from tradedesk.core.errors import StaleStateError


class AlreadyRunningError(StaleStateError):
    """Another reconciliation of this account runs now; its run is in the list."""

    title = "A reconciliation is running"


def reconcile(
    account_id: int,
    *,
    trigger: RunTrigger,
    requested_by: User | None,
    clock: Clock,
) -> ReconciliationRun:
    """Hold the account's book against its broker and keep what came of it.

    The run is finished when this returns: CLEAN, BREAKS or INCOMPLETE. Running again
    adds a run and changes no break's first sight.

    Raises:
        AlreadyRunningError: one is running for this account.
    """
    raise NotImplementedError
