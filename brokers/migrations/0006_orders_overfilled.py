from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("brokers", "0005_reconciliation_runs")]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("filled_quantity__gt", models.F("quantity"))),
                fields=["account", "symbol"],
                name="order_overfilled",
            ),
        )
    ]
