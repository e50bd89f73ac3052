"""The ledger, the life of a break and what runs found are written once, by anybody."""

from __future__ import annotations

from django.db import migrations


TABLES = ("brokers_ledgerentry", "brokers_breakevent", "brokers_finding")
FUNCTION = """
CREATE FUNCTION brokers_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
"""
TRIGGER = """
CREATE TRIGGER brokers_append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION brokers_refuse_change();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER brokers_append_only;
"""


class Migration(migrations.Migration):
    dependencies = [("brokers", "0002_the_book_and_its_breaks")]

    operations = [
        migrations.RunSQL(
            FUNCTION + "".join(TRIGGER.format(table=table) for table in TABLES),
            "".join(f"DROP TRIGGER brokers_append_only ON {t};" for t in TABLES)
            + "DROP FUNCTION brokers_refuse_change();",
        )
    ]
