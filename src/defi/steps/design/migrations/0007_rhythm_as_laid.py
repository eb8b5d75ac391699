from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("design", "0006_change_requests"),
    ]

    operations = [
        migrations.AddField(
            model_name="plancalendar",
            name="laid_rhythm",
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
