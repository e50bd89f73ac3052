from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection

from tradedesk.audit import anchors, keys, services
from tradedesk.audit.actions import AuditAction
from tradedesk.core.actor import Actor, ActorKind


NOW = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
ALICE = Actor(
    kind=ActorKind.PERSON, name="alice@example.com", user_id=1, address="127.0.0.1"
)
TABLES = ("audit_entry", "audit_payload", "audit_head")


def write(action=AuditAction.ORDER_DRAFTED, *, subject_id=1, actor=ALICE, **payload):
    return services.record(
        action,
        actor=actor,
        subject="order",
        subject_id=subject_id,
        payload=payload,
        now=NOW,
    )


def run_sql(statement, parameters=None):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else None


@pytest.fixture(autouse=True)
def anchor_file(tmp_path, settings, monkeypatch):
    monkeypatch.setenv("AUDIT_ANCHOR_KEY", "a key for tests only")
    settings.AUDIT_ANCHOR_FILE = tmp_path / "anchors.jsonl"
    return settings.AUDIT_ANCHOR_FILE


@pytest.fixture
def read_anchors(anchor_file):
    return lambda: anchors.read(anchor_file, keys.anchor_key())


@pytest.fixture
def forced(db):
    """Run SQL as an owner of the tables who has switched their triggers off."""
    run_sql("SET CONSTRAINTS ALL IMMEDIATE")

    def force(statement, parameters=None):
        for table in TABLES:
            run_sql(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        run_sql(statement, parameters)
        for table in TABLES:
            run_sql(f"ALTER TABLE {table} ENABLE TRIGGER ALL")

    return force
