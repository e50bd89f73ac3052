from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("brokers", "0009_what_orders_carry"),
    ]

    operations = [
        migrations.AddField(
            model_name="fill",
            name="before_opening",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="order",
            name="source",
            field=models.CharField(
                choices=[
                    ("desk", "placed here"),
                    ("attached", "attached exit"),
                    ("external", "placed elsewhere"),
                    ("statement", "from a statement"),
                ],
                default="desk",
                max_length=10,
            ),
        ),
    ]
