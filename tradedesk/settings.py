"""Settings, all from the environment (see `tradedesk.env`); one file for every setup."""

from __future__ import annotations

from datetime import timedelta
from logging import DEBUG as DEBUG_LEVEL
from logging import INFO as INFO_LEVEL
from pathlib import Path

import django_stubs_ext
import environ
from csp.constants import NONCE, NONE, SELF
from django.urls import reverse_lazy

from tradedesk import env, logs


django_stubs_ext.monkeypatch()  # ModelAdmin[User] and the like, at run time

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.required("SECRET_KEY")
PORT = env.integer("TRADEDESK_PORT", 8000)
PRACTICE_PORT = env.integer("TRADEDESK_PRACTICE_PORT", 8100)
PRACTICE_URL = env.text("PRACTICE_URL", f"http://127.0.0.1:{PRACTICE_PORT}")
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.names("CSRF_TRUSTED_ORIGINS", "")
# Plain HTTP is for loopback only; behind TLS set HTTPS=1, which turns on all the rest.
HTTPS = env.flag("HTTPS", default=False)

INSTALLED_APPS = [
    "tradedesk.web",
    "tradedesk.audit",
    "tradedesk.accounts",
    "tradedesk.notifications",
    "risk",
    "brokers",
    "journal",
    "tradedesk.desk",
    "tradedesk.admin.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "template_partials",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "django_otp",
    "django_structlog",
]

MIDDLEWARE = [
    "tradedesk.web.middleware.ArrivalMiddleware",
    "tradedesk.web.middleware.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tradedesk.accounts.middleware.DeviceMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tradedesk.accounts.middleware.SecondFactorMiddleware",
    "tradedesk.web.middleware.DeskErrorMiddleware",
]

ROOT_URLCONF = "tradedesk.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "tradedesk.desk.context.shell",
            ],
            "builtins": ["tradedesk.web.templatetags.desk"],
        },
    }
]
FORM_RENDERER = "tradedesk.web.controls.ControlRenderer"
WSGI_APPLICATION = "tradedesk.wsgi.application"
ASGI_APPLICATION = "tradedesk.asgi.application"

# One data stack: PostgreSQL and Valkey or Redis (docs/adr). Migrations run as the owner
# role, the desk itself as a lesser one that may not change the audit log.
DATABASE_URL = env.required("DATABASE_URL")
REDIS_URL = env.required("REDIS_URL")
_database = environ.Env.db_url_config(DATABASE_URL)
_pool = {"min_size": 0, "max_size": env.integer("DATABASE_POOL", 16)}
DATABASES = {
    "default": {
        **_database,
        "CONN_MAX_AGE": 0,
        # A connection that the pool kept over the database's restart is of no use.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "pool": _pool,
            # Values travel apart from the statement, so that the server plans what it
            # is asked for the third time only once (docs/adr/0025).
            "server_side_binding": True,
            "prepare_threshold": 2,
            # Nobody waits for a lock for ever, and who stopped in the middle of a
            # transaction does not keep one for ever: no transaction waits for a network.
            "options": "-c lock_timeout=60s -c idle_in_transaction_session_timeout=5min",
            **_database.get("OPTIONS", {}),
        },
    }
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["tradedesk.accounts.backend.PersonBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"django.contrib.auth.password_validation.{name}",
        "OPTIONS": options,
    }
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "tradedesk.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # the invitation proves the address
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True  # for SESSION_COOKIE_AGE, then sign in again
ACCOUNT_CHANGE_EMAIL = True  # one address each; a new one is confirmed first
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "TradeDesk: "
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=1).total_seconds())
USERSESSIONS_TRACK_ACTIVITY = False  # a write per request; see accounts.sessions
OTP_TOTP_SYNC = False
FIELD_ENCRYPTION_KEY = env.required("FIELD_ENCRYPTION_KEY").split(",")

SESSION_ENGINE = "tradedesk.accounts.session_store"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "tradedesk.web.views.errors.csrf_failed"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "en-us"
USE_I18N = False
TIME_ZONE = "UTC"
USE_TZ = True
# Shown on screen in trading contexts; every instant is stored in UTC.
EXCHANGE_TIME_ZONE = "America/New_York"

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(env.data_dir() / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "tradedesk.web.storage.DeskStaticStorage"},
}

