"""Each statement that changes somebody's trades, tags or mistakes leaves a row of theirs.

Done by the database, so that no writer can forget it. One trigger per kind of statement,
as PostgreSQL hands the changed rows over only to such.
"""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


TABLES = ("journal_trade", "journal_tradetag", "journal_mistake", "journal_tag")
EVENTS = (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
FUNCTION = """
CREATE FUNCTION journal_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO journal_tradechange (owner_id) SELECT DISTINCT owner_id FROM changed;
    RETURN NULL;
END $$;
"""
TRIGGER = """
CREATE TRIGGER journal_changed_by_{name} AFTER {event} ON {table}
REFERENCING {rows} TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION journal_note_change();
"""


def triggers() -> str:
    return "".join(
        TRIGGER.format(name=event.lower(), event=event, table=table, rows=rows)
        for table in TABLES
        for event, rows in EVENTS
    )


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0006_notes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TradeChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("owner", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddIndex(
            model_name="tradechange",
            index=models.Index(fields=["owner", "id"], name="trade_change"),
        ),
        migrations.RunSQL(FUNCTION + triggers(), "DROP FUNCTION journal_note_change CASCADE;"),
    ]
