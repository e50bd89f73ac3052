from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("notifications", "0002_choices_and_incidents"),
    ]

    operations = [
        migrations.AlterField(
            model_name=name,
            name="kind",
            field=models.CharField(
                choices=[
                    ("order", "Orders"),
                    ("fill", "Fills taken back, corrected or late"),
                    ("protection", "Positions without a stop"),
                    ("connection", "Connections to brokers"),
                    ("reconciliation", "Reconciliation"),
                    ("reminder", "My own reminders"),
                    ("system", "The desk itself"),
                ],
                max_length=16,
            ),
        )
        for name in ("incident", "notice", "noticechoice")
    ]
