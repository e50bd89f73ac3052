"""What the desk writes about itself: structured, with request ids, and never a secret.

JSON lines where a program reads them (LOG_FORMAT=json, as the supervisor sets it), else
lines for people.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.types import Processor


MASK = "***"
# Parts of names whose values are nobody's business, in lower case.
SECRET_NAMES = ("password", "secret", "token", "credential", "authorization", "cookie",
                "otp", "api_key", "apikey", "private", "csrf")  # fmt: skip
# One-time links carry their token in the path. A UUID names a row and stays.
_LONG_SEGMENT = re.compile(
    r"(?<=/)(?![0-9a-f]{8}-[0-9a-f]{4}-)[A-Za-z0-9_:=-]{20,}(?=[/?\s]|$)"
)
_QUERY = re.compile(r"\?\S*")
QUIET_PATHS = ("GET /healthz",)

Entry = MutableMapping[str, Any]


def mask_secrets(_logger: Any, _method: str, event: Entry) -> Entry:
    """Replace what a secret's name names, at any depth, and tokens in request paths."""
    masked = {name: _masked(name, value) for name, value in event.items()}
    if isinstance(request := masked.get("request"), str):
        masked["request"] = mask_path(request)
    return masked


def mask_path(path: str) -> str:
    return _LONG_SEGMENT.sub(MASK, _QUERY.sub(f"?{MASK}", path))


def _masked(name: object, value: object) -> object:
    if isinstance(name, str) and any(part in name.lower() for part in SECRET_NAMES):
        return MASK
    if isinstance(value, Mapping):
        return {key: _masked(key, item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(None, item) for item in value]
    return value


def drop_routine(_logger: Any, _method: str, event: Entry) -> Entry:
    """A monitor that asks every few seconds is not news."""
    if event.get("level") == "info" and event.get("request") in QUIET_PATHS:
        raise structlog.DropEvent
    return event


SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    drop_routine,
)


# Where it happened, never with what was in its variables: credentials are among them.
_TRACEBACKS = structlog.processors.ExceptionRenderer(
    ExceptionDictTransformer(show_locals=False)
)


def configure_structlog() -> None:
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def logging_settings(*, level: str, style: str) -> dict[str, Any]:
    """Django's LOGGING. `style` is "json" or anything else for people."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    mask_secrets,
                    *_renderers(style),
                ],
            }
        },
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "structured"}
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Told once per request by django_structlog, with the request's id.
            "django.request": {"level": "CRITICAL"},
            # One line per task and second says nothing.
            "celery.beat": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            # Names every glyph of a report's fonts.
            "fontTools": {"level": "WARNING"},
        },
    }


def _renderers(style: str) -> tuple[Processor, ...]:
    if style == "json":
        return (
            _TRACEBACKS,
            structlog.processors.JSONRenderer(default=str),
        )
    console = structlog.dev.ConsoleRenderer(
        colors=style == "colour", exception_formatter=structlog.dev.plain_traceback
    )
    return (console,)
