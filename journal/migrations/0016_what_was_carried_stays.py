"""What an order carried is changed by nobody once the order is no draft any more."""

from __future__ import annotations

from django.db import migrations


FREEZE = """
CREATE FUNCTION journal_keep_carried() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM brokers_order WHERE id = OLD.order_id AND status <> 'draft') THEN
        RAISE EXCEPTION 'what order % carried is never changed', OLD.order_id
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER journal_carried_stays BEFORE UPDATE ON journal_orderplan
FOR EACH ROW EXECUTE FUNCTION journal_keep_carried();
ALTER TABLE journal_orderplan ENABLE ALWAYS TRIGGER journal_carried_stays;
"""
UNDO = """
DROP TRIGGER journal_carried_stays ON journal_orderplan;
DROP FUNCTION journal_keep_carried();
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0015_orders_under_a_version")]

    operations = [migrations.RunSQL(FREEZE, UNDO)]
