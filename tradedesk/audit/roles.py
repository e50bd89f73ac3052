"""What the desk's own database role may do: everything it needs, and no more.

Tables are made by an owner role when it migrates. The desk connects as another, which
changes rows but no tables, and of the audit log only reads and adds.
"""

from __future__ import annotations

from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from tradedesk.audit.models import (
    AuditEntry,
    AuditHead,
    AuditPayload,
    VerificationRun,
)


class UnfitRoleError(Exception):
    """The role could change the audit log by a way that grants cannot close."""


ONLY_ADDED_TO = (AuditEntry, AuditPayload, VerificationRun)
ONLY_READ = (AuditHead, MigrationRecorder.Migration)

_GRANTS = """
REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC, {role};
GRANT CONNECT ON DATABASE {database} TO {role};
REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {role};
GRANT USAGE ON SCHEMA {schema} TO {role};
REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC, {role};
REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM PUBLIC, {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role};
REVOKE UPDATE, DELETE ON {only_added_to} FROM {role};
REVOKE INSERT, UPDATE, DELETE ON {only_read} FROM {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA {schema}
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA {schema}
    GRANT USAGE, SELECT ON SEQUENCES TO {role};
"""
_UNFIT = """
    SELECT rolsuper, rolcreaterole, rolreplication, rolbypassrls,
        pg_has_role(rolname, tableowner, 'MEMBER'),
        pg_has_role(rolname, 'pg_write_all_data', 'MEMBER'),
        pg_has_role(rolname, 'pg_write_server_files', 'MEMBER'),
        pg_has_role(rolname, 'pg_execute_server_program', 'MEMBER')
    FROM pg_roles, pg_tables
    WHERE rolname = %s AND tablename = 'audit_entry' AND schemaname = current_schema()
"""
_REASONS = (
    "is a superuser",
    "may create roles",
    "may replicate",
    "bypasses row security",
    "owns the audit log, or is a member of the role that does",
    "may write all data",
    "may write files on the server",
    "may run programs on the server",
)


def grant_app_role(role: str) -> None:
    """Give `role` the rights of the desk; run by the owner after every migration.

    Idempotent, and in one transaction: the desk may run meanwhile.

    Raises:
        UnfitRoleError: the role does not exist, or has rights that defeat the audit log.
    """
    with transaction.atomic():
        _check_fit(role)
        with connection.cursor() as cursor:
            cursor.execute(_statements(role))


def _check_fit(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_UNFIT, [role])
        row = cursor.fetchone()
    if row is None:
        raise UnfitRoleError(
            f"There is no role {role}. Make it first: CREATE ROLE {role} LOGIN;"
        )
    reasons = [why for why, holds in zip(_REASONS, row, strict=True) if holds]
    if reasons:
        raise UnfitRoleError(f"{role} {' and '.join(reasons)}: choose a lesser role.")


def _statements(role: str) -> str:
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), current_schema()")
        database, schema = cursor.fetchone()
    return _GRANTS.format(
        role=quote(role),
        database=quote(database),
        schema=quote(schema),
        only_added_to=", ".join(quote(row._meta.db_table) for row in ONLY_ADDED_TO),
        only_read=", ".join(quote(row._meta.db_table) for row in ONLY_READ),
    )
