"""Before a live account may be connected: the risk is read, accepted and written down.

The acceptance is bound to a second factor, given for exactly this connection.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from brokers.sessions.connecting import NewConnection
from tradedesk.accounts import grants
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.core.canonical import digest


# The version of the words that were shown; what was accepted stays provable.
WARNING_VERSION = 1
_WARNINGS = """
This account trades real money. Orders that you send here are executed, and their losses are yours.
A stop is no guarantee: it may fill far from its price when the market gaps, halts or moves fast, or not at all.
The desk can fail: your machine, your connection, this software, the broker or its data. Know the broker's own way out.
Prices, quotes and figures may be late or wrong. The broker's statement counts.
Buying on margin and selling short can lose more than you paid in.
Nothing here is advice, and the software comes without any warranty.
"""
WARNINGS = tuple(_WARNINGS.strip().splitlines())


def live_digest(new: NewConnection) -> str:
    """What the second factor signs: this connection, without its secrets."""
    return digest(
        {
            "broker": new.slug,
            "environment": new.environment,
            "label": new.label,
            "warnings": WARNING_VERSION,
        }
    )


@transaction.atomic(durable=True)
def accept_live_risk(
    new: NewConnection, grant_id: int, *, user: User, actor: Actor, now: datetime
) -> None:
    """Write the acceptance down, in the transaction that uses the grant up.

    Raises:
        grants.GrantRefusedError: the code was not given for exactly this.
    """
    grants.consume(
        grant_id,
        user=user,
        purpose=grants.Purpose.LIVE_ENABLE,
        digest=live_digest(new),
        now=now,
    )
    record(
        AuditAction.LIVE_RISK_ACCEPTED,
        actor=actor,
        subject="user",
        subject_id=user.pk,
        payload={
            "broker": new.slug,
            "environment": new.environment,
            "label": new.label,
            "version": WARNING_VERSION,
            "warnings": list(WARNINGS),
            "grant": grant_id,
        },
        now=now,
    )
