"""A note of a change says which trade it was, as long as a statement changed few."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models.functions import Now


# Beyond so many trades in one statement reading everything is quicker than some of it.
MOST = 200
EVENTS = (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
COLUMNS = {"journal_trade": "id", "journal_tradetag": "trade_id", "journal_mistake": "trade_id"}
FUNCTION = """
CREATE FUNCTION journal_note_{column}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM (SELECT 1 FROM changed LIMIT {most} + 1) AS first) > {most} THEN
        INSERT INTO journal_tradechange (owner_id) SELECT DISTINCT owner_id FROM changed;
    ELSE
        INSERT INTO journal_tradechange (owner_id, trade_id)
        SELECT DISTINCT owner_id, {column} FROM changed;
    END IF;
    RETURN NULL;
END $$;
"""
TRIGGER = """
DROP TRIGGER journal_changed_by_{name} ON {table};
CREATE TRIGGER journal_changed_by_{name} AFTER {event} ON {table}
REFERENCING {rows} TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION {function}();
"""


# A tag that is moved to another trade changes both.
MOVED = """
CREATE TRIGGER journal_changed_from AFTER UPDATE ON {table}
REFERENCING OLD TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION journal_note_trade_id();
"""
MARKS = ("journal_tradetag", "journal_mistake")


def triggers(functions: dict[str, str]) -> str:
    return "".join(
        TRIGGER.format(
            name=event.lower(),
            event=event,
            table=table,
            rows=rows,
            function=functions[column],
        )
        for table, column in COLUMNS.items()
        for event, rows in EVENTS
    )


class Migration(migrations.Migration):
    dependencies = [("journal", "0017_demo_year_filled")]

    operations = [
        migrations.AddField(
            model_name="tradechange",
            name="trade_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="tradechange",
            name="at",
            field=models.DateTimeField(db_default=Now()),
        ),
        migrations.RunSQL(
            "".join(FUNCTION.format(column=c, most=MOST) for c in ("id", "trade_id"))
            + triggers({"id": "journal_note_id", "trade_id": "journal_note_trade_id"})
            + "".join(MOVED.format(table=table) for table in MARKS),
            "".join(f"DROP TRIGGER journal_changed_from ON {t};" for t in MARKS)
            + triggers(dict.fromkeys(("id", "trade_id"), "journal_note_change"))
            + "DROP FUNCTION journal_note_id, journal_note_trade_id;",
        ),
    ]
