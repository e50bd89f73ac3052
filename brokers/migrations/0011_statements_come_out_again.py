"""Entries from a statement come out when its import is undone; no other ever goes."""

from __future__ import annotations

from django.db import migrations


SPLIT = """
DROP TRIGGER brokers_append_only ON brokers_ledgerentry;
CREATE TRIGGER brokers_append_only BEFORE UPDATE ON brokers_ledgerentry
FOR EACH ROW EXECUTE FUNCTION brokers_refuse_change();
ALTER TABLE brokers_ledgerentry ENABLE ALWAYS TRIGGER brokers_append_only;
CREATE TRIGGER brokers_never_deleted BEFORE DELETE ON brokers_ledgerentry
FOR EACH ROW WHEN (OLD.told_by <> 'statement')
EXECUTE FUNCTION brokers_refuse_change();
ALTER TABLE brokers_ledgerentry ENABLE ALWAYS TRIGGER brokers_never_deleted;
"""
WHOLE = """
DROP TRIGGER brokers_never_deleted ON brokers_ledgerentry;
DROP TRIGGER brokers_append_only ON brokers_ledgerentry;
CREATE TRIGGER brokers_append_only BEFORE UPDATE OR DELETE ON brokers_ledgerentry
FOR EACH ROW EXECUTE FUNCTION brokers_refuse_change();
ALTER TABLE brokers_ledgerentry ENABLE ALWAYS TRIGGER brokers_append_only;
"""


class Migration(migrations.Migration):
    dependencies = [("brokers", "0010_history_from_statements")]

    operations = [migrations.RunSQL(SPLIT, WHOLE)]
