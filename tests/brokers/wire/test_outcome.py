from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.domain.errors import OutcomeUnknown, RateLimited, Refused
from brokers.wire.outcome import (
    Answer,
    ErrorDialect,
    Refusal,
    outcome_of,
    retry_after,
)


NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PLAIN = ErrorDialect(
    read=lambda text: Refusal(code="1", message=text) if text else None,
    is_duplicate=lambda refusal: refusal.message == "used",
    codeless=frozenset(),
)


def judged(status, text="no", headers=None):
    answer = Answer(status=status, headers=headers or {}, text=text)
    return outcome_of(answer, PLAIN, NOW)


@given(st.integers(100, 599), st.text())
def test_only_a_2xx_is_a_success(status, text):
    assert (judged(status, text) is None) == (200 <= status < 300)


@given(st.integers(300, 399) | st.integers(500, 599), st.text())
def test_redirects_and_server_errors_never_prove_a_refusal(status, text):
    assert type(judged(status, text)) is OutcomeUnknown


@given(st.integers(400, 499).filter(lambda status: status not in {401, 429}))
def test_a_body_that_is_not_the_brokers_proves_nothing(status):
    assert type(judged(status, "")) is OutcomeUnknown


@pytest.mark.parametrize(
    "words", ["Timed out", "request timeout", "TIME-OUT at OMS", "time out"]
)
def test_words_of_a_timeout_prove_nothing(words):
    assert type(judged(400, words)) is OutcomeUnknown


def test_the_time_in_force_is_not_a_timeout():
    assert type(judged(422, "invalid time_in_force")) is Refused


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "Fri, 20 Nov 2026 12:00:05 GMT"}, 5),
        ({"retry-after": "Fri, 20 Nov 2026 11:00:00 GMT"}, 0),
        ({"retry-after": "soon"}, 0),
        ({"x-ratelimit-reset": str(int(NOW.timestamp()) + 12)}, 12),
    ],
)
def test_how_long_to_wait(headers, seconds):
    assert retry_after(headers, NOW) == seconds
    assert judged(429, "", headers).retry_after == seconds


def test_a_rate_limit_is_a_refusal():
    assert isinstance(judged(429), RateLimited)
    assert isinstance(judged(429), Refused)
