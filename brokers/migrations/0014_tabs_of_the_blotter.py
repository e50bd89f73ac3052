"""Each tab of the blotter, and a symbol in it, has its newest orders by an index."""

from __future__ import annotations

from django.db import migrations, models


NEWEST = ["owner", "-created_at", "-id"]
CONDITIONS = {
    "order_working": models.Q(status__in=["partially_filled", "submitted", "working"]),
    "order_refused": models.Q(status__in=["denied", "rejected"])
    | (models.Q(status="draft") & ~models.Q(status_reason="")),
    "order_given_up": models.Q(status__in=["cancelled", "expired"]),
}


class Migration(migrations.Migration):
    dependencies = [("brokers", "0013_command_by_client_id")]

    operations = [
        *[
            migrations.AddIndex(
                model_name="order",
                index=models.Index(fields=NEWEST, condition=condition, name=name),
            )
            for name, condition in CONDITIONS.items()
        ],
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                fields=["owner", "symbol", "-created_at", "-id"], name="order_symbol"
            ),
        ),
    ]
