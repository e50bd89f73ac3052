from decimal import Decimal

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("brokers", "0003_append_only")]

    operations = [
        migrations.AddField(
            model_name="connection",
            name="down_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="order",
            name="opening_price",
            field=models.DecimalField(blank=True, decimal_places=8, max_digits=24, null=True),
        ),
        migrations.AddField(
            model_name="order",
            name="opening_quantity",
            field=models.DecimalField(decimal_places=9, default=Decimal("0"), max_digits=24),
        ),
    ]
