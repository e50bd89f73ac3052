"""Registry, pages and subjects are in step: a broker cannot be added by half."""

from __future__ import annotations

import pytest

from brokers.management.commands.broker_docs import is_stale, page_of
from brokers.registry import BROKERS
from tests.contract.subjects import SUBJECTS


@pytest.mark.parametrize("slug", BROKERS)
def test_every_broker_is_under_contract(slug):
    assert slug in {subject.slug for subject in SUBJECTS}


@pytest.mark.parametrize("slug", BROKERS)
def test_every_brokers_page_says_what_the_registry_says(slug):
    assert page_of(BROKERS[slug]).exists()
    assert not is_stale(BROKERS[slug]), "Run manage.py broker_docs."


@pytest.mark.parametrize("slug", BROKERS)
def test_every_broker_cites_a_source_and_its_review(slug):
    capabilities = BROKERS[slug].capabilities
    assert capabilities.source.startswith("https://")
    assert capabilities.reviewed
