"""The desk's own database role adds to the audit log and can do nothing else to it."""

from __future__ import annotations

from io import StringIO

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, transaction

from tests.audit.conftest import run_sql, write
from tradedesk.audit import selectors
from tradedesk.audit.models import AuditEntry


pytestmark = pytest.mark.django_db(transaction=True)

ROLE = "desk_app"


def make_role(name, options="LOGIN"):
    if not run_sql("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]):
        run_sql(f"CREATE ROLE {name} {options}")


@pytest.fixture
def app():
    """A connection of its own as the desk's role, which sees two committed entries."""
    make_role(ROLE)
    call_command("grant_app_role", "--role", ROLE, stdout=StringIO())
    with transaction.atomic():
        write()
        write()
    known = {**connection.get_connection_params(), "user": ROLE}
    wanted = ("dbname", "host", "port", "user")
    kept = {name: known[name] for name in wanted if known.get(name)}
    with psycopg.connect(**kept, autocommit=True) as as_app:
        yield as_app


NOT_ALLOWED = {
    "change an entry": "UPDATE audit_entry SET actor_name = 'mallory'",
    "delete an entry": "DELETE FROM audit_entry",
    "truncate entries": "TRUNCATE audit_entry CASCADE",
    "change a payload": "UPDATE audit_payload SET body = '{}'",
    "shred a payload": "UPDATE audit_payload SET body = '', salt = ''",
    "delete a payload": "DELETE FROM audit_payload",
    "truncate payloads": "TRUNCATE audit_payload",
    "move the head": "UPDATE audit_head SET sequence = 1",
    "lock the head": "SELECT * FROM audit_head FOR UPDATE",
    "add a head": "INSERT INTO audit_head VALUES (1, 0, repeat('0', 64))",
    "delete the head": "DELETE FROM audit_head",
    "truncate the head": "TRUNCATE audit_head",
    "change a past verification": "UPDATE audit_verification SET problem = ''",
    "delete a past verification": "DELETE FROM audit_verification",
    "drop a trigger": "DROP TRIGGER audit_link ON audit_entry",
    "disable triggers": "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
    "pose as a replica": "SET session_replication_role = replica",
    "replace a trigger's function": (
        "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger"
        " LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
    ),
    "drop the table": "DROP TABLE audit_entry",
    "own the table": "ALTER TABLE audit_entry OWNER TO desk_app",
    "make a table": "CREATE TABLE mine (id int)",
    "make a temporary table": "CREATE TEMPORARY TABLE audit_head (id int)",
    "make a schema": "CREATE SCHEMA mine",
    "become the owner": "SET ROLE desk_owner",
    "forget a migration": "DELETE FROM django_migrations",
}


def is_refused(app, statement):
    try:
        with app.transaction(force_rollback=True):
            app.execute(statement)
    except psycopg.errors.InsufficientPrivilege:
        return True
    return False


def test_the_desks_role_may_do_none_of_these(app):
    assert not is_refused(app, "SELECT * FROM audit_entry"), "the check can fail"
    allowed = [act for act, sql in NOT_ALLOWED.items() if not is_refused(app, sql)]
    assert allowed == []
    assert AuditEntry.objects.filter(actor_name="alice@example.com").count() == 2


APPEND = """
    INSERT INTO audit_entry (recorded_at, actor_kind, actor_name, address, action,
        subject, subject_id, payload_digest, {column})
    VALUES (now(), 'person', 'mallory', '', 'order.denied', 'order', '1',
        repeat('a', 64), {value})
"""
FORGED = {
    "a number further on": ("sequence", "9"),
    "a number that is taken": ("sequence", "2"),
    "another past": ("previous_digest", "repeat('0', 64)"),
    "another digest": ("digest", "repeat('0', 64)"),
}


@pytest.mark.parametrize("claim", FORGED)
def test_an_entry_that_claims_what_does_not_follow_is_refused(app, claim):
    column, value = FORGED[claim]
    with pytest.raises(psycopg.errors.RestrictViolation, match="must follow"):
        app.execute(APPEND.format(column=column, value=value))


def test_an_insert_that_comes_to_nothing_leaves_the_head_where_it_was(app):
    app.execute("INSERT INTO audit_entry SELECT * FROM audit_entry WHERE false")
    two = APPEND.format(column="actor_user_id", value="1").strip()
    two += ", (now(), 'person', '', '', '', '', '', repeat('a', 64), 1)"
    with pytest.raises(psycopg.errors.IntegrityError):
        app.execute(two)
    assert selectors.head().sequence == 2


def test_a_payload_that_its_entry_does_not_promise_is_refused(app):
    with app.transaction(force_rollback=True):
        app.execute(APPEND.format(column="actor_user_id", value="1"))
        with pytest.raises(psycopg.errors.RestrictViolation, match="match the digest"):
            app.execute(
                "INSERT INTO audit_payload (entry_id, salt, body) VALUES (3, 'x', '{}')"
            )


def test_a_second_payload_for_an_entry_is_refused(app):
    with pytest.raises(psycopg.errors.UniqueViolation):
        app.execute("INSERT INTO audit_payload SELECT * FROM audit_payload LIMIT 1")


def test_the_desks_role_records_reads_and_works_on_other_tables(app):
    with transaction.atomic():
        run_sql(f"SET LOCAL ROLE {ROLE}")
        entry = write(price="60")
        assert entry.sequence == 3
        assert AuditEntry.objects.get(pk=3).payload.data == {"price": "60"}
        assert selectors.is_guarded()
        run_sql("DELETE FROM django_session")
    assert not selectors.is_guarded(), "the owner of the tables is not held back"


def test_tables_of_later_migrations_are_open_to_the_desk_by_themselves(app):
    run_sql("CREATE TABLE later (id bigserial primary key, note text)")
    try:
        app.execute("INSERT INTO later (note) VALUES ('one')")
        app.execute("UPDATE later SET note = 'two'")
        app.execute("DELETE FROM later")
    finally:
        run_sql("DROP TABLE later")


def test_granting_again_changes_nothing(app):
    rights = (
        "SELECT relname, relacl::text FROM pg_class WHERE relname LIKE %s ORDER BY 1"
    )
    before = run_sql(rights, ["audit%"])
    call_command("grant_app_role", "--role", ROLE, stdout=StringIO())
    assert run_sql(rights, ["audit%"]) == before


def test_a_role_that_does_not_exist_is_refused_with_what_to_do():
    with pytest.raises(CommandError, match="CREATE ROLE nobody_here LOGIN"):
        call_command("grant_app_role", "--role", "nobody_here")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ("SUPERUSER", "is a superuser"),
        ("CREATEROLE", "may create roles"),
        ("IN ROLE desk_owner", "owns the audit log"),
        ("IN ROLE pg_write_all_data", "may write all data"),
    ],
)
def test_a_role_that_could_get_round_the_grants_is_refused(options, reason):
    with transaction.atomic():
        make_role("too_strong", options)
        with pytest.raises(CommandError, match=reason):
            call_command("grant_app_role", "--role", "too_strong")
        transaction.set_rollback(True)


