"""Why a start is refused, in words that say what to do."""

from __future__ import annotations


class StartRefusedError(Exception):
    """The desk cannot start here and now; the message is shown as it is."""
