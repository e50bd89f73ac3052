"""Words, chip classes and icons for states that the pages show everywhere.

The keys are the stored words of orders, commands, sides and modes. They are spelled out
here because the platform knows nothing of brokers; a test holds them to the domain.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A chip: the word first, then its class (colour) and icon."""

    label: str
    css: str = ""
    icon: str = ""
    hint: str = ""


ORDER_MARKS = MappingProxyType(
    {
        "draft": Mark(label="Draft", icon="pencil", hint="Nothing has been sent"),
        "denied": Mark(
            label="Denied",
            css="block",
            icon="block",
            hint="A guardrail stopped it; nothing was sent",
        ),
        "submitted": Mark(
            label="Submitted",
            css="info",
            icon="send",
            hint="Accepted, not yet at the market",
        ),
        "working": Mark(
            label="Working", css="info", icon="clock", hint="Waits at the broker"
        ),
        "partially_filled": Mark(
            label="Partially filled",
            css="info",
            icon="clock",
            hint="The rest waits at the broker",
        ),
        "filled": Mark(label="Filled", icon="check"),
        "cancelled": Mark(label="Cancelled", icon="cross"),
        "rejected": Mark(
            label="Rejected", css="block", icon="block", hint="The broker refused it"
        ),
        "expired": Mark(label="Expired", icon="clock", hint="Its time in force ended"),
    }
)

COMMAND_MARKS = MappingProxyType(
    {
        "queued": Mark(
            label="Queued", css="info", icon="clock", hint="Will be sent in a moment"
        ),
        "sent": Mark(
            label="In flight",
            css="info",
            icon="send",
            hint="Sent; the broker has not answered yet",
        ),
        "confirmed": Mark(label="Confirmed", icon="check"),
        "refused": Mark(
            label="Refused",
            css="block",
            icon="block",
            hint="The broker refused this command; the order is unchanged",
        ),
        "unresolved": Mark(
            label="Unresolved",
            css="warn",
            icon="question",
            hint="No clear answer. Not rejected: being looked up at the broker",
        ),
    }
)

MODE_WORDS = MappingProxyType(
    {"practice": "PRACTICE", "paper": "PAPER", "live": "LIVE"}
)

SIDE_WORDS = MappingProxyType(
    {
        "buy": ("BUY", "is-buy"),
        "sell": ("SELL", "is-sell"),
        "long": ("LONG", "is-buy"),
        "short": ("SHORT", "is-sell"),
    }
)

OUTCOME_MARKS = MappingProxyType(
    {
        "pass": Mark(label="Pass", css="is-pass", icon="check"),
        "warn": Mark(label="Warning", css="is-warn", icon="warning"),
        "block": Mark(label="Blocked", css="is-block", icon="block"),
    }
)

TRADING_STATE_MARKS = MappingProxyType(
    {
        "active": Mark(label="Active", icon="check"),
        "reducing": Mark(
            label="Reducing only",
            css="warn",
            icon="warning",
            hint="Only orders that reduce risk are sent",
        ),
        "halted": Mark(
            label="Halted",
            css="block",
            icon="power",
            hint="No new risk. Closing and cancelling still work",
        ),
    }
)
