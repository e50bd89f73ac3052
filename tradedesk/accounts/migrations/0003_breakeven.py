"""Everyone says below which result a trade neither won nor lost."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_preferences_of_a_person")]

    operations = [
        migrations.AddField(
            model_name="preferences",
            name="breakeven_r",
            field=models.DecimalField(
                decimal_places=3,
                default=Decimal("0.05"),
                max_digits=4,
                validators=[
                    MinValueValidator(Decimal(0)),
                    MaxValueValidator(Decimal(1)),
                ],
            ),
        )
    ]
