"""The desk's settings as deployed, for tools that read them and connect to nothing."""

from __future__ import annotations

import os
import tempfile

from cryptography.fernet import Fernet


os.environ.update(
    TRADEDESK_DATA=tempfile.gettempdir(),
    DATABASE_URL="postgresql:///nowhere",
    REDIS_URL="unix:///nowhere",
    SECRET_KEY=Fernet.generate_key().decode() * 2,
    FIELD_ENCRYPTION_KEY=Fernet.generate_key().decode(),
    HTTPS="1",
    DEBUG="0",
    ALLOWED_HOSTS="desk.example",
)

from tradedesk.settings import *  # noqa: F403
