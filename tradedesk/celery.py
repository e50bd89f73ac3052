"""The queue's entry point: `celery -A tradedesk.celery worker`."""

from __future__ import annotations

import os
import warnings

import django
from celery.platforms import SecurityWarning  # type: ignore[attr-defined]


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradedesk.settings")
# Whoever starts the desk as root has chosen to; only JSON is accepted, never pickles.
warnings.filterwarnings("ignore", category=SecurityWarning)
django.setup()

from tradedesk.core.memory import settle  # noqa: E402
from tradedesk.web.queue import app  # noqa: E402 - it exists once Django is set up


app.loader.import_default_modules()
settle()


__all__ = ["app"]
