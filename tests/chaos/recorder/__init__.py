"""Writes down every report that an adapter hands to the desk, as it came.

Installed by `tests.chaos.settings`, and at work only where TRADEDESK_RECORD names a
folder. Every process writes a file of its own there; `tests.chaos.recording` joins them.
"""

from __future__ import annotations
