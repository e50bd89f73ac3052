"""Listening to brokers: one task per connection's orders, one per feed's quotes."""

from __future__ import annotations

from brokers.streaming.service import StreamService


__all__ = ["StreamService"]