# Letters become files in the outbox until a mail server is named.
EMAIL_HOST = env.text("EMAIL_HOST", "")
EMAIL_BACKEND = env.text(
    "EMAIL_BACKEND",
    f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend",
)
EMAIL_PORT = env.integer("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_SSL = env.flag("EMAIL_USE_SSL", default=False)
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=not EMAIL_USE_SSL)
EMAIL_TIMEOUT = 10  # seconds for each step of the talk
EMAIL_FILE_PATH = env.data_dir() / "outbox"
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "desk@localhost")
# Where letters say that the desk is: scheme and host, no slash at the end.
DESK_URL = env.text("DESK_URL", f"http://127.0.0.1:{PORT}").rstrip("/")

# Where the head of the audit chain is written outside the database.
AUDIT_ANCHOR_FILE = Path(
    env.text("AUDIT_ANCHOR_FILE", str(env.data_dir() / "audit-anchors.jsonl"))
)
# Where the desk's own practice exchange listens; other brokers' addresses are theirs.
_practice_stream = PRACTICE_URL.replace("http", "ws", 1)
BROKER_ENDPOINTS = {
    "practice": {
        "trading": PRACTICE_URL,
        "data": PRACTICE_URL,
        "trade_stream": f"{_practice_stream}/stream",
        "data_stream": f"{_practice_stream}/v2/iex",
    }
}
# A confirmed order that could not be sent for this long is not sent at all.
SEND_WINDOW_SECONDS = env.integer("SEND_WINDOW_SECONDS", 120)

logs.configure_structlog()
LOGGING = logs.logging_settings(
    level=env.text("LOG_LEVEL", "INFO"), style=env.text("LOG_FORMAT", "plain")
)
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = DEBUG_LEVEL
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = INFO_LEVEL  # a person's slip is not a warning

# After a SIGKILL the tasks in flight come back within seconds only with late
# acknowledgement and these restore intervals; every task is idempotent.
CELERY_BROKER_URL = (
    REDIS_URL.replace("unix://", "redis+socket://", 1)
    if REDIS_URL.startswith("unix:")
    else REDIS_URL
)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 30,
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    # A queue that is not there is tried twice at once: a hint must not hold up a page
    # for the six seconds of kombu's defaults, and the sweeper finds the row anyway.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
# Names only: the schedule lives here so that one page shows everything periodic.
CELERY_BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    task: {
        "task": task,
        "schedule": timedelta(seconds=seconds),
        # What piled up while nobody worked is not worth doing twice.
        "options": {"expires": max(2 * seconds, 10)},
    }
    for task, seconds in (
        ("tradedesk.web.beat_as_worker", 5),
        ("tradedesk.notifications.tasks.send_letters", 10),
        ("tradedesk.desk.tasks.watch", 10),
        ("brokers.tasks.sweep_outbox", 2),
        ("brokers.tasks.restore_stops", 2),
        ("brokers.tasks.sync_accounts", 5),
        ("brokers.tasks.refresh_venues", 60),
        ("brokers.tasks.refresh_quotes", 2),
        ("brokers.tasks.refresh_instruments", 6 * 3600),
        ("tradedesk.audit.tasks.anchor_head", 3600),
        ("tradedesk.audit.tasks.verify_new_entries", 3600),
        ("tradedesk.audit.tasks.verify_chain", 24 * 3600),
        ("brokers.tasks.refresh_daily_bars", 3600),
        ("brokers.tasks.reconcile_due", 60),
        ("brokers.tasks.watch_reconciliation", 60),
        ("journal.tasks.imports.resume_imports", 60),
        ("journal.tasks.trades.rebuild_due", 10),
        ("journal.tasks.trades.measure_due", 30),
        ("journal.tasks.trade_changes.thin_out", 3600),
        ("journal.tasks.notes.forget_unclaimed", 24 * 3600),
        ("journal.tasks.reminders.deliver_due", 15),
        ("journal.tasks.reminders.make_days", 600),
        ("journal.tasks.behaviour.refresh", 5),
        ("journal.tasks.behaviour.settle_warnings", 60),
    )
}
