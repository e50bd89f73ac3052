"""The newest entry of a symbol that planned a stop is found without its history."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("brokers", "0011_statements_come_out_again")]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                fields=["account", "symbol", "-created_at"],
                condition=models.Q(
                    role="entry",
                    stop_loss_price__isnull=False,
                    filled_quantity__gt=0,
                    average_price__isnull=False,
                ),
                name="order_planned_entry",
            ),
        )
    ]
