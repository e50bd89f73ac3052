"""A version of a plan or a playbook is never changed, by anybody."""

from __future__ import annotations

from django.db import migrations


TABLES = ("journal_planversion", "journal_playbookversion")
FUNCTION = """
CREATE FUNCTION journal_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a row of % is never changed', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
"""
TRIGGER = """
CREATE TRIGGER journal_never_changed BEFORE UPDATE ON {table}
FOR EACH ROW EXECUTE FUNCTION journal_refuse_change();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER journal_never_changed;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_plans_and_playbooks")]

    operations = [
        migrations.RunSQL(
            FUNCTION + "".join(TRIGGER.format(table=table) for table in TABLES),
            "".join(f"DROP TRIGGER journal_never_changed ON {t};" for t in TABLES)
            + "DROP FUNCTION journal_refuse_change();",
        )
    ]
