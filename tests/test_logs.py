from __future__ import annotations

import io
import json
import logging
import logging.config

import pytest
import structlog

from tradedesk import logs


@pytest.fixture
def written():
    """What a handler with the desk's JSON formatter writes."""
    stream = io.StringIO()
    configuration = logs.logging_settings(level="INFO", style="json")
    formatter = configuration["formatters"]["structured"]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        formatter["()"](
            foreign_pre_chain=formatter["foreign_pre_chain"],
            processors=formatter["processors"],
        )
    )
    logger = logging.getLogger("tests.logs")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)


def test_a_structured_line_carries_its_names(written):
    structlog.get_logger("tests.logs").info("order_sent", order_id=7)
    (line,) = written()
    assert (line["event"], line["order_id"], line["level"]) == ("order_sent", 7, "info")
    assert line["timestamp"].endswith("Z")


def test_a_plain_librarys_line_is_structured_too(written):
    logging.getLogger("tests.logs").warning("slow by %s s", 3)
    assert written()[0]["event"] == "slow by 3 s"


@pytest.mark.parametrize(
    "given",
    [
        {"password": "hunter2"},
        {"api_key": "hunter2"},
        {"headers": {"Authorization": "hunter2"}},
        {"items": [{"session_cookie": "hunter2"}]},
        {"request": "GET /reset?token=hunter2"},
        {"request": "GET /setup/hunter2hunter2hunter2hunter2/"},
    ],
)
def test_a_secret_is_masked_wherever_it_stands(written, given):
    structlog.get_logger("tests.logs").warning("something", **given)
    assert "hunter2" not in json.dumps(written())
    assert logs.MASK in json.dumps(written())


def test_a_rows_uuid_in_a_path_is_kept():
    path = "GET /orders/0192f0c1-7d3e-7abc-8def-0123456789ab/"
    assert logs.mask_path(path) == path


def test_an_exception_is_told_as_data(written):
    try:
        raise ValueError("broken")
    except ValueError:
        structlog.get_logger("tests.logs").exception("failed")
    assert written()[0]["exception"][0]["exc_value"] == "broken"


def test_a_monitors_question_is_not_news(written):
    logger = structlog.get_logger("tests.logs")
    logger.info("request_finished", request="GET /healthz")
    logger.info("request_finished", request="GET /orders/")
    assert [line["request"] for line in written()] == ["GET /orders/"]


def test_a_traceback_never_shows_what_was_in_the_variables(written):
    def connect(credentials):
        raise ValueError("the broker is down")

    try:
        connect("hunter2")
    except ValueError:
        structlog.get_logger("tests.logs").exception("connecting_failed")
    text = json.dumps(written())
    assert "the broker is down" in text
    assert "hunter2" not in text.replace('connect(\\"hunter2\\")', "")
