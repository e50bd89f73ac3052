"""The desk's settings on throw-away servers."""

from __future__ import annotations

import atexit
import base64
import os
import shutil
import tempfile

from tests import services


# Set, not defaulted: a run of the tests never meets the keys or the data of a desk.
_data = tempfile.mkdtemp(prefix="tradedesk-data-")
atexit.register(shutil.rmtree, _data, ignore_errors=True)
os.environ["TRADEDESK_DATA"] = _data
os.environ["SECRET_KEY"] = "for-tests-only-" + "x" * 40
os.environ["FIELD_ENCRYPTION_KEY"] = base64.urlsafe_b64encode(
    b"tests-only" * 3 + b"32"
).decode()
os.environ["AUDIT_ANCHOR_KEY"] = "a key for tests only"
services.provide()

from tradedesk.settings import *  # noqa: E402, F403


PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Empties the audit log, which refuses it, after tests that commit.
DATABASES["default"]["ENGINE"] = "tests.postgres"  # noqa: F405
# A second factor that programs can use: it exists here and nowhere else.
INSTALLED_APPS = [*INSTALLED_APPS, "tests.devices"]  # noqa: F405
# Pages in a browser are served from the sources. The middleware is built once a process,
# with the first import of `tradedesk.wsgi`, so a test could not ask for this itself.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
WHITENOISE_MAX_AGE = 3600
# WhiteNoise warns, and warnings are errors, while nothing has been collected.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
