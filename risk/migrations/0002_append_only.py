"""Decisions, policy versions and state changes are written once, by anybody."""

from __future__ import annotations

from django.db import migrations


TABLES = ("risk_decision", "risk_policyversion", "risk_statechange")
FUNCTION = """
CREATE FUNCTION risk_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
"""
TRIGGER = """
CREATE TRIGGER risk_append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION risk_refuse_change();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER risk_append_only;
"""


class Migration(migrations.Migration):
    dependencies = [("risk", "0001_initial")]

    operations = [
        migrations.RunSQL(
            FUNCTION + "".join(TRIGGER.format(table=table) for table in TABLES),
            "".join(f"DROP TRIGGER risk_append_only ON {t};" for t in TABLES)
            + "DROP FUNCTION risk_refuse_change();",
        )
    ]
