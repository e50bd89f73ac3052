"""The key that signs anchors: of its own, so that no other secret opens two doors."""

from __future__ import annotations

from tradedesk import env


def anchor_key() -> bytes:
    """AUDIT_ANCHOR_KEY, generated with the desk's other secrets at the first start.

    Raises:
        MissingSettingError: it is nowhere to be found.
    """
    return env.required("AUDIT_ANCHOR_KEY").encode()
