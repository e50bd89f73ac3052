"""One desk for all journeys, started as its user starts it, and the people on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Error as PlaywrightError

from tests.e2e import browsing
from tests.e2e.browsing import Visitor
from tests.e2e.exchange import ExchangeRecord
from tests.e2e.first_run import FirstRun, walk
from tests.e2e.steps import invite
from tests.runtime.desk import PROJECT, Desk, running, until


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """`make run` with a data folder and ports of its own, and production settings."""
    desk = Desk(tmp_path_factory.mktemp("journeys") / "data")
    with running(desk):
        assert until(desk.is_healthy), (desk.health(), desk.said)
        yield desk
    desk.forget()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing.browser() as started:
        yield started


@pytest.fixture(scope="module")
def exchange(desk: Desk) -> ExchangeRecord:
    return ExchangeRecord(desk)


@pytest.fixture(scope="module")
def first_run(desk: Desk, browser: Browser) -> Iterator[FirstRun]:
    """Walked once, whatever the order of the tests: the link works once."""
    visitor = Visitor(browser, desk.address)
    try:
        yield walk(visitor, desk.opened)
    except PlaywrightError:
        visitor.page.screenshot(path=PROJECT / "test-results" / "first-run.png")
        raise
    finally:
        visitor.close()


@pytest.fixture
def alice(first_run: FirstRun, desk: Desk, browser: Browser) -> Iterator[Visitor]:
    """The owner in a fresh window of the session that her first run began."""
    visitor = Visitor(browser, desk.address, storage_state=first_run.session)
    yield visitor
    visitor.close()
    assert visitor.complaints == []


@pytest.fixture
def invitation(alice: Visitor, request: pytest.FixtureRequest) -> str:
    return invite(alice, f"{request.node.name[:40]}@desk.test")


@pytest.fixture
def newcomer(
    request: pytest.FixtureRequest, desk: Desk, browser: Browser
) -> Iterator[Visitor]:
    """A browser that nobody is signed in with; `request.param` are its options."""
    visitor = Visitor(browser, desk.address, **getattr(request, "param", {}))
    yield visitor
    visitor.close()
    assert visitor.complaints == []
