"""The desk's settings while pictures are taken: as in production, plus a test's device."""

from __future__ import annotations

from tradedesk.settings import *  # noqa: F403


# A second factor that the program which fills the desk can use.
INSTALLED_APPS = [*INSTALLED_APPS, "tests.devices"]  # noqa: F405
