from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("brokers", "0004_the_book_opens")]

    operations = [
        migrations.RemoveConstraint(
            model_name="reconciliationrun", name="one_nightly_run_a_day"
        ),
        migrations.AddConstraint(
            model_name="reconciliationrun",
            constraint=models.UniqueConstraint(
                condition=Q(trigger="nightly") & ~Q(result="incomplete"),
                fields=("account", "trading_day"),
                name="one_nightly_run_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="reconciliationrun",
            constraint=models.UniqueConstraint(
                condition=Q(result="running"),
                fields=("account",),
                name="one_run_at_a_time",
            ),
        ),
    ]
