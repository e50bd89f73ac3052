"""A trade knows how far from its average price it was entered."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("journal", "0018_which_trade_changed")]

    operations = [
        migrations.AddField(
            model_name="trade",
            name="entry_distance",
            field=models.DecimalField(
                blank=True, decimal_places=8, max_digits=40, null=True
            ),
        ),
        migrations.AddIndex(
            model_name="trade",
            index=models.Index(
                condition=Q(closed_at__isnull=False),
                fields=["owner", "opened_at"],
                name="trade_entered",
            ),
        ),
    ]
