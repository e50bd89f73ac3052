"""Every row belongs to someone, and a stranger asks for theirs alone."""

from __future__ import annotations

from django.apps import apps
from django.db import models

from tests.house.source import PRODUCT


# Rows that belong to no person, or are reached only through one that does.
WITHOUT_AN_OWNER = {
    "accounts.User": "the person themselves",
    "accounts.FailedAddress": "an address, known to nobody yet",
    "accounts.OwnerLink": "there is nobody yet",
    "accounts.Invitation": "for someone who is not here yet; owners list them all",
    "accounts.RecoveryCode": "reached through its device",
    "audit.AuditEntry": "read by reviewers as a whole",
    "audit.AuditPayload": "beside its entry",
    "audit.AuditHead": "the one end of the chain",
    "audit.VerificationRun": "about the chain as a whole",
    "brokers.Instrument": "what can be traded is the same for everyone",
    "brokers.StoredBar": "prices are the same for everyone",
    "brokers.BrokerReference": "reached through its order",
    "brokers.Command": "reached through its order",
    "brokers.WatchlistItem": "reached through its list",
    "brokers.BreakEvent": "reached through its break",
    "brokers.Finding": "reached through its run",
    "journal.BookMark": "how far an account is built; only its owner's trades are read",
    "journal.NoteLink": "reached through its note",
    "notifications.Incident": "about the desk; its notices have owners",
    "notifications.Letter": "the outbox alone reads it",
    "notifications.Attachment": "reached through its letter",
}


def own_models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models()
        if model.__module__.split(".")[0] in PRODUCT and not model._meta.proxy
    ]


def test_every_owned_model_can_be_asked_for_one_persons_rows():
    found = {
        model._meta.label
        for model in own_models()
        if not hasattr(model._default_manager, "for_user")
    }
    assert found == set(WITHOUT_AN_OWNER)


def test_every_instant_is_stored_with_its_zone(settings):
    assert settings.USE_TZ
    assert settings.TIME_ZONE == "UTC"
