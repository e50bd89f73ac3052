"""Every page of journal, analytics and plan with the demo year, looked at by axe-core."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, product

import pytest

from tests import people
from tests.e2e import browsing
from tests.e2e.browsing import DESKTOP, PHONE, Visitor, chromium
from tests.screenshots import book
from tests.screenshots.camera import TOO_WIDE
from tests.screenshots.journal import FORMS, IMPORTS, PAGES, addresses
from tests.served import served
from tradedesk.accounts.models import Role


pytestmark = [
    pytest.mark.e2e,
    pytest.mark.xdist_group("e2e"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not chromium(), reason="no browser on this machine"),
    # A year is made and forty pages are looked at: minutes on a machine that is busy.
    pytest.mark.timeout(900),
]


@pytest.fixture
def pages(transactional_db) -> dict[str, str]:
    owner = people.person("alice", Role.OWNER)
    book.routine(owner)
    year = {"calendar": 2026, **book.demo_year(owner)}
    ids = {**year, **book.statements(owner)}
    templates = {"note-templates": FORMS["note-templates"]}
    return addresses({**PAGES, **IMPORTS, **templates}, ids)


@pytest.fixture
def alice(pages, settings) -> Iterator[Visitor]:
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    cookie = people.verified(book.owner()).cookies["sessionid"].value
    with served() as server, browsing.browser() as started:
        visitor = Visitor(started, server.address)
        visitor.context.add_cookies(
            [{"name": "sessionid", "value": cookie, "url": server.address}]
        )
        yield visitor
        visitor.close()


def test_no_page_of_a_year_keeps_anybody_out_or_scrolls_sideways(alice, pages):
    looks = cycle(product((PHONE, DESKTOP), ("dark", "light")))
    found = {}
    for (name, path), (size, scheme) in zip(pages.items(), looks, strict=False):
        alice.page.set_viewport_size(size)
        alice.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page = alice.open(path)
        wide = page.evaluate(TOO_WIDE)
        found[name] = [f"{wide} px too wide"] * bool(wide) + alice.violations()
    assert {name: said for name, said in found.items() if said} == {}
    assert alice.complaints == []
    assert len(found) == len(PAGES) + len(IMPORTS) + 1
