"""One-time links: the token travels once, only its hash is kept."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """256 random bits in 43 characters that are safe in a path."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """SHA-256 in hexadecimal; enough, since the token is random (NIST SP 800-63B)."""
    return hashlib.sha256(token.encode()).hexdigest()
