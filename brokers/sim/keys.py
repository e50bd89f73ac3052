"""Key pairs of further people at one exchange, made from its first pair.

Nobody has to write them down: the exchange knows a pair of its own making by its
secret, which is the HMAC-SHA256 (RFC 2104) of the key under the first pair's secret.
"""

from __future__ import annotations

import hmac


def further_key(first: str, number: int) -> str:
    return f"{first}-{number}"


def secret_of(key: str, first_secret: str) -> str:
    return hmac.new(first_secret.encode(), key.encode(), "sha256").hexdigest()
