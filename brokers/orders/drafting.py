"""Tickets become drafts: validated, judged, written down, and promised nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from brokers.domain.orders import OrderSpec, OrderStatus
from brokers.models import Account, Order
from brokers.orders import verdicts
from brokers.orders.adopting import terms
from brokers.orders.conflicts import tried_again
from brokers.orders.digests import spec_digest
from brokers.orders.facts import Asked, MarketFacts
from brokers.orders.locks import lock_account
from brokers.orders.papers import Papers, contents, papers_digest
from risk.facts import Assessment, Intent, Phase, Policy
from risk.services import record_decision
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.core.errors import StaleStateError


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What a trader filled in. `intent_key` was born with the form, so that the same
    form sent twice is one draft; `version` is the draft's version that it edits.

    `risk_money` is 1R after costs as the page showed it, `reference_price` the expected
    fill price behind it. `reverses` is the signed position that is closed first.
    """

    intent_key: UUID
    spec: OrderSpec
    intent: Intent = Intent.TRADE
    version: int = 0
    no_stop_reason: str = ""
    thesis: str = ""
    acknowledged: Sequence[str] = ()
    risk_money: Decimal | None = None
    reference_price: Decimal | None = None
    reverses: Decimal | None = None


def judge(
    account: Account,
    ticket: Ticket,
    *,
    user: User,
    now: datetime,
    market: MarketFacts | None = None,
    policy: Policy | None = None,
) -> Assessment:
    """The verdicts on a ticket, without writing anything.

    A page hands on the `market` and the `policy` that it has read a moment ago.
    """
    asked = Asked(
        account=account,
        spec=ticket.spec,
        user_id=user.pk,
        intent=ticket.intent,
        order_id=_existing_id(ticket, user),
        expected_mode=account.mode,
        reverses=ticket.reverses,
    )
    return verdicts.preview(asked, now, market=market, policy=policy)


def _existing_id(ticket: Ticket, user: User) -> int | None:
    found = Order.objects.filter(intent=ticket.intent_key, owner=user)
    return found.values_list("pk", flat=True).first()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    order: Order
    assessment: Assessment
    digest: str


@tried_again
@transaction.atomic(durable=True)
def draft_order(
    account_id: int,
    ticket: Ticket,
    *,
    user: User,
    actor: Actor,
    now: datetime,
    papers: Sequence[Papers] = (),
) -> Drafted:
    """Write the ticket as a draft, or as the next version of the draft it edits.

    What the order carries is written with it, or not at all.

    Raises:
        StaleStateError: the draft was confirmed or edited elsewhere meanwhile.
    """
    account = lock_account(account_id)
    assessment = judge(account, ticket, user=user, now=now)
    order = _draft(account, ticket, user=user, now=now)
    order.reduces_risk = assessment.reducing
    order.papers_digest = papers_digest(papers)
    order.save()
    for one in papers:
        one.write(order)
    record_decision(
        order_id=order.pk,
        user_id=user.pk,
        account_id=account.pk,
        assessment=assessment,
        phase=Phase.DRAFT,
        now=now,
    )
    record(
        AuditAction.ORDER_DRAFTED,
        actor=actor,
        subject="order",
        subject_id=order.pk,
        payload={
            "version": order.version,
            "outcome": assessment.outcome,
            "terms": terms(order),
            "acknowledged": list(ticket.acknowledged),
            "papers": contents(papers),
        },
        now=now,
    )
    return Drafted(order=order, assessment=assessment, digest=spec_digest(order))


def _draft(account: Account, ticket: Ticket, *, user: User, now: datetime) -> Order:
    known = Order.objects.filter(intent=ticket.intent_key).first()
    if known is None:
        order = Order(owner=user, intent=ticket.intent_key, created_at=now)
    else:
        order = _editable(known, ticket, user)
        order.version += 1
    order.account = account
    order.placed_by = user
    for name in OrderSpec.__slots__:
        setattr(order, name, getattr(ticket.spec, name))
    order.no_stop_reason = ticket.no_stop_reason[:200]
    order.thesis = ticket.thesis[:500]
    order.acknowledged = list(ticket.acknowledged)
    order.risk_money = ticket.risk_money
    order.reference_price = ticket.reference_price
    order.reverses = ticket.reverses
    order.status_reason = ""
    return order


def _editable(order: Order, ticket: Ticket, user: User) -> Order:
    if order.owner_id != user.pk or order.state is not OrderStatus.DRAFT:
        raise StaleStateError("This ticket was sent already. Start a new one.")
    if ticket.version and ticket.version != order.version:
        raise StaleStateError("This draft was edited in another window. Look again.")
    return order
