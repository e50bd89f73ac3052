"""The database itself keeps the chain: it links, seals and refuses.

The trigger functions run with the rights of the role that migrates, so the desk's own
role needs no right to change anything. Names inside them are resolved in the desk's
schema and never in a temporary one, as the PostgreSQL manual advises for SECURITY
DEFINER. The refusing triggers are ENABLE ALWAYS, which holds in a session with
session_replication_role = replica too; the owner of the tables can still disable them,
and that is what the verifier and the anchor outside the database are for.
"""

from __future__ import annotations

from django.db import migrations

FORWARD = """
CREATE FUNCTION audit_entry_digest(entry audit_entry) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, {schema}, pg_temp AS $$
    SELECT encode(sha256(convert_to(
        'tradedesk audit entry 1' || chr(10) || entry.previous_digest
        || '{"action":' || to_json(entry.action::text)
        || ',"actor":' || to_json(entry.actor_name::text)
        || ',"actor_kind":' || to_json(entry.actor_kind::text)
        || ',"actor_user_id":' || coalesce(entry.actor_user_id::text, 'null')
        || ',"address":' || to_json(entry.address::text)
        || ',"payload_digest":' || to_json(entry.payload_digest::text)
        || ',"recorded_at":"' || to_char(
            entry.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')
        || 'Z","sequence":' || entry.sequence
        || ',"subject":' || to_json(entry.subject::text)
        || ',"subject_id":' || to_json(entry.subject_id::text) || '}',
        'UTF8')), 'hex')
$$;

CREATE FUNCTION audit_link() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, {schema}, pg_temp AS $$
DECLARE
    head audit_head;
    given audit_entry := NEW;
BEGIN
    SELECT * INTO head FROM audit_head WHERE id = 1 FOR UPDATE;
    IF NOT FOUND THEN
        IF EXISTS (SELECT FROM audit_entry) THEN
            RAISE EXCEPTION 'The audit chain has lost its head: run verify_audit.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        INSERT INTO audit_head (id, sequence, digest)
            VALUES (1, 0, repeat('0', 64)) ON CONFLICT DO NOTHING;
        SELECT * INTO head FROM audit_head WHERE id = 1 FOR UPDATE;
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

CREATE FUNCTION audit_advance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, {schema}, pg_temp AS $$
BEGIN
    UPDATE audit_head SET sequence = NEW.sequence, digest = NEW.digest
        WHERE id = 1 AND sequence = NEW.sequence - 1;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Audit entries are written one at a time.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_head_only_grows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, {schema}, pg_temp AS $$
BEGIN
    IF NEW.id <> OLD.id OR NEW.sequence <> OLD.sequence + 1 OR NOT EXISTS (
        SELECT FROM audit_entry WHERE sequence = NEW.sequence
            AND digest = NEW.digest AND previous_digest = OLD.digest
    ) THEN
        RAISE EXCEPTION 'The head of the audit chain only grows by an entry.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION audit_payload_matches() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, {schema}, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM audit_entry WHERE sequence = NEW.entry_id
            AND payload_digest = encode(sha256(convert_to(
                'tradedesk audit payload 1' || chr(10) || NEW.salt || NEW.body,
                'UTF8')), 'hex')
    ) THEN
        RAISE EXCEPTION 'An audit payload must match the digest in its entry.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_payload_only_shreds() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, {schema}, pg_temp AS $$
BEGIN
    IF NEW.entry_id <> OLD.entry_id OR OLD.body = '' OR NEW.body || NEW.salt <> ''
        OR NOT EXISTS (
            SELECT FROM audit_entry JOIN audit_payload ON entry_id = sequence
            WHERE sequence = NEW.shredded_by_id AND action = 'payload.shredded'
                AND sequence > OLD.entry_id
                AND nullif(body, '')::jsonb -> 'sequences' @> to_jsonb(OLD.entry_id)
        )
        OR EXISTS (
            SELECT FROM audit_entry
            WHERE sequence = OLD.entry_id AND action = 'payload.shredded'
        )
    THEN
        RAISE EXCEPTION 'An audit payload changes only by a recorded shredding.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION audit_refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: the audit log is append-only.',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

REVOKE ALL ON FUNCTION audit_entry_digest, audit_link, audit_advance,
    audit_head_only_grows, audit_payload_matches, audit_payload_only_shreds, audit_refuse
    FROM PUBLIC;

CREATE TRIGGER audit_link BEFORE INSERT ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_link();
CREATE TRIGGER audit_advance AFTER INSERT ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_advance();
CREATE TRIGGER audit_refuse_change BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_refuse_truncate BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

CREATE TRIGGER audit_payload_matches AFTER INSERT ON audit_payload
    FOR EACH ROW EXECUTE FUNCTION audit_payload_matches();
CREATE TRIGGER audit_payload_only_shreds BEFORE UPDATE ON audit_payload
    FOR EACH ROW EXECUTE FUNCTION audit_payload_only_shreds();
CREATE TRIGGER audit_refuse_change BEFORE DELETE ON audit_payload
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_refuse_truncate BEFORE TRUNCATE ON audit_payload
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

CREATE TRIGGER audit_head_only_grows BEFORE UPDATE ON audit_head
    FOR EACH ROW EXECUTE FUNCTION audit_head_only_grows();
CREATE TRIGGER audit_refuse_change BEFORE DELETE ON audit_head
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_refuse_truncate BEFORE TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_refuse_change;
ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_refuse_truncate;
ALTER TABLE audit_payload ENABLE ALWAYS TRIGGER audit_payload_only_shreds;
ALTER TABLE audit_payload ENABLE ALWAYS TRIGGER audit_refuse_change;
ALTER TABLE audit_payload ENABLE ALWAYS TRIGGER audit_refuse_truncate;
ALTER TABLE audit_head ENABLE ALWAYS TRIGGER audit_head_only_grows;
ALTER TABLE audit_head ENABLE ALWAYS TRIGGER audit_refuse_change;
ALTER TABLE audit_head ENABLE ALWAYS TRIGGER audit_refuse_truncate;
"""

BACKWARD = """
DROP FUNCTION audit_link, audit_advance, audit_head_only_grows, audit_payload_matches,
    audit_payload_only_shreds, audit_refuse CASCADE;
DROP FUNCTION audit_entry_digest;
"""


def guard(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        (schema,) = cursor.fetchone()
    schema_editor.execute(FORWARD.replace("{schema}", schema), params=None)


def unguard(apps, schema_editor):
    schema_editor.execute(BACKWARD, params=None)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunPython(guard, unguard)]
