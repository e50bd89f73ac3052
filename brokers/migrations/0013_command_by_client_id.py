from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("brokers", "0012_planned_entries")]

    operations = [
        migrations.AddIndex(
            model_name="command",
            index=models.Index(
                fields=["account", "client_order_id"], name="command_by_client_id"
            ),
        )
    ]
