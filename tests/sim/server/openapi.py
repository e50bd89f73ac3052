"""Holding answers against Alpaca's own OpenAPI documents.

The documents are not part of this project. Where they are absent, tests that need them
skip and say so.
"""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import FormatChecker
from openapi_schema_validator import OAS30ReadValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4


FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data" / "alpaca"
DOCUMENTS = ("trading-api.openapi.json", "market-data-api.openapi.json")
# Alpaca documents few refusals. These are known of it, and have the shape of its
# `Error` schema.
KNOWN_REFUSALS = frozenset({400, 401, 403, 404, 405, 422, 429})
FORMATS = FormatChecker(("uuid", "date"))


class DisagreesError(AssertionError):
    """An answer is not what Alpaca's document says."""


@FORMATS.checks("date-time")
def _is_instant(value: object) -> bool:
    # Alpaca's own examples have plain dates in date-time fields.
    pattern = r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?"
    return not isinstance(value, str) or bool(re.fullmatch(pattern, value))


@functools.cache
def documents() -> tuple[dict[str, Any], ...]:
    if not FOLDER.is_dir():
        pytest.skip("Alpaca's OpenAPI documents are not beside this repository.")
    return tuple(json.loads((FOLDER / name).read_text()) for name in DOCUMENTS)


@functools.cache
def _paths() -> list[tuple[re.Pattern[str], str, int]]:
    """Every documented path as a pattern, those with fewer parameters first."""
    found = []
    for number, document in enumerate(documents()):
        for path in document["paths"]:
            pattern = re.sub(r"\\{[^/]+?\\}", "[^/]+", re.escape(path))
            found.append((re.compile(pattern), path, number))
    return sorted(found, key=lambda item: item[1].count("{"))


def operation(method: str, path: str) -> tuple[dict[str, Any], int]:
    """The documented operation that a request is, and the number of its document."""
    for pattern, template, number in _paths():
        item = documents()[number]["paths"][template]
        if pattern.fullmatch(path) and method.lower() in item:
            return item[method.lower()], number
    raise DisagreesError(f"{method} {path} is not in Alpaca's documents.")


@functools.cache
def _registry(number: int) -> Registry[Any]:
    resource = Resource.from_contents(documents()[number], default_specification=DRAFT4)
    return Registry().with_resource("urn:alpaca", resource)


def _rebased(schema: Any) -> Any:
    """The schema with its local references pointing into the whole document.

    Its one `oneOf` tells trade from other activities, by schemas that each of Alpaca's
    own examples of either satisfies at once: it can only be meant as `anyOf`.
    """
    if isinstance(schema, dict):
        return {
            "anyOf" if key == "oneOf" else key: (
                f"urn:alpaca{value}" if key == "$ref" else _rebased(value)
            )
            for key, value in schema.items()
        }
    return [_rebased(item) for item in schema] if isinstance(schema, list) else schema


def check_schema(schema: dict[str, Any], number: int, body: Any) -> None:
    validator = OAS30ReadValidator(
        _rebased(schema), registry=_registry(number), format_checker=FORMATS
    )
    if problems := [f"{e.json_path}: {e.message}" for e in validator.iter_errors(body)]:
        raise DisagreesError("; ".join(problems) + f" in {body!r:.2000}")


def check_answer(method: str, path: str, *, status: int, body: Any) -> None:
    """Raise DisagreesError unless the answer is one that Alpaca documents."""
    found, number = operation(method, path)
    if status >= 400:
        if str(status) not in found["responses"] and status not in KNOWN_REFUSALS:
            raise DisagreesError(f"{method} {path} never answers {status}.")
        error = documents()[0]["components"]["schemas"]["Error"]
        check_schema(error, 0, body)
        return
    if str(status) not in found["responses"]:
        raise DisagreesError(f"{method} {path} does not document {status}.")
    content = found["responses"][str(status)].get("content", {})
    if schema := content.get("application/json", {}).get("schema"):
        check_schema(schema, number, body)
    elif body is not None:
        raise DisagreesError(f"{method} {path} answers {status} without a body.")
