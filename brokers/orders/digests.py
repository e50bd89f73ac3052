"""The digest that a second factor signs: of exactly what will be asked."""

from __future__ import annotations

from brokers.models import Order
from tradedesk.core.canonical import digest


def spec_digest(order: Order) -> str:
    """SHA-256 over account, mode, every term of the order, its exits and its papers.

    Terms that an amend changes later are not part of a submission's digest again: it is
    compared before the send, when nothing can have been amended yet.
    """
    spec = order.spec()
    terms = {name: getattr(spec, name) for name in spec.__slots__}
    if order.reverses is not None:
        terms["reverses"] = order.reverses
    if order.papers_digest:
        terms["papers"] = order.papers_digest
    return digest(
        {
            "order": str(order.intent),
            "version": order.version,
            "account": order.account_id,
            "mode": order.account.mode,
            **terms,
        }
    )
