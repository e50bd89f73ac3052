"""Trades that were entered in one hour of the week are found by an index."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay


EXCHANGE = ZoneInfo("America/New_York")


class Migration(migrations.Migration):
    dependencies = [("journal", "0019_where_a_trade_was_entered")]

    operations = [
        migrations.AddIndex(
            model_name="trade",
            index=models.Index(
                F("owner"),
                ExtractHour("opened_at", tzinfo=EXCHANGE),
                ExtractIsoWeekDay("opened_at", tzinfo=EXCHANGE),
                F("closed_at").desc(),
                F("id").desc(),
                condition=models.Q(closed_at__isnull=False),
                name="trade_hour",
            ),
        )
    ]
