"""PostgreSQL as the desk uses it, but emptying the audit log between tests.

A test that commits is cleaned up with TRUNCATE, which the audit log refuses. Its
triggers are as shipped in every test; only the cleaning, as owner, sets them aside.
"""

from __future__ import annotations

from django.db import transaction
from django.db.backends.postgresql import base, operations


GUARDED = ("audit_entry", "audit_payload", "audit_head")


class DatabaseOperations(operations.DatabaseOperations):
    def execute_sql_flush(self, sql_list):
        using = self.connection.alias
        with transaction.atomic(using, savepoint=False), self.connection.cursor() as to:
            for verb in ("DISABLE", "ENABLE ALWAYS"):
                if verb != "DISABLE":
                    super().execute_sql_flush(sql_list)
                for table in GUARDED:
                    to.execute(
                        f"ALTER TABLE {table} {verb} TRIGGER audit_refuse_truncate"
                    )


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations
