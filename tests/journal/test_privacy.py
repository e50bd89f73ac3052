"""Everything that the journal holds of a person is named, once."""

from __future__ import annotations

from django.apps import apps
from django.db.models import CASCADE

from journal.privacy import ERASED, KEPT, MARKS


def test_every_model_is_exported_or_says_that_it_is_only_a_mark():
    named = [*KEPT, *ERASED, *MARKS]
    assert len(named) == len(set(named))
    assert set(named) == set(apps.get_app_config("journal").get_models())


def test_every_lookup_leads_to_a_person():
    for model, lookup in (KEPT | ERASED | MARKS).items():
        last = model
        for step in lookup.split("__"):
            last = last._meta.get_field(step).related_model
        assert last._meta.label == "accounts.User", model


def test_what_is_kept_does_not_go_with_what_is_erased():
    gone = {
        one.related_model
        for model in ERASED
        for one in model._meta.related_objects
        if one.on_delete is CASCADE
    }
    assert not gone & set(KEPT)
