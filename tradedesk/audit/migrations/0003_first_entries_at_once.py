"""Two first entries at once: the one that waits finds the head that the other made.

Each statement of the function sees what is committed by then. Between its look for the
head and its look for entries another first entry may have come, and that is no loss.
"""

from __future__ import annotations

from django.db import migrations


FORWARD = """
CREATE OR REPLACE FUNCTION audit_link() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, {schema}, pg_temp AS $$
DECLARE
    head audit_head;
    given audit_entry := NEW;
BEGIN
    SELECT * INTO head FROM audit_head WHERE id = 1 FOR UPDATE;
    IF NOT FOUND THEN
        IF NOT EXISTS (SELECT FROM audit_entry) THEN
            INSERT INTO audit_head (id, sequence, digest)
                VALUES (1, 0, repeat('0', 64)) ON CONFLICT DO NOTHING;
        END IF;
        SELECT * INTO head FROM audit_head WHERE id = 1 FOR UPDATE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'The audit chain has lost its head: run verify_audit.'
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    NEW.sequence := head.sequence + 1;
    NEW.previous_digest := head.digest;
    NEW.digest := audit_entry_digest(NEW);
    IF coalesce(given.sequence, NEW.sequence) <> NEW.sequence
        OR coalesce(given.previous_digest, NEW.previous_digest) <> NEW.previous_digest
        OR coalesce(given.digest, NEW.digest) <> NEW.digest
    THEN
        RAISE EXCEPTION 'An audit entry must follow from the head of the chain.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""


def replace(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        (schema,) = cursor.fetchone()
    schema_editor.execute(FORWARD.replace("{schema}", schema), params=None)


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_guards")]

    # Backward nothing: the function of before differs only in this race.
    operations = [migrations.RunPython(replace, migrations.RunPython.noop)]