OWNER_TOO = {
    "change an entry": "UPDATE audit_entry SET actor_name = 'mallory'",
    "delete an entry": "DELETE FROM audit_entry",
    "truncate": "TRUNCATE audit_entry, audit_payload, audit_head",
    "change a payload": "UPDATE audit_payload SET body = '{}'",
    "delete a payload": "DELETE FROM audit_payload",
    "put the head back": "UPDATE audit_head SET sequence = 0",
    "put the head forward": "UPDATE audit_head SET sequence = 2",
    "delete the head": "DELETE FROM audit_head",
}


def act_as(mode, statement):
    run_sql(f"SET LOCAL session_replication_role = {mode}")
    run_sql(statement)


@pytest.mark.parametrize("mode", ["origin", "replica"])
@pytest.mark.parametrize("act", OWNER_TOO)
@pytest.mark.django_db
def test_triggers_stop_the_owner_too_even_as_a_replica(act, mode):
    write()
    run_sql("SET CONSTRAINTS ALL IMMEDIATE")
    words = "append-only|only grows|recorded shredding"
    refusal = pytest.raises(IntegrityError, match=words)
    with refusal, transaction.atomic():
        act_as(mode, OWNER_TOO[act])
    assert AuditEntry.objects.get().actor_name == "alice@example.com"
