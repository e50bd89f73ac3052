"""The desk's settings for a run of chaos: as in production, plus the device of the tests.

Every process of a run reads them; the servers and secrets are in the environment, which
`tests.chaos.__main__` sets before it starts the first one.
"""

from __future__ import annotations

from tradedesk.settings import *  # noqa: F403


STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A second factor that programs can use: it exists here and nowhere else. What is heard
# of the exchange may be written down, for a test that shuffles it.
INSTALLED_APPS = [*INSTALLED_APPS, "tests.devices", "tests.chaos.recorder"]  # noqa: F405
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
